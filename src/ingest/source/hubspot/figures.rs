//! What HubSpot itself measures of a ticket.

use crate::ingest::source::field::Fields;
use crate::ingest::source::measured::Measured;
use crate::ingest::source::output::Output;

/// The figures of a ticket, set beside ours when all is imported.
pub(super) const MEASURED: [Measured; 4] = {
    let reply = Measured::new("time_to_first_agent_reply", "ticket_first_response_time");
    let reply_business = Measured::new(
        "hs_time_to_first_response_in_operating_hours",
        "ticket_first_response_time",
    );
    let close = Measured::new("time_to_close", "time_to_close");
    let close_business = Measured::new("hs_time_to_close_in_operating_hours", "time_to_close");
    [
        reply,
        reply_business.in_business_hours(),
        close.of_last(),
        close_business.of_last().in_business_hours(),
    ]
};

/// Notes what HubSpot says of a ticket.
pub(super) fn measure(ticket: &str, properties: Fields<'_>, output: &mut Output<'_>) {
    let values = MEASURED.iter().enumerate();
    let values: Vec<(usize, Option<u64>)> = values
        .filter(|(_, figure)| properties.has(figure.name))
        .map(|(slot, figure)| (slot, secs(properties, figure.name)))
        .collect();
    if !values.is_empty() {
        output.tally.measure(ticket, &values);
    }
}

/// A length of time: milliseconds, in tables also hours, minutes and seconds.
fn secs(properties: Fields<'_>, name: &str) -> Option<u64> {
    let clock = properties.text(name).filter(|text| text.contains(':'));
    let Some(clock) = clock else {
        let millis = u64::try_from(properties.whole(name)?).ok()?;
        return Some(millis / 1_000);
    };
    let parts = clock.split(':').map(|part| part.trim().parse::<u64>().ok());
    let parts: Option<Vec<u64>> = parts.collect();
    match parts?.as_slice() {
        [hours, minutes, secs] => hours
            .checked_mul(3_600)?
            .checked_add(minutes.checked_mul(60)?)?
            .checked_add(*secs),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lengths_come_in_milliseconds_and_by_the_clock() {
        let fields = json!({"api": "5400500", "table": "27:00:05", "odd": "1:2", "soon": "soon"});
        let fields = Fields::of(&fields).unwrap();
        for (name, wanted) in [
            ("api", Some(5_400)),
            ("table", Some(97_205)),
            ("odd", None),
            ("soon", None),
            ("none", None),
        ] {
            assert_eq!(secs(fields, name), wanted, "{name}");
        }
    }
}
