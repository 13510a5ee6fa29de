//! Saved reports, dashboards, and the links that show them outside: a fold of Svar's own events.
//!
//! What was removed stays, marked, so that removing can be undone for as long as somebody wants.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::event::{Audience, DashboardPanel, LinkTarget, PanelSource, SavedChart};
use super::{Body, DashboardId, Event, Provenance, SavedReportId, SharedLinkId, Timestamp};

/// A report under a name.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedReport {
    /// Which.
    pub id: SavedReportId,
    /// What it is called.
    pub name: String,
    /// The report that it asks.
    pub report: String,
    /// What it is asked, by the names of a query's parameters.
    pub parameters: BTreeMap<String, String>,
    /// How it is laid out.
    pub chart: SavedChart,
    /// What is to be reached, in the report's unit.
    pub target: Option<f64>,
    /// The report whose measure is drawn into the same chart, on a scale of its own.
    #[serde(default)]
    pub second: Option<String>,
    /// The figures that its tables keep besides their keys; none: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Who finds it.
    pub audience: Audience,
    /// Whose it is.
    pub owner: Owned,
}

/// A page of panels that somebody put together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dashboard {
    /// Which.
    pub id: DashboardId,
    /// What it is called.
    pub name: String,
    /// Its panels, in order.
    pub panels: Vec<DashboardPanel>,
    /// Who finds it.
    pub audience: Audience,
    /// Whose it is.
    pub owner: Owned,
}

/// Whose a thing is, and since when.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owned {
    /// Who made it, as the journal's actor.
    pub by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// When it was removed, if it is.
    pub removed_at: Option<Timestamp>,
}

/// A link that shows a report or a dashboard outside.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedLink {
    /// Which.
    pub id: SharedLinkId,
    /// What it shows.
    pub shows: LinkTarget,
    /// Who made it, as the journal's actor.
    pub by: String,
    /// When.
    pub created_at: Timestamp,
    /// Until when it shows it.
    pub expires_at: Timestamp,
    /// When it was revoked, if it is.
    pub revoked_at: Option<Timestamp>,
}

impl SharedLink {
    /// Whether it shows anything at an instant.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.revoked_at.is_none() && at < self.expires_at
    }
}

/// All that is saved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    reports: BTreeMap<SavedReportId, SavedReport>,
    dashboards: BTreeMap<DashboardId, Dashboard>,
    links: BTreeMap<SharedLinkId, SharedLink>,
}

impl Owned {
    /// Of what somebody makes, or changes where it is known.
    pub(super) fn after(known: Option<&Self>, by: &str, at: Timestamp) -> Self {
        known.map_or_else(|| Self::new(by, at), |known| known.changed(at))
    }

    fn new(by: &str, at: Timestamp) -> Self {
        Self {
            by: by.to_owned(),
            created_at: at,
            changed_at: at,
            removed_at: None,
        }
    }

    /// The same, changed at an instant.
    fn changed(&self, at: Timestamp) -> Self {
        Self {
            changed_at: at,
            ..self.clone()
        }
    }

    /// Whether it is there for `actor`: its own, or what everybody finds.
    pub fn is_for(&self, audience: Audience, actor: &str) -> bool {
        audience == Audience::Everybody || self.by == actor
    }
}

impl Saved {
    /// The saved reports that are there, by name.
    pub fn reports(&self) -> Vec<&SavedReport> {
        let reports = self.reports.values();
        let mut reports: Vec<&SavedReport> = reports
            .filter(|one| one.owner.removed_at.is_none())
            .collect();
        reports.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        reports
    }

    /// The dashboards that are there, by name.
    pub fn dashboards(&self) -> Vec<&Dashboard> {
        let dashboards = self.dashboards.values();
        let mut dashboards: Vec<&Dashboard> = dashboards
            .filter(|one| one.owner.removed_at.is_none())
            .collect();
        dashboards.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        dashboards
    }

    /// A saved report, also one that was removed.
    pub fn report(&self, id: &str) -> Option<&SavedReport> {
        self.reports.get(id)
    }

    /// A dashboard, also one that was removed.
    pub fn dashboard(&self, id: &str) -> Option<&Dashboard> {
        self.dashboards.get(id)
    }

    /// A link.
    pub fn link(&self, id: &str) -> Option<&SharedLink> {
        self.links.get(id)
    }

    /// The links, those that were made last first.
    pub fn links(&self) -> Vec<&SharedLink> {
        let mut links: Vec<&SharedLink> = self.links.values().collect();
        links.sort_by(|one, other| (other.created_at, &one.id).cmp(&(one.created_at, &other.id)));
        links
    }

    /// The dashboards that show a saved report.
    pub fn showing(&self, report: &SavedReportId) -> Vec<&Dashboard> {
        let shows = |panel: &DashboardPanel| matches!(&panel.shows, PanelSource::SavedReport { id } if id == report);
        let mut dashboards = self.dashboards();
        dashboards.retain(|one| one.panels.iter().any(shows));
        dashboards
    }

    /// Whether an event changes it.
    pub const fn concerns(body: &Body) -> bool {
        matches!(
            body,
            Body::SavedReportSet(_)
                | Body::SavedReportRemoved(_)
                | Body::SavedReportRestored(_)
                | Body::DashboardSet(_)
                | Body::DashboardRemoved(_)
                | Body::DashboardRestored(_)
                | Body::LinkShared(_)
                | Body::LinkRevoked(_)
        )
    }

    /// Takes an event in; they come in the order of the journal.
    pub fn apply(&mut self, from: Provenance<'_>, event: &Event) {
        let at = event.at;
        match &event.body {
            Body::SavedReportRemoved(gone) => self.mark_report(&gone.saved_report, Some(at)),
            Body::SavedReportRestored(back) => self.mark_report(&back.saved_report, None),
            Body::DashboardRemoved(gone) => self.mark_dashboard(&gone.dashboard, Some(at)),
            Body::DashboardRestored(back) => self.mark_dashboard(&back.dashboard, None),
            Body::LinkRevoked(revoked) => {
                if let Some(link) = self.links.get_mut(&revoked.link) {
                    link.revoked_at = link.revoked_at.or(Some(at));
                }
            }
            Body::LinkShared(shared) => {
                let link = SharedLink {
                    id: shared.link.clone(),
                    shows: shared.shows.clone(),
                    by: from.actor.to_owned(),
                    created_at: at,
                    expires_at: shared.expires_at,
                    revoked_at: None,
                };
                self.links.insert(shared.link.clone(), link);
            }
            _ => self.set(from, event),
        }
    }

    fn set(&mut self, from: Provenance<'_>, event: &Event) {
        let owner = |known: Option<&Owned>| Owned::after(known, from.actor, event.at);
        match &event.body {
            Body::SavedReportSet(set) => {
                let known = self.reports.get(&set.saved_report);
                let report = SavedReport {
                    id: set.saved_report.clone(),
                    name: set.name.clone(),
                    report: set.report.clone(),
                    parameters: set.parameters.clone(),
                    chart: set.chart,
                    target: set.target,
                    second: set.second.clone(),
                    columns: set.columns.clone(),
                    audience: set.audience,
                    owner: owner(known.map(|known| &known.owner)),
                };
                self.reports.insert(set.saved_report.clone(), report);
            }
            Body::DashboardSet(set) => {
                let known = self.dashboards.get(&set.dashboard);
                let dashboard = Dashboard {
                    id: set.dashboard.clone(),
                    name: set.name.clone(),
                    panels: set.panels.clone(),
                    audience: set.audience,
                    owner: owner(known.map(|known| &known.owner)),
                };
                self.dashboards.insert(set.dashboard.clone(), dashboard);
            }
            _ => {}
        }
    }

    fn mark_report(&mut self, id: &SavedReportId, removed_at: Option<Timestamp>) {
        if let Some(report) = self.reports.get_mut(id) {
            report.owner.removed_at = removed_at;
        }
    }

    fn mark_dashboard(&mut self, id: &DashboardId, removed_at: Option<Timestamp>) {
        if let Some(dashboard) = self.dashboards.get_mut(id) {
            dashboard.owner.removed_at = removed_at;
        }
    }
}
