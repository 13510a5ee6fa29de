//! Finding things by their words: what may be asked, and what was found.
//!
//! One form of question for the API, the command line and the page. Searches the index as
//! it is at that instant, with everything that was acknowledged by then.

use std::time::Duration;

use chrono_tz::Tz;
use svar_index::{Document, Hit, Kind, Query as Words};

use super::{App, Error, Present};
use crate::model::{Invalid, Sight};
use crate::report::Query;

/// How long a search waits for what was just written to be filed. While everything is
/// folded again, which takes longer, it finds what it can.
const FILING: Duration = Duration::from_millis(500);

/// The most hits of one search.
const MOST: usize = 100;

/// What to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search(Words);

impl Search {
    /// The names of the parameters.
    pub const PARAMETERS: [&'static str; 8] = [
        "q", "limit", "kind", "language", "channel", "from", "to", "tz",
    ];

    /// The words of `text` in everything.
    pub fn text(text: impl Into<String>, limit: usize) -> Self {
        Self(Words::text(text, limit))
    }

    /// Reads parameters by name; empty ones say nothing.
    ///
    /// Kinds, languages and channels may be several, apart by commas; a date is the first
    /// instant of that day in `tz`, or in `zone` where that is left out.
    pub fn parse<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        zone: Tz,
    ) -> Result<Self, Invalid> {
        let mut words = Words::text("", 20);
        let mut window = Vec::new();
        for (name, value) in pairs {
            if value.trim().is_empty() {
                continue;
            }
            match name {
                "q" => value.clone_into(&mut words.text),
                "limit" => words.limit = limit(value)?,
                "kind" => words.kinds = kinds(value)?,
                "language" => words.languages = tags(value)?,
                "channel" => words.channels = list(value).map(str::to_owned).collect(),
                "from" | "to" | "tz" => window.push((name, value.trim())),
                _ => return Err(unknown(name)),
            }
        }
        let window = Query::parse(window, zone)?;
        let instant = |limit: crate::report::Limit| limit.instant(window.zone).millis();
        words.from_millis = window.from.map(instant);
        words.to_millis = window.to.map(instant);
        Ok(Self(words))
    }

    /// The words, as they were typed.
    pub fn sought(&self) -> &str {
        &self.0.text
    }
}

impl App {
    /// Questions, short answers, contacts' messages and contacts with the words asked for,
    /// best first. What was acknowledged before is found.
    pub fn search(&self, search: &Search) -> Result<Vec<Hit>, Error> {
        self.search_as(&Sight::Whole, search)
    }

    /// As [`Self::search`], of what somebody sees.
    pub fn search_as(&self, sight: &Sight, search: &Search) -> Result<Vec<Hit>, Error> {
        let position = self.position();
        let waiter = self.waiter();
        if !waiter.is_some_and(|waiter| waiter.wait_filed(position, FILING)) {
            tracing::debug!(
                position,
                "a search did not wait for what is still being filed"
            );
        }
        let present = self.present_to(sight);
        let Some(finder) = &present.live.finder else {
            return Ok(Vec::new());
        };
        let searcher = finder.searcher();
        if present.is_whole() {
            return Ok(searcher.search(&search.0)?);
        }
        Ok(searcher.search_within(&search.0, &|document| present.sees(document))?)
    }
}

impl Present {
    /// Whether whoever asks sees a document of the index.
    fn sees(&self, document: &Document) -> bool {
        match document.kind {
            Kind::Answer => true,
            Kind::Contact => self.sees_contact(&document.id),
            Kind::Question | Kind::Message => document
                .conversation
                .as_deref()
                .is_some_and(|id| self.sees_conversation(id)),
        }
    }
}

fn limit(value: &str) -> Result<usize, Invalid> {
    let limit = value.trim().parse().ok();
    limit
        .filter(|limit| (1..=MOST).contains(limit))
        .ok_or_else(|| Invalid::new("limit", format!("`{value}` is no number from 1 to {MOST}")))
}

fn kinds(value: &str) -> Result<Vec<Kind>, Invalid> {
    let kind = |name: &str| {
        Kind::parse(name).ok_or_else(|| {
            let names = Kind::ALL.map(Kind::name).join(", ");
            Invalid::new("kind", format!("`{name}` is none of {names}"))
        })
    };
    list(value).map(kind).collect()
}

/// Languages as the index has them: without what a tag says of country and script.
fn tags(value: &str) -> Result<Vec<String>, Invalid> {
    let tag = |tag: &str| {
        let primary = svar_index::language::primary(tag);
        let is_tag =
            (2..=8).contains(&primary.len()) && primary.chars().all(|c| c.is_ascii_alphabetic());
        is_tag.then_some(primary).ok_or_else(|| {
            Invalid::new(
                "language",
                format!("`{tag}` is no language tag such as `en`"),
            )
        })
    };
    list(value).map(tag).collect()
}

fn list(value: &str) -> impl Iterator<Item = &str> {
    value
        .split(',')
        .map(str::trim)
        .filter(|one| !one.is_empty())
}

fn unknown(name: &str) -> Invalid {
    let parameters = Search::PARAMETERS.join(", ");
    Invalid::new(name, format!("unknown parameter; expected {parameters}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<Words, Invalid> {
        Search::parse(pairs.iter().copied(), Tz::UTC).map(|search| search.0)
    }

    #[test]
    fn everything_can_be_narrowed() {
        let words = parse(&[
            ("q", "late parcel"),
            ("kind", "question, answer"),
            ("language", "de-AT,no"),
            ("channel", "chat"),
            ("from", "2026-01-02"),
            ("to", "2026-01-03T01:00:00+01:00"),
            ("limit", "7"),
        ])
        .unwrap();
        assert_eq!(words.kinds, [Kind::Question, Kind::Answer]);
        assert_eq!(words.languages, ["de", "nb"]);
        assert_eq!(words.channels, ["chat"]);
        let days = (words.to_millis.unwrap() - words.from_millis.unwrap()) / 86_400_000;
        assert_eq!((days, words.limit), (1, 7));
        let in_oslo = [("from", "2026-01-02"), ("tz", "Europe/Oslo")];
        let earlier = parse(&in_oslo).unwrap().from_millis.unwrap();
        assert_eq!(words.from_millis.unwrap() - earlier, 3_600_000);
    }

    #[test]
    fn what_is_left_empty_says_nothing() {
        let words = parse(&[("q", "x"), ("kind", ""), ("language", " "), ("from", "")]).unwrap();
        assert_eq!(words, Words::text("x", 20));
    }

    #[test]
    fn what_cannot_be_asked_is_named() {
        for (name, value) in [
            ("limit", "0"),
            ("limit", "101"),
            ("kind", "ticket"),
            ("language", "a b"),
            ("from", "yesterday"),
            ("in", "questions"),
        ] {
            assert_eq!(parse(&[(name, value)]).unwrap_err().field, name);
        }
    }
}
