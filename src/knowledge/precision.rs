//! How far the rows of numbers hold that admins looked at: the share that is right, with its interval.
//!
//! A row is right where what happened was right and counts rightly; wrong, "should have handed off" and
//! "outcome disputed" are all against it. The interval is Wilson's, of what was looked at.

use super::Library;
use crate::metrics::wilson;
use crate::model::Timestamp;
use crate::model::event::RowVerdict;
use crate::model::knowledge::RowReview;

/// How many of the rows that were looked at are right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Precision {
    /// How many were looked at.
    pub judged: usize,
    /// How many of them are right.
    pub right: usize,
    /// The lower end of the share, 0 to 1.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// When the last word was said.
    pub last_at: Option<Timestamp>,
}

impl Precision {
    /// The precision of some rows.
    pub fn of<'a>(reviews: impl Iterator<Item = &'a RowReview>) -> Self {
        let mut precision = Self::default();
        for review in reviews {
            precision.judged += 1;
            precision.right += usize::from(review.verdict == RowVerdict::Right);
            precision.last_at = precision.last_at.max(Some(review.at));
        }
        let interval = wilson(precision.right as u64, precision.judged as u64);
        if let Some(interval) = interval {
            (precision.low, precision.high) = (interval.low, interval.high);
        }
        precision
    }

    /// The share of right ones; none where none was looked at.
    pub fn share(&self) -> Option<f64> {
        (self.judged > 0).then(|| self.right as f64 / self.judged as f64)
    }
}

impl Library {
    /// What was said last of the rows of a report.
    pub fn row_reviews(&self, report: &str) -> &[RowReview] {
        self.installation.knowledge.row_reviews.of(report)
    }

    /// The reports of which rows were looked at, each with its precision, for instance for the overview.
    pub fn reviewed_reports(&self) -> Vec<(&str, Precision)> {
        let all = self.installation.knowledge.row_reviews.all();
        all.map(|(report, reviews)| (report, Precision::of(reviews.iter())))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ConversationId;

    #[test]
    fn what_is_not_right_counts_against_it_whatever_was_wrong() {
        let review = |verdict| RowReview {
            at: Timestamp::MIN,
            conversation: ConversationId::parse("c").unwrap(),
            counted_at: Timestamp::MIN,
            verdict,
        };
        let mut reviews: Vec<RowReview> = RowVerdict::ALL.into_iter().map(review).collect();
        reviews.extend((0..6).map(|_| review(RowVerdict::Right)));
        let precision = Precision::of(reviews.iter());
        assert_eq!((precision.judged, precision.right), (10, 7));
        // Wilson's interval of 7 of 10 at 95 percent, worked by hand: 0.3968 to 0.8922.
        assert!((precision.low - 0.3968).abs() < 5e-4, "{precision:?}");
        assert!((precision.high - 0.8922).abs() < 5e-4, "{precision:?}");
        assert_eq!(Precision::of([].iter()).share(), None);
    }
}
