//! `svar report`: the list of reports, a report's figures, or the rows behind them.
//!
//! One way for both who answer: a result is a JSON value, made here or sent by the
//! server, and the table is rendered from that.

mod figure;
mod list;
mod rows;
mod table;

use std::path::PathBuf;

use chrono_tz::Tz;
use clap::ValueEnum;

use super::client::{Client, Parameters, encoded};
use super::context::Context;
use super::output;
use super::saved;
use super::wrong::Wrong;
use crate::command::SavedReportDraft;
use crate::report::{Query, registry};

/// Show a report's figures; without ID, the list of reports
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar report\n  svar report deflection_rate --from 2026-01-01 --to 2026-07-01 --every month --by channel\n  svar report first_response_time --where channel=chat,email --where tag.not=vip --format csv\n  svar report rep_response_time --clock calendar,business --every week --format svg > chart.svg\n  svar report handed_off --rows --key reason=asked"
)]
pub(super) struct Args {
    /// Which report
    #[arg(value_name = "ID", group = "which")]
    id: Option<String>,
    /// Ask what a saved report asks, as `svar saved show` writes it; other flags say otherwise
    #[arg(long, value_name = "FILE", group = "which")]
    saved: Option<PathBuf>,
    /// The window by its name, as of today: `last_7`, `last_30`, `last_90`, `this_month` or `last_month`
    #[arg(long, value_name = "NAME", conflicts_with_all = ["from", "to"])]
    range: Option<String>,
    /// Start: a date in the zone, or an instant [default: 30 whole days ago]
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,
    /// End, no longer in the window [default: today's first instant]
    #[arg(long, value_name = "WHEN")]
    to: Option<String>,
    /// The zone of dates and buckets, such as Europe/Oslo [default: that of svar.toml, UTC]
    #[arg(long, value_name = "ZONE")]
    tz: Option<String>,
    /// Cut the window: hour, day, week, month, quarter or year
    #[arg(long, value_name = "UNIT")]
    every: Option<String>,
    /// Cut by up to three fields, or `none`
    #[arg(long, value_name = "FIELDS")]
    by: Option<String>,
    /// Keep rows by FIELD=A,B or leave out by FIELD.not=A,B; `\,` is a comma in a value
    #[arg(long = "where", value_name = "FIELD=VALUES")]
    filters: Vec<String>,
    /// Which clocks durations run on: calendar, business, sla; several are shown side by side
    #[arg(long, value_name = "CLOCK")]
    clock: Option<String>,
    /// The schedule of the clock business [default: the one called default, else the only one]
    #[arg(long, value_name = "ID")]
    schedule: Option<String>,
    /// The definition profiles to count by; several are shown side by side
    #[arg(long, value_name = "NAMES")]
    profile: Option<String>,
    /// Compare with another period: the one before it, by length (`previous`) or calendar (`previous_calendar`)
    #[arg(long, value_name = "PERIOD")]
    compare: Option<String>,
    /// Whole periods only: end the window with the last one that is over
    #[arg(long)]
    whole: bool,
    /// Count as if nothing later than this instant were known
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
    /// The length of top lists, 1 to 100
    #[arg(long, value_name = "N")]
    count: Option<String>,
    /// Another date basis, where the report has one
    #[arg(long, value_name = "BASIS")]
    basis: Option<String>,
    /// The first day of weeks: mon, sun or sat
    #[arg(long, value_name = "DAY")]
    week_start: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// List the rows behind the figures
    #[arg(long, requires = "which")]
    rows: bool,
    /// Only rows of the bucket that holds this instant
    #[arg(long, value_name = "INSTANT", requires = "rows")]
    bucket: Option<String>,
    /// Only rows of the series with FIELD=VALUE; no value is none
    #[arg(long, value_name = "FIELD=VALUE", requires = "rows")]
    key: Vec<String>,
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Table,
    /// As the API gives it.
    Json,
    /// For spreadsheets.
    Csv,
    /// The chart alone.
    Svg,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let saved = args.saved.as_deref().map(saved::read).transpose()?;
    let id = saved.as_ref().map(|saved| &saved.report);
    let Some(id) = id.or(args.id.as_ref()) else {
        return list::run(args.format);
    };
    let parameters = args.over(saved.as_ref())?;
    // What cannot be asked is said without a server, too.
    parsed(&parameters)?;
    if registry::find(id).is_none() && !context.is_remote() {
        return Err(unknown(id).into());
    }
    if args.rows && args.format == Format::Svg {
        return Err(
            Wrong::new("--format: rows are no chart; give them as table, json or csv").into(),
        );
    }
    if args.rows {
        return rows::run(context, args, id, &parameters);
    }
    let client = context.client()?;
    if args.format == Format::Svg {
        let path = format!("/reports/{}/chart.svg", encoded(id));
        return write(&client.text(&path, &parameters, "image/svg+xml")?);
    }
    let path = format!("/api/v1/reports/{}", encoded(id));
    if args.format == Format::Csv {
        return write(&client.text(&path, &parameters, "text/csv")?);
    }
    show(&client.json(&path, &parameters)?, args.format)?;
    let second = saved.and_then(|saved| saved.second);
    match second.filter(|_| args.format == Format::Table) {
        Some(second) => show_second(&client, &second, parameters),
        None => Ok(()),
    }
}

/// The second measure of a saved report, below the first: asked the same, as one series.
fn show_second(client: &Client, id: &str, mut parameters: Parameters) -> anyhow::Result<()> {
    parameters.retain(|(name, _)| !matches!(name.as_str(), "by" | "basis" | "compare" | "count"));
    parameters.push(("by".to_owned(), "none".to_owned()));
    let path = format!("/api/v1/reports/{}", encoded(id));
    let result = client.json(&path, &parameters)?;
    output::print("")?;
    show(&result, Format::Table)
}

fn show(result: &serde_json::Value, format: Format) -> anyhow::Result<()> {
    match format {
        Format::Json => output::print_json(result),
        _ => write(&table::render(result)),
    }
}

/// Writes text that ends its own lines.
fn write(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = output::Out::lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

impl Args {
    /// What a saved report asks, where no flag says otherwise.
    fn over(&self, saved: Option<&SavedReportDraft>) -> Result<Parameters, Wrong> {
        let mut parameters = self.parameters()?;
        let is_said = |name: &str| parameters.iter().any(|(other, _)| other == name);
        let is_dated = is_said("range") || is_said("from");
        let is_window = |name: &str| matches!(name, "range" | "from" | "to");
        let kept = saved.map(|saved| &saved.parameters);
        let kept = kept
            .into_iter()
            .flatten()
            .filter(|(name, _)| !(is_said(name) || (is_dated && is_window(name))));
        let kept: Parameters = kept
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        parameters.extend(kept);
        Ok(parameters)
    }

    /// The flags as the API's parameters, whose names they have.
    fn parameters(&self) -> Result<Parameters, Wrong> {
        let options = [
            ("range", self.range.as_ref()),
            ("from", self.from.as_ref()),
            ("to", self.to.as_ref()),
            ("tz", self.tz.as_ref()),
            ("every", self.every.as_ref()),
            ("week_start", self.week_start.as_ref()),
            ("by", self.by.as_ref()),
            ("clock", self.clock.as_ref()),
            ("schedule", self.schedule.as_ref()),
            ("profile", self.profile.as_ref()),
            ("compare", self.compare.as_ref()),
            ("as_of", self.as_of.as_ref()),
            ("count", self.count.as_ref()),
            ("basis", self.basis.as_ref()),
        ];
        let whole = self.whole.then(|| ("whole".to_owned(), "true".to_owned()));
        let mut parameters: Parameters = options
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.clone())))
            .chain(whole)
            .collect();
        for filter in &self.filters {
            let (field, values) = pair("--where", filter)?;
            parameters.push((format!("where.{field}"), values));
        }
        Ok(parameters)
    }
}

/// A flag's `FIELD=VALUE`.
fn pair(flag: &str, text: &str) -> Result<(String, String), Wrong> {
    let Some((field, value)) = text.split_once('=') else {
        let reason = format!("{flag}: `{text}` has no `=`; expected one such as channel=chat");
        return Err(Wrong::new(reason));
    };
    Ok((field.to_owned(), value.to_owned()))
}

fn parsed(parameters: &Parameters) -> Result<Query, Wrong> {
    let pairs = parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    Query::parse(pairs, Tz::UTC).map_err(|error| Wrong::new(error.to_string()))
}

/// The refusal of a report that is not there, with those that are named nearly so.
fn unknown(id: &str) -> Wrong {
    let near = list::nearest(id);
    let advice = if near.is_empty() {
        "`svar report` lists them all".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Wrong::new(format!("there is no report `{id}`; {advice}"))
}
