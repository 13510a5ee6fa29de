//! What is open and what of it asks for somebody, counted in one pass.

use super::glance::Glance;
use super::list::{DeskQuery, views};
use super::{DeskMoment, DeskView, Lines};

/// Conversations that are open now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenCounts {
    /// How many reps have before them.
    pub open: usize,
    /// In how many of these a contact waits.
    pub waiting: usize,
    /// How many of the open ones are past what was promised.
    pub late: usize,
}

impl OpenCounts {
    /// Counts those whose ids `sees` takes, at a moment.
    pub fn of(desk: &Lines, sees: impl Fn(&str) -> bool, moment: &DeskMoment<'_>) -> Self {
        let nobody = DeskQuery::default();
        let mut counts = Self::default();
        let is_open = |glance: &Glance| glance.instants.is_open_at(moment.now);
        for entry in desk.conversations.entries_where(is_open) {
            if !sees(entry.id()) {
                continue;
            }
            let standing = nobody.standing_of(&entry, moment);
            let views = views(entry.glance, standing, None);
            if !views.has(DeskView::Open) {
                continue;
            }
            counts.open += 1;
            // Nothing is promised where nobody waits.
            if views.has(DeskView::Waiting) {
                counts.waiting += 1;
                let due_at = entry.line().due_at(moment);
                counts.late += usize::from(due_at.is_some_and(|due_at| due_at <= moment.now));
            }
        }
        counts
    }
}
