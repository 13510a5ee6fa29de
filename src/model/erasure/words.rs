//! What an erasure takes out of each type of event. A test holds the types that it passes over to
//! those that are known to have no words of anybody.

use super::Erasure;
use crate::model::event::{
    Actor, ActorKind, Body, CaseRemoved, ContactUpserted, MailAbout, MessageAdded, Patch, Titled,
};
use crate::model::{ContactId, ConversationId, TicketId};

/// What the regression set has in the place of a case that is gone.
const NO_CASE: &str = "erased";

impl Erasure {
    /// Takes out what goes.
    pub(super) fn erase(&self, body: &mut Body) {
        self.rename(body);
        self.erase_desk(body);
        self.erase_tickets(body);
        self.erase_knowledge(body);
        self.erase_mails(body);
    }

    /// Gives contacts their pseudonyms, wherever they are named.
    fn rename(&self, body: &mut Body) {
        match body {
            Body::ContactUpserted(event) => self.contact(event),
            Body::ContactMerged(event) => {
                self.id(&mut event.contact);
                self.id(&mut event.into);
            }
            Body::ContactBlocked(event) => {
                self.id(&mut event.contact);
                event.by.iter_mut().for_each(|by| self.actor(by));
            }
            Body::ContactVerified(event) => {
                if let Some(pseudonym) = self.pseudonym_of(event.contact.as_str()) {
                    event.host_id = pseudonym.to_string();
                    event.contact = pseudonym;
                }
            }
            Body::VisitorSignedOut(event) => self.id(&mut event.contact),
            Body::ConversationStarted(event) => self.id(&mut event.contact),
            Body::MessageAdded(event) => self.message(event),
            Body::ConversationResolved(event) => self.actor(&mut event.by),
            Body::ConversationReopened(event) => self.actor(&mut event.by),
            Body::TicketOpened(event) => event.contact.iter_mut().for_each(|id| self.id(id)),
            Body::TicketStaged(event) => event.by.iter_mut().for_each(|by| self.actor(by)),
            Body::TicketAssigned(event) => event.by.iter_mut().for_each(|by| self.actor(by)),
            Body::TicketDeclined(event) => self.actor(&mut event.by),
            Body::TicketCompleted(event) => self.actor(&mut event.by),
            Body::QuestionDismissed(event) => event.by.iter_mut().for_each(|by| self.actor(by)),
            Body::TopicDismissed(event) => event.by.iter_mut().for_each(|by| self.actor(by)),
            _ => {}
        }
    }

    /// Gives an id its pseudonym.
    fn id(&self, id: &mut ContactId) {
        if let Some(pseudonym) = self.pseudonym_of(id.as_str()) {
            *id = pseudonym;
        }
    }

    fn actor(&self, actor: &mut Actor) {
        if actor.kind != ActorKind::Contact {
            return;
        }
        let pseudonym = actor.id.as_deref().and_then(|id| self.pseudonym_of(id));
        if let Some(pseudonym) = pseudonym {
            actor.id = Some(pseudonym.to_string());
        }
    }

    /// A company is kept with its name and page, which other contacts are of, too.
    fn contact(&self, event: &mut ContactUpserted) {
        let Some(pseudonym) = self.pseudonym_of(event.contact.as_str()) else {
            return;
        };
        event.contact = pseudonym;
        event.name = Patch::Keep;
        event.email = Patch::Keep;
        event.phone = Patch::Keep;
        if let Patch::Set(company) = &mut event.company {
            company.role = None;
        }
        event.attributes.clear();
    }

    fn message(&self, event: &mut MessageAdded) {
        if self.has_message(event) {
            event.text.clear();
            event.attachments = None;
            event.mail_id = None;
        } else {
            self.scrub(&mut event.text);
            for file in event.attachments.iter_mut().flatten() {
                self.scrub(&mut file.name);
            }
        }
        self.actor(&mut event.author);
    }

    fn has_thing(&self, conversation: Option<&ConversationId>, ticket: Option<&TicketId>) -> bool {
        conversation.is_some_and(|id| self.has(id))
            || ticket.is_some_and(|id| self.tickets.contains(id.as_str()))
    }

    /// Lets go of a text that is theirs, or of the traces in another.
    fn text(&self, text: &mut Option<String>, is_theirs: bool) {
        if is_theirs {
            *text = None;
        } else if let Some(text) = text {
            self.scrub(text);
        }
    }

    /// The same, of a text that has to be there.
    fn words(&self, text: &mut String, is_theirs: bool) {
        if is_theirs {
            text.clear();
        } else {
            self.scrub(text);
        }
    }

    fn erase_desk(&self, body: &mut Body) {
        match body {
            Body::ConversationStarted(event) => {
                let is_theirs = self.has_thing(Some(&event.conversation), None);
                self.text(&mut event.subject, is_theirs);
                self.text(&mut event.url, is_theirs);
                if is_theirs {
                    event.attributes.clear();
                }
            }
            Body::ConversationUpdated(event) => {
                let is_theirs = self.has_thing(Some(&event.conversation), None);
                self.text(&mut event.subject, is_theirs);
                if is_theirs {
                    event.attributes.clear();
                }
            }
            Body::QuestionAsked(event) => {
                let is_theirs = self.has_thing(Some(&event.conversation), None);
                self.words(&mut event.text, is_theirs);
            }
            Body::MessageEdited(event) => {
                let is_theirs = self.has_thing(Some(&event.conversation), None);
                self.words(&mut event.text, is_theirs);
            }
            Body::FeedbackGiven(event) => {
                let is_theirs = self.has_thing(Some(&event.conversation), None);
                self.text(&mut event.text, is_theirs);
            }
            Body::AlertRuleSet(event) => self.scrub(&mut event.name),
            Body::ChartNoteSet(event) => self.scrub(&mut event.text),
            Body::CsatSent(event) => {
                let is_theirs = self.has_thing(event.conversation.as_ref(), event.ticket.as_ref());
                self.text(&mut event.text, is_theirs);
            }
            Body::CsatRated(event) => {
                let is_theirs = self.has_thing(event.conversation.as_ref(), event.ticket.as_ref());
                self.text(&mut event.text, is_theirs);
            }
            _ => {}
        }
    }

    fn erase_tickets(&self, body: &mut Body) {
        match body {
            Body::TicketOpened(event) => {
                let is_theirs = self.has_thing(None, Some(&event.ticket));
                self.text(&mut event.subject, is_theirs);
                if is_theirs {
                    event.attributes.clear();
                }
            }
            Body::TicketUpdated(event) => {
                let is_theirs = self.has_thing(None, Some(&event.ticket));
                self.text(&mut event.subject, is_theirs);
                if is_theirs {
                    event.attributes.clear();
                }
            }
            Body::TicketDeclined(event) => {
                // Our own reason is what a number is cut by.
                let is_theirs = event.by.kind == ActorKind::Contact
                    && self.has_thing(None, Some(&event.ticket));
                self.text(&mut event.reason, is_theirs);
            }
            Body::TicketReviewed(event) => {
                let is_theirs = self.has_thing(None, Some(&event.ticket));
                self.text(&mut event.text, is_theirs);
            }
            Body::ProposalSent(event)
            | Body::ProposalDeclined(event)
            | Body::ProposalWithdrawn(event) => {
                let is_theirs = self.has_thing(event.conversation.as_ref(), event.ticket.as_ref());
                self.text(&mut event.text, is_theirs);
            }
            Body::ProposalAccepted(event) => {
                let is_theirs = self.has_thing(event.conversation.as_ref(), event.ticket.as_ref());
                self.text(&mut event.text, is_theirs);
            }
            _ => {}
        }
    }

    fn erase_mails(&self, body: &mut Body) {
        match body {
            Body::MailQueued(event) => {
                if let MailAbout::Message {
                    conversation,
                    to,
                    cc,
                    ..
                } = &mut event.about
                {
                    if self.has(conversation) {
                        to.clear();
                        cc.iter_mut().for_each(Vec::clear);
                    }
                    let addresses = to.iter_mut().chain(cc.iter_mut().flatten());
                    addresses.for_each(|address| self.scrub(address));
                }
            }
            // What servers say names whom it is for at most.
            Body::MailDropped(event) => self.text(&mut event.said, false),
            Body::MailBounced(event) => {
                self.text(&mut event.recipient, false);
                self.text(&mut event.said, false);
            }
            _ => {}
        }
    }

    fn erase_knowledge(&self, body: &mut Body) {
        match body {
            Body::QuestionMined(event) => {
                let is_theirs = self.has_thing(Some(&event.conversation), None);
                self.words(&mut event.text, is_theirs);
            }
            Body::AgentDecided(event) => {
                let is_theirs = self.has_thing(Some(&event.conversation), None);
                self.text(&mut event.sentence, is_theirs);
            }
            Body::TopicsAssigned(event) => self.titles(&mut event.titled),
            Body::TopicsRegrouped(event) => self.titles(&mut event.titled),
            Body::QuestionDismissed(event) => self.text(&mut event.reason, false),
            Body::TopicDismissed(event) => self.text(&mut event.reason, false),
            Body::TopicRenamed(event) => self.text(&mut event.title, false),
            Body::TopicReopened(event) => self.scrub(&mut event.note),
            Body::AnswerSetAside(event) => self.scrub(&mut event.reason),
            Body::RuleSet(event) => {
                self.scrub(&mut event.name);
                let texts = event.when.text.iter_mut().chain(&mut event.then.say);
                texts.for_each(|text| self.scrub(text));
            }
            Body::SavedReportSet(event) => {
                self.scrub(&mut event.name);
                let values = event.parameters.values_mut();
                values.for_each(|value| self.scrub(value));
            }
            Body::DashboardSet(event) => self.scrub(&mut event.name),
            Body::CannedReplySet(event) => {
                self.scrub(&mut event.title);
                self.scrub(&mut event.text);
            }
            Body::ShortAnswerUpserted(event) => {
                self.scrub(&mut event.question);
                self.scrub(&mut event.text);
                if let Patch::Set(variants) = &mut event.variants {
                    for text in variants {
                        self.scrub(text);
                    }
                }
            }
            // A case that has their words for its text is one no more.
            Body::CaseSet(event) if self.asked.contains(event.text.trim()) => {
                *body = no_case();
            }
            Body::CaseRemoved(event) if self.asked.contains(event.text.trim()) => {
                *body = no_case();
            }
            Body::CaseSet(event) => self.scrub(&mut event.text),
            Body::CaseRemoved(event) => self.scrub(&mut event.text),
            _ => {}
        }
    }

    /// A topic that their questions were in loses its titles: it is titled anew, by those that are left.
    fn titles(&self, titled: &mut Vec<Titled>) {
        titled.retain(|one| !self.topics.contains(&one.topic));
        for one in titled {
            self.scrub(&mut one.title);
        }
    }
}

fn no_case() -> Body {
    Body::CaseRemoved(Box::new(CaseRemoved {
        text: NO_CASE.to_owned(),
    }))
}
