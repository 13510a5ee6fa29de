//! The left side: gaps as a list, with search, states and orders.

use chrono_tz::Tz;

use super::{at, field_of};
use crate::app::{Gap, GapQuery, GapSort, GapState, MiningView, Paging};
use crate::model::Invalid;
use crate::web::ui::chart::spark::spark;
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{fill, t};

/// How many gaps the list shows.
const SHOWN: usize = 100;

/// A choice of the list.
pub(super) struct Tab {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) is_current: bool,
}

/// A gap in the list.
pub(super) struct Row {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) state: String,
    pub(super) state_class: &'static str,
    pub(super) facts: String,
    pub(super) trend: String,
    pub(super) is_current: bool,
    spark: String,
}

impl Row {
    /// The course of the last twelve weeks.
    pub(super) fn spark(&self) -> &str {
        &self.spark
    }
}

/// The list.
pub(super) struct Gaps {
    pub(super) sought: String,
    pub(super) sort: String,
    pub(super) states: Vec<Tab>,
    pub(super) sorts: Vec<Tab>,
    pub(super) rows: Vec<Row>,
    pub(super) total: String,
    pub(super) waiting: String,
    /// How far the search in what people answered is, while it is under way.
    pub(super) mining: String,
    pub(super) empty: &'static str,
}

/// What an address asks of the list.
pub(super) fn query(pairs: &[(String, String)]) -> Result<GapQuery, Invalid> {
    let word = |name: &str| field_of(pairs, name);
    let state = word("state").map(|word| {
        let choice = GapState::ALL
            .into_iter()
            .find(|state| state.as_str() == word);
        choice.ok_or_else(|| Invalid::new("state", format!("`{word}` is no state of a gap")))
    });
    let sort = word("sort").map(|word| {
        let choice = GapSort::ALL.into_iter().find(|(name, _)| *name == word);
        choice.ok_or_else(|| Invalid::new("sort", format!("`{word}` is no order of gaps")))
    });
    Ok(GapQuery {
        words: word("q").unwrap_or_default().to_owned(),
        language: word("language").map(str::to_owned),
        state: state.transpose()?,
        sort: sort.transpose()?.map_or(GapSort::Cost, |(_, sort)| sort),
        paging: Paging::first(SHOWN),
    })
}

/// How often it was asked lately, against before.
pub(super) fn trend(gap: &Gap) -> String {
    let (recent, before) = (gap.recent.to_string(), gap.before.to_string());
    fill("gaps.trend", &[("recent", &recent), ("before", &before)])
}

/// The time of reps that it cost, in words.
pub(super) fn cost(gap: &Gap) -> Option<String> {
    gap.cost_secs.map(figure::round_duration)
}

/// The colour of a state.
pub(super) const fn state_class(state: GapState) -> &'static str {
    match state {
        GapState::Open => "badge",
        GapState::Answered => "badge better",
        GapState::Reopened => "badge worse",
        GapState::Dismissed => "badge quiet",
    }
}

impl Gaps {
    pub(super) fn of(desk: &Desk, pairs: &[(String, String)], zone: Tz) -> Result<Self, Fault> {
        let wanted = query(pairs)?;
        let list = desk.library().gaps(&wanted);
        let current = field_of(pairs, "topic");
        let rows = list.items.iter().map(|gap| row(gap, pairs, current, zone));
        let state = field_of(pairs, "state").unwrap_or_default();
        let sort = field_of(pairs, "sort").unwrap_or("cost");
        let tab = |name: &str, word: &str, label: &str, is_current: bool| Tab {
            href: at(pairs, &[(name, word), ("topic", "")]),
            label: label.to_owned(),
            is_current,
        };
        let mut states = vec![tab("state", "", t("gaps.state_open"), state.is_empty())];
        for (word, label) in [
            ("answered", t("gaps.state_answered")),
            ("dismissed", t("gaps.state_dismissed")),
        ] {
            states.push(tab("state", word, label, state == word));
        }
        let sorts = GapSort::ALL
            .iter()
            .map(|(word, _)| tab("sort", word, &spoken("gap_sort", word), sort == *word));
        let empty = match (wanted.words.is_empty(), state) {
            (false, _) => t("gaps.empty_search"),
            (true, "") => t("gaps.empty"),
            (true, _) => t("gaps.empty_state"),
        };
        Ok(Self {
            rows: rows.collect(),
            sorts: sorts.collect(),
            states,
            sort: sort.to_owned(),
            total: plural("gaps.total", list.total as u64),
            waiting: match list.waiting {
                0 => String::new(),
                waiting => plural("gaps.waiting", waiting as u64),
            },
            mining: mining(list.mining),
            empty,
            sought: wanted.words,
        })
    }
}

/// How far the search in what people answered is, in words; empty: it is through.
fn mining(seen: MiningView) -> String {
    if seen.read >= seen.of {
        return String::new();
    }
    let number = |number: usize| figure::count(number as f64);
    let (read, of) = (number(seen.read), number(seen.of));
    fill(
        "gaps.mining",
        &[("read", read.as_str()), ("of", of.as_str())],
    )
}

fn row(gap: &Gap, pairs: &[(String, String)], current: Option<&str>, zone: Tz) -> Row {
    let mut facts = vec![
        plural("gaps.questions", gap.questions as u64),
        plural("gaps.people", gap.people as u64),
        plural("gaps.conversations", gap.conversations as u64),
    ];
    facts.extend(cost(gap).map(|cost| fill("gaps.cost", &[("time", &cost)])));
    facts.extend(
        gap.last_asked_at
            .map(|at| fill("gaps.last", &[("at", &date::instant(at, zone))])),
    );
    let weekly: Vec<Option<f64>> = gap
        .weekly
        .iter()
        .map(|count| Some(f64::from(*count)))
        .collect();
    Row {
        href: at(pairs, &[("topic", &gap.topic)]),
        title: gap.title.clone(),
        state: spoken("gap_state", gap.state.as_str()),
        state_class: state_class(gap.state),
        facts: facts.join(" · "),
        trend: trend(gap),
        is_current: current == Some(gap.topic.as_str()),
        spark: spark(&weekly),
    }
}
