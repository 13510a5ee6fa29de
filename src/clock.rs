//! The only place that reads the time, makes random ids or waits for time to pass.
//!
//! Everything else takes a [`Clock`], so that a test decides what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::model::Timestamp;

/// A source of the present instant and of fresh ids.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stays at `now` until [`Self::set`] moves it.
    pub fn fixed(now: Timestamp) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(now.millis()))))
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::from_millis(system_millis()),
            Source::Fixed(millis) => Timestamp::from_millis(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock; the machine's clock stays as it is.
    pub fn set(&self, now: Timestamp) {
        if let Source::Fixed(millis) = &self.0 {
            millis.store(now.millis(), Ordering::SeqCst);
        }
    }

    /// A fresh random id, for requests and tokens' names.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the place that makes ids"
    )]
    pub fn fresh_id() -> String {
        uuid::Uuid::new_v4().simple().to_string()
    }
}

/// Waits, where there is nothing that would wake a thread: another process, a file's lock.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that waits for time to pass"
)]
pub fn pause(length: Duration) {
    thread::sleep(length);
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that reads time"
)]
fn system_millis() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
}
