//! `svar mail pipe`: a mail server hands a mail in.

use std::io::Read as _;

use anyhow::{Context as _, anyhow};
use serde_json::Value;

use super::client::encoded;
use super::context::Context;
use super::output;

/// The most bytes that are read: a server refuses what is too much for it.
const MOST: u64 = 64 << 20;

/// A mail that could not be handed in, and is to be handed in again: mail servers know it by the exit
/// code 75 (`EX_TEMPFAIL` of `sysexits.h`).
#[derive(Debug, thiserror::Error)]
#[error("the mail was not taken in; hand it in again")]
pub(super) struct Deferred;

/// Hands in what stands on the standard input.
pub(super) fn pipe(context: &Context, inbox: Option<&str>) -> anyhow::Result<()> {
    handed(context, inbox).map_err(|error| error.context(Deferred))
}

fn handed(context: &Context, inbox: Option<&str>) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().take(MOST + 1).read_to_end(&mut bytes);
    read.context("the mail cannot be read")?;
    if bytes.len() as u64 > MOST {
        return Err(anyhow!("it is larger than 64 MB"));
    }
    let path = match inbox {
        Some(inbox) => format!("/api/v1/channels/email/inbound?inbox={}", encoded(inbox)),
        None => "/api/v1/channels/email/inbound".to_owned(),
    };
    let client = context.client()?;
    let taken = client.post(&path, "message/rfc822", &bytes)?;
    let word = |name: &str| taken.get(name).and_then(Value::as_str).unwrap_or_default();
    output::print(format_args!("{} {}", word("state"), word("conversation")))
}
