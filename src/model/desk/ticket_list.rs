//! Lists of tickets: views, filters, order, and pages that stay where they are while new tickets
//! arrive.

use std::sync::Arc;

use utoipa::ToSchema;

use super::block::Entry;
use super::first::{First, read_cursor};
use super::line::KEPT_MS;
use super::ticket_filter::TicketFilter;
use super::ticket_line::TicketStatus;
use super::{DeskMoment, Lines, TicketLine};
use crate::model::{Invalid, Timestamp};

/// Which tickets are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum TicketView {
    /// Those that are still to be done.
    #[default]
    Open,
    /// Those of them that are the rep's, as owner or beside them.
    Mine,
    /// Those of them that nobody owns.
    Unassigned,
    /// Those of them of which something has to be done by an instant: a job answered before it
    /// expires, a ticket answered or closed by when its source or an agreement wants that.
    AtRisk,
    /// Those that were closed, decided, put aside or expired in the last two weeks.
    Closed,
    /// All of these.
    All,
}

impl TicketView {
    /// Every view, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::Mine,
        Self::Unassigned,
        Self::AtRisk,
        Self::Closed,
        Self::All,
    ];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::AtRisk => "at_risk",
            Self::Closed => "closed",
            Self::All => "all",
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

/// By what tickets are put in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TicketOrder {
    /// The last that anything happened to first.
    #[default]
    Latest,
    /// The last opened first.
    Newest,
    /// The first opened first.
    Oldest,
    /// The least time left first; those with no such instant last.
    Due,
}

impl TicketOrder {
    /// Every order.
    pub const ALL: [Self; 4] = [Self::Latest, Self::Newest, Self::Oldest, Self::Due];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Latest => "latest",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Due => "due",
        }
    }

    /// The order of this word.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        let order = Self::ALL.into_iter().find(|order| order.as_str() == word);
        order.ok_or_else(|| {
            let words = Self::ALL.map(Self::as_str).join(", ");
            Invalid::new("sort", format!("`{word}` is none of {words}"))
        })
    }

    /// By what a ticket is put in order, ascending; those of one number by their ids.
    fn by(self, entry: &Entry<'_, TicketLine>, moment: &DeskMoment<'_>) -> i64 {
        let glance = entry.glance;
        match self {
            Self::Latest => glance.updated_at.millis().saturating_neg(),
            Self::Newest => glance.opened_at.millis().saturating_neg(),
            Self::Oldest => glance.opened_at.millis(),
            Self::Due => {
                let is_open = glance.status_at(moment.now) == TicketStatus::Open;
                let due_at = is_open.then(|| entry.line().due_at(moment)).flatten();
                due_at.map_or(i64::MAX, Timestamp::millis)
            }
        }
    }
}

/// What is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketQuery {
    /// Which.
    pub view: TicketView,
    /// The rep who is asking, for their own.
    pub rep: Option<String>,
    /// What it is narrowed to.
    pub filter: TicketFilter,
    /// In which order.
    pub order: TicketOrder,
    /// How many at most.
    pub limit: usize,
    /// Behind which, as a page before said.
    pub cursor: Option<String>,
}

/// A part of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TicketPage {
    /// The tickets.
    pub lines: Vec<Arc<TicketLine>>,
    /// What to ask for the next ones with, if there are any.
    pub next_cursor: Option<String>,
    /// How many each view has under the same filters.
    pub counts: TicketViewCounts,
}

/// How many tickets each view has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TicketViewCounts([usize; TicketView::ALL.len()]);

impl TicketViewCounts {
    /// Each view with its number.
    pub fn iter(&self) -> impl Iterator<Item = (TicketView, usize)> + '_ {
        TicketView::ALL.into_iter().zip(self.0.iter().copied())
    }
}

impl TicketQuery {
    /// The list at a moment, of the lines whose ids `sees` takes.
    pub fn list(
        &self,
        desk: &Lines,
        sees: impl Fn(&str) -> bool,
        moment: &DeskMoment<'_>,
    ) -> Result<TicketPage, Invalid> {
        let after = self.cursor.as_deref().map(read_cursor).transpose()?;
        let sieve = self.filter.over(&desk.tickets, moment);
        let mut counts = TicketViewCounts::default();
        let mut first = First::new(self.limit, after);
        for entry in desk.tickets.entries() {
            if !sieve.takes(&entry) || !sees(entry.id()) {
                continue;
            }
            let mut is_listed = false;
            for (view, count) in TicketView::ALL.into_iter().zip(&mut counts.0) {
                let is_in = self.is_in(&entry, view, moment);
                *count += usize::from(is_in);
                is_listed |= is_in && view == self.view;
            }
            if is_listed {
                first.offer(self.order.by(&entry, moment), entry);
            }
        }
        let (lines, next_cursor) = first.end();
        Ok(TicketPage {
            lines,
            next_cursor,
            counts,
        })
    }

    fn is_in(
        &self,
        entry: &Entry<'_, TicketLine>,
        view: TicketView,
        moment: &DeskMoment<'_>,
    ) -> bool {
        let (glance, now) = (entry.glance, moment.now);
        let is_open = glance.status_at(now) == TicketStatus::Open;
        let is_late = |at: Timestamp| now < at.plus_millis(KEPT_MS);
        let is_listed = || glance.over_at(now).is_none_or(is_late);
        let is_of = |rep: &str| entry.line().is_of(rep);
        match view {
            TicketView::Open => is_open,
            TicketView::Mine => is_open && self.rep.as_deref().is_some_and(is_of),
            TicketView::Unassigned => is_open && glance.owner.is_none(),
            TicketView::AtRisk => is_open && entry.line().due_at(moment).is_some(),
            TicketView::Closed => !is_open && is_listed(),
            TicketView::All => is_listed(),
        }
    }
}
