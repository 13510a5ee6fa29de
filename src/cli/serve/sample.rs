//! The sample desk of `serve --demo`: fills an empty folder once.
//!
//! A marker in the folder says that it was filled so, and up to which day: what an
//! interrupted start left out is added by the next, and the rest recognised.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::app::{App, BATCH_EVENTS, Via};
use crate::cli::demo::today;
use crate::cli::progress;
use crate::demo::{Options, events};
use crate::disk::{self, Access};
use crate::model::{Event, Timestamp};

/// The word after the day in the marker of a folder that is filled.
const FILLED: &str = "filled";

/// Fills the folder, unless `--demo` has done so before; refuses any other one.
pub(super) fn fill(app: &App) -> anyhow::Result<()> {
    let marker = app.folder().path().join("demo");
    let until = match read(&marker)? {
        Some((_, true)) => return Ok(()),
        Some((until, false)) => until,
        None if app.position() == 0 => today(app.clock().now()),
        None => bail!(
            "`{}` holds data that --demo has not made; leave --demo out to serve it, or name \
             another folder with --data",
            app.folder().path().display()
        ),
    };
    let options = Options::new(until);
    write(&marker, &format!("{until}\n"))?;
    let bar = progress::counting(
        u64::from(options.conversations),
        "making the sample desk, conversations",
    );
    let mut batch: Vec<Arc<Event>> = Vec::with_capacity(BATCH_EVENTS);
    for event in events(&options) {
        bar.inc(u64::from(event.body.kind() == "conversation.started"));
        batch.push(Arc::new(event));
        if batch.len() == BATCH_EVENTS {
            app.take(Via::Import, "demo", &batch)?;
            batch.clear();
        }
    }
    app.take(Via::Import, "demo", &batch)?;
    app.settle()?;
    bar.finish_and_clear();
    write(&marker, &format!("{until} {FILLED}\n"))
}

/// Up to which day the folder is being filled, and whether it is.
fn read(marker: &Path) -> anyhow::Result<Option<(Timestamp, bool)>> {
    let text = match fs::read_to_string(marker) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read `{}`", marker.display()));
        }
    };
    let mut words = text.split_whitespace();
    let until = Timestamp::parse(words.next().unwrap_or_default())
        .with_context(|| format!("`{}` is damaged", marker.display()))?;
    Ok(Some((until, words.next() == Some(FILLED))))
}

fn write(marker: &Path, text: &str) -> anyhow::Result<()> {
    disk::write(marker, text.as_bytes(), Access::Shared)
        .with_context(|| format!("cannot write `{}`", marker.display()))
}
