//! One conversation from its start to its end: which kind it is, and who takes part.
//!
//! Most come in and are served by the customer agent, by reps, or by both in turn; some
//! are jobs, duplicates, spam, or begun by the desk. A function of the desk and a number.

use super::agent::{self, AgentOutcome};
use super::desk::{Desk, Origin};
use super::name::id;
use super::script::{Script, conversation_id, rep_actor};
use super::text::Say;
use super::{directory, job, mend, rep, ticket};
use crate::model::event::{
    Attributes, ContactBlocked, ContactMerged, ConversationMarked, ConversationMerged,
    ConversationStarted, Direction, Mark,
};
use crate::model::{Body, ContactId, Event, HOUR_MS, Timestamp};

/// Where contacts write in, by weight.
const CHANNELS: &[(&str, u32)] = &[
    ("chat", 40),
    ("email", 24),
    ("form", 11),
    ("whatsapp", 10),
    ("social", 6),
    ("phone", 9),
];

/// What kind of conversation it is.
#[derive(Clone, Copy)]
enum Kind {
    Ordinary,
    Job,
    Outbound,
    Spam,
    Test,
}

const KINDS: &[(Kind, u32)] = &[
    (Kind::Ordinary, 900),
    (Kind::Job, 40),
    (Kind::Outbound, 40),
    (Kind::Spam, 15),
    (Kind::Test, 5),
];

/// The events of conversation number `number`, which starts at `at`.
pub(super) fn write(desk: &Desk, number: u32, at: Timestamp) -> Vec<Event> {
    let mut script = Script::new(desk, number, at);
    let kind = script.random.weighted(KINDS, Kind::Ordinary);
    script.channel = match kind {
        Kind::Job => script.random.pick(&["form", "email"], "form"),
        Kind::Outbound | Kind::Spam => script.random.pick(&["email", "whatsapp"], "email"),
        Kind::Ordinary | Kind::Test => script.random.weighted(CHANNELS, "chat"),
    };
    let origin = desk.origin(number);
    meet(&mut script, origin);
    start(&mut script, matches!(kind, Kind::Outbound));
    match (kind, origin) {
        (Kind::Ordinary, Origin::Duplicate(earlier)) => duplicate(&mut script, earlier),
        (Kind::Ordinary, _) => ordinary(&mut script),
        (Kind::Job, _) => job::request(&mut script),
        (Kind::Outbound, _) => outbound(&mut script),
        (Kind::Spam, _) => spam(&mut script),
        (Kind::Test, _) => {
            let text = script.words(Say::Test);
            script.contact_says(text);
            script.wait(10, 600);
            mark(&mut script, Mark::Test, true);
        }
    }
    mend::mend(&mut script);
    if script.random.chance(0.03) {
        script.at = at;
        ticket::standalone(&mut script);
    }
    script.finish()
}

/// A contact who never wrote before becomes known; a few were known already.
fn meet(script: &mut Script<'_>, origin: Origin) {
    if !matches!(origin, Origin::Fresh) {
        return;
    }
    let facts = script.contact.upserted();
    if script.random.chance(0.004) {
        let mut twin = facts.clone();
        let twin_id = id(ContactId::parse, &format!("{}b", facts.contact));
        twin.contact = twin_id.clone();
        script.introduce(twin);
        let days = i64::from(script.random.between(1, 20)) * 24;
        let merged = ContactMerged {
            contact: twin_id,
            into: facts.contact.clone(),
        };
        let at = script.at.plus_millis(days * HOUR_MS);
        script.push_at(at, Body::ContactMerged(Box::new(merged)));
    }
    script.introduce(facts);
}

fn start(script: &mut Script<'_>, is_outbound: bool) {
    let has_subject = matches!(script.channel, "email" | "form");
    let has_url = script.channel == "chat" || script.channel == "form";
    let direction = if is_outbound {
        Some(Direction::Outbound)
    } else {
        script.random.chance(0.5).then_some(Direction::Inbound)
    };
    let mut attributes = Attributes::new();
    attributes.insert("plan".to_owned(), script.contact.plan.into());
    if has_url {
        let device = script.random.pick(&["desktop", "mobile"], "mobile");
        attributes.insert("device".to_owned(), device.into());
    }
    let started = ConversationStarted {
        inbox: Some(directory::inbox(script.channel)),
        schedule: None,
        conversation: script.conversation(),
        contact: script.contact.id(),
        channel: script.channel.to_owned(),
        direction,
        subject: has_subject.then(|| script.question()),
        language: Some(script.contact.language.code().to_owned()),
        url: has_url.then(|| format!("https://shop.example.com/help/{}", script.topic().key)),
        attributes,
    };
    script.push(Body::ConversationStarted(Box::new(started)));
    script.at = script.at.plus_millis(50);
}

/// The customer agent first on most channels, reps on the phone and for the rest.
fn ordinary(script: &mut Script<'_>) {
    let with_agent = match script.channel {
        "chat" => 0.97,
        "whatsapp" => 0.9,
        "email" | "form" => 0.68,
        "social" => 0.6,
        _ => 0.0,
    };
    if !script.random.chance(with_agent) {
        let text = script.question();
        if script.channel == "email" && script.random.chance(0.12) {
            script.contact_sends(&text);
        } else {
            script.contact_says(&text);
        }
        rep::serve(script);
        return;
    }
    agent::greet(script);
    match agent::serve(script) {
        AgentOutcome::HandedOff | AgentOutcome::TakenOver => rep::serve(script),
        AgentOutcome::Gone => afterwards(script),
    }
    if script.random.chance(0.003) {
        script.wait(3_600, 86_400);
        mark(script, Mark::Deleted, true);
    }
}

/// Some come back after the customer agent's answer, with the same or another question.
fn afterwards(script: &mut Script<'_>) {
    if !script.random.chance(0.1) {
        return;
    }
    script.wait(4 * 3_600, 9 * 86_400);
    if script.random.chance(0.7) {
        script.reopen();
    }
    if script.random.chance(0.5) {
        let text = script.words(Say::Again);
        script.contact_says(text);
        script.wait(1, 60);
    }
    match agent::serve_again(script) {
        AgentOutcome::HandedOff | AgentOutcome::TakenOver => rep::serve(script),
        AgentOutcome::Gone => {}
    }
}

/// The contact of the conversation before asks the same by another way; a rep merges the two.
fn duplicate(script: &mut Script<'_>, earlier: u32) {
    let text = script.words(Say::Duplicate);
    script.contact_says(text);
    let team = script.topic().team;
    let Some(rep) = script.desk.rep_for(team, script.at, &mut script.random) else {
        return;
    };
    script.at = rep::answer_at(script, rep);
    let conversation = script.conversation();
    script.push(Body::ConversationMerged(Box::new(ConversationMerged {
        conversation,
        into: conversation_id(earlier),
    })));
}

/// The desk writes first; a third of the contacts answer.
fn outbound(script: &mut Script<'_>) {
    let team = script.topic().team;
    let Some(rep) = script.desk.rep_for(team, script.at, &mut script.random) else {
        return;
    };
    let text = script.words(Say::Outbound);
    script.rep_says(rep, text);
    if script.random.chance(0.35) {
        script.wait_about(15_000.0, 1.1);
        let text = script.words(Say::FollowUp);
        script.contact_says(text);
        rep::serve(script);
    } else if script.random.chance(0.5) {
        script.wait(3_600, 3 * 86_400);
        script.resolve(rep_actor(rep));
    }
}

fn spam(script: &mut Script<'_>) {
    let text = script.words(Say::Spam);
    script.contact_says(text);
    script.wait(300, 20_000);
    mark(script, Mark::Spam, true);
    match script.random.below(100) {
        0..6 => {
            script.wait(3_600, 86_400);
            mark(script, Mark::Spam, false);
        }
        6..26 => {
            let contact = script.contact.id();
            script.wait(1, 60);
            let blocked = ContactBlocked { contact, by: None };
            script.push(Body::ContactBlocked(Box::new(blocked)));
        }
        _ => {}
    }
}

fn mark(script: &mut Script<'_>, mark: Mark, on: bool) {
    let conversation = script.conversation();
    script.push(Body::ConversationMarked(Box::new(ConversationMarked {
        conversation,
        mark,
        on,
    })));
}
