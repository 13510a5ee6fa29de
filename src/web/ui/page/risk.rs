//! The jobs that may yet expire: a list with the time that each has left.

use crate::model::Timestamp;
use crate::report::{RowItem, RowQuery};
use crate::web::ui::date;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::panel::PanelContext;
use crate::web::ui::panel::table::{Cell, Column, Table};
use crate::web::ui::text::{fill, t};
use crate::web::ui::url::encode;
use crate::web::ui::view::View;

/// The most jobs of the list; the rows have them all.
const MOST: usize = 200;

/// The jobs at risk, the most urgent first.
pub(super) fn at_risk(seen: PanelContext<'_>) -> Result<Table, Fault> {
    let view = View {
        compare: false,
        ..seen.view.clone()
    };
    let query = view.query(seen.desk.now, None)?;
    let wanted = RowQuery {
        limit: MOST,
        ..RowQuery::default()
    };
    let mut rows = seen.desk.rows(seen.report.id, &query, &wanted)?.items;
    rows.sort_by(|a, b| {
        a.value
            .unwrap_or_default()
            .total_cmp(&b.value.unwrap_or_default())
    });
    let zone = view.zone;
    let head = |label: String| Column {
        label,
        ..Column::default()
    };
    let until = fill("risk.until", &[("zone", zone.name())]);
    Ok(Table {
        anchor: "risk".to_owned(),
        caption: t("risk.title").to_owned(),
        columns: vec![
            head(t("risk.job").to_owned()),
            head(t("risk.left").to_owned()),
            head(until),
            head(t("rows.conversation").to_owned()),
        ],
        rows: rows
            .iter()
            .map(|row| cells(row, seen.result.as_of, zone))
            .collect(),
        ..Table::default()
    })
}

fn cells(row: &RowItem, as_of: Timestamp, zone: chrono_tz::Tz) -> Vec<Cell> {
    let left = std::time::Duration::try_from_secs_f64(row.value.unwrap_or_default());
    let left = i64::try_from(left.unwrap_or_default().as_millis()).unwrap_or_default();
    let until = as_of.plus_millis(left);
    let link = |kind: &str, id: &Option<String>| {
        id.as_deref().map_or_else(Cell::default, |id| {
            Cell::text(id).to(format!("/{kind}/{}", encode(id)))
        })
    };
    vec![
        link("tickets", &row.ticket),
        Cell::text(row.value.map_or_else(String::new, figure::duration)),
        Cell {
            title: until.to_string(),
            ..Cell::text(date::instant(until, zone))
        },
        link("conversations", &row.conversation),
    ]
}
