//! `/reports/{id}/review`: a sample of the rows behind a number, looked at one by one, and how far the
//! number holds by that.
//!
//! The sample is drawn by the seed in the address: each row has a number made of the seed and itself, and
//! the least ones are drawn. So the address gives the same rows again, and rows that come in since move
//! at most a few. What is said of a row is journalled by the row, not by the sample.

use askama::Template;
use axum::extract::{Path, Query as Parameters};
use axum::response::Response;
use axum::{Extension, Form};

use super::rows::{RowRequest, worth};
use super::thread::{Entry, entries};
use super::{Answer, Frame, Visit, field_of, make, read};
use crate::app::{
    MOST_DRAWN_FROM, Precision, PrecisionView, RowJudgement, Sample, SampledRow, sample_of,
};
use crate::command::Caller;
use crate::model::event::RowVerdict;
use crate::model::{Invalid, Timestamp};
use crate::report::{Report, RowQuery};
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::text::{Words, fill, title_of};
use crate::web::ui::url::{Pairs, address, encode};
use crate::web::ui::view::View;

/// How many lines of a conversation are shown before and after the instant that counts.
const AROUND: (usize, usize) = (6, 8);

/// A row of the sample in the list.
struct Line {
    href: String,
    number: usize,
    name: String,
    at: String,
    verdict: String,
    is_right: bool,
    is_current: bool,
}

/// A verdict that is offered.
struct Offer {
    word: &'static str,
    label: String,
    key: usize,
    is_given: bool,
}

/// The row that is looked at.
struct Looked {
    conversation: String,
    counted_at: String,
    href: String,
    facts: String,
    entries: Vec<Entry>,
    offers: Vec<Offer>,
}

#[derive(Template)]
#[template(path = "sample.html")]
struct Page {
    frame: Frame,
    report: &'static Report,
    back: String,
    rows_href: String,
    window: String,
    lines: Vec<Line>,
    row: Option<Looked>,
    before: String,
    next: String,
    progress: String,
    precision: String,
    whole: String,
    note: String,
    another: String,
    kept: Pairs,
    action: String,
    fault: String,
}

/// What an address asks for.
struct Request<'a> {
    report: &'static Report,
    view: View,
    own: Pairs,
    pairs: &'a [(String, String)],
    seed: u64,
}

/// The sample behind an address.
pub(in crate::web::ui) async fn get_sample(
    visit: Visit,
    Path(id): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| page(desk, &id, &pairs, String::new())).await
}

/// Takes a word on a row, and goes on to the next one that nobody looked at.
pub(in crate::web::ui) async fn post_sample(
    visit: Visit,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> Response {
    make(visit, move |desk| match judge(desk, &caller, &id, &form) {
        Ok(to) => Ok(Answer::Moved(to)),
        Err(Fault::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            page(desk, &id, &form, fill("fault.query.detail", &values))
        }
        Err(other) => Err(other),
    })
    .await
}

fn judge(
    desk: &Desk,
    caller: &Caller,
    id: &str,
    form: &[(String, String)],
) -> Result<String, Fault> {
    let text = |name: &str| field_of(form, name).unwrap_or_default().to_owned();
    let word = text("do");
    if !RowVerdict::ALL
        .iter()
        .any(|verdict| verdict.as_str() == word)
    {
        let reason = format!("`{word}` is nothing this page does");
        return Err(Invalid::new("do", reason).into());
    }
    let judgement = RowJudgement {
        conversation: text("conversation"),
        counted_at: text("counted_at"),
        verdict: word,
    };
    desk.app.judge_row(caller, id, &judgement)?;
    let own = ["do", "conversation", "counted_at", "row"];
    let kept = form
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()));
    let kept: Pairs = kept.cloned().collect();
    Ok(address(&format!("/reports/{id}/review"), &kept))
}

impl<'a> Request<'a> {
    fn of(id: &str, pairs: &'a [(String, String)]) -> Result<Self, Fault> {
        let report = Desk::find(id)?;
        let (view, mut own, _) = read(pairs, "")?;
        let seed = match field_of(&own, "seed") {
            None => 1,
            Some(text) => text
                .parse()
                .map_err(|_error| Invalid::new("seed", fill("rows.bad", &[("value", text)])))?,
        };
        let extra = ["seed", "row", "do", "conversation", "counted_at", "cursor"];
        own.retain(|(name, _)| !extra.contains(&name.as_str()));
        Ok(Self {
            report,
            view,
            own,
            pairs,
            seed,
        })
    }

    fn rows(&self) -> RowRequest<'_> {
        RowRequest {
            report: self.report,
            path: format!("/reports/{}/rows", self.report.id),
            view: &self.view,
            own: &self.own,
        }
    }

    /// The address with another seed or row.
    fn at(&self, seed: u64, row: usize) -> String {
        let mut pairs = self.kept(seed);
        if row > 0 {
            pairs.push(("row".to_owned(), row.to_string()));
        }
        address(&format!("/reports/{}/review", self.report.id), &pairs)
    }

    fn kept(&self, seed: u64) -> Pairs {
        let mut pairs = self.view.pairs();
        pairs.extend(self.own.iter().cloned());
        pairs.push(("seed".to_owned(), seed.to_string()));
        pairs
    }

    /// The rows that are drawn.
    fn drawn(&self, desk: &Desk) -> Result<Sample, Fault> {
        let request = self.rows();
        let wanted = RowQuery {
            after: 0,
            limit: MOST_DRAWN_FROM,
            ..request.wanted()?
        };
        let page = request.rows(desk, &wanted)?;
        let library = desk.library();
        let reviews = library.row_reviews(self.report.id);
        Ok(sample_of(page.items, page.total, self.seed, reviews))
    }
}

fn page(desk: &Desk, id: &str, pairs: &[(String, String)], fault: String) -> Result<Answer, Fault> {
    let request = Request::of(id, pairs)?;
    let sample = request.drawn(desk)?;
    let rows = sample.items.as_slice();
    let current = current(request.pairs, rows);
    let row = rows.get(current).map(|row| looked(desk, &request, row));
    let row = row.transpose()?;
    let beside = |place: Option<usize>| {
        let place = place.filter(|place| *place < rows.len());
        place.map_or_else(String::new, |place| request.at(request.seed, place + 1))
    };
    let (from, until) = request.view.days(desk.now);
    let page = Page {
        frame: desk.frame(
            fill("sample.title", &[("title", title_of(request.report))]),
            "reports",
        ),
        report: request.report,
        back: request.view.at(&format!("/reports/{id}")),
        rows_href: request.rows().at(&[]),
        window: format!("{}, {}", date::span(from, until), request.view.zone.name()),
        lines: lines(&request, rows, current),
        before: beside(current.checked_sub(1)),
        next: beside(Some(current + 1)),
        progress: progress(rows),
        precision: precision_words("sample.precision", &sample.precision),
        whole: precision_words("sample.whole", &sample.report_precision),
        note: if sample.is_cut {
            let most = figure::count(MOST_DRAWN_FROM as f64);
            fill("sample.cut", &[("most", &most)])
        } else {
            String::new()
        },
        another: request.at(request.seed.wrapping_add(1), 0),
        kept: request.kept(request.seed),
        action: format!("/reports/{id}/review"),
        row,
        fault,
    };
    Ok(Answer::Page(page.render()?))
}

/// The row of the address, else the first that nobody looked at.
fn current(pairs: &[(String, String)], rows: &[SampledRow]) -> usize {
    let asked = field_of(pairs, "row").and_then(|text| text.parse::<usize>().ok());
    let first = || rows.iter().position(|row| row.verdict.is_none());
    let place = asked
        .and_then(|number| number.checked_sub(1))
        .or_else(first);
    place
        .filter(|place| *place < rows.len())
        .unwrap_or_default()
}

fn progress(rows: &[SampledRow]) -> String {
    let judged = rows.iter().filter(|row| row.verdict.is_some());
    let judged = judged.count().to_string();
    let all = rows.len().to_string();
    fill("sample.progress", &[("judged", &judged), ("all", &all)])
}

/// "85.0 % right (17 of 20), 64.0 % to 94.8 %".
pub(in crate::web::ui) fn precision(key: &str, precision: &Precision) -> String {
    precision_words(key, &precision.into())
}

fn precision_words(key: &str, precision: &PrecisionView) -> String {
    let Some(share) = precision.share else {
        return String::new();
    };
    let values = [
        ("share", figure::share(share)),
        ("right", precision.right.to_string()),
        ("judged", precision.judged.to_string()),
        ("low", figure::share(precision.low.unwrap_or_default())),
        ("high", figure::share(precision.high.unwrap_or_default())),
    ];
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    fill(key, &values)
}

fn lines(request: &Request<'_>, rows: &[SampledRow], current: usize) -> Vec<Line> {
    let lines = rows.iter().enumerate().map(|(place, sampled)| {
        let (row, verdict) = (&sampled.row, sampled.verdict);
        Line {
            href: request.at(request.seed, place + 1),
            number: place + 1,
            name: row.conversation.clone().unwrap_or_default(),
            at: date::instant(row.at, request.view.zone),
            verdict: verdict.map_or_else(String::new, label),
            is_right: verdict == Some(RowVerdict::Right),
            is_current: place == current,
        }
    });
    lines.collect()
}

fn label(verdict: RowVerdict) -> String {
    spoken("row_verdict", verdict.as_str())
}

fn looked(desk: &Desk, request: &Request<'_>, sampled: &SampledRow) -> Result<Looked, Fault> {
    let row = &sampled.row;
    let id = row.conversation.clone().unwrap_or_default();
    let conversation = desk.app.conversation_at(desk.present(), &id)?;
    let zone = request.view.zone;
    let offers = RowVerdict::ALL.into_iter().enumerate();
    let offers = offers.map(|(place, verdict)| Offer {
        word: verdict.as_str(),
        label: label(verdict),
        key: place + 1,
        is_given: sampled.verdict == Some(verdict),
    });
    let mut facts = vec![
        date::second(row.at, zone),
        worth(request.report, row.value),
        super::verdict::read_words(row.reason, zone),
    ];
    facts.extend(row.key.iter().map(|(name, value)| desk.label(name, value)));
    facts.retain(|fact| !fact.is_empty());
    Ok(Looked {
        href: format!("/conversations/{}#{}", encode(&id), request.report.id),
        conversation: id,
        counted_at: row.at.to_string(),
        facts: facts.join(" · "),
        entries: around(entries(desk, &conversation, zone), row.at),
        offers: offers.collect(),
    })
}

/// The lines around the instant that counts.
fn around(entries: Vec<Entry>, at: Timestamp) -> Vec<Entry> {
    let is_before = |entry: &Entry| {
        let written = Timestamp::parse(&entry.exact);
        written.map_or(true, |written| written < at)
    };
    let here = entries.iter().take_while(|entry| is_before(entry)).count();
    let from = here.saturating_sub(AROUND.0);
    let shown = entries.into_iter().skip(from);
    shown.take(AROUND.0 + AROUND.1).collect()
}
