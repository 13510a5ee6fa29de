//! The list of gaps: a table that fills the page, or beside an open gap the same order in short.
//!
//! Which gaps, in which order, from which on: all of it is in the address. The columns differ by what
//! is asked of a gap in its state; `columns` says which.

use super::columns::{self, Cell, Head, Shown, cost};
use super::{at, field_of};
use crate::app::{Gap, GapQuery, GapSort, GapState, MiningView, Paging};
use crate::model::Invalid;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{fill, t};

/// How many gaps a page of the list shows.
const SHOWN: usize = 50;

/// A choice of the list.
pub(super) struct Tab {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) is_current: bool,
}

/// A language to narrow the list to.
pub(super) struct LanguageChoice {
    pub(super) word: String,
    pub(super) is_current: bool,
}

/// A gap in the list.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) href: String,
    pub(super) title: String,
    /// A word about its state, where that is worth one.
    pub(super) mark: String,
    /// Why it was opened again.
    pub(super) why: String,
    pub(super) cells: Vec<Cell>,
    /// What the short list says of it.
    pub(super) brief: String,
    /// The same in words.
    pub(super) brief_title: String,
    pub(super) is_current: bool,
}

/// The list.
pub(super) struct Gaps {
    pub(super) sought: String,
    pub(super) sort: String,
    pub(super) state: String,
    pub(super) states: Vec<Tab>,
    pub(super) languages: Vec<LanguageChoice>,
    pub(super) heads: Vec<Head>,
    pub(super) rows: Vec<Row>,
    pub(super) total: String,
    /// What choosing all of the list is called.
    pub(super) all: String,
    /// Which of them are shown, and the other pages.
    pub(super) pages: Pages,
    pub(super) waiting: String,
    /// How far the search in what people answered is, while it is under way.
    pub(super) mining: String,
    pub(super) empty: &'static str,
    pub(super) is_dismissed: bool,
}

/// The other pages of the list.
#[derive(Default)]
pub(super) struct Pages {
    pub(super) shown: String,
    pub(super) newer: String,
    pub(super) older: String,
}

/// What an address asks of the list, all pages of it.
pub(super) fn query(pairs: &[(String, String)]) -> Result<GapQuery, Invalid> {
    let word = |name: &str| field_of(pairs, name);
    let state = word("state").map(|word| {
        let choice = GapState::ALL
            .into_iter()
            .find(|state| state.as_str() == word);
        choice.ok_or_else(|| Invalid::new("state", format!("`{word}` is no state of a gap")))
    });
    let sort = word("sort").map(|word| {
        let name = word.strip_prefix('-').unwrap_or(word);
        let choice = GapSort::ALL.into_iter().find(|(other, _)| *other == name);
        choice.ok_or_else(|| Invalid::new("sort", format!("`{word}` is no order of gaps")))
    });
    Ok(GapQuery {
        words: word("q").unwrap_or_default().to_owned(),
        language: word("language").map(str::to_owned),
        state: state.transpose()?,
        sort: sort.transpose()?.map_or(GapSort::Cost, |(_, sort)| sort),
        is_reversed: word("sort").is_some_and(|word| word.starts_with('-')),
        paging: Paging::first(usize::MAX),
    })
}

/// Where a topic stands in the list of an address.
pub(super) struct Place {
    /// Its number from 1 on, of how many; none: it is not in the list.
    pub(super) number: Option<(usize, usize)>,
    pub(super) before: Option<String>,
    pub(super) next: Option<String>,
}

/// Where `topic` stands among `gaps`.
pub(super) fn place(gaps: &[Gap], topic: &str) -> Place {
    let found = gaps.iter().position(|gap| gap.topic == topic);
    let beside = |place: Option<usize>| {
        let gap = place.and_then(|place| gaps.get(place));
        gap.map(|gap| gap.topic.clone())
    };
    Place {
        number: found.map(|found| (found + 1, gaps.len())),
        before: beside(found.and_then(|found| found.checked_sub(1))),
        next: beside(found.map(|found| found + 1)),
    }
}

/// The word for whether a short answer is in use.
pub(super) fn status(is_published: bool) -> &'static str {
    if is_published {
        t("gaps.published")
    } else {
        t("gaps.draft")
    }
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
    /// The list of an address, and where the open topic stands in it.
    pub(super) fn of(
        desk: &Desk,
        pairs: &[(String, String)],
        zone: chrono_tz::Tz,
    ) -> Result<(Self, Place), Fault> {
        let wanted = query(pairs)?;
        let list = desk.library().gaps(&wanted);
        let current = field_of(pairs, "topic");
        let found = place(&list.items, current.unwrap_or_default());
        let from = from(pairs, &found)?;
        let end = list.items.len().min(from.saturating_add(SHOWN));
        let page = list.items.get(from..end).unwrap_or_default();
        let shown = Shown::of(desk, wanted.state, page, zone);
        let rows = page.iter().enumerate().map(|(place, gap)| {
            let (cells, why) = (shown.cells(place, gap), shown.why(place, gap));
            row(gap, (cells, why), pairs, current)
        });
        let state = field_of(pairs, "state").unwrap_or_default();
        let sort = field_of(pairs, "sort").unwrap_or("cost");
        let total = list.total as u64;
        let gaps = Self {
            rows: rows.collect(),
            heads: columns::heads(wanted.state, sort, pairs),
            states: states(state, pairs),
            languages: languages(list.languages, wanted.language.as_deref()),
            sort: sort.to_owned(),
            state: state.to_owned(),
            total: plural("gaps.total", total),
            all: plural("gaps.all", total),
            pages: pages((from, end, list.items.len()), pairs),
            waiting: match list.waiting {
                0 => String::new(),
                waiting => plural("gaps.waiting", waiting as u64),
            },
            mining: mining(list.mining),
            empty: empty(&wanted),
            is_dismissed: wanted.state == Some(GapState::Dismissed),
            sought: wanted.words,
        };
        Ok((gaps, found))
    }
}

/// The place of the first gap that is shown; the open one is always among them.
fn from(pairs: &[(String, String)], found: &Place) -> Result<usize, Invalid> {
    if let Some((number, _)) = found.number {
        return Ok((number - 1) / SHOWN * SHOWN);
    }
    let Some(text) = field_of(pairs, "from") else {
        return Ok(0);
    };
    let bad = |_error| Invalid::new("from", format!("`{text}` is no place in the list"));
    text.parse().map_err(bad)
}

fn empty(wanted: &GapQuery) -> &'static str {
    match (wanted.words.is_empty(), wanted.state) {
        (false, _) => t("gaps.empty_search"),
        (true, None) => t("gaps.empty"),
        (true, Some(_)) => t("gaps.empty_state"),
    }
}

fn states(current: &str, pairs: &[(String, String)]) -> Vec<Tab> {
    let tab = |(word, label): (&str, &str)| Tab {
        href: at(
            pairs,
            &[("state", word), ("topic", ""), ("from", ""), ("sort", "")],
        ),
        label: label.to_owned(),
        is_current: current == word,
    };
    let tabs = [
        ("", t("gaps.state_open")),
        ("answered", t("gaps.state_answered")),
        ("dismissed", t("gaps.state_dismissed")),
    ];
    tabs.into_iter().map(tab).collect()
}

fn languages(words: Vec<String>, current: Option<&str>) -> Vec<LanguageChoice> {
    let mut words = words;
    // What is asked for stays a choice where nothing has it any more.
    let asked = current.map(str::to_owned);
    words.extend(asked.filter(|asked| !words.contains(asked)));
    let choices = words.into_iter().map(|word| LanguageChoice {
        is_current: current == Some(word.as_str()),
        word,
    });
    choices.collect()
}

/// "51–100 of 167 gaps", and the ways on and back.
fn pages((from, end, all): (usize, usize, usize), pairs: &[(String, String)]) -> Pages {
    if all <= SHOWN {
        return Pages::default();
    }
    let number = |number: usize| figure::count(number as f64);
    let (first, last) = (number((from + 1).min(all)), number(end));
    let total = plural("gaps.total", all as u64);
    let values = [
        ("first", first.as_str()),
        ("last", &last),
        ("total", &total),
    ];
    let to = |from: usize| {
        let text = if from == 0 {
            String::new()
        } else {
            from.to_string()
        };
        at(pairs, &[("from", &text), ("topic", "")])
    };
    Pages {
        shown: fill("gaps.shown", &values),
        newer: match from {
            0 => String::new(),
            from => to(from.saturating_sub(SHOWN)),
        },
        older: if end < all { to(end) } else { String::new() },
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

fn row(
    gap: &Gap,
    (cells, why): (Vec<Cell>, String),
    pairs: &[(String, String)],
    current: Option<&str>,
) -> Row {
    let mut brief = vec![figure::count(gap.total() as f64)];
    brief.extend(cost(gap));
    let mark = match (gap.state, &gap.dismissal) {
        (GapState::Reopened, _) => spoken("gap_state", gap.state.as_str()),
        (_, Some(dismissal)) if dismissal.recurs => t("gaps.recurring").to_owned(),
        _ => String::new(),
    };
    Row {
        id: gap.topic.clone(),
        href: at(pairs, &[("topic", &gap.topic)]),
        title: gap.title.clone(),
        mark,
        why,
        cells,
        brief: brief.join(" · "),
        brief_title: plural("gaps.questions", gap.total() as u64),
        is_current: current == Some(gap.topic.as_str()),
    }
}
