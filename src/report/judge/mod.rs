//! What each row counts as, report by report: the only place where a number is decided.
//!
//! A judgement is a pure function of a row and its scope. Reports, rows, CSV and
//! `explain` all call it, so they cannot disagree.

mod agent;
mod cut;
mod cut_duty;
mod cut_ticket;
mod job;
mod promise;
mod service;
mod stay;

pub(super) use agent::*;
pub(super) use cut::Judged;
pub(super) use job::*;
pub(super) use promise::*;
pub(super) use service::*;
pub(super) use stay::*;

use crate::metrics::Hit;

/// How a row stands to a report.
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
    /// How it stands.
    pub state: State,
    /// The rule in words; of an excluded row, the reason's name.
    pub why: &'static str,
}

impl Verdict {
    const fn unconcerned(why: &'static str) -> Self {
        Self {
            hits: [None; 3],
            state: State::Unconcerned,
            why,
        }
    }

    const fn hit(at: i64, hit: Hit, why: &'static str) -> Self {
        Self {
            hits: [Some((at, hit)), None, None],
            state: State::Counted,
            why,
        }
    }

    const fn count(at: i64, why: &'static str) -> Self {
        Self::hit(at, Hit::Count, why)
    }

    const fn part(at: i64, hit: bool, why: &'static str) -> Self {
        Self::hit(
            at,
            Hit::Part {
                hit,
                pending: false,
            },
            why,
        )
    }

    const fn duration(at: i64, millis: i64, why: &'static str) -> Self {
        Self::hit(at, Hit::Value(millis), why)
    }

    const fn pending(at: i64, why: &'static str) -> Self {
        Self {
            hits: [Some((at, Hit::Pending)), None, None],
            state: State::Pending,
            why,
        }
    }

    const fn open(why: &'static str) -> Self {
        Self {
            hits: [None; 3],
            state: State::Open,
            why,
        }
    }

    const fn excluded(why: &'static str) -> Self {
        Self {
            hits: [None; 3],
            state: State::Excluded,
            why,
        }
    }
}
