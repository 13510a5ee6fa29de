//! The columns of the list of gaps: of open ones what they cost, of answered ones whether the answer
//! held, of dismissed ones who said so and what came since.

use chrono_tz::Tz;

use super::at;
use super::who::who;
use crate::app::{Gap, GapState, Proof};
use crate::model::Timestamp;
use crate::web::ui::chart::spark::spark;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::figure;
use crate::web::ui::text::{fill, t};

/// What stands for a figure that is not there.
const NONE: &str = "–";

/// The head of a column.
pub(super) struct Head {
    pub(super) label: &'static str,
    /// Where a click sorts by it; empty: it does not.
    pub(super) href: String,
    /// `ascending` or `descending` where it is sorted by.
    pub(super) sorted: &'static str,
    pub(super) is_figure: bool,
}

/// A cell beside the title of a gap.
#[derive(Default)]
pub(super) struct Cell {
    pub(super) text: String,
    /// What it says exactly; empty: no more.
    pub(super) title: String,
    pub(super) is_figure: bool,
    course: String,
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    fn figure(text: impl Into<String>) -> Self {
        Self {
            is_figure: true,
            ..Self::text(text)
        }
    }

    fn count(count: usize) -> Self {
        Self::figure(figure::count(count as f64))
    }

    /// A day, with the instant beside it.
    fn day(at: Option<Timestamp>, zone: Tz) -> Self {
        let day = |at| date::day(date::local(at, zone).date_naive());
        Self {
            title: at.map_or_else(String::new, |at| date::instant(at, zone)),
            ..Self::figure(at.map_or_else(|| NONE.to_owned(), day))
        }
    }

    /// The drawn course of the last weeks, where it has one.
    pub(super) fn course(&self) -> &str {
        &self.course
    }
}

/// A column: the word of its order (empty: it has none), its label, and whether it holds figures.
type Column = (&'static str, &'static str, bool);

const OPEN: [Column; 8] = [
    ("title", "gaps.topic", false),
    ("language", "field.language", false),
    ("agent", "gaps.of_agent", true),
    ("people", "gaps.of_people", true),
    ("conversations", "gaps.conversations_head", true),
    ("last", "gaps.latest", true),
    ("rising", "gaps.trend_head", true),
    ("cost", "gaps.rep_time_head", true),
];

const ANSWERED: [Column; 7] = [
    ("title", "gaps.topic", false),
    ("language", "field.language", false),
    ("", "gaps.answered_since", true),
    ("", "gaps.before_head", true),
    ("", "gaps.unanswered_head", true),
    ("", "gaps.asked_since", true),
    ("", "gaps.held_head", true),
];

const DISMISSED: [Column; 7] = [
    ("title", "gaps.topic", false),
    ("language", "field.language", false),
    ("questions", "gaps.asked", true),
    ("", "gaps.dismissed_on", true),
    ("", "gaps.dismissed_by", false),
    ("", "gaps.reason", false),
    ("", "gaps.asked_since", true),
];

const fn columns(state: Option<GapState>) -> &'static [Column] {
    match state {
        Some(GapState::Answered) => &ANSWERED,
        Some(GapState::Dismissed) => &DISMISSED,
        _ => &OPEN,
    }
}

/// The heads of the list in a state, sorted by the word `sort` of the address.
pub(super) fn heads(state: Option<GapState>, sort: &str, pairs: &[(String, String)]) -> Vec<Head> {
    let heads = columns(state).iter().map(|(word, label, is_figure)| {
        let is_it = sort.strip_prefix('-').unwrap_or(sort) == *word;
        let is_reversed = sort.starts_with('-');
        // Texts begin with the first letter, figures with the most.
        let sorted = match (is_it, *is_figure != is_reversed) {
            (false, _) => "",
            (true, true) => "descending",
            (true, false) => "ascending",
        };
        let next = if is_it && !is_reversed {
            format!("-{word}")
        } else {
            (*word).to_owned()
        };
        Head {
            label: t(label),
            href: if word.is_empty() {
                String::new()
            } else {
                at(pairs, &[("sort", &next), ("from", ""), ("topic", "")])
            },
            sorted,
            is_figure: *is_figure,
        }
    });
    heads.collect()
}

/// What the cells of a page are made of.
pub(super) struct Shown<'a> {
    desk: &'a Desk,
    state: Option<GapState>,
    /// What came of the answers, by the place of the gap; none where nothing is asked of it.
    proofs: Vec<Option<Proof>>,
    zone: Tz,
}

impl<'a> Shown<'a> {
    pub(super) fn of(desk: &'a Desk, state: Option<GapState>, page: &[Gap], zone: Tz) -> Self {
        let is_proven = |gap: &Gap| matches!(gap.state, GapState::Answered | GapState::Reopened);
        let proofs = if page.iter().any(is_proven) {
            // An open gap has no proof, and costs nothing to ask.
            let topics = page.iter().map(|gap| gap.topic.as_str());
            desk.library().proofs(topics)
        } else {
            Vec::new()
        };
        Self {
            desk,
            state,
            proofs,
            zone,
        }
    }

    fn proof(&self, place: usize) -> Option<&Proof> {
        self.proofs.get(place)?.as_ref()
    }

    /// Why the gap at `place` was opened again.
    pub(super) fn why(&self, place: usize, gap: &Gap) -> String {
        if gap.state != GapState::Reopened {
            return String::new();
        }
        self.proof(place).map_or_else(String::new, reopened)
    }

    /// The cells of the gap at `place`, beside its title.
    pub(super) fn cells(&self, place: usize, gap: &Gap) -> Vec<Cell> {
        let language = Cell::text(gap.language.as_deref().unwrap_or(NONE));
        let more = match self.state {
            Some(GapState::Answered) => self.proven(place),
            Some(GapState::Dismissed) => self.dismissed(gap),
            _ => self.open(gap),
        };
        std::iter::once(language).chain(more).collect()
    }

    fn open(&self, gap: &Gap) -> Vec<Cell> {
        let weekly = gap.weekly.iter().map(|count| Some(f64::from(*count)));
        let weekly: Vec<Option<f64>> = weekly.collect();
        let grown = Cell {
            title: trend(gap),
            course: spark(&weekly),
            ..Cell::figure(growth(gap))
        };
        vec![
            Cell::count(gap.questions),
            Cell::count(gap.people),
            Cell::count(gap.conversations),
            Cell::day(gap.last_asked_at, self.zone),
            grown,
            Cell::figure(cost(gap).unwrap_or_else(|| NONE.to_owned())),
        ]
    }

    fn proven(&self, place: usize) -> Vec<Cell> {
        let Some(proof) = self.proof(place) else {
            return (0..5).map(|_| Cell::figure(NONE)).collect();
        };
        let held = (proof.asked > 0).then(|| proof.held as f64 / proof.asked as f64);
        vec![
            Cell::day(Some(proof.published_at), self.zone),
            Cell::figure(figure::decimal(proof.asked_per_week_before)),
            Cell::figure(figure::decimal(proof.unanswered_per_week_since)),
            Cell::count(proof.asked),
            Cell {
                title: format!("{} / {}", proof.held, proof.asked),
                ..Cell::figure(held.map_or_else(|| NONE.to_owned(), figure::share))
            },
        ]
    }

    fn dismissed(&self, gap: &Gap) -> Vec<Cell> {
        let Some(dismissal) = &gap.dismissal else {
            return Vec::new();
        };
        vec![
            Cell::count(gap.total()),
            Cell::day(Some(dismissal.at), self.zone),
            Cell::text(who(self.desk, &dismissal.actor)),
            Cell::text(dismissal.reason.as_deref().unwrap_or(NONE)),
            Cell::count(dismissal.asked_since),
        ]
    }
}

/// Why a gap was opened again, in the reader's language.
pub(super) fn reopened(proof: &Proof) -> String {
    let (asked, held) = (proof.asked.to_string(), proof.held.to_string());
    fill("gaps.reopened_why", &[("asked", &asked), ("held", &held)])
}

/// The time of reps that a gap cost, in words.
pub(super) fn cost(gap: &Gap) -> Option<String> {
    gap.cost_secs.map(figure::round_duration)
}

/// How often it was asked lately, against before.
pub(super) fn trend(gap: &Gap) -> String {
    let (recent, before) = (gap.recent.to_string(), gap.before.to_string());
    fill("gaps.trend", &[("recent", &recent), ("before", &before)])
}

/// How many more or fewer, with its sign.
fn growth(gap: &Gap) -> String {
    let grown = gap.growth();
    let text = figure::count(grown as f64);
    if grown > 0 { format!("+{text}") } else { text }
}
