//! `/settings/teams`: the teams, who is in each, and what is theirs.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use crate::app::{Error, TeamView, WriteResult};
use crate::command::{Command, Scope, TeamCommand, TeamDraft};
use crate::model::desk::{DeskFilter, DeskQuery, DeskView, TicketStatus};
use crate::model::event::RepStatus;
use crate::model::{Invalid, RepId};
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{Words, find, t};
use crate::web::ui::url::{Pairs, address, pair};

/// The page's address.
const TEAMS: &str = "/settings/teams";

/// A team on the page.
struct TeamLine {
    id: String,
    name: String,
    members: Vec<MemberLine>,
    /// Their open conversations and tickets, and where these are listed.
    conversations: String,
    conversations_href: String,
    tickets: String,
    tickets_href: String,
    /// Who sees what is theirs without being in it.
    seen_by: String,
    /// What was typed as its name and refused; else its name.
    typed: String,
}

/// A rep in a team, or in none.
struct MemberLine {
    id: String,
    /// Their name; of one who may not sign in for now, with that.
    name: String,
    status: String,
    tone: &'static str,
    detail: String,
}

#[derive(Template)]
#[template(path = "teams.html")]
struct Page {
    frame: Frame,
    teams: Vec<TeamLine>,
    archived: Vec<TeamLine>,
    /// The reps who are in no team.
    loose: Vec<MemberLine>,
    /// Every rep who is there, with their name and team.
    reps: Vec<(String, String)>,
    typed_name: String,
    typed_id: String,
    done: &'static str,
    fault: String,
}

/// The teams.
pub(in crate::web::ui) async fn get_teams(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Does what a form says.
pub(in crate::web::ui) async fn post_teams(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let tried = run(&visit, &word, &form).await;
    let done = address(TEAMS, &[pair("done", &word)]);
    answered(visit, tried, done, move |desk, fault| {
        page(desk, &form, fault)
    })
    .await
}

async fn run(visit: &Visit, word: &str, form: &[(String, String)]) -> Result<WriteResult, Error> {
    let (app, caller) = (&visit.app, visit.caller.clone());
    let text = |name: &str| field_of(form, name).unwrap_or_default().trim().to_owned();
    let given = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
    let command = match word {
        "add" | "rename" => {
            let draft = TeamDraft {
                team: given("team"),
                name: text("name"),
            };
            return app.save_team(caller, draft).await;
        }
        "put" => TeamCommand::Put {
            rep: text("rep"),
            team: given("team"),
        },
        "out" => TeamCommand::Put {
            rep: text("rep"),
            team: None,
        },
        "archive" | "restore" => TeamCommand::Archive {
            team: text("team"),
            on: word == "archive",
        },
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason).into());
        }
    };
    app.write(caller, Command::Team(command)).await
}

fn page(desk: &Desk, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let all = desk.app.teams();
    let tickets = tickets(desk);
    let mut lines = Vec::new();
    for team in &all {
        let open = tickets.get(team.team.as_str()).copied().unwrap_or_default();
        lines.push((team.archived, line(desk, team, open, pairs)?));
    }
    let (archived, teams): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(is, _)| *is);
    let own = |lines: Vec<(bool, TeamLine)>| lines.into_iter().map(|(_, line)| line).collect();
    let reps = desk.app.reps();
    let typed = |name: &str| {
        let is_new = field_of(pairs, "do") == Some("add");
        let text = field_of(pairs, name).filter(|_| is_new);
        text.unwrap_or_default().to_owned()
    };
    let page = Page {
        frame: desk.frame(t("teams.title"), "settings/teams"),
        teams: own(teams),
        archived: own(archived),
        loose: reps
            .iter()
            .filter(|rep| rep.team.is_none())
            .map(|rep| member(desk, &rep.rep))
            .collect(),
        reps: reps
            .iter()
            .map(|rep| {
                let team = rep
                    .team
                    .as_ref()
                    .map(|team| format!(" · {}", desk.team(team)));
                let name = format!("{}{}", rep.name, team.unwrap_or_default());
                (rep.rep.clone(), name)
            })
            .collect(),
        typed_name: typed("name"),
        typed_id: typed("team"),
        done: match field_of(pairs, "done") {
            Some(word) => find(&format!("teams.done.{word}")).unwrap_or_default(),
            None => "",
        },
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn line(
    desk: &Desk,
    team: &TeamView,
    tickets: u64,
    pairs: &[(String, String)],
) -> Result<TeamLine, Fault> {
    let id = team.team.as_str();
    let query = DeskQuery {
        filter: DeskFilter {
            teams: vec![id.to_owned()],
            ..DeskFilter::default()
        },
        limit: 1,
        ..DeskQuery::default()
    };
    let listed = desk.app.list_conversations_at(desk.present(), &query)?;
    let open = listed.counts.get(DeskView::Open.as_str()).copied();
    let is_typed = field_of(pairs, "do") == Some("rename") && field_of(pairs, "team") == Some(id);
    let typed = field_of(pairs, "name").filter(|_| is_typed);
    Ok(TeamLine {
        id: id.to_owned(),
        members: team.reps.iter().map(|rep| member(desk, rep)).collect(),
        conversations: plural("teams.conversations", open.unwrap_or_default() as u64),
        conversations_href: address("/inbox", &[pair("view", "open"), pair("team", id)]),
        tickets: plural("teams.tickets", tickets),
        tickets_href: address("/tickets", &[pair("view", "open"), pair("team", id)]),
        seen_by: seen_by(desk, id),
        typed: typed.unwrap_or(&team.name).to_owned(),
        name: team.name.clone(),
    })
}

/// Open tickets by the team whose they are: their own, else the one of who has them.
fn tickets(desk: &Desk) -> BTreeMap<&str, u64> {
    let directory = desk.directory();
    let mut open = BTreeMap::new();
    let lines = desk.present().tickets();
    for line in lines.filter(|line| line.status_at(desk.now) == TicketStatus::Open) {
        let of_owner = || directory.team_of(line.owner.as_ref()?.as_str());
        let team = line.team.as_ref().map(crate::model::TeamId::as_str);
        if let Some(team) = team.or_else(of_owner) {
            *open.entry(team).or_default() += 1;
        }
    }
    open
}

/// The users who see what a team has by their scope, whatever team they are in.
fn seen_by(desk: &Desk, team: &str) -> String {
    let people = &desk.present().snapshot().installation.people;
    let users = people.users().filter(|user| match &user.scope {
        Scope::Teams { teams, .. } => teams.contains(team),
        Scope::All | Scope::Own => false,
    });
    let names: Vec<&str> = users.map(|user| user.name.as_str()).collect();
    names.join(", ")
}

fn member(desk: &Desk, rep: &str) -> MemberLine {
    let snapshot = desk.present().snapshot();
    let presence = RepId::parse(rep).ok();
    let presence = presence.and_then(|rep| snapshot.installation.presence.of(&rep));
    MemberLine {
        id: rep.to_owned(),
        name: desk.rep_as_is(rep),
        status: presence.map_or_else(
            || t("team_page.unknown").to_owned(),
            |one| spoken("status", one.status.as_str()),
        ),
        tone: match presence.map(|one| one.status) {
            Some(RepStatus::Available) => "better",
            Some(RepStatus::Away) => "waits",
            _ => "quiet",
        },
        detail: presence
            .and_then(|one| one.detail.clone())
            .unwrap_or_default(),
    }
}
