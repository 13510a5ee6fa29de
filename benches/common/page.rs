//! What the overview page asks.

#![allow(dead_code, reason = "each bench takes what it needs")]

use rayon::prelude::*;
use svar::metrics::Facts;

use crate::facts;

/// Which of the page's windows a question is over.
#[derive(Clone, Copy)]
enum Over {
    /// The week that the tiles show.
    Week,
    /// The page's range of dates.
    Range,
}

/// A question of the page.
struct Asked {
    report: &'static str,
    over: Over,
    /// Cut by the page's frequency.
    is_cut: bool,
    /// What belongs to it next to the page's own filters.
    more: &'static str,
}

const fn asked(report: &'static str, over: Over, is_cut: bool, more: &'static str) -> Asked {
    Asked {
        report,
        over,
        is_cut,
        more,
    }
}

/// Tiles with their courses, then the panels: rates, channels, who resolved, first answers,
/// feedback, handoffs, backlog.
const ASKED: [Asked; 21] = {
    use Over::{Range, Week};
    [
        asked("resolved", Week, true, "&compare=previous"),
        asked("handled", Week, true, "&compare=previous"),
        asked("resolution_time", Week, true, "&compare=previous"),
        asked("deflection_rate", Week, true, "&compare=previous"),
        asked("helpful_share", Week, true, "&compare=previous"),
        asked("resolved", Range, true, ""),
        asked("handled", Range, true, ""),
        asked("resolution_time", Range, true, ""),
        asked("deflection_rate", Range, true, ""),
        asked("helpful_share", Range, true, ""),
        asked("resolution_rate", Range, true, "&compare=previous"),
        asked("deflection_rate", Range, true, "&compare=previous"),
        asked("handoff_rate", Range, true, "&compare=previous"),
        asked("handled_by_channel", Range, true, "&compare=previous"),
        asked("resolved_by_assignee", Range, false, "&compare=previous"),
        asked(
            "first_reply_time",
            Range,
            true,
            "&compare=previous&where.rep=",
        ),
        asked(
            "first_response_time",
            Range,
            true,
            "&compare=previous&where.handled_by=rep",
        ),
        asked(
            "first_response_time",
            Range,
            true,
            "&compare=previous&where.handled_by=both",
        ),
        asked("feedback_trend", Range, true, "&compare=previous"),
        asked("handoffs", Range, false, "&compare=previous"),
        asked("backlog", Range, true, "&compare=previous"),
    ]
};

/// The page's windows as parameters, with zone and filters, and its frequency.
pub(crate) struct Windows {
    pub(crate) week: String,
    pub(crate) range: String,
    pub(crate) every: &'static str,
}

/// How many came in over the range, which decides the frequency, and whether any did this week;
/// then all that is shown, beside each other as the page asks it.
pub(crate) fn ask(facts: &Facts, windows: &Windows) -> usize {
    facts::ask(facts, "handling_rate", &windows.range);
    facts::ask(facts, "handling_rate", &windows.week);
    let answers = ASKED.par_iter().map(|one| one.answer(facts, windows));
    answers.sum()
}

/// The names of what is asked, in order, and one of them asked alone.
pub(crate) fn alone() -> impl Iterator<Item = (String, impl Fn(&Facts, &Windows) -> usize)> {
    ASKED.iter().enumerate().map(|(place, one)| {
        let over = match one.over {
            Over::Week => "week",
            Over::Range => "range",
        };
        let name = format!("{place:02}_{}_{over}", one.report);
        (name, |facts: &Facts, windows: &Windows| {
            one.answer(facts, windows)
        })
    })
}

impl Asked {
    fn answer(&self, facts: &Facts, windows: &Windows) -> usize {
        let window = match self.over {
            Over::Week => &windows.week,
            Over::Range => &windows.range,
        };
        let every = match (self.is_cut, self.over) {
            (false, _) => "",
            (true, Over::Week) => "&every=day",
            (true, Over::Range) => windows.every,
        };
        let query = format!("{window}{every}{}", self.more);
        facts::ask(facts, self.report, &query).series.len()
    }
}
