//! Cards over the table of a pipeline of jobs: how its jobs do, a report each.

use rayon::prelude::*;

use super::super::field_of;
use crate::model::PipelineId;
use crate::report::{Every, Figure, Series};
use crate::web::ui::chart::escape;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::panel::Panel;
use crate::web::ui::panel::overview::{PanelForm, Wish, panel};
use crate::web::ui::text::{Reader, find};
use crate::web::ui::url::Pairs;
use crate::web::ui::view::View;

/// The reports, in the order of a job's way.
const REPORTS: [&str; 15] = [
    "jobs_received",
    "answered_share",
    "job_response_time",
    "jobs_at_risk",
    "top_services",
    "jobs_declined",
    "declined_unanswered_share",
    "jobs_expired",
    "expired_share",
    "ratings",
    "contact_replied_back",
    "contact_declined",
    "jobs_completed",
    "jobs_invoiced",
    "reviews_received",
];

/// How many services a card names.
const NAMED: usize = 3;

/// The cards of the pipelines that the list is narrowed to; none where one of them has no jobs.
pub(super) fn cards(desk: &Desk, own: &Pairs, view: &View) -> Vec<Panel> {
    let Some(chosen) = field_of(own, "pipeline") else {
        return Vec::new();
    };
    let chosen: Vec<String> = chosen.split(',').map(str::to_owned).collect();
    if !chosen.iter().all(|pipeline| is_of_jobs(desk, pipeline)) {
        return Vec::new();
    }
    let mut narrowed = View {
        fits: Some(Every::Week),
        ..view.clone()
    };
    narrowed.filters.insert("pipeline".to_owned(), chosen);
    let reader = Reader::present();
    let made = REPORTS
        .par_iter()
        .map(|id| reader.reads(|| card(desk, id, &narrowed)));
    made.collect()
}

/// Whether a pipeline is of jobs.
fn is_of_jobs(desk: &Desk, pipeline: &str) -> bool {
    let directory = &desk.present().snapshot().directory;
    let id = PipelineId::parse(pipeline);
    id.is_ok_and(|id| !directory.is_support(&id, desk.now))
}

fn card(desk: &Desk, id: &str, view: &View) -> Panel {
    let wish = Wish {
        form: PanelForm::Tile,
        ..Wish::default()
    };
    let mut made = panel(desk, id, view, wish);
    let list = match id {
        "top_services" => services(desk, view),
        "ratings" => scales(desk, view),
        _ => return made,
    };
    match list {
        Ok(list) => made.chart = list,
        Err(fault) => fault.log(),
    }
    made
}

/// The services asked for most.
fn services(desk: &Desk, view: &View) -> Result<String, Fault> {
    let result = desk.ask("top_services", view, None)?;
    let mut series: Vec<_> = result.series.iter().collect();
    let value = |of: &Series| of.total.number().unwrap_or_default();
    series.sort_by(|a, b| value(b).total_cmp(&value(a)));
    let named = series.into_iter().take(NAMED);
    Ok(short(named.map(|one| {
        (desk.key(&one.key), figure::count(value(one)))
    })))
}

/// Both scales of the ratings.
fn scales(desk: &Desk, view: &View) -> Result<String, Fault> {
    let result = desk.ask("ratings", view, None)?;
    let scales = [Figure::Communication, Figure::Quality];
    Ok(short(scales.into_iter().filter_map(|scale| {
        let name = find(&format!("column.{}", scale.as_str()))?;
        let total = result.total.as_ref()?;
        Some((name.to_owned(), figure::more(scale, total)))
    })))
}

fn short(lines: impl Iterator<Item = (String, String)>) -> String {
    let lines = lines.map(|(name, value)| {
        let (name, value) = (escape(&name), escape(&value));
        format!("<li><span class=\"name\" title=\"{name}\">{name}</span> <span>{value}</span></li>")
    });
    format!("<ul class=\"short\">{}</ul>", lines.collect::<String>())
}
