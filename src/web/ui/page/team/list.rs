//! `/team/roster`: the reps as they are now, narrowed and put in order by the address.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::roster::{Member, roster};
use crate::model::Invalid;
use crate::model::event::RepStatus;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{Words, t};
use crate::web::ui::url::{Pairs, address, pair};
use crate::web::ui::view::View;

/// The page's address.
const PATH: &str = "/team/roster";

/// By what reps are put in order, with the key of its head; the first is the usual one.
const ORDERS: [(&str, &str); 6] = [
    ("name", "field.rep"),
    ("status", "field.status"),
    ("conversations", "now.open"),
    ("tickets", "team_page.tickets"),
    ("team", "field.team"),
    ("since", "team_page.since"),
];

/// A head of the table: what it sorts by.
pub(super) struct Head {
    pub(super) label: &'static str,
    pub(super) href: String,
    pub(super) is_figure: bool,
    /// `ascending` or `descending` where the table is sorted by it.
    pub(super) sorted: &'static str,
}

/// A value of a filter.
struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

/// What the address asks for.
#[derive(Clone, Default)]
struct Wish {
    status: String,
    team: String,
    sort: String,
    is_down: bool,
}

#[derive(Template)]
#[template(path = "roster.html")]
struct Page {
    frame: Frame,
    members: Vec<Member>,
    heads: Vec<Head>,
    statuses: Vec<Choice>,
    teams: Vec<Choice>,
    /// What stays as it is when a filter is chosen.
    sort: String,
    is_down: bool,
    leads: bool,
    count: String,
    is_narrowed: bool,
}

/// The page.
pub(in crate::web::ui) async fn get_roster(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs)).await
}

/// The heads of the table on a page that is not sorted by the address.
pub(super) fn heads() -> Vec<Head> {
    Wish::default().heads()
}

fn page(desk: &Desk, pairs: &[(String, String)]) -> Result<Answer, Fault> {
    let wish = Wish::of(pairs)?;
    let all = roster(desk, View::default().zone);
    let teams = wish.teams(desk, &all);
    let members = wish.narrowed(all);
    let frame = desk.frame(t("team_page.roster"), "team");
    let page = Page {
        leads: frame.may("rep"),
        frame,
        count: plural("team_page.reps", members.len() as u64),
        members,
        heads: wish.heads(),
        statuses: wish.statuses(),
        teams,
        is_narrowed: !(wish.status.is_empty() && wish.team.is_empty()),
        sort: wish.sort,
        is_down: wish.is_down,
    };
    Ok(Answer::Page(page.render()?))
}

impl Wish {
    fn of(pairs: &[(String, String)]) -> Result<Self, Invalid> {
        let text = |name: &str| field_of(pairs, name).unwrap_or_default().to_owned();
        let wish = Self {
            status: text("status"),
            team: text("team"),
            sort: text("sort"),
            is_down: text("down") == "yes",
        };
        let is_order = ORDERS.iter().any(|(name, _)| *name == wish.sort);
        if !(wish.sort.is_empty() || is_order) {
            let orders = ORDERS.map(|(name, _)| name).join(", ");
            let reason = format!("`{}` is none of {orders}", wish.sort);
            return Err(Invalid::new("sort", reason));
        }
        Ok(wish)
    }

    fn pairs(&self) -> Pairs {
        let down = if self.is_down { "yes" } else { "" };
        let all = [
            ("status", self.status.as_str()),
            ("team", &self.team),
            ("sort", &self.sort),
            ("down", down),
        ];
        let given = all.iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| pair(name, value)).collect()
    }

    /// Each sorts by its column; the one that does already, the other way round.
    fn heads(&self) -> Vec<Head> {
        let heads = ORDERS.iter().map(|(name, key)| {
            let is_it = self.sort == *name;
            // Of numbers the largest are what is looked for first.
            let is_figure = matches!(*name, "conversations" | "tickets");
            let changed = Self {
                sort: (*name).to_owned(),
                is_down: if is_it { !self.is_down } else { is_figure },
                ..self.clone()
            };
            Head {
                label: t(key),
                href: address(PATH, &changed.pairs()),
                is_figure,
                sorted: match (is_it, self.is_down) {
                    (false, _) => "",
                    (true, false) => "ascending",
                    (true, true) => "descending",
                },
            }
        });
        heads.collect()
    }

    fn statuses(&self) -> Vec<Choice> {
        let words = RepStatus::ALL.iter().map(|status| status.as_str());
        let choices = words.map(|word| Choice {
            is_chosen: self.status == word,
            label: spoken("status", word),
            value: word.to_owned(),
        });
        choices.collect()
    }

    /// The teams of those who are shown to whoever asks.
    fn teams(&self, desk: &Desk, all: &[Member]) -> Vec<Choice> {
        let mut ids: Vec<&str> = all.iter().map(|one| one.team_id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        let ids = ids.into_iter().filter(|id| !id.is_empty());
        let mut choices: Vec<Choice> = ids
            .map(|id| Choice {
                is_chosen: self.team == id,
                label: desk.team(id),
                value: id.to_owned(),
            })
            .collect();
        choices.sort_by(|one, other| one.label.cmp(&other.label));
        choices
    }

    /// Those who are wanted, in the order that is; without one, as on the page of the team.
    fn narrowed(&self, mut members: Vec<Member>) -> Vec<Member> {
        members.retain(|one| {
            (self.status.is_empty() || self.status == one.status_word)
                && (self.team.is_empty() || self.team == one.team_id)
        });
        match self.sort.as_str() {
            "name" => members.sort_by_cached_key(|one| one.name.to_lowercase()),
            "status" => members.sort_by_cached_key(|one| one.status.clone()),
            "team" => members.sort_by_cached_key(|one| one.team.clone()),
            "conversations" => members.sort_by_key(|one| one.open.conversations),
            "tickets" => members.sort_by_key(|one| one.open.tickets),
            // The longest first is down: who changed last comes last.
            "since" => members.sort_by_key(|one| Reverse(one.since_at)),
            _ => return members,
        }
        if self.is_down {
            members.reverse();
        }
        members
    }
}
