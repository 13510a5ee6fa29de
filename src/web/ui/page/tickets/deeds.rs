//! What is done to a selection of tickets or to a card of the board, and what takes it back.
//!
//! Each ticket is a command of its own: one that cannot be done is told, and stops none of the
//! others. A card is moved in the version that it was shown in.

use std::sync::Arc;

use axum::extract::Query as Parameters;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::{Deserialize, Serialize};

use super::super::{Answer, Visit, field_of, make};
use super::{BOARD, page};
use crate::app::{App, Error};
use crate::command::{Caller, Command, Refusal, Side, TicketAction, TicketCommand};
use crate::model::Invalid;
use crate::model::desk::TicketLine;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{fill, t};
use crate::web::ui::url::{Pairs, address, pair};

/// The most tickets of one form.
const MOST: usize = 200;
/// The most tickets whose refusal is told.
const TOLD: usize = 5;

/// What came of the last thing that was done.
#[derive(Default)]
pub(super) struct TicketBar {
    /// What was done.
    pub(super) done: String,
    /// What could not be, and why.
    pub(super) faults: Vec<String>,
    /// What takes it back, as the form sends it; empty where nothing can.
    pub(super) undo: String,
}

/// How one ticket was before.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    ticket: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reps: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stage: Option<String>,
}

/// What is done to one ticket.
struct Deed {
    ticket: String,
    seen: Option<String>,
    action: TicketAction,
}

impl TicketBar {
    /// That something was done, where the address says so.
    pub(super) fn told(is_done: bool) -> Self {
        let done = if is_done { t("tickets.done") } else { "" };
        Self {
            done: done.to_owned(),
            ..Self::default()
        }
    }

    fn fault(reason: String) -> Self {
        Self {
            faults: vec![reason],
            ..Self::default()
        }
    }
}

/// Does what a form over the table or of a card says.
pub(in crate::web::ui) async fn post_tickets(
    visit: Visit,
    Extension(caller): Extension<Caller>,
    Parameters(pairs): Parameters<Pairs>,
    Form(form): Form<Pairs>,
) -> Response {
    let bar = match read(&visit.app, &caller, &form) {
        Ok(deeds) => {
            act(
                &visit.app,
                &caller,
                deeds,
                field_of(&form, "do") == Some("undo"),
            )
            .await
        }
        Err(fault) => Ok(TicketBar::fault(fault.reason)),
    };
    let bar = match bar {
        Ok(bar) => bar,
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    if field_of(&pairs, "view") == Some(BOARD) && bar.faults.is_empty() {
        let mut told = pairs;
        told.retain(|(name, _)| name != "done");
        told.push(pair("done", "yes"));
        return Redirect::to(&address("/tickets", &told)).into_response();
    }
    make(visit, move |desk| page(desk, &caller, &pairs, bar)).await
}

fn read(app: &App, caller: &Caller, form: &[(String, String)]) -> Result<Vec<Deed>, Invalid> {
    let word = field_of(form, "do").unwrap_or_default();
    if word == "undo" {
        return undone(field_of(form, "undo").unwrap_or_default());
    }
    let chosen = form.iter().filter(|(name, _)| name == "c");
    let tickets: Vec<String> = chosen.map(|(_, id)| id.clone()).collect();
    if tickets.is_empty() {
        return Err(Invalid::new("c", t("ticket_list.nothing")));
    }
    if tickets.len() > MOST {
        let reason = format!("{} are chosen; at most {MOST} are expected", tickets.len());
        return Err(Invalid::new("c", reason));
    }
    let value = |name: &str| field_of(form, name).map(str::to_owned);
    // A version is of one ticket.
    let seen = value("version").filter(|_seen| tickets.len() == 1);
    let present = app.present_to(&caller.sight);
    let desk = &present.snapshot().desk;
    let deeds = tickets.into_iter().map(|ticket| {
        let is_job = desk.ticket(&ticket).is_some_and(|line| line.is_job);
        let action = match word {
            "take" => TicketAction::Take,
            "assign" => TicketAction::Assign(value("rep").into_iter().collect()),
            "move" => moved(is_job, value("stage").unwrap_or_default()),
            other => {
                let reason = format!("`{other}` is nothing this page does");
                return Err(Invalid::new("do", reason));
            }
        };
        Ok(Deed {
            ticket,
            seen: seen.clone(),
            action,
        })
    });
    deeds.collect()
}

/// What brings a ticket to a stage: of a job nothing but a word that it is so.
fn moved(is_job: bool, stage: String) -> TicketAction {
    match (is_job, stage.as_str()) {
        (true, "completed") => TicketAction::Complete { by: Side::Rep },
        (true, "declined") => TicketAction::Decline {
            by: Side::Rep,
            reason: None,
        },
        _ => TicketAction::Stage(stage),
    }
}

fn undone(text: &str) -> Result<Vec<Deed>, Invalid> {
    let before: Vec<Before> =
        serde_json::from_str(text).map_err(|error| Invalid::new("undo", error.to_string()))?;
    let deeds = before.into_iter().take(MOST).filter_map(|before| {
        let action = match (before.reps, before.stage) {
            (Some(reps), _) => TicketAction::Assign(reps),
            (None, Some(stage)) => TicketAction::Stage(stage),
            (None, None) => return None,
        };
        Some(Deed {
            ticket: before.ticket,
            seen: None,
            action,
        })
    });
    Ok(deeds.collect())
}

async fn act(
    app: &Arc<App>,
    caller: &Caller,
    deeds: Vec<Deed>,
    is_undo: bool,
) -> Result<TicketBar, Error> {
    let snapshot = app.snapshot();
    let (mut done, mut before, mut faults) = (0, Vec::new(), Vec::new());
    for deed in deeds {
        let line = snapshot.desk.ticket(&deed.ticket);
        let was = line.and_then(|line| before_of(line, &deed.action));
        let command = Command::Ticket(TicketCommand {
            ticket: deed.ticket.clone(),
            rep: None,
            seen: deed.seen,
            action: deed.action,
        });
        match app.write(caller.clone(), command).await {
            Ok(_written) => {
                done += 1;
                before.extend(was);
            }
            Err(Error::Refused(Refusal::Changed { .. })) => {
                faults.push(format!("{}: {}", deed.ticket, t("ticket_list.changed")));
            }
            Err(
                error @ (Error::Refused(Refusal::Conflict(_))
                | Error::Query(_)
                | Error::Unknown { .. }),
            ) => faults.push(format!("{}: {error}", deed.ticket)),
            Err(other) => return Err(other),
        }
    }
    let changed = plural("ticket_list.count", done);
    let key = if is_undo { "bulk.undone" } else { "bulk.done" };
    if faults.len() > TOLD {
        let rest = (faults.len() - TOLD).to_string();
        faults.truncate(TOLD);
        faults.push(fill("bulk.more", &[("count", &rest)]));
    }
    let undo = serde_json::to_string(&before).unwrap_or_default();
    Ok(TicketBar {
        done: fill(key, &[("count", &changed)]),
        faults,
        undo: if before.is_empty() || is_undo {
            String::new()
        } else {
            undo
        },
    })
}

/// How what an action changes was before; none where nothing takes it back.
fn before_of(line: &TicketLine, action: &TicketAction) -> Option<Before> {
    let nothing = Before {
        ticket: line.ticket.to_string(),
        reps: None,
        stage: None,
    };
    match action {
        TicketAction::Take | TicketAction::Assign(_) => Some(Before {
            reps: Some(line.reps.iter().map(ToString::to_string).collect()),
            ..nothing
        }),
        TicketAction::Stage(_) if !line.is_job => Some(Before {
            stage: Some(line.stage.clone()),
            ..nothing
        }),
        _ => None,
    }
}
