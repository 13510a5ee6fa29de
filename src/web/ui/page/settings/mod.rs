//! The settings of the desk: what all reps share.

mod tags;

pub(in crate::web::ui) use tags::{get_tags, post_tags};
