//! The figures that a source itself gives of its conversations or tickets, kept until the import
//! is done, so that they can be set beside ours. They make no events.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::model::event::cmp_ids;
use crate::model::reconciliation::{
    FigureClock, MOST_MEASURED, MeasuredThing, SourceFigure, SourceFigures,
};

/// Stands for no value.
const NONE: u32 = u32::MAX;

/// A figure that a source gives.
pub(super) struct Measured {
    /// What the source calls it.
    pub(super) name: &'static str,
    /// The report of ours that says the same.
    pub(super) report: &'static str,
    /// Whether it is the first of a thing's rows that it is of.
    pub(super) is_first: bool,
    pub(super) clock: FigureClock,
    /// How exactly it is given, in seconds.
    pub(super) step_secs: u32,
}

impl Measured {
    /// A figure around the clock, to the second, of the first row.
    pub(super) const fn new(name: &'static str, report: &'static str) -> Self {
        Self {
            name,
            report,
            is_first: true,
            clock: FigureClock::Calendar,
            step_secs: 1,
        }
    }

    /// The same of the last row.
    pub(super) const fn of_last(self) -> Self {
        Self {
            is_first: false,
            ..self
        }
    }

    /// The same in working time.
    pub(super) const fn in_business_hours(self) -> Self {
        Self {
            clock: FigureClock::Business,
            ..self
        }
    }

    /// The same to the minute.
    pub(super) const fn in_minutes(self) -> Self {
        Self {
            step_secs: 60,
            ..self
        }
    }
}

/// The figures of a run.
#[derive(Default)]
pub(super) struct Figures {
    of: HashMap<Box<str>, Box<[u32]>, FixedState>,
    left_out: u64,
}

impl Figures {
    /// Whether there is room for what is said of a thing.
    pub(super) fn has_room(&self, thing: &str) -> bool {
        self.of.len() < MOST_MEASURED || self.of.contains_key(thing)
    }

    /// Notes that the figures of a thing are not kept.
    pub(super) const fn leave_out(&mut self) {
        self.left_out += 1;
    }

    /// Keeps a value of a thing; a later one replaces it, none leaves it as it is.
    pub(super) fn keep(&mut self, thing: &str, slot: usize, value: Option<u64>) {
        let value = value.and_then(|value| u32::try_from(value).ok());
        if !self.of.contains_key(thing) {
            self.of.insert(Box::from(thing), Box::default());
        }
        let Some(values) = self.of.get_mut(thing) else {
            return;
        };
        if values.len() <= slot {
            let mut longer = std::mem::take(values).into_vec();
            longer.resize(slot + 1, NONE);
            *values = longer.into_boxed_slice();
        }
        if let (Some(place), Some(value)) = (values.get_mut(slot), value) {
            *place = value;
        }
    }

    /// All of them, in the order of their things.
    pub(super) fn all(self, source: &str, measured: &[Measured]) -> SourceFigures {
        let figures = measured.iter().map(|one| SourceFigure {
            name: one.name.to_owned(),
            report: one.report.to_owned(),
            is_first: one.is_first,
            clock: one.clock,
            step_secs: one.step_secs,
        });
        let value = |values: &[u32], slot: usize| {
            let value = values.get(slot).copied();
            value.filter(|value| *value != NONE)
        };
        let things = self.of.into_iter().map(|(thing, values)| MeasuredThing {
            id: format!("{source}:{thing}"),
            values: (0..measured.len())
                .map(|slot| value(&values, slot))
                .collect(),
        });
        let mut things: Vec<MeasuredThing> = things.collect();
        things.sort_by(|one, other| cmp_ids(&one.id, &other.id));
        SourceFigures {
            figures: figures.collect(),
            things,
            left_out: self.left_out,
        }
    }
}
