//! A report's result as a table: rendered from its JSON, made here or by a server.

use chrono_tz::Tz;
use serde_json::Value;

use super::figure::{Column, Row, change, columns};
use crate::cli::human::{Grid, NOTHING, Side, count, plain, wrapped};
use crate::model::Timestamp;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A result with what its rendering asks for again and again.
struct Rendering<'a> {
    result: &'a Value,
    zone: Tz,
    every: Option<&'a str>,
    unit: &'a str,
    keys: Vec<&'a str>,
    columns: Vec<Column>,
    before: Option<&'a Value>,
}

/// Renders a result for people.
pub(super) fn render(result: &Value) -> String {
    let shown = Rendering::new(result);
    let mut text = shown.head();
    text.push('\n');
    text.push_str(&shown.grid());
    text.push('\n');
    text.push_str(&shown.foot());
    text
}

fn word<'a>(value: &'a Value, path: &str) -> &'a str {
    value
        .pointer(path)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let items = value.get(name).and_then(Value::as_array);
    items.map(Vec::as_slice).unwrap_or_default()
}

impl<'a> Rendering<'a> {
    fn new(result: &'a Value) -> Self {
        let series = list(result, "series");
        let mut keys: Vec<&str> = Vec::new();
        for name in series
            .iter()
            .filter_map(|series| series.get("key")?.as_object())
        {
            for name in name.keys() {
                if !keys.contains(&name.as_str()) {
                    keys.push(name);
                }
            }
        }
        let unit = word(result, "/report/unit");
        let totals = series.iter().filter_map(|series| {
            let unit = unit_of(series, unit);
            Some(Row {
                unit,
                figures: series.get("total")?,
            })
        });
        Self {
            result,
            zone: word(result, "/window/tz").parse().unwrap_or(Tz::UTC),
            every: result.pointer("/window/every").and_then(Value::as_str),
            unit,
            keys,
            columns: columns(&totals.collect::<Vec<_>>()),
            before: result.get("compare").filter(|compare| !compare.is_null()),
        }
    }

    fn head(&self) -> String {
        let every = self
            .every
            .map_or_else(String::new, |every| format!(", every {every}"));
        let before = self.before.map_or_else(String::new, |before| {
            let until = before.get("until").and_then(Value::as_str);
            let until = until.map_or_else(String::new, |until| {
                let local = self.local(until, "%Y-%m-%d %H:%M");
                format!(", counted until {local}, as much as has passed of this one")
            });
            format!("compared with {}{until}\n", self.window(before))
        });
        format!(
            "{} ({})\n{}{every}, by `{}`, as of {}\n{before}",
            word(self.result, "/report/title"),
            word(self.result, "/report/id"),
            self.window(self.result),
            word(self.result, "/report/date_basis"),
            word(self.result, "/as_of"),
        )
    }

    /// The window that is in `part`, in its zone.
    fn window(&self, part: &Value) -> String {
        let at = |path| self.local(word(part, path), "%Y-%m-%d %H:%M");
        let (from, to) = (at("/window/from"), at("/window/to"));
        let (from, to) = match (from.strip_suffix(" 00:00"), to.strip_suffix(" 00:00")) {
            (Some(from), Some(to)) => (from, to),
            _ => (from.as_str(), to.as_str()),
        };
        format!("{from} to {to} (not included), {}", self.zone.name())
    }

    fn local(&self, text: &str, form: &str) -> String {
        Timestamp::parse(text).map_or_else(
            |_error| text.to_owned(),
            |at| {
                let local = at.to_utc().with_timezone(&self.zone);
                local.format(form).to_string()
            },
        )
    }

    fn grid(&self) -> String {
        let mut grid = Grid::default();
        for key in &self.keys {
            grid.column(*key, Side::Left);
        }
        if let Some(every) = self.every {
            grid.column(every, Side::Left);
        }
        if self.keys.is_empty() && self.every.is_none() {
            grid.column("", Side::Left);
        }
        for column in &self.columns {
            grid.column(column.head, Side::Right);
        }
        if self.before.is_some() {
            grid.column("before", Side::Right);
            grid.column("change", Side::Right);
        }
        let series = list(self.result, "series");
        for one in series {
            self.series(one, &mut grid);
        }
        let whole = self.result.get("total").filter(|total| !total.is_null());
        if let Some(whole) = whole.filter(|_| series.len() != 1) {
            let before = self.before.and_then(|before| before.get("total"));
            let row = Row {
                unit: self.unit,
                figures: whole,
            };
            grid.row(self.cells(self.lead("all", ""), row, before));
        }
        grid.render()
    }

    /// The buckets of a series, and its total.
    fn series(&self, series: &Value, grid: &mut Grid) {
        let unit = unit_of(series, self.unit);
        let before = self.before.and_then(|before| {
            let mut all = list(before, "series").iter();
            all.find(|other| other.get("key") == series.get("key"))
        });
        let points = list(series, "points");
        let mut first = true;
        if self.every.is_some() {
            for (place, point) in points.iter().enumerate() {
                let mut lead = Vec::new();
                for key in &self.keys {
                    lead.push(if first {
                        key_cell(series, key)
                    } else {
                        String::new()
                    });
                }
                lead.push(self.bucket(word(point, "/start")));
                let other = before.and_then(|before| list(before, "points").get(place));
                let row = Row {
                    unit,
                    figures: point,
                };
                grid.row(self.cells(lead, row, other));
                first = false;
            }
        }
        let Some(total) = series.get("total") else {
            return;
        };
        if self.every.is_some() && total.get("value").is_none_or(Value::is_null) {
            return;
        }
        let mut lead: Vec<String> = self
            .keys
            .iter()
            .map(|key| {
                if first {
                    key_cell(series, key)
                } else {
                    String::new()
                }
            })
            .collect();
        if self.every.is_some() || self.keys.is_empty() {
            lead.push("total".to_owned());
        }
        // What is open at the end of a window is in its only bucket, not in a total.
        let figures = match points {
            [only] if self.every.is_none() => only,
            _ => total,
        };
        let other = before.and_then(|before| before.get("total"));
        grid.row(self.cells(lead, Row { unit, figures }, other));
    }

    /// The cells before the figures, with `text` in the first.
    fn lead(&self, text: &str, rest: &str) -> Vec<String> {
        let places = self.keys.len() + usize::from(self.every.is_some());
        let mut lead = vec![text.to_owned()];
        lead.resize(places.max(1), rest.to_owned());
        lead
    }

    fn cells(&self, mut cells: Vec<String>, row: Row<'_>, before: Option<&Value>) -> Vec<String> {
        cells.extend(self.columns.iter().map(|column| (column.cell)(row)));
        if self.before.is_some() {
            cells.extend(change(row, before));
        }
        cells
    }

    fn bucket(&self, start: &str) -> String {
        let form = match self.every {
            Some("hour") => "%Y-%m-%d %H:%M",
            Some("month") => "%Y-%m",
            Some("year") => "%Y",
            _ => "%Y-%m-%d",
        };
        self.local(start, form)
    }

    fn foot(&self) -> String {
        let left_out: Vec<String> = list(self.result, "excluded")
            .iter()
            .map(|entry| {
                let number = entry.get("count").and_then(Value::as_f64);
                let number = count(number.unwrap_or_default());
                format!("{number} {}", word(entry, "/reason").replace('_', " "))
            })
            .collect();
        let mut lines = Vec::new();
        if !left_out.is_empty() {
            lines.push(format!("Left out: {}.", left_out.join(", ")));
        }
        let number = |name: &str| self.result.get(name).and_then(Value::as_f64);
        if let Some(open) = number("open").filter(|open| *open > 0.0) {
            let open = count(open);
            lines.push(format!(
                "Open: {open} have not ended and are in no duration."
            ));
        }
        if let Some(pending) = number("pending").filter(|pending| *pending > 0.0) {
            let pending = count(pending);
            lines.push(format!(
                "Pending: {pending} may still change; * marks what they touch."
            ));
        }
        lines.push(wrapped(word(self.result, "/report/definition")));
        format!("{}\n", lines.join("\n"))
    }
}

/// What a series is counted in: a report of a composite has a unit of its own.
fn unit_of<'a>(series: &Value, unit: &'a str) -> &'a str {
    let part = series.pointer("/key/report").and_then(Value::as_str);
    let report = part.and_then(crate::report::registry::find);
    match report.map(|report| report.unit) {
        Some(crate::report::Unit::Count) => "count",
        Some(crate::report::Unit::Share) => "share",
        Some(crate::report::Unit::Seconds) => "seconds",
        Some(crate::report::Unit::Score) => "score",
        None => unit,
    }
}

fn key_cell(series: &Value, key: &str) -> String {
    let value = series.get("key").and_then(|fields| fields.get(key));
    match (key, value) {
        ("weekday", Some(Value::Number(day))) => {
            let place = day.as_u64().and_then(|day| usize::try_from(day).ok());
            let name = place.and_then(|day| WEEKDAYS.get(day.checked_sub(1)?));
            name.map_or_else(|| day.to_string(), |name| (*name).to_owned())
        }
        ("hour", Some(Value::Number(hour))) => format!("{:02}:00", hour.as_u64().unwrap_or(0)),
        (_, Some(Value::String(text))) => plain(text),
        (_, None | Some(Value::Null)) => NOTHING.to_owned(),
        (_, Some(other)) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn result(unit: &str, every: Option<&str>, series: &Value) -> Value {
        json!({
            "report": {"id": "some_rate", "title": "Some rate", "unit": unit,
                "definition": "What it means.", "date_basis": "started"},
            "window": {"from": "2026-05-31T22:00:00Z", "to": "2026-06-14T22:00:00Z",
                "tz": "Europe/Oslo", "every": every},
            "as_of": "2026-06-30T00:00:00Z",
            "series": series,
            "total": null,
            "excluded": [{"reason": "outbound", "count": 1204}],
            "open": 2, "pending": 0,
        })
    }

    #[test]
    fn shares_stand_with_what_they_are_of() {
        let share = |value: Value, of: u64| json!({"value": value, "numerator": 1, "denominator": of, "low": 0.5, "high": 0.75});
        let mut one = share(json!(0.613), 1204);
        one["start"] = json!("2026-05-31T22:00:00Z");
        let mut other =
            json!({"value": null, "numerator": 0, "denominator": 0, "low": null, "high": null});
        other["start"] = json!("2026-06-07T22:00:00Z");
        let series = json!([{"key": {"channel": "chat"}, "points": [one, other], "total": share(json!(0.613), 1204)}]);
        assert_eq!(
            render(&result("share", Some("week"), &series)),
            "Some rate (some_rate)\n\
             2026-06-01 to 2026-06-15 (not included), Europe/Oslo, every week, by `started`, as of 2026-06-30T00:00:00Z\n\
             \n\
             channel  week                  share  95 % interval\n\
             ───────  ──────────  ───────────────  ─────────────\n\
             chat     2026-06-01  61.3 % of 1,204    50.0–75.0 %\n         \
             2026-06-08                –              –\n         \
             total       61.3 % of 1,204    50.0–75.0 %\n\
             \n\
             Left out: 1,204 outbound.\n\
             Open: 2 have not ended and are in no duration.\n\
             What it means.\n"
        );
    }

    #[test]
    fn durations_are_told_in_units_and_changes_in_percent() {
        let secs = |mean: f64| json!({"value": mean, "count": 3, "mean": mean, "p50": 760.0, "p90": 3600.0, "max": 7200.0});
        let series = |mean: f64| json!([{"key": {}, "points": [secs(mean)], "total": secs(mean)}]);
        let mut result = result("seconds", None, &series(760.0));
        result["compare"] = json!({"window": {"from": "2026-05-17T22:00:00Z", "to": "2026-05-31T22:00:00Z"}, "series": series(800.0)});
        let text = render(&result);
        assert!(
            text.contains("compared with 2026-05-18 to 2026-06-01"),
            "{text}"
        );
        let row = text.lines().find(|line| line.starts_with("total")).unwrap();
        let cells: Vec<&str> = row.split("  ").filter(|cell| !cell.is_empty()).collect();
        assert_eq!(
            cells.iter().map(|cell| cell.trim()).collect::<Vec<_>>(),
            [
                "total",
                "12 m 40 s",
                "12 m 40 s",
                "1 h",
                "2 h",
                "3",
                "13 m 20 s",
                "−5.0 %"
            ]
        );
    }
}
