//! A source's own figures beside ours, row by row, with the rule that explains each difference.
//!
//! `app` hands in the source's figures, the rows of our reports, and the story of what differs;
//! ours are the rows of the reports, so that what is set beside the source is what reports show.

mod rule;
mod story;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::judge::State;
use super::rows::RowItem;
use crate::model::event::cmp_ids;
use crate::model::reconciliation::{
    ReconciledRow, Reconciliation, RuleCount, Side, SourceFigure, SourceFigures,
};
use rule::{Pair, Rule, of_closes, of_ratings, of_replies, satisfied};

pub use story::Story;

/// How many rows that differ are kept of a figure.
const MOST_ROWS: usize = 200;
/// How many rows that differ are looked at one by one.
const MOST_LOOKED_AT: usize = 20_000;
/// The report of ratings.
const CSAT: &str = "csat";
/// Reports of which each row is a ticket.
const OF_TICKETS: [&str; 3] = [
    "ticket_first_response_time",
    "time_to_first_close",
    "time_to_close",
];
/// Reports of a first reply.
const OF_REPLIES: [&str; 2] = ["first_response_time", "ticket_first_response_time"];

/// What a report makes of a thing.
#[derive(Clone, Debug, Default)]
struct Ends {
    /// Where the row is that is taken, and what it is worth.
    value: Option<((u32, i64), f64)>,
    /// Why it has none.
    why: Option<(State, &'static str)>,
}

/// The values that a report has of a source's things.
#[derive(Debug)]
pub struct OurValues<'a> {
    figure: &'a SourceFigure,
    wanted: &'a HashSet<&'a str>,
    of: HashMap<String, Ends>,
}

impl<'a> OurValues<'a> {
    /// None yet, of the things that are wanted.
    pub fn new(figure: &'a SourceFigure, wanted: &'a HashSet<&'a str>) -> Self {
        Self {
            figure,
            wanted,
            of: HashMap::new(),
        }
    }

    /// Takes in a row of the figure's report.
    pub fn take(&mut self, row: &RowItem) {
        let thing = if OF_TICKETS.contains(&self.figure.report.as_str()) {
            row.ticket.as_deref()
        } else {
            row.conversation.as_deref()
        };
        let Some(thing) = thing.filter(|thing| self.wanted.contains(thing)) else {
            return;
        };
        let ends = self.of.entry(thing.to_owned()).or_default();
        let (State::Counted, Some(value)) = (row.state, row.value) else {
            ends.why.get_or_insert((row.state, row.reason));
            return;
        };
        let place = (row.episode.unwrap_or_default(), row.at.millis());
        let is_better = ends.value.is_none_or(|(known, _)| {
            if self.figure.is_first {
                place < known
            } else {
                place >= known
            }
        });
        if is_better {
            ends.value = Some((place, value));
        }
    }

    fn value(&self, thing: &str) -> Option<f64> {
        self.of.get(thing)?.value.map(|(_, value)| value)
    }

    fn why(&self, thing: &str) -> Option<(State, &'static str)> {
        self.of.get(thing)?.why
    }
}

/// A figure on both clocks.
#[derive(Debug)]
pub struct Compared<'a> {
    /// Which of the source's figures.
    pub slot: usize,
    /// Ours on its clock; none: there is no schedule for it.
    pub ours: Option<OurValues<'a>>,
    /// Ours on the other clock, where there is one.
    pub other_clock: Option<OurValues<'a>>,
}

/// Sets one of a source's figures beside ours; `story` tells what happened to a thing.
pub fn reconcile(
    source: &SourceFigures,
    compared: &Compared<'_>,
    story: &mut dyn FnMut(&str) -> Option<Story>,
) -> Option<Reconciliation> {
    let figure = source.figures.get(compared.slot)?;
    let is_rating = figure.report == CSAT;
    let theirs = |values: &[Option<u32>]| {
        let value = values.get(compared.slot).copied().flatten()?;
        Some(if is_rating {
            satisfied(value)
        } else {
            f64::from(value)
        })
    };
    let all = source.things.iter();
    let values = all.clone().filter_map(|thing| theirs(&thing.values));
    let mut whole = Reconciliation {
        name: figure.name.clone(),
        report: figure.report.clone(),
        clock: figure.clock,
        step_secs: figure.step_secs,
        ours: Side::default(),
        theirs: side(values.collect(), is_rating),
        compared: 0,
        agreeing: 0,
        left_out: source.left_out,
        rules: Vec::new(),
        rows: Vec::new(),
    };
    if whole.theirs.count == 0 {
        return None;
    }
    let Some(ours) = &compared.ours else {
        whole.rules = vec![counted(Rule::NoSchedule, whole.theirs.count)];
        return Some(whole);
    };
    let own = all.clone().filter_map(|thing| ours.value(&thing.id));
    whole.ours = side(own.collect(), is_rating);
    let mut look = Look {
        figure,
        compared,
        ours,
        story,
        looked_at: 0,
    };
    let pairs = all.filter_map(|thing| {
        let (our, their) = (ours.value(&thing.id), theirs(&thing.values));
        (our.is_some() || their.is_some()).then_some((thing.id.as_str(), our, their))
    });
    compare(pairs, &mut look, &mut whole);
    Some(whole)
}

/// Sets values side by side, ours first, and counts by which rules they differ.
fn compare<'a>(
    pairs: impl Iterator<Item = (&'a str, Option<f64>, Option<f64>)>,
    look: &mut Look<'_, '_>,
    whole: &mut Reconciliation,
) {
    let (mut rules, mut rows) = (BTreeMap::new(), Vec::new());
    for (thing, ours, theirs) in pairs {
        let (rule, detail) = look.rule(thing, ours, theirs);
        *rules.entry(rule).or_insert(0_u64) += 1;
        whole.compared += 1;
        if rule.agrees() {
            whole.agreeing += 1;
            continue;
        }
        let row = ReconciledRow {
            id: thing.to_owned(),
            ours,
            theirs,
            rule: rule.as_str().to_owned(),
            detail: detail.map(str::to_owned),
        };
        rows.push((rule, row));
    }
    let mut rules: Vec<(Rule, u64)> = rules.into_iter().collect();
    rules.sort_by_key(|(rule, count)| (!rule.agrees(), std::cmp::Reverse(*count)));
    let rules = rules.into_iter();
    whole.rules = rules.map(|(rule, count)| counted(rule, count)).collect();
    whole.rows = first(rows);
}

fn counted(rule: Rule, count: u64) -> RuleCount {
    RuleCount {
        rule: rule.as_str().to_owned(),
        because: rule.because().to_owned(),
        count,
    }
}

/// The rows that are kept: what nothing explains, then the largest differences.
fn first(mut rows: Vec<(Rule, ReconciledRow)>) -> Vec<ReconciledRow> {
    let apart = |row: &ReconciledRow| match (row.ours, row.theirs) {
        (Some(ours), Some(theirs)) => (ours - theirs).abs(),
        (one, other) => one.or(other).unwrap_or_default(),
    };
    rows.sort_by(|(one_rule, one), (other_rule, other)| {
        let unexplained = |rule: &Rule| *rule != Rule::Unexplained;
        unexplained(one_rule)
            .cmp(&unexplained(other_rule))
            .then_with(|| apart(other).total_cmp(&apart(one)))
            .then_with(|| cmp_ids(&one.id, &other.id))
    });
    rows.truncate(MOST_ROWS);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// A look at what differs.
struct Look<'a, 'b> {
    figure: &'a SourceFigure,
    compared: &'a Compared<'a>,
    ours: &'a OurValues<'a>,
    story: &'b mut dyn FnMut(&str) -> Option<Story>,
    looked_at: usize,
}

impl Look<'_, '_> {
    /// Why two values differ, and what more there is to say of it.
    fn rule(
        &mut self,
        thing: &str,
        ours: Option<f64>,
        theirs: Option<f64>,
    ) -> (Rule, Option<&'static str>) {
        let (ours, theirs) = match (ours, theirs) {
            (Some(ours), Some(theirs)) => (ours, theirs),
            (Some(_), None) => return (Rule::NotTheirs, None),
            (None, _) => return self.absent(thing),
        };
        let other_clock = self.compared.other_clock.as_ref();
        let pair = Pair {
            ours,
            theirs,
            other_clock: other_clock.and_then(|other| other.value(thing)),
            step: f64::from(self.figure.step_secs),
        };
        if let Some(agreed) = pair.agreement() {
            return (agreed, None);
        }
        self.looked_at += 1;
        if self.looked_at > MOST_LOOKED_AT {
            return (Rule::NotLookedAt, None);
        }
        let story = (self.story)(thing).unwrap_or_default();
        let report = self.figure.report.as_str();
        let rule = if report == CSAT {
            of_ratings(&pair, &story)
        } else if OF_REPLIES.contains(&report) {
            of_replies(&pair, &story)
        } else {
            of_closes(&pair, &story, !OF_TICKETS.contains(&report))
        };
        (rule, None)
    }

    /// Why we have no value where the source has one.
    fn absent(&self, thing: &str) -> (Rule, Option<&'static str>) {
        match self.ours.why(thing) {
            Some((State::Excluded, "merged")) => (Rule::Merge, None),
            Some((State::Excluded, "truncated")) => (Rule::Truncated, None),
            Some((State::Excluded, why)) => (Rule::Excluded, Some(why)),
            Some((State::Open | State::Pending, _)) => (Rule::Open, None),
            Some((_, why)) => (Rule::NotOurs, Some(why)),
            None => (Rule::NotOurs, None),
        }
    }
}

/// What values come to.
fn side(mut values: Vec<f64>, is_rating: bool) -> Side {
    let count = values.len();
    if count == 0 {
        return Side::default();
    }
    let mean = values.iter().sum::<f64>() / count as f64;
    values.sort_by(f64::total_cmp);
    let at = |place: usize| values.get(place).copied().unwrap_or_default();
    let median = f64::midpoint(at((count - 1) / 2), at(count / 2));
    Side {
        count: count as u64,
        mean: Some(mean),
        median: (!is_rating).then_some(median),
    }
}
