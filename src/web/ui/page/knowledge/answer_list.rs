//! The table of short answers: found by words, state and language, sorted by any column.

use std::cmp::Ordering;

use chrono_tz::Tz;

use super::list::status;
use super::who::who;
use super::{ANSWERS, field_of};
use crate::app::{AlikeAnswer, AnswerUse, AnswerView, Paging};
use crate::model::{Invalid, Timestamp};
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::figure;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{fill, t};
use crate::web::ui::url::{Pairs, address, encode, pair};

/// How many answers a page of the list shows.
const SHOWN: usize = 100;
/// What stands for a figure that is not there.
const NONE: &str = "–";
/// What of an address stays when the list is left and come back to.
const KEPT: [&str; 4] = ["q", "state", "language", "sort"];
/// The states that the list is narrowed to, with their names.
const STATES: [(&str, &str); 5] = [
    ("", "answers.state_all"),
    ("published", "gaps.published"),
    ("draft", "answers.state_drafts"),
    ("review", "answers.in_review"),
    ("alike", "answers.state_alike"),
];
/// The columns: the word of the order, the name, and whether they hold figures.
const COLUMNS: [(&str, &str, bool); 8] = [
    ("question", "answers.question", false),
    ("language", "field.language", false),
    ("state", "answers.state", false),
    ("variants", "answers.variants_head", true),
    ("used", "answers.used", true),
    ("helpful", "answers.helpful_head", true),
    ("last", "answers.last_used", true),
    ("edited", "answers.edited", true),
];

/// A choice of the list, or the head of a column.
pub(super) struct Choice {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) is_current: bool,
    /// `ascending` or `descending` where it is sorted by.
    pub(super) sorted: &'static str,
    pub(super) is_figure: bool,
}

/// An answer in the list.
pub(super) struct Row {
    pub(super) href: String,
    pub(super) question: String,
    /// A mark that others answer the same, and what comparing them leads to.
    pub(super) alike: &'static str,
    pub(super) compare: String,
    pub(super) contradicts: bool,
    pub(super) status: &'static str,
    pub(super) status_class: &'static str,
    pub(super) language: String,
    pub(super) variants: String,
    pub(super) used: String,
    pub(super) helpful: String,
    /// Of how many.
    pub(super) helpful_of: String,
    pub(super) last: String,
    pub(super) last_at: String,
    pub(super) edited: String,
    /// Exactly when, and by whom.
    pub(super) edited_by: String,
}

/// The list.
pub(super) struct AnswerTable {
    pub(super) sought: String,
    pub(super) kept: Pairs,
    pub(super) states: Vec<Choice>,
    pub(super) heads: Vec<Choice>,
    pub(super) languages: Vec<(String, bool)>,
    pub(super) rows: Vec<Row>,
    pub(super) total: String,
    pub(super) older: String,
    pub(super) empty: &'static str,
}

/// An answer with what is told of it.
struct Listed {
    answer: AnswerView,
    uses: AnswerUse,
    alike: Vec<AlikeAnswer>,
}

impl Listed {
    const fn is_in_review(&self) -> bool {
        self.answer.set_aside.is_some()
    }

    fn language(&self) -> &str {
        self.answer.version.language.as_deref().unwrap_or_default()
    }

    fn is(&self, state: &str) -> bool {
        match state {
            "published" => self.answer.version.published && !self.is_in_review(),
            "draft" => !self.answer.version.published,
            "review" => self.is_in_review(),
            "alike" => !self.alike.is_empty(),
            _ => true,
        }
    }

    fn status(&self) -> (&'static str, &'static str) {
        if self.is_in_review() {
            return (t("answers.in_review"), "badge worse");
        }
        let class = if self.answer.version.published {
            "badge better"
        } else {
            "badge"
        };
        (status(self.answer.version.published), class)
    }

    fn share(&self) -> Option<f64> {
        let said = self.uses.helpful + self.uses.unhelpful;
        (said > 0).then(|| self.uses.helpful as f64 / said as f64)
    }
}

/// An address of the page with some fields set; an empty value takes one out.
pub(super) fn at(pairs: &[(String, String)], set: &[(&str, &str)]) -> String {
    let mut next = carried(pairs);
    for (name, value) in set {
        next.retain(|(other, _)| other != name);
        if !value.is_empty() {
            next.push(pair(name, value));
        }
    }
    address(ANSWERS, &next)
}

/// The fields that stay.
pub(super) fn carried(pairs: &[(String, String)]) -> Pairs {
    let stays =
        |(name, value): &&(String, String)| KEPT.contains(&name.as_str()) && !value.is_empty();
    pairs.iter().filter(stays).cloned().collect()
}

impl AnswerTable {
    pub(super) fn of(desk: &Desk, pairs: &[(String, String)], zone: Tz) -> Result<Self, Invalid> {
        let word = |name: &str| field_of(pairs, name).unwrap_or_default();
        let state = word("state");
        if !STATES.iter().any(|(known, _)| *known == state) {
            let reason = format!("`{state}` is no state of a short answer");
            return Err(Invalid::new("state", reason));
        }
        let sought = word("q").to_owned();
        let mut all = listed(desk, &sought);
        all.retain(|one| one.is(state));
        let languages = languages(&all, word("language"));
        all.retain(|one| word("language").is_empty() || one.language() == word("language"));
        let sort = field_of(pairs, "sort").unwrap_or("question");
        sorted(&mut all, sort)?;
        let from: usize = word("from").parse().unwrap_or_default();
        let next = from.saturating_add(SHOWN);
        let shown = all.iter().skip(from).take(SHOWN);
        Ok(Self {
            rows: shown.map(|one| row(desk, one, pairs, zone)).collect(),
            total: plural("answers.total", all.len() as u64),
            older: if next < all.len() {
                at(pairs, &[("from", &next.to_string())])
            } else {
                String::new()
            },
            states: states(state, pairs),
            heads: heads(sort, pairs),
            languages,
            kept: carried(pairs)
                .into_iter()
                .filter(|(name, _)| name != "q" && name != "language")
                .collect(),
            empty: if sought.is_empty() && state.is_empty() {
                t("answers.empty")
            } else {
                t("answers.empty_search")
            },
            sought,
        })
    }
}

fn listed(desk: &Desk, sought: &str) -> Vec<Listed> {
    let library = desk.library();
    let (uses, alike) = (library.answer_uses(), library.alike_answers());
    let answers = library.answers(sought, None, Paging::first(usize::MAX));
    let all = answers.items.into_iter().map(|answer| Listed {
        uses: uses.get(&answer.short_answer).copied().unwrap_or_default(),
        alike: alike.get(&answer.short_answer).cloned().unwrap_or_default(),
        answer,
    });
    all.collect()
}

fn languages(all: &[Listed], current: &str) -> Vec<(String, bool)> {
    let spoken = all
        .iter()
        .filter_map(|one| one.answer.version.language.clone());
    let mut words: Vec<String> = spoken.collect();
    words.extend((!current.is_empty()).then(|| current.to_owned()));
    words.sort_unstable();
    words.dedup();
    words
        .into_iter()
        .map(|word| (word.clone(), word == current))
        .collect()
}

fn sorted(all: &mut [Listed], sort: &str) -> Result<(), Invalid> {
    let name = sort.strip_prefix('-').unwrap_or(sort);
    if !COLUMNS.iter().any(|(word, _, _)| *word == name) {
        let reason = format!("`{sort}` is no order of short answers");
        return Err(Invalid::new("sort", reason));
    }
    // Figures begin with the most, texts with the first letter.
    let compare = |one: &Listed, other: &Listed| -> Ordering {
        let text = |listed: &Listed| listed.answer.version.question.to_lowercase();
        match name {
            "language" => one.language().cmp(other.language()),
            "state" => one.status().0.cmp(other.status().0),
            "variants" => {
                let of = |listed: &Listed| listed.answer.version.variants.len();
                of(other).cmp(&of(one))
            }
            "used" => other.uses.given.cmp(&one.uses.given),
            "helpful" => {
                let of = |listed: &Listed| listed.share().unwrap_or(-1.0);
                of(other).total_cmp(&of(one))
            }
            "last" => other.uses.last_at.cmp(&one.uses.last_at),
            "edited" => other.answer.version.at.cmp(&one.answer.version.at),
            _ => text(one).cmp(&text(other)),
        }
    };
    all.sort_by(|one, other| {
        let by = compare(one, other);
        if sort.starts_with('-') {
            by.reverse()
        } else {
            by
        }
    });
    Ok(())
}

fn states(current: &str, pairs: &[(String, String)]) -> Vec<Choice> {
    let choice = |(word, label): &(&str, &str)| Choice {
        href: at(pairs, &[("state", word)]),
        label: t(label).to_owned(),
        is_current: *word == current,
        sorted: "",
        is_figure: false,
    };
    STATES.iter().map(choice).collect()
}

fn heads(sort: &str, pairs: &[(String, String)]) -> Vec<Choice> {
    let name = sort.strip_prefix('-').unwrap_or(sort);
    let heads = COLUMNS.iter().map(|(word, label, is_figure)| {
        let is_it = *word == name;
        let is_reversed = sort.starts_with('-');
        let next = if is_it && !is_reversed {
            format!("-{word}")
        } else {
            (*word).to_owned()
        };
        Choice {
            href: at(pairs, &[("sort", &next)]),
            label: t(label).to_owned(),
            is_current: is_it,
            sorted: match (is_it, *is_figure != is_reversed) {
                (false, _) => "",
                (true, true) => "descending",
                (true, false) => "ascending",
            },
            is_figure: *is_figure,
        }
    });
    heads.collect()
}

fn row(desk: &Desk, one: &Listed, pairs: &[(String, String)], zone: Tz) -> Row {
    let (id, version) = (&one.answer.short_answer, &one.answer.version);
    let (status, status_class) = one.status();
    let day = |at: Timestamp| date::day(date::local(at, zone).date_naive());
    let contradicts = one.alike.iter().any(|alike| alike.contradicts);
    let other = one.alike.iter().max_by_key(|alike| alike.contradicts);
    let count = |count: usize| figure::count(count as f64);
    let (helped, said) = (one.uses.helpful, one.uses.helpful + one.uses.unhelpful);
    Row {
        href: at(pairs, &[("answer", id)]),
        question: version.question.clone(),
        alike: match (one.alike.is_empty(), contradicts) {
            (true, _) => "",
            (false, true) => t("answers.contradicts"),
            (false, false) => t("answers.duplicate"),
        },
        compare: other.map_or_else(String::new, |other| {
            let other = encode(&other.other);
            format!("{}&compare={other}", at(pairs, &[("answer", id)]))
        }),
        contradicts,
        status,
        status_class,
        language: version.language.clone().unwrap_or_else(|| NONE.to_owned()),
        variants: count(version.variants.len()),
        used: count(one.uses.given),
        helpful: one.share().map_or_else(|| NONE.to_owned(), figure::share),
        helpful_of: if said > 0 {
            format!("{helped} / {said}")
        } else {
            String::new()
        },
        last: one.uses.last_at.map_or_else(|| NONE.to_owned(), day),
        last_at: one
            .uses
            .last_at
            .map_or_else(String::new, |at| date::instant(at, zone)),
        edited: day(version.at),
        edited_by: fill(
            "answers.edited_by",
            &[
                ("at", &date::instant(version.at, zone)),
                ("who", &who(desk, &version.actor)),
            ],
        ),
    }
}
