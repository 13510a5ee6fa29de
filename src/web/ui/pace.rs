//! The frequency of a page: those that give its window a course, and the one that carries.
//!
//! So few conversations a day that a day is chance are shown by week. How many come in is
//! asked once a page of the report that counts them all; the reader's own choice stands above it.

use chrono::{Datelike, NaiveDate};

use super::desk::Desk;
use super::view::View;
use crate::model::Timestamp;
use crate::report::{Every, Figure};

/// How many buckets a chart may have.
const BUCKETS: std::ops::RangeInclusive<i64> = 2..=400;

/// How many conversations a bucket should have: a share of fewer moves by more than 15 points
/// through chance alone.
const ENOUGH: f64 = 40.0;

/// How many buckets a course has at least.
const FEWEST: f64 = 4.0;

/// How many it has at most, where nobody asks for more.
const MOST: f64 = 93.0;

impl View {
    /// The frequencies that give a chart neither one bucket nor too many.
    pub(super) fn offered(&self, now: Timestamp) -> Vec<Every> {
        let days = self.days(now);
        let fits = |every: &Every| BUCKETS.contains(&buckets(*every, days.0, days.1));
        Every::ALL.into_iter().filter(fits).collect()
    }

    /// The frequency in use: the one asked for where it is offered, else one that fits.
    pub(super) fn frequency(&self, now: Timestamp) -> Every {
        let offered = self.offered(now);
        let is_offered = |every: &Every| offered.contains(every);
        let chosen = self.every.filter(is_offered);
        let chosen = chosen.or(self.fits.filter(is_offered));
        let days = self.days(now);
        let usual = Every::ALL
            .into_iter()
            .find(|every| buckets(*every, days.0, days.1) <= 93 && offered.contains(every));
        chosen.or(usual).unwrap_or(Every::Day)
    }
}

/// How many buckets the days from `from` to `until` are cut into.
fn buckets(every: Every, from: NaiveDate, until: NaiveDate) -> i64 {
    let days = (until - from).num_days() + 1;
    let months = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
    match every {
        Every::Hour => days * 24,
        Every::Day => days,
        Every::Week => {
            let monday = from.week(chrono::Weekday::Mon).checked_first_day();
            let lead = monday.map_or(0, |monday| (from - monday).num_days());
            (days + lead + 6) / 7
        }
        Every::Month => months(until) - months(from) + 1,
        Every::Quarter => months(until) / 3 - months(from) / 3 + 1,
        Every::Year => i64::from(until.year()) - i64::from(from.year()) + 1,
    }
}

/// The view with the frequency that fits what there is to count.
pub(super) fn fitted(desk: &Desk, view: &View) -> View {
    View {
        fits: carrying(desk, view),
        ..view.clone()
    }
}

fn carrying(desk: &Desk, view: &View) -> Option<Every> {
    let asked = View {
        compare: false,
        by: Some("none".to_owned()),
        ..view.clone()
    };
    // Where it cannot be asked with the page's filters, the window alone decides.
    let result = desk.ask("handling_rate", &asked, None).ok()?;
    let came_in = result.total?.figure(Figure::Denominator)?;
    let (from, until) = view.days(desk.now);
    let days = (until - from).num_days() + 1;
    choose(came_in, days as f64, &view.offered(desk.now))
}

/// The finest of the frequencies whose buckets have enough, else the coarsest that is a course.
fn choose(came_in: f64, days: f64, offered: &[Every]) -> Option<Every> {
    if came_in <= 0.0 {
        return None;
    }
    let buckets = |every: Every| days / days_of(every);
    let mut courses = offered
        .iter()
        .copied()
        .filter(|every| (FEWEST..=MOST).contains(&buckets(*every).ceil()));
    let last = courses.clone().next_back();
    courses
        .find(|every| came_in / buckets(*every) >= ENOUGH)
        .or(last)
}

/// How many days a bucket has, about.
const fn days_of(every: Every) -> f64 {
    match every {
        Every::Hour => 1.0 / 24.0,
        Every::Day => 1.0,
        Every::Week => 7.0,
        Every::Month => 30.4,
        Every::Quarter => 91.3,
        Every::Year => 365.25,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_a_day_are_shown_by_week_and_two_hundred_by_day() {
        let quarter = [Every::Day, Every::Week, Every::Month];
        assert_eq!(choose(20.0 * 90.0, 90.0, &quarter), Some(Every::Week));
        assert_eq!(choose(200.0 * 90.0, 90.0, &quarter), Some(Every::Day));
        // A month of weeks is a course still; two months of months are none.
        let month = [Every::Day, Every::Week, Every::Month];
        assert_eq!(choose(20.0 * 30.0, 30.0, &month), Some(Every::Week));
        assert_eq!(choose(20.0, 30.0, &month), Some(Every::Week));
        // A week has no coarser course than its days.
        let week = [Every::Hour, Every::Day];
        assert_eq!(choose(20.0 * 7.0, 7.0, &week), Some(Every::Day));
        assert_eq!(choose(0.0, 90.0, &quarter), None);
    }
}
