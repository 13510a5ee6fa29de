//! Which things a top list shows: chosen by all their rows, before any further cut.
//!
//! A further cut splits the rows of each thing; it never changes which things are listed.

use super::selection::Selection;
use crate::report::registry::Measure;
use crate::report::result::{Series, SeriesKey};

/// The things of a list, the first first, by the values of the report's own cut.
pub(super) struct TopList(Vec<SeriesKey>);

impl TopList {
    /// The list of a report that is cut further than by itself; `None`: it is no such list.
    pub(super) fn of(selection: &Selection<'_>, count: usize) -> Option<Self> {
        let own = selection.report.fixed_cut;
        if selection.report.measure != Measure::TopCount || selection.cut.len() <= own.len() {
            return None;
        }
        let uncut = Selection {
            cut: own.to_vec(),
            ..selection.again()
        };
        let listed = uncut.answer(count).series.into_iter();
        Some(Self(listed.map(|series| series.key).collect()))
    }

    /// The series of what is listed, in the order of the list.
    pub(super) fn pick(self, series: Vec<(Series, u64)>) -> Vec<Series> {
        let mut picked: Vec<(usize, Series)> = series
            .into_iter()
            .filter_map(|(series, _)| {
                let is_of = |listed: &SeriesKey| {
                    let mut values = listed.iter();
                    values.all(|(field, value)| series.key.get(field) == Some(value))
                };
                Some((self.0.iter().position(is_of)?, series))
            })
            .collect();
        picked.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.key.cmp(&other.key)));
        picked.into_iter().map(|(_, series)| series).collect()
    }
}
