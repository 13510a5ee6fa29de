//! Rows of one hour of the week: those behind a cell of the staffing panel, which adds up the same hour of
//! several weeks.
//!
//! What lasts is cut at the hours first, so that each of its rows is of one.

use chrono::{Datelike, Timelike};
use chrono_tz::Tz;

use crate::app::RowWish;
use crate::model::{Invalid, Timestamp};
use crate::report::{Every, KeyValue, Report, RowItem, RowPage, RowQuery};
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::fill;
use crate::web::ui::view::View;

/// An hour of the week in the zone of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WeekHour {
    /// The ISO weekday, 1 is Monday.
    day: u32,
    hour: u32,
}

impl WeekHour {
    /// The parameter that names one, as `1-09` for Monday from nine to ten.
    pub(super) const NAME: &'static str = "week_hour";

    /// The one that parameters name, if they do.
    pub(super) fn of(own: &[(String, String)]) -> Result<Option<Self>, Invalid> {
        let Some((_, text)) = own.iter().find(|(name, _)| name == Self::NAME) else {
            return Ok(None);
        };
        let (day, hour) = text.split_once('-').unwrap_or_default();
        let day = day.parse().ok().filter(|day| (1..=7).contains(day));
        let hour = hour.parse().ok().filter(|hour| *hour < 24);
        match day.zip(hour) {
            Some((day, hour)) => Ok(Some(Self { day, hour })),
            None => Err(Invalid::new(
                Self::NAME,
                fill("rows.bad", &[("value", text)]),
            )),
        }
    }

    /// What it is called: "Monday 09:00".
    pub(super) fn label(self, desk: &Desk) -> String {
        let day = desk.label("weekday", &KeyValue::Number(self.day));
        format!("{day} {:02}:00", self.hour)
    }

    fn holds(self, at: Timestamp, zone: Tz) -> bool {
        let local = date::local(at, zone);
        local.weekday().number_from_monday() == self.day && local.hour() == self.hour
    }
}

/// The rows of a state that are of one hour of the week: all are looked at, and those of the page given.
pub(super) fn rows_in(
    desk: &Desk,
    (report, view): (&Report, &View),
    wanted: &RowQuery,
    within: WeekHour,
) -> Result<RowPage, Fault> {
    let alone = View {
        compare: false,
        ..view.clone()
    };
    let query = alone.query(desk.now, Some(Every::Hour))?;
    let every = RowQuery {
        after: 0,
        limit: usize::MAX,
        ..wanted.clone()
    };
    let mut page = RowPage {
        items: Vec::new(),
        total: 0,
        next_cursor: None,
    };
    let mut take = |items: Vec<RowItem>| {
        for item in items {
            if within.holds(item.at, view.zone) {
                if page.total >= wanted.after && page.items.len() < wanted.limit {
                    page.items.push(item);
                }
                page.total += 1;
            }
        }
        true
    };
    let wish = RowWish {
        id: report.id,
        query: &query,
        wanted: &every,
    };
    let asked = desk.app.ask_row_parts_at(desk.present(), wish, &mut take)?;
    Fault::unless_busy(asked)?;
    let next = wanted.after + page.items.len();
    page.next_cursor = (next < page.total && !page.items.is_empty()).then(|| next.to_string());
    Ok(page)
}
