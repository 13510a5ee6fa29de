//! `svar user rules`: what holds for everybody who signs in.

use serde_json::{Value, json};

use super::client::Parameters;
use super::context::Context;
use super::output;

/// The rules to change.
#[derive(Debug, clap::Args)]
pub(super) struct RuleArgs {
    /// Whether viewers may read conversations in their scope: words and contacts' names
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    viewers_read: Option<bool>,
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
        if let Some(on) = self.viewers_read {
            client.send("/api/v1/access", &json!({"viewers_read": on}))?;
        }
        let rules = client.json("/api/v1/access", &Parameters::new())?;
        let may = |name: &str| rules.get(name).and_then(Value::as_bool).unwrap_or_default();
        output::print(if may("viewers_read") {
            "viewers may read the conversations in their scope"
        } else {
            "viewers see numbers, and no words or names of contacts"
        })
    }
}
