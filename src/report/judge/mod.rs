//! What each row counts as, report by report: the only place where a number is decided.
//!
//! A judgement is a pure function of a row and its scope. Reports, rows, CSV and
//! explanations all call it, so they cannot disagree.

mod agent;
mod agreement;
mod job;
mod promise;
mod row;
mod row_duty;
mod row_ticket;
mod scope;
mod service;
mod stay;
mod stopwatch;
mod verdict;

pub(super) use agent::*;
pub(super) use agreement::{Agreements, working_span};
pub(super) use job::*;
pub(super) use promise::*;
pub(super) use row::{ReportRow, is_truncated};
pub(super) use scope::{Credit, Scope};
pub(super) use service::*;
pub(super) use stay::*;
pub(super) use stopwatch::Stopwatch;
pub use verdict::State;
pub(super) use verdict::Verdict;
