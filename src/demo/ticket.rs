//! Support tickets: those that a rep opens from a conversation, and those without one.
//!
//! A linked ticket follows its conversation: the last one to write says for whom it waits.
//! Called by `rep` and `conversation`; jobs are in `job`.

use std::collections::BTreeMap;

use super::mend;
use super::name::id;
use super::people::Rep;
use super::script::{Script, TicketLink, rep_actor};
use crate::model::event::{
    Actor, ActorKind, CsatRated, CsatSent, TicketAssigned, TicketOpened, TicketStaged,
    TicketUpdated,
};
use crate::model::{Body, DAY_MS, HOUR_MS, PipelineId, RepId, TicketId};

/// The pipeline of support tickets.
pub(super) const SUPPORT: &str = "support";

const PRIORITIES: &[(&str, u32)] = &[("low", 20), ("normal", 55), ("high", 19), ("urgent", 6)];
const SERVICES: &[&str] = &["shop", "subscription", "app", "payments"];

/// `rep` opens a ticket from the conversation.
pub(super) fn open(script: &mut Script<'_>, rep: &Rep) {
    let ticket = id(TicketId::parse, &format!("demo:t{}", script.number));
    let mut opened = opened(script, ticket.clone(), rep);
    opened.conversation = Some(script.conversation());
    script.push(Body::TicketOpened(Box::new(opened)));
    script.ticket = Some(TicketLink {
        ticket: ticket.clone(),
        stage: "new",
    });
    if script.random.chance(0.2) {
        let priority = script.random.weighted(PRIORITIES, "normal");
        let update = TicketUpdated {
            inbox: None,
            schedule: crate::model::event::Patch::Keep,
            ticket,
            subject: None,
            language: Some(script.contact.language.code().to_owned()),
            priority: Some(priority.to_owned()),
            service: None,
            pipeline: None,
            channel: None,
            attributes: BTreeMap::new(),
        };
        let at = script.at.plus_millis(1_000);
        script.push_at(at, Body::TicketUpdated(Box::new(update)));
    }
}

fn opened(script: &mut Script<'_>, ticket: TicketId, rep: &Rep) -> TicketOpened {
    let share = script.desk.share(script.at);
    let due = |days: i64| script.at.plus_millis(days * DAY_MS);
    let close_due_at = script.random.chance(0.25).then(|| due(3));
    let first_due = script.at.plus_millis(8 * HOUR_MS);
    let owner = script.random.chance(0.85).then(|| rep.id());
    TicketOpened {
        inbox: None,
        schedule: None,
        ticket,
        pipeline: id(PipelineId::parse, SUPPORT),
        stage: "new".to_owned(),
        contact: Some(script.contact.id()),
        conversation: None,
        subject: Some(script.question()),
        channel: Some(script.channel.to_owned()),
        priority: Some(script.random.weighted(PRIORITIES, "normal").to_owned()),
        owner,
        team: Some(rep.team_at(share).id()),
        service: Some(script.random.pick(SERVICES, "shop").to_owned()),
        close_due_at,
        first_response_due_at: close_due_at.map(|_| first_due),
        attributes: BTreeMap::from([("topic".to_owned(), script.topic().key.into())]),
        request: None,
    }
}

impl Script<'_> {
    /// The conversation's ticket moves to `stage`, if it is open and not there yet.
    pub(super) fn stage(&mut self, stage: &'static str) {
        self.move_ticket(stage, None);
    }

    fn move_ticket(&mut self, stage: &'static str, by: Option<Actor>) {
        let Some(linked) = self.ticket.as_mut() else {
            return;
        };
        if linked.stage == stage || linked.stage == "closed" {
            return;
        }
        linked.stage = stage;
        let ticket = linked.ticket.clone();
        self.push(staged(ticket, stage, by));
    }
}

/// The ticket goes to another rep.
pub(super) fn assign(script: &mut Script<'_>, rep: &Rep) {
    if let Some(linked) = &script.ticket {
        let ticket = linked.ticket.clone();
        script.push(assigned(ticket, vec![rep.id()], None));
    }
}

/// `rep` closes the ticket; a few are forgotten.
pub(super) fn close(script: &mut Script<'_>, rep: &Rep) {
    if script.ticket.is_some() && script.random.chance(0.93) {
        script.wait(5, 1_800);
        script.move_ticket("closed", Some(rep_actor(rep)));
    }
}

/// The ticket is opened again, because the contact came back.
pub(super) fn reopen(script: &mut Script<'_>) {
    let by = script.contact_actor();
    let Some(linked) = script.ticket.as_mut() else {
        return;
    };
    linked.stage = "waiting_on_us";
    let ticket = linked.ticket.clone();
    script.push(staged(ticket, "waiting_on_us", Some(by)));
}

/// A ticket without a conversation: a letter, a visit, a colleague's call.
pub(super) fn standalone(script: &mut Script<'_>) {
    script.wait(60, 7_200);
    let team = script.topic().team;
    let Some(rep) = script.desk.rep_for(team, script.at, &mut script.random) else {
        return;
    };
    let ticket = id(TicketId::parse, &format!("demo:t{}b", script.number));
    let opened = opened(script, ticket.clone(), rep);
    let is_owned = opened.owner.is_some();
    if script.number.is_multiple_of(2) {
        mend::merge_ticket(script, ticket.clone());
    }
    script.push(Body::TicketOpened(Box::new(opened)));
    let by = Some(rep_actor(rep));
    if !is_owned {
        work(script, rep, 1_800.0);
        script.push(assigned(ticket.clone(), vec![rep.id()], by.clone()));
    }
    work(script, rep, 9_000.0);
    script.push(staged(ticket.clone(), "waiting_on_us", by.clone()));
    if script.random.chance(0.4) {
        work(script, rep, 9_000.0);
        script.push(staged(ticket.clone(), "waiting_on_contact", by.clone()));
        script.wait_about(40_000.0, 0.9);
        let contact = script.contact_actor();
        script.push(staged(ticket.clone(), "waiting_on_us", Some(contact)));
    }
    if script.random.chance(0.12) {
        return;
    }
    work(script, rep, 20_000.0);
    script.push(staged(ticket.clone(), "closed", by));
    survey(script, &ticket, rep);
}

/// A survey about the ticket itself.
fn survey(script: &mut Script<'_>, ticket: &TicketId, rep: &Rep) {
    if !script.random.chance(0.4) {
        return;
    }
    script.wait(60, 3_600);
    script.push(Body::CsatSent(Box::new(CsatSent {
        conversation: None,
        ticket: Some(ticket.clone()),
        text: None,
    })));
    if script.random.chance(0.4) {
        script.wait_about(20_000.0, 1.0);
        let score = if script.random.chance(rep.skill) {
            5
        } else {
            2
        };
        script.push(Body::CsatRated(Box::new(CsatRated {
            conversation: None,
            ticket: Some(ticket.clone()),
            score,
            text: None,
        })));
    }
}

/// `rep` works for a span of about `median_secs` of working time.
fn work(script: &mut Script<'_>, rep: &Rep, median_secs: f64) {
    let span = script.random.log_normal(median_secs * rep.pace, 0.9);
    script.at = script
        .desk
        .calendar
        .work_after(script.at, span.max(1_000), &rep.shift);
}

/// The event of a move to `stage`.
pub(super) fn staged(ticket: TicketId, stage: &str, by: Option<Actor>) -> Body {
    Body::TicketStaged(Box::new(TicketStaged {
        ticket,
        stage: stage.to_owned(),
        by,
    }))
}

/// The event of an assignment; without `by`, automation's.
pub(super) fn assigned(ticket: TicketId, reps: Vec<RepId>, by: Option<Actor>) -> Body {
    let automation = Actor {
        kind: ActorKind::Automation,
        id: None,
    };
    Body::TicketAssigned(Box::new(TicketAssigned {
        ticket,
        reps,
        by: Some(by.unwrap_or(automation)),
    }))
}
