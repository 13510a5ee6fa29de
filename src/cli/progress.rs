//! Bars on the standard error, for people only: a script sees none.

use std::cell::OnceCell;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::output;

/// Replays shorter than this need no word where no bar can be shown.
const LONG_REPLAY: u64 = 50_000;

/// How often what moves by itself is drawn.
const TICK: Duration = Duration::from_millis(200);

/// What takes long where the past or another profile is asked about.
pub(super) const FOLDING: &str = "folding the journal for that question";

/// A bar over so many records, or bytes, that appears with the first step.
pub(super) struct CountBar {
    what: &'static str,
    unit: &'static str,
    bar: OnceCell<ProgressBar>,
}

impl CountBar {
    /// A bar that says `what` is being done, to how many of what.
    pub(super) const fn new(what: &'static str, unit: &'static str) -> Self {
        Self {
            what,
            unit,
            bar: OnceCell::new(),
        }
    }

    /// Shows that `done` of `total` are done.
    pub(super) fn show(&self, done: u64, total: u64) {
        let bar = self.bar.get_or_init(|| {
            let bar = counting(total, self.what);
            if bar.is_hidden() && total >= LONG_REPLAY {
                output::say(format_args!("{}: {total} {}", self.what, self.unit));
            }
            bar
        });
        bar.set_length(total.max(done));
        bar.set_position(done);
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

/// A bar over a known number of things.
pub(super) fn counting(total: u64, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    bar.set_style(style(
        "{msg} [{bar:30}] {human_pos}/{human_len} · {per_sec} · {eta} left",
    ));
    bar.with_message(what)
}

/// A bar over the bytes of a file; of a stream without an end that is known, a count.
pub(super) fn bytes(size: Option<u64>) -> ProgressBar {
    let bar = size.map_or_else(ProgressBar::no_length, ProgressBar::new);
    bar.set_style(style(match size {
        Some(_) => "[{bar:30}] {bytes}/{total_bytes} · {msg} · {eta} left",
        None => "{spinner} {bytes} · {msg}",
    }));
    bar.enable_steady_tick(TICK);
    bar
}

/// A sign that something goes on which cannot be counted.
pub(super) fn waiting(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::no_length();
    bar.set_style(style("{spinner} {msg}"));
    bar.enable_steady_tick(TICK);
    bar.with_message(what)
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template);
    style.unwrap_or_else(|_error| ProgressStyle::default_bar())
}
