//! How an event's fields change what is held: a field that was left out stays.

use super::event::Attributes;

/// A field that was left out keeps its value.
pub(super) fn replace<T: Clone>(slot: &mut Option<T>, value: Option<&T>) {
    if let Some(value) = value {
        *slot = Some(value.clone());
    }
}

/// Replaces the values that are given again; null removes one.
pub(super) fn merge_attributes(own: &mut Attributes, more: &Attributes) {
    for (name, value) in more {
        if value.is_null() {
            own.remove(name);
        } else {
            own.insert(name.clone(), value.clone());
        }
    }
}
