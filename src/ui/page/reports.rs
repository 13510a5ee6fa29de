//! `/reports`: every report by area, found by the questions that it answers.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query as Parameters, State};
use axum::response::Response;

use super::{Answer, Frame, given, make};
use crate::app::App;
use crate::report::{Area, Report, registry};
use crate::ui::text::{Words, fill, t};
use crate::ui::url::Pairs;
use crate::ui::view::View;

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
pub(in crate::ui) async fn list_reports(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
) -> Response {
    make(app, move |_desk| {
        let (view, rest) = View::parse(&pairs)?;
        let sought = given(&rest, "q").unwrap_or_default().to_owned();
        let groups = groups(&sought, &view);
        let page = Reports {
            frame: Frame::new(t("reports.title"), "reports"),
            nothing: fill("reports.nothing", &[("sought", &sought)]),
            groups,
            sought,
        };
        Ok(Answer::Page(page.render()?))
    })
    .await
}

fn groups(sought: &str, view: &View) -> Vec<Group> {
    let groups = AREAS.into_iter().map(|(area, title)| {
        let of_area = registry::all().filter(|report| report.area == area);
        let reports = of_area.filter(|report| is_about(report, sought));
        Group {
            title: t(title),
            reports: reports
                .map(|report| Entry {
                    report,
                    href: view.at(&format!("/reports/{}", report.id)),
                })
                .collect(),
        }
    });
    groups.filter(|group| !group.reports.is_empty()).collect()
}

/// Whether every word of `sought` occurs in what the report says of itself.
fn is_about(report: &Report, sought: &str) -> bool {
    let questions = report.questions.join(" ");
    let all = format!(
        "{} {} {questions} {}",
        report.id, report.title, report.definition
    );
    let all = all.to_lowercase();
    let sought = sought.to_lowercase();
    let mut words = sought.split_whitespace();
    words.all(|word| all.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_found_by_its_questions_in_any_order_of_words() {
        let found = |sought: &str| -> Vec<&str> {
            let groups = groups(sought, &View::default());
            let reports = groups.into_iter().flat_map(|group| group.reports);
            reports.map(|entry| entry.report.id).collect()
        };
        assert!(found("BUSY it when").contains(&"messages_by_hour"));
        assert_eq!(found("").len(), registry::all().count());
        assert!(found("no such thing at all").is_empty());
    }
}
