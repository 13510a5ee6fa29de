//! Lists of conversations: views, filters, order, and pages that stay where they are while new
//! conversations arrive.

use std::sync::Arc;

use utoipa::ToSchema;

use super::filter::DeskFilter;
use super::{DeskMoment, Line};
use crate::model::attention::Snooze;
use crate::model::event::{Assignee, Mark};
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

    /// By what a line is put in order, ascending.
    fn key(self, line: &Line) -> (i64, &str) {
        let by = match self {
            Self::Latest => line.last_message_at.millis().saturating_neg(),
            Self::Waiting => line.waiting_since.map_or(i64::MAX, Timestamp::millis),
        };
        (by, line.conversation.as_str())
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

impl ViewCounts {
    fn add(&mut self, views: ViewSet) {
        for (view, count) in DeskView::ALL.into_iter().zip(&mut self.0) {
            *count += usize::from(views.has(view));
        }
    }

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
    /// The list at a moment, of these lines.
    pub fn list<'a>(
        &self,
        desk: impl Iterator<Item = &'a Arc<Line>>,
        moment: &DeskMoment<'_>,
    ) -> Result<Page, Invalid> {
        let after = self.cursor.as_deref().map(read_cursor).transpose()?;
        let mut counts = ViewCounts::default();
        let mut lines: Vec<&Arc<Line>> = Vec::new();
        let is_narrowed = !self.filter.is_empty();
        for line in desk {
            let standing = self.standing(line, moment);
            if is_narrowed && !self.filter.takes(line, moment, standing.is_new) {
                continue;
            }
            let views = self.views(line, standing);
            counts.add(views);
            if views.has(self.view) && after.is_none_or(|after| self.sort.key(line) > after) {
                lines.push(line);
            }
        }
        let limit = self.limit.max(1);
        let has_more = lines.len() > limit;
        if has_more {
            // The first ones only are put in order, of which there may be many times as many.
            lines.select_nth_unstable_by_key(limit, |line| self.sort.key(line));
            lines.truncate(limit);
        }
        lines.sort_unstable_by_key(|line| self.sort.key(line));
        let last = lines.last().filter(|_line| has_more);
        let next_cursor = last.map(|line| {
            let (by, id) = self.sort.key(line);
            format!("{by}.{id}")
        });
        Ok(Page {
            lines: lines.into_iter().cloned().collect(),
            next_cursor,
            counts,
        })
    }

    /// How a line stands to whoever asks.
    pub fn standing(&self, line: &Line, moment: &DeskMoment<'_>) -> Standing {
        if !line.is_open_at(moment.now) {
            return Standing::default();
        }
        let attention = moment.attention;
        let snooze = attention.snooze(&line.conversation);
        Standing {
            is_open: true,
            is_new: attention.is_new_to(&self.reader, &line.conversation, line.contact_at),
            snooze: snooze.filter(|snooze| snooze.holds(line.contact_at, moment.now)),
        }
    }

    /// In which views a line is.
    pub(super) fn views(&self, line: &Line, standing: Standing) -> ViewSet {
        let mut views = ViewSet::default();
        if line.marks.contains(&Mark::Deleted) {
            return views;
        }
        if line.marks.contains(&Mark::Spam) {
            views.put(DeskView::Spam, true);
            return views;
        }
        if !standing.is_open {
            views.put(DeskView::Closed, true);
            return views;
        }
        if standing.snooze.is_some() {
            views.put(DeskView::Snoozed, true);
            return views;
        }
        if line.is_agents() {
            views.put(DeskView::Agent, true);
            return views;
        }
        let is_reps = matches!(line.assigned_to, Assignee::Rep { .. });
        views.put(DeskView::Open, true);
        views.put(DeskView::Mine, self.is_mine(line));
        views.put(DeskView::Unread, standing.is_new);
        views.put(DeskView::Unassigned, !is_reps);
        views.put(DeskView::Waiting, line.waiting_since.is_some());
        views
    }

    fn is_mine(&self, line: &Line) -> bool {
        match (&line.assigned_to, &self.rep) {
            (Assignee::Rep { id }, Some(rep)) => id.as_str() == rep,
            _ => false,
        }
    }
}

pub(super) fn read_cursor(text: &str) -> Result<(i64, &str), Invalid> {
    let read = text.split_once('.').and_then(|(by, id)| {
        let by = by.parse().ok()?;
        Some((by, id))
    });
    read.ok_or_else(|| {
        let reason = format!("`{text}` is no cursor that a list has given");
        Invalid::new("cursor", reason)
    })
}
