//! Whose conversations and tickets somebody sees: the one rule of scope.
//!
//! A conversation is seen by whom it is assigned to, by their team, and in its inbox; one that
//! was merged by who sees the one it went into, and any by who sees a ticket that was opened
//! from it. A ticket is seen likewise, and by who sees its conversation. It goes by whose they
//! are now, also of the past. What is out of scope is as if it were not there.
//!
//! Pure. Decisions ask [`Reach::has`]; the same rule by codes, for all that is read, is
//! `metrics::Seen`.

use std::collections::BTreeSet;

use super::unit::Merges;
use super::{Conversation, Directory, Event, InboxId, Sight, Ticket};

/// Whose things somebody sees, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Those of these reps.
    pub reps: BTreeSet<String>,
    /// Those of these teams.
    pub teams: BTreeSet<String>,
    /// Those in these inboxes.
    pub inboxes: BTreeSet<String>,
}

impl Reach {
    /// Whose things are seen as the desk is now; `None`: everybody's.
    pub fn of(sight: &Sight, directory: &Directory) -> Option<Self> {
        let Sight::Part(part) = sight else {
            return None;
        };
        let mut reach = Self {
            inboxes: part.inboxes.iter().map(ToString::to_string).collect(),
            teams: part.teams.iter().map(ToString::to_string).collect(),
            reps: part.rep.iter().map(ToString::to_string).collect(),
        };
        let own = part.rep.as_ref().filter(|_rep| part.with_team);
        let own = own.and_then(|rep| directory.team_of(rep.as_str()));
        reach.teams.extend(own.map(str::to_owned));
        for team in &reach.teams {
            reach
                .reps
                .extend(directory.members(team).map(str::to_owned));
        }
        Some(reach)
    }

    /// Whether a conversation, with all that is joined to it, is seen.
    pub fn has(&self, joined: &Joined) -> bool {
        let Joined { at, tickets } = joined;
        let holder = &at.assigned_to;
        holder.rep().is_some_and(|rep| self.reps.contains(rep))
            || holder.team().is_some_and(|team| self.teams.contains(team))
            || self.has_inbox(at.inbox.as_ref())
            || tickets.iter().any(|ticket| self.has_ticket(ticket))
    }

    /// Whether a ticket is seen on its own account.
    pub fn has_ticket(&self, ticket: &Ticket) -> bool {
        let mut reps = ticket.reps.iter();
        let team = ticket.team.as_ref();
        reps.any(|rep| self.reps.contains(rep.as_str()))
            || team.is_some_and(|team| self.teams.contains(team.as_str()))
            || self.has_inbox(ticket.inbox.as_ref())
    }

    fn has_inbox(&self, inbox: Option<&InboxId>) -> bool {
        inbox.is_some_and(|inbox| self.inboxes.contains(inbox.as_str()))
    }
}

/// What a conversation is joined to.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// The conversation in which its messages are by now: itself, unless it was merged.
    pub at: Conversation,
    /// The tickets that were opened from what is in there.
    pub tickets: Vec<Ticket>,
}

impl Joined {
    /// What the conversation `id` is joined to: out of the ordered `events` of the conversations
    /// of its unit, and that unit's tickets. `None`: no event starts it.
    pub fn of(id: &str, events: &[Event], mut tickets: Vec<Ticket>) -> Option<Self> {
        let merges = Merges::of_conversations(events);
        let root = merges.root(id).to_owned();
        tickets.retain(|ticket| {
            let from = ticket.conversation.as_ref();
            from.is_some_and(|from| merges.root(from.as_str()) == root)
        });
        let at = Conversation::fold_in(&root, events)?;
        Some(Self { at, tickets })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RepId, Scope, TeamId};

    fn event(line: &str) -> Event {
        Event::parse(line).unwrap()
    }

    fn directory() -> Directory {
        let rep = |rep: &str, team: &str| {
            event(&format!(
                r#"{{"type":"rep.upserted","at":"2026-01-01T00:00:00Z","rep":"{rep}","name":"R","team":"{team}"}}"#
            ))
        };
        Directory::fold(&[rep("ada", "x"), rep("ben", "x"), rep("cleo", "y")])
    }

    #[test]
    fn the_teams_of_a_scope_are_those_named_and_the_reps_own() {
        let rep = RepId::parse("ada").unwrap();
        let named = Scope::Teams {
            teams: [TeamId::parse("y").unwrap()].into(),
            inboxes: BTreeSet::new(),
        };
        let reach = |scope: &Scope| Reach::of(&scope.sight(Some(&rep)), &directory());
        let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        let found = reach(&named).unwrap();
        assert_eq!(
            (found.reps, found.teams),
            (set(&["ada", "ben", "cleo"]), set(&["x", "y"]))
        );
        let own = reach(&Scope::Own).unwrap();
        assert_eq!((own.reps, own.teams), (set(&["ada"]), set(&[])));
        assert_eq!(reach(&Scope::All), None);
        let nobody = Reach::of(&Scope::Own.sight(None), &directory()).unwrap();
        assert_eq!(nobody, Reach::default());
    }
}
