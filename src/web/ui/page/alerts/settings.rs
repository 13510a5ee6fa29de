//! `/settings/alerts`: the rules, a form for one, and what it would have told.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::settings::answered;
use super::super::{Answer, Frame, Visit, field_of, make};
use super::at;
use super::form::{Typed, kind_about, kind_name, said_minutes};
use super::said::{SaidAlert, gone, in_unit_of, said, said_quiet};
use crate::app::{AlertTrial, Error, TRIED_DAYS};
use crate::command::{AlertCommand, Command, Identity};
use crate::model::alerts::AlertRule;
use crate::model::event::{AlertEvery, AlertFact, AlertSide, AlertWatch};
use crate::model::{Invalid, UserId};
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{Words, blocking, fill, t};
use crate::web::ui::url::{Pairs, address, pair};

/// The page's address.
const PAGE: &str = "/settings/alerts";

/// A rule in the list.
struct RuleLine {
    id: String,
    name: String,
    watches: String,
    told: String,
    paused: bool,
}

/// Something to choose.
struct Choice {
    value: String,
    name: String,
    is_chosen: bool,
}

/// What a rule would have told.
struct Trial {
    sums: String,
    lines: Vec<(SaidAlert, String, String)>,
}

#[derive(Template)]
#[template(path = "alert_settings.html")]
struct Page {
    frame: Frame,
    rules: Vec<RuleLine>,
    kinds: Vec<(&'static str, &'static str, &'static str)>,
    /// The form, where one is filled in.
    typed: Option<Typed>,
    reports: Vec<Choice>,
    everies: Vec<Choice>,
    sides: Vec<Choice>,
    users: Vec<Choice>,
    can_mail: bool,
    trial: Option<Trial>,
    done: &'static str,
    fault: String,
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Page {
    fn kind_name(&self, kind: &str) -> &'static str {
        kind_name(kind)
    }

    fn kind_about(&self, kind: &str) -> &'static str {
        kind_about(kind)
    }
}

/// The rules, and the form of one.
pub(in crate::web::ui) async fn get_alert_settings(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, Shown::default())).await
}

/// What a page shows besides the rules.
#[derive(Default)]
struct Shown {
    typed: Option<Typed>,
    trial: Option<AlertTrial>,
    fault: String,
}

/// Does what a form says; a try is shown above the form, which stays as it was.
pub(in crate::web::ui) async fn post_alert_settings(
    visit: Visit,
    Form(form): Form<Pairs>,
) -> Response {
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let typed = Typed::of_form(&form);
    let done = address(PAGE, &[pair("done", &word)]);
    if word == "try" {
        let (app, caller, asked) = (visit.app.clone(), visit.caller.clone(), typed.clone());
        let tried = blocking(move || {
            let draft = asked.draft()?;
            app.try_alert_rule(&caller, &draft)
        });
        let tried = tried.await;
        let tried = tried.unwrap_or_else(|error| Err(Error::Stopped(error.to_string())));
        if let Ok(trial) = tried {
            let shown = Shown {
                typed: Some(typed),
                trial: Some(trial),
                ..Shown::default()
            };
            return make(visit, move |desk| page(desk, &[], shown)).await;
        }
        return answered(visit, tried.map(drop), done, move |desk, fault| {
            again(desk, typed, fault)
        })
        .await;
    }
    let tried = run(&visit, &word, &form, &typed).await;
    answered(visit, tried, done, move |desk, fault| {
        again(desk, typed, fault)
    })
    .await
}

fn again(desk: &Desk, typed: Typed, fault: String) -> Result<Answer, Fault> {
    let shown = Shown {
        typed: (!typed.kind.is_empty()).then_some(typed),
        fault,
        ..Shown::default()
    };
    page(desk, &[], shown)
}

async fn run(
    visit: &Visit,
    word: &str,
    form: &[(String, String)],
    typed: &Typed,
) -> Result<(), Error> {
    let (app, caller) = (&visit.app, visit.caller.clone());
    let id = field_of(form, "id").unwrap_or_default().to_owned();
    let command = match word {
        "save" => {
            app.save_alert_rule(caller, typed.draft()?).await?;
            return Ok(());
        }
        "pause" => AlertCommand::Pause { id, paused: true },
        "resume" => AlertCommand::Pause { id, paused: false },
        "remove" => AlertCommand::Remove { id },
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason).into());
        }
    };
    app.write(caller, Command::Alert(command)).await?;
    Ok(())
}

fn page(desk: &Desk, pairs: &[(String, String)], shown: Shown) -> Result<Answer, Fault> {
    let rules = desk.app.alert_rules();
    let can_mail = desk.app.can_mail();
    let user = match &desk.caller().identity {
        Identity::User(id) => Some(id.as_str()).filter(|_| can_mail),
        _ => None,
    };
    let edited = field_of(pairs, "edit");
    let edited = edited.and_then(|id| rules.iter().find(|rule| rule.id.as_str() == id));
    let kind = field_of(pairs, "kind").filter(|kind| AlertWatch::KINDS.contains(kind));
    let typed = shown.typed.or_else(|| edited.map(Typed::of_rule));
    let typed = typed.or_else(|| kind.map(|kind| Typed::usual(kind, user)));
    let form = typed.clone().unwrap_or_default();
    let kinds = AlertWatch::KINDS.into_iter();
    let page = Page {
        frame: desk.frame(t("alerts.rules"), "settings/alerts"),
        rules: rules.iter().map(|rule| rule_line(desk, rule)).collect(),
        kinds: kinds
            .map(|kind| (kind, kind_name(kind), kind_about(kind)))
            .collect(),
        reports: reports(desk, &form),
        everies: choices(AlertEvery::ALL.map(AlertEvery::as_str), &form.every),
        sides: choices(AlertSide::ALL.map(AlertSide::as_str), &form.side),
        users: users(desk, &form),
        can_mail,
        trial: shown.trial.map(|trial| trial_of(desk, &trial)),
        typed,
        done: match field_of(pairs, "done").unwrap_or_default() {
            "save" => t("alerts.done.save"),
            "pause" => t("alerts.done.pause"),
            "resume" => t("alerts.done.resume"),
            "remove" => t("alerts.done.remove"),
            _ => "",
        },
        fault: shown.fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn choices<const N: usize>(words: [&'static str; N], chosen: &str) -> Vec<Choice> {
    let name = |word: &str| match word {
        "hour" => t("alerts.every.hour"),
        "day" => t("alerts.every.day"),
        "week" => t("alerts.every.week"),
        "below" => t("alerts.side.below"),
        _ => t("alerts.side.above"),
    };
    let all = words.into_iter().map(|word| Choice {
        value: word.to_owned(),
        name: name(word).to_owned(),
        is_chosen: word == chosen,
    });
    all.collect()
}

fn reports(desk: &Desk, form: &Typed) -> Vec<Choice> {
    let saved = desk.app.saved_reports(desk.caller()).into_iter();
    let all = saved.map(|saved| Choice {
        is_chosen: saved.id.as_str() == form.report,
        value: saved.id.to_string(),
        name: saved.name,
    });
    all.collect()
}

fn users(desk: &Desk, form: &Typed) -> Vec<Choice> {
    let people = desk.app.people();
    let users = people.users().filter(|user| user.is_active());
    let all = users.map(|user| Choice {
        value: user.user.to_string(),
        name: user.name.clone(),
        is_chosen: form.users.iter().any(|one| one == user.user.as_str()),
    });
    all.collect()
}

fn rule_line(desk: &Desk, rule: &AlertRule) -> RuleLine {
    let people = desk.app.people();
    let name = |id: &UserId| {
        let user = people.user(id.as_str());
        user.map_or_else(|| id.to_string(), |user| user.name.clone())
    };
    let names: Vec<String> = rule.users.iter().map(name).collect();
    let mut told = vec![t("alerts.on_page").to_owned()];
    if !names.is_empty() {
        told.push(fill("alerts.by_mail", &[("names", &names.join(", "))]));
    }
    if rule.webhooks {
        told.push(t("alerts.by_webhook").to_owned());
    }
    told.extend(rule.quiet.as_ref().map(said_quiet));
    RuleLine {
        id: rule.id.to_string(),
        name: rule.name.clone(),
        watches: watched(desk, &rule.watches),
        told: told.join(" · "),
        paused: rule.paused,
    }
}

/// What a rule watches, in a line.
fn watched(desk: &Desk, watches: &AlertWatch) -> String {
    let kind = kind_name(watches.kind());
    if let Some(minutes) = said_minutes(watches) {
        return format!("{kind}: {minutes}");
    }
    let saved = watches.report().and_then(|id| {
        let snapshot = desk.present().snapshot();
        snapshot.installation.saved.report(id.as_str()).cloned()
    });
    let name = saved.as_ref().map_or_else(gone, |saved| saved.name.clone());
    match watches {
        AlertWatch::Threshold {
            every, side, value, ..
        } => {
            let limit = in_unit_of(saved.as_ref(), *value);
            let key = match side {
                AlertSide::Above => "alerts.watches.above",
                AlertSide::Below => "alerts.watches.below",
            };
            let every = t(match every {
                AlertEvery::Hour => "alerts.every.hour",
                AlertEvery::Day => "alerts.every.day",
                AlertEvery::Week => "alerts.every.week",
            });
            fill(
                key,
                &[("report", &name), ("limit", &limit), ("every", every)],
            )
        }
        AlertWatch::Unusual { .. } => format!("{kind}: {name}"),
        AlertWatch::GrowingGap { least } => {
            let least = plural("alerts.said.questions", u64::from(*least));
            format!("{kind}: {least}")
        }
        _ => kind.to_owned(),
    }
}

fn trial_of(desk: &Desk, trial: &AlertTrial) -> Trial {
    if trial.is_blind {
        return Trial {
            sums: t("alerts.trial_blind").to_owned(),
            lines: Vec::new(),
        };
    }
    let days = TRIED_DAYS.to_string();
    let told = plural("alerts.trial_told", trial.told as u64);
    let (found, held) = (
        trial.found.to_string(),
        (trial.found - trial.told).to_string(),
    );
    let mut sums = format!("{told} {}", fill("alerts.trial_days", &[("days", &days)]));
    if trial.found > trial.told {
        let values = [("found", found.as_str()), ("held", held.as_str())];
        sums = format!("{sums} {}", fill("alerts.trial_held", &values));
    }
    let saved = |fact: &AlertFact| match fact {
        AlertFact::Threshold { report, .. } | AlertFact::Unusual { report, .. } => {
            let snapshot = desk.present().snapshot();
            snapshot.installation.saved.report(report.as_str()).cloned()
        }
        _ => None,
    };
    let lines = trial.items.iter().map(|one| {
        let told = match one.told_at {
            Some(told) => at(told),
            None => t("alerts.trial_untold").to_owned(),
        };
        let over = one
            .resolved_at
            .map_or_else(|| t("alerts.still").to_owned(), at);
        (said(desk, &one.fact, saved(&one.fact).as_ref()), told, over)
    });
    Trial {
        sums,
        lines: lines.collect(),
    }
}
