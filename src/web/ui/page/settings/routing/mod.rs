//! `/settings/routing`: the rules by which conversations are handled by themselves, in the order in
//! which they are asked.

mod form;
mod trial;
mod words;

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;
use chrono_tz::Tz;

use self::form::RuleForm;
use self::trial::Trial;
use self::words::{conditions, deeds, trigger};
use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use crate::app::{Error, WriteResult};
use crate::command::{Command, MAX_RULE_NAME, MAX_RULE_WORDS, RoutingCommand};
use crate::model::Invalid;
use crate::model::routing::RoutingRule;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{Words, fill, find, t};
use crate::web::ui::url::{Pairs, address, pair};
use crate::web::ui::view::View;

/// The page's address.
const PAGE: &str = "/settings/routing";

/// A rule in the list.
struct RuleLine {
    id: String,
    name: String,
    trigger: String,
    conditions: Vec<String>,
    deeds: Vec<String>,
    is_on: bool,
    /// That it was paused, if it was.
    paused: String,
    acted: String,
    edit: String,
    try_it: String,
    is_first: bool,
    is_last: bool,
}

#[derive(Template)]
#[template(path = "routing.html")]
struct Page {
    frame: Frame,
    rules: Vec<RuleLine>,
    form: RuleForm,
    /// What one of them would have done.
    trial: Option<Trial>,
    max_name: usize,
    max_words: usize,
    done: &'static str,
    fault: String,
}

/// The rules, and one of them to be changed.
pub(in crate::web::ui) async fn get_routing(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Does what a form says.
pub(in crate::web::ui) async fn post_routing(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let tried = write(&visit, &word, &form).await;
    let done = address(PAGE, &[pair("done", &word)]);
    answered(visit, tried, done, move |desk, fault| {
        page(desk, &form, fault)
    })
    .await
}

async fn write(visit: &Visit, word: &str, form: &[(String, String)]) -> Result<WriteResult, Error> {
    let rule = field_of(form, "rule").unwrap_or_default().to_owned();
    let command = match word {
        "save" => {
            let draft = RuleForm::typed(form).draft()?;
            return visit.app.save_rule(visit.caller.clone(), draft).await;
        }
        "on" | "off" => RoutingCommand::Switch {
            rule,
            on: word == "on",
        },
        "remove" => RoutingCommand::Remove { rule },
        "up" | "down" => RoutingCommand::Order {
            rules: moved(visit, &rule, word == "up"),
        },
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason).into());
        }
    };
    let command = Command::Routing(command);
    visit.app.write(visit.caller.clone(), command).await
}

/// All rules, one of them a place further up or down.
fn moved(visit: &Visit, rule: &str, up: bool) -> Vec<String> {
    let snapshot = visit.app.snapshot();
    let rules = snapshot.installation.routing.rules.iter();
    let mut ids: Vec<String> = rules.map(|rule| rule.set.rule.to_string()).collect();
    let from = ids.iter().position(|id| id == rule);
    let to = from.and_then(|from| {
        if up {
            from.checked_sub(1)
        } else {
            Some(from + 1).filter(|to| *to < ids.len())
        }
    });
    if let (Some(from), Some(to)) = (from, to) {
        ids.swap(from, to);
    }
    ids
}

fn page(desk: &Desk, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let zone = zone_of(pairs)?;
    let snapshot = desk.app.snapshot();
    let routing = &snapshot.installation.routing;
    let count = routing.rules.len();
    let rules = routing.rules.iter().enumerate();
    let rules = rules.map(|(place, rule)| RuleLine {
        is_first: place == 0,
        is_last: place + 1 == count,
        ..line(desk, rule, zone)
    });
    let edited = field_of(pairs, "edit").and_then(|id| routing.rule(id));
    let form = match edited {
        Some(rule) => RuleForm::of(rule),
        None if field_of(pairs, "do") == Some("save") => RuleForm::typed(pairs),
        None => RuleForm::empty(),
    };
    let page = Page {
        frame: desk.frame(t("routing.title"), "settings/routing"),
        rules: rules.collect(),
        form: form.with_choices(desk),
        trial: Trial::asked(desk, pairs, zone)?,
        max_name: MAX_RULE_NAME,
        max_words: MAX_RULE_WORDS,
        done: field_of(pairs, "done")
            .and_then(|word| find(&format!("routing.done.{word}")))
            .unwrap_or_default(),
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

/// The zone that is asked for; what is typed in the form asks for none.
fn zone_of(pairs: &[(String, String)]) -> Result<Tz, Fault> {
    let zone = pairs.iter().filter(|(name, _)| name == "tz");
    let (view, _) = View::parse(&zone.cloned().collect::<Pairs>())?;
    Ok(view.zone)
}

/// Since when it is paused, and why.
fn paused(rule: &RoutingRule, zone: Tz) -> String {
    let Some(at) = rule.paused_at else {
        return String::new();
    };
    let at = date::instant(at, zone);
    let limit = rule.set.limit_per_hour.to_string();
    fill("routing.paused", &[("at", &at), ("limit", &limit)])
}

fn line(desk: &Desk, rule: &RoutingRule, zone: Tz) -> RuleLine {
    let set = &rule.set;
    RuleLine {
        id: set.rule.to_string(),
        name: set.name.clone(),
        trigger: trigger(set),
        conditions: conditions(desk, &set.when),
        deeds: deeds(desk, &set.then),
        is_on: rule.on_since.is_some(),
        paused: paused(rule, zone),
        acted: plural("routing.acted", rule.acted),
        edit: address(PAGE, &[pair("edit", set.rule.as_str())]),
        try_it: address(PAGE, &[pair("try", set.rule.as_str())]),
        is_first: false,
        is_last: false,
    }
}
