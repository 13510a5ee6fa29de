//! `svar model`: the sentence model that texts are compared by.

mod get;

use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::cli::client::Client;
use crate::cli::context::Context;
use crate::cli::human::{count, plain};
use crate::cli::{output, progress};
use crate::clock;

/// Where the server shows and changes it.
const PATH: &str = "/api/v1/knowledge/model";
/// Where it is told to go by the endpoint of its settings.
const ENDPOINT: &str = "/api/v1/knowledge/model/endpoint";
/// How often a server is asked how far it is.
const POLL: Duration = Duration::from_millis(300);

/// Say which sentence model texts are compared by; add one, or take it away
///
/// Svar comes with a table of vectors for English and needs no model. A small one for
/// sentences (ONNX, with its list of word pieces) finds more and takes milliseconds a text.
/// Until all texts have their vectors, everything goes on as it was.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar model\n  svar model get minilm\n  svar model add all-MiniLM-L6-v2/\n  svar model endpoint\n  svar model remove"
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Option<Action>,
    /// Give the answer as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Say which is in use (the default)
    List,
    /// Add the model in a folder: `model.onnx` and `vocab.txt` or `tokenizer.json`
    Add {
        /// The folder
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Fetch a model that Svar knows, and add it: `minilm` (English, 23 MB)
    Get {
        /// Which
        #[arg(value_name = "NAME")]
        name: String,
        /// Where its files are, instead of where they are published: an address, or a folder
        #[arg(long, value_name = "URL|DIR")]
        from: Option<String>,
    },
    /// Ask the endpoint for vectors that `[embeddings]` in svar.toml names
    ///
    /// OpenAI-compatible, such as Ollama, vLLM or a vendor. It is sent the words of questions.
    Endpoint,
    /// Go back to the table that Svar comes with
    Remove,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let client = context.client()?;
    let answer = match &args.deed {
        None | Some(Action::List) => client.json(PATH, &vec![])?,
        Some(Action::Add { dir }) => add(&client, dir)?,
        Some(Action::Get { name, from }) => {
            let place = get::Place::new()?;
            let folder = get::fetched(name, from.as_deref(), place.path())?;
            add(&client, &folder)?
        }
        Some(Action::Endpoint) => {
            let trying = progress::waiting("trying the endpoint");
            client.put(ENDPOINT, &json!({}))?;
            trying.finish_and_clear();
            changed(&client)?
        }
        Some(Action::Remove) => {
            client.delete(PATH)?;
            changed(&client)?
        }
    };
    if args.json {
        return output::print_json(&answer);
    }
    output::print(said(&answer))
}

fn add(client: &Client, dir: &Path) -> anyhow::Result<Value> {
    let trying = progress::waiting("trying the model");
    let folder = std::path::absolute(dir)?;
    client.put(PATH, &json!({"folder": folder.to_string_lossy()}))?;
    trying.finish_and_clear();
    changed(client)
}

fn bar() -> ProgressBar {
    progress::counting(0, "giving every text its new vector")
}

/// Follows the change; where no server makes it, it is made here.
fn changed(client: &Client) -> anyhow::Result<Value> {
    let Some(app) = client.folder() else {
        return followed(client);
    };
    let bar = bar();
    crate::work::switch_now(app, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    client.json(PATH, &vec![])
}

/// Looks on while the server makes the change, which goes on without us as well.
fn followed(client: &Client) -> anyhow::Result<Value> {
    let bar = bar();
    loop {
        let answer = client.json(PATH, &vec![])?;
        let is_over = ["progress", "fault"].map(|name| answer.get(name).is_none_or(Value::is_null));
        if is_over != [false, true] {
            bar.finish_and_clear();
            return Ok(answer);
        }
        let number = |name: &str| answer.pointer(&format!("/progress/{name}"))?.as_u64();
        bar.set_length(number("total").unwrap_or_default());
        bar.set_position(number("done").unwrap_or_default());
        clock::pause(POLL);
    }
}

fn named(embedder: &Value) -> String {
    let word = |name: &str| embedder.get(name).and_then(Value::as_str);
    let dims = embedder.get("dims").and_then(Value::as_f64);
    let dims = count(dims.unwrap_or_default());
    match word("name") {
        None => format!("the table that Svar comes with, {dims} numbers a vector"),
        Some(name) => {
            let label = word("endpoint").or(word("embedder"));
            let label = plain(label.unwrap_or_default());
            format!("{} ({label}), {dims} numbers a vector", plain(name))
        }
    }
}

fn said(answer: &Value) -> String {
    let nothing = Value::Null;
    let part = |name: &str| answer.get(name).unwrap_or(&nothing);
    let mut lines = vec![format!("in use: {}", named(part("in_use")))];
    if !part("next").is_null() {
        lines.push(format!("next: {}", named(part("next"))));
    }
    let number = |name: &str| part("progress").get(name).and_then(Value::as_f64);
    if let (Some(done), Some(total)) = (number("done"), number("total")) {
        let percent = (100.0 * done / total.max(1.0)).floor();
        let (done, total) = (count(done), count(total));
        lines.push(format!(
            "{percent} % of the texts have their new vectors ({done} of {total})"
        ));
    }
    if let Some(fault) = part("fault").as_str() {
        lines.push(format!("fault: {}", plain(fault)));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_and_what_comes_next_is_told() {
        let answer = json!({
            "in_use": {"embedder": "own/1", "name": null, "dims": 258, "bytes": null},
            "next": {"embedder": "0a1b/7", "name": "MiniLM", "dims": 384, "bytes": 9},
            "progress": {"done": 1, "total": 3}, "fault": null,
        });
        let elsewhere = json!({
            "embedder": "endpoint-1-2/768", "name": "nomic", "dims": 768,
            "endpoint": "http://127.0.0.1:11434/v1",
        });
        assert_eq!(
            named(&elsewhere),
            "nomic (http://127.0.0.1:11434/v1), 768 numbers a vector"
        );
        assert_eq!(
            said(&answer),
            "in use: the table that Svar comes with, 258 numbers a vector\n\
             next: MiniLM (0a1b/7), 384 numbers a vector\n\
             33 % of the texts have their new vectors (1 of 3)"
        );
    }
}
