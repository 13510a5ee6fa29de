//! `/settings/pipelines`: the stages that tickets go through, in order, and what stands in each.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use super::span::{span, typed_span};
use crate::app::{Error, PipelineView, StageView};
use crate::command::{Command, PipelineDraft, StageDraft};
use crate::model::Invalid;
use crate::model::event::PipelineKind;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::text::{Words, find, t};
use crate::web::ui::url::{Pairs, address, encode, pair};

/// The page's address.
const PIPELINES: &str = "/settings/pipelines";

/// A stage in the form.
struct StageLine {
    id: String,
    name: String,
    closed: bool,
    /// Which it is, from 0.
    index: usize,
    is_last: bool,
    /// How many tickets stand in it, and where these are listed.
    tickets: String,
    tickets_href: String,
}

/// A pipeline, and the form that changes it.
struct PipelineLine {
    id: String,
    name: String,
    is_jobs: bool,
    stages: Vec<StageLine>,
    /// After how long a job expires.
    expires: String,
    /// For which services its open tickets are.
    services: Vec<(String, String)>,
    /// The agreements that are about it.
    agreements: Vec<String>,
    /// The stage that is to be added, as it was typed.
    new: Stage,
}

/// A stage as it stands in the form.
#[derive(Clone, Default)]
struct Stage {
    id: String,
    name: String,
    closed: bool,
}

/// A pipeline as it was typed.
#[derive(Clone, Default)]
struct Typed {
    pipeline: String,
    kind: String,
    stages: Vec<Stage>,
    new: Stage,
    expires: String,
}

#[derive(Template)]
#[template(path = "pipelines.html")]
struct Page {
    frame: Frame,
    pipelines: Vec<PipelineLine>,
    /// The id of a new pipeline, as it was typed.
    typed: String,
    done: &'static str,
    fault: String,
}

/// The pipelines.
pub(in crate::web::ui) async fn get_pipelines(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, None, String::new())).await
}

/// Does what a form says.
pub(in crate::web::ui) async fn post_pipelines(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let typed = Typed::in_form(&form);
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let tried: Result<_, Error> = match typed.command(&word) {
        Ok(draft) => {
            let command = Command::Pipeline(draft);
            visit.app.write(visit.caller.clone(), command).await
        }
        Err(fault) => Err(fault.into()),
    };
    let place = format!("#pipeline-{}", encode(&typed.pipeline));
    let done = address(PIPELINES, &[pair("done", "saved")]) + &place;
    answered(visit, tried, done, move |desk, fault| {
        page(desk, &[], Some(&typed), fault)
    })
    .await
}

fn page(
    desk: &Desk,
    pairs: &[(String, String)],
    typed: Option<&Typed>,
    fault: String,
) -> Result<Answer, Fault> {
    let all = desk.app.pipelines(desk.present());
    let is_new = |typed: &&Typed| !all.iter().any(|one| one.pipeline == typed.pipeline);
    let page = Page {
        frame: desk.frame(t("pipelines.title"), "settings/pipelines"),
        typed: typed
            .filter(is_new)
            .map(|typed| typed.pipeline.clone())
            .unwrap_or_default(),
        pipelines: all
            .iter()
            .map(|one| {
                let typed = typed.filter(|typed| typed.pipeline == one.pipeline);
                line(desk, one, typed)
            })
            .collect(),
        done: match field_of(pairs, "done") {
            Some(word) => find(&format!("pipelines.done.{word}")).unwrap_or_default(),
            None => "",
        },
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

/// A pipeline as it is; its form as it was typed, where that is wrong.
fn line(desk: &Desk, view: &PipelineView, typed: Option<&Typed>) -> PipelineLine {
    let id = view.pipeline.as_str();
    let stages = typed.map_or_else(
        || {
            view.stages
                .iter()
                .map(|stage| known(desk, id, stage))
                .collect()
        },
        |typed| typed.stages.clone(),
    );
    let last = stages.len().saturating_sub(1);
    let lines = stages.into_iter().enumerate().map(|(index, stage)| {
        let standing = view.stages.iter().find(|one| one.stage == stage.id);
        let tickets = standing.map_or(0, |one| one.tickets);
        StageLine {
            tickets: figure::count(tickets as f64),
            tickets_href: address(
                "/tickets",
                &[
                    pair("view", "all"),
                    pair("pipeline", id),
                    pair("stage", &stage.id),
                ],
            ),
            is_last: index == last,
            index,
            id: stage.id,
            name: stage.name,
            closed: stage.closed,
        }
    });
    let expires = view
        .expires_secs
        .map(|secs| typed_span(secs.unsigned_abs()));
    let agreements = desk.app.agreements();
    let agreements = agreements.iter().filter(|one| {
        let pipeline = one.applies.pipeline.as_ref();
        pipeline.is_some_and(|pipeline| pipeline.as_str() == id)
    });
    PipelineLine {
        id: id.to_owned(),
        name: spoken("pipeline", id),
        is_jobs: view.kind == "jobs",
        stages: lines.collect(),
        expires: typed.map_or_else(
            || expires.unwrap_or_default(),
            |typed| typed.expires.clone(),
        ),
        services: view
            .services
            .iter()
            .map(|(service, count)| (service.clone(), figure::count(*count as f64)))
            .collect(),
        agreements: agreements.map(|one| one.sla.to_string()).collect(),
        new: typed.map(|typed| typed.new.clone()).unwrap_or_default(),
    }
}

fn known(desk: &Desk, pipeline: &str, stage: &StageView) -> Stage {
    Stage {
        id: stage.stage.clone(),
        name: desk.stage(pipeline, &stage.stage),
        closed: stage.closed,
    }
}

impl Typed {
    fn in_form(form: &[(String, String)]) -> Self {
        let text = |name: &str| field_of(form, name).unwrap_or_default().trim().to_owned();
        let all = |name: &str| -> Vec<&str> {
            let own = form.iter().filter(|(field, _)| field == name);
            own.map(|(_, value)| value.trim()).collect()
        };
        let (ids, names, closed) = (all("stage"), all("name"), all("closed"));
        let stages = ids.iter().zip(names).map(|(id, name)| Stage {
            id: (*id).to_owned(),
            name: name.to_owned(),
            closed: closed.contains(id),
        });
        Self {
            pipeline: text("pipeline"),
            kind: text("kind"),
            stages: stages.collect(),
            new: Stage {
                id: text("new_stage"),
                name: text("new_name"),
                closed: !text("new_closed").is_empty(),
            },
            expires: text("expires"),
        }
    }

    /// What the form says, with what its button does to a stage.
    fn command(&self, word: &str) -> Result<PipelineDraft, Invalid> {
        let kind = match self.kind.as_str() {
            "" => None,
            word => Some(kind_of(word)?),
        };
        let secs = span("expires_secs", &self.expires)?;
        let secs = secs.map(|secs| u32::try_from(secs).unwrap_or(u32::MAX));
        let mut stages = if word == "begin" {
            beginning(kind)
        } else {
            self.stages.clone()
        };
        if !(self.new.id.is_empty() && self.new.name.is_empty()) {
            let id = Some(&self.new.id).filter(|id| !id.is_empty());
            stages.push(Stage {
                id: id.unwrap_or(&self.new.name).clone(),
                ..self.new.clone()
            });
        }
        moved(&mut stages, word)?;
        let stages = stages.into_iter().map(|stage| StageDraft {
            stage: stage.id,
            name: stage.name,
            closed: stage.closed,
        });
        Ok(PipelineDraft {
            pipeline: self.pipeline.clone(),
            kind,
            stages: stages.collect(),
            expires_secs: secs,
        })
    }
}

fn kind_of(word: &str) -> Result<PipelineKind, Invalid> {
    let kind = PipelineKind::ALL.iter().find(|kind| kind.as_str() == word);
    kind.copied()
        .ok_or_else(|| Invalid::new("kind", format!("`{word}` is none of support, jobs")))
}

/// What a new pipeline begins with.
fn beginning(kind: Option<PipelineKind>) -> Vec<Stage> {
    let directory = crate::model::Directory::default();
    let of = kind.map_or("support", PipelineKind::as_str);
    let now = crate::model::Timestamp::MAX;
    let stages = directory.stages(of, now).into_iter();
    stages
        .map(|(id, _)| Stage {
            id: id.to_owned(),
            name: spoken("stage", id),
            closed: directory.is_closed(of, id, now),
        })
        .collect()
}

/// Moves or drops the stage that a button names, as `up-2`.
fn moved(stages: &mut Vec<Stage>, word: &str) -> Result<(), Invalid> {
    if matches!(word, "save" | "begin") {
        return Ok(());
    }
    let (deed, index) = word.split_once('-').unwrap_or((word, ""));
    let index = index
        .parse::<usize>()
        .ok()
        .filter(|index| *index < stages.len());
    match (deed, index) {
        ("up", Some(index)) if index > 0 => stages.swap(index - 1, index),
        ("down", Some(index)) if index + 1 < stages.len() => stages.swap(index, index + 1),
        ("drop", Some(index)) => drop(stages.remove(index)),
        _ => {
            let reason = format!("`{word}` is nothing this page does");
            return Err(Invalid::new("do", reason));
        }
    }
    Ok(())
}
