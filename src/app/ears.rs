//! Who waits for news of a few things only: woken when one of them can be seen as it is now, and
//! by nothing else, so that many may wait while others write.
//!
//! Fed by the feed once a snapshot is there; what is heard says only that it is time to look.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use crate::lock::Lock;

/// Those who wait, by what they wait for. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Ears(Arc<Shared>);

#[derive(Default)]
struct Shared {
    table: Lock<HashMap<String, Vec<Arc<Notify>>>>,
    is_over: AtomicBool,
    over: Notify,
}

impl Ears {
    /// Nothing more will come.
    pub(super) fn end(&self) {
        self.0.is_over.store(true, Ordering::Release);
        self.0.over.notify_waiters();
    }

    /// Whether nothing more will come.
    pub(super) fn is_over(&self) -> bool {
        self.0.is_over.load(Ordering::Acquire)
    }

    /// Waits until nothing more will come.
    pub(super) async fn over(&self) {
        let mut over = std::pin::pin!(self.0.over.notified());
        // Registered before the look, so that an end in between is not missed.
        over.as_mut().enable();
        if !self.is_over() {
            over.await;
        }
    }

    /// Wakes who waits for a thing, or for what begins as it does.
    pub(super) fn wake(&self, id: &str) {
        let table = self.0.table.lock();
        let waiting = [Some(id), family_of(id)].into_iter().flatten();
        for one in waiting.filter_map(|name| table.get(name)).flatten() {
            one.notify_one();
        }
    }

    /// Wakes all.
    pub(super) fn wake_all(&self) {
        for one in self.0.table.lock().values().flatten() {
            one.notify_one();
        }
    }

    fn add(&self, name: &str, notify: &Arc<Notify>) {
        let mut table = self.0.table.lock();
        let waiting = table.entry(name.to_owned()).or_default();
        waiting.push(Arc::clone(notify));
    }

    fn remove(&self, name: &str, notify: &Arc<Notify>) {
        let mut table = self.0.table.lock();
        if let Some(waiting) = table.get_mut(name) {
            waiting.retain(|one| !Arc::ptr_eq(one, notify));
            if waiting.is_empty() {
                table.remove(name);
            }
        }
    }
}

/// What the names begin with of all that a contact begins in the widget: up to the last hyphen.
fn family_of(id: &str) -> Option<&str> {
    let end = id.rfind('-')?;
    id.get(..=end)
}

/// Hears of a few things, as long as it is there.
pub struct Ear {
    ears: Ears,
    notify: Arc<Notify>,
    names: Vec<String>,
    /// The thing that is heard of besides these.
    followed: Option<String>,
}

impl Ear {
    /// Hears of what begins so.
    pub(super) fn new(ears: &Ears, names: Vec<String>) -> Self {
        let (ears, notify) = (ears.clone(), Arc::new(Notify::new()));
        for name in &names {
            ears.add(name, &notify);
        }
        Self {
            ears,
            notify,
            names,
            followed: None,
        }
    }

    /// Hears of this thing as well, and no longer of the one before; whether that is another.
    /// Whoever looked at another before must look again, as it was not heard of yet.
    pub fn follow(&mut self, thing: Option<&str>) -> bool {
        if self.followed.as_deref() == thing {
            return false;
        }
        let followed = thing.map(str::to_owned);
        if let Some(name) = &followed {
            self.ears.add(name, &self.notify);
        }
        if let Some(name) = std::mem::replace(&mut self.followed, followed) {
            self.ears.remove(&name, &self.notify);
        }
        true
    }

    /// Waits until something of it has changed and can be seen; false: nothing more will come.
    pub async fn heard(&self) -> bool {
        tokio::select! {
            () = self.notify.notified() => true,
            () = self.ears.over() => false,
        }
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        for name in self.names.iter().chain(&self.followed) {
            self.ears.remove(name, &self.notify);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// What an ear has heard by now; none: it would wait.
    fn heard(ear: &Ear) -> Option<bool> {
        let mut context = Context::from_waker(Waker::noop());
        match pin!(ear.heard()).poll(&mut context) {
            Poll::Ready(heard) => Some(heard),
            Poll::Pending => None,
        }
    }

    #[test]
    fn an_ear_hears_of_its_own_things_and_of_what_it_follows() {
        let ears = Ears::default();
        let mut ear = Ear::new(&ears, vec!["w-ada-".to_owned()]);
        assert_eq!(heard(&ear), None);
        ears.wake("w-ben-1");
        assert_eq!(heard(&ear), None);
        ears.wake("w-ada-1");
        assert_eq!(heard(&ear), Some(true));
        assert_eq!(heard(&ear), None);
        assert!(ear.follow(Some("c7")));
        assert!(!ear.follow(Some("c7")));
        ears.wake("c7");
        assert_eq!(heard(&ear), Some(true));
        assert!(ear.follow(Some("c8")));
        ears.wake("c7");
        assert_eq!(heard(&ear), None);
        ears.wake_all();
        assert_eq!(heard(&ear), Some(true));
        ears.end();
        assert_eq!(heard(&ear), Some(false));
    }

    #[test]
    fn who_has_gone_leaves_nothing_behind() {
        let ears = Ears::default();
        let mut ear = Ear::new(&ears, vec!["w-ada-".to_owned()]);
        ear.follow(Some("c7"));
        drop(ear);
        assert!(ears.0.table.lock().is_empty());
    }
}
