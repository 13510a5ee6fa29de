//! `/settings/customer-agent`: where and when the customer agent answers, what it is called, and a
//! box to try it in.

use askama::Template;
use axum::Form;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::super::{Answer, Frame, Visit, field_of, make};
use super::answered;
use super::known::Known;
use crate::command::{Command, CustomerAgentDraft, DutyRuleDraft, MAX_NAME, MAX_TEXT};
use crate::model::Invalid;
use crate::model::customer_agent::CustomerAgentSettings;
use crate::model::event::DutyTime;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::Pairs;

/// The page's address.
const PAGE: &str = "/settings/customer-agent";
/// How many rules more than there are can be written at once.
const FREE_ROWS: usize = 2;

/// A rule in the form.
struct RuleLine {
    number: usize,
    channel: String,
    inbox: String,
    when: &'static str,
}

/// What the customer agent would say.
struct Trial {
    verdict: String,
    text: String,
}

#[derive(Template)]
#[template(path = "customer_agent.html")]
struct Page {
    frame: Frame,
    known: Known,
    rules: Vec<RuleLine>,
    times: [(&'static str, &'static str); 3],
    settle: String,
    name: String,
    greeting: String,
    away: String,
    max_name: usize,
    max_text: usize,
    /// Where the picture is, if there is one.
    picture: Option<String>,
    asked: String,
    trial: Option<Trial>,
    done: &'static str,
    fault: String,
}

/// How the customer agent works, and what it would say to `ask`.
pub(in crate::web::ui) async fn get_customer_agent(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Saves what the form says.
pub(in crate::web::ui) async fn post_customer_agent(
    visit: Visit,
    Form(form): Form<Pairs>,
) -> Response {
    let tried = match draft(&form) {
        Ok(draft) => {
            let command = Command::CustomerAgent(draft);
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

fn draft(form: &[(String, String)]) -> Result<CustomerAgentDraft, Invalid> {
    let text = |name: &str| Some(field_of(form, name).unwrap_or_default().to_owned());
    let settle = field_of(form, "settle").unwrap_or("0").replace(',', ".");
    let settle: f64 = settle.parse().map_err(|_none| {
        Invalid::new(
            "settle",
            format!("`{settle}` is no number of seconds such as 1.5"),
        )
    })?;
    let millis = (settle * 1_000.0).round();
    if !(0.0..=f64::from(u32::MAX)).contains(&millis) {
        let reason = format!("`{settle}` is out of range; expected 0 to 60 seconds");
        return Err(Invalid::new("settle", reason));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was held to the range"
    )]
    let settle_ms = millis as u32;
    Ok(CustomerAgentDraft {
        duty: Some(rules(form)?),
        settle_ms: Some(settle_ms),
        name: text("name"),
        greeting: text("greeting"),
        away: text("away"),
    })
}

/// The rules in the order of the form; a row without a time is none.
fn rules(form: &[(String, String)]) -> Result<Vec<DutyRuleDraft>, Invalid> {
    let column = |name: &str| -> Vec<&str> {
        let values = form.iter().filter(|(other, _)| other == name);
        values.map(|(_, value)| value.trim()).collect()
    };
    let (channels, inboxes) = (column("channel"), column("inbox"));
    let rows = column("when").into_iter().enumerate();
    let rows = rows.filter(|(_, when)| !when.is_empty());
    let rules = rows.map(|(row, when)| {
        let time = DutyTime::ALL.into_iter().find(|time| time.as_str() == when);
        let time = time.ok_or_else(|| {
            Invalid::new(
                "when",
                format!("`{when}` is none of always, out_of_hours, never"),
            )
        })?;
        let filled = |values: &[&str]| {
            let value = values.get(row).copied().unwrap_or_default();
            Some(value.to_owned()).filter(|value| !value.is_empty())
        };
        Ok(DutyRuleDraft {
            channel: filled(&channels),
            inbox: filled(&inboxes),
            when: time,
        })
    });
    rules.collect()
}

pub(super) fn page(
    desk: &Desk,
    pairs: &[(String, String)],
    fault: String,
) -> Result<Answer, Fault> {
    let settings = desk.app.agent_settings();
    let typed = |name: &str, held: &str| match field_of(pairs, name) {
        Some(text) if !fault.is_empty() => text.to_owned(),
        _ => held.to_owned(),
    };
    let asked = field_of(pairs, "ask").unwrap_or_default();
    let seconds = f64::from(settings.settle_ms) / 1_000.0;
    let page = Page {
        frame: desk.frame(t("agent_settings.title"), "settings/customer-agent"),
        known: Known::of(desk),
        rules: lines(&settings),
        times: [
            ("always", t("agent_settings.always")),
            ("out_of_hours", t("agent_settings.out_of_hours")),
            ("never", t("agent_settings.never")),
        ],
        settle: typed("settle", &seconds.to_string()),
        name: typed("name", settings.name.as_deref().unwrap_or_default()),
        greeting: typed("greeting", settings.greeting.as_deref().unwrap_or_default()),
        away: typed("away", settings.away.as_deref().unwrap_or_default()),
        max_name: MAX_NAME,
        max_text: MAX_TEXT,
        picture: desk.app.snapshot().installation.agent_picture.path(),
        trial: trial(desk, asked)?,
        asked: asked.to_owned(),
        done: match field_of(pairs, "done") {
            Some("picture") => t("agent_settings.picture_saved"),
            Some(_) => t("agent_settings.saved"),
            None => "",
        },
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn lines(settings: &CustomerAgentSettings) -> Vec<RuleLine> {
    let rules = settings.duty.iter().map(|rule| {
        let inbox = rule.inbox.as_ref().map(ToString::to_string);
        let channel = rule.channel.clone();
        (
            channel.unwrap_or_default(),
            inbox.unwrap_or_default(),
            rule.when.as_str(),
        )
    });
    let free = std::iter::repeat_n((String::new(), String::new(), ""), FREE_ROWS);
    let all = rules.chain(free).zip(1..);
    all.map(|((channel, inbox, when), number)| RuleLine {
        number,
        channel,
        inbox,
        when,
    })
    .collect()
}

/// What it would say to words, if any were typed.
fn trial(desk: &Desk, asked: &str) -> Result<Option<Trial>, Fault> {
    if asked.is_empty() {
        return Ok(None);
    }
    let said = desk
        .app
        .knowledge()
        .ask(asked)
        .map_err(crate::app::Error::from)?;
    let values = [
        ("confidence", format!("{:.2}", said.confidence)),
        ("threshold", format!("{:.2}", said.threshold)),
    ];
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let choices = said.choices.iter().map(|choice| choice.question.as_str());
    let choices: Vec<&str> = choices.collect();
    let text = said.text.unwrap_or_else(|| choices.join("\n"));
    Ok(Some(Trial {
        verdict: fill(&format!("agent_settings.trial.{}", said.decision), &values),
        text,
    }))
}
