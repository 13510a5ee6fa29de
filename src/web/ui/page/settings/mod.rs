//! The settings of the desk: what all reps share.

mod replies;
mod tags;

pub(in crate::web::ui) use replies::{get_replies, post_replies};
pub(in crate::web::ui) use tags::{get_tags, post_tags};
