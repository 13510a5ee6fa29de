//! What a rep should know of without asking: unread conversations of theirs, or of nobody's.

use std::sync::Arc;

use super::list::DeskQuery;
use super::{DeskMoment, DeskView, Line};
use crate::model::event::Assignee;

/// What is unread.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unread {
    /// How many conversations.
    pub count: usize,
    /// The one in which a contact wrote last.
    pub newest: Option<Arc<Line>>,
}

impl DeskQuery {
    /// What is unread at a moment of what is the asking rep's, their team's or nobody's; who is no rep is
    /// told of every team's.
    pub fn unread<'a>(
        &self,
        desk: impl Iterator<Item = &'a Arc<Line>>,
        moment: &DeskMoment<'_>,
    ) -> Unread {
        let team = self.rep.as_deref();
        let team = team.and_then(|rep| moment.directory.team_at(rep, moment.now));
        let concerns = |line: &Line| match &line.assigned_to {
            Assignee::Rep { id } => self.rep.as_deref() == Some(id.as_str()),
            Assignee::Team { id } => team.is_none_or(|team| team == id.as_str()),
            Assignee::Nobody {} => true,
            Assignee::CustomerAgent { .. } => false,
        };
        let mut unread = Unread::default();
        for line in desk.filter(|line| concerns(line)) {
            let views = self.views(line, self.standing(line, moment));
            if !views.has(DeskView::Unread) {
                continue;
            }
            unread.count += 1;
            let is_newer = |other: &Arc<Line>| line.contact_at > other.contact_at;
            if unread.newest.as_ref().is_none_or(is_newer) {
                unread.newest = Some(Arc::clone(line));
            }
        }
        unread
    }
}
