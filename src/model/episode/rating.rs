//! What a contact was asked of their satisfaction, and what they said.

use crate::model::Timestamp;

/// A satisfaction survey, sent or answered unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Survey<'a> {
    /// When it was sent; `None`: a rating without survey.
    pub sent_at: Option<Timestamp>,
    /// When its last rating came.
    pub rated_at: Option<Timestamp>,
    /// That rating, 1 to 5.
    pub score: u8,
    /// To whom it is credited: a rep's id, or `customer_agent`.
    pub rep: Option<&'a str>,
    /// The rep's team then.
    pub team: Option<&'a str>,
}
