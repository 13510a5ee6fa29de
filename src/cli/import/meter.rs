//! How far the reading of a file is, for who looks on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use indicatif::{HumanCount, ProgressBar};

use super::summary::FileSummary;
use crate::cli::progress;

/// The bar over one file.
pub(super) struct Meter {
    bar: ProgressBar,
    bytes: Arc<AtomicU64>,
    began: Instant,
}

impl Meter {
    pub(super) fn new(size: Option<u64>, bytes: Arc<AtomicU64>) -> Self {
        Self {
            bar: progress::bytes(size),
            bytes,
            began: Instant::now(),
        }
    }

    /// Shows what has come in, and how many questions have got their topics meanwhile.
    pub(super) fn show(&self, summary: &FileSummary, grouped: u64) {
        let events = summary.accepted + summary.duplicates;
        let rate = events as f64 / self.began.elapsed().as_secs_f64().max(0.001);
        self.bar.set_position(self.bytes.load(Ordering::Relaxed));
        let grouped = match grouped {
            0 => String::new(),
            _ => format!(" · {} questions grouped", HumanCount(grouped)),
        };
        let events = HumanCount(events);
        self.bar
            .set_message(format!("{events} events · {rate:.0}/s{grouped}"));
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
