//! `/reports`: every report by topic or by question, found by what it answers, the chosen one beside the list.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::Query as Parameters;
use axum::response::Response;

use super::{Answer, Frame, Visit, field_of, make};
use crate::app::{ReportMatch, match_reports};
use crate::model::Language;
use crate::report::{Area, Measure, Report, registry};
use crate::web::ui::desk::Desk;
use crate::web::ui::panel::Panel;
use crate::web::ui::panel::overview::{PanelForm, Wish, panel};
use crate::web::ui::text::{Reader, Words, definition_of, fill, questions_of, t, title_of};
use crate::web::ui::url::{Pairs, pair};
use crate::web::ui::view::View;

/// The word of an address for the order by question.
const BY_QUESTION: &str = "questions";

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
    /// What it is called in the list: its title, or a question that it answers.
    name: &'static str,
    /// What stands below that; empty: nothing.
    below: &'static str,
    href: String,
    is_shown: bool,
}

/// The report beside the list.
struct Shown {
    panel: Option<Panel>,
    /// Of one that shows others side by side: these.
    tiles: Vec<Panel>,
    questions: Vec<&'static str>,
    definition: String,
    href: String,
}

/// What the list is asked.
#[derive(Clone, Copy)]
struct Asked<'a> {
    view: &'a View,
    sought: &'a str,
    by_question: bool,
    /// The chosen report; empty: the first.
    report: &'a str,
}

#[derive(Template)]
#[template(path = "reports.html")]
struct Reports {
    frame: Frame,
    sought: String,
    hidden: Vec<(String, String)>,
    sorts: [(&'static str, String, bool); 2],
    groups: Vec<Group>,
    shown: Option<Shown>,
    nothing: String,
}

impl Asked<'_> {
    /// The address of the list with another report beside it, or in another order.
    fn at(self, by_question: bool, report: &str) -> String {
        let mut more = Vec::new();
        if !self.sought.is_empty() {
            more.push(pair("q", self.sought));
        }
        if by_question {
            more.push(pair("sort", BY_QUESTION));
        }
        if !report.is_empty() {
            more.push(pair("report", report));
        }
        self.view.at_with("/reports", more)
    }

    fn entry(self, report: &'static Report, name: &'static str, below: &'static str) -> Entry {
        Entry {
            report,
            name,
            below,
            href: self.at(self.by_question, report.id),
            is_shown: false,
        }
    }
}

/// The list of reports, those that `q` is found in.
pub(in crate::web::ui) async fn list_reports(
    visit: Visit,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(visit, move |desk| {
        let (view, rest) = View::parse(&pairs)?;
        let sought = field_of(&rest, "q").unwrap_or_default();
        let asked = Asked {
            view: &view,
            sought,
            by_question: field_of(&rest, "sort") == Some(BY_QUESTION),
            report: field_of(&rest, "report").unwrap_or_default(),
        };
        let mut groups = groups(asked);
        let shown = shown(desk, asked, &mut groups);
        let sort = |name, by_question| {
            let is_current = by_question == asked.by_question;
            (t(name), asked.at(by_question, asked.report), is_current)
        };
        let page = Reports {
            frame: desk.frame(t("reports.title"), "reports"),
            nothing: fill("reports.nothing", &[("sought", sought)]),
            hidden: view.pairs(),
            sorts: [
                sort("reports.by_topic", false),
                sort("reports.by_question", true),
            ],
            groups,
            shown,
            sought: sought.to_owned(),
        };
        Ok(Answer::Page(page.render()?))
    })
    .await
}

/// The chosen report, else the first of the list, as it is beside it; it is marked there.
fn shown(desk: &Desk, asked: Asked<'_>, groups: &mut [Group]) -> Option<Shown> {
    let mut all = groups.iter_mut().flat_map(|group| &mut group.reports);
    let chosen = registry::find(asked.report);
    let entry = match chosen {
        Some(chosen) => all.find(|entry| entry.report.id == chosen.id),
        None => all.next(),
    };
    let report = chosen.or(entry.as_ref().map(|entry| entry.report))?;
    if let Some(entry) = entry {
        entry.is_shown = true;
    }
    let one = |id: &str, form| {
        let wish = Wish {
            form,
            ..Wish::default()
        };
        panel(desk, id, asked.view, wish)
    };
    let parts = match report.measure {
        Measure::Composite(parts) => parts,
        _ => &[],
    };
    let is_one = parts.is_empty();
    Some(Shown {
        panel: is_one.then(|| one(report.id, PanelForm::Usual)),
        tiles: parts.iter().map(|id| one(id, PanelForm::Tile)).collect(),
        questions: questions_of(report),
        definition: definition_of(report),
        href: asked.view.at(&format!("/reports/{}", report.id)),
    })
}

/// Every report by topic, or every question; of what is asked for, the answers in one list, the best
/// first.
fn groups(asked: Asked<'_>) -> Vec<Group> {
    let sought = asked.sought;
    let entry = |report: &'static Report, question: &'static str| {
        asked.entry(report, title_of(report), question)
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
    if asked.by_question {
        return vec![by_question(asked)];
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

/// Every question in the order of the alphabet, with the report that answers it.
fn by_question(asked: Asked<'_>) -> Group {
    let mut reports: Vec<Entry> = Vec::new();
    for report in registry::all() {
        for question in questions_of(report) {
            reports.push(asked.entry(report, question, title_of(report)));
        }
    }
    reports.sort_by_key(|entry| entry.name.to_lowercase());
    Group {
        title: t("reports.questions"),
        reports,
    }
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
            let view = View::default();
            let asked = Asked {
                view: &view,
                sought,
                by_question: false,
                report: "",
            };
            let groups = groups(asked);
            let reports = groups.into_iter().flat_map(|group| group.reports);
            reports.map(|entry| entry.report.id).collect()
        };
        assert_eq!(ids_of("BUSY it when").first(), Some(&"messages_by_hour"));
        assert_eq!(ids_of("").len(), registry::all().count());
        assert!(ids_of("zebra crossings").is_empty());
    }
}
