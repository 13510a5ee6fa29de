//! What a row counts as in a report, and why.

use crate::metrics::Hit;

/// Why a ticket of a pipeline that is not for support counts in no service report.
pub(super) const NOT_SUPPORT: &str = "its pipeline is not for support";

/// Whether a row counts in a report.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It counts.
    Counted,
    /// It may yet count; its result is not known.
    Pending,
    /// Its duration has not ended.
    Open,
    /// It is left out, for the reason given.
    Excluded,
    /// It is no row of this report.
    Unconcerned,
}

/// What a row counts as, and why.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// What it adds, and at which instant.
    pub hits: [Option<(i64, Hit)>; 3],
    /// Whether it counts.
    pub state: State,
    /// The rule in words; of an excluded row, the reason's name.
    pub why: &'static str,
}

impl Verdict {
    pub(super) const fn unconcerned(why: &'static str) -> Self {
        Self {
            hits: [None; 3],
            state: State::Unconcerned,
            why,
        }
    }

    pub(super) const fn hit(at: i64, hit: Hit, why: &'static str) -> Self {
        Self {
            hits: [Some((at, hit)), None, None],
            state: State::Counted,
            why,
        }
    }

    pub(super) const fn count(at: i64, why: &'static str) -> Self {
        Self::hit(at, Hit::Count, why)
    }

    pub(super) const fn part(at: i64, hit: bool, why: &'static str) -> Self {
        Self::hit(
            at,
            Hit::Part {
                hit,
                pending: false,
            },
            why,
        )
    }

    pub(super) const fn duration(at: i64, millis: i64, why: &'static str) -> Self {
        Self::hit(at, Hit::Value(millis), why)
    }

    pub(super) const fn pending(at: i64, why: &'static str) -> Self {
        Self {
            hits: [Some((at, Hit::Pending)), None, None],
            state: State::Pending,
            why,
        }
    }

    pub(super) const fn open(why: &'static str) -> Self {
        Self {
            hits: [None; 3],
            state: State::Open,
            why,
        }
    }

    pub(super) const fn excluded(why: &'static str) -> Self {
        Self {
            hits: [None; 3],
            state: State::Excluded,
            why,
        }
    }
}
