//! Why a source's figure differs from ours: rules, each told by what happened at the instant that
//! the source's figure leads to.

use super::story::{Moment, Story};

/// Why two figures differ, or that they do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    /// No rule explains it.
    Unexplained,
    /// They are the same.
    Same,
    /// They are the same as exactly as the source gives it.
    Rounding,
    /// One of both runs in working time.
    BusinessHours,
    /// The source counts a machine's message.
    Automation,
    /// The source counts a message of the customer agent.
    CustomerAgent,
    /// The source counts a note.
    Note,
    /// One of both counts what belongs to another conversation that went into this one.
    Merge,
    /// Our clock begins when a human became responsible.
    Handoff,
    /// Our clock begins with the contact's first message.
    FirstMessage,
    /// Each counts another one of several replies.
    OtherReply,
    /// The source counts from the beginning, we from each return.
    Episode,
    /// Each counts another one of several ends.
    Reopened,
    /// Only a part of it came along.
    Truncated,
    /// It was rated several times.
    RatedAgain,
    /// Svar leaves it out.
    Excluded,
    /// Our clock still runs.
    Open,
    /// Svar has no such row.
    NotOurs,
    /// The source has no value.
    NotTheirs,
    /// Too many differ to look at each.
    NotLookedAt,
    /// Svar has no schedule by which it could count.
    NoSchedule,
}

impl Rule {
    /// Its word.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Unexplained => "unexplained",
            Self::Same => "same",
            Self::Rounding => "rounding",
            Self::BusinessHours => "business_hours",
            Self::Automation => "automation",
            Self::CustomerAgent => "customer_agent",
            Self::Note => "note",
            Self::Merge => "merge",
            Self::Handoff => "handoff",
            Self::FirstMessage => "first_message",
            Self::OtherReply => "other_reply",
            Self::Episode => "episode",
            Self::Reopened => "reopened",
            Self::Truncated => "truncated",
            Self::RatedAgain => "rated_again",
            Self::Excluded => "excluded",
            Self::Open => "open",
            Self::NotOurs => "not_ours",
            Self::NotTheirs => "not_theirs",
            Self::NotLookedAt => "not_looked_at",
            Self::NoSchedule => "no_schedule",
        }
    }

    /// The rule in a sentence.
    pub(super) const fn because(self) -> &'static str {
        match self {
            Self::Unexplained => {
                "no rule that is known explains it; the conversation says what happened"
            }
            Self::Same => "both say the same",
            Self::Rounding => "both say the same, as exactly as the source gives it",
            Self::BusinessHours => {
                "one of both counts working hours only: the schedules differ, or the source left closed hours out"
            }
            Self::Automation => {
                "the source counts a message of a trigger or another machine; Svar counts people only"
            }
            Self::CustomerAgent => {
                "the source counts a message of the customer agent; Svar counts people only"
            }
            Self::Note => {
                "the source counts a private note, which the contact never saw; Svar does not"
            }
            Self::Merge => {
                "conversations were merged: Svar counts their messages in the one that stays, and a merge's own comment and end are none"
            }
            Self::Handoff => {
                "the source counts from the beginning; Svar from when a human became responsible"
            }
            Self::FirstMessage => {
                "the source counts from the beginning; Svar from the contact's first message"
            }
            Self::OtherReply => {
                "the source counts another one of several replies than Svar, which takes the first public one of a person after the contact's message"
            }
            Self::Episode => {
                "the source counts from the conversation's beginning; Svar from the contact's last return, which begins an episode of its own"
            }
            Self::Reopened => {
                "it was brought to its end more than once, and each counts another one of these ends"
            }
            Self::Truncated => {
                "only a part of the conversation came along; Svar gives no durations of it"
            }
            Self::RatedAgain => {
                "it was rated more than once, and each counts another one of the ratings"
            }
            Self::Excluded => "Svar leaves it out of the report",
            Self::Open => "by what came along it has not ended; Svar's clock still runs",
            Self::NotOurs => "Svar's report has no such row",
            Self::NotTheirs => "the source gives no figure for it",
            Self::NotLookedAt => "more rows differ than were looked at one by one",
            Self::NoSchedule => {
                "Svar has no schedule to count working hours by; set one under Settings, then import once more"
            }
        }
    }

    /// Whether both say the same.
    pub(super) const fn agrees(self) -> bool {
        matches!(self, Self::Same | Self::Rounding)
    }
}

/// Two values of one figure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) ours: f64,
    pub(super) theirs: f64,
    /// Ours on the other clock.
    pub(super) other_clock: Option<f64>,
    /// How exactly theirs is given.
    pub(super) step: f64,
}

impl Pair {
    /// Whether both are the same, to the second or as exactly as theirs is given.
    pub(super) fn agreement(&self) -> Option<Rule> {
        let apart = (self.ours - self.theirs).abs();
        if apart < 1.0 {
            return Some(Rule::Same);
        }
        (apart < self.step).then_some(Rule::Rounding)
    }

    fn is_other_clock(&self) -> bool {
        self.other_clock
            .is_some_and(|other| (other - self.theirs).abs() < self.step.max(1.0))
    }
}

/// Why two first replies differ.
pub(super) fn of_replies(pair: &Pair, story: &Story) -> Rule {
    if pair.is_other_clock() {
        return Rule::BusinessHours;
    }
    let mut found = Rule::Unexplained;
    for moment in story.after(pair.theirs, pair.step) {
        let rule = match moment {
            Moment::Reply => of_reply(pair, story),
            Moment::MergedReply => Rule::Merge,
            Moment::Answer => Rule::CustomerAgent,
            Moment::Automation if story.is_merged => Rule::Merge,
            Moment::Automation => Rule::Automation,
            Moment::Note => Rule::Note,
            Moment::Contact | Moment::Handoff | Moment::Close => continue,
        };
        // What people wrote goes before what came at the same instant.
        if matches!(moment, Moment::Reply) {
            return rule;
        }
        found = rule;
    }
    or_incomplete(found, story)
}

/// Why ours differs although the source counts a reply that there is.
fn of_reply(pair: &Pair, story: &Story) -> Rule {
    let starts = [
        (Moment::Handoff, Rule::Handoff),
        (Moment::Contact, Rule::FirstMessage),
    ];
    for (moment, rule) in starts {
        let from = story.first(moment).filter(|from| *from > 0.5);
        if from.is_some_and(|from| (pair.theirs - from - pair.ours).abs() < pair.step.max(1.5)) {
            return rule;
        }
    }
    Rule::OtherReply
}

/// Why two resolutions differ; `from_episode`: ours begins with each return of the contact.
pub(super) fn of_closes(pair: &Pair, story: &Story, from_episode: bool) -> Rule {
    if pair.is_other_clock() {
        return Rule::BusinessHours;
    }
    let mut moments = story.after(pair.theirs, pair.step);
    if moments.any(|moment| moment == Moment::Close) {
        let handoff = story.first(Moment::Handoff);
        let from_handoff = |from: f64| (pair.theirs - from - pair.ours).abs() < pair.step.max(1.5);
        return match (story.is_merged, from_episode) {
            (true, _) => Rule::Merge,
            (false, true) if handoff.is_some_and(from_handoff) => Rule::Handoff,
            (false, true) => Rule::Episode,
            (false, false) => Rule::Reopened,
        };
    }
    or_incomplete(Rule::Unexplained, story)
}

/// Why two ratings differ; 1 is satisfied.
pub(super) fn of_ratings(pair: &Pair, story: &Story) -> Rule {
    let is_theirs = |score: &u32| (satisfied(*score) - pair.theirs).abs() < 0.5;
    if story.scores.len() > 1 && story.scores.iter().any(is_theirs) {
        return Rule::RatedAgain;
    }
    or_incomplete(Rule::Unexplained, story)
}

/// What a score of 1 to 5 counts as.
pub(super) fn satisfied(score: u32) -> f64 {
    if score >= 4 { 1.0 } else { 0.0 }
}

fn or_incomplete(rule: Rule, story: &Story) -> Rule {
    match rule {
        Rule::Unexplained if story.is_truncated => Rule::Truncated,
        Rule::Unexplained if story.is_merged => Rule::Merge,
        rule => rule,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::Event;

    /// A conversation that began at 09:00, with what came so many seconds later.
    fn story(after: &[(i64, &str, Value)]) -> Story {
        let event = |at: i64, kind: &str, fields: Value| {
            let at = crate::model::Timestamp::from_millis(1_791_190_800_000 + at * 1_000);
            let mut event = json!({"type": kind, "at": at.to_string(), "conversation": "c",
                "source": "x", "id": format!("{kind}{at}")});
            let all = event.as_object_mut().unwrap();
            all.extend(fields.as_object().unwrap().clone());
            Event::from_value(event).unwrap()
        };
        let started = json!({"contact": "p", "channel": "email"});
        let mut events = vec![event(0, "conversation.started", started)];
        events.extend(
            after
                .iter()
                .map(|(at, kind, fields)| event(*at, kind, fields.clone())),
        );
        Story::new("c", &events)
    }

    fn message(at: i64, author: &str, more: &Value) -> (i64, &'static str, Value) {
        let mut fields =
            json!({"message": format!("m{at}"), "author": {"kind": author}, "text": "x"});
        let all = fields.as_object_mut().unwrap();
        all.extend(more.as_object().unwrap().clone());
        (at, "message.added", fields)
    }

    fn pair(ours: f64, theirs: f64) -> Pair {
        Pair {
            ours,
            theirs,
            other_clock: None,
            step: 1.0,
        }
    }

    #[test]
    fn a_reply_that_differs_is_told_by_what_came_at_the_sources_instant() {
        let story = story(&[
            message(0, "contact", &json!({})),
            message(5, "automation", &json!({})),
            message(20, "customer_agent", &json!({})),
            message(60, "rep", &json!({"visibility": "note"})),
            message(300, "rep", &json!({})),
            message(900, "rep", &json!({})),
        ]);
        for (theirs, wanted) in [
            (5.0, Rule::Automation),
            (20.0, Rule::CustomerAgent),
            (60.0, Rule::Note),
            (900.0, Rule::OtherReply),
            (444.0, Rule::Unexplained),
        ] {
            assert_eq!(of_replies(&pair(300.0, theirs), &story), wanted, "{theirs}");
        }
        let business = Pair {
            other_clock: Some(120.0),
            ..pair(300.0, 120.0)
        };
        assert_eq!(of_replies(&business, &story), Rule::BusinessHours);
    }

    #[test]
    fn a_clock_that_begins_later_is_told_by_what_begins_it() {
        let handed_off = (100, "conversation.handed_off", json!({"reason": "asked"}));
        let story_of = |more| {
            story(&[
                message(0, "contact", &json!({})),
                more,
                message(300, "rep", &json!({})),
            ])
        };
        let handed = story_of(handed_off);
        assert_eq!(of_replies(&pair(200.0, 300.0), &handed), Rule::Handoff);
        let late = story(&[
            message(40, "contact", &json!({})),
            message(300, "rep", &json!({})),
        ]);
        assert_eq!(of_replies(&pair(260.0, 300.0), &late), Rule::FirstMessage);
    }

    #[test]
    fn an_end_that_differs_is_another_one_of_several() {
        let by = json!({"by": {"kind": "rep"}});
        let story = story(&[
            message(0, "contact", &json!({})),
            (600, "conversation.resolved", by.clone()),
            (7_200, "conversation.resolved", by),
        ]);
        let first = pair(7_200.0, 600.0);
        assert_eq!(of_closes(&first, &story, false), Rule::Reopened);
        let last = pair(1_200.0, 7_200.0);
        assert_eq!(of_closes(&last, &story, true), Rule::Episode);
        assert_eq!(
            of_closes(&pair(7_200.0, 50.0), &story, false),
            Rule::Unexplained
        );
    }

    #[test]
    fn what_is_given_in_minutes_agrees_within_one() {
        let minutes = |ours, theirs| Pair {
            step: 60.0,
            ..pair(ours, theirs)
        };
        assert_eq!(minutes(600.4, 600.0).agreement(), Some(Rule::Same));
        assert_eq!(minutes(659.0, 600.0).agreement(), Some(Rule::Rounding));
        assert_eq!(minutes(541.0, 600.0).agreement(), Some(Rule::Rounding));
        assert_eq!(minutes(660.0, 600.0).agreement(), None);
        assert_eq!(pair(602.0, 600.0).agreement(), None);
    }

    #[test]
    fn a_rating_that_differs_was_given_again_or_is_not_explained() {
        let rated = |at: i64, score: u8| (at, "csat.rated", json!({"score": score}));
        let twice = story(&[rated(10, 1), rated(20, 5)]);
        assert_eq!(of_ratings(&pair(1.0, 0.0), &twice), Rule::RatedAgain);
        let once = story(&[rated(10, 5)]);
        assert_eq!(of_ratings(&pair(1.0, 0.0), &once), Rule::Unexplained);
    }

    #[test]
    fn what_came_only_in_part_or_merged_is_said_where_nothing_else_explains_it() {
        let truncated = story(&[(
            0,
            "conversation.marked",
            json!({"mark": "truncated", "on": true}),
        )]);
        assert_eq!(of_replies(&pair(1.0, 99.0), &truncated), Rule::Truncated);
        let merged = story(&[(50, "conversation.merged", json!({"into": "d"}))]);
        assert_eq!(of_replies(&pair(1.0, 99.0), &merged), Rule::Merge);
    }
}
