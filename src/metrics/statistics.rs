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
    let mut below = [0_u64; HISTOGRAM_SECS.len()];
    let limits = HISTOGRAM_SECS.map(|secs| S::of(secs * 1000));
    // By blocks that stay in the cache, whose sum an i64 holds.
    for block in values.chunks(1_024) {
        sum += i128::from(block.iter().map(|value| value.millis()).sum::<i64>());
        for (count, limit) in below.iter_mut().zip(limits) {
            *count += block.iter().filter(|value| **value < limit).count() as u64;
        }
    }
    let count = values.len() as u64;
    let mut histogram = [0; 11];
    let mut before = 0;
    for (class, upto) in histogram.iter_mut().zip(below.into_iter().chain([count])) {
        *class = upto - before;
        before = upto;
    }
    let [p50, p90, p95] = quantiles(values, [0.5, 0.9, 0.95]);
    Some(Spread {
        count,
        mean: sum as f64 / values.len() as f64 / 1000.0,
        p50,
        p90,
        p95,
        max: max as f64 / 1000.0,
        histogram,
    })
}

/// The spread of `runs`, each in order, that add up to `sum` milliseconds; `None` when all
/// are empty.
pub(super) fn spread_of_runs<S: Sample>(runs: &[&[S]], sum: i128) -> Option<Spread> {
    let max = runs.iter().filter_map(|run| run.last()).max()?.millis();
    let count: usize = runs.iter().map(|run| run.len()).sum();
    let below = HISTOGRAM_SECS.map(|secs| {
        let limit = S::of(secs * 1000);
        let below = |run: &&[S]| run.partition_point(|value| *value < limit);
        runs.iter().map(below).sum::<usize>() as u64
    });
    let mut histogram = [0; 11];
    let mut before = 0;
    for (class, upto) in histogram
        .iter_mut()
        .zip(below.into_iter().chain([count as u64]))
    {
        *class = upto - before;
        before = upto;
    }
    let at = |share: f64| {
        let rank = count.saturating_sub(1) as f64 * share;
        let low = rank_of(runs, whole(rank.floor())) as f64;
        if rank.fract() == 0.0 {
            return low / 1000.0;
        }
        let high = rank_of(runs, whole(rank.ceil())) as f64;
        (low + (high - low) * rank.fract()) / 1000.0
    };
    Some(Spread {
        count: count as u64,
        mean: sum as f64 / count as f64 / 1000.0,
        p50: at(0.5),
        p90: at(0.9),
        p95: at(0.95),
        max: max as f64 / 1000.0,
        histogram,
    })
}

/// The value at `rank` of all runs together, by halving the values between which it lies.
fn rank_of<S: Sample>(runs: &[&[S]], rank: usize) -> i64 {
    let ends = |run: &&[S]| Some((run.first()?.millis(), run.last()?.millis()));
    let ends = runs.iter().filter_map(ends);
    let bounds = ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let (mut low, mut high) = bounds.unwrap_or_default();
    // Of each run, how many are surely not above the rank, and which surely are.
    let mut between: Vec<(usize, usize)> = runs.iter().map(|run| (0, run.len())).collect();
    let mut cuts = vec![0; runs.len()];
    while low < high {
        let middle = low.midpoint(high);
        let mut upto = 0;
        for ((run, (from, to)), cut) in runs.iter().zip(&between).zip(&mut cuts) {
            let rest = run.get(*from..*to).unwrap_or_default();
            *cut = from + rest.partition_point(|value| value.millis() <= middle);
            upto += *cut;
        }
        let above = upto > rank;
        for ((from, to), cut) in between.iter_mut().zip(&cuts) {
            *(if above { to } else { from }) = *cut;
        }
        if above {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The percentiles at ranks `(n − 1)·p`, in seconds.
fn quantiles<S: Sample, const N: usize>(values: &mut [S], shares: [f64; N]) -> [f64; N] {
    let ranks = shares.map(|share| values.len().saturating_sub(1) as f64 * share);
    let mut wanted: Vec<usize> = ranks
        .iter()
        .flat_map(|rank| [whole(rank.floor()), whole(rank.ceil())])
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let picks = nth(values, &wanted);
    let at = |rank: f64| {
        let place = wanted.binary_search(&whole(rank)).ok();
        let value = place.and_then(|place| picks.get(place));
        value.map_or(0.0, |value| value.millis() as f64)
    };
    ranks.map(|rank| {
        let (low, high) = (at(rank.floor()), at(rank.ceil()));
        (low + (high - low) * (rank - rank.floor())) / 1000.0
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank within a slice"
)]
const fn whole(rank: f64) -> usize {
    rank as usize
}

/// From how many values on it pays to count before choosing.
const MANY: usize = 1 << 15;

/// The values at ascending `ranks` of the sorted `values`, which it may reorder.
fn nth<S: Sample>(values: &mut [S], ranks: &[usize]) -> Vec<S> {
    if values.len() < MANY {
        return select(values, ranks);
    }
    let least = values.iter().min().map_or(0, |value| value.millis());
    let most = values.iter().max().map_or(0, |value| value.millis());
    let Some(range) = most.checked_sub(least) else {
        return select(values, ranks);
    };
    // Two passes: how many fall into each of 65,536 classes, then those of the few
    // classes that a rank lies in.
    let shift = (64 - range.leading_zeros()).saturating_sub(16);
    let class = |value: &S| usize::try_from((value.millis() - least) >> shift).unwrap_or(0);
    let mut counts = vec![0_usize; 1 << 16];
    for value in values.iter() {
        if let Some(count) = counts.get_mut(class(value)) {
            *count += 1;
        }
    }
    let mut before = 0;
    let mut places: Vec<(usize, usize)> = Vec::with_capacity(ranks.len());
    for (number, count) in counts.iter().enumerate() {
        while let Some(rank) = ranks
            .get(places.len())
            .filter(|rank| **rank < before + count)
        {
            places.push((number, rank - before));
        }
        before += count;
    }
    let mut lists: Vec<(usize, Vec<S>)> = Vec::new();
    for (number, _) in &places {
        if lists.last().is_none_or(|(last, _)| last != number) {
            lists.push((*number, Vec::new()));
        }
    }
    let mut slots = vec![u8::MAX; 1 << 16];
    for (slot, (number, _)) in (0_u8..).zip(&lists) {
        if let Some(place) = slots.get_mut(*number) {
            *place = slot;
        }
    }
    for value in values.iter() {
        let slot = slots.get(class(value)).copied().unwrap_or(u8::MAX);
        if let Some((_, list)) = lists.get_mut(usize::from(slot)) {
            list.push(*value);
        }
    }
    places
        .into_iter()
        .map(|(number, rank)| {
            let list = lists.iter_mut().find(|(other, _)| *other == number);
            let value = list.map(|(_, list)| select(list, &[rank]));
            value
                .and_then(|value| value.first().copied())
                .unwrap_or_default()
        })
        .collect()
}

/// The values at ascending `ranks`, by choosing in what is left above the one before.
fn select<S: Sample>(values: &mut [S], ranks: &[usize]) -> Vec<S> {
    let mut passed = 0;
    let mut picks = Vec::with_capacity(ranks.len());
    for rank in ranks {
        let rest = values.get_mut(passed..).unwrap_or_default();
        let Some(place) = rank.checked_sub(passed).filter(|place| *place < rest.len()) else {
            picks.push(S::default());
            continue;
        };
        let (_, value, _) = rest.select_nth_unstable(place);
        picks.push(*value);
        passed = *rank;
    }
    picks
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
    fn counting_before_choosing_gives_what_sorting_gives() {
        let mut seed = 7_u64;
        let mut next = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(99);
            seed >> 33
        };
        for spread_out in [1, 3_000, 4_000_000] {
            let mut values: Vec<i64> = (0..MANY + 1_001)
                .map(|_| i64::try_from(next() % spread_out).unwrap() - 50)
                .collect();
            let ranks = [0, 5, 17_000, 17_001, 30_000, MANY + 1_000];
            let counted = nth(&mut values.clone(), &ranks);
            values.sort_unstable();
            let sorted: Vec<i64> = ranks.iter().map(|rank| values[*rank]).collect();
            assert_eq!(counted, sorted);
        }
    }

    #[test]
    fn ordered_runs_give_what_all_their_values_give() {
        let mut seed = 11_u64;
        for lengths in [vec![1], vec![2, 0, 1], vec![700, 1, 299], vec![3; 40]] {
            let mut runs: Vec<Vec<u32>> = Vec::new();
            for length in lengths {
                let mut run: Vec<u32> = (0..length)
                    .map(|_| {
                        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(7);
                        u32::try_from(seed >> 45).unwrap()
                    })
                    .collect();
                run.sort_unstable();
                runs.push(run);
            }
            let mut all = runs.concat();
            let sum = all.iter().map(|value| i128::from(*value)).sum();
            let runs: Vec<&[u32]> = runs.iter().map(Vec::as_slice).collect();
            assert_eq!(spread_of_runs(&runs, sum), spread(&mut all));
        }
        assert_eq!(spread_of_runs::<i64>(&[&[]], 0), None);
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
