//! How many figures an answer may hold. What would be larger is refused before it is made:
//! nobody reads it, and it would take the memory of everybody else.

use std::collections::BTreeSet;

use super::answer::Answer;
use super::selection::Selection;
use crate::metrics::{Buckets, Period};
use crate::model::Invalid;
use crate::report::ask::KeyValue;

/// The most figures of one answer: series times buckets.
const MAX_FIGURES: usize = 200_000;

/// The most numbers that an own field may take where it names series.
const MAX_NUMBERS: usize = 50;

impl Selection<'_> {
    /// The answer, unless it has too many figures; top lists have `count` series.
    pub(super) fn bounded_answer(&self, window: Period, count: usize) -> Result<Answer, Invalid> {
        let codes = &self.scope.facts.dictionaries;
        let cards = self.cut.iter().map(|cut| cut.card(codes) as usize + 1);
        let possible = cards.fold(self.buckets.len(), usize::saturating_mul);
        if possible > MAX_FIGURES && self.buckets.len() > 1 {
            // As one bucket it has the same series, and of each a single figure.
            self.check_size(&self.uncut(window).answer(count))?;
        }
        let answer = self.answer(count);
        self.check_size(&answer)?;
        self.check_numbers(&answer)?;
        Ok(answer)
    }

    /// An own field that is a number is no name of a group where it takes many values.
    fn check_numbers(&self, answer: &Answer) -> Result<(), Invalid> {
        let Some(field) = self.own_cut_field() else {
            return Ok(());
        };
        let values = answer
            .series
            .iter()
            .filter_map(|series| series.key.get(field));
        let numbers: BTreeSet<String> = values
            .map(KeyValue::to_text)
            .filter(|text| text.parse::<f64>().is_ok())
            .collect();
        if numbers.len() <= MAX_NUMBERS {
            return Ok(());
        }
        let reason = format!(
            "{field} takes {} different numbers in the window; expected at most {MAX_NUMBERS}: \
             filter by it, or choose another field",
            numbers.len()
        );
        Err(Invalid::new("by", reason))
    }

    fn check_size(&self, answer: &Answer) -> Result<(), Invalid> {
        let (series, buckets) = (answer.series.len(), self.buckets.len());
        let figures = series.saturating_mul(buckets);
        if figures <= MAX_FIGURES {
            return Ok(());
        }
        let fields: Vec<&str> = self.cut.iter().map(|cut| cut.as_str()).collect();
        let reason = format!(
            "{} gives {series} series of {buckets} buckets, {figures} figures; expected at most \
             {MAX_FIGURES}: take a longer `every`, a shorter window, fewer fields, or a filter \
             such as where.{}",
            fields.join(","),
            fields.last().copied().unwrap_or("channel"),
        );
        Err(Invalid::new("by", reason))
    }

    /// The same with the window as one bucket.
    fn uncut(&self, window: Period) -> Self {
        Self {
            buckets: Buckets::whole(window),
            ..self.again()
        }
    }
}
