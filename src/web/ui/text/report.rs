//! What reports and shipped dashboards say of themselves, in the reader's language.
//!
//! In English it is the registry's own; the other languages have theirs in files of their own,
//! held to the registry by a test.

use std::sync::LazyLock;

use super::{Catalogue, Reader, catalogue, filled};
use crate::model::Language;
use crate::report::Report;
use crate::report::registry::ShippedDashboard;

static NORWEGIAN: LazyLock<Catalogue> =
    LazyLock::new(|| catalogue(include_str!("reports/nb.toml")));
static SWEDISH: LazyLock<Catalogue> = LazyLock::new(|| catalogue(include_str!("reports/sv.toml")));
static DANISH: LazyLock<Catalogue> = LazyLock::new(|| catalogue(include_str!("reports/da.toml")));
static FINNISH: LazyLock<Catalogue> = LazyLock::new(|| catalogue(include_str!("reports/fi.toml")));
static GERMAN: LazyLock<Catalogue> = LazyLock::new(|| catalogue(include_str!("reports/de.toml")));

/// The sentences that many definitions share.
const SHARED: [&str; 7] = [
    "clock",
    "handled",
    "listed",
    "own",
    "pending",
    "prospects",
    "ranked",
];

fn of(language: Language) -> Option<&'static Catalogue> {
    match language {
        Language::English => None,
        Language::Norwegian => Some(&NORWEGIAN),
        Language::Swedish => Some(&SWEDISH),
        Language::Danish => Some(&DANISH),
        Language::Finnish => Some(&FINNISH),
        Language::German => Some(&GERMAN),
    }
}

fn own(language: Language, part: &str, id: &str) -> Option<&'static str> {
    let text = of(language)?.get(&format!("{part}.{id}"))?;
    Some(text.as_str())
}

/// The title of a report.
pub(in crate::web::ui) fn title_of(report: &Report) -> &'static str {
    let language = Reader::present().language;
    own(language, "title", report.id).unwrap_or(report.title)
}

/// The questions that a report answers.
pub(in crate::web::ui) fn questions_of(report: &Report) -> Vec<&'static str> {
    match own(Reader::present().language, "questions", report.id) {
        Some(questions) => questions.lines().collect(),
        None => report.questions.to_vec(),
    }
}

/// What a report means, to the letter.
pub(in crate::web::ui) fn definition_of(report: &Report) -> String {
    definition(Reader::present().language, report)
}

fn definition(language: Language, report: &Report) -> String {
    let Some(text) = own(language, "definition", report.id) else {
        return report.definition.to_owned();
    };
    let shared = SHARED.map(|name| (name, own(language, "shared", name).unwrap_or_default()));
    filled(text, &shared)
}

/// What a shipped dashboard is called.
pub(in crate::web::ui) fn name_of_shipped(dashboard: &ShippedDashboard) -> &'static str {
    let language = Reader::present().language;
    own(language, "dashboard", dashboard.id).unwrap_or(dashboard.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::registry;

    #[test]
    fn every_language_says_of_each_report_what_the_registry_says() {
        for language in Language::ALL.into_iter().skip(1) {
            let texts = of(language).unwrap();
            let code = language.code();
            for report in registry::all() {
                for part in ["title", "questions", "definition"] {
                    let text = own(language, part, report.id);
                    assert!(text.is_some(), "{code}: {part}.{}", report.id);
                }
                let questions = own(language, "questions", report.id).unwrap();
                assert_eq!(
                    questions.lines().count(),
                    report.questions.len(),
                    "{code}: {}",
                    report.id
                );
                let said = definition(language, report);
                assert!(!said.contains('{'), "{code}: {said}");
                assert!(said.len() * 2 > report.definition.len(), "{code}: {said}");
            }
            for dashboard in registry::SHIPPED_DASHBOARDS {
                assert!(
                    own(language, "dashboard", dashboard.id).is_some(),
                    "{code}: {}",
                    dashboard.id
                );
            }
            let kept =
                registry::all().count() * 3 + registry::SHIPPED_DASHBOARDS.len() + SHARED.len();
            assert_eq!(texts.len(), kept, "{code}");
        }
    }
}
