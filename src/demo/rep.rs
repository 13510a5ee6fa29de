//! The reps' part of a conversation: take it, answer, note, resolve, survey.
//!
//! Answers come in the rep's working hours, after delays of log-normal kind that depend
//! on the rep and the channel. Called by `conversation` and `job`.

use super::people::Rep;
use super::script::{Assignee, Script, actor, rep_actor};
use super::text::Say;
use super::ticket;
use super::topic::{DELETED_TAG, LOGIN_TAG_AFTER, LOGIN_TAG_BEFORE};
use crate::model::event::{
    ActorKind, ConversationTagged, ConversationUntagged, ConversationUpdated, CsatRated, CsatSent,
};
use crate::model::{Body, Timestamp};

/// Serves the contact, from the last contact message to the end.
pub(super) fn serve(script: &mut Script<'_>) {
    if script.random.chance(0.03) {
        return sweep(script);
    }
    if script.random.chance(0.55) {
        script.wait(1, 20);
        let team = script.topic().team.id();
        script.assign(Assignee::Team { id: team });
    }
    let Some(rep) = script
        .desk
        .rep_for(script.topic().team, script.at, &mut script.random)
    else {
        return sweep(script);
    };
    let rep = answer_by(script, rep);
    if script.random.chance(0.8) {
        let begun = script.at;
        script.assign(Assignee::Rep { id: rep.id() });
        script.at = begun.plus_millis(1_500);
    }
    if script.random.chance(0.33) {
        ticket::open(script, rep);
        script.wait(2, 30);
    }
    let rep = talk(script, rep);
    end(script, rep);
}

/// When `rep` answers what was written last.
pub(super) fn answer_at(script: &mut Script<'_>, rep: &Rep) -> Timestamp {
    let (median, spread) = match script.channel {
        "phone" => (35.0, 0.6),
        "chat" => (120.0, 0.9),
        "whatsapp" => (700.0, 1.0),
        "social" => (2_400.0, 1.0),
        _ => (7_800.0, 1.0),
    };
    let span = script
        .random
        .log_normal(median * rep.pace, spread)
        .max(2_000);
    if script.random.chance(0.04) {
        // Some answer in the evening, from home.
        return script.at.plus_millis(span);
    }
    script.desk.calendar.work_after(script.at, span, &rep.shift)
}

/// Lets the time pass until `rep` answers, or a colleague where `rep` has left by then.
fn answer_by(script: &mut Script<'_>, rep: &'static Rep) -> &'static Rep {
    let at = answer_at(script, rep);
    if rep.is_here(script.desk.share(at)) {
        script.at = at;
        return rep;
    }
    let team = script.topic().team;
    let other = script.desk.rep_for(team, at, &mut script.random);
    script.at = at;
    other.unwrap_or(rep)
}

/// The exchange itself; gives the rep who wrote last.
fn talk(script: &mut Script<'_>, first: &'static Rep) -> &'static Rep {
    let mut rep = first;
    let rounds = script
        .random
        .weighted(&[(0, 34), (1, 38), (2, 20), (3, 8)], 1);
    for _ in 0..rounds {
        let text = script.words(Say::RepReply);
        script.rep_says(rep, text);
        if script.random.chance(0.1) {
            script.wait(20, 300);
            script.rep_notes(rep);
        }
        contact_reads(script);
        let text = script.words(Say::FollowUp);
        script.contact_says(text);
        if script.random.chance(0.06) {
            rep = pass_on(script, rep);
        }
        rep = answer_by(script, rep);
    }
    let text = script.words(Say::RepFinal);
    script.rep_says(rep, text);
    rep
}

/// A colleague takes over.
fn pass_on(script: &mut Script<'_>, rep: &'static Rep) -> &'static Rep {
    script.wait(60, 900);
    let team = script.topic().team;
    let Some(other) = script.desk.rep_for(team, script.at, &mut script.random) else {
        return rep;
    };
    script.assign(Assignee::Rep { id: other.id() });
    ticket::assign(script, other);
    other
}

fn contact_reads(script: &mut Script<'_>) {
    match script.channel {
        "email" | "form" => script.wait_about(16_000.0, 1.1),
        "social" | "whatsapp" => script.wait_about(1_500.0, 1.2),
        _ => script.wait_about(80.0, 0.8),
    }
}

/// How it ends, and what is done afterwards.
fn end(script: &mut Script<'_>, rep: &'static Rep) {
    label(script);
    match script.random.below(100) {
        0..66 => {
            script.wait(30, 5_400);
            script.resolve(rep_actor(rep));
        }
        66..74 => {
            contact_reads(script);
            let by = script.contact_actor();
            script.resolve(by);
        }
        74..84 => {
            script.wait(3 * 86_400, 5 * 86_400);
            script.automation_says("Closed after five days without an answer.");
            script.resolve(actor(ActorKind::Automation));
        }
        84..90 => {
            contact_reads(script);
            script.contact_thanks();
            sweep(script);
        }
        _ => sweep(script),
    }
    ticket::close(script, rep);
    survey(script, rep);
    if script.random.chance(0.07) {
        come_back(script, rep);
    }
}

/// Automation closes nearly all of what everybody forgot.
fn sweep(script: &mut Script<'_>) {
    if script.random.chance(0.94) {
        script.wait(7 * 86_400, 14 * 86_400);
        script.resolve(actor(ActorKind::Automation));
    }
}

/// The contact writes again days later, and the same rep takes care of it.
fn come_back(script: &mut Script<'_>, rep: &'static Rep) {
    script.wait(86_400, 6 * 86_400);
    script.reopen();
    ticket::reopen(script);
    let text = script.words(Say::Again);
    script.contact_says(text);
    let rep = answer_by(script, rep);
    let text = script.words(Say::RepFinal);
    script.rep_says(rep, text);
    script.wait(60, 3_600);
    script.resolve(rep_actor(rep));
    ticket::close(script, rep);
}

/// Tags and facts that reps add. The tag `login-trouble` has another name from the
/// middle on, and `misc` is used no more after two thirds.
fn label(script: &mut Script<'_>) {
    if script.random.chance(0.1) {
        let priority = script.random.pick(&["low", "high", "urgent"], "low");
        let update = ConversationUpdated {
            priority: Some(priority.to_owned()),
            ..ConversationUpdated::of(script.conversation())
        };
        script.push(Body::ConversationUpdated(Box::new(update)));
    }
    if !script.random.chance(0.55) {
        return;
    }
    let share = script.desk.share(script.at);
    let tag = match script.topic().tag {
        LOGIN_TAG_BEFORE if share >= 0.5 => LOGIN_TAG_AFTER,
        DELETED_TAG if share >= 2.0 / 3.0 => return,
        tag => tag,
    };
    let conversation = script.conversation();
    script.push(Body::ConversationTagged(Box::new(ConversationTagged {
        conversation: conversation.clone(),
        tag: tag.to_owned(),
    })));
    if script.random.chance(0.03) {
        let later = script.at.plus_millis(40_000);
        let tag = tag.to_owned();
        let untagged = ConversationUntagged { conversation, tag };
        script.push_at(later, Body::ConversationUntagged(Box::new(untagged)));
    }
}

/// A survey after the conversation, which some contacts answer.
fn survey(script: &mut Script<'_>, rep: &Rep) {
    if !script.random.chance(0.6) {
        return;
    }
    script.wait(300, 3_600);
    let sent = CsatSent {
        conversation: Some(script.conversation()),
        ticket: None,
        text: None,
    };
    script.push(Body::CsatSent(Box::new(sent)));
    if !script.random.chance(0.36) {
        return;
    }
    let later = script.random.log_normal(14_000.0, 1.2).max(10_000);
    let is_content = script.random.chance(rep.skill);
    let score = if is_content {
        script.random.weighted(&[(5, 6), (4, 4)], 5)
    } else {
        script.random.weighted(&[(3, 4), (2, 3), (1, 3)], 3)
    };
    let words = if is_content { Say::Good } else { Say::Bad };
    let text = script
        .random
        .chance(0.3)
        .then(|| script.words(words).to_owned());
    let rated = CsatRated {
        conversation: Some(script.conversation()),
        ticket: None,
        score,
        text,
    };
    let at = script.at.plus_millis(later);
    script.push_at(at, Body::CsatRated(Box::new(rated)));
}
