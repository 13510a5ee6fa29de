//! `/reports`: every report by area, found by the questions that it answers.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::{Answer, Frame, Visit, field_of, make};
use crate::app::{ReportMatch, match_reports};
use crate::model::Language;
use crate::report::{Area, Report, registry};
use crate::web::ui::text::{Reader, Words, fill, questions_of, t, title_of};
use crate::web::ui::url::Pairs;
use crate::web::ui::view::View;

const AREAS: [(Area, &str); 6] = [
    (Area::CustomerAgent, "area.customer_agent"),
    (Area::Satisfaction, "area.satisfaction"),
    (Area::Team, "area.team"),
    (Area::Replies, "area.replies"),
    (Area::Planning, "area.planning"),
    (Area::Jobs, "area.jobs"),
];

struct Group {
    title: &'static str,
    reports: Vec<Entry>,
}

struct Entry {
    report: &'static Report,
    /// The question that it was found by; empty: none was asked.
    question: &'static str,
    href: String,
}

#[derive(Template)]
#[template(path = "reports.html")]
struct Reports {
    frame: Frame,
    sought: String,
    groups: Vec<Group>,
    nothing: String,
}

/// The list of reports, those that `q` is found in.
pub(in crate::web::ui) async fn list_reports(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| {
        let (view, rest) = View::parse(&pairs)?;
        let sought = field_of(&rest, "q").unwrap_or_default().to_owned();
        let groups = groups(&sought, &view);
        let page = Reports {
            frame: desk.frame(t("reports.title"), "reports"),
            nothing: fill("reports.nothing", &[("sought", &sought)]),
            groups,
            sought,
        };
        Ok(Answer::Page(page.render()?))
    })
    .await
}

/// Every report by area; of what is asked for, the answers in one list, the best first.
fn groups(sought: &str, view: &View) -> Vec<Group> {
    let entry = |report: &'static Report, question: &'static str| Entry {
        report,
        question,
        href: view.at(&format!("/reports/{}", report.id)),
    };
    if !sought.trim().is_empty() {
        let mut reports: Vec<Entry> = in_own_words(sought)
            .into_iter()
            .map(|(report, question)| entry(report, question))
            .collect();
        for hit in match_reports(sought) {
            if reports.iter().all(|known| known.report.id != hit.report.id) {
                reports.push(entry(hit.report, question_like(&hit)));
            }
        }
        let group = Group {
            title: t("reports.answers"),
            reports,
        };
        return std::iter::once(group)
            .filter(|group| !group.reports.is_empty())
            .collect();
    }
    let groups = AREAS.into_iter().map(|(area, title)| Group {
        title: t(title),
        reports: registry::all()
            .filter(|report| report.area == area)
            .map(|report| entry(report, ""))
            .collect(),
    });
    groups.filter(|group| !group.reports.is_empty()).collect()
}

/// In another language than English: the reports of whose title or question at least half of the
/// words are sought, the best first. The catalogue's own search knows English words.
fn in_own_words(sought: &str) -> Vec<(&'static Report, &'static str)> {
    if Reader::present().language == Language::English {
        return Vec::new();
    }
    let sought = sought.to_lowercase();
    let words: Vec<&str> = sought
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = Vec::new();
    for report in registry::all() {
        let best = questions_of(report).into_iter().map(|question| {
            let text = format!("{} {question}", title_of(report)).to_lowercase();
            let hits = words.iter().filter(|word| text.contains(**word)).count();
            (hits, question)
        });
        if let Some((hits, question)) = best.max_by_key(|(hits, _)| *hits)
            && hits > 0
            && hits * 2 >= words.len()
        {
            found.push((hits, report, question));
        }
    }
    found.sort_by_key(|(hits, ..)| Reverse(*hits));
    found
        .into_iter()
        .map(|(_, report, question)| (report, question))
        .collect()
}

/// The question that a report was found by, in the reader's language.
fn question_like(hit: &ReportMatch) -> &'static str {
    let questions = hit.report.questions.iter();
    let mut places = questions.zip(questions_of(hit.report));
    let place = places.find(|(english, _)| **english == hit.question);
    place.map_or(hit.question, |(_, own)| own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_found_by_its_questions_in_any_order_of_words() {
        let ids_of = |sought: &str| -> Vec<&str> {
            let groups = groups(sought, &View::default());
            let reports = groups.into_iter().flat_map(|group| group.reports);
            reports.map(|entry| entry.report.id).collect()
        };
        assert_eq!(ids_of("BUSY it when").first(), Some(&"messages_by_hour"));
        assert_eq!(ids_of("").len(), registry::all().count());
        assert!(ids_of("zebra crossings").is_empty());
    }
}
