//! `/settings/webhooks`: programs elsewhere that are told what happens, how each does, and what to do
//! about what was given up.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use crate::app::{App, Error, WebhookDraft, WebhookState, WebhookView};
use crate::command::Caller;
use crate::model::event::{WebhookKind, WebhookPause};
use crate::model::webhooks::webhook_events;
use crate::model::{Invalid, Timestamp};
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::count;
use crate::web::ui::text::{Words, blocking, fill, t};
use crate::web::ui::url::{Pairs, address, pair};
use crate::web::ui::view::View;

/// The page's address.
const PAGE: &str = "/settings/webhooks";

/// A webhook as the page shows it.
struct Shown {
    view: WebhookView,
    kind: &'static str,
    state: &'static str,
    sums: String,
    /// What is in the way; empty: nothing.
    trouble: String,
    retry_at: String,
    delivered_at: String,
    attempts: Vec<Line>,
    given_up: Vec<Line>,
}

/// An attempt, or what was given up.
struct Line {
    record: u64,
    event: String,
    at: String,
    outcome: String,
    is_broken: bool,
}

/// A type of event to choose.
struct Choice {
    event: &'static str,
    is_chosen: bool,
}

/// What the form holds; an address is shown again only where it is no secret.
#[derive(Default)]
struct Typed {
    id: String,
    name: String,
    kind: String,
    url: String,
    events: Vec<String>,
}

#[derive(Template)]
#[template(path = "webhooks.html")]
struct Page {
    frame: Frame,
    webhooks: Vec<Shown>,
    typed: Typed,
    choices: Vec<Choice>,
    secret: String,
    done: &'static str,
    fault: String,
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Page {
    /// Kinds by word and name.
    fn kinds(&self) -> Vec<(&'static str, &'static str)> {
        let kinds = WebhookKind::ALL.into_iter();
        kinds.map(|kind| (kind.as_str(), kind_name(kind))).collect()
    }
}

fn kind_name(kind: WebhookKind) -> &'static str {
    t(match kind {
        WebhookKind::Standard => "webhooks.kind.standard",
        WebhookKind::Slack => "webhooks.kind.slack",
        WebhookKind::Teams => "webhooks.kind.teams",
    })
}

/// The webhooks, and a form for one.
pub(in crate::web::ui) async fn get_webhooks(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, Said::default())).await
}

/// Does what a form says. A secret is on the page that makes it, once, and nowhere else.
pub(in crate::web::ui) async fn post_webhooks(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let (app, caller, asked) = (visit.app.clone(), visit.caller.clone(), form.clone());
    let done = address(PAGE, &[pair("done", &word)]);
    let tried = blocking(move || run(&app, &caller, &word, &asked)).await;
    let tried = tried.unwrap_or_else(|error| Err(Error::Stopped(error.to_string())));
    if let Ok(Some(secret)) = tried {
        let said = Said {
            secret,
            ..Said::default()
        };
        return make(visit, move |desk| page(desk, &[], said)).await;
    }
    answered(visit, tried, done, move |desk, fault| {
        let said = Said {
            fault,
            ..Said::default()
        };
        page(desk, &form, said)
    })
    .await
}

/// Does it; the secret to show, if there is one.
fn run(
    app: &App,
    caller: &Caller,
    word: &str,
    form: &[(String, String)],
) -> Result<Option<String>, Error> {
    let id = field_of(form, "id").unwrap_or_default();
    match word {
        "save" => return Ok(app.save_webhook(caller, draft(form)?)?.secret),
        "renew" => return Ok(app.renew_webhook(caller, id)?.secret),
        "test" => drop(app.test_webhook(caller, id)?),
        "pause" | "resume" => drop(app.pause_webhook(caller, id, word == "pause")?),
        "replay" => {
            let record = field_of(form, "record");
            let record = record.map(|record| {
                let odd = |_odd| Invalid::new("record", format!("`{record}` is no number"));
                record.parse().map_err(odd)
            });
            drop(app.replay_webhook(caller, id, record.transpose()?)?);
        }
        "remove" => drop(app.remove_webhook(caller, id)?),
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason).into());
        }
    }
    Ok(None)
}

fn draft(form: &[(String, String)]) -> Result<WebhookDraft, Invalid> {
    let text = |name: &str| field_of(form, name).map(str::to_owned);
    let word = field_of(form, "kind").unwrap_or("standard");
    let kind = WebhookKind::parse(word).ok_or_else(|| {
        let reason = format!("`{word}` is none of standard, slack, teams");
        Invalid::new("kind", reason)
    })?;
    Ok(WebhookDraft {
        id: text("id"),
        name: text("name").unwrap_or_default(),
        kind,
        url: text("url"),
        events: events_of(form),
    })
}

fn events_of(form: &[(String, String)]) -> Vec<String> {
    let chosen = form.iter().filter(|(name, _)| name == "event");
    chosen.map(|(_, event)| event.clone()).collect()
}

/// What a page says besides the webhooks.
#[derive(Default)]
struct Said {
    secret: String,
    fault: String,
}

fn page(desk: &Desk, pairs: &[(String, String)], said: Said) -> Result<Answer, Fault> {
    let zone = View::parse(&[])?.0.zone;
    let at = |at: Timestamp| date::instant(at, zone);
    let webhooks = desk.app.webhooks()?;
    let typed = typed(&webhooks, pairs, !said.fault.is_empty());
    let choices = webhook_events().map(|event| Choice {
        event,
        is_chosen: typed.events.iter().any(|one| one == event),
    });
    let page = Page {
        frame: desk.frame(t("webhooks.title"), "settings/webhooks"),
        choices: choices.collect(),
        webhooks: webhooks.into_iter().map(|one| shown(one, at)).collect(),
        typed,
        secret: said.secret,
        done: match field_of(pairs, "done").unwrap_or_default() {
            "save" => t("webhooks.done.save"),
            "test" => t("webhooks.done.test"),
            "pause" => t("webhooks.done.pause"),
            "resume" => t("webhooks.done.resume"),
            "replay" => t("webhooks.done.replay"),
            "remove" => t("webhooks.done.remove"),
            _ => "",
        },
        fault: said.fault,
    };
    Ok(Answer::Page(page.render()?))
}

/// What the form holds: what was typed and refused, the one that is changed, else nothing.
fn typed(webhooks: &[WebhookView], pairs: &[(String, String)], is_refused: bool) -> Typed {
    let text = |name: &str| field_of(pairs, name).unwrap_or_default().to_owned();
    if is_refused {
        return Typed {
            id: text("id"),
            name: text("name"),
            kind: text("kind"),
            url: text("url"),
            events: events_of(pairs),
        };
    }
    let edited = field_of(pairs, "edit");
    let edited = edited.and_then(|id| webhooks.iter().find(|one| one.webhook == id));
    edited.map_or_else(Typed::default, |view| Typed {
        id: view.webhook.clone(),
        name: view.name.clone(),
        kind: view.kind.as_str().to_owned(),
        url: view.url.clone().unwrap_or_default(),
        events: view.events.clone(),
    })
}

fn shown(view: WebhookView, at: impl Fn(Timestamp) -> String) -> Shown {
    let number = |number: u64| count(number as f64);
    let (delivered, waiting) = (number(view.delivered), number(view.waiting as u64));
    let dead = number(view.given_up.len() as u64);
    let sums = [
        ("delivered", delivered.as_str()),
        ("waiting", waiting.as_str()),
        ("dead", dead.as_str()),
    ];
    let line = |record, event: &str, instant, reason: Option<&String>| Line {
        record,
        event: event.to_owned(),
        at: at(instant),
        outcome: reason.map_or_else(|| t("webhooks.arrived").to_owned(), Clone::clone),
        is_broken: reason.is_some(),
    };
    let attempts = view.attempts.iter();
    let attempts = attempts.map(|one| line(one.record, &one.event, one.at, one.reason.as_ref()));
    let given_up = view.given_up.iter();
    let given_up =
        given_up.map(|one| line(one.record, &one.event, one.happened_at, Some(&one.reason)));
    Shown {
        kind: kind_name(view.kind),
        state: t(match view.state {
            WebhookState::Working => "webhooks.state.working",
            WebhookState::Failing => "webhooks.state.failing",
            WebhookState::Paused => "webhooks.state.paused",
            WebhookState::Unknown => "webhooks.state.unknown",
        }),
        sums: fill("webhooks.told", &sums),
        trouble: trouble(&view, &at),
        retry_at: view.retry_at.map_or_else(String::new, &at),
        delivered_at: view.delivered_at.map_or_else(String::new, &at),
        attempts: attempts.collect(),
        given_up: given_up.collect(),
        view,
    }
}

fn trouble(view: &WebhookView, at: impl Fn(Timestamp) -> String) -> String {
    let why = view.pause_reason.map(|reason| {
        t(match reason {
            WebhookPause::Wanted => "webhooks.why.wanted",
            WebhookPause::Failing => "webhooks.why.failing",
            WebhookPause::Gone => "webhooks.why.gone",
            WebhookPause::Full => "webhooks.why.full",
        })
        .to_owned()
    });
    let unknown = (view.state == WebhookState::Unknown).then(|| t("webhooks.unknown").to_owned());
    let last = view.trouble.as_ref().zip(view.trouble_since);
    let last = last.map(|(reason, since)| {
        let since = at(since);
        fill(
            "webhooks.trouble",
            &[("since", since.as_str()), ("reason", reason)],
        )
    });
    let said: Vec<String> = [why, unknown, last].into_iter().flatten().collect();
    said.join(" ")
}
