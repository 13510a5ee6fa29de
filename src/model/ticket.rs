//! A ticket as it is now, for the desk and the JSON API.
//!
//! A pure fold of the events about one ticket, in event order; those earlier than its
//! opening take effect at the opening, in their own order. Whether a stage is closed, and
//! what time makes of a job, is said by `episode` and the directory. Fed by `store`.

use serde::Serialize;

use super::conversation::Rating;
use super::event::{
    Actor, Attributes, Body, Event, InvoiceMoved, JobRequest, TicketOpened, TicketUpdated,
};
use super::proposal::Proposal;
use super::updates::{merge_attributes, replace};
use super::{
    ContactId, ConversationId, InboxId, InvoiceId, PipelineId, RepId, ScheduleId, TeamId, TicketId,
    Timestamp,
};

/// A ticket's present state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ticket {
    /// Which.
    pub id: TicketId,
    /// In which pipeline.
    pub pipeline: PipelineId,
    /// In which stage it was put last.
    pub stage: String,
    /// Since when it is in that stage.
    pub staged_at: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// For whom, where the opening says so.
    pub contact: Option<ContactId>,
    /// From which conversation.
    pub conversation: Option<ConversationId>,
    /// What it is about.
    pub subject: Option<String>,
    /// In which language.
    pub language: Option<String>,
    /// Where it came in, where that was said.
    pub channel: Option<String>,
    /// How urgent.
    pub priority: Option<String>,
    /// For which service.
    pub service: Option<String>,
    /// In which inbox, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbox: Option<InboxId>,
    /// By which schedule it runs, where that is not the default one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleId>,
    /// Whose it is: the first of `reps`, or who the opening named.
    pub owner: Option<RepId>,
    /// To whom it was given.
    pub reps: Vec<RepId>,
    /// Which team's it is, where the opening says so.
    pub team: Option<TeamId>,
    /// How a job came in.
    pub request: Option<JobRequest>,
    /// When the source wants it closed.
    pub close_due_at: Option<Timestamp>,
    /// When the source wants it answered.
    pub first_response_due_at: Option<Timestamp>,
    /// When a rep first opened it.
    pub first_viewed_at: Option<Timestamp>,
    /// Who declined it, first.
    pub declined: Option<Decline>,
    /// Who said that it was done.
    pub completions: Vec<Completion>,
    /// The last review.
    pub review: Option<Review>,
    /// Its proposals, in the order in which they were first mentioned.
    pub proposals: Vec<Proposal>,
    /// Its invoices, in the order in which they were first mentioned.
    pub invoices: Vec<Invoice>,
    /// Its satisfaction surveys' scores.
    pub ratings: Vec<Rating>,
    /// Where it went, if it was merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<TicketId>,
    /// The last event about it.
    pub updated_at: Timestamp,
    /// Own fields.
    pub attributes: Attributes,
}

/// A job turned down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decline {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// Why.
    pub reason: Option<String>,
}

/// A word that a job is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Completion {
    /// When.
    pub at: Timestamp,
    /// Whose word; a contact's is the confirmation.
    pub by: Actor,
}

/// What the contact said of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Review {
    /// When.
    pub at: Timestamp,
    /// 1 to 5.
    pub communication: u8,
    /// 1 to 5.
    pub quality: u8,
    /// The contact's words.
    pub text: Option<String>,
}

/// How far an invoice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceStatus {
    /// It waits to be paid.
    Sent,
    /// It was paid.
    Paid,
    /// It was taken back.
    Voided,
}

/// A bill for a job.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Invoice {
    /// Which.
    pub id: InvoiceId,
    /// How far it is.
    pub status: InvoiceStatus,
    /// Since when.
    pub changed_at: Timestamp,
    /// How much.
    pub amount: Option<f64>,
    /// In which currency.
    pub currency: Option<String>,
}

impl Ticket {
    /// Folds one ticket's events; `None` until one of them opens it.
    ///
    /// `events` must be in event order; those of other things are passed over.
    pub fn fold(events: &[Event]) -> Option<Self> {
        let id = events.iter().find_map(|event| event.body.ticket())?;
        let own = |event: &&Event| event.body.ticket() == Some(id);
        let (at, opened) = events
            .iter()
            .filter(own)
            .find_map(|event| match &event.body {
                Body::TicketOpened(opened) => Some((event.at, opened)),
                _ => None,
            })?;
        let mut ticket = Self::opened(at, opened);
        for event in events.iter().filter(own) {
            ticket.apply(event.at.max(at), event);
        }
        Some(ticket)
    }

    /// Which version it is, after so many events about it: another one after each.
    pub fn version(&self, events: usize) -> String {
        format!("{events}.{}", self.updated_at.millis())
    }

    fn opened(at: Timestamp, opened: &TicketOpened) -> Self {
        let mut attributes = Attributes::new();
        merge_attributes(&mut attributes, &opened.attributes);
        Self {
            id: opened.ticket.clone(),
            pipeline: opened.pipeline.clone(),
            stage: opened.stage.clone(),
            staged_at: at,
            opened_at: at,
            contact: opened.contact.clone(),
            conversation: opened.conversation.clone(),
            subject: opened.subject.clone(),
            language: None,
            channel: opened.channel.clone(),
            priority: opened.priority.clone(),
            service: opened.service.clone(),
            inbox: opened.inbox.clone(),
            schedule: opened.schedule.clone(),
            owner: opened.owner.clone(),
            reps: opened.owner.iter().cloned().collect(),
            team: opened.team.clone(),
            request: opened.request,
            close_due_at: opened.close_due_at,
            first_response_due_at: opened.first_response_due_at,
            first_viewed_at: None,
            declined: None,
            completions: Vec::new(),
            review: None,
            proposals: Vec::new(),
            invoices: Vec::new(),
            ratings: Vec::new(),
            merged_into: None,
            updated_at: at,
            attributes,
        }
    }

    fn apply(&mut self, at: Timestamp, event: &Event) {
        self.updated_at = self.updated_at.max(at);
        match &event.body {
            Body::TicketUpdated(updated) => self.update(updated),
            Body::TicketStaged(staged) if staged.stage != self.stage => {
                self.stage.clone_from(&staged.stage);
                self.staged_at = at;
            }
            Body::TicketMerged(merged) => self.merged_into = Some(merged.into.clone()),
            Body::TicketUnmerged(_) => self.merged_into = None,
            Body::TicketAssigned(assigned) => {
                self.owner = assigned.reps.first().cloned();
                self.reps.clone_from(&assigned.reps);
            }
            Body::TicketViewed(_) => {
                self.first_viewed_at.get_or_insert(at);
            }
            Body::TicketDeclined(declined) => {
                self.declined.get_or_insert_with(|| Decline {
                    at,
                    by: declined.by.clone(),
                    reason: declined.reason.clone(),
                });
            }
            Body::TicketCompleted(completed) => self.completions.push(Completion {
                at,
                by: completed.by.clone(),
            }),
            Body::TicketReviewed(reviewed) => {
                self.review = Some(Review {
                    at,
                    communication: reviewed.communication,
                    quality: reviewed.quality,
                    text: reviewed.text.clone(),
                });
            }
            Body::CsatRated(rated) => self.ratings.push(Rating {
                at,
                score: rated.score,
                text: rated.text.clone(),
                is_hasty: false,
            }),
            other => self.apply_money(at, other),
        }
    }

    fn apply_money(&mut self, at: Timestamp, body: &Body) {
        match body {
            Body::InvoiceSent(moved) => self.invoice(at, InvoiceStatus::Sent, moved),
            Body::InvoicePaid(moved) => self.invoice(at, InvoiceStatus::Paid, moved),
            Body::InvoiceVoided(moved) => self.invoice(at, InvoiceStatus::Voided, moved),
            other => Proposal::take(&mut self.proposals, at, other),
        }
    }

    fn update(&mut self, updated: &TicketUpdated) {
        replace(&mut self.subject, updated.subject.as_ref());
        replace(&mut self.language, updated.language.as_ref());
        replace(&mut self.priority, updated.priority.as_ref());
        replace(&mut self.service, updated.service.as_ref());
        replace(&mut self.channel, updated.channel.as_ref());
        replace(&mut self.inbox, updated.inbox.as_ref());
        updated.schedule.apply(&mut self.schedule);
        if let Some(pipeline) = &updated.pipeline {
            self.pipeline.clone_from(pipeline);
        }
        merge_attributes(&mut self.attributes, &updated.attributes);
    }

    fn invoice(&mut self, at: Timestamp, status: InvoiceStatus, moved: &InvoiceMoved) {
        let known = self
            .invoices
            .iter_mut()
            .find(|known| known.id == moved.invoice);
        if let Some(known) = known {
            known.status = status;
            known.changed_at = at;
            replace(&mut known.amount, moved.amount.as_ref());
            replace(&mut known.currency, moved.currency.as_ref());
        } else {
            self.invoices.push(Invoice {
                id: moved.invoice.clone(),
                status,
                changed_at: at,
                amount: moved.amount,
                currency: moved.currency.clone(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(line: &str) -> Event {
        Event::parse(line).unwrap()
    }

    fn opened(at: &str) -> Event {
        event(&format!(
            r#"{{"type":"ticket.opened","at":"{at}","ticket":"t","pipeline":"support","stage":"new","owner":"a"}}"#
        ))
    }

    #[test]
    fn events_before_the_opening_take_effect_at_the_opening() {
        let events = [
            event(
                r#"{"type":"ticket.assigned","at":"2026-01-01T00:00:00Z","ticket":"t","reps":["b","c"]}"#,
            ),
            event(
                r#"{"type":"ticket.staged","at":"2026-01-01T00:00:00Z","ticket":"t","stage":"waiting_on_us"}"#,
            ),
            opened("2026-01-05T00:00:00Z"),
            opened("2026-01-06T00:00:00Z"),
        ];
        let ticket = Ticket::fold(&events).unwrap();
        assert_eq!(ticket.owner.unwrap().as_str(), "b");
        assert_eq!(ticket.stage, "waiting_on_us");
        assert_eq!(ticket.staged_at.to_string(), "2026-01-05T00:00:00Z");
        assert_eq!(ticket.opened_at.to_string(), "2026-01-05T00:00:00Z");
    }

    #[test]
    fn without_an_opening_there_is_no_ticket() {
        let events = [event(
            r#"{"type":"ticket.viewed","at":"2026-01-01T00:00:00Z","ticket":"t","rep":"a"}"#,
        )];
        assert_eq!(Ticket::fold(&events), None);
    }

    #[test]
    fn an_empty_assignment_takes_the_owner_away() {
        let events = [
            opened("2026-01-05T00:00:00Z"),
            event(
                r#"{"type":"ticket.assigned","at":"2026-01-06T00:00:00Z","ticket":"t","reps":[]}"#,
            ),
        ];
        let ticket = Ticket::fold(&events).unwrap();
        assert_eq!(ticket.owner, None);
        assert_eq!(ticket.reps, []);
    }

    #[test]
    fn proposals_and_invoices_keep_what_later_events_leave_out() {
        let events = [
            opened("2026-01-05T00:00:00Z"),
            event(
                r#"{"type":"proposal.sent","at":"2026-01-06T00:00:00Z","ticket":"t","proposal":"p","amount":100,"currency":"EUR","text":"offer"}"#,
            ),
            event(
                r#"{"type":"proposal.accepted","at":"2026-01-07T00:00:00Z","ticket":"t","proposal":"p","text":"yes"}"#,
            ),
            event(
                r#"{"type":"invoice.sent","at":"2026-01-08T00:00:00Z","ticket":"t","invoice":"i","amount":100}"#,
            ),
            event(
                r#"{"type":"invoice.paid","at":"2026-01-09T00:00:00Z","ticket":"t","invoice":"i"}"#,
            ),
        ];
        let json = serde_json::to_value(Ticket::fold(&events).unwrap()).unwrap();
        assert_eq!(json["proposals"][0]["status"], "accepted");
        assert_eq!(json["proposals"][0]["text"], "offer");
        assert_eq!(json["invoices"][0]["status"], "paid");
        assert_eq!(json["invoices"][0]["amount"], 100.0);
    }
}
