//! `/settings/agreements`: what is promised, to which tickets, and by whose hours.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use super::span::{span, typed_span};
use crate::app::Error;
use crate::command::{AgreementCommand, Command};
use crate::model::Invalid;
use crate::model::event::{SlaScope, SlaUpserted};
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::text::{Words, t};
use crate::web::ui::url::Pairs;

/// An agreement in the table.
struct Line {
    id: String,
    applies: String,
    first: String,
    next: String,
    close: String,
    schedule: String,
}

/// An agreement as it stands in the form.
#[derive(Clone, Default)]
struct Typed {
    sla: String,
    channel: String,
    pipeline: String,
    priority: String,
    team: String,
    first: String,
    next: String,
    close: String,
    schedule: String,
    paused: String,
}

#[derive(Template)]
#[template(path = "agreements.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    heading: &'static str,
    /// Whether the one in the form is there already.
    is_known: bool,
    typed: Typed,
    pipelines: Vec<(String, String)>,
    teams: Vec<(String, String)>,
    schedules: Vec<String>,
    done: &'static str,
    fault: String,
}

/// The agreements.
pub(in crate::web::ui) async fn get_agreements(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| {
        let known = desk.app.agreements();
        let chosen = field_of(&pairs, "edit");
        let chosen = known.iter().find(|one| Some(one.sla.as_str()) == chosen);
        let typed = chosen.map(Typed::of).unwrap_or_default();
        let done = field_of(&pairs, "done").map_or("", |_done| t("agreements.done"));
        page(desk, &known, typed, (done, String::new()))
    })
    .await
}

/// Sets one.
pub(in crate::web::ui) async fn post_agreements(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let typed = Typed::in_form(&form);
    let tried: Result<_, Error> = match typed.command() {
        Ok(command) => {
            let command = Command::Agreement(command);
            visit.app.write(visit.caller.clone(), command).await
        }
        Err(fault) => Err(fault.into()),
    };
    let done = "/settings/agreements?done=saved".to_owned();
    answered(visit, tried, done, move |desk, fault| {
        page(desk, &desk.app.agreements(), typed, ("", fault))
    })
    .await
}

fn page(
    desk: &Desk,
    known: &[SlaUpserted],
    typed: Typed,
    (done, fault): (&'static str, String),
) -> Result<Answer, Fault> {
    let directory = desk.directory();
    let named = |all: Vec<(&str, &str)>| -> Vec<(String, String)> {
        let all = all.into_iter();
        all.map(|(id, name)| (id.to_owned(), name.to_owned()))
            .collect()
    };
    let is_known = known.iter().any(|one| one.sla.as_str() == typed.sla);
    let page = Page {
        frame: desk.frame(t("agreements.title"), "settings/agreements"),
        lines: known.iter().map(|one| line(desk, one)).collect(),
        heading: t(if is_known {
            "agreements.change"
        } else {
            "agreements.add"
        }),
        is_known,
        typed,
        pipelines: named(
            directory
                .pipelines()
                .into_iter()
                .map(|id| (id, id))
                .collect(),
        ),
        teams: named(desk.teams_on_offer().collect()),
        schedules: desk
            .app
            .schedules()
            .into_iter()
            .map(|one| one.schedule.to_string())
            .collect(),
        done,
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn line(desk: &Desk, agreement: &SlaUpserted) -> Line {
    let within = |secs: Option<u64>| {
        secs.map_or_else(
            || "–".to_owned(),
            |secs| figure::round_duration(secs as f64),
        )
    };
    let schedule = agreement.schedule.as_ref();
    Line {
        id: agreement.sla.to_string(),
        applies: applies(desk, &agreement.applies),
        first: within(agreement.first_response_secs),
        next: within(agreement.next_response_secs),
        close: within(agreement.close_secs),
        schedule: schedule.map_or_else(|| t("agreements.calendar").to_owned(), ToString::to_string),
    }
}

/// To which tickets, in words.
fn applies(desk: &Desk, scope: &SlaScope) -> String {
    let directory = desk.directory();
    let team = scope.team.as_ref().map(|team| {
        let name = directory.team_name(team.as_str());
        name.unwrap_or(team.as_str()).to_owned()
    });
    let parts = [
        ("agreements.channel", scope.channel.clone()),
        (
            "agreements.pipeline",
            scope.pipeline.as_ref().map(ToString::to_string),
        ),
        ("agreements.priority", scope.priority.clone()),
        ("agreements.team", team),
    ];
    let said = parts.into_iter().filter_map(|(name, value)| {
        let name = t(name);
        value.map(|value| format!("{name} {value}"))
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() {
        return t("agreements.everything").to_owned();
    }
    said.join(", ")
}

impl Typed {
    fn of(agreement: &SlaUpserted) -> Self {
        let scope = &agreement.applies;
        let stages = agreement.pause_stages.as_ref();
        Self {
            sla: agreement.sla.to_string(),
            channel: scope.channel.clone().unwrap_or_default(),
            pipeline: scope
                .pipeline
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            priority: scope.priority.clone().unwrap_or_default(),
            team: scope
                .team
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            first: agreement
                .first_response_secs
                .map(typed_span)
                .unwrap_or_default(),
            next: agreement
                .next_response_secs
                .map(typed_span)
                .unwrap_or_default(),
            close: agreement.close_secs.map(typed_span).unwrap_or_default(),
            schedule: agreement
                .schedule
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            paused: stages.map(|stages| stages.join(", ")).unwrap_or_default(),
        }
    }

    fn in_form(form: &[(String, String)]) -> Self {
        let text = |name: &str| field_of(form, name).unwrap_or_default().trim().to_owned();
        Self {
            sla: text("sla"),
            channel: text("channel"),
            pipeline: text("pipeline"),
            priority: text("priority"),
            team: text("team"),
            first: text("first"),
            next: text("next"),
            close: text("close"),
            schedule: text("schedule"),
            paused: text("paused"),
        }
    }

    fn command(&self) -> Result<AgreementCommand, Invalid> {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let stages = self.paused.split(',').map(str::trim);
        Ok(AgreementCommand {
            sla: self.sla.clone(),
            channel: given(&self.channel),
            pipeline: given(&self.pipeline),
            priority: given(&self.priority),
            team: given(&self.team),
            first_response_secs: span("first_response_secs", &self.first)?,
            next_response_secs: span("next_response_secs", &self.next)?,
            close_secs: span("close_secs", &self.close)?,
            schedule: given(&self.schedule),
            pause_stages: stages
                .filter(|stage| !stage.is_empty())
                .map(str::to_owned)
                .collect(),
        })
    }
}
