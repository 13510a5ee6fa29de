//! What an ended episode comes to: handled, handed off, resolved or abandoned, and for
//! how long that holds.
//!
//! An automation's message after an answer ("closing for inactivity") is not the last word: an
//! assumed resolution does not become `abandoned` by it, nor by a message of role `other`.

use super::draft::EpisodeEnd;
use super::facts::{Episode, Handoff, Wait};
use super::word::{EndRule, Outcome};
use crate::model::event::HandoffReason;
use crate::model::{Profile, Timestamp};

/// Decides the outcome of each episode, now that all of them are known.
pub(super) fn decide(episodes: &mut [Episode<'_>], ended: &[EpisodeEnd], profile: &Profile) {
    for (episode, ended) in episodes.iter_mut().zip(ended) {
        episode.handled = is_handled(episode, ended);
        let waits = (first_response(episode, ended), first_reply(episode, ended));
        (episode.first_response, episode.first_reply) = waits;
        // A rep who wrote only before the customer agent came on took over, too; the
        // response times above count as if there were no handoff.
        if episode.handled
            && episode.handoff.is_none()
            && let Some(at) = episode.first_rep_reply_at
        {
            let reason = HandoffReason::Takeover;
            let ended_at = episode.ended_at;
            take_responsibility(&mut episode.human, at, ended_at);
            episode.handoff = Some(Handoff {
                at,
                reason,
                by_event: false,
            });
        }
        resolve(episode, ended, profile);
    }
}

/// A human was responsible from the takeover on, whatever the customer agent did after it.
fn take_responsibility(
    human: &mut Vec<(Timestamp, Option<Timestamp>)>,
    at: Timestamp,
    until: Option<Timestamp>,
) {
    let holds =
        |(from, to): &&(Timestamp, Option<Timestamp>)| *from <= at && to.is_none_or(|to| at <= to);
    let since = human.iter().find(holds).map_or(at, |(from, _)| *from);
    human.retain(|(from, _)| *from < since);
    human.push((since, until));
}

fn is_handled(episode: &Episode<'_>, ended: &EpisodeEnd) -> bool {
    let is_passed_on = episode.handoff.is_some_and(|handoff| {
        handoff.by_event
            && matches!(
                handoff.reason,
                HandoffReason::Asked
                    | HandoffReason::NoAnswer
                    | HandoffReason::Rule
                    | HandoffReason::NegativeFeedback
            )
    });
    ended.deeds.replied || ended.deeds.unanswered || is_passed_on
}

fn resolve(episode: &mut Episode<'_>, ended: &EpisodeEnd, profile: &Profile) {
    let answered = episode.answers > 0 && episode.feedback != Some(false);
    let by_contact = matches!(episode.end_rule, EndRule::ByContact | EndRule::Confirmation);
    let confirmed = by_contact || episode.confirmed;
    let assumed = match episode.end_rule {
        EndRule::Quiet | EndRule::ByCustomerAgent | EndRule::ByAutomation => true,
        EndRule::ByRep => episode.first_rep_reply_at.is_none(),
        _ => false,
    } && ended.deeds.answer_stands;
    let is_over = episode.end_rule != EndRule::Open;
    let is_resolved =
        is_over && episode.end_rule != EndRule::Blocked && answered && (confirmed || assumed);
    episode.outcome = if !episode.handled {
        Outcome::Unhandled
    } else if episode.handoff.is_some() {
        Outcome::HandedOff
    } else if is_resolved {
        Outcome::Resolved
    } else if is_over {
        Outcome::Abandoned
    } else {
        Outcome::Pending
    };
    episode.confirmed = episode.outcome == Outcome::Resolved && confirmed;
    if episode.outcome == Outcome::Resolved {
        episode.resolved_at = if by_contact {
            ended.resolve_at
        } else {
            episode.last_answer_at
        };
        hold(episode, profile);
    } else if episode.end_rule.is_resolve_event() {
        episode.resolved_at = ended.resolve_at;
    }
}

/// Whether the resolution is taken back by the next episode, or lasts.
fn hold(episode: &mut Episode<'_>, profile: &Profile) {
    let Some(resolved_at) = episode.resolved_at else {
        return;
    };
    let comes_within = |span: i64| {
        episode
            .next_started_at
            .is_some_and(|next| next < resolved_at.plus_millis(span))
    };
    let revoked = comes_within(profile.reopen_ms());
    let durable = !comes_within(profile.durable_ms());
    episode.durable = durable && !revoked;
    if revoked {
        episode.revoked = true;
        episode.confirmed = false;
        episode.outcome = Outcome::Abandoned;
    }
}

/// From when to when a human's first response took.
fn first_response(episode: &Episode<'_>, ended: &EpisodeEnd) -> Wait {
    let in_cohort =
        episode.handoff.is_some() || episode.first_rep_reply_at.is_some() || !ended.on_at_end;
    if !in_cohort {
        return Wait::default();
    }
    let until = ended.first_response_at;
    Wait {
        from: response_clock(episode, ended, until),
        until,
    }
}

fn response_clock(
    episode: &Episode<'_>,
    ended: &EpisodeEnd,
    until: Option<Timestamp>,
) -> Option<Timestamp> {
    let start = clock_start(episode)?;
    match episode.handoff {
        Some(handoff) if handoff.by_event => {
            let before = until.is_none_or(|until| handoff.at < until);
            Some(if before { handoff.at.max(start) } else { start })
        }
        // The message that took over is the response: the wait is the run it ended.
        Some(handoff) if until == Some(handoff.at) => ended.takeover_from,
        _ => Some(start),
    }
}

/// From when to when any reply took.
fn first_reply(episode: &Episode<'_>, ended: &EpisodeEnd) -> Wait {
    Wait {
        from: clock_start(episode),
        until: ended.first_reply_at,
    }
}

/// The start, or for an outbound episode the contact's first message.
const fn clock_start(episode: &Episode<'_>) -> Option<Timestamp> {
    if episode.outbound {
        episode.first_contact_at
    } else {
        Some(episode.started_at)
    }
}
