//! Trying an uncertain store in a process of its own, because a damaged sled may hang or
//! end the process that opens it, which no guard in that process can catch.
//!
//! [`probe`] is the parent's part, [`examine`] the child's. Asked by `app` before it opens
//! a store whose last stop was not clean.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::error::guarded;
use super::{Error, Store};
use crate::{clock, failpoint};

/// The hidden subcommand of `svar` that runs [`examine`].
pub const PROBE_COMMAND: &str = "__open-store";
/// The exit code by which the child says that the store is unfit; its output says why.
pub const UNFIT: u8 = 3;
/// How long the keys are walked through: enough for what an opening does not touch, and
/// no more than a start can wait for.
const WALK: Duration = Duration::from_secs(5);
/// How often the child is looked after.
const POLL: Duration = Duration::from_millis(5);

/// Runs `program` as a child that opens the store; says why the store is unfit, if it is.
///
/// What the child cannot judge (rights, space, a lock) is left to the opening itself.
pub fn probe(program: &Path, limit: Duration, folder: &Path, files: &Path) -> Option<String> {
    let spawned = Command::new(program)
        .arg(PROBE_COMMAND)
        .args([folder, files])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            tracing::warn!(%error, "the store is opened without being tried first");
            return None;
        }
    };
    let Some(status) = wait(&mut child, limit) else {
        return Some(format!(
            "it was still opening after {} seconds",
            limit.as_secs()
        ));
    };
    judge(&mut child, status)
}

fn judge(child: &mut Child, status: ExitStatus) -> Option<String> {
    let mut said = String::new();
    if let Some(output) = &mut child.stdout {
        // What cannot be read was not said; the code is what counts.
        output.read_to_string(&mut said).unwrap_or_default();
    }
    match status.code() {
        Some(code) if code == i32::from(UNFIT) => Some(said.trim().to_owned()),
        Some(_) => None,
        None => Some(format!("opening it ended a process: {status}")),
    }
}

/// Waits for the child's end; ends it when it takes too long.
fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let began = Instant::now();
    while began.elapsed() < limit {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => clock::pause(POLL),
            Err(error) => {
                tracing::warn!(%error, "the process that tries the store cannot be waited for");
                break;
            }
        }
    }
    if let Err(error) = child.kill().and_then(|()| child.wait()) {
        tracing::warn!(%error, "the process that tries the store could not be ended");
    }
    None
}

/// Opens the store and walks through its keys for a while.
pub fn examine(folder: &Path, files: &Path) -> Result<(), Error> {
    failpoint::pass("store.probe");
    let store = Store::open(folder, files)?;
    let began = Instant::now();
    guarded(folder, || {
        for row in &**store.db()? {
            row.map_err(|error| Error::sled(folder, error))?;
            if began.elapsed() > WALK {
                break;
            }
        }
        Ok(())
    })
}
