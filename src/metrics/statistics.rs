//! The statistics of a measure: Wilson's interval, and the spread of durations.

use serde::Serialize;

/// The two-sided 95 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Upper limits of the histogram's classes, in seconds; the last class has none.
pub const HISTOGRAM_SECS: [i64; 10] = [
    60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 259_200,
];

/// A 95 % confidence interval of a share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// Wilson's score interval without continuity correction; `None` for no cases.
///
/// E. B. Wilson, "Probable inference, the law of succession, and statistical
/// inference", 1927.
pub fn wilson(numerator: u64, denominator: u64) -> Option<Interval> {
    if denominator == 0 {
        return None;
    }
    let n = denominator as f64;
    let p = numerator as f64 / n;
    let spread = Z * Z / n;
    let centre = (p + spread / 2.0) / (1.0 + spread);
    let reach = Z / (1.0 + spread) * (p * (1.0 - p) / n + spread / (4.0 * n)).sqrt();
    Some(Interval {
        low: if numerator == 0 {
            0.0
        } else {
            (centre - reach).max(0.0)
        },
        high: if numerator == denominator {
            1.0
        } else {
            (centre + reach).min(1.0)
        },
    })
}

/// The spread of durations, in seconds; percentiles interpolate between raw values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// How many there are.
    pub count: u64,
    /// The arithmetic mean.
    pub mean: f64,
    /// The median.
    pub p50: f64,
    /// Nine in ten are at most this.
    pub p90: f64,
    /// Nineteen in twenty are at most this.
    pub p95: f64,
    /// The longest.
    pub max: f64,
    /// How many lie below each of [`HISTOGRAM_SECS`], and the rest.
    pub histogram: [u64; 11],
}

/// A duration in milliseconds, in the width that a pass holds it in.
pub trait Sample: Copy + Ord + Send + Sync + Default {
    /// The milliseconds.
    fn millis(self) -> i64;
    /// The sample of `millis`, which the width is known to hold.
    fn of(millis: i64) -> Self;
}

impl Sample for i64 {
    fn millis(self) -> i64 {
        self
    }

    fn of(millis: i64) -> Self {
        millis
    }
}

impl Sample for u32 {
    fn millis(self) -> i64 {
        i64::from(self)
    }

    fn of(millis: i64) -> Self {
        Self::try_from(millis).unwrap_or(Self::MAX)
    }
}

/// The spread of `values`, which it reorders; `None` when there are none.
pub fn spread<S: Sample>(values: &mut [S]) -> Option<Spread> {
    let max = values.iter().max()?.millis();
    let mut sum = 0_i128;
    // At most 2³² values of at most 2⁶³ fit, summed by blocks that an i64 holds.
    for block in values.chunks(1_024) {
        sum += block
            .iter()
            .map(|value| i128::from(value.millis()))
            .sum::<i128>();
    }
    let mut histogram = [0_u64; 11];
    for value in values.iter() {
        let limits = HISTOGRAM_SECS.iter();
        let class = limits
            .map(|limit| usize::from(value.millis() >= limit * 1000))
            .sum::<usize>();
        if let Some(count) = histogram.get_mut(class) {
            *count += 1;
        }
    }
    let [p50, p90, p95] = quantiles(values, [0.5, 0.9, 0.95]);
    Some(Spread {
        count: values.len() as u64,
        mean: sum as f64 / values.len() as f64 / 1000.0,
        p50,
        p90,
        p95,
        max: max as f64 / 1000.0,
        histogram,
    })
}

/// The percentiles at ranks `(n − 1)·p`, in seconds; `shares` ascend.
fn quantiles<S: Sample, const N: usize>(values: &mut [S], shares: [f64; N]) -> [f64; N] {
    let count = values.len();
    let mut rest = values;
    let mut passed = 0;
    shares.map(|share| {
        let rank = count.saturating_sub(1) as f64 * share;
        let below = rank.floor();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank within the slice"
        )]
        let index = (below as usize).saturating_sub(passed);
        let taken = std::mem::take(&mut rest);
        if index >= taken.len() {
            return 0.0;
        }
        let (_, low, above) = taken.select_nth_unstable(index);
        let low = low.millis() as f64;
        let high = above
            .iter()
            .min()
            .map_or(low, |value| value.millis() as f64);
        // The next rank is not lower, so what lies below this one is done with.
        let (_, kept) = taken.split_at_mut(index);
        passed += index;
        rest = kept;
        (low + (high - low) * (rank - below)) / 1000.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_matches_figures_worked_by_hand() {
        let one = wilson(1, 4).unwrap();
        assert!((one.low - 0.045_587_260_809_700_575).abs() < 1e-12);
        assert!((one.high - 0.699_358_157_417_597_3).abs() < 1e-12);
        let none = wilson(0, 1).unwrap();
        assert!(none.low.abs() < 1e-12 && (none.high - 0.793_450_685_622_762_6).abs() < 1e-12);
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn percentiles_interpolate_and_one_value_is_all_of_them() {
        let two = spread(&mut [600_000_i64, 60_000]).unwrap();
        assert!((two.p90 - 546.0).abs() < 1e-9 && (two.p95 - 573.0).abs() < 1e-9);
        let one = spread(&mut [60_000_u32]).unwrap();
        assert!((one.p50 - 60.0).abs() < 1e-9 && (one.p95 - 60.0).abs() < 1e-9);
        assert_eq!(one.histogram, [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(spread::<u32>(&mut []), None);
    }
}
