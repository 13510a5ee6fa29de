//! The customer agent's part of a conversation: greet, answer, ask back, hand off.
//!
//! It answers what has a published short answer by then, so that it gets better over the
//! window. Called by `conversation`; what follows a handoff is `rep`.

use super::desk::short_answer_id;
use super::name::id;
use super::script::{Assignee, Script, actor, rep_actor};
use super::text::Say;
use crate::model::event::{
    ActorKind, HandoffReason, QuestionAsked, QuestionDismissed, QuestionOutcome, Role,
};
use crate::model::{Body, DAY_MS, QuestionId};

/// How the customer agent's part ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AgentOutcome {
    /// The contact went away, content or not.
    Gone,
    /// A human has to go on.
    HandedOff,
    /// A rep steps in without a handoff.
    TakenOver,
}

/// What comes of a question.
enum Next {
    Ask,
    Leave(AgentOutcome),
}

/// Questions that are put to the customer agent at most.
const MOST_QUESTIONS: u32 = 4;

/// How a contact takes a right answer.
#[derive(Clone, Copy)]
enum Reaction {
    Helpful,
    OtherWord,
    Thanks,
    Quiet,
    ContactResolves,
    AgentResolves,
    AutomationResolves,
    AsksMore,
    Unhappy,
    TakenOver,
}

const TO_RIGHT: &[(Reaction, u32)] = &[
    (Reaction::Helpful, 21),
    (Reaction::OtherWord, 2),
    (Reaction::Thanks, 17),
    (Reaction::Quiet, 24),
    (Reaction::ContactResolves, 6),
    (Reaction::AgentResolves, 10),
    (Reaction::AutomationResolves, 3),
    (Reaction::AsksMore, 9),
    (Reaction::Unhappy, 11),
    (Reaction::TakenOver, 2),
];

const TO_WRONG: &[(Reaction, u32)] = &[
    (Reaction::Quiet, 25),
    (Reaction::AsksMore, 15),
    (Reaction::Unhappy, 60),
];

/// Greets where people chat, before the contact says what it is about.
pub(super) fn greet(script: &mut Script<'_>) {
    if script.random.chance(0.6) {
        script.assign(Assignee::CustomerAgent { id: None });
    }
    if script.channel == "chat" && script.random.chance(0.8) {
        script.wait(0, 2);
        let text = script.words(Say::Greeting);
        script.agent_says(text, Role::Other);
        script.wait(4, 60);
    }
}

/// Serves the contact until they leave or a human has to go on.
pub(super) fn serve(script: &mut Script<'_>) -> AgentOutcome {
    serve_from(script, 1)
}

/// Serves a contact who comes back; its questions are counted on.
pub(super) fn serve_again(script: &mut Script<'_>) -> AgentOutcome {
    serve_from(script, 1 + MOST_QUESTIONS)
}

fn serve_from(script: &mut Script<'_>, first: u32) -> AgentOutcome {
    for number in first..first + MOST_QUESTIONS {
        let text = script.question();
        let words = dressed(script, &text);
        let message = script.contact_says(&words);
        if number == 1
            && let Some(left) = before_answer(script)
        {
            return left;
        }
        if number == 1 && script.random.chance(0.1) {
            think(script);
            let clarify = script.words(Say::Clarify);
            script.agent_says(clarify, Role::Clarify);
            if script.random.chance(0.2) {
                return AgentOutcome::Gone;
            }
            read(script);
            let detail = script.words(Say::Detail);
            script.contact_says(detail);
        }
        think(script);
        let question = ask(script, &text, message.as_str(), number);
        let next = match question {
            Match::Right => answered(script, TO_RIGHT),
            Match::Wrong => answered(script, TO_WRONG),
            Match::Nothing => unanswered(script),
        };
        if let Next::Leave(left) = next {
            return left;
        }
        read(script);
    }
    AgentOutcome::Gone
}

/// The message around a question: at times a greeting and a closing word.
fn dressed(script: &mut Script<'_>, question: &str) -> String {
    let mut text = String::with_capacity(question.len() + 32);
    if script.random.chance(0.35) {
        text.push_str(script.words(Say::Opener));
        text.push(' ');
    }
    text.push_str(question);
    if script.random.chance(0.15) {
        text.push(' ');
        text.push_str(script.words(Say::Closer));
    }
    text
}

/// Handoffs that need no question: limits, failures, rules, and who wants a human.
fn before_answer(script: &mut Script<'_>) -> Option<AgentOutcome> {
    let rule = if script.contact.plan == "enterprise" {
        40
    } else {
        2
    };
    let reason = script.random.weighted(
        &[
            (None, 1_000),
            (Some(HandoffReason::Limit), 11),
            (Some(HandoffReason::Error), 9),
            (Some(HandoffReason::Rule), rule * 5),
            (Some(HandoffReason::Asked), 42),
            (Some(HandoffReason::Takeover), 14),
        ],
        None,
    )?;
    if reason == HandoffReason::Asked {
        read(script);
        let text = script.words(Say::AskHuman);
        script.contact_says(text);
    }
    think(script);
    script.hand_off(reason);
    Some(AgentOutcome::HandedOff)
}

/// What the customer agent found.
enum Match {
    Right,
    Wrong,
    Nothing,
}

/// Puts the question and records what came of it.
fn ask(script: &mut Script<'_>, text: &str, message: &str, number: u32) -> Match {
    let share = script.desk.share(script.at);
    let is_known = script.topic().is_answered(script.contact.language, share);
    let hit = match (is_known, script.random.below(100)) {
        (true, 0..92) => Match::Right,
        (true, 92..95) | (false, 0..6) => Match::Wrong,
        _ => Match::Nothing,
    };
    let (low, high) = match hit {
        Match::Right => (62, 97),
        Match::Wrong => (50, 71),
        Match::Nothing => (8, 49),
    };
    let is_answered = !matches!(hit, Match::Nothing);
    let question = id(QuestionId::parse, &script.name(&format!("q{number}")));
    let topic = match hit {
        Match::Wrong => 0,
        Match::Right | Match::Nothing => script.topic,
    };
    let score = f64::from(script.random.between(low, high)) / 100.0;
    let event = QuestionAsked {
        conversation: script.conversation(),
        question: question.clone(),
        text: text.to_owned(),
        outcome: if is_answered {
            QuestionOutcome::Answered
        } else {
            QuestionOutcome::Unanswered
        },
        short_answer: is_answered.then(|| short_answer_id(topic, script.contact.language)),
        score: Some(score),
        message: crate::model::MessageId::parse(message).ok(),
    };
    script.push(Body::QuestionAsked(Box::new(event)));
    if is_answered {
        let answer = script.desk.books.answer(script.contact.language, topic);
        script.agent_says(answer, Role::Answer);
    } else if script.random.chance(0.02) {
        dismiss(script, question);
    }
    hit
}

/// Some days later a rep finds that the question needs no answer.
fn dismiss(script: &mut Script<'_>, question: QuestionId) {
    let days = i64::from(script.random.between(1, 9));
    let at = script.at.plus_millis(days * DAY_MS);
    let rep = script
        .desk
        .rep_for(script.topic().team, at, &mut script.random);
    let event = QuestionDismissed {
        question,
        reason: Some("one of a kind".to_owned()),
        by: rep.map(rep_actor),
    };
    script.push_at(at, Body::QuestionDismissed(Box::new(event)));
}

/// What the contact does after an answer.
fn answered(script: &mut Script<'_>, reactions: &[(Reaction, u32)]) -> Next {
    let reaction = script.random.weighted(reactions, Reaction::Quiet);
    read(script);
    match reaction {
        Reaction::Helpful => script.feedback("helpful", None),
        Reaction::OtherWord => script.feedback("neutral", None),
        Reaction::Thanks => script.contact_thanks(),
        Reaction::Quiet => {}
        Reaction::ContactResolves => {
            let by = script.contact_actor();
            script.resolve(by);
        }
        Reaction::AgentResolves => {
            script.wait(600, 7_200);
            script.resolve(actor(ActorKind::CustomerAgent));
        }
        Reaction::AutomationResolves => {
            script.wait(86_400, 2 * 86_400);
            script.resolve(actor(ActorKind::Automation));
        }
        Reaction::AsksMore => return Next::Ask,
        Reaction::Unhappy => return unhappy(script),
        Reaction::TakenOver => return Next::Leave(AgentOutcome::TakenOver),
    }
    Next::Leave(AgentOutcome::Gone)
}

/// A contact who was not helped says so, and asks for a human, or leaves.
fn unhappy(script: &mut Script<'_>) -> Next {
    let text = script.words(Say::Unhappy);
    let reason = if script.random.chance(0.65) {
        let said = script.random.chance(0.3).then_some(text);
        script.feedback("not_helpful", said);
        HandoffReason::NegativeFeedback
    } else {
        script.contact_says(text);
        HandoffReason::Asked
    };
    if script.random.chance(0.35) {
        return Next::Leave(AgentOutcome::Gone);
    }
    script.wait(1, 5);
    hold(script);
    script.hand_off(reason);
    Next::Leave(AgentOutcome::HandedOff)
}

/// No answer: hand off, or ask for other words; some contacts leave meanwhile.
fn unanswered(script: &mut Script<'_>) -> Next {
    match script.random.below(100) {
        0..70 => {
            hold(script);
            script.hand_off(HandoffReason::NoAnswer);
            Next::Leave(AgentOutcome::HandedOff)
        }
        70..84 => {
            let text = script.words(Say::Clarify);
            script.agent_says(text, Role::Clarify);
            Next::Ask
        }
        _ => Next::Leave(AgentOutcome::Gone),
    }
}

fn hold(script: &mut Script<'_>) {
    let text = script.words(Say::Holding);
    script.agent_says(text, Role::Other);
}

/// The customer agent takes its time.
fn think(script: &mut Script<'_>) {
    match script.channel {
        "email" | "form" => script.wait(25, 140),
        _ => script.wait(1, 9),
    }
}

/// The contact reads what was written.
fn read(script: &mut Script<'_>) {
    match script.channel {
        "email" | "form" => script.wait_about(5_400.0, 1.0),
        "social" | "whatsapp" => script.wait_about(240.0, 1.1),
        _ => script.wait_about(55.0, 0.8),
    }
}
