//! The registry: every report, in the order in which lists show them.
//!
//! Adding a report is adding an entry and its test.

mod agent;
mod job;
mod question;
mod service;
mod team;

use super::dimension::Dimension;
use super::entry::{Measure, Report, Source};
use super::judge::Judged;
use super::result::Figures;
use crate::metrics::{
    BacklogRow, Cell, EpisodeRow, FeedbackRow, JobRow, MessageRow, PromiseRow, QuestionRow,
    ResponseRow, StatusRow, StayRow, SurveyRow, TicketMessageRow, TicketRow,
};
use crate::model::Invalid;

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

impl Report {
    /// The fields that the report can be cut and filtered by.
    pub fn fields(&self) -> Vec<Dimension> {
        self.dimensions()
            .iter()
            .copied()
            .filter(|dimension| !dimension.is_unasked() || *dimension == Dimension::Declined)
            .filter(|dimension| *dimension != Dimension::Kind)
            .collect()
    }

    fn dimensions(&self) -> &'static [Dimension] {
        match &self.source {
            Source::Episodes(_) => EpisodeRow::DIMENSIONS,
            Source::Messages(_) => MessageRow::DIMENSIONS,
            Source::Responses(_) => ResponseRow::DIMENSIONS,
            Source::Questions(_) | Source::Reports => QuestionRow::DIMENSIONS,
            Source::Feedback(_) => FeedbackRow::DIMENSIONS,
            Source::Surveys(_) => SurveyRow::DIMENSIONS,
            Source::Tickets(..) => TicketRow::DIMENSIONS,
            Source::TicketMessages(_) => TicketMessageRow::DIMENSIONS,
            Source::Stays(_) => StayRow::DIMENSIONS,
            Source::Promises(_) => PromiseRow::DIMENSIONS,
            Source::Jobs(_) => JobRow::DIMENSIONS,
            Source::Statuses => StatusRow::DIMENSIONS,
            Source::Backlog => BacklogRow::DIMENSIONS,
        }
    }

    /// The report's dimension that `asked` names, if it has one.
    pub(super) fn own(&self, asked: Dimension) -> Option<Dimension> {
        self.dimensions()
            .iter()
            .copied()
            .find(|known| *known == asked)
            .or_else(|| self.of_that_name(asked))
    }

    /// The dimension to filter by: own fields are of what has a contact.
    pub(super) fn filtered(&self, asked: Dimension) -> Option<Dimension> {
        if asked == Dimension::Own {
            let has_contact = self.dimensions().contains(&Dimension::Contact);
            return has_contact.then_some(asked);
        }
        self.own(asked)
    }

    /// A dimension of another kind by the same name, such as why a job was declined.
    fn of_that_name(&self, asked: Dimension) -> Option<Dimension> {
        let mut same = self.fields().into_iter();
        same.find(|known| known.as_str() == asked.as_str())
    }

    /// The refusal of a dimension that the report does not have.
    pub(super) fn unknown(&self, field: &str, asked: Dimension) -> Invalid {
        let names: Vec<&str> = self
            .fields()
            .iter()
            .map(|dimension| dimension.as_str())
            .collect();
        let reason = format!(
            "{} has no `{}`; expected one of {}",
            self.id,
            asked.as_str(),
            names.join(", ")
        );
        Invalid::new(field, reason)
    }

    /// The figures that a cell comes to.
    pub(super) fn figures(&self, cell: &Cell) -> Figures {
        match self.measure {
            Measure::Count
            | Measure::TopCount
            | Measure::TopList
            | Measure::Declined
            | Measure::AtRisk => Figures::count(cell),
            Measure::ContactDeclined => Figures::contact_declined(cell),
            Measure::Ratings => Figures::ratings(cell),
            Measure::Ratio => Figures::ratio(cell),
            Measure::Duration | Measure::TopDuration => Figures::duration(cell),
            Measure::HandoffOutcomes => Figures::handoff_outcomes(cell),
            Measure::Deflection => Figures::deflection(cell),
            Measure::Csat => Figures::csat(cell),
            Measure::Stages => Figures::stages(cell),
            Measure::Level
            | Measure::Peak
            | Measure::StatusTime
            | Measure::WorkingTime
            | Measure::Composite(_) => Figures::level(None),
        }
    }
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
