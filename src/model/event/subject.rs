//! Which things an event is about, so that it can be filed under them.

use super::Body;

/// The thing under which an event is filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject<'a> {
    /// A conversation.
    Conversation(&'a str),
    /// A ticket.
    Ticket(&'a str),
    /// A contact.
    Contact(&'a str),
    /// The whole installation: reps, teams, schedules, pipelines, SLAs, tags, knowledge.
    Installation,
}

impl Body {
    /// The conversation that the event is about; a survey's, where it names both.
    pub fn conversation(&self) -> Option<&str> {
        Some(match self {
            Self::ConversationStarted(event) => event.conversation.as_str(),
            Self::ConversationUpdated(event) => event.conversation.as_str(),
            Self::MessageAdded(event) => event.conversation.as_str(),
            Self::QuestionAsked(event) => event.conversation.as_str(),
            Self::ConversationAssigned(event) => event.conversation.as_str(),
            Self::ConversationHandedOff(event) => event.conversation.as_str(),
            Self::ConversationResolved(event) => event.conversation.as_str(),
            Self::ConversationReopened(event) => event.conversation.as_str(),
            Self::ConversationMerged(event) => event.conversation.as_str(),
            Self::ConversationUnmerged(event) => event.conversation.as_str(),
            Self::ConversationSplit(event) => event.conversation.as_str(),
            Self::MessageEdited(event) => event.conversation.as_str(),
            Self::MessageRedacted(event) => event.conversation.as_str(),
            Self::ConversationMarked(event) => event.conversation.as_str(),
            Self::ConversationTagged(event) => event.conversation.as_str(),
            Self::ConversationUntagged(event) => event.conversation.as_str(),
            Self::FeedbackGiven(event) => event.conversation.as_str(),
            Self::CsatSent(event) => event.conversation.as_ref()?.as_str(),
            Self::CsatRated(event) => event.conversation.as_ref()?.as_str(),
            Self::ProposalSent(event)
            | Self::ProposalDeclined(event)
            | Self::ProposalWithdrawn(event)
                if event.ticket.is_none() =>
            {
                event.conversation.as_ref()?.as_str()
            }
            Self::ProposalAccepted(event) if event.ticket.is_none() => {
                event.conversation.as_ref()?.as_str()
            }
            _ => return None,
        })
    }

    /// The ticket that the event is about.
    pub fn ticket(&self) -> Option<&str> {
        Some(match self {
            Self::TicketOpened(event) => event.ticket.as_str(),
            Self::TicketUpdated(event) => event.ticket.as_str(),
            Self::TicketMerged(event) => event.ticket.as_str(),
            Self::TicketUnmerged(event) => event.ticket.as_str(),
            Self::TicketStaged(event) => event.ticket.as_str(),
            Self::TicketAssigned(event) => event.ticket.as_str(),
            Self::TicketViewed(event) => event.ticket.as_str(),
            Self::TicketDeclined(event) => event.ticket.as_str(),
            Self::TicketCompleted(event) => event.ticket.as_str(),
            Self::TicketReviewed(event) => event.ticket.as_str(),
            Self::CsatSent(event) if event.conversation.is_none() => {
                event.ticket.as_ref()?.as_str()
            }
            Self::CsatRated(event) if event.conversation.is_none() => {
                event.ticket.as_ref()?.as_str()
            }
            Self::ProposalSent(event)
            | Self::ProposalDeclined(event)
            | Self::ProposalWithdrawn(event) => event.ticket.as_ref()?.as_str(),
            Self::ProposalAccepted(event) => event.ticket.as_ref()?.as_str(),
            Self::InvoiceSent(event) | Self::InvoicePaid(event) | Self::InvoiceVoided(event) => {
                event.ticket.as_str()
            }
            _ => return None,
        })
    }

    /// The contact that the event is about, where it is about nothing narrower.
    pub fn contact(&self) -> Option<&str> {
        Some(match self {
            Self::ContactUpserted(event) => event.contact.as_str(),
            Self::ContactMerged(event) => event.contact.as_str(),
            Self::ContactBlocked(event) => event.contact.as_str(),
            _ => return None,
        })
    }

    /// Where the event is filed.
    pub fn subject(&self) -> Subject<'_> {
        if let Some(ticket) = self.ticket() {
            return Subject::Ticket(ticket);
        }
        if let Some(conversation) = self.conversation() {
            return Subject::Conversation(conversation);
        }
        self.contact()
            .map_or(Subject::Installation, Subject::Contact)
    }

    /// Another thing of the same unit that the event ties this one to.
    pub fn link(&self) -> Option<Subject<'_>> {
        match self {
            Self::ConversationMerged(event) => Some(Subject::Conversation(event.into.as_str())),
            Self::ConversationSplit(event) => Some(Subject::Conversation(event.into.as_str())),
            Self::TicketMerged(event) => Some(Subject::Ticket(event.into.as_str())),
            Self::TicketOpened(event) => {
                let conversation = event.conversation.as_ref()?;
                Some(Subject::Conversation(conversation.as_str()))
            }
            _ => None,
        }
    }
}
