//! Metric sets: what Zendesk itself counts and measures of a ticket.

use serde_json::json;

use super::{REOPENS, REPLIES, Zendesk};
use crate::ingest::source::field::Fields;
use crate::ingest::source::measured::Measured;
use crate::ingest::source::output::Output;

/// The figures of metric sets and tickets, set beside ours when all is imported.
pub(super) const MEASURED: [Measured; 7] = {
    let reply = Measured::new(
        "metric_sets.reply_time_in_minutes.calendar",
        "first_response_time",
    );
    let reply_business = Measured::new(
        "metric_sets.reply_time_in_minutes.business",
        "first_response_time",
    );
    let first = Measured::new(
        "metric_sets.first_resolution_time_in_minutes.calendar",
        "time_to_first_close",
    );
    let first_business = Measured::new(
        "metric_sets.first_resolution_time_in_minutes.business",
        "time_to_first_close",
    );
    let full = Measured::new(
        "metric_sets.full_resolution_time_in_minutes.calendar",
        "time_to_close",
    );
    let full_business = Measured::new(
        "metric_sets.full_resolution_time_in_minutes.business",
        "time_to_close",
    );
    [
        reply.in_minutes(),
        reply_business.in_minutes().in_business_hours(),
        first.in_minutes(),
        first_business.in_minutes().in_business_hours(),
        full.in_minutes().of_last(),
        full_business.in_minutes().of_last().in_business_hours(),
        Measured::new("tickets.satisfaction_rating.score", "csat").of_last(),
    ]
};
/// The durations of a metric set in that order, each around the clock and in working time.
const TIMES: [&str; 3] = [
    "reply_time_in_minutes",
    "first_resolution_time_in_minutes",
    "full_resolution_time_in_minutes",
];
/// The place of a ticket's own rating among them.
const RATING: usize = 6;

impl Zendesk {
    pub(super) fn metrics(&mut self, record: Fields<'_>, output: &mut Output<'_>) {
        let Some(ticket) = record.id("ticket_id") else {
            return output.lacks("ticket_id");
        };
        self.metrics_of(&ticket, record, output);
    }

    pub(super) fn metrics_of(&self, ticket: &str, record: Fields<'_>, output: &mut Output<'_>) {
        measure(ticket, record, output);
        let count = |name: &str| {
            record
                .whole(name)
                .and_then(|count| u64::try_from(count).ok())
        };
        if let Some(replies) = output.wanted("replies", count("replies")) {
            output.tally.theirs(REPLIES, ticket, replies);
        }
        let reopens = output.wanted("reopens", count("reopens"));
        if let Some(reopens) = reopens.filter(|_| self.has_history) {
            output.tally.theirs(REOPENS, ticket, reopens);
        }
        let Some(at) = record.instant("solved_at") else {
            return;
        };
        let fields = json!({"ticket": output.thing(ticket), "stage": "solved"});
        output.event(
            format_args!("metrics/{ticket}/solved@{at}"),
            at,
            "ticket.staged",
            fields,
        );
        let fields = json!({"conversation": output.thing(ticket), "by": {"kind": "rep"}});
        let event = format!("metrics/{ticket}/resolved@{at}");
        output.event(event, at, "conversation.resolved", fields);
    }
}

/// Notes how long a ticket took by Zendesk's own measure.
fn measure(ticket: &str, record: Fields<'_>, output: &mut Output<'_>) {
    let mut values = Vec::new();
    for (place, name) in TIMES.iter().enumerate() {
        let Some(times) = record.object(name) else {
            continue;
        };
        for (part, clock) in ["calendar", "business"].iter().enumerate() {
            let minutes = times.whole(clock);
            let minutes = minutes.and_then(|time| u64::try_from(time).ok());
            let secs = minutes.and_then(|minutes| minutes.checked_mul(60));
            values.push((2 * place + part, secs));
        }
    }
    output.tally.measure(ticket, &values);
}

/// Notes the rating that a ticket itself carries.
pub(super) fn rating(ticket: &str, score: u8, output: &mut Output<'_>) {
    let values = [(RATING, Some(u64::from(score)))];
    output.tally.measure(ticket, &values);
}
