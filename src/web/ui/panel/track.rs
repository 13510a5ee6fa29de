//! Tracks: the series of an answer as a chart reads them, and the buckets they share.

use crate::model::DAY_MS;
use crate::report::{Figure, Figures, Point, ReportResult, Series, Unit};
use crate::web::ui::chart::Slot;
use crate::web::ui::chart::axis::Axis;
use crate::web::ui::chart::line::Line;
use crate::web::ui::date;
use crate::web::ui::figure;
use crate::web::ui::text::{fill, t};

/// One bucket of a track.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::web::ui) struct Reading {
    /// The value; none is a gap.
    pub(in crate::web::ui) value: Option<f64>,
    /// What an unsettled value settles at so far.
    pub(in crate::web::ui) settled: Option<f64>,
    /// Whether a row of it is not settled.
    pub(in crate::web::ui) is_provisional: bool,
    /// Where the line must not go, because it would fall for no other reason than that days are
    /// not settled or not over: the value to show apart from it.
    pub(in crate::web::ui) apart: Option<f64>,
    /// The limits of its interval.
    pub(in crate::web::ui) band: Option<(f64, f64)>,
    /// The value in words, with its fraction.
    pub(in crate::web::ui) text: String,
}

/// A figure over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::web::ui) struct Track {
    /// The class that colours it.
    pub(in crate::web::ui) class: &'static str,
    /// Its name.
    pub(in crate::web::ui) label: String,
    /// Its buckets.
    pub(in crate::web::ui) readings: Vec<Reading>,
    /// The same of the period before, bucket for bucket.
    pub(in crate::web::ui) before: Vec<Reading>,
    /// The unit of a scale of its own, where it is a second measure.
    pub(in crate::web::ui) own_unit: Option<Unit>,
}

/// Which figure of a bucket a track shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web::ui) enum Pick {
    /// The value.
    Value,
    /// Another figure, in the value's unit.
    More(Figure),
}

impl Track {
    /// The track of one series of an answer.
    pub(in crate::web::ui) fn new(result: &ReportResult, series: &Series, pick: Pick) -> Self {
        let unit = result.report.unit;
        let readings = series.points.iter().map(|point| {
            let has_begun = point.start <= result.as_of;
            let mut reading = read(unit, &point.figures, pick, has_begun);
            let is_part = is_short(point, result.window.every) || point.end > result.as_of;
            if unit == Unit::Count && is_part {
                reading.apart = reading.value;
            }
            reading
        });
        let before = result.compare.as_ref().and_then(|compare| {
            let same = compare
                .series
                .iter()
                .find(|other| other.key == series.key)?;
            let points = same.points.iter();
            Some(
                points
                    .map(|point| read(unit, &point.figures, pick, true))
                    .collect(),
            )
        });
        Self {
            readings: readings.collect(),
            before: before.unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The track of a figure in `unit` that `read` makes of each bucket of a series.
    pub(in crate::web::ui) fn of(
        result: &ReportResult,
        series: &Series,
        unit: Unit,
        read: impl Fn(&Figures) -> Option<f64>,
    ) -> Self {
        let readings = series.points.iter().map(|point| {
            let has_begun = point.start <= result.as_of;
            let value = read(&point.figures).filter(|_| has_begun);
            Reading {
                value,
                is_provisional: has_begun && point.figures.is_provisional,
                text: figure::amount(unit, value),
                ..Reading::default()
            }
        });
        Self {
            readings: readings.collect(),
            ..Self::default()
        }
    }

    /// The track under a name and a colour.
    pub(in crate::web::ui) fn named(self, label: impl Into<String>, class: &'static str) -> Self {
        Self {
            label: label.into(),
            class,
            ..self
        }
    }

    /// The values alone.
    pub(in crate::web::ui) fn values(&self) -> Vec<Option<f64>> {
        self.readings.iter().map(|reading| reading.value).collect()
    }

    /// The values that a line goes through: settled ones, of whole buckets.
    pub(in crate::web::ui) fn settled(&self) -> Vec<Option<f64>> {
        let readings = self.readings.iter();
        readings
            .map(|reading| reading.value.filter(|_| reading.is_on_line()))
            .collect()
    }

    /// The track as a line, with its intervals as a band if they are wanted.
    pub(in crate::web::ui) fn line(&self, with_band: bool) -> Line {
        let apart = self.readings.iter().map(|reading| reading.apart);
        let band = self.readings.iter().map(|reading| reading.band);
        Line {
            class: self.class,
            label: self.label.clone(),
            values: self.settled(),
            apart: apart.collect(),
            band: if with_band {
                band.collect()
            } else {
                Vec::new()
            },
            is_before: false,
            is_second: self.own_unit.is_some(),
        }
    }

    /// The period before as a line, as far as the chart has room for it.
    pub(in crate::web::ui) fn line_before(&self) -> Line {
        let values = self.before.iter().map(|reading| reading.value);
        Line {
            class: self.class,
            values: values.take(self.readings.len()).collect(),
            is_before: true,
            ..Line::default()
        }
    }
}

fn read(unit: Unit, figures: &Figures, pick: Pick, has_begun: bool) -> Reading {
    let value = match pick {
        Pick::Value => figures.number(),
        Pick::More(figure) => figures.figure(figure),
    };
    let value = value.filter(|value| has_begun && value.is_finite());
    let mut text = figure::amount(unit, value);
    if let Some(fraction) = figure::fraction(unit, figures).filter(|_| value.is_some()) {
        text = format!("{text} {fraction}");
    }
    let is_provisional = has_begun && figures.is_provisional;
    let settled = figures
        .figure(Figure::SettledValue)
        .filter(|_| pick == Pick::Value);
    let settles = pick == Pick::Value && figures.get(Figure::SettledValue).is_some();
    let apart = if settles { settled } else { value };
    Reading {
        value,
        settled,
        is_provisional,
        apart: apart.filter(|_| is_provisional),
        band: figures
            .figure(Figure::Low)
            .zip(figures.figure(Figure::High)),
        text,
    }
}

impl Reading {
    /// Whether the line goes through it.
    const fn is_on_line(&self) -> bool {
        !self.is_provisional && self.apart.is_none()
    }
}

/// Whether a bucket is cut short by the window.
fn is_short(point: &Point, every: Option<&str>) -> bool {
    // A day less than the shortest of its kind, for the clocks may change.
    let days = match every {
        Some("week") => 6,
        Some("month") => 27,
        Some("quarter") => 89,
        Some("year") => 364,
        _ => return false,
    };
    point.end.since(point.start) < days * DAY_MS
}

/// The slots that an answer's tracks share; `href` gives the rows of a bucket.
pub(in crate::web::ui) fn slots(
    result: &ReportResult,
    axis: &Axis,
    tracks: &[Track],
    href: impl Fn(crate::model::Timestamp) -> String,
) -> Vec<Slot> {
    let points = result.series.first().map(|series| &series.points);
    let points = points.into_iter().flatten().enumerate();
    points
        .map(|(place, point)| {
            let left = axis.at(point.start);
            let readings = tracks.iter().filter_map(|track| track.readings.get(place));
            Slot {
                left,
                width: axis.at(point.end) - left,
                provisional: readings.into_iter().any(|reading| !reading.is_on_line()),
                href: href(point.start),
                tip: tip(result, tracks, place),
            }
        })
        .collect()
}

/// The name of a bucket.
pub(in crate::web::ui) fn bucket_name(result: &ReportResult, place: usize) -> String {
    let zone = result.window.tz.parse().unwrap_or_default();
    let point = result
        .series
        .first()
        .and_then(|series| series.points.get(place));
    point.map_or_else(String::new, |point| {
        date::bucket(point.start, point.end, result.window.every, zone)
    })
}

/// What is read of a bucket: its name, then each figure, its settled value, the one before.
fn tip(result: &ReportResult, tracks: &[Track], place: usize) -> String {
    let mut lines = vec![bucket_name(result, place)];
    let alone = tracks.len() == 1;
    for track in tracks {
        let Some(reading) = track.readings.get(place) else {
            continue;
        };
        lines.push(format!(
            "{}\t{}\t{}",
            track.label, reading.text, track.class
        ));
        if let Some(settled) = reading.settled {
            let settled = figure::amount(result.report.unit, Some(settled));
            lines.push(format!("{}\t{settled}", t("chart.settled")));
        }
        if let Some(before) = track.before.get(place).filter(|_| alone) {
            lines.push(format!("{}\t{}", t("chart.before"), before.text));
            if let (Some(value), Some(old)) = (reading.value, before.value) {
                lines.push(format!(
                    "{}\t{}",
                    t("chart.change"),
                    moved(result.report.unit, value, old)
                ));
            }
        }
    }
    let readings = || tracks.iter().filter_map(|track| track.readings.get(place));
    if readings().any(|reading| reading.is_provisional) {
        lines.push(t("chart.provisional").to_owned());
    } else if readings().any(|reading| reading.apart.is_some()) {
        lines.push(t("chart.part").to_owned());
    }
    lines.join("\n")
}

fn moved(unit: Unit, value: f64, old: f64) -> String {
    match unit {
        Unit::Share => fill(
            "figure.points",
            &[("value", &figure::signed((value - old) * 100.0))],
        ),
        Unit::Score => figure::signed(value - old),
        Unit::Count if value >= old => format!("+{}", figure::count(value - old)),
        Unit::Count => figure::count(value - old),
        Unit::Seconds if value >= old => format!("+{}", figure::duration(value - old)),
        Unit::Seconds => figure::duration(value - old),
    }
}
