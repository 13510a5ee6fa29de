//! The registry: every report, in the order in which lists show them.
//!
//! Adding a report is adding an entry and its test.

mod agent;
mod dashboards;
mod entry;
mod fields;
mod job;
mod question;
mod service;
mod source;
mod team;

pub use dashboards::{SHIPPED_DASHBOARDS, ShippedDashboard, shipped_dashboard};
pub use entry::{Area, Better, Measure, Report, Unit};
pub(super) use source::{Depends, Judgement, Source, SourceVisitor};

/// Every report.
pub fn all() -> impl Iterator<Item = &'static Report> {
    agent::REPORTS
        .iter()
        .chain(question::REPORTS)
        .chain(service::REPORTS)
        .chain(team::REPORTS)
        .chain(job::REPORTS)
}

/// The report called `id`.
pub fn find(id: &str) -> Option<&'static Report> {
    all().find(|report| report.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_every_entry_says_what_it_means() {
        let mut ids: Vec<&str> = all().map(|report| report.id).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for report in all() {
            assert!(
                report.definition.len() > 40,
                "{} needs a definition",
                report.id
            );
            assert!(report.definition.ends_with('.'), "{}", report.id);
            assert!(
                !report.questions.is_empty() && !report.bases.is_empty(),
                "{}",
                report.id
            );
            for dimension in report.cut.iter().chain(report.fixed_cut) {
                assert!(
                    report.dimensions().contains(dimension),
                    "{}: {dimension:?}",
                    report.id
                );
            }
            if let Measure::Composite(parts) = report.measure {
                assert!(
                    parts.iter().all(|part| find(part).is_some()),
                    "{}",
                    report.id
                );
            }
        }
    }
}
