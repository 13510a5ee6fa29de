//! One chart of a page with its head, its colours' names and the table of its figures.

use super::table::Table;
use crate::report::ReportResult;
use crate::web::ui::chart::Frame;
use crate::web::ui::chart::element::Element;
use crate::web::ui::chart::list::{Row, html, svg};
use crate::web::ui::text::{fill, find};

/// The frame of a panel's chart.
pub(in crate::web::ui) fn frame(title: &str, result: &ReportResult, height: f64) -> Frame {
    let every = result.window.every.unwrap_or("whole");
    let every = find(&format!("every.{every}")).unwrap_or_default();
    Frame {
        aim: None,
        marks: Vec::new(),
        title: title.to_owned(),
        about: fill("chart.about", &[("title", title), ("every", every)]),
        height,
    }
}

/// A chart with its head.
#[derive(Clone, Debug, Default)]
pub(in crate::web::ui) struct Part {
    /// Its head.
    pub(in crate::web::ui) title: String,
    /// What is drawn; none where it is a list.
    pub(in crate::web::ui) chart: Option<Element>,
    /// Its rows, where it is a list.
    pub(in crate::web::ui) rows: Vec<Row>,
    /// The names of its colours.
    pub(in crate::web::ui) legend: Vec<(&'static str, String)>,
    /// The class that makes room for names at the lines' ends.
    pub(in crate::web::ui) labels: &'static str,
    /// The same figures as a table, where no other of the page has them.
    pub(in crate::web::ui) table: Option<Table>,
    /// Whether it is what the report is looked at for.
    pub(in crate::web::ui) is_lead: bool,
}

impl Part {
    /// The markup of a page.
    pub(in crate::web::ui) fn html(&self) -> String {
        let chart = self.chart.as_ref();
        chart.map_or_else(|| html(&self.rows), Element::page)
    }

    /// What a picture shows.
    pub(in crate::web::ui) fn svg(&self) -> Element {
        let chart = self.chart.clone();
        chart.unwrap_or_else(|| svg(&self.title, &self.rows))
    }

    pub(super) fn list(title: impl Into<String>, rows: Vec<Row>) -> Self {
        Self {
            title: title.into(),
            rows,
            ..Self::default()
        }
    }

    pub(super) fn leading(self) -> Self {
        Self {
            is_lead: true,
            ..self
        }
    }
}
