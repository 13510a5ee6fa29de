//! Marks: what stands for the instants of a row where it matters only which have come, and how
//! they follow each other.

/// The instant of the question among marks: those up to it stand for what has come.
pub const MARKED_AS_OF: i64 = 1 << 50;

/// The most instants that a row may name.
const MAX_INSTANTS: usize = 16;

/// As many milliseconds, as marks follow each other by one.
const MAX_INSTANTS_MS: i64 = 16;

/// The instant of a question, and how long after an instant something holds.
#[derive(Clone, Copy, Debug)]
pub struct Maturity {
    /// The instant of the question, in milliseconds.
    pub as_of: i64,
    /// How long, in milliseconds.
    pub after: i64,
}

/// The instants of one row in order, each once.
pub(super) struct Ranks {
    sorted: [i64; MAX_INSTANTS],
    len: usize,
}

impl Ranks {
    /// `None`: there are too many.
    pub(super) fn of(instants: impl Iterator<Item = i64>) -> Option<Self> {
        let mut ranks = Self {
            sorted: [i64::MAX; MAX_INSTANTS],
            len: 0,
        };
        for instant in instants {
            ranks.insert(instant)?;
        }
        Some(ranks)
    }

    fn insert(&mut self, instant: i64) -> Option<()> {
        let place = self.rank(instant);
        if self.sorted.get(..self.len)?.get(place) == Some(&instant) {
            return Some(());
        }
        let after = self.sorted.get_mut(place..=self.len)?;
        after.rotate_right(1);
        *after.first_mut()? = instant;
        self.len += 1;
        Some(())
    }

    /// How many are before an instant.
    pub(super) fn rank(&self, instant: i64) -> usize {
        // Few, and mostly given in order: looking from the end is quicker than halving.
        let known = self.sorted.get(..self.len).unwrap_or_default();
        let before = known.iter().rposition(|other| *other < instant);
        before.map_or(0, |place| place + 1)
    }
}

/// How far an instant has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coming {
    Matured,
    Come,
    Ahead,
}

impl Maturity {
    pub(super) fn coming(self, instant: i64) -> Coming {
        if instant > self.as_of {
            Coming::Ahead
        } else if instant.saturating_add(self.after) <= self.as_of {
            Coming::Matured
        } else {
            Coming::Come
        }
    }

    pub(super) fn mark(self, ranks: &Ranks, instant: i64) -> i64 {
        let rank = i64::try_from(ranks.rank(instant)).unwrap_or_default();
        match self.coming(instant) {
            Coming::Matured => rank,
            Coming::Come => MARKED_AS_OF - self.after + 1 + rank,
            Coming::Ahead => MARKED_AS_OF + 1 + rank,
        }
    }

    /// Whether marks of what has come and of what has been there for long enough stay apart.
    pub(super) const fn can_be_marked(self) -> bool {
        self.after == 0 || (self.after > MAX_INSTANTS_MS && self.after < MARKED_AS_OF / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_follow_each_other_as_instants_do_and_tell_what_has_come() {
        let maturity = Maturity {
            as_of: 1_000,
            after: 300,
        };
        let instants = [2_000, 700, 701, 1_000, 5, 1_001, 5];
        let ranks = Ranks::of(instants.into_iter()).unwrap();
        for one in instants {
            let mark = maturity.mark(&ranks, one);
            assert_eq!(mark <= MARKED_AS_OF, one <= 1_000, "{one}");
            assert_eq!(mark + 300 <= MARKED_AS_OF, one + 300 <= 1_000, "{one}");
            for other in instants {
                let marks = mark.cmp(&maturity.mark(&ranks, other));
                assert_eq!(marks, one.cmp(&other), "{one} {other}");
            }
        }
    }
}
