//! The stop of a server: the first signal asks for it, the second one does not wait.

use std::time::Duration;

use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::cli::output;

/// How long a stop may take.
const WHOLE: Duration = Duration::from_secs(5);
/// How much of that the connections get.
const CONNECTIONS: Duration = Duration::from_secs(2);
/// The exit code of a process that a second signal ended.
const ENDED_AT_ONCE: i32 = 130;

/// Hears of signals, and lets others wait for the first.
pub(super) struct Stop {
    ask: watch::Sender<Option<Instant>>,
    asked: watch::Receiver<Option<Instant>>,
}

/// When the stop was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct StopTime(Instant);

impl Stop {
    /// Begins to listen for SIGTERM and Ctrl-C.
    pub(super) fn listen() -> anyhow::Result<Self> {
        let signals = Signals {
            terminate: signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?,
            interrupt: signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?,
        };
        let (sender, receiver) = watch::channel(None);
        tokio::spawn(hear(signals, sender.clone()));
        Ok(Self {
            ask: sender,
            asked: receiver,
        })
    }

    /// Asks for the stop without a signal, once `reason` is over.
    pub(super) fn when(&self, reason: impl Future<Output = ()> + Send + 'static) {
        let ask = self.ask.clone();
        tokio::spawn(async move {
            reason.await;
            ask.send_replace(Some(Instant::now()));
        });
    }

    /// Returns when the stop is asked for.
    pub(super) fn requested(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut instant = self.asked.clone();
        async move {
            // The other end lives as long as the runtime does.
            drop(instant.wait_for(Option::is_some).await.map(|_at| ()));
        }
    }

    /// Returns when connections have had their time after that.
    pub(super) async fn connections_are_over(&self) {
        self.requested().await;
        tokio::time::sleep(CONNECTIONS).await;
    }

    /// When the stop was asked for.
    pub(super) fn stopped(&self) -> StopTime {
        StopTime(self.asked.borrow().unwrap_or_else(Instant::now))
    }
}

impl StopTime {
    /// How long the rest of the stop may take.
    pub(super) fn time_left(self) -> Duration {
        WHOLE.saturating_sub(self.0.elapsed())
    }
}

async fn hear(mut signals: Signals, sender: watch::Sender<Option<Instant>>) {
    next(&mut signals).await;
    sender.send_replace(Some(Instant::now()));
    output::say("Svar is stopping; once more ends it at once");
    next(&mut signals).await;
    end_at_once();
}

/// What ends a server.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

async fn next(signals: &mut Signals) {
    tokio::select! {
        _ = signals.terminate.recv() => {}
        _ = signals.interrupt.recv() => {}
    }
}

#[expect(
    clippy::exit,
    reason = "the user does not want to wait, and the journal is safe at any instant"
)]
fn end_at_once() {
    std::process::exit(ENDED_AT_ONCE);
}
