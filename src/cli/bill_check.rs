//! `svar bill-check`: a vendor's bill beside Svar's own count.

use serde_json::Value;

use super::context::Context;
use super::human::{Grid, Side, plain};
use super::output;

/// Set what a vendor bills as resolved beside what Svar counts
///
/// What is claimed came along with an import; each conversation is judged by the vendor's rule of
/// that day, and where Svar does not count it, the reason is given.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar bill-check --from 2026-10-01 --to 2026-11-01 --price 0.99\n  svar bill-check --from 2026-10-01 --to 2026-11-01 --price 0.99 --csv > packet.csv"
)]
pub(super) struct Args {
    /// The first day of UTC, or an instant
    #[arg(long, value_name = "DAY")]
    from: String,
    /// The end, which is no longer in it
    #[arg(long, value_name = "DAY")]
    to: String,
    /// What one costs, such as 0.99
    #[arg(long, value_name = "PRICE")]
    price: String,
    /// Give the packet to send to the vendor as CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Give it as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let parameters = [
        ("from", &args.from),
        ("to", &args.to),
        ("price", &args.price),
    ];
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.clone()));
    let parameters = parameters.to_vec();
    let client = context.client()?;
    if args.csv {
        let text = client.text("/api/v1/bill-check", &parameters, "text/csv")?;
        return output::print(text.trim_end());
    }
    let check = client.json("/api/v1/bill-check", &parameters)?;
    if args.json {
        return output::print_json(&check);
    }
    let mut grid = Grid::default();
    for head in ["CONVERSATION", "CLAIMED", "CLAIM", "SVAR", "REASON"] {
        grid.column(head, Side::Left);
    }
    let lines = check.get("lines").and_then(Value::as_array);
    for line in lines.into_iter().flatten() {
        let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
        let agreed = line.get("agreed").and_then(Value::as_bool) == Some(true);
        grid.row(vec![
            plain(text("conversation")),
            text("claimed_at").to_owned(),
            plain(text("claim")),
            if agreed { "agreed" } else { "disputed" }.to_owned(),
            plain(text("reason")),
        ]);
    }
    output::print(grid.render().trim_end())?;
    for what in ["claimed", "agreed", "disputed"] {
        let count = check.get(what).and_then(Value::as_u64).unwrap_or_default();
        let sum = check.get(format!("{what}_sum")).and_then(Value::as_str);
        output::print(format_args!("{what}: {count}, {}", sum.unwrap_or_default()))?;
    }
    let unruled = check.get("unruled").and_then(Value::as_u64);
    if let Some(unruled @ 1..) = unruled {
        output::print(format_args!(
            "claims of vendors whose rule on that day is not known, left out: {unruled}"
        ))?;
    }
    Ok(())
}
