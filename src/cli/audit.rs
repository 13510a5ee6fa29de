//! `svar audit`: what people did to the installation.

use serde_json::Value;

use super::context::Context;
use super::human::{Grid, Side, plain};
use super::output;

/// Show what people did to the installation, the last first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  svar audit\n  svar audit --limit 1000 --json")]
pub(super) struct Args {
    /// At most so many entries
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
    /// Give them as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let parameters = vec![("limit".to_owned(), args.limit.to_string())];
    let list = context.client()?.json("/api/v1/audit", &parameters)?;
    if args.json {
        return output::print_json(&list);
    }
    let mut grid = Grid::default();
    for head in ["AT", "WHO", "WHAT", "DETAIL"] {
        grid.column(head, Side::Left);
    }
    let items = list.get("items").and_then(Value::as_array);
    for item in items.into_iter().flatten() {
        let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
        let kind = text("kind");
        let kind = kind.strip_prefix("svar.").unwrap_or(kind);
        grid.row(vec![
            text("at").to_owned(),
            plain(text("actor")),
            kind.to_owned(),
            plain(text("detail")),
        ]);
    }
    output::print(grid.render().trim_end())
}
