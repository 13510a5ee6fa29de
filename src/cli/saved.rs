//! `svar saved`: reports under a name, as the small documents that `svar report --saved` runs.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::client::{Client, Parameters, encoded};
use super::context::Context;
use super::human::{Grid, Side, plain};
use super::output;
use super::wrong::Wrong;
use crate::command::SavedReportDraft;

/// Keep reports under a name, list them, and get them as files
///
/// A saved report is a name, a report, and what it is asked. As a file it can be kept beside code,
/// and run with `svar report --saved FILE`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar saved list\n  svar saved show s-0198f2c1 > weekly.toml\n  svar report --saved weekly.toml --range last_7\n  svar saved save weekly.toml"
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the saved reports
    List {
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write a saved report as a file
    Show {
        /// The saved report
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Save the report that a file describes; one with an `id` is changed
    Save {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Take a saved report away; `restore` brings it back
    Remove {
        /// The saved report
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Bring a saved report back that was taken away
    Restore {
        /// The saved report
        #[arg(value_name = "ID")]
        id: String,
    },
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    if let Action::Save { file } = &args.deed {
        let draft = read(file)?;
        let saved = context
            .client()?
            .send("/api/v1/saved-reports", &json!(draft))?;
        let id = saved.get("id").and_then(Value::as_str);
        return output::print(plain(id.unwrap_or_default()));
    }
    let client = context.client()?;
    match &args.deed {
        Action::List { json } => list(&client, *json),
        Action::Show { id } => show(&client, id),
        Action::Remove { id } => change(&client, id, "remove", "removed"),
        Action::Restore { id } => change(&client, id, "restore", "there again"),
        Action::Save { .. } => Ok(()),
    }
}

/// The report that a file describes.
pub(super) fn read(file: &Path) -> Result<SavedReportDraft, Wrong> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Wrong::new(format!("{name} cannot be read: {error}")))?;
    toml::from_str(&text).map_err(|error| Wrong::new(format!("{name} is no saved report: {error}")))
}

fn word(item: &Value, name: &str) -> String {
    plain(item.get(name).and_then(Value::as_str).unwrap_or_default())
}

fn list(client: &Client, json: bool) -> anyhow::Result<()> {
    let reports = client.json("/api/v1/saved-reports", &Parameters::new())?;
    if json {
        return output::print_json(&reports);
    }
    let mut grid = Grid::default();
    for head in ["ID", "NAME", "REPORT", "BY"] {
        grid.column(head, Side::Left);
    }
    let items = reports.get("items").and_then(Value::as_array);
    for report in items.into_iter().flatten() {
        let by = report.get("owner").map(|owner| word(owner, "by"));
        grid.row(vec![
            word(report, "id"),
            word(report, "name"),
            word(report, "report"),
            by.unwrap_or_default(),
        ]);
    }
    output::print(grid.render().trim_end())
}

fn show(client: &Client, id: &str) -> anyhow::Result<()> {
    let path = format!("/api/v1/saved-reports/{}", encoded(id));
    let mut report = client.json(&path, &Parameters::new())?;
    if let Some(fields) = report.as_object_mut() {
        fields.remove("owner");
    }
    let draft: SavedReportDraft = serde_json::from_value(report)?;
    output::print(toml::to_string(&draft)?.trim_end())
}

fn change(client: &Client, id: &str, deed: &str, done: &str) -> anyhow::Result<()> {
    let path = format!("/api/v1/saved-reports/{}/{deed}", encoded(id));
    client.send(&path, &json!({}))?;
    output::print(format_args!("`{}` is {done}", plain(id)))
}
