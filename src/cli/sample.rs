//! `svar sample`: a sample of the rows behind a number, and whether they are right.

use serde_json::{Value, json};

use super::client::{Parameters, encoded};
use super::context::Context;
use super::human::{Grid, Side, plain};
use super::output;
use super::wrong::Wrong;

/// Look at a sample of the rows behind a number, and say whether they are right
///
/// The same seed draws the same 20 rows again. What is said of a row counts for every sample that draws it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar sample draw resolved --seed 7 --from 2026-10-01 --to 2026-11-01\n  svar sample judge resolved c-0198f2c1 2026-10-05T09:00:00Z right\n  svar sample precision resolved --seed 7"
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List 20 rows, drawn by a seed
    Draw(Drawing),
    /// Say of a row whether it is right
    Judge {
        /// The report
        #[arg(value_name = "REPORT")]
        report: String,
        /// The row's conversation
        #[arg(value_name = "CONVERSATION")]
        conversation: String,
        /// The instant by which it counts, as the list says it
        #[arg(value_name = "INSTANT")]
        counted_at: String,
        /// right, wrong, `should_have_handed_off` or `outcome_disputed`
        #[arg(value_name = "VERDICT")]
        verdict: String,
    },
    /// Say how many of those that were looked at are right, with the interval
    Precision(Drawing),
}

/// Of what a sample is drawn.
#[derive(Debug, clap::Args)]
struct Drawing {
    /// The report
    #[arg(value_name = "REPORT")]
    report: String,
    /// What it is drawn by
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Start: a date in the zone, or an instant [default: 30 whole days ago]
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,
    /// End, no longer in the window [default: today's first instant]
    #[arg(long, value_name = "WHEN")]
    to: Option<String>,
    /// The zone of dates, such as Europe/Oslo
    #[arg(long, value_name = "ZONE")]
    tz: Option<String>,
    /// Keep rows by FIELD=A,B or leave out by FIELD.not=A,B
    #[arg(long = "where", value_name = "FIELD=VALUES")]
    filters: Vec<String>,
    /// Give it as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let client = context.client()?;
    match &args.deed {
        Action::Draw(drawing) | Action::Precision(drawing) => {
            let sample = client.json(&path(&drawing.report), &drawing.parameters()?)?;
            if drawing.json {
                return output::print_json(&sample);
            }
            let rows = matches!(args.deed, Action::Draw(_)).then(|| rows(&sample));
            let of = |name: &str| precision(sample.get(name).unwrap_or(&Value::Null));
            output::print(format_args!(
                "{}this sample: {}\nevery row looked at: {}",
                rows.unwrap_or_default(),
                of("precision"),
                of("report_precision")
            ))
        }
        Action::Judge {
            report,
            conversation,
            counted_at,
            verdict,
        } => {
            let said =
                json!({"conversation": conversation, "counted_at": counted_at, "verdict": verdict});
            client.send(&path(report), &said)?;
            output::print(format_args!(
                "`{}` is {}",
                plain(conversation),
                plain(verdict)
            ))
        }
    }
}

fn path(report: &str) -> String {
    format!("/api/v1/reports/{}/sample", encoded(report))
}

impl Drawing {
    fn parameters(&self) -> Result<Parameters, Wrong> {
        let mut parameters = vec![("seed".to_owned(), self.seed.to_string())];
        for (name, value) in [("from", &self.from), ("to", &self.to), ("tz", &self.tz)] {
            parameters.extend(value.iter().map(|value| (name.to_owned(), value.clone())));
        }
        for filter in &self.filters {
            let (field, values) = filter
                .split_once('=')
                .ok_or_else(|| Wrong::new(format!("--where: `{filter}` is not FIELD=VALUES")))?;
            parameters.push((format!("where.{field}"), values.to_owned()));
        }
        Ok(parameters)
    }
}

/// The rows of a sample as a table.
fn rows(sample: &Value) -> String {
    let mut grid = Grid::default();
    for head in ["CONVERSATION", "COUNTED AT", "VERDICT"] {
        grid.column(head, Side::Left);
    }
    let items = sample.get("items").and_then(Value::as_array);
    for item in items.into_iter().flatten() {
        let word = |name: &str| plain(item.get(name).and_then(Value::as_str).unwrap_or("–"));
        grid.row(vec![word("conversation"), word("at"), word("verdict")]);
    }
    format!("{}\n\n", grid.render().trim_end())
}

/// "85.0 % right (17 of 20), 64.0 % to 94.8 %".
fn precision(of: &Value) -> String {
    let number = |name: &str| of.get(name).and_then(Value::as_f64).unwrap_or_default();
    let percent = |name: &str| format!("{:.1} %", number(name) * 100.0);
    if of.get("share").is_none_or(Value::is_null) {
        return "nobody has looked at a row yet".to_owned();
    }
    format!(
        "{} right ({} of {}), {} to {}",
        percent("share"),
        number("right"),
        number("judged"),
        percent("low"),
        percent("high")
    )
}
