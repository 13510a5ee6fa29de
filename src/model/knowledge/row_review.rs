//! What admins said of rows that numbers count: the last word on each holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::event::{RowReviewed, RowVerdict};
use crate::model::{ConversationId, Timestamp};

/// The last word on a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowReview {
    /// When.
    pub at: Timestamp,
    /// The conversation of the row.
    pub conversation: ConversationId,
    /// The instant by which the row counts.
    pub counted_at: Timestamp,
    /// What was said.
    pub verdict: RowVerdict,
}

/// The words on rows, by report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowReviews(BTreeMap<String, Vec<RowReview>>);

impl RowReviews {
    pub(super) fn take(&mut self, at: Timestamp, reviewed: &RowReviewed) {
        let all = self.0.entry(reviewed.report.clone()).or_default();
        let is_same = |one: &RowReview| {
            one.conversation == reviewed.conversation && one.counted_at == reviewed.counted_at
        };
        all.retain(|one| !is_same(one));
        all.push(RowReview {
            at,
            conversation: reviewed.conversation.clone(),
            counted_at: reviewed.counted_at,
            verdict: reviewed.verdict,
        });
    }

    /// The words on the rows of a report, the last said last.
    pub fn of(&self, report: &str) -> &[RowReview] {
        self.0.get(report).map_or(&[], Vec::as_slice)
    }

    /// Every report of which rows were looked at, with the words on them.
    pub fn all(&self) -> impl Iterator<Item = (&str, &[RowReview])> {
        let all = self.0.iter();
        all.map(|(report, words)| (report.as_str(), words.as_slice()))
    }
}
