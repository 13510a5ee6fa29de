//! `svar profile`: the definition profiles that reports can be counted by.

use serde_json::{Value, json};

use super::client::{Client, Parameters, encoded};
use super::context::Context;
use super::human::{Grid, NOTHING, Side, duration, plain};
use super::output;
use super::wrong::Wrong;
use crate::command::ProfileDraft;

/// List definition profiles, and keep some of your own
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar profile list\n  svar profile set patient --quiet 7d --reopen 7d\n  svar report resolution_rate --profile svar,patient\n  svar report resolution_rate --profile patient@1,patient@2"
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the profiles with their switches
    List {
        /// Give the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write a profile; other switches than before make a new version of it
    ///
    /// Earlier versions stay and can be asked for as NAME@VERSION. What is left out is as in
    /// the profile `svar`.
    Set(SetArgs),
    /// Take a profile of your own off the list; its versions can still be asked for
    Remove {
        /// The profile
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(Debug, clap::Args)]
struct SetArgs {
    /// The profile: 1 to 40 of a-z, 0-9 and -
    #[arg(value_name = "NAME")]
    name: String,
    /// W: an episode of the customer agent ends after this much silence, such as 72h
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    quiet: Option<i64>,
    /// R: a new episode within this time of a resolution revokes it
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    reopen: Option<i64>,
    /// N: a resolution without a new episode for this long is durable
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    durable: Option<i64>,
    /// An episode of reps ends after this much silence [default: it does not]
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    rep_quiet: Option<i64>,
}

/// Reads `90m`, `72h` or `7d`.
fn seconds(text: &str) -> Result<i64, String> {
    let units = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];
    let number = units.into_iter().find_map(|(unit, secs)| {
        let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(secs).filter(|secs| *secs > 0)
    });
    number.ok_or_else(|| "a time is a number with s, m, h or d, such as 72h".to_owned())
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    match &args.deed {
        Action::List { json } => list(context, *json),
        Action::Set(args) => set(context, args),
        Action::Remove { name } => remove(context, name),
    }
}

fn all(client: &Client) -> anyhow::Result<Value> {
    client.json("/api/v1/profiles", &Parameters::new())
}

fn list(context: &Context, json: bool) -> anyhow::Result<()> {
    let profiles = all(&context.client()?)?;
    if json {
        return output::print_json(&profiles);
    }
    let mut grid = Grid::default();
    grid.column("PROFILE", Side::Left);
    let heads = ["VERSION", "W QUIET", "R REOPEN", "N DURABLE", "REPS QUIET"];
    for head in heads {
        grid.column(head, Side::Right);
    }
    let items = profiles.get("items").and_then(Value::as_array);
    for item in items.into_iter().flatten() {
        let time = |name: &str| {
            let secs = item.get(name).and_then(Value::as_f64);
            secs.map_or_else(|| NOTHING.to_owned(), duration)
        };
        let version = item.get("version").and_then(Value::as_u64);
        let name = item.get("name").and_then(Value::as_str);
        grid.row(vec![
            plain(name.unwrap_or_default()),
            version.unwrap_or_default().to_string(),
            time("quiet_secs"),
            time("reopen_secs"),
            time("durable_secs"),
            time("rep_quiet_secs"),
        ]);
    }
    output::print(grid.render().trim_end())
}

fn set(context: &Context, args: &SetArgs) -> anyhow::Result<()> {
    let draft = ProfileDraft {
        name: args.name.clone(),
        quiet_secs: args.quiet,
        reopen_secs: args.reopen,
        durable_secs: args.durable,
        rep_quiet_secs: args.rep_quiet,
    };
    let client = context.client()?;
    client.send("/api/v1/profiles", &serde_json::to_value(draft)?)?;
    let profiles = all(&client)?;
    let items = profiles.get("items").and_then(Value::as_array);
    let matching = items.into_iter().flatten();
    let mut matching = matching.filter(|item| item.get("name") == Some(&json!(args.name)));
    let version = matching
        .next()
        .and_then(|item| item.get("version")?.as_u64());
    let version = version.ok_or_else(|| Wrong::new("the profile was removed again meanwhile"))?;
    output::print(format_args!(
        "`{}` is at version {version}; count by it with --profile {}",
        args.name, args.name
    ))
}

fn remove(context: &Context, name: &str) -> anyhow::Result<()> {
    let path = format!("/api/v1/profiles/{}/remove", encoded(name));
    context.client()?.send(&path, &json!({}))?;
    output::print(format_args!(
        "`{}` is off the list; what was counted by it can be counted again with its version",
        plain(name)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit() {
        assert_eq!(seconds("72h"), Ok(259_200));
        assert_eq!(seconds("7d"), Ok(604_800));
        for bad in ["", "72", "h", "-1h", "0d", "1w", "99999999999999999d"] {
            seconds(bad).unwrap_err();
        }
    }
}
