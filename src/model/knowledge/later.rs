//! A part of the fold that a start need not wait for.
//!
//! Kept questions are checked and read by a thread next to the server, or by the first that
//! asks for them.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How a part is made when it is first asked for.
type Make<T> = Box<dyn FnOnce() -> T + Send>;

/// Something that is there, or is made when it is first asked for; who asks meanwhile
/// waits.
#[derive(Clone)]
pub enum Later<T> {
    /// It is there.
    There(T),
    /// It is made once, for every copy.
    Coming(Arc<LazyLock<T, Make<T>>>),
}

impl<T> Later<T> {
    /// What `make` makes when it is asked for.
    ///
    /// `make` must not wait for threads that may ask for it in turn, such as a shared pool's.
    pub fn by(make: impl FnOnce() -> T + Send + 'static) -> Self {
        Self::Coming(Arc::new(LazyLock::new(Box::new(make))))
    }
}

impl<T: Default> Default for Later<T> {
    fn default() -> Self {
        Self::There(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for Later<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::There(there) => there.fmt(f),
            Self::Coming(coming) => coming.fmt(f),
        }
    }
}

impl<T> Deref for Later<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::There(there) => there,
            Self::Coming(coming) => coming,
        }
    }
}

impl<T: Clone> DerefMut for Later<T> {
    fn deref_mut(&mut self) -> &mut T {
        loop {
            match self {
                Self::There(there) => return there,
                Self::Coming(coming) => *self = Self::There(T::clone(coming)),
            }
        }
    }
}

impl<T: Serialize> Serialize for Later<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::serialize(self, serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Later<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::There)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn it_is_made_once_when_it_is_asked_for_and_a_changed_copy_leaves_the_other() {
        let made = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&made);
        let later = Later::by(move || {
            count.fetch_add(1, Ordering::Relaxed);
            vec![1, 2]
        });
        let mut copy = later.clone();
        assert_eq!(made.load(Ordering::Relaxed), 0);
        assert_eq!(format!("{:?}", Later::<u8>::default()), "0");
        assert_eq!((later.len(), copy.len()), (2, 2));
        copy.push(3);
        assert_eq!((&*later, &*copy), (&vec![1, 2], &vec![1, 2, 3]));
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn all_who_ask_at_once_get_the_same() {
        let later = Later::by(|| String::from("made"));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(*later, "made"));
            }
        });
    }
}
