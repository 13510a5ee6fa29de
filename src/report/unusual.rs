//! Whether a bucket is unlike those of the same weekday before it.
//!
//! The last whole bucket is set beside the buckets that lie 7, 14, … 56 days before it (of hours: the
//! same hour of those days; of weeks: the eight weeks before), so that a quiet Sunday is no news.
//!
//! *Shares.* The past is pooled: `p = Σ numerators / Σ denominators`, with its Wilson interval, and the
//! last bucket has its own. It is unusual where the two intervals do not meet: more than what both may
//! be off by at 95 %. There have to be at least `least` rows in the last bucket and in the pooled past.
//!
//! *Numbers.* With `m` the median of the past values and `s = 1.4826 × median(|x − m|)`, which for
//! normally spread values is the standard deviation, a value is unusual outside `m ± 3 s`. Past values
//! that hardly differ would make anything unusual, so `s` is at least `√m` for counts (what chance
//! alone makes of a count) and a tenth of `m` for all else. Of counts the larger of value and median
//! has to reach `least`, so that a fall to nothing is seen; of all else the bucket's rows have to.
//!
//! With fewer than four past buckets nothing is said.

use super::figures::{Figure, FigureValue, Figures, Measurement};
use crate::metrics::wilson;

/// How many buckets before are looked at.
pub const PAST_BUCKETS: usize = 8;
/// With fewer of them nothing is said.
const FEWEST: usize = 4;
/// How many spreads a number may be off.
const SPREADS: f64 = 3.0;
/// What makes the median of absolute deviations a standard deviation.
const OF_NORMAL: f64 = 1.4826;
/// Numbers that are no counts are spread by at least this share of their middle.
const LEAST_SPREAD: f64 = 0.1;

/// What was usual.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usual {
    /// The middle.
    pub middle: f64,
    /// The least.
    pub low: f64,
    /// The most.
    pub high: f64,
    /// Whether the bucket is outside.
    pub is_outside: bool,
}

/// How many rows a figure is made of, where it is made of rows.
pub fn rows_of(figures: &Figures) -> Option<u64> {
    let rows = whole(figures, Figure::Denominator);
    rows.or_else(|| whole(figures, Figure::Count))
}

/// What was usual of a figure, and whether the last is outside; none: there is too little to say so.
pub fn usual(past: &[&Figures], last: &Figures, least: u64) -> Option<Usual> {
    match part(last) {
        Some(last) => {
            let past: Vec<(u64, u64)> = past.iter().filter_map(|one| part(one)).collect();
            usual_share(&past, last, least)
        }
        None => usual_number(past, last, least),
    }
}

fn whole(figures: &Figures, figure: Figure) -> Option<u64> {
    match figures.get(figure)? {
        FigureValue::Count(count) => Some(count),
        _ => None,
    }
}

/// Numerator and denominator of a share.
fn part(figures: &Figures) -> Option<(u64, u64)> {
    whole(figures, Figure::Numerator).zip(whole(figures, Figure::Denominator))
}

fn usual_share(past: &[(u64, u64)], last: (u64, u64), least: u64) -> Option<Usual> {
    let with_rows = past.iter().filter(|(_, of)| *of > 0);
    if with_rows.count() < FEWEST {
        return None;
    }
    let numerator: u64 = past.iter().map(|(numerator, _)| numerator).sum();
    let denominator: u64 = past.iter().map(|(_, denominator)| denominator).sum();
    if last.1 < least || denominator < least {
        return None;
    }
    let (pooled, own) = (wilson(numerator, denominator)?, wilson(last.0, last.1)?);
    Some(Usual {
        middle: numerator as f64 / denominator as f64,
        low: pooled.low,
        high: pooled.high,
        is_outside: own.high < pooled.low || own.low > pooled.high,
    })
}

fn usual_number(past: &[&Figures], last: &Figures, least: u64) -> Option<Usual> {
    let is_count = is_count(last);
    let values: Vec<f64> = past.iter().filter_map(|one| one.number()).collect();
    let value = last.number()?;
    if values.len() < FEWEST {
        return None;
    }
    let middle = median(values.clone())?;
    let off: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    let floor = if is_count {
        middle.max(1.0).sqrt()
    } else {
        middle.abs() * LEAST_SPREAD
    };
    let spread = (OF_NORMAL * median(off)?).max(floor);
    let rows = if is_count {
        value.max(middle)
    } else {
        rows_of(last).unwrap_or_default() as f64
    };
    let is_enough = rows >= least as f64;
    // A small count is no less sure for being small; it is only of no interest.
    if !is_enough && !is_count {
        return None;
    }
    let (low, high) = (middle - SPREADS * spread, middle + SPREADS * spread);
    Some(Usual {
        middle,
        // Nothing that is watched falls below nothing.
        low: low.max(0.0),
        high,
        is_outside: is_enough && (value < low || value > high),
    })
}

/// Whether a figure is a number of things, which is no less sure for being small.
pub const fn is_count(figures: &Figures) -> bool {
    matches!(
        figures.measurement,
        Measurement::Count(_) | Measurement::Declines { .. } | Measurement::Level(_)
    )
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = *values.get(half)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get(half.checked_sub(1)?)?;
    Some(f64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Cell;

    fn count(count: u64) -> Figures {
        Figures::count(&Cell {
            count,
            ..Cell::default()
        })
    }

    fn share(numerator: u64, denominator: u64) -> Figures {
        Figures::ratio(&Cell {
            numerator,
            denominator,
            ..Cell::default()
        })
    }

    fn of(past: &[Figures], last: &Figures, least: u64) -> Option<Usual> {
        usual(&past.iter().collect::<Vec<_>>(), last, least)
    }

    #[test]
    fn a_count_is_unusual_three_spreads_from_the_middle_of_its_weekday() {
        // The median of 20 22 18 20 21 19 20 24 is 20; the deviations 0 2 2 0 1 1 0 4 have the median
        // 1, which makes 1.4826; what chance makes of 20 is 4.4721, which is more: 20 ± 13.4164.
        let past = [20, 22, 18, 20, 21, 19, 20, 24].map(count);
        let found = of(&past, &count(33), 5).unwrap();
        assert!((found.middle - 20.0).abs() < 1e-9);
        assert!((found.low - 6.583_6).abs() < 1e-3, "{found:?}");
        assert!((found.high - 33.416_4).abs() < 1e-3, "{found:?}");
        assert!(!found.is_outside);
        assert!(of(&past, &count(34), 5).unwrap().is_outside);
        assert!(of(&past, &count(6), 5).unwrap().is_outside);
        // Also nothing at all is seen, as what was usual reaches the least.
        assert!(of(&past, &count(0), 20).unwrap().is_outside);
        assert!(!of(&past, &count(0), 21).unwrap().is_outside);
    }

    #[test]
    fn counts_that_differ_much_are_unusual_only_far_off() {
        // The median of 10 30 20 40 is 25; the deviations 15 5 5 15 have the median 10: s = 14.826.
        let past = [10, 30, 20, 40].map(count);
        assert!(!of(&past, &count(69), 1).unwrap().is_outside);
        assert!(of(&past, &count(70), 1).unwrap().is_outside);
        assert_eq!(of(&past[..3], &count(70), 1), None, "three say nothing");
    }

    #[test]
    fn a_share_is_unusual_where_its_interval_and_that_of_the_past_do_not_meet() {
        // Pooled 400 of 800: 0.4655 to 0.5345. Of 50 rows 32 have 0.5014 to 0.7586, which meets it;
        // 34 have 0.5424 to 0.7924, which does not.
        let past = [(); 8].map(|()| share(50, 100));
        let found = of(&past, &share(32, 50), 30).unwrap();
        assert!((found.low - 0.4655).abs() < 1e-3, "{found:?}");
        assert!((found.high - 0.5345).abs() < 1e-3, "{found:?}");
        assert!(!found.is_outside);
        assert!(of(&past, &share(34, 50), 30).unwrap().is_outside);
        assert!(of(&past, &share(16, 50), 30).unwrap().is_outside);
        assert_eq!(of(&past, &share(29, 29), 30), None, "too few rows");
        assert_eq!(of(&past, &share(0, 0), 0), None, "none at all");
    }
}
