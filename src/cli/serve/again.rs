//! A server that starts over by itself: an erasure is done by the next opening of the folder.
//!
//! The process is replaced by itself, with the same arguments, at the address that it has.

use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, anyhow};

use crate::app::App;
use crate::cli::output;

/// Whether the server is to start over once it has stopped.
#[derive(Clone, Default)]
pub(super) struct Again(Arc<AtomicBool>);

impl Again {
    /// Returns when it is to.
    pub(super) fn wanted(&self, app: &Arc<App>) -> impl Future<Output = ()> + Send + use<> {
        let (app, wanted) = (Arc::clone(app), Arc::clone(&self.0));
        async move {
            app.erasure_asked().await;
            wanted.store(true, Ordering::Release);
            output::say("somebody is to be erased: Svar starts over to do it");
        }
    }

    /// Replaces this process by a new one, if that is wanted.
    pub(super) fn start(&self, address: SocketAddr) -> anyhow::Result<()> {
        if !self.0.load(Ordering::Acquire) {
            return Ok(());
        }
        let program = std::env::current_exe();
        let program = program.context("cannot start over; start svar again by hand")?;
        let mut command = Command::new(program);
        command.args(std::env::args_os().skip(1));
        // Where port 0 was asked for, people know the one that was given.
        command.args(["--listen".to_owned(), address.to_string()]);
        Err(anyhow!(command.exec()).context("cannot start over; start svar again by hand"))
    }
}
