//! Whether the last whole bucket of a saved report is beyond a limit, or unlike those before it.
//!
//! A bucket is looked at once it is over and settled, so that what is told does not change back by
//! itself; of reports that take days to settle that is days later.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDateTime};
use chrono_tz::Tz;

use super::finding::{Finding, Looked};
use crate::app::{App, Delivery, Error, Present};
use crate::command::{Caller, Role};
use crate::model::event::{AlertEvery, AlertFact, AlertSide, AlertWatch};
use crate::model::saved::SavedReport;
use crate::model::{Invalid, SavedReportId, Timestamp};
use crate::report::{
    By, Compare, Every, Limit, PAST_BUCKETS, Point, Query, is_count, rows_of, usual,
};

/// What an alert about a report is about: a rule has one report.
const SUBJECT: &str = "report";
/// How many days of buckets are looked at: eight weeks before the last, and what may not be settled.
const LOOKED_DAYS: u64 = 8 * 7 + 8;
/// The same of weeks.
const LOOKED_WEEKS: u64 = PAST_BUCKETS as u64 + 4;

/// The buckets of a watched report that are over, in order, in its zone.
pub(super) struct Buckets {
    pub(super) points: Vec<Point>,
    zone: Tz,
    report: SavedReportId,
}

/// What is to be said of a bucket.
pub(super) enum Judged {
    /// It is beyond what a rule says.
    Beyond(Box<Finding>),
    /// It is not.
    Within,
    /// There is too little to say so.
    Unclear,
}

impl App {
    /// Whether what a rule is to watch can be looked at at all.
    pub(super) fn check_watched(&self, caller: &Caller, watch: &AlertWatch) -> Result<(), Error> {
        let Some(id) = watch.report() else {
            return Ok(());
        };
        let saved = self.saved_report(caller, id.as_str())?;
        if saved.owner.removed_at.is_some() {
            return Err(Error::unknown("saved report", id.as_str()));
        }
        let present = self.present();
        let asked = self.buckets(&present, &saved, (every_of(watch), 0))?;
        if let Delivery::Result(None) = asked {
            let reason = format!(
                "`{}` has no single figure for each {} that could be watched",
                saved.name,
                every_of(watch).as_str()
            );
            return Err(Invalid::new("watches.report", reason).into());
        }
        Ok(())
    }

    /// Whether the last whole bucket of a report is beyond what a rule says; none: that cannot be said
    /// now, for facts are being folded or the report is gone.
    pub(super) fn report_beyond(
        &self,
        present: &Present,
        watch: &AlertWatch,
    ) -> Result<Option<Looked>, Error> {
        let Some(buckets) = self.watched(present, watch, 0)? else {
            return Ok(None);
        };
        let last = buckets.points.iter().rposition(is_settled);
        let judged = last.map_or(Judged::Unclear, |place| buckets.judged(place, watch));
        Ok(match judged {
            Judged::Beyond(found) => Some(Looked {
                found: vec![*found],
                unclear: BTreeSet::new(),
            }),
            Judged::Within => Some(Looked::default()),
            Judged::Unclear => None,
        })
    }

    /// The buckets of a watched report, and some days more of them; none: it cannot be asked now.
    pub(super) fn watched(
        &self,
        present: &Present,
        watch: &AlertWatch,
        more_days: u64,
    ) -> Result<Option<Buckets>, Error> {
        let Some(id) = watch.report() else {
            return Ok(None);
        };
        let saved = present.live.installation.saved.report(id.as_str());
        let saved = saved.filter(|saved| saved.owner.removed_at.is_none());
        let Some(saved) = saved else {
            return Ok(None);
        };
        Ok(
            match self.buckets(present, saved, (every_of(watch), more_days))? {
                Delivery::Result(buckets) => buckets,
                Delivery::Task(_) => None,
            },
        )
    }

    fn buckets(
        &self,
        present: &Present,
        saved: &SavedReport,
        (every, more_days): (AlertEvery, u64),
    ) -> Result<Delivery<Option<Buckets>>, Error> {
        let query = query_of(saved, every, (present.now(), more_days))?;
        let zone = query.zone;
        // Before the desk began nothing was to be counted, which is no quiet day.
        let (began_at, _) = present.live.facts.span();
        let answer = self.ask_report_at(present, &saved.report, &query)?;
        answer.and_then(|result| {
            let mut series = result.series.into_iter();
            let first = series.next().filter(|_| series.next().is_none());
            Ok(first.map(|first| Buckets {
                points: {
                    let mut points = first.points;
                    points.retain(|point| point.start.millis() >= began_at);
                    points
                },
                zone,
                report: saved.id.clone(),
            }))
        })
    }
}

/// What a saved report is asked to be watched: one series of whole buckets up to now.
fn query_of(
    saved: &SavedReport,
    every: AlertEvery,
    (now, more_days): (Timestamp, u64),
) -> Result<Query, Error> {
    let parameters = saved.parameters.iter();
    let parameters = parameters.map(|(name, value)| (name.as_str(), value.as_str()));
    let query = Query::parse(parameters, Tz::UTC)?;
    let today = now.to_utc().with_timezone(&query.zone).date_naive();
    let back = match every {
        AlertEvery::Week => {
            let monday = u64::from(today.weekday().num_days_from_monday());
            LOOKED_WEEKS * 7 + monday + more_days.div_ceil(7) * 7
        }
        AlertEvery::Hour | AlertEvery::Day => LOOKED_DAYS + more_days,
    };
    let first = today.checked_sub_days(Days::new(back)).unwrap_or(today);
    let after = |days| today.checked_add_days(Days::new(days)).unwrap_or(today);
    // As much as the last bucket may have left; what is not over is cut away.
    let until = match every {
        AlertEvery::Week => after(7 - u64::from(today.weekday().num_days_from_monday())),
        AlertEvery::Hour | AlertEvery::Day => after(1),
    };
    Ok(Query {
        range: None,
        from: Some(Limit::Date(first)),
        to: Some(Limit::Date(until)),
        every: Some(match every {
            AlertEvery::Hour => Every::Hour,
            AlertEvery::Day => Every::Day,
            AlertEvery::Week => Every::Week,
        }),
        by: By::Dimensions(Vec::new()),
        by_own: None,
        whole: true,
        compare: Some(Compare::Nothing),
        as_of: None,
        clocks: query.clocks.first().copied().into_iter().collect(),
        profiles: query.profiles.first().cloned().into_iter().collect(),
        ..query
    })
}

pub(super) fn every_of(watch: &AlertWatch) -> AlertEvery {
    match watch {
        AlertWatch::Threshold { every, .. } | AlertWatch::Unusual { every, .. } => *every,
        _ => AlertEvery::Day,
    }
}

/// Whether a bucket changes no more by itself.
pub(super) const fn is_settled(point: &Point) -> bool {
    !point.figures.is_provisional
}

impl Buckets {
    /// What is to be said of a bucket.
    pub(super) fn judged(&self, place: usize, watch: &AlertWatch) -> Judged {
        let point = self.points.get(place);
        let Some((point, value)) = point.and_then(|point| Some((point, point.figures.number()?)))
        else {
            return Judged::Unclear;
        };
        let rows = rows_of(&point.figures);
        let fact = match watch {
            AlertWatch::Threshold {
                side,
                value: limit,
                least,
                ..
            } => {
                let is_sure = is_count(&point.figures);
                if !is_sure && rows.is_some_and(|rows| rows < u64::from(*least)) {
                    return Judged::Unclear;
                }
                let is_beyond = match side {
                    AlertSide::Above => value > *limit,
                    AlertSide::Below => value < *limit,
                };
                is_beyond.then(|| AlertFact::Threshold {
                    report: self.report.clone(),
                    from: point.start,
                    to: point.end,
                    value,
                    rows,
                    side: *side,
                    limit: *limit,
                })
            }
            AlertWatch::Unusual { every, least, .. } => {
                let past = self.past(place, *every);
                let past: Vec<_> = past.iter().map(|point| &point.figures).collect();
                let Some(usual) = usual(&past, &point.figures, u64::from(*least)) else {
                    return Judged::Unclear;
                };
                usual.is_outside.then(|| AlertFact::Unusual {
                    report: self.report.clone(),
                    from: point.start,
                    to: point.end,
                    value,
                    rows,
                    usual: usual.middle,
                    low: usual.low,
                    high: usual.high,
                })
            }
            _ => return Judged::Unclear,
        };
        let found = fact.map(|fact| Finding {
            subject: SUBJECT.to_owned(),
            cause: point.start.to_string(),
            fact,
        });
        found.map_or(Judged::Within, |found| Judged::Beyond(Box::new(found)))
    }

    /// The buckets of the same weekday, and hour, of the eight weeks before one.
    fn past(&self, place: usize, every: AlertEvery) -> Vec<&Point> {
        let before = self.points.get(..place).unwrap_or_default();
        let Some(point) = self.points.get(place) else {
            return Vec::new();
        };
        if every == AlertEvery::Week {
            return before.iter().rev().take(PAST_BUCKETS).collect();
        }
        let of = self.local(point.start);
        let is_like = |point: &&Point| {
            let local = self.local(point.start);
            (of.date() - local.date()).num_days() % 7 == 0 && local.time() == of.time()
        };
        before
            .iter()
            .rev()
            .filter(is_like)
            .take(PAST_BUCKETS)
            .collect()
    }

    fn local(&self, at: Timestamp) -> NaiveDateTime {
        at.to_utc().with_timezone(&self.zone).naive_local()
    }
}

/// Whether a caller finds a saved report.
pub(super) fn finds(caller: &Caller, saved: &SavedReport) -> bool {
    caller.role >= Role::Admin || saved.owner.is_for(saved.audience, &caller.actor())
}
