//! The vertical scale: from a value to a height, and round values to label it.

use crate::report::Unit;
use crate::web::ui::figure;

/// Round durations in seconds.
const SECONDS: [f64; 26] = [
    1.0,
    2.0,
    5.0,
    10.0,
    15.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    900.0,
    1_800.0,
    3_600.0,
    7_200.0,
    10_800.0,
    14_400.0,
    21_600.0,
    43_200.0,
    86_400.0,
    172_800.0,
    345_600.0,
    604_800.0,
    1_209_600.0,
    2_592_000.0,
    5_184_000.0,
    10_368_000.0,
];

/// How many lines a chart has at most above its base.
const LINES: f64 = 4.0;

/// A linear scale from zero.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::web::ui) struct Scale {
    unit: Unit,
    step: f64,
    top: f64,
}

impl Scale {
    /// A scale of `unit` that holds every value up to `most`; shares always have it whole.
    pub(in crate::web::ui) fn new(unit: Unit, most: f64) -> Self {
        let most = if most.is_finite() { most.max(0.0) } else { 0.0 };
        let step = match unit {
            Unit::Share => 0.25,
            Unit::Seconds => seconds_step(most),
            Unit::Score => 1.0,
            Unit::Count => round_step(most / LINES).max(1.0),
        };
        let top = match unit {
            Unit::Share => 1.0,
            Unit::Score => 5.0,
            _ => (most / step).ceil().max(1.0) * step,
        };
        Self { unit, step, top }
    }

    /// How far below the top of a plot of `height` a value is.
    pub(in crate::web::ui) fn y(&self, value: f64, height: f64) -> f64 {
        let share = (value / self.top).clamp(0.0, 1.0);
        height * (1.0 - share)
    }

    /// The labelled values, from zero up.
    pub(in crate::web::ui) fn ticks(&self) -> Vec<(f64, String)> {
        let mut ticks = Vec::new();
        let mut value = 0.0;
        while value <= self.top + self.step / 1000.0 && ticks.len() < 12 {
            ticks.push((value, self.label(value)));
            value += self.step;
        }
        ticks
    }

    pub(in crate::web::ui) fn label(&self, value: f64) -> String {
        match self.unit {
            Unit::Count | Unit::Score => figure::count(value),
            Unit::Share => format!("{:.0}\u{202f}%", value * 100.0),
            Unit::Seconds => figure::round_duration(value),
        }
    }
}

fn seconds_step(most: f64) -> f64 {
    let wanted = most / LINES;
    let step = SECONDS.into_iter().find(|step| *step >= wanted);
    step.unwrap_or_else(|| round_step(wanted / 86_400.0) * 86_400.0)
}

/// The next of 1, 2, 5 × a power of ten.
fn round_step(wanted: f64) -> f64 {
    if wanted <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(wanted.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    let fits = |step: &f64| *step >= wanted * (1.0 - 1e-9);
    steps.into_iter().find(fits).unwrap_or(power * 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(unit: Unit, most: f64) -> Vec<String> {
        let ticks = Scale::new(unit, most).ticks();
        ticks.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn labels_are_round_in_each_unit() {
        assert_eq!(labels(Unit::Count, 37.0), ["0", "10", "20", "30", "40"]);
        assert_eq!(labels(Unit::Count, 1.0), ["0", "1"]);
        assert_eq!(
            labels(Unit::Count, 4_100.0),
            ["0", "2,000", "4,000", "6,000"]
        );
        assert_eq!(
            labels(Unit::Seconds, 7_000.0),
            ["0", "30 m", "1 h", "1 h 30 m", "2 h"]
        );
        assert_eq!(labels(Unit::Share, 0.02).len(), 5);
    }

    #[test]
    fn every_value_lies_in_the_plot_whatever_it_is() {
        for unit in [Unit::Count, Unit::Share, Unit::Seconds] {
            for most in [0.0, 0.3, 1.0, 999.0, 1e9, f64::NAN, f64::INFINITY, -5.0] {
                let scale = Scale::new(unit, most);
                let ticks = scale.ticks();
                assert!((2..12).contains(&ticks.len()), "{unit:?} {most}: {ticks:?}");
                for value in [0.0, most, -1.0] {
                    let y = scale.y(value, 200.0);
                    assert!(y.is_nan() == value.is_nan());
                    assert!(y.is_nan() || (0.0..=200.0).contains(&y));
                }
            }
        }
    }
}
