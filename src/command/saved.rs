//! Saved reports, dashboards, and links that show them outside.
//!
//! Whose it is, or an admin, changes it. What a report is asked was looked at before: here it is
//! held to its size only.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{dashboard_id, filled, saved_report_id, shared_link_id};
use super::{Caller, State};
use crate::model::event::{
    Audience, DashboardPanel, DashboardRemoved, DashboardRestored, DashboardSet, LinkRevoked,
    LinkShared, LinkTarget, PanelSource, SavedChart, SavedReportRemoved, SavedReportRestored,
    SavedReportSet,
};
use crate::model::saved::{Dashboard, Owned, SavedReport};
use crate::model::{Body, DAY_MS, Invalid, Role, Saved, Timestamp};

/// The longest name, in characters.
const MAX_NAME: usize = 120;
/// The most panels of a dashboard.
pub const MAX_PANELS: usize = 24;
/// The most parameters of a report.
const MAX_PARAMETERS: usize = 40;
/// The longest value of one, in characters.
const MAX_VALUE: usize = 2_000;
/// The longest that a link shows anything, in days.
pub const MAX_LINK_DAYS: i64 = 366;

/// A report to be saved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedReportDraft {
    /// The one to change; left out: a new one.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is called.
    #[schema(min_length = 1, max_length = 120, pattern = r"\S")]
    pub name: String,
    /// The report that it asks.
    #[schema(min_length = 1, max_length = 128)]
    pub report: String,
    /// How it is laid out.
    #[serde(default)]
    pub chart: SavedChart,
    /// What is to be reached, in the report's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    /// A report whose measure is drawn into the same chart, on a scale of its own.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<String>,
    /// The figures that its tables keep besides their keys, such as `value` and `p90`; none: all.
    #[schema(max_items = 40)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Who finds it.
    #[serde(default)]
    pub audience: Audience,
    /// What it is asked, by the names of the parameters of `/reports/{id}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}

/// A dashboard to be saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DashboardDraft {
    /// The one to change; left out: a new one.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is called.
    #[schema(min_length = 1, max_length = 120, pattern = r"\S")]
    pub name: String,
    /// Its panels, in order.
    #[schema(max_items = 24)]
    #[serde(default)]
    pub panels: Vec<DashboardPanel>,
    /// Who finds it.
    #[serde(default)]
    pub audience: Audience,
}

/// Something done to what is saved.
#[derive(Clone, Debug, PartialEq)]
pub enum SavedCommand {
    /// Saves a report.
    SaveReport(SavedReportDraft),
    /// Takes a saved report away.
    RemoveReport {
        /// Which.
        id: String,
    },
    /// Brings one back that was taken away.
    RestoreReport {
        /// Which.
        id: String,
    },
    /// Saves a dashboard.
    SaveDashboard(DashboardDraft),
    /// Takes a dashboard away.
    RemoveDashboard {
        /// Which.
        id: String,
    },
    /// Brings one back that was taken away.
    RestoreDashboard {
        /// Which.
        id: String,
    },
    /// Shows one of them to whoever has a link.
    Share {
        /// The link's id.
        link: String,
        /// What it shows.
        shows: LinkTarget,
        /// Until when.
        expires_at: Timestamp,
    },
    /// Ends a link.
    Revoke {
        /// Which.
        link: String,
    },
}

impl SavedCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::SaveReport(_) => &role::SAVED_REPORT_SAVE,
            Self::RemoveReport { .. } => &role::SAVED_REPORT_REMOVE,
            Self::RestoreReport { .. } => &role::SAVED_REPORT_RESTORE,
            Self::SaveDashboard(_) => &role::DASHBOARD_SAVE,
            Self::RemoveDashboard { .. } => &role::DASHBOARD_REMOVE,
            Self::RestoreDashboard { .. } => &role::DASHBOARD_RESTORE,
            Self::Share { .. } => &role::LINK_SHARE,
            Self::Revoke { .. } => &role::LINK_REVOKE,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: SavedCommand,
) -> Result<Vec<Body>, Refusal> {
    let desk = Ground {
        saved: &state.installation.saved,
        caller,
    };
    let body = match command {
        SavedCommand::SaveReport(draft) => {
            Body::SavedReportSet(Box::new(desk.checked_report(draft)?))
        }
        SavedCommand::RemoveReport { id } => {
            let saved_report = desk.own_report(&id)?.id.clone();
            Body::SavedReportRemoved(Box::new(SavedReportRemoved { saved_report }))
        }
        SavedCommand::RestoreReport { id } => {
            let saved_report = desk.removed_report(&id)?.id.clone();
            Body::SavedReportRestored(Box::new(SavedReportRestored { saved_report }))
        }
        SavedCommand::SaveDashboard(draft) => {
            Body::DashboardSet(Box::new(desk.checked_dashboard(draft)?))
        }
        SavedCommand::RemoveDashboard { id } => {
            let dashboard = desk.own_dashboard(&id)?.id.clone();
            Body::DashboardRemoved(Box::new(DashboardRemoved { dashboard }))
        }
        SavedCommand::RestoreDashboard { id } => {
            let dashboard = desk.removed_dashboard(&id)?.id.clone();
            Body::DashboardRestored(Box::new(DashboardRestored { dashboard }))
        }
        SavedCommand::Share {
            link,
            shows,
            expires_at,
        } => {
            desk.check_target(&shows)?;
            check_expiry(expires_at, state.now)?;
            Body::LinkShared(Box::new(LinkShared {
                link: shared_link_id(&link)?,
                shows,
                expires_at,
            }))
        }
        SavedCommand::Revoke { link } => {
            let known = desk.saved.link(&link);
            let known = known.filter(|known| desk.is_own(&known.by));
            let link = known.ok_or_else(|| Refusal::unknown("link", &link))?;
            Body::LinkRevoked(Box::new(LinkRevoked {
                link: link.id.clone(),
            }))
        }
    };
    Ok(vec![body])
}

fn check_expiry(expires_at: Timestamp, now: Timestamp) -> Result<(), Invalid> {
    let last = now.plus_millis(MAX_LINK_DAYS * DAY_MS);
    if expires_at > now && expires_at <= last {
        return Ok(());
    }
    let reason = format!("{expires_at} is not between now and {MAX_LINK_DAYS} days from now");
    Err(Invalid::new("expires_at", reason))
}

/// What is saved, and who does something to it.
struct Ground<'a> {
    saved: &'a Saved,
    caller: &'a Caller,
}

impl<'a> Ground<'a> {
    fn is_own(&self, by: &str) -> bool {
        self.caller.role >= Role::Admin || by == self.caller.actor()
    }

    /// Whether the caller finds it.
    fn finds(&self, owner: &Owned, audience: Audience) -> bool {
        self.is_own(&owner.by) || audience == Audience::Everybody
    }

    /// What the caller may change; of what they may not even find is said that it is not there.
    fn may_change(&self, owner: &Owned, audience: Audience) -> Result<bool, Refusal> {
        if self.is_own(&owner.by) {
            return Ok(true);
        }
        if audience == Audience::Owner {
            return Ok(false);
        }
        Err(Refusal::conflict(
            "only whose it is or an admin changes it; copy it and change the copy",
        ))
    }

    fn find_report(&self, id: &str) -> Result<&'a SavedReport, Refusal> {
        let unknown = || Refusal::unknown("saved report", id);
        let report = self.saved.report(id).ok_or_else(unknown)?;
        let is_theirs = self.may_change(&report.owner, report.audience)?;
        is_theirs.then_some(report).ok_or_else(unknown)
    }

    fn own_report(&self, id: &str) -> Result<&'a SavedReport, Refusal> {
        let report = self.find_report(id)?;
        let is_there = report.owner.removed_at.is_none();
        is_there
            .then_some(report)
            .ok_or_else(|| Refusal::unknown("saved report", id))
    }

    fn removed_report(&self, id: &str) -> Result<&'a SavedReport, Refusal> {
        let report = self.find_report(id)?;
        let is_gone = report.owner.removed_at.is_some();
        is_gone
            .then_some(report)
            .ok_or_else(|| Refusal::conflict("it was not removed; there is nothing to restore"))
    }

    fn find_dashboard(&self, id: &str) -> Result<&'a Dashboard, Refusal> {
        let unknown = || Refusal::unknown("dashboard", id);
        let dashboard = self.saved.dashboard(id).ok_or_else(unknown)?;
        let is_theirs = self.may_change(&dashboard.owner, dashboard.audience)?;
        is_theirs.then_some(dashboard).ok_or_else(unknown)
    }

    fn own_dashboard(&self, id: &str) -> Result<&'a Dashboard, Refusal> {
        let dashboard = self.find_dashboard(id)?;
        let is_there = dashboard.owner.removed_at.is_none();
        is_there
            .then_some(dashboard)
            .ok_or_else(|| Refusal::unknown("dashboard", id))
    }

    fn removed_dashboard(&self, id: &str) -> Result<&'a Dashboard, Refusal> {
        let dashboard = self.find_dashboard(id)?;
        let is_gone = dashboard.owner.removed_at.is_some();
        is_gone
            .then_some(dashboard)
            .ok_or_else(|| Refusal::conflict("it was not removed; there is nothing to restore"))
    }

    fn checked_report(&self, draft: SavedReportDraft) -> Result<SavedReportSet, Refusal> {
        let name = name(&draft.name)?;
        let saved_report = saved_report_id(draft.id.as_deref().unwrap_or_default())?;
        if self.saved.report(saved_report.as_str()).is_some() {
            self.own_report(saved_report.as_str())?;
        }
        if draft.parameters.len() > MAX_PARAMETERS {
            let reason = format!(
                "{} are there; at most {MAX_PARAMETERS}",
                draft.parameters.len()
            );
            return Err(Invalid::new("parameters", reason).into());
        }
        for (field, value) in &draft.parameters {
            filled(&format!("parameters.{field}"), value, MAX_VALUE)?;
        }
        if let Some(target) = draft.target.filter(|target| !target.is_finite()) {
            let reason = format!("`{target}` is no number that can be reached");
            return Err(Invalid::new("target", reason).into());
        }
        Ok(SavedReportSet {
            saved_report,
            name,
            report: draft.report,
            parameters: draft.parameters,
            chart: draft.chart,
            target: draft.target,
            second: draft.second,
            columns: draft.columns,
            audience: draft.audience,
        })
    }

    fn checked_dashboard(&self, draft: DashboardDraft) -> Result<DashboardSet, Refusal> {
        let name = name(&draft.name)?;
        let dashboard = dashboard_id(draft.id.as_deref().unwrap_or_default())?;
        if self.saved.dashboard(dashboard.as_str()).is_some() {
            self.own_dashboard(dashboard.as_str())?;
        }
        if draft.panels.len() > MAX_PANELS {
            let reason = format!("{} are there; at most {MAX_PANELS}", draft.panels.len());
            return Err(Invalid::new("panels", reason).into());
        }
        for (place, panel) in draft.panels.iter().enumerate() {
            self.check_panel(panel, place, draft.audience)?;
        }
        Ok(DashboardSet {
            dashboard,
            name,
            panels: draft.panels,
            audience: draft.audience,
        })
    }

    /// Who finds a dashboard must find what it shows.
    fn check_panel(
        &self,
        panel: &DashboardPanel,
        place: usize,
        audience: Audience,
    ) -> Result<(), Refusal> {
        let PanelSource::SavedReport { id } = &panel.shows else {
            return Ok(());
        };
        let report = self.saved.report(id.as_str());
        let report = report.filter(|report| self.finds(&report.owner, report.audience));
        let report = report.ok_or_else(|| Refusal::unknown("saved report", id.as_str()))?;
        if audience == Audience::Everybody && report.audience == Audience::Owner {
            let reason = format!(
                "`{}` is found by who made it only; let everybody find it, or keep the dashboard to yourself",
                report.name
            );
            return Err(Invalid::new(format!("panels.{place}"), reason).into());
        }
        Ok(())
    }

    fn check_target(&self, shows: &LinkTarget) -> Result<(), Refusal> {
        match shows {
            LinkTarget::SavedReport { id } => drop(self.own_report(id.as_str())?),
            LinkTarget::Dashboard { id } => drop(self.own_dashboard(id.as_str())?),
        }
        Ok(())
    }
}

fn name(name: &str) -> Result<String, Invalid> {
    let name = name.trim();
    filled("name", name, MAX_NAME)?;
    Ok(name.to_owned())
}
