//! The reps as they are now: who takes work since when, and who has how much open.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::model::desk::{TicketStatus, loads_of};
use crate::model::event::RepStatus;
use crate::model::{Reach, RepId, Timestamp};
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::figure;
use crate::web::ui::text::t;
use crate::web::ui::url::{address, pair};

/// A rep as they are now.
pub(super) struct Member {
    /// Their team's id; empty: they are in none.
    pub(super) team_id: String,
    /// Whether they take work, as a word of the format; empty: they never said so.
    pub(super) status_word: &'static str,
    /// How much of each is theirs.
    pub(super) open: Open,
    /// Since when.
    pub(super) since_at: Option<Timestamp>,
    /// Their name; of one who is no more, with that.
    pub(super) name: String,
    pub(super) team: String,
    /// Whether they take work, in words.
    pub(super) status: String,
    /// The colour of that.
    pub(super) tone: &'static str,
    /// Their own word for it.
    pub(super) detail: String,
    /// Since when, and exactly.
    pub(super) since: String,
    pub(super) since_exact: String,
    /// Their open conversations, and where these are listed.
    pub(super) conversations: String,
    pub(super) conversations_href: String,
    /// Their open tickets, and where these are listed.
    pub(super) tickets: String,
    pub(super) tickets_href: String,
    /// By what the list is ordered: who is there, who has the most, the name.
    order: (u8, std::cmp::Reverse<u64>, String),
}

/// The reps whom whoever asks sees: those who are there first, of these who has the most. Who is no
/// more is among them while something is still theirs.
pub(super) fn roster(desk: &Desk, zone: Tz) -> Vec<Member> {
    let present = desk.present();
    let snapshot = present.snapshot();
    let moment = present.moment();
    let reach = Reach::of(desk.sight(), &snapshot.directory);
    let loads = loads_of(&snapshot.desk, &moment);
    let tickets = tickets(desk);
    let all = snapshot.directory.all_reps();
    let seen = all.filter(|rep| reach.as_ref().is_none_or(|reach| reach.reps.contains(*rep)));
    let mut members: Vec<Member> = seen
        .filter_map(|rep| {
            let id = RepId::parse(rep).ok()?;
            let open = Open {
                conversations: loads.get(&id).copied().map_or(0, u64::from),
                tickets: tickets.get(&id).copied().unwrap_or_default(),
            };
            let is_over = snapshot.directory.is_deleted(rep);
            (!is_over || open.sum() > 0).then(|| member(desk, &id, open, zone))
        })
        .collect();
    members.sort_by(|a, b| a.order.cmp(&b.order));
    members
}

/// What a rep has that is still to be done.
#[derive(Clone, Copy)]
pub(super) struct Open {
    pub(super) conversations: u64,
    pub(super) tickets: u64,
}

impl Open {
    const fn sum(self) -> u64 {
        self.conversations + self.tickets
    }
}

fn tickets(desk: &Desk) -> BTreeMap<RepId, u64> {
    let mut open = BTreeMap::new();
    let lines = desk.present().tickets();
    let lines = lines.filter(|line| line.status_at(desk.now) == TicketStatus::Open);
    for owner in lines.filter_map(|line| line.owner.clone()) {
        *open.entry(owner).or_default() += 1;
    }
    open
}

fn member(desk: &Desk, rep: &RepId, open: Open, zone: Tz) -> Member {
    let snapshot = desk.present().snapshot();
    let presence = snapshot.installation.presence.of(rep);
    let is_over = snapshot.directory.is_deleted(rep.as_str());
    let status = presence.map(|one| one.status).filter(|_| !is_over);
    let since = presence.filter(|_| !is_over).map(|one| one.since);
    let (tone, place) = match status {
        Some(RepStatus::Available) => ("better", 0),
        Some(RepStatus::Away) => ("waits", 1),
        _ => ("quiet", 2),
    };
    let name = desk.rep_as_is(rep.as_str());
    let team = snapshot.directory.team_of(rep.as_str());
    let assignee = format!("rep:{rep}");
    Member {
        order: (place, std::cmp::Reverse(open.sum()), name.clone()),
        team_id: team.unwrap_or_default().to_owned(),
        status_word: status.map_or("", RepStatus::as_str),
        open,
        since_at: since,
        team: team.map_or_else(String::new, |team| desk.team(team)),
        status: match status {
            Some(status) => spoken("status", status.as_str()),
            None if is_over => String::new(),
            None => t("team_page.unknown").to_owned(),
        },
        tone,
        detail: presence
            .and_then(|one| one.detail.clone())
            .filter(|_| !is_over)
            .unwrap_or_default(),
        since: since.map_or_else(String::new, |at| date::instant(at, zone)),
        since_exact: since.map_or_else(String::new, |at| at.to_string()),
        conversations: figure::count(open.conversations as f64),
        conversations_href: address(
            "/inbox",
            &[pair("view", "open"), pair("assignee", &assignee)],
        ),
        tickets: figure::count(open.tickets as f64),
        tickets_href: address(
            "/tickets",
            &[pair("view", "open"), pair("owner", rep.as_str())],
        ),
        name,
    }
}
