//! What each row counts as, report by report: the only place where a number is decided.
//!
//! A judgement is a pure function of a row and its scope. Reports, rows, CSV and
//! explanations all call it, so they cannot disagree. Over a whole chunk it is asked once a
//! class of rows (`class`), and codes are read from columns where they follow (`column_code`).

mod agent;
mod agreement;
mod class;
mod column_code;
mod job;
mod promise;
mod row;
mod row_duty;
mod row_episode;
mod row_message;
mod row_ticket;
mod scope;
mod service;
mod stay;
mod stopwatch;
mod thread;
mod verdict;

pub(super) use agent::*;
pub(super) use agreement::{Agreements, Coverage, working_span};
pub(super) use class::{marked, of_conversation, place_of, span_of};
pub(super) use column_code::{Coded, ColumnCode};
pub(super) use job::*;
pub(super) use promise::*;
pub(super) use row::{ReportRow, is_truncated};
pub(super) use scope::{Credit, Scope};
pub(super) use service::*;
pub(super) use stay::*;
pub(super) use stopwatch::Stopwatch;
pub use verdict::State;
pub(super) use verdict::Verdict;
