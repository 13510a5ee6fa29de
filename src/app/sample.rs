//! A sample of the rows behind a number, and how far the number holds by what was said of them.
//!
//! The sample is drawn by a seed: the same one draws the same rows again, and rows that come in since move
//! at most a few. What is said of a row is journalled by the row, not by the sample.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::draw::drawn;
use super::{App, Delivery, Error, Precision, Present, RowWish, WriteResult};
use crate::command::{Caller, Command, QuestionCommand};
use crate::model::event::{RowReviewed, RowVerdict};
use crate::model::knowledge::RowReview;
use crate::model::{ConversationId, Invalid, Timestamp};
use crate::report::{RowItem, RowQuery};

/// Of how many rows at most, the first of a number.
pub const MOST_DRAWN_FROM: usize = 50_000;

/// A sample.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Sample {
    /// What it was drawn by.
    pub seed: u64,
    /// Its rows, in order of their instants.
    pub items: Vec<SampledRow>,
    /// How many rows there are in all.
    pub total: usize,
    /// Whether there are more than are drawn from: only the first 50,000 are.
    pub is_cut: bool,
    /// How many of those looked at are right.
    pub precision: PrecisionView,
    /// The same of every row of the report that was ever looked at.
    pub report_precision: PrecisionView,
}

/// A row of a sample.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SampledRow {
    /// The row.
    #[serde(flatten)]
    pub row: RowItem,
    /// What was said of it last, if anything was.
    #[schema(value_type = Option<String>)]
    pub verdict: Option<RowVerdict>,
}

/// How many rows that were looked at are right.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PrecisionView {
    /// How many were looked at.
    pub judged: usize,
    /// How many of them are right.
    pub right: usize,
    /// Their share, 0 to 1; left out where none was looked at, as its interval is.
    pub share: Option<f64>,
    /// The lower end of its interval (Wilson, 95 %).
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

/// What somebody says of a row.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowJudgement {
    /// The row's conversation.
    #[schema(min_length = 1, max_length = 128)]
    pub conversation: String,
    /// The instant by which it counts, as the row says it.
    #[schema(format = DateTime)]
    pub counted_at: String,
    /// `right`, `wrong`, `should_have_handed_off` or `outcome_disputed`.
    #[schema(pattern = "^(right|wrong|should_have_handed_off|outcome_disputed)$")]
    pub verdict: String,
}

impl From<&Precision> for PrecisionView {
    fn from(precision: &Precision) -> Self {
        let share = precision.share();
        Self {
            judged: precision.judged,
            right: precision.right,
            share,
            low: share.map(|_| precision.low),
            high: share.map(|_| precision.high),
        }
    }
}

/// Draws a sample of rows of which `page` are the first; what was said of them is in `reviews`.
pub fn sample_of(rows: Vec<RowItem>, total: usize, seed: u64, reviews: &[RowReview]) -> Sample {
    let is_cut = total > rows.len();
    let items = drawn(rows, seed).into_iter().map(|row| SampledRow {
        verdict: review(reviews, &row).map(|said| said.verdict),
        row,
    });
    let items: Vec<SampledRow> = items.collect();
    let said = items.iter().filter_map(|one| review(reviews, &one.row));
    Sample {
        seed,
        precision: (&Precision::of(said)).into(),
        report_precision: (&Precision::of(reviews.iter())).into(),
        items,
        total,
        is_cut,
    }
}

/// The last word on a row.
fn review<'r>(reviews: &'r [RowReview], row: &RowItem) -> Option<&'r RowReview> {
    let of_it = |review: &&RowReview| {
        Some(review.conversation.as_str()) == row.conversation.as_deref()
            && review.counted_at == row.at
    };
    reviews.iter().find(of_it)
}

impl App {
    /// Draws a sample of the rows behind a number.
    pub fn sample_at(
        &self,
        present: &Present,
        wish: RowWish<'_>,
        seed: u64,
    ) -> Result<Delivery<Sample>, Error> {
        let wanted = RowQuery {
            after: 0,
            limit: MOST_DRAWN_FROM,
            ..wish.wanted.clone()
        };
        let page = self.ask_rows_at(present, wish.id, wish.query, &wanted)?;
        let library = self.knowledge_at(present);
        let reviews = library.row_reviews(wish.id);
        page.and_then(|page| Ok(sample_of(page.items, page.total, seed, reviews)))
    }

    /// Takes a word on a row of a report, from somebody who sees its conversation.
    pub fn judge_row(
        self: &Arc<Self>,
        caller: &Caller,
        report: &str,
        judgement: &RowJudgement,
    ) -> Result<WriteResult, Error> {
        let report = crate::report::registry::find(report)
            .ok_or_else(|| Error::unknown("report", report))?;
        let conversation = ConversationId::parse(&judgement.conversation)
            .map_err(|fault| Invalid::new("conversation", fault))?;
        let counted_at = Timestamp::parse(&judgement.counted_at)
            .map_err(|fault| Invalid::new("counted_at", fault.to_string()))?;
        let word = judgement.verdict.as_str();
        let verdict = RowVerdict::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == word);
        let verdict = verdict.ok_or_else(|| {
            let words = RowVerdict::ALL.map(RowVerdict::as_str).join(", ");
            Invalid::new("verdict", format!("`{word}` is none of {words}"))
        })?;
        // Whoever does not see it has nothing to say of it.
        self.conversation_at(&self.present_to(&caller.sight), conversation.as_str())?;
        let reviewed = RowReviewed {
            report: report.id.to_owned(),
            conversation,
            counted_at,
            verdict,
        };
        let command = Command::Question(QuestionCommand::ReviewRow(reviewed));
        self.write_now(caller, command)
    }
}
