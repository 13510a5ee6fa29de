//! What a rep should know of without asking: unread conversations of theirs, or of nobody's.

use std::sync::Arc;

use super::block::Entry;
use super::glance::Holder;
use super::list::{DeskQuery, views};
use super::{DeskMoment, DeskView, Line, Lines};
use crate::model::Timestamp;

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
    /// told of every team's. Of the lines whose ids `sees` takes.
    pub fn unread(
        &self,
        desk: &Lines,
        sees: impl Fn(&str) -> bool,
        moment: &DeskMoment<'_>,
    ) -> Unread {
        let mut unread = Unread::default();
        let mut newest = None;
        for entry in self.unread_entries(desk, sees, moment) {
            unread.count += 1;
            let contact_at = entry.glance.instants.contact_at;
            if newest.is_none_or(|(other, _)| contact_at > other) {
                newest = Some((contact_at, entry));
            }
        }
        unread.newest = newest.map(|(_, entry)| Arc::clone(entry.line()));
        unread
    }

    /// Of what [`Self::unread`] counts, the lines in which a contact wrote after an instant and up to
    /// another, the latest first.
    pub fn unread_between(
        &self,
        desk: &Lines,
        sees: impl Fn(&str) -> bool,
        moment: &DeskMoment<'_>,
        (after, until): (Timestamp, Timestamp),
    ) -> Vec<Arc<Line>> {
        let entries = self.unread_entries(desk, sees, moment);
        let within = entries.filter(|entry| {
            let contact_at = entry.glance.instants.contact_at;
            contact_at.is_some_and(|at| after < at && at <= until)
        });
        let mut lines: Vec<Arc<Line>> = within.map(|entry| Arc::clone(entry.line())).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.contact_at));
        lines
    }

    fn unread_entries<'a>(
        &'a self,
        desk: &'a Lines,
        sees: impl Fn(&str) -> bool + 'a,
        moment: &'a DeskMoment<'_>,
    ) -> impl Iterator<Item = Entry<'a, Line>> {
        let holders = &desk.conversations.words().holders;
        let code = |kind: &str, id: &str| holders.code(&format!("{kind}:{id}"));
        let rep = self.rep.as_deref();
        let team = rep.and_then(|rep| moment.directory.team_at(rep, moment.now));
        let own = rep.and_then(|rep| code("rep", rep));
        let own_team = team.and_then(|team| code("team", team));
        let concerns = move |holder: Holder| match holder {
            Holder::Rep(rep) => own == Some(rep),
            Holder::Team(other) => team.is_none() || own_team == Some(other),
            Holder::Nobody => true,
            Holder::CustomerAgent => false,
        };
        desk.conversations.entries().filter(move |entry| {
            let standing = self.standing_of(entry, moment);
            let is_unread = || views(entry.glance, standing, own).has(DeskView::Unread);
            concerns(entry.glance.holder) && is_unread() && sees(entry.id())
        })
    }
}
