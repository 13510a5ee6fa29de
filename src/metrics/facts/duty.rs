//! Schedules made ready to be asked: working time by schedule, made once and shared by
//! every snapshot until a schedule changes.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::dictionary::Dictionaries;
use crate::lock::Lock;
use crate::model::schedule::WorkingTime;
use crate::model::{DAY_MS, Timestamp, Timetable};

/// How much further than asked for working time is made, on both sides.
const MARGIN_MS: i64 = 2 * 366 * DAY_MS;

/// A span in milliseconds.
type Span = (i64, i64);

/// The timetable, and its schedules' working time.
#[derive(Debug, Default)]
pub struct Duty {
    /// Another number for another timetable.
    pub version: u64,
    /// Schedules, agreements, reps' hours and statuses.
    pub timetable: Timetable,
    ready: Lock<HashMap<String, (Span, Arc<WorkingTime>)>>,
}

impl Duty {
    /// A timetable whose working times are made when they are first asked for.
    pub fn new(timetable: Timetable) -> Self {
        static VERSIONS: AtomicU64 = AtomicU64::new(1);
        Self {
            version: VERSIONS.fetch_add(1, Ordering::Relaxed),
            timetable,
            ready: Lock::default(),
        }
    }

    /// Gives every rep, team and word of a status a code, so that filters find them.
    pub(in crate::metrics) fn intern(&self, codes: &Dictionaries) {
        for rep in self.timetable.reps() {
            codes.rep.intern(rep);
            for team in self.timetable.rep_teams(rep) {
                codes.team.intern_option(team.what);
            }
            for held in self.timetable.statuses(rep) {
                codes.detail.intern_option(held.what.detail.as_deref());
            }
        }
    }

    /// The working time of the schedule `id` over at least `span`; `None`: no such schedule.
    pub fn working(&self, id: &str, span: Span) -> Option<Arc<WorkingTime>> {
        let (from, to) = span;
        let schedule = self.timetable.schedule(id)?;
        let mut ready = self.ready.lock();
        if let Some((covered, working)) = ready.get(id)
            && covered.0 <= from
            && to <= covered.1
        {
            return Some(Arc::clone(working));
        }
        let wide = ready.get(id).map_or((from, to), |(covered, _)| {
            (covered.0.min(from), covered.1.max(to))
        });
        let wide = (
            Timestamp::from_millis(wide.0.saturating_sub(MARGIN_MS)),
            Timestamp::from_millis(wide.1.saturating_add(MARGIN_MS)),
        );
        let working = Arc::new(WorkingTime::of(schedule, wide.0, wide.1));
        let covered = (wide.0.millis(), wide.1.millis());
        ready.insert(id.to_owned(), (covered, Arc::clone(&working)));
        Some(working)
    }
}
