//! The way out to endpoints: whoever waits for one is let go when the desk stops.
//!
//! A request cannot be broken off from another thread, so it is made on a thread of its own, which
//! holds nothing of the desk and ends at the request's time limit at the latest.

use std::sync::Arc;
use std::sync::mpsc::{TryRecvError, sync_channel};

use crate::lock::{Lock, Signal};

/// What whoever waited is told.
const STOPPING: &str = "the server stops";

/// What an endpoint answered, or what went wrong.
type Reply = Result<Vec<u8>, String>;

/// The way out. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Door(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    is_shut: Lock<bool>,
    /// It was shut, or a reply has come.
    moved: Signal,
}

/// Says that a request has ended, however it did.
struct Ended(Door);

impl Drop for Ended {
    fn drop(&mut self) {
        // Under the lock, so that nobody is between the look and the sleep.
        let is_shut = self.0.0.is_shut.lock();
        self.0.0.moved.notify_all();
        drop(is_shut);
    }
}

impl Door {
    /// Nothing is waited for any more, and nothing is asked until it is opened again.
    pub(crate) fn shut(&self) {
        *self.0.is_shut.lock() = true;
        self.0.moved.notify_all();
    }

    /// Endpoints are asked.
    pub(crate) fn open(&self) {
        *self.0.is_shut.lock() = false;
    }

    /// What `request` gives, as long as nobody shuts the door.
    pub(super) fn through(&self, request: impl FnOnce() -> Reply + Send + 'static) -> Reply {
        let (tell, told) = sync_channel(1);
        let mut is_shut = self.0.is_shut.lock();
        if *is_shut {
            return Err(STOPPING.to_owned());
        }
        let ended = Ended(self.clone());
        let named = std::thread::Builder::new().name("svar-endpoint".to_owned());
        let asking = named.spawn(move || {
            let _ended = ended;
            // Dropped before that says so, or who waits would see no end where the request panics.
            let reply = tell;
            // Nobody may wait for it any more.
            drop(reply.send(request()));
        });
        if let Err(error) = asking {
            return Err(format!("it cannot be asked ({error})"));
        }
        loop {
            match told.try_recv() {
                Ok(reply) => return reply,
                Err(TryRecvError::Disconnected) => return Err("the request ended early".to_owned()),
                Err(TryRecvError::Empty) if *is_shut => return Err(STOPPING.to_owned()),
                Err(TryRecvError::Empty) => is_shut = self.0.moved.wait(is_shut),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn who_waits_is_let_go_when_it_is_shut_and_nobody_asks_until_it_is_opened() {
        let door = Door::default();
        let (begin, begun) = channel();
        let (release, released) = channel::<()>();
        let waiting = {
            let door = door.clone();
            std::thread::spawn(move || {
                door.through(move || {
                    begin.send(()).unwrap();
                    // Nothing comes until the test lets go.
                    released.recv().unwrap_or_default();
                    Ok(Vec::new())
                })
            })
        };
        begun.recv().unwrap();
        door.shut();
        assert_eq!(waiting.join().unwrap(), Err(STOPPING.to_owned()));
        assert_eq!(door.through(|| Ok(vec![1])), Err(STOPPING.to_owned()));
        door.open();
        assert_eq!(door.through(|| Ok(vec![1])), Ok(vec![1]));
        drop(release);
    }

    #[test]
    fn a_request_that_panics_leaves_nobody_waiting() {
        let door = Door::default();
        let asked = door.through(|| panic!("in the request"));
        assert_eq!(asked, Err("the request ended early".to_owned()));
    }
}
