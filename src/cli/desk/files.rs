//! Files of conversations in the terminal: sent up, listed and saved.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::word;
use crate::cli::client::{Client, Parameters, encoded};
use crate::cli::human::plain;
use crate::cli::input;
use crate::cli::output;
use crate::model::file::{UNKNOWN_TYPE, clean_name, size_words};

/// The longest file that is read; what the server takes is less.
const MOST: u64 = 1 << 30;

/// Sends files up for a conversation; their ids.
pub(super) fn send_up(
    client: &Client,
    conversation: &str,
    paths: &[PathBuf],
) -> anyhow::Result<Vec<String>> {
    let each = paths.iter().map(|path| {
        let bytes = input::bytes(path, MOST)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let address = format!(
            "/api/v1/conversations/{}/files?name={}",
            encoded(conversation),
            encoded(&clean_name(&name))
        );
        let sent = client.post_long(&address, UNKNOWN_TYPE, &bytes);
        let sent = sent.with_context(|| format!("`{}` was not sent up", path.display()))?;
        Ok(word(&sent, "id").to_owned())
    });
    each.collect()
}

/// Lists the files of a conversation.
pub(super) fn list(client: &Client, conversation: &str, json: bool) -> anyhow::Result<()> {
    let files = all(client, conversation)?;
    if json {
        return output::print_json(&json!({"items": files}));
    }
    if files.is_empty() {
        output::say("there is nothing here");
    }
    for file in &files {
        output::print(line(file))?;
    }
    Ok(())
}

/// A file in a line: by what it is fetched, what it is called, its size.
pub(super) fn line(file: &Value) -> String {
    let place = match (word(file, "sha256"), word(file, "url")) {
        ("", "") => "not here",
        ("", url) => url,
        (sha256, _) => sha256,
    };
    let size = file.get("size").and_then(Value::as_u64).unwrap_or_default();
    let name = clean_name(word(file, "name"));
    format!("{}  {} ({})", plain(place), plain(&name), size_words(size))
}

/// Saves a file of a conversation, and never over another one.
pub(super) fn download(
    client: &Client,
    conversation: &str,
    file: &str,
    to: Option<&Path>,
) -> anyhow::Result<()> {
    let known = all(client, conversation)?;
    let known = known.iter().find(|known| word(known, "sha256") == file);
    let name = known.map_or_else(|| clean_name(file), |known| clean_name(word(known, "name")));
    let path = to.map_or_else(|| PathBuf::from(&name), Path::to_owned);
    let address = format!(
        "/api/v1/conversations/{}/files/{}",
        encoded(conversation),
        encoded(file)
    );
    let bytes = client.bytes(&address)?;
    let failed = || format!("cannot save `{}`", path.display());
    let mut saved = File::create_new(&path).with_context(failed)?;
    saved.write_all(&bytes).with_context(failed)?;
    output::print(format_args!("saved `{}`", plain(&path.to_string_lossy())))
}

fn all(client: &Client, conversation: &str) -> anyhow::Result<Vec<Value>> {
    let path = format!("/api/v1/conversations/{}", encoded(conversation));
    let one = client.json(&path, &Parameters::new())?;
    let messages = one.get("messages").and_then(Value::as_array);
    let files = messages.into_iter().flatten().filter_map(|message| {
        let files = message.get("attachments").and_then(Value::as_array);
        files.cloned()
    });
    Ok(files.flatten().collect())
}
