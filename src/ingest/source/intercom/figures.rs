//! What Intercom itself measures of a conversation.

use super::Known;
use crate::ingest::source::field::Fields;
use crate::ingest::source::measured::Measured;
use crate::ingest::source::output::Output;
use crate::model::Timestamp;

/// The figures of a conversation, set beside ours when all is imported.
pub(super) const MEASURED: [Measured; 7] = {
    let reply = Measured::new("statistics.first_admin_reply_at", "first_response_time");
    let reply_business = Measured::new("statistics.time_to_admin_reply", "first_response_time");
    let first = Measured::new("statistics.first_close_at", "human_resolution_time");
    let first_business = Measured::new("statistics.time_to_first_close", "human_resolution_time");
    let last = Measured::new("statistics.last_close_at", "human_resolution_time");
    let last_business = Measured::new("statistics.time_to_last_close", "human_resolution_time");
    [
        reply,
        reply_business.in_business_hours(),
        first,
        first_business.in_business_hours(),
        last.of_last(),
        last_business.of_last().in_business_hours(),
        Measured::new("conversation_rating.rating", "csat").of_last(),
    ]
};
/// The durations of a conversation's statistics in that order: the instant that ends one, and what
/// is left of it in working time.
const TIMES: [(&str, &str); 3] = [
    ("first_admin_reply_at", "time_to_admin_reply"),
    ("first_close_at", "time_to_first_close"),
    ("last_close_at", "time_to_last_close"),
];
/// The place of the rating among them.
const RATING: usize = 6;

/// Notes what Intercom says of a conversation.
pub(super) fn measure(known: &Known<'_>, output: &mut Output<'_>) {
    let whole = |fields: Fields<'_>, name: &str| {
        let number = fields.whole(name);
        number.and_then(|number| u64::try_from(number).ok())
    };
    let since = |at: Timestamp| u64::try_from((at.millis() - known.started_at.millis()) / 1_000);
    let mut values = Vec::new();
    if let Some(statistics) = known.record.object("statistics") {
        for (place, (until, working)) in TIMES.iter().enumerate() {
            let until = statistics.instant(until);
            values.push((2 * place, until.and_then(|at| since(at).ok())));
            values.push((2 * place + 1, whole(statistics, working)));
        }
    }
    let rating = known.record.object("conversation_rating");
    let score = rating.and_then(|rating| whole(rating, "rating"));
    if let Some(score) = score.filter(|score| (1..=5).contains(score)) {
        values.push((RATING, Some(score)));
    }
    if !values.is_empty() {
        output.tally.measure(&known.id, &values);
    }
}
