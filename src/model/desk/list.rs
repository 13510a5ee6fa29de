//! Lists of conversations: views, filters, order, and pages that stay where they are while new
//! conversations arrive.

use std::sync::Arc;

use utoipa::ToSchema;

use super::block::Entry;
use super::filter::DeskFilter;
use super::first::{First, read_cursor};
use super::glance::{Glance, Holder, Instants};
use super::sieve::Sieve;
use super::words::Code;
use super::{DeskMoment, Line, Lines};
use crate::model::attention::{Attended, Snooze};
use crate::model::{Invalid, Timestamp};

/// Which conversations are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum DeskView {
    /// Those that are open with people: the customer agent does not have them.
    #[default]
    Open,
    /// Those of them that are the rep's own.
    Mine,
    /// Those of them in which a contact wrote something that the reader has not seen.
    Unread,
    /// Those of them that are nobody's, or a team's.
    Unassigned,
    /// Those in which a contact waits for a rep.
    Waiting,
    /// Those that are put off until an instant or the contact's word.
    Snoozed,
    /// Those that the customer agent has.
    Agent,
    /// Those that were resolved, or ended, in the last two weeks.
    Closed,
    /// Those that are marked as spam.
    Spam,
}

impl DeskView {
    /// Every view, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::Open,
        Self::Mine,
        Self::Unread,
        Self::Unassigned,
        Self::Waiting,
        Self::Snoozed,
        Self::Agent,
        Self::Closed,
        Self::Spam,
    ];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Mine => "mine",
            Self::Unread => "unread",
            Self::Unassigned => "unassigned",
            Self::Waiting => "waiting",
            Self::Snoozed => "snoozed",
            Self::Agent => "agent",
            Self::Closed => "closed",
            Self::Spam => "spam",
        }
    }

    /// The view of this word.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        let view = Self::ALL.into_iter().find(|view| view.as_str() == word);
        view.ok_or_else(|| {
            let words = Self::ALL.map(Self::as_str).join(", ");
            Invalid::new("view", format!("`{word}` is none of {words}"))
        })
    }
}

/// In which order conversations are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "lowercase", as = DeskSort)]
pub enum Sort {
    /// The last written in first.
    #[default]
    Latest,
    /// Whoever waits longest first; who does not wait comes last.
    Waiting,
}

impl Sort {
    /// The order of this word.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        match word {
            "latest" => Ok(Self::Latest),
            "waiting" => Ok(Self::Waiting),
            _ => {
                let reason = format!("`{word}` is none of latest, waiting");
                Err(Invalid::new("sort", reason))
            }
        }
    }

    /// By what a line is put in order, ascending; those of one number by their ids.
    fn by(self, glance: &Glance) -> i64 {
        let instants = &glance.instants;
        match self {
            Self::Latest => instants.last_message_at.millis().saturating_neg(),
            Self::Waiting => instants.waiting_since.map_or(i64::MAX, Timestamp::millis),
        }
    }
}

/// What is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskQuery {
    /// Which.
    pub view: DeskView,
    /// The rep who is asking, for their own.
    pub rep: Option<String>,
    /// To whom something may be new: a rep as `rep:ID`, or whoever else is asking.
    pub reader: String,
    /// What it is narrowed to.
    pub filter: DeskFilter,
    /// In which order.
    pub sort: Sort,
    /// How many at most.
    pub limit: usize,
    /// Behind which, as a page before said.
    pub cursor: Option<String>,
}

/// How a conversation stands to whoever asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether it goes on.
    pub is_open: bool,
    /// Whether a contact wrote something that the reader has not seen.
    pub is_new: bool,
    /// That it is put off, while it is.
    pub snooze: Option<Snooze>,
}

/// A part of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The conversations.
    pub lines: Vec<Arc<Line>>,
    /// What to ask for the next ones with, if there are any.
    pub next_cursor: Option<String>,
    /// How many each view has under the same filters.
    pub counts: ViewCounts,
}

/// How many conversations each view has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewCounts([usize; DeskView::ALL.len()]);

/// Some of the views; a bit each, in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ViewSet(u16);

impl ViewSet {
    fn put(&mut self, view: DeskView, is_in: bool) {
        self.0 |= u16::from(is_in) << view as u8;
    }

    pub(super) const fn has(self, view: DeskView) -> bool {
        self.0 >> view as u8 & 1 == 1
    }
}

/// How many conversations are in the same views; told apart by view once all are counted.
struct SetCounts([usize; 1 << DeskView::ALL.len()]);

impl Default for SetCounts {
    fn default() -> Self {
        Self([0; 1 << DeskView::ALL.len()])
    }
}

impl SetCounts {
    fn add(&mut self, views: ViewSet) {
        if let Some(count) = self.0.get_mut(usize::from(views.0)) {
            *count += 1;
        }
    }

    fn end(&self) -> ViewCounts {
        let mut counts = ViewCounts::default();
        for (set, held) in (0..).map(ViewSet).zip(self.0) {
            for (view, count) in DeskView::ALL.into_iter().zip(&mut counts.0) {
                *count += if set.has(view) { held } else { 0 };
            }
        }
        counts
    }
}

impl ViewCounts {
    /// How many a view has.
    pub fn of(&self, view: DeskView) -> usize {
        self.iter()
            .find(|(other, _)| *other == view)
            .map_or(0, |(_, count)| count)
    }

    /// Each view with its number.
    pub fn iter(&self) -> impl Iterator<Item = (DeskView, usize)> + '_ {
        DeskView::ALL.into_iter().zip(self.0.iter().copied())
    }
}

impl DeskQuery {
    /// The list at a moment, of the lines whose ids `sees` takes.
    pub fn list(
        &self,
        desk: &Lines,
        sees: impl Fn(&str) -> bool,
        moment: &DeskMoment<'_>,
    ) -> Result<Page, Invalid> {
        let after = self.cursor.as_deref().map(read_cursor).transpose()?;
        let sieve = Sieve::new(&self.filter, &desk.conversations, moment);
        let own = self.own(desk);
        let mut counts = SetCounts::default();
        let mut first = First::new(self.limit, after);
        let entries = desk
            .conversations
            .entries_where(|glance| sieve.takes(glance));
        for entry in entries {
            if !sieve.takes_text(&entry) || !sieve.takes_due(&entry) || !sees(entry.id()) {
                continue;
            }
            let standing = self.standing_of(&entry, moment);
            if !sieve.takes_new(standing.is_new) {
                continue;
            }
            let views = views(entry.glance, standing, own);
            counts.add(views);
            if views.has(self.view) {
                first.offer(self.sort.by(entry.glance), entry);
            }
        }
        let (lines, next_cursor) = first.end();
        Ok(Page {
            lines,
            next_cursor,
            counts: counts.end(),
        })
    }

    /// How a line stands to whoever asks.
    pub fn standing(&self, line: &Line, moment: &DeskMoment<'_>) -> Standing {
        let attended = moment.attention.of(line.conversation.as_str());
        self.standing_at(&line.instants(), attended, moment.now)
    }

    /// How a line in its file stands to whoever asks.
    pub(super) fn standing_of(&self, entry: &Entry<'_, Line>, moment: &DeskMoment<'_>) -> Standing {
        let instants = &entry.glance.instants;
        if !instants.is_open_at(moment.now) {
            return Standing::default();
        }
        let attended = moment.attention.of_hashed(entry.place, || entry.id());
        self.standing_at(instants, attended, moment.now)
    }

    fn standing_at(
        &self,
        instants: &Instants,
        attended: Option<&Attended>,
        now: Timestamp,
    ) -> Standing {
        if !instants.is_open_at(now) {
            return Standing::default();
        }
        let contact_at = instants.contact_at;
        let snooze = attended.and_then(|attended| attended.snooze);
        Standing {
            is_open: true,
            is_new: Attended::is_new_to(attended, &self.reader, contact_at),
            snooze: snooze.filter(|snooze| snooze.holds(contact_at, now)),
        }
    }

    /// By which number the asking rep's lines name them.
    fn own(&self, desk: &Lines) -> Option<Code> {
        let rep = self.rep.as_deref()?;
        let holders = &desk.conversations.words().holders;
        holders.code(&format!("rep:{rep}"))
    }
}

/// In which views a line is; `own`: by which number it names the rep who is asking.
pub(super) fn views(glance: &Glance, standing: Standing, own: Option<Code>) -> ViewSet {
    let mut views = ViewSet::default();
    let apart = match (glance.is_spam, standing.is_open, standing.snooze) {
        _ if glance.is_deleted => return views,
        (true, _, _) => Some(DeskView::Spam),
        (_, false, _) => Some(DeskView::Closed),
        (_, _, Some(_)) => Some(DeskView::Snoozed),
        _ if glance.holder == Holder::CustomerAgent => Some(DeskView::Agent),
        _ => None,
    };
    if let Some(view) = apart {
        views.put(view, true);
        return views;
    }
    let rep = match glance.holder {
        Holder::Rep(code) => Some(code),
        _ => None,
    };
    views.put(DeskView::Open, true);
    views.put(DeskView::Mine, rep.is_some() && rep == own);
    views.put(DeskView::Unread, standing.is_new);
    views.put(DeskView::Unassigned, rep.is_none());
    views.put(DeskView::Waiting, glance.instants.waiting_since.is_some());
    views
}
