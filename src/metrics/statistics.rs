//! The statistics of a measure: Wilson's interval, and the spread of durations.

use rayon::prelude::*;
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

/// The spread of all values of `slices` together; `None` when there are none. On all cores
/// where there are many.
pub fn spread<S: Sample>(slices: &[&[S]]) -> Option<Spread> {
    let count: usize = slices.iter().map(|slice| slice.len()).sum();
    let pieces: Vec<&[S]> = slices
        .iter()
        .flat_map(|slice| slice.chunks(PIECE))
        .collect();
    let first_look = |piece: &&[S]| FirstLook::of(piece);
    let all = if count > PIECE {
        let looks = pieces.par_iter().map(first_look);
        looks.reduce(FirstLook::default, FirstLook::and)
    } else {
        let looks = pieces.iter().map(first_look);
        looks.fold(FirstLook::default(), FirstLook::and)
    };
    let max = all.max?;
    let [p50, p90, p95] = quantiles(&pieces, count, [0.5, 0.9, 0.95]);
    Some(Spread {
        count: count as u64,
        mean: all.sum as f64 / count as f64 / 1000.0,
        p50,
        p90,
        p95,
        max: max.millis() as f64 / 1000.0,
        histogram: histogram(all.below, count as u64),
    })
}

/// How many values a thread looks at in one go.
const PIECE: usize = 1 << 14;

/// What one look at some values shows.
#[derive(Clone, Copy, Default)]
struct FirstLook<S> {
    max: Option<S>,
    sum: i128,
    /// How many are below each of [`HISTOGRAM_SECS`].
    below: [u64; HISTOGRAM_SECS.len()],
}

impl<S: Sample> FirstLook<S> {
    fn of(values: &[S]) -> Self {
        let mut look = Self {
            max: values.iter().max().copied(),
            ..Self::default()
        };
        let limits = HISTOGRAM_SECS.map(|secs| S::of(secs * 1000));
        // By blocks that stay in the cache, whose sum an i64 holds.
        for block in values.chunks(1_024) {
            look.sum += i128::from(block.iter().map(|value| value.millis()).sum::<i64>());
            for (count, limit) in look.below.iter_mut().zip(limits) {
                *count += block.iter().filter(|value| **value < limit).count() as u64;
            }
        }
        look
    }

    fn and(mut self, other: Self) -> Self {
        for (mine, its) in self.below.iter_mut().zip(other.below) {
            *mine += its;
        }
        self.max = self.max.max(other.max);
        self.sum += other.sum;
        self
    }
}

/// Of `count` values, how many lie in each class, by how many lie below each limit.
fn histogram(below: [u64; HISTOGRAM_SECS.len()], count: u64) -> [u64; 11] {
    let mut histogram = [0; 11];
    let mut before = 0;
    for (class, upto) in histogram.iter_mut().zip(below.into_iter().chain([count])) {
        *class = upto - before;
        before = upto;
    }
    histogram
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
        histogram: histogram(below, count as u64),
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

/// The percentiles at ranks `(n − 1)·p` of all `pieces` together, in seconds.
fn quantiles<S: Sample, const N: usize>(
    pieces: &[&[S]],
    count: usize,
    shares: [f64; N],
) -> [f64; N] {
    let ranks = shares.map(|share| count.saturating_sub(1) as f64 * share);
    let mut wanted: Vec<usize> = ranks
        .iter()
        .flat_map(|rank| [whole(rank.floor()), whole(rank.ceil())])
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let picks = nth(pieces, count, &wanted);
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
const MANY: usize = 1 << 11;

/// How many classes values are counted in before one is chosen.
const CLASSES: usize = 8_195;

/// The class of a value: ones below zero and zero apart, the others by their leading eight
/// bits, so that a class is never wider than a hundredth of what is in it, whether durations
/// are of seconds or of months.
fn class<S: Sample>(value: S) -> usize {
    const ONE: u32 = 1.0_f32.to_bits() >> 16;
    let millis = value.millis();
    if millis <= 0 {
        return usize::from(millis == 0);
    }
    let leading = (millis as f32).to_bits() >> 16;
    (leading - ONE) as usize + 2
}

/// The values at ascending `ranks` of the sorted values of all `pieces`, of which there are
/// `count`.
fn nth<S: Sample>(pieces: &[&[S]], count: usize, ranks: &[usize]) -> Vec<S> {
    if count < MANY {
        return select(&mut pieces.concat(), ranks);
    }
    let places = places(&class_counts(pieces, count), ranks);
    let mut wanted: Vec<usize> = places.iter().map(|(class, _)| *class).collect();
    wanted.dedup();
    let mut lists = values_of(pieces, count, &wanted);
    let pick = |(class, rank): (usize, usize)| {
        let list = wanted.binary_search(&class).ok();
        let list = list.and_then(|list| lists.get_mut(list));
        let value = list.map(|list| select(list, &[rank]));
        value
            .and_then(|value| value.first().copied())
            .unwrap_or_default()
    };
    places.into_iter().map(pick).collect()
}

/// How many values each class has.
fn class_counts<S: Sample>(pieces: &[&[S]], all: usize) -> Vec<u32> {
    let add = |mut counts: Vec<u32>, piece: &&[S]| {
        for value in *piece {
            if let Some(count) = counts.get_mut(class(*value)) {
                *count += 1;
            }
        }
        counts
    };
    let none = || vec![0; CLASSES];
    if all <= PIECE {
        return pieces.iter().fold(none(), add);
    }
    let counted = pieces.par_iter().with_min_len(8).fold(none, add);
    counted.reduce(none, |mut counts, other| {
        for (count, more) in counts.iter_mut().zip(other) {
            *count += more;
        }
        counts
    })
}

/// Of each of ascending `ranks` the class that it lies in, and its rank there.
fn places(counts: &[u32], ranks: &[usize]) -> Vec<(usize, usize)> {
    let mut before = 0;
    let mut places: Vec<(usize, usize)> = Vec::with_capacity(ranks.len());
    for (class, count) in counts.iter().enumerate() {
        let upto = before + *count as usize;
        let next = |places: &Vec<_>| ranks.get(places.len()).filter(|rank| **rank < upto);
        while let Some(rank) = next(&places) {
            places.push((class, rank - before));
        }
        before = upto;
    }
    places
}

/// The values of each of some classes, which ascend.
fn values_of<S: Sample>(pieces: &[&[S]], all: usize, wanted: &[usize]) -> Vec<Vec<S>> {
    let mut slots = [u8::MAX; CLASSES];
    for (slot, class) in (0_u8..).zip(wanted) {
        if let Some(place) = slots.get_mut(*class) {
            *place = slot;
        }
    }
    let add = |mut lists: Vec<Vec<S>>, piece: &&[S]| {
        for value in *piece {
            let slot = slots.get(class(*value)).copied().unwrap_or(u8::MAX);
            if let Some(list) = lists.get_mut(usize::from(slot)) {
                list.push(*value);
            }
        }
        lists
    };
    let none = || vec![Vec::new(); wanted.len()];
    if all <= PIECE {
        return pieces.iter().fold(none(), add);
    }
    let found = pieces.par_iter().with_min_len(8).fold(none, add);
    found.reduce(none, |mut lists, others| {
        for (list, other) in lists.iter_mut().zip(others) {
            list.extend(other);
        }
        lists
    })
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
            let mut values: Vec<i64> = (0..40_001)
                .map(|_| i64::try_from(next() % spread_out).unwrap() - 50)
                .collect();
            let ranks = [0, 5, 17_000, 17_001, 30_000, 40_000];
            let (some, others) = values.split_at(values.len() / 3);
            let counted = nth(&[some, others], values.len(), &ranks);
            values.sort_unstable();
            let sorted: Vec<i64> = ranks.iter().map(|rank| values[*rank]).collect();
            assert_eq!(counted, sorted);
        }
    }

    #[test]
    fn ordered_runs_give_what_all_their_values_give() {
        let mut seed = 11_u64;
        for lengths in [
            vec![1],
            vec![2, 0, 1],
            vec![700, 1, 299],
            vec![3; 40],
            vec![9_000, 70_001, 1],
        ] {
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
            let all = runs.concat();
            let sum = all.iter().map(|value| i128::from(*value)).sum();
            let runs: Vec<&[u32]> = runs.iter().map(Vec::as_slice).collect();
            assert_eq!(spread_of_runs(&runs, sum), spread(&[&all]));
        }
        assert_eq!(spread_of_runs::<i64>(&[&[]], 0), None);
    }

    #[test]
    fn percentiles_interpolate_and_one_value_is_all_of_them() {
        let two = spread(&[&[600_000_i64][..], &[60_000]]).unwrap();
        assert!((two.p90 - 546.0).abs() < 1e-9 && (two.p95 - 573.0).abs() < 1e-9);
        let one = spread(&[&[60_000_u32][..]]).unwrap();
        assert!((one.p50 - 60.0).abs() < 1e-9 && (one.p95 - 60.0).abs() < 1e-9);
        assert_eq!(one.histogram, [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(spread::<u32>(&[]), None);
    }
}
