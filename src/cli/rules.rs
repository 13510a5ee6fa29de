//! `svar user rules`: what holds for everybody who signs in.

use serde_json::Value;

use super::client::Parameters;
use super::context::Context;
use super::output;
use crate::command::AccessSettings;

/// The rules to change.
#[derive(Debug, clap::Args)]
pub(super) struct RuleArgs {
    /// Whether viewers may read conversations in their scope: words and contacts' names
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    viewers_read: Option<bool>,
    /// Whether an admin without a second factor may look only
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    admins_need_code: Option<bool>,
    /// Whether reps who see everything may block contacts
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    reps_block: Option<bool>,
}

fn yes_or_no(word: &str) -> Result<bool, String> {
    match word {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("it is yes or no".to_owned()),
    }
}

impl RuleArgs {
    /// Changes the rules that are named, and says what holds.
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        let client = context.client()?;
        let settings = AccessSettings {
            viewers_read: self.viewers_read,
            admins_need_code: self.admins_need_code,
            reps_block: self.reps_block,
        };
        if settings != AccessSettings::default() {
            client.send("/api/v1/access", &serde_json::to_value(settings)?)?;
        }
        let rules = client.json("/api/v1/access", &Parameters::new())?;
        let holds = |name: &str| rules.get(name).and_then(Value::as_bool).unwrap_or_default();
        output::print(if holds("viewers_read") {
            "viewers may read the conversations in their scope"
        } else {
            "viewers see numbers, and no words or names of contacts"
        })?;
        output::print(if holds("admins_need_code") {
            "an admin without a second factor may look only"
        } else {
            "admins need no second factor"
        })?;
        output::print(if holds("reps_block") {
            "reps who see everything may block contacts"
        } else {
            "only admins may block contacts"
        })
    }
}
