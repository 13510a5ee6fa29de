//! What a page shows, as its address says it: window, cut, zone, filters.
//!
//! The address is the only state: a view is read from one, and every link is a view
//! written back. Dates are shown and written with the last day included, as `until`;
//! the query's `to` is the day after. A query is made of a view directly; it is written as text
//! where a link leads to the API.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::date;
use super::draft::Draft;
pub(super) use super::layout::{Layout, Notes};
use super::look::Look;
use super::range::Range;
use super::url::{Pairs, address, pair};
use crate::model::{Invalid, Timestamp};
use crate::report::{
    Compare, Every, FilterList, Limit, NamedRange, Query, join_values, split_values,
};

/// The window of who asks for none.
const USUAL: Range = Range::Named(NamedRange::Last30);

/// The window of pages that show how things go, which is a course of weeks.
const LONG: Range = Range::Named(NamedRange::Last90);

/// The pages whose usual window is the long one.
const COURSES: [&str; 3] = ["/", "/customer-agent", "/team"];

/// The window that an address at `path` means where it names none.
fn usual_at(path: &str) -> Range {
    if COURSES.contains(&path) { LONG } else { USUAL }
}

/// What a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct View {
    /// The window.
    pub(super) range: Range,
    /// How it is cut; `None`: as fits.
    pub(super) every: Option<Every>,
    /// The frequency that fits what there is to count, where that was looked at; not in addresses.
    pub(super) fits: Option<Every>,
    /// The zone of days and buckets.
    pub(super) zone: Tz,
    /// Values to keep by field; a field that ends in `.not` leaves them out.
    pub(super) filters: BTreeMap<String, Vec<String>>,
    /// Whether the period before is shown as well.
    pub(super) compare: bool,
    /// Whether the window ends with the last bucket that is over.
    pub(super) whole: bool,
    /// The cut, where it is not the report's own.
    pub(super) by: Option<String>,
    /// Another date basis.
    pub(super) basis: Option<String>,
    /// The length of top lists.
    pub(super) count: Option<String>,
    /// Events later than this do not exist.
    pub(super) as_of: Option<Timestamp>,
    /// How it is counted, where not as usual: `clock`, `schedule`, `profile`.
    pub(super) ways: Pairs,
    /// How the window is laid out.
    pub(super) layout: Layout,
    /// The saved report that it began as.
    pub(super) saved: Option<String>,
    /// What is to be reached, in the report's unit: a number.
    pub(super) target: Option<String>,
    /// Whether what happened is marked on charts.
    pub(super) notes: Notes,
    /// What is shown besides, and which columns tables keep.
    pub(super) look: Look,
    /// Whether it is shown to somebody who does not sign in, and so leads nowhere.
    pub(super) is_outside: bool,
}

impl Default for View {
    fn default() -> Self {
        Self {
            range: USUAL,
            every: None,
            fits: None,
            zone: Tz::UTC,
            filters: BTreeMap::new(),
            compare: true,
            whole: false,
            by: None,
            basis: None,
            count: None,
            as_of: None,
            ways: Pairs::new(),
            layout: Layout::OverTime,
            saved: None,
            target: None,
            notes: Notes::Shown,
            look: Look::default(),
            is_outside: false,
        }
    }
}

impl View {
    /// Reads a view; gives back the parameters that are not its own.
    pub(super) fn parse(pairs: &[(String, String)]) -> Result<(Self, Pairs), Invalid> {
        Self::parse_at(pairs, "")
    }

    /// Reads the view of the page at `path`.
    pub(super) fn parse_at(
        pairs: &[(String, String)],
        path: &str,
    ) -> Result<(Self, Pairs), Invalid> {
        let mut view = Self {
            range: usual_at(path),
            ..Self::default()
        };
        let mut rest = Pairs::new();
        let mut draft = Draft::default();
        for (name, value) in pairs {
            if let Some(field) = name.strip_prefix("where.") {
                view.keep(field, split_values(value));
                continue;
            }
            let value = value.trim();
            if !draft.take(name, value)? && !view.take(name, value)? {
                rest.push(pair(name, value));
            }
        }
        if let Some((field, values)) = draft.filter() {
            view.keep(&field, values);
        }
        if let Some(range) = draft.range()? {
            view.range = range;
        }
        Ok((view, rest))
    }

    fn take(&mut self, name: &str, value: &str) -> Result<bool, Invalid> {
        let text = (!value.is_empty()).then(|| value.to_owned());
        match name {
            "every" => self.every = Every::parse(value),
            "tz" => {
                let read = Query::parse([("tz", value)], Tz::UTC)?;
                self.zone = read.zone;
            }
            "compare" => self.compare = value != "none",
            "whole" => self.whole = value == "true",
            "notes" => {
                self.notes = match value {
                    "none" => Notes::Hidden,
                    _ => Notes::Shown,
                };
            }
            "by" => self.by = text,
            "basis" => self.basis = text,
            "saved" => self.saved = text,
            "target" => self.target = text.map(target).transpose()?,
            "count" => self.count = text,
            "clock" | "schedule" | "profile" => self.count_by(name, text),
            "show" => {
                self.layout = match value {
                    "totals" => Layout::Totals,
                    _ => Layout::OverTime,
                };
            }
            "as_of" => self.as_of = Query::parse([("as_of", value)], Tz::UTC)?.as_of,
            _ => return self.look.take(name, value),
        }
        Ok(true)
    }

    /// One more way of counting, as well as those of the same name.
    fn count_by(&mut self, name: &str, value: Option<String>) {
        let Some(value) = value else { return };
        match self.ways.iter_mut().find(|(other, _)| other == name) {
            Some((_, ways)) => *ways = format!("{ways},{value}"),
            None => self.ways.push(pair(name, &value)),
        }
    }

    /// How it is counted by `name`: `clock`, `schedule` or `profile`; none: as usual.
    pub(super) fn way(&self, name: &str) -> Option<&str> {
        let way = self.ways.iter().find(|(other, _)| other == name);
        way.map(|(_, way)| way.as_str())
    }

    /// The same view counted `way` by `name`; nothing: as usual.
    #[must_use]
    pub(super) fn counted(&self, name: &str, way: &str) -> Self {
        let mut view = self.clone();
        view.ways.retain(|(other, _)| other != name);
        view.count_by(name, (!way.is_empty()).then(|| way.to_owned()));
        view
    }

    fn keep(&mut self, field: &str, values: Vec<String>) {
        let chosen = self.filters.entry(field.to_owned()).or_default();
        for value in values {
            if !chosen.contains(&value) {
                chosen.push(value);
            }
        }
    }

    /// The parameters of the view's address; what is usual is left out.
    pub(super) fn pairs(&self) -> Pairs {
        self.pairs_at("")
    }

    /// The same at `path`, where another window may be usual.
    pub(super) fn pairs_at(&self, path: &str) -> Pairs {
        let mut pairs = Pairs::new();
        if self.range != usual_at(path) {
            pairs.push(pair("range", self.range.word()));
        }
        if let Range::Custom(from, until) = self.range {
            pairs.push(pair("from", &from.to_string()));
            pairs.push(pair("until", &until.to_string()));
        }
        if let Some(every) = self.every {
            pairs.push(pair("every", every.as_str()));
        }
        if self.zone != Tz::UTC {
            pairs.push(pair("tz", self.zone.name()));
        }
        pairs.extend(self.filter_pairs());
        if !self.compare {
            pairs.push(pair("compare", "none"));
        }
        pairs.extend(self.report_pairs());
        if self.layout == Layout::Totals {
            pairs.push(pair("show", "totals"));
        }
        if self.notes == Notes::Hidden {
            pairs.push(pair("notes", "none"));
        }
        for (name, word) in [("target", &self.target), ("saved", &self.saved)] {
            pairs.extend(word.as_deref().map(|word| pair(name, word)));
        }
        pairs.extend(self.look.pairs());
        pairs
    }

    fn filter_pairs(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.filters.iter().map(|(field, values)| {
            let values = join_values(values.iter().map(String::as_str));
            (format!("where.{field}"), values)
        })
    }

    fn report_pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        if self.whole {
            pairs.push(pair("whole", "true"));
        }
        pairs.extend(self.words().map(|(name, word)| pair(name, word)));
        pairs.extend(self.as_of.map(|at| pair("as_of", &at.to_string())));
        pairs.extend(self.ways.clone());
        pairs
    }

    /// What only the report can say whether it has it, by the parameters' names.
    fn words(&self) -> impl Iterator<Item = (&str, &str)> {
        let words = [
            ("by", &self.by),
            ("basis", &self.basis),
            ("count", &self.count),
        ];
        words
            .into_iter()
            .filter_map(|(name, word)| Some((name, word.as_deref()?)))
    }

    /// What is to be reached, if anything.
    pub(super) fn aim(&self) -> Option<f64> {
        self.target.as_deref()?.parse().ok()
    }

    /// The address of the view at `path`.
    pub(super) fn at(&self, path: &str) -> String {
        address(path, &self.pairs_at(path))
    }

    /// Whether it shows the window that is usual at `path`.
    pub(super) fn is_usual_at(&self, path: &str) -> bool {
        self.range == usual_at(path)
    }

    /// The address of the view at `path`, with more parameters.
    pub(super) fn at_with(
        &self,
        path: &str,
        more: impl IntoIterator<Item = (String, String)>,
    ) -> String {
        let mut pairs = self.pairs_at(path);
        pairs.extend(more);
        address(path, &pairs)
    }

    /// The first and the last day of the window, seen from `now`.
    pub(super) fn days(&self, now: Timestamp) -> (NaiveDate, NaiveDate) {
        let today = date::local(self.as_of.unwrap_or(now), self.zone).date_naive();
        self.range.days(today)
    }

    /// What the window is compared with, if it is.
    fn comparison(&self) -> Option<Compare> {
        let calendar = self.range == Range::Named(NamedRange::LastMonth);
        let kind = if calendar {
            Compare::PreviousCalendar
        } else {
            Compare::Previous
        };
        self.compare.then_some(kind)
    }

    /// The parameters of [`Self::query`], for links to the API.
    pub(super) fn query_pairs(&self, now: Timestamp, every: Option<&str>) -> Pairs {
        let (from, until) = self.days(now);
        let mut pairs = vec![
            pair("from", &from.to_string()),
            pair("to", &date::next(until).to_string()),
            pair("tz", self.zone.name()),
        ];
        pairs.extend(every.map(|every| pair("every", every)));
        pairs.extend(self.filter_pairs());
        let compare = self.comparison();
        pairs.extend(compare.map(|compare| pair("compare", compare.as_str())));
        pairs.extend(self.report_pairs());
        pairs
    }

    /// The query that reports are asked, cut by `every`.
    pub(super) fn query(&self, now: Timestamp, every: Option<Every>) -> Result<Query, Invalid> {
        let (from, until) = self.days(now);
        let mut filters = FilterList::default();
        for (field, values) in &self.filters {
            filters.add(field, values.clone())?;
        }
        let mut query = Query {
            from: Some(Limit::Date(from)),
            to: Some(Limit::Date(date::next(until))),
            zone: self.zone,
            every,
            filters: filters.into_filters(),
            compare: self.comparison(),
            whole: self.whole,
            as_of: self.as_of,
            ..Query::default()
        };
        let ways = self.ways.iter();
        let ways = ways.map(|(name, way)| (name.as_str(), way.as_str()));
        for (name, word) in self.words().chain(ways) {
            query.set(name, word)?;
        }
        Ok(query)
    }

    /// The same view with `value` of `field` kept if it was not, else no longer.
    #[must_use]
    pub(super) fn toggled(&self, field: &str, value: &str) -> Self {
        let mut view = self.clone();
        let chosen = view.filters.entry(field.to_owned()).or_default();
        match chosen.iter().position(|other| other == value) {
            Some(place) => {
                chosen.remove(place);
            }
            None => chosen.push(value.to_owned()),
        }
        if chosen.is_empty() {
            view.filters.remove(field);
        }
        view
    }
}

/// A target, which is a number.
fn target(text: String) -> Result<String, Invalid> {
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    let refusal = || Invalid::new("target", format!("`{text}` is no number"));
    is_number.then_some(()).ok_or_else(refusal)?;
    Ok(text)
}

/// The days that a first look at the desk covers, for links that need a window around an instant.
pub(super) fn around(at: Timestamp, zone: Tz, days: u64) -> Range {
    let day = date::local(at, zone).date_naive();
    let until = day.checked_add_days(Days::new(days)).unwrap_or(day);
    Range::Custom(date::before(day, days), until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &[(&str, &str)]) -> Pairs {
        text.iter().map(|(name, value)| pair(name, value)).collect()
    }

    fn parse(text: &[(&str, &str)]) -> View {
        View::parse(&pairs(text)).unwrap().0
    }

    fn now() -> Timestamp {
        Timestamp::parse("2026-03-30T10:00:00Z").unwrap()
    }

    #[test]
    fn an_address_read_and_written_is_the_same_address() {
        let address = [
            ("range", "custom"),
            ("from", "2026-01-01"),
            ("until", "2026-01-31"),
            ("every", "week"),
            ("tz", "Europe/Oslo"),
            ("where.channel", "chat,e\\,mail,slash\\\\, x"),
            ("where.rep.not", "ada"),
            ("compare", "none"),
            ("by", "team"),
        ];
        assert_eq!(parse(&address).pairs(), pairs(&address));
        assert_eq!(View::default().pairs(), Pairs::new());
    }

    #[test]
    fn what_a_form_sends_becomes_the_plain_address() {
        let view = parse(&[
            ("range", "last_7"),
            ("from", "2026-01-01"),
            ("until", "2026-01-31"),
            ("tz", "UTC"),
            ("where.channel", "chat"),
            ("where.channel", "email"),
            ("filter_field", "rep"),
            ("filter_value", "ada"),
        ]);
        let plain = [
            ("range", "last_7"),
            ("where.channel", "chat,email"),
            ("where.rep", "ada"),
        ];
        assert_eq!(view.pairs(), pairs(&plain));
    }

    #[test]
    fn the_last_day_is_shown_and_the_day_after_is_asked() {
        let view = parse(&[("from", "2026-01-01"), ("until", "2026-01-31")]);
        let pairs = view.query_pairs(now(), Some("day"));
        assert!(pairs.contains(&pair("to", "2026-02-01")));
        let same = parse(&[("from", "2026-01-01"), ("to", "2026-02-01")]);
        assert_eq!(same, view);
    }

    #[test]
    fn a_page_asks_what_its_links_to_the_api_ask() {
        let views = [
            vec![],
            vec![("range", "last_month"), ("whole", "true"), ("by", "none")],
            vec![
                ("from", "2026-01-01"),
                ("until", "2026-01-31"),
                ("tz", "Europe/Oslo"),
                ("compare", "none"),
                ("by", "rep,attr.plan"),
                ("basis", "end"),
                ("count", "3"),
                ("as_of", "2026-02-01T10:00:00.123+01:00"),
                ("clock", "sla"),
                ("clock", "business"),
                ("schedule", "s,1"),
                ("profile", "svar"),
                ("profile", "hubspot@2"),
            ],
            vec![
                ("where.channel", "chat,e\\,mail,slash\\\\, x"),
                ("where.rep.not", ""),
                ("where.attr.plan", "free"),
                ("where.tag.all", "a,b"),
                ("where.tag", "c"),
                ("filter_field", "language"),
                ("filter_value", ","),
            ],
            vec![("by", "colour")],
            vec![("where.colour", "red"), ("count", "0")],
            vec![("where.channel.all", "chat")],
            vec![("clock", "lunar"), ("profile", "@")],
        ];
        for address in views {
            let view = parse(&address);
            for every in [None, Some(Every::Week)] {
                let pairs = view.query_pairs(now(), every.map(Every::as_str));
                let pairs = pairs.iter().map(|(name, value)| (&**name, &**value));
                let linked = Query::parse(pairs, Tz::UTC);
                assert_eq!(view.query(now(), every), linked, "{address:?}");
            }
        }
    }

    #[test]
    fn ways_of_counting_stand_beside_each_other_and_are_taken_back() {
        let view = parse(&[
            ("profile", "svar"),
            ("profile", "hubspot"),
            ("show", "totals"),
        ]);
        assert_eq!(view.way("profile"), Some("svar,hubspot"));
        assert_eq!(view.layout, Layout::Totals);
        assert!(view.way("clock").is_none());
        let timed = view.counted("clock", "business").counted("profile", "");
        let plain = pairs(&[("clock", "business"), ("show", "totals")]);
        assert_eq!(timed.pairs(), plain);
    }

    #[test]
    fn a_form_leaves_values_out_and_takes_several_at_once() {
        let view = parse(&[
            ("filter_field", "attr.plan"),
            ("filter_is", "not"),
            ("filter_value", "free, trial"),
        ]);
        assert_eq!(
            view.pairs(),
            pairs(&[("where.attr.plan.not", "free,trial")])
        );
    }

    #[test]
    fn only_frequencies_that_make_a_chart_are_offered() {
        let offered = |text: &[(&str, &str)]| parse(text).offered(now());
        // Monday to Sunday: one week, which is no course.
        assert_eq!(offered(&[("range", "last_7")]), [Every::Hour, Every::Day]);
        let month = [Every::Day, Every::Week, Every::Month];
        assert_eq!(offered(&[]), month);
        let years = [("from", "2020-01-01"), ("until", "2025-12-31")];
        let longer = [Every::Week, Every::Month, Every::Quarter, Every::Year];
        assert_eq!(offered(&years), longer);
        let view = parse(&[("range", "last_90"), ("every", "hour")]);
        assert_eq!(view.frequency(now()), Every::Day);
    }

    #[test]
    fn what_cannot_be_shown_is_refused_by_name() {
        for (name, value) in [
            ("tz", vec![("tz", "Oslo")]),
            ("from", vec![("from", "yesterday")]),
            ("range", vec![("range", "forever")]),
            (
                "from",
                vec![("from", "2026-02-01"), ("until", "2026-01-01")],
            ),
        ] {
            assert_eq!(View::parse(&pairs(&value)).unwrap_err().field, name);
        }
    }

    #[test]
    fn a_chip_taken_off_leaves_the_rest() {
        let view = parse(&[("where.channel", "chat,email")]);
        let less = view.toggled("channel", "chat");
        assert_eq!(less.pairs(), pairs(&[("where.channel", "email")]));
        assert_eq!(less.toggled("channel", "email"), View::default());
        assert_eq!(less.toggled("channel", "chat").filters["channel"].len(), 2);
    }
}
