//! The queue: whose a waiting conversation becomes by itself, and which go back to it.
//!
//! The one that waits longest goes first, to the rep who has least. What a rep who went offline
//! has goes back when a contact waits in it; the rest stays with whom the contact knows.

use std::collections::BTreeMap;

use super::block::Entry;
use super::{DeskMoment, DeskQuery, Line, Lines};
use crate::model::event::{Assignee, RepStatus};
use crate::model::{ConversationId, Presence, QueueRules, RepId, Timestamp};

/// What the rules ask for at an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueuePlan {
    /// Conversations, and to whom each goes, in this order.
    pub handouts: Vec<(ConversationId, RepId)>,
    /// Conversations that go back, and when.
    pub returns: Vec<(ConversationId, Timestamp)>,
}

/// What the plan is made of besides the lines.
#[derive(Clone, Copy, Debug)]
pub struct QueueMoment<'a> {
    /// The rules.
    pub rules: &'a QueueRules,
    /// Who takes work.
    pub presence: &'a Presence,
    /// The desk.
    pub desk: DeskMoment<'a>,
}

/// A rep who takes work, with how much they have.
struct FreeRep<'a> {
    rep: &'a RepId,
    since: Timestamp,
    team: Option<&'a str>,
    load: u32,
    capacity: u32,
}

impl QueuePlan {
    /// The plan for a desk at a moment.
    pub fn of(desk: &Lines, moment: QueueMoment<'_>) -> Self {
        let mut plan = Self::default();
        if !moment.rules.is_on() {
            return plan;
        }
        let worked_on = desk.conversations.entries();
        let worked_on = worked_on.filter(|entry| is_worked_on(entry, &moment.desk));
        let mut loads: BTreeMap<&RepId, u32> = BTreeMap::new();
        let mut waiting: Vec<(Timestamp, &Line)> = Vec::new();
        for line in worked_on.map(|entry| entry.line()) {
            match (&line.assigned_to, line.waiting_since) {
                (Assignee::Rep { id }, since) => {
                    *loads.entry(id).or_default() += 1;
                    let back = since.and_then(|_since| goes_back(id, moment));
                    let back = back.map(|at| (line.conversation.clone(), at));
                    plan.returns.extend(back);
                }
                (Assignee::Nobody {} | Assignee::Team { .. }, Some(since)) => {
                    waiting.push((since, line));
                }
                _ => {}
            }
        }
        plan.returns.sort_unstable();
        if moment.rules.hand_out {
            waiting.sort_by_key(|(since, line)| (*since, line.conversation.as_str()));
            plan.hand_out(&waiting, &mut free_reps(&loads, moment));
        }
        plan
    }

    fn hand_out(&mut self, waiting: &[(Timestamp, &Line)], free: &mut [FreeRep<'_>]) {
        for (_, line) in waiting {
            let takes = |one: &&mut FreeRep<'_>| {
                one.load < one.capacity
                    && match &line.assigned_to {
                        Assignee::Team { id } => one.team == Some(id.as_str()),
                        _ => true,
                    }
            };
            let least = free.iter_mut().filter(takes);
            let least = least.min_by_key(|one| (one.load, one.since, one.rep.as_str()));
            let Some(rep) = least else { continue };
            rep.load += 1;
            let handout = (line.conversation.clone(), rep.rep.clone());
            self.handouts.push(handout);
        }
    }
}

/// How many conversations that go on each rep has.
pub fn loads_of(desk: &Lines, moment: &DeskMoment<'_>) -> BTreeMap<RepId, u32> {
    let mut loads = BTreeMap::new();
    let entries = desk.conversations.entries();
    for entry in entries.filter(|entry| is_worked_on(entry, moment)) {
        if let Assignee::Rep { id } = &entry.line().assigned_to {
            *loads.entry(id.clone()).or_default() += 1;
        }
    }
    loads
}

/// Whether a conversation is open with people and not put off.
fn is_worked_on(entry: &Entry<'_, Line>, desk: &DeskMoment<'_>) -> bool {
    let standing = DeskQuery::default().standing_of(entry, desk);
    let is_away = entry.glance.is_spam || entry.glance.is_deleted;
    standing.is_open && standing.snooze.is_none() && !is_away
}

/// When what a rep has goes back, if they are offline.
fn goes_back(rep: &RepId, moment: QueueMoment<'_>) -> Option<Timestamp> {
    let secs = moment.rules.return_after_secs?;
    let presence = moment.presence.of(rep)?;
    let is_gone = presence.status == RepStatus::Offline;
    is_gone.then(|| presence.since.plus_millis(i64::from(secs) * 1_000))
}

/// The reps who take work.
fn free_reps<'a>(loads: &BTreeMap<&RepId, u32>, moment: QueueMoment<'a>) -> Vec<FreeRep<'a>> {
    let directory = moment.desk.directory;
    let available = moment.presence.iter().filter(|(rep, presence)| {
        presence.status == RepStatus::Available && directory.rep_name(rep.as_str()).is_some()
    });
    let free = available.map(|(rep, presence)| FreeRep {
        rep,
        since: presence.since,
        team: directory.team_at(rep.as_str(), moment.desk.now),
        load: loads.get(rep).copied().unwrap_or_default(),
        capacity: moment.rules.capacity_of(rep),
    });
    free.collect()
}
