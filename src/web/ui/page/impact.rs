//! What the customer agent did: a row of tiles over the week so far, against as much of the week
//! before.
//!
//! Half a week is never set against a whole one. Whoever chooses dates gets the tiles of these,
//! and whoever wants whole periods only the last week that is over.

use super::sample::precision as precision_in_words;
use chrono::{Datelike, Days, NaiveDate};
use rayon::prelude::*;

use crate::report::{Comparison, Figure};
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::panel::overview::{PanelForm, Wish, panel};
use crate::web::ui::panel::{Panel, tile};
use crate::web::ui::range::Range;
use crate::web::ui::text::{Reader, fill, find, t, title_of};
use crate::web::ui::view::View;

/// The reports of the tiles.
const TILES: [&str; 5] = [
    "resolved",
    "handled",
    "resolution_time",
    "deflection_rate",
    "helpful_share",
];

/// The tiles, and what is said of them.
pub(super) struct Impact {
    /// Which window they are of.
    pub(super) title: String,
    /// Its days, and what they are compared with.
    pub(super) window: String,
    /// Over what the lines in them run.
    pub(super) course: String,
    /// Whether the week that runs is passed over because nothing came in yet.
    pub(super) is_nothing_yet: bool,
    /// Whether only whole periods are shown.
    pub(super) is_whole: bool,
    /// The same page with the other choice.
    pub(super) other: String,
    /// The tiles.
    pub(super) tiles: Vec<Panel>,
    /// What people found who looked at rows of reports.
    pub(super) reviewed: Vec<Reviewed>,
}

/// What people found who looked at rows of a report.
pub(super) struct Reviewed {
    pub(super) title: &'static str,
    /// How many are right, in words.
    pub(super) said: String,
    pub(super) href: String,
}

/// Of every report that was looked at.
fn reviewed(desk: &Desk) -> Vec<Reviewed> {
    let library = desk.library();
    let all = library.reviewed_reports().into_iter();
    let known = all.filter_map(|(id, precision)| {
        let report = Desk::find(id).ok()?;
        Some(Reviewed {
            title: title_of(report),
            said: precision_in_words("sample.precision", &precision),
            href: format!("/reports/{}/review", report.id),
        })
    });
    known.filter(|one| !one.said.is_empty()).collect()
}

impl Impact {
    /// The tiles of the page at `path`: what the customer agent did.
    pub(super) fn new(desk: &Desk, view: &View, path: &str) -> Self {
        Self::of(desk, view, path, &TILES)
    }

    /// Any reports as tiles, of the same window.
    pub(super) fn of(desk: &Desk, view: &View, path: &str, ids: &[&str]) -> Self {
        let Window {
            own,
            title,
            is_nothing_yet,
        } = window(desk, view, path);
        let course = View {
            every: Some(view.frequency(desk.now)),
            ..view.clone()
        };
        let reader = Reader::present();
        let wish = Wish {
            form: PanelForm::Tile,
            ..Wish::default()
        };
        let tiles = ids.par_iter().map(|id| {
            reader.reads(|| {
                let mut made = panel(desk, id, &own, wish);
                if made.fault.is_none() {
                    made.chart = tile::course(desk, id, &course);
                }
                made
            })
        });
        let mut other = view.clone();
        other.whole = !view.whole;
        Self {
            title,
            window: said(desk, &own),
            course: course_said(desk, &course),
            is_nothing_yet,
            is_whole: view.whole,
            other: other.at(path),
            tiles: tiles.collect(),
            reviewed: reviewed(desk),
        }
    }
}

/// The window of the tiles.
struct Window {
    own: View,
    /// What it is called.
    title: String,
    is_nothing_yet: bool,
}

/// The week so far; while nothing came in yet, and where only whole periods are wanted, the last
/// one that is over; where dates are chosen, these.
fn window(desk: &Desk, view: &View, path: &str) -> Window {
    if !view.is_usual_at(path) {
        let name = find(&format!("range.{}", view.range.word())).unwrap_or_default();
        let title = match view.range {
            Range::Named(_) => name.to_owned(),
            Range::Custom(from, until) => date::span(from, until),
        };
        return Window {
            own: view.clone(),
            title,
            is_nothing_yet: false,
        };
    }
    let at = view.as_of.unwrap_or(desk.now);
    let today = date::local(at, view.zone).date_naive();
    let of = |is_whole| {
        let (from, until) = week(today, is_whole);
        View {
            range: Range::Custom(from, until),
            every: None,
            whole: false,
            ..view.clone()
        }
    };
    let running = of(false);
    let is_nothing_yet = !view.whole && is_nothing(desk, &running);
    if view.whole || is_nothing_yet {
        return Window {
            own: of(true),
            title: t("impact.last_week").to_owned(),
            is_nothing_yet,
        };
    }
    Window {
        own: running,
        title: t("impact.this_week").to_owned(),
        is_nothing_yet,
    }
}

/// Whether nothing came in within a window: on a Monday morning that is no fall.
fn is_nothing(desk: &Desk, own: &View) -> bool {
    let asked = View {
        compare: false,
        ..own.clone()
    };
    let result = desk.ask("handling_rate", &asked, None);
    let total = result.ok().and_then(|result| result.total);
    total.is_some_and(|total| total.figure(Figure::Denominator) == Some(0.0))
}

/// Monday and Sunday of the week of `today`, or of the last one that is over.
fn week(today: NaiveDate, is_whole: bool) -> (NaiveDate, NaiveDate) {
    let back = u64::from(today.weekday().num_days_from_monday()) + if is_whole { 7 } else { 0 };
    let from = today.checked_sub_days(Days::new(back)).unwrap_or(today);
    let until = from.checked_add_days(Days::new(6)).unwrap_or(from);
    (from, until)
}

/// The days of a window, and what they are compared with.
fn said(desk: &Desk, own: &View) -> String {
    let (from, until) = own.days(desk.now);
    let days = date::span(from, until);
    let asked = desk.ask("resolved", own, Some(own.frequency(desk.now)));
    let compare = asked.ok().and_then(|result| result.compare);
    compare.map_or_else(|| days.clone(), |compare| against(&days, own, &compare))
}

fn against(days: &str, own: &View, compare: &Comparison) -> String {
    let zone = own.zone;
    let before = date::window(compare.window.from, compare.window.to, zone);
    match compare.until {
        Some(until) => {
            let until = date::instant(until, zone);
            let parts = [
                ("window", days),
                ("before", before.as_str()),
                ("until", until.as_str()),
            ];
            fill("impact.against_part", &parts)
        }
        None => fill("impact.against", &[("window", days), ("before", &before)]),
    }
}

/// What the lines in the tiles run over.
fn course_said(desk: &Desk, course: &View) -> String {
    let (from, until) = course.days(desk.now);
    let every = course.frequency(desk.now).as_str();
    let every = find(&format!("every.{every}")).unwrap_or_default();
    let span = date::span(from, until);
    fill("impact.course", &[("window", &span), ("every", every)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday_and_the_last_whole_one_before_it() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let this = (day("2026-11-30"), day("2026-12-06"));
        let last = (day("2026-11-23"), day("2026-11-29"));
        for today in ["2026-11-30", "2026-12-06"] {
            assert_eq!(week(day(today), false), this);
            assert_eq!(week(day(today), true), last);
        }
    }
}
