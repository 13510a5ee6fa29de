//! Reporting events: what Chatwoot itself measures of a conversation. They make no events.

use crate::ingest::source::field::Fields;
use crate::ingest::source::measured::Measured;
use crate::ingest::source::output::Output;

/// The figures of a conversation, set beside ours when all is imported.
pub(super) const MEASURED: [Measured; 4] = {
    let reply = Measured::new("reporting_events.first_response", "first_response_time");
    let reply_business = Measured::new(
        "reporting_events.first_response in business hours",
        "first_response_time",
    );
    let resolved = Measured::new(
        "reporting_events.conversation_resolved",
        "human_resolution_time",
    );
    let resolved_business = Measured::new(
        "reporting_events.conversation_resolved in business hours",
        "human_resolution_time",
    );
    [
        reply,
        reply_business.in_business_hours(),
        resolved.of_last(),
        resolved_business.of_last().in_business_hours(),
    ]
};

/// Notes what a reporting event says.
pub(super) fn measure(record: Fields<'_>, conversation: &str, output: &mut Output<'_>) {
    let slot = match record.text("name") {
        Some("first_response") => 0,
        Some("conversation_resolved") => 2,
        // Others measure what Svar has no report of.
        _ => return,
    };
    let values = [
        (slot, record.seconds("value")),
        (slot + 1, record.seconds("value_in_business_hours")),
    ];
    output.is_part_of_others();
    output.tally.measure(conversation, &values);
}
