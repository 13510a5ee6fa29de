//! What the overview page asks.

/// Each report, and whether it is cut by the page's frequency: tiles, the panel of three rates,
/// the other panels.
pub(crate) const ASKED: [(&str, bool); 13] = [
    ("resolved", true),
    ("handled", true),
    ("resolution_time", true),
    ("deflection_rate", true),
    ("helpful_share", true),
    ("resolution_rate", true),
    ("deflection_rate", true),
    ("handoff_rate", true),
    ("handled_by_channel", true),
    ("first_response_time", true),
    ("handoffs", false),
    ("unanswered_questions", true),
    ("backlog", true),
];
