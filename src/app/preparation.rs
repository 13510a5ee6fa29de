//! What is worked out right after a start, so that whoever looks first does not wait for it.
//!
//! It only remembers: readers are served meanwhile, and get the same numbers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::App;

/// Whether something is still being worked out.
#[derive(Debug, Default)]
pub(super) struct Preparation(AtomicBool);

/// Ends a preparation, however its work ends.
struct Prepared(Arc<App>);

impl Drop for Prepared {
    fn drop(&mut self) {
        self.0.preparation.0.store(false, Ordering::Release);
    }
}

impl App {
    /// Does `work` on a thread of its own; until that is done the app says that it is preparing.
    pub fn prepare(self: &Arc<Self>, work: impl FnOnce(&Arc<Self>) + Send + 'static) {
        self.preparation.0.store(true, Ordering::Release);
        let prepared = Prepared(Arc::clone(self));
        let thread = std::thread::Builder::new().name("prepare".to_owned());
        let started = thread.spawn(move || work(&prepared.0));
        if let Err(error) = started {
            tracing::warn!(%error, "the first page is not prepared");
        }
    }

    /// Whether what the first page shows is still being worked out.
    pub fn is_preparing(&self) -> bool {
        self.preparation.0.load(Ordering::Acquire)
    }
}
