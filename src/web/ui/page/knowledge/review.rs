//! `/knowledge/review`: the customer agent's decisions for an admin's word, how sure it has
//! to be, and the regression set.

use askama::Template;
use axum::extract::Query as Parameters;
use axum::response::Response;
use axum::{Extension, Form};

use super::field_of;
use crate::app::{AnswerView, CalibrationView, CaseView, Paging, ReviewView};
use crate::command::{
    self, Caller, CaseCommand, Command, KnowledgeCommand, KnowledgeSettings, QuestionCommand,
};
use crate::model::Invalid;
use crate::model::event::Verdict;
use crate::report::registry;
use crate::web::ui::chart::spark::spark;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::figure::plural;
use crate::web::ui::page::decided::said;
use crate::web::ui::page::sample::precision;
use crate::web::ui::page::{Answer, Frame, Visit, make};
use crate::web::ui::text::{Words, fill, t, title_of};
use crate::web::ui::url::{Pairs, address, encode, pair};
use crate::web::ui::view::View;

/// The page's address.
const REVIEW: &str = "/knowledge/review";
/// How many decisions the page shows.
const SHOWN: usize = 50;

struct Tab {
    href: String,
    label: &'static str,
    is_current: bool,
}

struct Decision {
    question: String,
    text: String,
    href: String,
    at: String,
    exact: String,
    said: String,
    sure: String,
    verdict: String,
}

/// An answer that is not given until somebody has looked at it.
struct AsideLine {
    href: String,
    question: String,
    why: String,
}

struct Case {
    text: String,
    expected: String,
    got: String,
    holds: bool,
}

#[derive(Template)]
#[template(path = "review.html")]
struct Page {
    frame: Frame,
    tabs: Vec<Tab>,
    aside: Vec<AsideLine>,
    /// Numbers of which rows were looked at: their names, where their rows are, how far they hold.
    numbers: Vec<(String, String, String)>,
    decisions: Vec<Decision>,
    total: String,
    sure: String,
    curve: String,
    precision: String,
    cases: Vec<Case>,
    answers: Vec<(String, String)>,
    kind: String,
    done: &'static str,
    fault: String,
}

impl Page {
    /// The share of right answers, from the most cautious threshold on.
    fn curve(&self) -> &str {
        &self.curve
    }
}

/// Decisions, the doubtful first.
pub(in crate::web::ui) async fn get_review(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &pairs, String::new())).await
}

/// Takes an admin's word, a case or a setting.
pub(in crate::web::ui) async fn post_review(
    visit: Visit,
    Extension(caller): Extension<Caller>,
    Form(form): Form<Pairs>,
) -> Response {
    make(visit, move |desk| match run(desk, &caller, &form) {
        Ok(done) => {
            let kind = field_of(&form, "decision").unwrap_or_default();
            let pairs = [pair("decision", kind), pair("done", done)];
            Ok(Answer::Moved(address(REVIEW, &pairs)))
        }
        Err(Fault::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            page(desk, &form, fill("fault.query.detail", &values))
        }
        Err(other) => Err(other),
    })
    .await
}

fn run(desk: &Desk, caller: &Caller, form: &[(String, String)]) -> Result<&'static str, Fault> {
    let (command, done) = command(form)?;
    desk.app.write_now(caller, command)?;
    Ok(done)
}

/// What a form asks for, and what is said when it is done.
fn command(form: &[(String, String)]) -> Result<(Command, &'static str), Fault> {
    let text = || field_of(form, "text").unwrap_or_default().to_owned();
    let verdict = match field_of(form, "do").unwrap_or_default() {
        "right" => Verdict::Right,
        "wrong" => Verdict::Wrong,
        "should_have_handed_off" => Verdict::ShouldHaveHandedOff,
        "case" => {
            let case = command::Case {
                text: text(),
                short_answer: field_of(form, "short_answer").map(str::to_owned),
            };
            return Ok((Command::Case(CaseCommand::Set(vec![case])), "case"));
        }
        "remove" => {
            let command = CaseCommand::Remove { text: text() };
            return Ok((Command::Case(command), "remove"));
        }
        "precision" => {
            let precision = field_of(form, "precision").unwrap_or_default();
            let percent: f32 = precision.trim().parse().map_err(|_error| {
                Invalid::new(
                    "precision",
                    format!("`{precision}` is no number of percent"),
                )
            })?;
            let settings = KnowledgeSettings {
                precision: Some(percent / 100.0),
                ..KnowledgeSettings::default()
            };
            let command = KnowledgeCommand::Set(settings);
            return Ok((Command::Knowledge(command), "precision"));
        }
        other => {
            let reason = format!("`{other}` is nothing this page does");
            return Err(Invalid::new("do", reason).into());
        }
    };
    let question = field_of(form, "question").unwrap_or_default().to_owned();
    let command = QuestionCommand::Review { question, verdict };
    Ok((Command::Question(command), "reviewed"))
}

fn page(desk: &Desk, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let (view, _) = View::parse(&[])?;
    let kind = field_of(pairs, "decision");
    let list = desk.library().reviews(kind, Paging::first(SHOWN));
    let calibration = desk.library().calibration();
    let answers = desk
        .library()
        .answers("", Some(true), Paging::first(500))
        .items
        .into_iter();
    let answers: Vec<AnswerView> = answers.collect();
    let aside = answers.iter().filter_map(aside).collect();
    let answers = answers
        .into_iter()
        .map(|answer| (answer.short_answer, answer.version.question));
    let tab = |word: &str, label: &'static str| Tab {
        href: address(REVIEW, &[pair("decision", word)]),
        label,
        is_current: kind.unwrap_or_default() == word,
    };
    let page = Page {
        frame: desk.frame(t("review.title"), "knowledge"),
        tabs: vec![
            tab("", t("review.all")),
            tab("answer", t("review.answered")),
            tab("unanswered", t("review.unanswered")),
        ],
        aside,
        numbers: numbers(desk),
        decisions: list
            .items
            .iter()
            .map(|one| decision(one, view.zone))
            .collect(),
        total: plural("review.total", list.total as u64),
        sure: sure(&calibration),
        curve: curve(&calibration),
        precision: figure::decimal(f64::from(calibration.precision) * 100.0),
        cases: desk.library().cases().into_iter().map(case).collect(),
        answers: answers.collect(),
        kind: kind.unwrap_or_default().to_owned(),
        done: done(pairs),
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

/// The numbers of which rows were looked at, and how far they hold.
fn numbers(desk: &Desk) -> Vec<(String, String, String)> {
    let library = desk.library();
    let reviewed = library.reviewed_reports().into_iter();
    let numbers = reviewed.filter_map(|(id, held)| {
        let report = registry::find(id)?;
        Some((
            title_of(report).to_owned(),
            format!("/reports/{}/rows", report.id),
            precision("sample.precision", &held),
        ))
    });
    numbers.collect()
}

fn aside(answer: &AnswerView) -> Option<AsideLine> {
    let set_aside = answer.set_aside.as_ref()?;
    Some(AsideLine {
        href: address(
            "/knowledge/answers",
            &[pair("answer", &answer.short_answer)],
        ),
        question: answer.version.question.clone(),
        why: set_aside.reason.clone(),
    })
}

fn done(pairs: &[(String, String)]) -> &'static str {
    match field_of(pairs, "done") {
        Some("reviewed") => t("review.done_reviewed"),
        Some("case") => t("review.done_case"),
        Some("remove") => t("review.done_remove"),
        Some("precision") => t("review.done_precision"),
        _ => "",
    }
}

fn decision(one: &ReviewView, zone: chrono_tz::Tz) -> Decision {
    let number = |value: Option<f32>| {
        value.map_or_else(|| "–".to_owned(), |value| figure::decimal(f64::from(value)))
    };
    let (confidence, threshold) = (number(one.confidence), number(one.threshold));
    let values = [
        ("confidence", confidence.as_str()),
        ("threshold", &threshold),
    ];
    Decision {
        question: one.question.clone(),
        text: one.text.clone(),
        href: format!("/conversations/{}", encode(&one.conversation)),
        at: date::instant(one.at, zone),
        exact: one.at.to_string(),
        said: match &one.short_answer {
            Some(answer) => fill("review.said", &[("answer", answer)]),
            None => t("review.said_nothing").to_owned(),
        },
        sure: fill("review.sure_by", &values),
        verdict: one.verdict.map_or_else(String::new, said),
    }
}

/// From which score on the customer agent answers, and why from there.
pub(super) fn sure(calibration: &CalibrationView) -> String {
    let threshold = figure::decimal(f64::from(calibration.threshold));
    let cases = calibration.cases.to_string();
    let values = [("threshold", threshold.as_str()), ("cases", &cases)];
    match calibration.from {
        "learned" => fill("review.learned", &values),
        "rehearsed" => fill("review.rehearsed", &values),
        "pooled" => fill("review.pooled", &values),
        "set" => fill("review.set", &values),
        _ => fill("review.shipped", &values),
    }
}

fn curve(calibration: &CalibrationView) -> String {
    if calibration.curve.is_empty() {
        return String::new();
    }
    let points = calibration.curve.iter();
    let shares: Vec<Option<f64>> = points
        .map(|point| Some(f64::from(point.precision)))
        .collect();
    spark(&shares)
}

fn case(case: CaseView) -> Case {
    let said = |id: Option<String>| id.unwrap_or_else(|| t("review.no_answer").to_owned());
    Case {
        text: case.text,
        expected: said(case.expected),
        got: said(case.got),
        holds: case.holds,
    }
}
