//! `/design`: the tokens that every page is made of, and what its charts look like.

use askama::Template;
use axum::response::Response;
use chrono_tz::Tz;

use super::{Answer, Frame, Visit, make};
use crate::model::{HOUR_MS, Timestamp};
use crate::report::Unit;
use crate::web::ui::chart::axis::Axis;
use crate::web::ui::chart::bars::{Bars, Layer, histogram};
use crate::web::ui::chart::element::Element;
use crate::web::ui::chart::heat::{Cell, heat};
use crate::web::ui::chart::line::{Line, Lines};
use crate::web::ui::chart::scale::Scale;
use crate::web::ui::chart::spark::spark;
use crate::web::ui::chart::{Frame as ChartFrame, Slot};
use crate::web::ui::text::{Words, t};

const DAYS: i64 = 30;
const SERIES: [&str; 8] = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"];
const COLOURS: [&str; 14] = [
    "ground", "panel", "sunk", "line", "strong", "ink", "quiet", "accent", "tint", "better",
    "worse", "warning", "note", "focus",
];
const SIZES: [(&str, &str); 6] = [
    ("t-28", "28"),
    ("t-20", "20"),
    ("t-16", "16"),
    ("t-14", "14"),
    ("t-13", "13"),
    ("t-12", "12"),
];

#[derive(Template)]
#[template(path = "design.html")]
struct Design {
    frame: Frame,
    sizes: [(&'static str, &'static str); 6],
    colours: [&'static str; 14],
    series: [&'static str; 8],
    samples: Vec<(&'static str, &'static str, String)>,
}

/// The page of tokens.
pub(in crate::web::ui) async fn get_design(visit: Visit) -> Response {
    make(visit, |desk| {
        let page = Design {
            frame: desk.frame(t("design.title"), "design"),
            sizes: SIZES,
            colours: COLOURS,
            series: SERIES,
            samples: samples(),
        };
        Ok(Answer::Page(page.render()?))
    })
    .await
}

/// A course without meaning, the same on every load.
fn wave(step: f64, base: f64, reach: f64) -> Vec<Option<f64>> {
    let values = (0..DAYS).map(|day| {
        let day = day as f64;
        Some(base + reach * ((day * step).sin() + (day * 0.9).cos() * 0.4))
    });
    values.collect()
}

fn samples() -> Vec<(&'static str, &'static str, String)> {
    let spans = wave(0.3, 0.5, 0.4);
    vec![
        (t("design.lines"), "labelled", lines().page()),
        (t("design.bars"), "", bars().page()),
        (t("design.histogram"), "", sample_histogram().page()),
        (t("design.heat"), "", sample_heat().page()),
        (t("design.spark"), "", spark(&spans)),
    ]
}

fn axis() -> Axis {
    let from = Timestamp::from_millis(20_393 * 24 * HOUR_MS);
    Axis::new(from, from.plus_millis(DAYS * 24 * HOUR_MS), Tz::UTC)
}

fn slots() -> Vec<Slot> {
    let width = 100.0 / DAYS as f64;
    let slots = (0..DAYS).map(|day| Slot {
        left: day as f64 * width,
        width,
        provisional: day >= DAYS - 3,
        href: "/design".to_owned(),
        tip: t("design.lines").to_owned(),
    });
    slots.collect()
}

fn frame(title: &str) -> ChartFrame {
    ChartFrame {
        aim: None,
        marks: Vec::new(),
        title: title.to_owned(),
        about: title.to_owned(),
        height: 180.0,
    }
}

fn lines() -> Element {
    let course = |class, label: &str, values: Vec<Option<f64>>| Line {
        class,
        label: label.to_owned(),
        apart: vec![None; values.len()],
        values,
        ..Line::default()
    };
    let mut first = course("s1", t("panel.resolution"), wave(0.3, 0.6, 0.06));
    first.band = wave(0.3, 0.6, 0.06)
        .into_iter()
        .map(|value| value.map(|value| (value - 0.05, value + 0.05)))
        .collect();
    let mut second = course("s4", t("panel.handoff"), wave(0.5, 0.25, 0.05));
    for value in second.values.iter_mut().skip(11).take(3) {
        *value = None;
    }
    for (place, apart) in first.apart.iter_mut().enumerate().skip(27) {
        *apart = Some(0.62 + place as f64 / 1000.0);
    }
    for value in first.values.iter_mut().skip(27) {
        *value = None;
    }
    let mut before = course("s1", "", wave(0.3, 0.5, 0.05));
    before.is_before = true;
    let chart = Lines {
        frame: frame(t("design.lines")),
        axis: axis(),
        scale: Scale::new(Unit::Share, 1.0),
        second: None,
        slots: &slots(),
        drawn: &[before, first, second],
    };
    chart.draw()
}

fn bars() -> Element {
    let layers = [("s2", 12.0), ("s3", 8.0), ("s5", 4.0)].map(|(class, base)| Layer {
        class,
        label: class.to_owned(),
        values: wave(0.4, base, 2.0),
    });
    let chart = Bars {
        frame: frame(t("design.bars")),
        axis: axis(),
        scale: Scale::new(Unit::Count, 30.0),
        slots: &slots(),
        layers: &layers,
    };
    chart.draw()
}

fn sample_histogram() -> Element {
    let classes = wave(0.5, 20.0, 12.0).into_iter().flatten().take(11);
    let named = classes
        .enumerate()
        .map(|(place, value)| (format!("{}", place + 1), value));
    let named: Vec<(String, f64)> = named.collect();
    histogram(&frame(t("design.histogram")), "s1", &named)
}

fn sample_heat() -> Element {
    let days = [
        "weekday.mon",
        "weekday.tue",
        "weekday.wed",
        "weekday.thu",
        "weekday.fri",
    ];
    let days: Vec<(String, Vec<Cell>)> = days
        .iter()
        .enumerate()
        .map(|(row, day)| {
            let cells = (0..24).map(|hour| {
                let hour = f64::from(hour);
                let value = (60.0 - (hour - 13.0).powi(2) + row as f64 * 3.0)
                    .max(0.0)
                    .round();
                Cell {
                    value,
                    text: crate::web::ui::figure::count(value),
                    href: "/design".to_owned(),
                    tip: crate::web::ui::figure::count(value),
                }
            });
            let name = crate::web::ui::text::find(day).unwrap_or_default();
            (name.to_owned(), cells.collect())
        })
        .collect();
    heat(t("design.heat"), t("chart.heat_about"), &days)
}
