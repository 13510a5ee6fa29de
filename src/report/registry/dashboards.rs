//! The dashboards that come with Svar: which reports stand together on a page, and how wide.

use crate::model::event::PanelWidth;

/// A dashboard that everybody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShippedDashboard {
    /// Its name in addresses.
    pub id: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Its reports, in order.
    pub panels: &'static [(&'static str, PanelWidth)],
}

use PanelWidth::{Half, Third, Tile, Whole};

const CUSTOMER_AGENT: ShippedDashboard = ShippedDashboard {
    id: "customer-agent",
    name: "Customer agent",
    panels: &[
        ("resolved", Tile),
        ("handled", Tile),
        ("deflection_rate", Tile),
        ("helpful_share", Tile),
        ("handled", Half),
        ("handled_by_channel", Half),
        ("feedback_trend", Whole),
        ("resolution_rate", Half),
        ("deflection_rate", Half),
        ("handoff_rate", Half),
        ("handoffs", Half),
        ("unanswered_questions", Half),
        ("handoff_outcomes", Half),
    ],
};

const TEAM: ShippedDashboard = ShippedDashboard {
    id: "team",
    name: "Team",
    panels: &[
        ("first_response_time", Half),
        ("rep_response_time", Half),
        ("reply_count", Half),
        ("support_volume", Half),
        ("rep_availability", Half),
        ("working_hours_availability", Half),
        ("messages_by_hour", Whole),
    ],
};

const SLA: ShippedDashboard = ShippedDashboard {
    id: "sla",
    name: "SLA",
    panels: &[
        ("sla_attainment", Whole),
        ("ticket_first_response_time", Half),
        ("time_to_close", Half),
        ("backlog", Half),
        ("reopen_rate", Half),
    ],
};

const JOBS: ShippedDashboard = ShippedDashboard {
    id: "jobs",
    name: "Jobs",
    panels: &[
        ("jobs_received", Tile),
        ("jobs_completed", Tile),
        ("answered_share", Tile),
        ("job_response_time", Half),
        ("top_services", Half),
        ("jobs_declined", Half),
        ("ratings", Half),
    ],
};

const KNOWLEDGE: ShippedDashboard = ShippedDashboard {
    id: "knowledge",
    name: "Knowledge",
    panels: &[
        ("unanswered_questions", Half),
        ("helpful_share", Half),
        ("handoffs", Third),
        ("handoff_rate", Third),
        ("deflection_rate", Third),
        ("feedback_trend", Whole),
    ],
};

/// All of them, in the order in which they are offered.
pub const SHIPPED_DASHBOARDS: [&ShippedDashboard; 5] =
    [&CUSTOMER_AGENT, &TEAM, &SLA, &JOBS, &KNOWLEDGE];

/// The one called `id` in addresses.
pub fn shipped_dashboard(id: &str) -> Option<&'static ShippedDashboard> {
    SHIPPED_DASHBOARDS.into_iter().find(|one| one.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::registry::find;

    #[test]
    fn every_panel_shows_a_report_that_there_is() {
        for dashboard in SHIPPED_DASHBOARDS {
            for (report, _) in dashboard.panels {
                assert!(find(report).is_some(), "{}: {report}", dashboard.id);
            }
        }
    }
}
