//! `/settings/surveys`: whom satisfaction surveys ask, and how often.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use super::known::Known;
use crate::command::{Command, SurveyCommand, SurveyDraft, SurveyRuleDraft};
use crate::model::Invalid;
use crate::model::survey::SurveySettings;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::Pairs;

/// The page's address.
const PAGE: &str = "/settings/surveys";
/// How many rules more than there are can be written at once.
const FREE_ROWS: usize = 2;

/// A rule in the form.
#[derive(Default)]
struct RuleLine {
    number: usize,
    channel: String,
    inbox: String,
    team: String,
    ask: &'static str,
}

#[derive(Template)]
#[template(path = "surveys.html")]
struct Page {
    frame: Frame,
    known: Known,
    rules: Vec<RuleLine>,
    delay: String,
    every: String,
    of_agent: bool,
    of_automation: bool,
    held_back: String,
    done: &'static str,
    fault: String,
}

/// Whom satisfaction surveys ask.
pub(in crate::web::ui) async fn get_surveys(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Saves what the form says.
pub(in crate::web::ui) async fn post_surveys(visit: Visit, Form(form): Form<Pairs>) -> Response {
    let tried = match draft(&form) {
        Ok(draft) => {
            let command = Command::Survey(SurveyCommand::Set(draft));
            visit.app.write(visit.caller.clone(), command).await
        }
        Err(fault) => Err(fault.into()),
    };
    let done = format!("{PAGE}?done=save");
    answered(visit, tried, done, move |desk, fault| {
        page(desk, &form, fault)
    })
    .await
}

fn draft(form: &[(String, String)]) -> Result<SurveyDraft, Invalid> {
    let number = |name: &str| {
        let text = field_of(form, name).unwrap_or("0");
        let number = text.trim().parse::<u32>();
        number
            .map(Some)
            .map_err(|_none| Invalid::new(name, format!("`{text}` is no whole number, 0 or more")))
    };
    Ok(SurveyDraft {
        rules: Some(rules(form)?),
        delay_secs: number("delay_secs")?,
        every_days: number("every_days")?,
        of_agent: Some(field_of(form, "of_agent").is_some()),
        of_automation: Some(field_of(form, "of_automation").is_some()),
    })
}

/// The rules in the order of the form; a row that does not say whether to ask is none.
fn rules(form: &[(String, String)]) -> Result<Vec<SurveyRuleDraft>, Invalid> {
    let column = |name: &str| -> Vec<&str> {
        let values = form.iter().filter(|(other, _)| other == name);
        values.map(|(_, value)| value.trim()).collect()
    };
    let (channels, inboxes, teams) = (column("channel"), column("inbox"), column("team"));
    let rows = column("ask").into_iter().enumerate();
    let rows = rows.filter(|(_, ask)| !ask.is_empty());
    let rules = rows.map(|(row, ask)| {
        let filled = |values: &[&str]| {
            let value = values.get(row).copied().unwrap_or_default();
            Some(value.to_owned()).filter(|value| !value.is_empty())
        };
        Ok(SurveyRuleDraft {
            channel: filled(&channels),
            inbox: filled(&inboxes),
            team: filled(&teams),
            ask: match ask {
                "yes" => true,
                "no" => false,
                other => {
                    let reason = format!("`{other}` is neither yes nor no");
                    return Err(Invalid::new("ask", reason));
                }
            },
        })
    });
    rules.collect()
}

fn page(desk: &Desk, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let snapshot = desk.app.snapshot();
    let surveys = &snapshot.installation.surveys;
    let settings = &surveys.settings;
    let typed = |name: &str, held: u32| match field_of(pairs, name) {
        Some(text) if !fault.is_empty() => text.to_owned(),
        _ => held.to_string(),
    };
    let held_back = surveys.held_back.to_string();
    let page = Page {
        frame: desk.frame(t("survey_settings.title"), "settings/surveys"),
        known: Known::of(desk),
        rules: lines(settings),
        delay: typed("delay_secs", settings.delay_secs),
        every: typed("every_days", settings.every_days),
        of_agent: settings.of_agent,
        of_automation: settings.of_automation,
        held_back: fill("survey_settings.held_back", &[("count", &held_back)]),
        done: match field_of(pairs, "done") {
            Some(_) => t("survey_settings.saved"),
            None => "",
        },
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn lines(settings: &SurveySettings) -> Vec<RuleLine> {
    let text = |id: Option<String>| id.unwrap_or_default();
    let rules = settings.rules.iter().map(|rule| RuleLine {
        number: 0,
        channel: text(rule.channel.clone()),
        inbox: text(rule.inbox.as_ref().map(ToString::to_string)),
        team: text(rule.team.as_ref().map(ToString::to_string)),
        ask: if rule.ask { "yes" } else { "no" },
    });
    let free = std::iter::repeat_with(RuleLine::default).take(FREE_ROWS);
    let all = rules.chain(free).zip(1..);
    all.map(|(line, number)| RuleLine { number, ..line })
        .collect()
}
