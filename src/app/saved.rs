//! Saved reports, dashboards and links: found by whom they are for, and tried before they are kept.

use std::sync::Arc;

use chrono_tz::Tz;

use super::start::fresh;
use super::{App, Error, WriteResult};
use crate::command::{
    Caller, Command, DashboardDraft, Identity, MAX_LINK_DAYS, Role, SavedCommand, SavedReportDraft,
};
use crate::model::event::{Audience, LinkTarget, PanelSource};
use crate::model::saved::{Dashboard, Owned, SavedReport, SharedLink};
use crate::model::{DAY_MS, Invalid, Sight, Timestamp};
use crate::report::{By, Figure, Limit, Query, registry};

/// What a link's token is signed for.
const PURPOSE: &str = "shared figures";

/// A link that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// Which.
    pub id: String,
    /// Its address on this server; it can be asked for again.
    pub path: String,
    /// Until when it shows anything.
    pub expires_at: Timestamp,
    /// The position of the log that holds it.
    pub log_position: u64,
}

/// What a link shows, as whom, and who vouches for it.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The link.
    pub link: SharedLink,
    /// What it shows is what they see.
    pub caller: Caller,
    /// Their name, where they have one.
    pub owner: Option<String>,
}

impl App {
    /// The saved reports that the caller finds, by name.
    pub fn saved_reports(&self, caller: &Caller) -> Vec<SavedReport> {
        let snapshot = self.snapshot();
        let reports = snapshot.installation.saved.reports().into_iter();
        reports
            .filter(|one| one.owner.is_for(one.audience, &caller.actor()))
            .cloned()
            .collect()
    }

    /// A saved report that the caller may open; one that was removed, too, that it can be restored.
    pub fn saved_report(&self, caller: &Caller, id: &str) -> Result<SavedReport, Error> {
        let snapshot = self.snapshot();
        let report = snapshot.installation.saved.report(id);
        let report = report.filter(|one| opens(caller, &one.owner, one.audience));
        report
            .cloned()
            .ok_or_else(|| Error::unknown("saved report", id))
    }

    /// The dashboards that the caller finds, by name.
    pub fn dashboards(&self, caller: &Caller) -> Vec<Dashboard> {
        let snapshot = self.snapshot();
        let dashboards = snapshot.installation.saved.dashboards().into_iter();
        dashboards
            .filter(|one| one.owner.is_for(one.audience, &caller.actor()))
            .cloned()
            .collect()
    }

    /// A dashboard that the caller may open; one that was removed, too, that it can be restored.
    pub fn dashboard(&self, caller: &Caller, id: &str) -> Result<Dashboard, Error> {
        let snapshot = self.snapshot();
        let dashboard = snapshot.installation.saved.dashboard(id);
        let dashboard = dashboard.filter(|one| opens(caller, &one.owner, one.audience));
        dashboard
            .cloned()
            .ok_or_else(|| Error::unknown("dashboard", id))
    }

    /// The links that the caller has made, an admin all; the latest first.
    pub fn shared_links(&self, caller: &Caller) -> Vec<SharedLink> {
        let snapshot = self.snapshot();
        let links = snapshot.installation.saved.links().into_iter();
        let is_theirs =
            |link: &&SharedLink| caller.role >= Role::Admin || link.by == caller.actor();
        links.filter(is_theirs).cloned().collect()
    }

    /// The address of a link on this server.
    pub fn shared_path(&self, link: &str) -> Result<String, Error> {
        let token = self.access.seal(PURPOSE, link)?;
        Ok(format!("/shared?t={token}"))
    }

    /// Saves a report, once it was tried that it can be asked; gives its id.
    pub async fn save_report(
        self: &Arc<Self>,
        caller: Caller,
        draft: SavedReportDraft,
    ) -> Result<WriteResult, Error> {
        let (app, by) = (Arc::clone(self), caller.clone());
        let tried = draft.clone();
        let work = tokio::task::spawn_blocking(move || app.try_report(&by, &tried));
        work.await
            .map_err(|error| Error::Stopped(error.to_string()))??;
        let id = draft.id.clone().unwrap_or_else(|| fresh("s"));
        let draft = SavedReportDraft {
            id: Some(id.clone()),
            ..draft
        };
        self.keep(caller, SavedCommand::SaveReport(draft), id).await
    }

    /// Saves a dashboard; gives its id.
    pub async fn save_dashboard(
        self: &Arc<Self>,
        caller: Caller,
        draft: DashboardDraft,
    ) -> Result<WriteResult, Error> {
        if let Some(id) = draft
            .id
            .as_deref()
            .filter(|id| registry::shipped_dashboard(id).is_some())
        {
            let reason = format!("`{id}` is a dashboard that everybody has; copy it to change it");
            return Err(Invalid::new("id", reason).into());
        }
        for (place, panel) in draft.panels.iter().enumerate() {
            if let PanelSource::Report { id } = &panel.shows
                && registry::find(id).is_none()
            {
                let reason = format!("there is no report `{id}`");
                return Err(Invalid::new(format!("panels.{place}.shows.id"), reason).into());
            }
        }
        let id = draft.id.clone().unwrap_or_else(|| fresh("d"));
        let draft = DashboardDraft {
            id: Some(id.clone()),
            ..draft
        };
        let command = SavedCommand::SaveDashboard(draft);
        self.keep(caller, command, id).await
    }

    /// Makes a link that shows something for some days.
    pub async fn share(
        self: &Arc<Self>,
        caller: Caller,
        shows: LinkTarget,
        days: i64,
    ) -> Result<NewLink, Error> {
        if !(1..=MAX_LINK_DAYS).contains(&days) {
            let reason = format!("`{days}` is no number of days from 1 to {MAX_LINK_DAYS}");
            return Err(Invalid::new("days", reason).into());
        }
        let expires_at = self.clock.now().plus_millis(days * DAY_MS);
        let link = fresh("l");
        let command = SavedCommand::Share {
            link: link.clone(),
            shows,
            expires_at,
        };
        let written = self.keep(caller, command, link.clone()).await?;
        Ok(NewLink {
            path: self.shared_path(&link)?,
            id: link,
            expires_at,
            log_position: written.log_position,
        })
    }

    async fn keep(
        self: &Arc<Self>,
        caller: Caller,
        command: SavedCommand,
        id: String,
    ) -> Result<WriteResult, Error> {
        let written = self.write(caller, Command::Saved(command)).await?;
        Ok(WriteResult {
            id: Some(id),
            ..written
        })
    }

    /// Asks what is to be saved, so that nothing is kept that cannot be shown.
    fn try_report(&self, caller: &Caller, draft: &SavedReportDraft) -> Result<(), Error> {
        let parameters = draft.parameters.iter();
        let parameters = parameters.map(|(name, value)| (name.as_str(), value.as_str()));
        let query = Query::parse(parameters, Tz::UTC)?;
        check_window(draft, &query)?;
        let present = self.present_to(&caller.sight);
        drop(self.ask_report_at(&present, &draft.report, &query)?);
        check_columns(&draft.columns)?;
        if let Some(second) = &draft.second {
            if registry::find(second).is_none() {
                let reason = format!("there is no report `{second}`");
                return Err(Invalid::new("second", reason).into());
            }
            let alone = Query {
                by: By::Dimensions(Vec::new()),
                basis: None,
                compare: None,
                ..query
            };
            drop(self.ask_report_at(&present, second, &alone)?);
        }
        Ok(())
    }

    /// What a link shows; none: its token is not ours, it has ended, or who made it is no longer
    /// there.
    pub fn shared(&self, token: &str) -> Result<Option<Shared>, Error> {
        let Some(id) = self.access.unseal(PURPOSE, token)? else {
            return Ok(None);
        };
        let snapshot = self.snapshot();
        let installation = &snapshot.installation;
        let link = installation.saved.link(&id);
        let Some(link) = link.filter(|link| link.holds(self.clock.now())) else {
            return Ok(None);
        };
        let people = &installation.people;
        let (identity, sight, owner) = match link.by.split_once(':') {
            Some(("user", id)) => {
                let Some(user) = people.user(id).filter(|user| user.is_active()) else {
                    return Ok(None);
                };
                let identity = Identity::User(id.to_owned());
                (identity, user.sight(), Some(user.name.clone()))
            }
            Some(("token", id)) => {
                let Some(token) = people.token(id).filter(|token| token.revoked_at.is_none())
                else {
                    return Ok(None);
                };
                let identity = Identity::Token(id.to_owned());
                (identity, token.sight(), Some(token.name.clone()))
            }
            Some(("host", name)) => {
                let identity = Identity::Host(name.to_owned());
                (identity, Sight::Whole, Some(name.to_owned()))
            }
            _ => (Identity::Page, Sight::Whole, None),
        };
        let caller = Caller::live(identity, Role::Viewer).seeing(sight);
        Ok(Some(Shared {
            link: link.clone(),
            caller,
            owner,
        }))
    }
}

/// Pages show whole days and weeks that begin on Mondays; what is saved must mean the same there.
fn check_window(draft: &SavedReportDraft, query: &Query) -> Result<(), Invalid> {
    let refused =
        |name: &str, reason: &str| Err(Invalid::new(format!("parameters.{name}"), reason));
    if draft.parameters.contains_key("week_start") {
        return refused(
            "week_start",
            "weeks of saved reports begin on Mondays; leave it out",
        );
    }
    for (name, limit) in [("from", query.from), ("to", query.to)] {
        if matches!(limit, Some(Limit::At(_))) {
            return refused(name, "it is an instant; expected a date such as 2026-01-31");
        }
    }
    if query.from.is_some() != query.to.is_some() {
        return refused("from", "a window of dates needs both `from` and `to`");
    }
    Ok(())
}

/// Tables have what answers have.
fn check_columns(columns: &[String]) -> Result<(), Invalid> {
    for (place, column) in columns.iter().enumerate() {
        if !Figure::is_column(column) {
            let reason = format!("`{column}` is no figure of a table; one is `value`");
            return Err(Invalid::new(format!("columns.{place}"), reason));
        }
    }
    Ok(())
}

/// Whether the caller may open what is saved: an admin all of it.
fn opens(caller: &Caller, owner: &Owned, audience: Audience) -> bool {
    caller.role >= Role::Admin || owner.is_for(audience, &caller.actor())
}
