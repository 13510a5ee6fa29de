//! `/knowledge/settings`: the sentence model that texts are compared by, who phrases answers, and how
//! much an answer has to help.

use askama::Template;
use axum::extract::Query as Parameters;
use axum::response::Response;
use axum::{Extension, Form};

use super::field_of;
use super::review::sure;
use crate::app::{CalibrationView, EmbedderView, ModelView, PhrasingView, VectorEndpointView};
use crate::command::{Caller, Command, KnowledgeCommand, KnowledgeSettings};
use crate::model::{Invalid, Timestamp};
use crate::report::Unit;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::page::{Answer, Frame, Visit, make};
use crate::web::ui::text::{Words, fill, t};
use crate::web::ui::url::{Pairs, address, pair};
use crate::web::ui::view::View;

/// The page's address.
const SETTINGS: &str = "/knowledge/settings";

#[derive(Template)]
#[template(path = "settings.html")]
struct Page {
    frame: Frame,
    in_use: String,
    next: String,
    /// How many texts of how many, and that in words.
    progress: Option<(u64, u64, String)>,
    trouble: String,
    is_removable: bool,
    endpoint: Option<EndpointText>,
    phrasing: String,
    phrasing_trouble: String,
    sure: String,
    thresholds: Vec<Threshold>,
    /// The percentage of contacts whom an answer must have helped, and from how many on it counts.
    helpful: String,
    after: String,
    done: &'static str,
    fault: String,
}

/// The endpoint for vectors that svar.toml names.
struct EndpointText {
    named: String,
    /// Whether it is used.
    use_of: &'static str,
    state: String,
    is_broken: bool,
    button: &'static str,
}

/// What answering from a score on would have done to the confirmed cases.
struct Threshold {
    from: String,
    answered: String,
    right: String,
    /// Whether it is the one in use: the last at or below the score that is needed.
    is_current: bool,
}

/// What is set for knowledge.
pub(in crate::web::ui) async fn get_settings(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Takes the model away, goes by the endpoint that svar.toml names, or sets how much an answer has to help.
pub(in crate::web::ui) async fn post_settings(
    visit: Visit,
    Extension(caller): Extension<Caller>,
    Form(form): Form<Pairs>,
) -> Response {
    make(visit, move |desk| match run(desk, &caller, &form) {
        Ok(done) => Ok(Answer::Moved(address(SETTINGS, &[pair("done", done)]))),
        Err(Fault::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            page(desk, &form, fill("fault.query.detail", &values))
        }
        Err(other) => Err(other),
    })
    .await
}

fn run(desk: &Desk, caller: &Caller, form: &[(String, String)]) -> Result<&'static str, Fault> {
    match field_of(form, "do").unwrap_or_default() {
        "remove_model" => {
            desk.app.remove_model(caller)?;
            Ok("removed")
        }
        "use_endpoint" => {
            desk.app.choose_endpoint(caller)?;
            Ok("endpoint")
        }
        "helpful" => {
            let command = KnowledgeCommand::Set(helpfulness(form)?);
            desk.app.write_now(caller, Command::Knowledge(command))?;
            Ok("helpful")
        }
        other => {
            let reason = format!("`{other}` is nothing this page does");
            Err(Invalid::new("do", reason).into())
        }
    }
}

/// What the form says of how much an answer has to help.
fn helpfulness(form: &[(String, String)]) -> Result<KnowledgeSettings, Invalid> {
    let text = |name: &str| field_of(form, name).unwrap_or_default().trim().to_owned();
    let odd = |name: &str, wanted: &str| {
        let reason = format!("`{}` is none; expected {wanted}", text(name));
        Invalid::new(name, reason)
    };
    let percent = text("helpful").replace(',', ".").parse::<f64>();
    let percent = percent
        .ok()
        .filter(|percent| (0.0..=100.0).contains(percent));
    let after = text("after").parse::<u32>().ok();
    Ok(KnowledgeSettings {
        helpful_share: Some(percent.ok_or_else(|| odd("helpful", "0 to 100"))? / 100.0),
        helpful_after: Some(after.ok_or_else(|| odd("after", "a whole number"))?),
        ..KnowledgeSettings::default()
    })
}

fn page(desk: &Desk, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let model = desk.library().model();
    let (phrasing, phrasing_trouble) = phrasing(desk.library().phrasing());
    let calibration = desk.library().calibration();
    let settings = desk.app.snapshot().installation.knowledge.settings.clone();
    let helpful = (settings.helpful_share * 1_000.0).round() / 10.0;
    let helpful = helpful.to_string();
    let typed = |name: &str| field_of(pairs, name).map(str::to_owned);
    let page = Page {
        frame: desk.frame(t("settings.title"), "knowledge"),
        in_use: named("settings.in_use", &model.in_use),
        next: model
            .next
            .as_ref()
            .map_or_else(String::new, |next| named("settings.next", next)),
        progress: progress(&model),
        trouble: model.fault.unwrap_or_default(),
        is_removable: model.in_use.name.is_some() || model.next.is_some(),
        endpoint: model.endpoint.map(|view| endpoint(&view)),
        phrasing,
        phrasing_trouble,
        sure: sure(&calibration),
        thresholds: thresholds(&calibration),
        helpful: typed("helpful").unwrap_or(helpful),
        after: typed("after").unwrap_or_else(|| settings.helpful_after.to_string()),
        done: match field_of(pairs, "done") {
            Some("removed") => t("settings.done_removed"),
            Some("helpful") => t("settings.done_helpful"),
            Some("endpoint") => t("settings.done_endpoint"),
            _ => "",
        },
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

fn thresholds(calibration: &CalibrationView) -> Vec<Threshold> {
    let share = |share: f32| figure::amount(Unit::Share, Some(f64::from(share)));
    let points = calibration.curve.iter();
    let reached = points
        .clone()
        .position(|point| point.threshold <= calibration.threshold);
    let lines = points.enumerate().map(|(place, point)| Threshold {
        from: figure::decimal(f64::from(point.threshold)),
        answered: share(point.coverage),
        right: share(point.precision),
        is_current: Some(place) == reached,
    });
    lines.collect()
}

fn named(key: &str, embedder: &EmbedderView) -> String {
    let dims = figure::count(embedder.dims as f64);
    let name = embedder.name.as_deref().unwrap_or(t("settings.table"));
    fill(key, &[("name", name), ("dims", &dims)])
}

fn progress(model: &ModelView) -> Option<(u64, u64, String)> {
    let going = model.progress?;
    let (done, total) = (
        figure::count(going.done as f64),
        figure::count(going.total as f64),
    );
    let text = fill("settings.done_of", &[("done", &done), ("total", &total)]);
    Some((going.done, going.total.max(1), text))
}

/// What is to know of the endpoint for vectors. What went wrong is said where it is used only: else
/// nobody asks it.
fn endpoint(view: &VectorEndpointView) -> EndpointText {
    let values = [("model", view.model.as_str()), ("endpoint", &view.endpoint)];
    let at = |at: Timestamp| date::instant(at, View::default().zone);
    let trouble = view.trouble.as_deref();
    let state = match (trouble, view.trouble_since, view.answered_at) {
        (Some(reason), Some(since), _) => {
            let values = [("at", at(since)), ("reason", reason.to_owned())];
            let values = values.each_ref().map(|(name, text)| (*name, text.as_str()));
            fill("settings.endpoint_trouble", &values)
        }
        (Some(reason), None, _) => fill("settings.endpoint_broken", &[("reason", reason)]),
        (None, _, Some(last)) => fill("settings.endpoint_working", &[("at", &at(last))]),
        (None, _, None) => t("settings.endpoint_unasked").to_owned(),
    };
    let (use_of, button) = if view.is_chosen {
        ("settings.endpoint_chosen", "settings.endpoint_try")
    } else {
        ("settings.endpoint_off", "settings.endpoint_use")
    };
    EndpointText {
        named: fill("settings.endpoint_named", &values),
        use_of: t(use_of),
        state,
        is_broken: trouble.is_some(),
        button: t(button),
    }
}

fn phrasing(view: Option<PhrasingView>) -> (String, String) {
    let Some(view) = view else {
        return (t("settings.phrasing_off").to_owned(), String::new());
    };
    let calls = figure::count(f64::from(view.calls_today));
    let budget = figure::count(f64::from(view.daily_calls));
    let values = [
        ("model", view.model.as_str()),
        ("endpoint", &view.endpoint),
        ("calls", &calls),
        ("budget", &budget),
    ];
    (
        fill("settings.phrasing_on", &values),
        view.fault.unwrap_or_default(),
    )
}
