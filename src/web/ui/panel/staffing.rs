//! The staffing panel: hour by hour of the week, how many conversations come in and how many reps
//! are there for them.
//!
//! Both come from reports cut by hour: every inbound episode, and time in the status available.
//! Nothing is counted here but means over the same hour of several weeks.

use std::fmt::Write;

use chrono::{Datelike, Timelike};

use super::about::About;
use super::base::{Wish, report_href};
use super::table::{Cell as TableCell, Column, Table, rows_href};
use super::{Panel, PanelFigure, panel_href};
use crate::model::Timestamp;
use crate::report::{Every, Figure, ReportResult};
use crate::web::ui::chart::escape;
use crate::web::ui::chart::heat::{Cell, heat};
use crate::web::ui::chart::list::{Row, Segment, html};
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::range::Range;
use crate::web::ui::text::{fill, t};
use crate::web::ui::url::pair;
use crate::web::ui::view::View;

/// Its name in addresses.
pub(super) const ID: &str = "staffing";

/// How many days are looked at: eight weeks show a habit, and more hours no report gives.
const DAYS: u64 = 56;

/// How many hours the list of the thinnest names.
const NAMED: usize = 5;

/// How many reps an hour has at least that is staffed at all: in half of its weeks somebody stayed.
const SOMEBODY: f64 = 0.5;

/// One hour of the week, over several weeks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Hour {
    /// How many such hours there were.
    hours: f64,
    /// The conversations that came in.
    arrived: f64,
    /// The time that reps were available.
    available_secs: f64,
}

impl Hour {
    fn arrivals(&self) -> f64 {
        if self.hours > 0.0 {
            self.arrived / self.hours
        } else {
            0.0
        }
    }

    fn reps(&self) -> f64 {
        if self.hours > 0.0 {
            self.available_secs / 3_600.0 / self.hours
        } else {
            0.0
        }
    }

    /// Conversations an hour for each rep who was there; none: nobody was.
    fn load(&self) -> Option<f64> {
        (self.reps() >= SOMEBODY).then(|| self.arrivals() / self.reps())
    }
}

/// A week of hours, Monday's first.
struct Week {
    hours: [[Hour; 24]; 7],
    /// All that came in.
    arrived: f64,
    /// What of it came in while nobody was available.
    alone: f64,
}

impl Week {
    /// Gathers what came in and who was there, bucket by bucket.
    fn of(arrivals: &ReportResult, available: &ReportResult, view: &View) -> Self {
        let mut week = Self {
            hours: [[Hour::default(); 24]; 7],
            arrived: 0.0,
            alone: 0.0,
        };
        let points = arrivals.series.first().map(|series| &series.points);
        for (place, point) in points.into_iter().flatten().enumerate() {
            if point.start > arrivals.as_of {
                break;
            }
            let arrived = point.figures.figure(Figure::Denominator);
            let arrived = arrived.unwrap_or_default();
            let secs = seconds(available, place);
            week.arrived += arrived;
            if secs <= 0.0 {
                week.alone += arrived;
            }
            if let Some(hour) = week.hour(point.start, view) {
                hour.hours += 1.0;
                hour.arrived += arrived;
                hour.available_secs += secs;
            }
        }
        week
    }

    fn hour(&mut self, at: Timestamp, view: &View) -> Option<&mut Hour> {
        let local = date::local(at, view.zone);
        let day = local.weekday().num_days_from_monday() as usize;
        let hour = local.hour() as usize;
        self.hours.get_mut(day)?.get_mut(hour)
    }

    /// Every hour with its day and its place in it.
    fn all(&self) -> impl Iterator<Item = (usize, usize, &Hour)> {
        let days = self.hours.iter().enumerate();
        days.flat_map(|(day, hours)| {
            hours
                .iter()
                .enumerate()
                .map(move |(at, hour)| (day, at, hour))
        })
    }

    /// The hours in which the most comes in for each rep who is there.
    fn thinnest(&self) -> Vec<(usize, usize, &Hour, f64)> {
        let mut loads: Vec<_> = self
            .all()
            .filter_map(|(day, at, hour)| Some((day, at, hour, hour.load()?)))
            .filter(|(.., load)| *load > 0.0)
            .collect();
        loads.sort_by(|a, b| b.3.total_cmp(&a.3));
        loads.truncate(NAMED);
        loads
    }
}

/// The time that reps were available in a bucket, all together.
fn seconds(available: &ReportResult, place: usize) -> f64 {
    let series = available.series.iter().filter(|series| {
        let status = series.key.get("status");
        status.is_some_and(|status| status.to_text() == "available")
    });
    let points = series.filter_map(|series| series.points.get(place));
    points.filter_map(|point| point.figures.number()).sum()
}

/// The panel.
pub(super) fn panel(desk: &Desk, view: &View, wish: Wish) -> Result<Panel, Fault> {
    let own = recent(desk, view);
    let arrivals = desk.ask("handling_rate", &own, Some(Every::Hour))?;
    let of_reps = kept_to_reps(&own)?;
    let available = desk.ask("rep_availability", &of_reps, Some(Every::Hour))?;
    let week = Week::of(&arrivals, &available, &own);
    let doors = Doors {
        arrivals: &own,
        reps: &of_reps,
    };
    let (from, until) = own.days(desk.now);
    let sign = if view.pairs().is_empty() { '?' } else { '&' };
    let href = panel_href(ID, view);
    Ok(Panel {
        id: ID.to_owned(),
        title: t("staffing.title").to_owned(),
        width: "whole",
        more: report_href("peak_available_reps", view),
        shown: alone(&week),
        chart: drawn(&week, &doors),
        table: wish.with_table.then(|| table(&week, &doors)),
        table_is_open: wish.with_table,
        table_href: if wish.with_table || href.is_empty() {
            String::new()
        } else {
            format!("{href}{sign}table=1")
        },
        note: fill("staffing.window", &[("days", &date::span(from, until))]),
        about: About {
            definition: t("staffing.about").to_owned(),
            ..About::new(desk, &arrivals)
        },
        empty: if week.arrived > 0.0 {
            String::new()
        } else {
            t("empty.window").to_owned()
        },
        height: "usual",
        href,
        ..Panel::default()
    })
}

/// Where the hours lead: to the conversations that came in, and to the time that reps were there.
struct Doors<'a> {
    arrivals: &'a View,
    reps: &'a View,
}

impl Doors<'_> {
    fn arrivals(&self, day: usize, at: usize) -> String {
        rows_href("handling_rate", self.arrivals, None, vec![hour(day, at)])
    }

    fn reps(&self, day: usize, at: usize) -> String {
        let available = pair("key.status", "available");
        rows_href(
            "rep_availability",
            self.reps,
            None,
            vec![available, hour(day, at)],
        )
    }
}

/// The parameter of rows that are of an hour of the week.
fn hour(day: usize, at: usize) -> (String, String) {
    pair("week_hour", &format!("{}-{at:02}", day + 1))
}

/// The view over the last weeks of its window.
fn recent(desk: &Desk, view: &View) -> View {
    let (from, until) = view.days(desk.now);
    let from = from.max(date::before(until, DAYS - 1));
    View {
        range: Range::Custom(from, until),
        every: None,
        compare: false,
        whole: false,
        by: Some("none".to_owned()),
        ..view.clone()
    }
}

/// The view with the filters only that reps' time can have: who is there is there for every channel.
fn kept_to_reps(view: &View) -> Result<View, Fault> {
    let fields = Desk::find("rep_availability")?.fields();
    let mut own = view.clone();
    own.filters.retain(|field, _| {
        let plain = field.split('.').next().unwrap_or_default();
        fields.iter().any(|known| known.as_str() == plain)
    });
    Ok(own)
}

/// The share of what came in while nobody was available.
fn alone(week: &Week) -> Option<PanelFigure> {
    if week.arrived <= 0.0 {
        return None;
    }
    let share = week.alone / week.arrived;
    let of = figure::count(week.arrived);
    Some(PanelFigure {
        exact: share.to_string(),
        text: figure::share(share),
        beside: fill("staffing.alone", &[("of", &of)]),
        change: None,
    })
}

fn drawn(week: &Week, doors: &Doors<'_>) -> String {
    let arrivals = |day, at| doors.arrivals(day, at);
    let reps = |day, at| doors.reps(day, at);
    let pictures: [(&str, Picture<'_>); 2] = [
        ("staffing.arrivals", (Hour::arrivals, &arrivals)),
        ("staffing.reps", (Hour::reps, &reps)),
    ];
    let mut drawn = String::from("<div class=\"week-pair\">");
    for (key, value) in pictures {
        let title = crate::web::ui::text::find(key).unwrap_or_default();
        let days: Vec<(String, Vec<Cell>)> = (0..7).map(|day| row(week, day, value)).collect();
        let chart = heat(title, t("chart.heat_about"), &days).page();
        let title = escape(title);
        let _written = write!(drawn, "<div class=\"drawn\"><h3>{title}</h3>{chart}</div>");
    }
    drawn.push_str("</div>");
    let thin = week.thinnest();
    if !thin.is_empty() {
        let title = escape(t("staffing.thinnest"));
        let rows = html(&thin_rows(&thin, doors));
        let _written = write!(drawn, "<h3>{title}</h3>{rows}");
    }
    drawn
}

/// What is drawn of an hour, and where it leads.
type Picture<'a> = (fn(&Hour) -> f64, &'a dyn Fn(usize, usize) -> String);

fn row(week: &Week, day: usize, (value, door): Picture<'_>) -> (String, Vec<Cell>) {
    let cells = week.all().filter(|(of, ..)| *of == day);
    let cells = cells.map(|(_, at, hour)| Cell {
        value: value(hour),
        text: figure::decimal(value(hour)),
        href: if value(hour) > 0.0 {
            door(day, at)
        } else {
            String::new()
        },
        tip: format!(
            "{} {at:02}:00\n{}\t{}\n{}\t{}",
            day_name(day),
            t("staffing.arrivals"),
            figure::decimal(hour.arrivals()),
            t("staffing.reps"),
            figure::decimal(hour.reps())
        ),
    });
    (day_name(day).to_owned(), cells.collect())
}

fn day_name(day: usize) -> &'static str {
    let number = u32::try_from(day + 1).unwrap_or(7);
    t(crate::web::ui::desk::weekday(number))
}

fn thin_rows(thin: &[(usize, usize, &Hour, f64)], doors: &Doors<'_>) -> Vec<Row> {
    let most = thin.first().map_or(1.0, |(.., load)| *load);
    let rows = thin.iter().map(|(day, at, hour, load)| {
        let parts = [
            ("arrivals", figure::decimal(hour.arrivals())),
            ("reps", figure::decimal(hour.reps())),
        ];
        let parts = parts
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        Row {
            name: format!("{} {at:02}:00", day_name(*day)),
            bars: vec![vec![Segment {
                class: "s5",
                share: load / most,
            }]],
            figure: fill("staffing.each", &[("load", &figure::decimal(*load))]),
            beside: fill("staffing.parts", &parts),
            href: doors.arrivals(*day, *at),
        }
    });
    rows.collect()
}

/// Every hour of the week with both means.
fn table(week: &Week, doors: &Doors<'_>) -> Table {
    let column = |label: &str, is_figure| Column {
        label: label.to_owned(),
        is_figure,
        ..Column::default()
    };
    let rows = week.all().map(|(day, at, hour)| {
        vec![
            TableCell::text(format!("{} {at:02}:00", day_name(day))),
            TableCell::text(figure::decimal(hour.arrivals())).to(doors.arrivals(day, at)),
            TableCell::text(figure::decimal(hour.reps())).to(doors.reps(day, at)),
        ]
    });
    Table {
        caption: t("staffing.title").to_owned(),
        columns: vec![
            column(t("column.bucket"), false),
            column(t("staffing.arrivals"), true),
            column(t("staffing.reps"), true),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_as_thin_as_what_comes_in_for_each_rep_there() {
        let hour = |arrived, reps: f64| Hour {
            hours: 4.0,
            arrived,
            available_secs: reps * 4.0 * 3_600.0,
        };
        let mut week = Week {
            hours: [[Hour::default(); 24]; 7],
            arrived: 0.0,
            alone: 0.0,
        };
        week.hours[0][9] = hour(40.0, 5.0);
        week.hours[2][14] = hour(24.0, 1.5);
        week.hours[6][3] = hour(8.0, 0.0);
        let thin: Vec<_> = week.thinnest();
        let places: Vec<_> = thin
            .iter()
            .map(|(day, at, _, load)| (*day, *at, *load))
            .collect();
        assert_eq!(places, [(2, 14, 4.0), (0, 9, 2.0)]);
        // Where nobody is, no rep has anything.
        assert_eq!(week.hours[6][3].load(), None);
        assert!((week.hours[6][3].arrivals() - 2.0).abs() < f64::EPSILON);
    }
}
