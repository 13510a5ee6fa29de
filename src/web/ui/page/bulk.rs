//! What is done to a selection of the inbox, and what takes it back.

use axum::extract::Query as Parameters;
use axum::response::Response;
use axum::{Extension, Form};

use super::act::{assignee, instant};
use super::inbox::page;
use super::selection::BulkBar;
use super::{Answer, Visit, field_of, make};
use crate::app::{BulkDeed, Error};
use crate::command::{BulkAction, Caller};
use crate::model::Invalid;
use crate::model::event::Mark;
use crate::web::ui::error::Fault;
use crate::web::ui::text::t;
use crate::web::ui::url::Pairs;

/// Does what a form over the list says.
pub(in crate::web::ui) async fn post_inbox(
    visit: Visit,
    Extension(caller): Extension<Caller>,
    Parameters(pairs): Parameters<Pairs>,
    Form(form): Form<Pairs>,
) -> Response {
    let is_undo = field_of(&form, "do") == Some("undo");
    let done = match deeds(&form) {
        Ok(deeds) => visit.app.do_in_bulk(&visit.caller, None, deeds).await,
        Err(fault) => Err(fault.into()),
    };
    let bar = match done {
        Ok(result) => BulkBar::of(&result, is_undo),
        Err(Error::Query(error)) => BulkBar {
            faults: vec![error.reason],
            ..BulkBar::default()
        },
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(visit, move |desk| page(desk, &caller, &pairs, bar)).await
}

fn deeds(form: &[(String, String)]) -> Result<Vec<BulkDeed>, Invalid> {
    let text = |name: &str| field_of(form, name).unwrap_or_default().to_owned();
    let word = text("do");
    if word == "undo" {
        let undo = serde_json::from_str(&text("undo"));
        return undo.map_err(|error| Invalid::new("undo", error.to_string()));
    }
    let chosen = form.iter().filter(|(name, _)| name == "c");
    let conversations: Vec<String> = chosen.map(|(_, id)| id.clone()).collect();
    if conversations.is_empty() {
        return Err(Invalid::new("c", t("bulk.nothing")));
    }
    let tags = || vec![text("tag")];
    let action = match word.as_str() {
        "resolve" => BulkAction::Resolve {},
        "reopen" => BulkAction::Reopen {},
        "read" => BulkAction::Read { until: None },
        "unread" => BulkAction::Unread {},
        "spam" | "ham" => BulkAction::Mark {
            mark: Mark::Spam,
            on: word == "spam",
        },
        "assign" => BulkAction::Assign {
            to: assignee(&text("to"))?,
        },
        "tag" | "untag" if text("tag").trim().is_empty() => {
            return Err(Invalid::new("tag", t("bulk.no_tag")));
        }
        "tag" => BulkAction::Tag {
            add: tags(),
            remove: Vec::new(),
        },
        "untag" => BulkAction::Tag {
            add: Vec::new(),
            remove: tags(),
        },
        "snooze" => BulkAction::Snooze {
            until: instant(&text("until"))?,
        },
        "wake" => BulkAction::Wake {},
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason));
        }
    };
    Ok(vec![BulkDeed {
        conversations,
        action,
    }])
}
