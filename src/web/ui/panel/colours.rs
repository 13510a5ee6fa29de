//! Which colour a report's only series has, and those of ways of counting.

use crate::report::{ReportResult, SeriesKey};
use crate::web::ui::desk::AGENT;

/// The colours of ways of counting that are shown together.
pub(super) const WAYS: [&str; 7] = ["s1", "s2", "s5", "s6", "s3", "s7", "s4"];

/// The colour of a series that only a way of counting distinguishes from the others: that of
/// the way's bars.
pub(super) fn way_colour(result: &ReportResult, key: &SeriesKey) -> Option<&'static str> {
    let place = result.beside.iter().position(|way| way.key == *key)?;
    WAYS.get(place).copied()
}

/// The colour of a report's only series.
pub(in crate::web::ui) fn colour(report: &str) -> &'static str {
    match report {
        "handoffs"
        | "handoff_rate"
        | "handoff_outcomes"
        | "jobs_declined"
        | "jobs_expired"
        | "expired_share"
        | "declined_unanswered_share"
        | "contact_declined" => "s4",
        "deflected"
        | "deflection_rate"
        | "job_response_time"
        | "answered_share"
        | "contact_replied_back"
        | "jobs_completed" => "s3",
        "unanswered_questions" => "s2",
        "first_response_time"
        | "rep_response_time"
        | "reply_count"
        | "backlog"
        | "support_volume"
        | "time_to_close"
        | "time_to_first_close"
        | "reopen_rate"
        | "ticket_first_response_time"
        | "messages_by_hour"
        | "messages_per_ticket"
        | "time_in_stage"
        | "sla_attainment"
        | "working_hours_availability"
        | "peak_available_reps"
        | "rep_availability" => "s5",
        _ => AGENT,
    }
}
