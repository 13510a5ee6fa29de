//! The desk as one page sees it: an instant, answers to queries, and names for keys.

use std::sync::{Arc, OnceLock};

use super::error::Fault;
use super::figure;
use super::text::{fill, find, t, title_of};
use super::view::View;
use crate::app::{
    App, AttendeeView, DraftView, Explanation, GapList, GapQuery, GapSort, Library, Paging,
    Present, UploadedFile,
};
use crate::command::{Caller, Role, Sight};
use crate::model::desk::{DeskQuery, Standing};
use crate::model::people::UserState;
use crate::model::{Directory, Profile, Timestamp};
use crate::report::{
    Dimension, Every, KeyValue, Query, Report, ReportResult, RowPage, RowQuery, SeriesKey, registry,
};

/// The most values of a field that a menu offers.
const OFFERED: usize = 200;
/// How many gaps are named where not all are.
const NAMED: usize = 7;

/// The desk at the instant of one request.
pub(super) struct Desk {
    /// The app that answers.
    pub(super) app: Arc<App>,
    /// The present instant.
    pub(super) now: Timestamp,
    /// Whoever asks.
    caller: Caller,
    /// What every report of the page is asked over, so that its figures agree.
    present: Present,
    open_gaps: OnceLock<GapList>,
}

impl Desk {
    /// The desk as it is.
    pub(super) fn new(app: Arc<App>, caller: Caller) -> Self {
        let present = app.present_to(&caller.sight);
        Self {
            now: present.now(),
            present,
            caller,
            app,
            open_gaps: OnceLock::new(),
        }
    }

    /// How many gaps are open, and those that cost the most. A page that shows them in several
    /// places asks for this before its threads do, as one that waits might have to do it.
    pub(super) fn open_gaps(&self) -> &GapList {
        self.open_gaps.get_or_init(|| {
            self.library().gaps(&GapQuery {
                sort: GapSort::Cost,
                paging: Paging::first(NAMED),
                ..GapQuery::default()
            })
        })
    }

    /// Whoever asks.
    pub(super) const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// As what whoever asks is here.
    pub(super) const fn role(&self) -> Role {
        self.caller.role
    }

    /// How a conversation stands to whoever asks, where it is in the lists.
    pub(super) fn standing(&self, conversation: &str) -> Option<Standing> {
        let snapshot = self.present.snapshot();
        let line = snapshot.desk.line(conversation)?;
        let query = DeskQuery {
            reader: self.app.reader_of(&self.caller),
            ..DeskQuery::default()
        };
        Some(query.standing(line, &self.present.moment()))
    }

    /// The desk at this instant, as far as whoever asks sees it.
    pub(super) const fn present(&self) -> &Present {
        &self.present
    }

    /// Gaps, answers and decisions, as far as whoever asks sees them.
    pub(super) fn library(&self) -> Library {
        self.app
            .knowledge_at(&self.app.present_to(&self.caller.sight))
    }

    /// What whoever asks has typed in a conversation and not sent.
    pub(super) fn draft(&self, conversation: &str) -> DraftView {
        let draft = self.app.draft(&self.caller, conversation);
        draft.unwrap_or_else(|error| {
            tracing::warn!(%error, conversation, "a draft cannot be shown");
            DraftView::default()
        })
    }

    /// Who else has a conversation open.
    pub(super) fn attendees(&self, conversation: &str) -> Result<Vec<AttendeeView>, Fault> {
        let present = &self.present;
        Ok(self.app.attendees(present, &self.caller, conversation)?)
    }

    /// Of the files that whoever asks sent up for a conversation, those that may still be named.
    pub(super) fn uploaded(&self, conversation: Option<&str>, ids: &[String]) -> Vec<UploadedFile> {
        self.app.uploaded_by(&self.caller, conversation, ids)
    }

    /// Whether whoever asks may read conversations.
    pub(super) fn reads_words(&self) -> bool {
        self.app.reads_words(&self.caller)
    }

    /// What of the desk whoever asks sees.
    pub(super) const fn sight(&self) -> &Sight {
        &self.caller.sight
    }

    /// Answers a view's query to a report, cut by `every`.
    pub(super) fn ask(
        &self,
        id: &str,
        view: &View,
        every: Option<Every>,
    ) -> Result<ReportResult, Fault> {
        let query = view.query(self.now, every)?;
        self.answer(id, &query)
    }

    /// Answers a query to a report.
    pub(super) fn answer(&self, id: &str, query: &Query) -> Result<ReportResult, Fault> {
        Fault::unless_busy(self.app.ask_report_at(&self.present, id, query)?)
    }

    /// Lists the rows behind a number.
    pub(super) fn rows(
        &self,
        id: &str,
        query: &Query,
        wanted: &RowQuery,
    ) -> Result<RowPage, Fault> {
        Fault::unless_busy(self.app.ask_rows_at(&self.present, id, query, wanted)?)
    }

    /// Says of a conversation or ticket how every report counts it.
    pub(super) fn why(&self, id: &str, as_of: Option<Timestamp>) -> Result<Explanation, Fault> {
        Fault::unless_busy(self.app.ask_why_at(&self.present, id, as_of)?)
    }

    /// The report called `id`.
    pub(super) fn find(id: &str) -> Result<&'static Report, Fault> {
        registry::find(id).ok_or_else(|| Fault::missing("report", id))
    }

    /// The profile that the desk is counted by where none is asked for.
    pub(super) fn profile(&self) -> String {
        self.present.snapshot().profile.name.clone()
    }

    /// The profiles that can be chosen.
    pub(super) fn profiles(&self) -> Vec<Profile> {
        let profiles = &self.present.snapshot().installation.profiles;
        profiles.current().collect()
    }

    /// Whether nothing has happened on the desk yet.
    pub(super) fn is_empty(&self) -> bool {
        self.present.values(Dimension::Channel, 1).is_empty()
    }

    /// The names of own fields that a menu offers, at most `limit`.
    pub(super) fn own_fields(&self, limit: usize) -> Vec<String> {
        self.present.own_fields(limit)
    }

    pub(super) fn directory(&self) -> &Directory {
        &self.present.snapshot().directory
    }

    /// The values of a field that a menu offers, with their names.
    pub(super) fn values(&self, field: Dimension) -> Vec<(String, String)> {
        let values = self.present.values(field, OFFERED).into_iter();
        values
            .map(|value| {
                let key = KeyValue::Text(value.as_str().into());
                let label = self.label(field.as_str(), &key);
                (value, label)
            })
            .collect()
    }

    /// What a stage of a pipeline is called.
    pub(super) fn stage(&self, pipeline: &str, stage: &str) -> String {
        let stages = self.directory().stages(pipeline, self.now);
        let named = stages.iter().find(|(id, name)| *id == stage && name != id);
        named.map_or_else(|| spoken("stage", stage), |(_, name)| (*name).to_owned())
    }

    /// A rep's name, or the id.
    pub(super) fn rep(&self, id: &str) -> String {
        self.directory().rep_name(id).unwrap_or(id).to_owned()
    }

    /// A rep's name in tables and filters: of one who is no more, or may not sign in, with that.
    pub(super) fn rep_as_is(&self, id: &str) -> String {
        let name = self.rep(id);
        let key = if self.directory().is_deleted(id) {
            "who.deleted"
        } else if self.is_suspended(id) {
            "who.suspended"
        } else {
            return name;
        };
        fill(key, &[("name", &name)])
    }

    /// Whether whoever signs in as a rep may not for now.
    fn is_suspended(&self, rep: &str) -> bool {
        let people = &self.present.snapshot().installation.people;
        let mut theirs = people
            .users()
            .filter(|user| user.rep.as_ref().is_some_and(|own| own.as_str() == rep))
            .peekable();
        theirs.peek().is_some() && theirs.all(|user| user.state == UserState::Suspended)
    }

    /// The teams that something may become, each with its name: not those that are archived.
    pub(super) fn teams_on_offer(&self) -> impl Iterator<Item = (&str, &str)> {
        let archived = &self.present.snapshot().installation.teams;
        let teams = self.directory().teams();
        teams.filter(|(id, _)| !archived.is_archived(id))
    }

    /// A team's name, or the id.
    pub(super) fn team(&self, id: &str) -> String {
        self.directory().team_name(id).unwrap_or(id).to_owned()
    }

    /// A contact's name, or the id.
    pub(super) fn contact(&self, id: &str) -> String {
        if !self.reads_words() {
            return id.to_owned();
        }
        let named = self.app.contact(id).ok().and_then(|contact| contact.name);
        named.unwrap_or_else(|| id.to_owned())
    }

    /// What a person calls a value of a field.
    pub(super) fn label(&self, field: &str, value: &KeyValue) -> String {
        match (field, value) {
            (_, KeyValue::Null) => fill("value.none", &[("field", &self::field(field))]),
            ("hour", KeyValue::Number(hour)) => format!("{hour:02}:00"),
            ("weekday", KeyValue::Number(day)) => t(weekday(*day)).to_owned(),
            (_, KeyValue::Number(number)) => figure::count(f64::from(*number)),
            (_, KeyValue::Text(text)) => self.name(field, text),
        }
    }

    fn name(&self, field: &str, text: &str) -> String {
        match field {
            "rep" | "owner" | "assignee" if text == "customer_agent" => t("who.agent").to_owned(),
            "rep" | "owner" | "assignee" => self.rep_as_is(text),
            "team" => self.team(text),
            "inbox" => self.directory().inbox_name(text).unwrap_or(text).to_owned(),
            "contact" => self.contact(text),
            "report" => registry::find(text)
                .map_or_else(|| text.to_owned(), |report| title_of(report).to_owned()),
            "channel" | "reason" | "outcome" | "handled_by" | "rating" | "priority" | "kind"
            | "direction" | "clock" | "target" | "status" | "how" | "request" | "detail"
            | "stage" => spoken(field, text),
            _ => text.to_owned(),
        }
    }

    /// What a person calls a series.
    pub(super) fn key(&self, key: &SeriesKey) -> String {
        let parts = key.iter().map(|(field, value)| self.label(field, value));
        let parts: Vec<String> = parts.collect();
        parts.join(" · ")
    }
}

/// What a person calls a field; an own field by its own name.
pub(super) fn field(name: &str) -> String {
    if let Some(own) = name.strip_prefix("attr.") {
        return own.to_owned();
    }
    find(&format!("field.{name}")).map_or_else(|| plain(name), str::to_owned)
}

/// A word of the format as people say it.
pub(super) fn spoken(field: &str, word: &str) -> String {
    let label = find(&format!("value.{field}.{word}"));
    label.map_or_else(|| plain(word), str::to_owned)
}

/// A word without underscores, its first letter large.
fn plain(word: &str) -> String {
    let spaced = word.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The key of a weekday's name, Monday 1.
pub(super) const fn weekday(day: u32) -> &'static str {
    match day {
        1 => "weekday.mon",
        2 => "weekday.tue",
        3 => "weekday.wed",
        4 => "weekday.thu",
        5 => "weekday.fri",
        6 => "weekday.sat",
        _ => "weekday.sun",
    }
}

/// The colours of the series of one chart: a field's value keeps its own on every page,
/// unless another one of the chart has it already.
pub(super) struct Palette<'a> {
    desk: &'a Desk,
    taken: Vec<&'static str>,
}

const COLOURS: [&str; 7] = ["s2", "s3", "s4", "s5", "s6", "s7", "s8"];
/// The customer agent's colour.
pub(super) const AGENT: &str = "s1";

impl<'a> Palette<'a> {
    /// A palette of which nothing is taken.
    pub(super) const fn new(desk: &'a Desk) -> Self {
        Self {
            desk,
            taken: Vec::new(),
        }
    }

    /// The colour of a series.
    pub(super) fn of(&mut self, key: &SeriesKey) -> &'static str {
        let Some((field, value)) = key.iter().next() else {
            return AGENT;
        };
        let text = value.to_text();
        if text == "customer_agent" {
            return AGENT;
        }
        // What is good and what is not has the colour of that.
        let judged = match (field.as_ref(), text.as_str()) {
            ("rating", "helpful") => Some("s3"),
            ("rating", "neutral") => Some("s0"),
            ("rating", "not_helpful") => Some("s4"),
            _ => None,
        };
        if let Some(colour) = judged {
            self.taken.push(colour);
            return colour;
        }
        let place = self.place(field, &text);
        let turned = COLOURS.iter().cycle().skip(place % COLOURS.len());
        let free = turned
            .take(COLOURS.len())
            .find(|colour| !self.taken.contains(colour));
        let colour = free.copied().unwrap_or("s8");
        self.taken.push(colour);
        colour
    }

    fn place(&self, field: &str, value: &str) -> usize {
        let dimension = Dimension::ALL
            .into_iter()
            .find(|dimension| dimension.as_str() == field);
        // By name, for the order in which values were first seen differs from start to start.
        let mut values = dimension.map_or_else(Vec::new, |dimension| {
            self.desk.present.values(dimension, OFFERED)
        });
        values.sort_unstable();
        let place = values.iter().position(|other| other == value);
        place.unwrap_or(COLOURS.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Via;
    use crate::clock::Clock;
    use crate::model::Event;

    #[test]
    fn a_page_sees_the_desk_of_one_instant_whatever_comes_meanwhile() {
        let place = tempfile::tempdir().unwrap();
        let now = Timestamp::parse("2026-01-03T00:00:00Z").unwrap();
        let app = App::open(place.path(), Clock::fixed(now), |_, _| {}).unwrap();
        let app = Arc::new(app);
        let take = |rep: &str| {
            let event = format!(
                r#"{{"type":"rep.upserted","at":"2026-01-02T00:00:00Z","rep":"{rep}","name":"Ada"}}"#
            );
            let event = Arc::new(Event::parse(&event).unwrap());
            app.take(Via::Live, "test", &[event]).unwrap();
            app.settle().unwrap();
        };
        take("a");
        let desk = Desk::new(Arc::clone(&app), Caller::system());
        let view = View::default();
        let position = |desk: &Desk, id| {
            let result = desk.ask(id, &view, None);
            result.ok().map(|result| result.log_position)
        };
        assert_eq!(position(&desk, "handled"), Some(1));
        take("b");
        assert_eq!(position(&desk, "resolved"), Some(1));
        assert_eq!((desk.rep("a"), desk.rep("b")), ("Ada".into(), "b".into()));
        let next = Desk::new(app, Caller::system());
        assert_eq!(position(&next, "resolved"), Some(2));
        assert_eq!(next.rep("b"), "Ada");
    }

    #[test]
    fn words_of_the_format_are_said_as_people_say_them() {
        assert_eq!(spoken("reason", "no_answer"), "No answer found");
        assert_eq!(spoken("reason", "some_new_word"), "Some new word");
        assert_eq!(plain(""), "");
    }
}
