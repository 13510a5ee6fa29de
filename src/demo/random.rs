//! Chance from a seed: `SplitMix64`, the same numbers on every platform.
//!
//! Real numbers are made by addition and multiplication only, never by the platform's
//! mathematics library, so that no machine rounds otherwise. Read by the whole desk.

/// A stream of chance.
#[derive(Clone, Debug)]
pub(super) struct Random {
    state: u64,
}

/// 2⁻⁵³: one step of a unit number.
const UNIT_STEP: f64 = 1.0 / 9_007_199_254_740_992.0;

/// What a stream of chance is for; streams of one seed do not repeat each other.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stream {
    /// The directory: reps' days, SLAs, short answers.
    Directory = 1,
    /// The starts of conversations.
    Starts = 2,
    /// Whose conversation it is.
    Origin = 3,
    /// A contact's facts.
    Contact = 4,
    /// What happens in a conversation.
    Conversation = 5,
}

impl Random {
    /// The stream number `at` for a purpose.
    pub(super) fn new(seed: u64, stream: Stream, at: u32) -> Self {
        let mut mixed = Self {
            state: seed ^ ((stream as u64) << 56),
        };
        let state = mixed.next() ^ u64::from(at).wrapping_mul(0xD134_2543_DE82_EF95);
        Self { state }
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `[0, 1)`.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * UNIT_STEP
    }

    /// Whether something of probability `share` happens.
    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A whole number in `0..limit`; 0 where `limit` is 0.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        let wide = (self.next() >> 32) * u64::from(limit);
        u32::try_from(wide >> 32).unwrap_or_default()
    }

    /// A whole number from `low` to `high`, both possible.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// A span of `low` to `high` seconds, in milliseconds.
    pub(super) fn secs(&mut self, low: u32, high: u32) -> i64 {
        i64::from(self.between(low, high)) * 1000 + i64::from(self.below(1000))
    }

    /// One of `items`, or `other` where there are none.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T], other: T) -> T {
        let limit = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let at = self.below(limit);
        usize::try_from(at)
            .ok()
            .and_then(|at| items.get(at).copied())
            .unwrap_or(other)
    }

    /// One of `items` by weight, or `other` where all weigh nothing.
    pub(super) fn weighted<T: Copy>(&mut self, items: &[(T, u32)], other: T) -> T {
        let total = items.iter().map(|(_, weight)| weight).sum();
        let mut left = self.below(total);
        for (item, weight) in items {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        other
    }

    /// A span of about log-normal length: half are below `median_secs`, and the larger
    /// `spread` (about 0.3 to 1.5) the longer the slow ones; in milliseconds.
    pub(super) fn log_normal(&mut self, median_secs: f64, spread: f64) -> i64 {
        // Four uniform numbers from one draw; their sum has variance 1/3.
        let bits = self.next();
        let sum: f64 = [0, 16, 32, 48]
            .into_iter()
            .map(|shift| ((bits >> shift) & 0xFFFF) as f64 / 65_536.0)
            .sum();
        let normal = (sum - 2.0) * 1.732_050_8;
        whole(median_secs * 1000.0 * exponential(normal * spread))
    }
}

/// eˣ for small x, as (1 + x/1024)¹⁰²⁴: multiplications only.
fn exponential(x: f64) -> f64 {
    let mut power = 1.0 + x / 1024.0;
    for _ in 0..10 {
        power *= power;
    }
    power
}

/// The whole part of a number that is known to be small.
#[expect(
    clippy::cast_possible_truncation,
    reason = "spans of a few years in milliseconds fit; beyond, `as` saturates"
)]
pub(super) const fn whole(number: f64) -> i64 {
    number as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_for_ever() {
        let mut random = Random { state: 0 };
        assert_eq!(random.next(), 0xE220_A839_7B1D_CDAF);
        assert_eq!(random.next(), 0x6E78_9E6A_A1B9_65F4);
    }

    #[test]
    fn half_of_the_spans_are_below_the_median() {
        let mut random = Random::new(7, Stream::Starts, 0);
        let below = (0..10_000)
            .filter(|_| random.log_normal(60.0, 1.0) < 60_000)
            .count();
        assert!((4_800..5_200).contains(&below), "{below}");
    }

    #[test]
    fn a_weighted_pick_follows_the_weights_and_survives_none() {
        let mut random = Random::new(7, Stream::Starts, 0);
        let first = (0..10_000)
            .filter(|_| random.weighted(&[(true, 3), (false, 1)], false))
            .count();
        assert!((7_300..7_700).contains(&first), "{first}");
        assert_eq!(random.weighted(&[], 5), 5);
        assert_eq!(random.pick(&[], 5), 5);
    }
}
