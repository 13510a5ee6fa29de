//! The fields that a report can be cut and filtered by.

use super::entry::{Measure, Report};
use super::source::{Judgement, Source, SourceVisitor};
use crate::metrics::{BacklogRow, Facts, QuestionRow, StatusRow, Table};
use crate::model::Invalid;
use crate::report::ask::Dimension;
use crate::report::judge::ReportRow;

/// Finds the dimensions that the rows of a source have.
struct DimensionsOf;

impl SourceVisitor for DimensionsOf {
    type Output = &'static [Dimension];

    fn table<R: ReportRow>(
        self,
        _judgement: &Judgement<R>,
        _table: fn(&Facts) -> &Table<R>,
    ) -> Self::Output {
        R::DIMENSIONS
    }

    fn backlog(self) -> Self::Output {
        BacklogRow::DIMENSIONS
    }

    fn statuses(self) -> Self::Output {
        StatusRow::DIMENSIONS
    }

    fn composite(self) -> Self::Output {
        QuestionRow::DIMENSIONS
    }
}

impl Report {
    /// The fields that the report can be cut and filtered by.
    pub fn fields(&self) -> Vec<Dimension> {
        self.dimensions()
            .iter()
            .copied()
            .filter(|dimension| !dimension.is_key_only() || *dimension == Dimension::DeclineReason)
            .filter(|dimension| *dimension != Dimension::Kind)
            .collect()
    }

    /// Whether it is made of messages, or of times between them, which are not all there where
    /// the source gave only part of a conversation.
    pub(in crate::report) const fn reads_messages(&self) -> bool {
        match &self.source {
            Source::Messages(_) | Source::Responses(_) | Source::TicketMessages(_) => true,
            Source::Episodes(_) | Source::FirstWaits(..) => {
                matches!(self.measure, Measure::Duration)
            }
            _ => false,
        }
    }

    pub(super) fn dimensions(&self) -> &'static [Dimension] {
        self.source.accept(DimensionsOf)
    }

    /// The report's dimension that `named` names, if it has one.
    pub(in crate::report) fn own(&self, named: Dimension) -> Option<Dimension> {
        self.dimensions()
            .iter()
            .copied()
            .find(|dimension| *dimension == named)
            .or_else(|| self.of_that_name(named))
    }

    /// The dimension to filter by: own fields are of what has a contact.
    pub(in crate::report) fn filtered(&self, named: Dimension) -> Option<Dimension> {
        if named == Dimension::Own {
            let has_contact = self.dimensions().contains(&Dimension::Contact);
            return has_contact.then_some(named);
        }
        self.own(named)
    }

    /// A dimension of another kind by the same name, such as why a job was declined.
    fn of_that_name(&self, named: Dimension) -> Option<Dimension> {
        let mut same = self.fields().into_iter();
        same.find(|dimension| dimension.as_str() == named.as_str())
    }

    /// The refusal of a dimension that the report does not have.
    pub(in crate::report) fn unknown(&self, field: &str, named: Dimension) -> Invalid {
        let names: Vec<&str> = self
            .fields()
            .iter()
            .map(|dimension| dimension.as_str())
            .collect();
        let reason = format!(
            "{} has no `{}`; expected one of {}",
            self.id,
            named.as_str(),
            names.join(", ")
        );
        Invalid::new(field, reason)
    }
}
