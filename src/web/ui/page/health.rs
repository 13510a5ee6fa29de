//! How this machine's own work does, as a table.

use crate::app::{HealthState, HealthView};
use crate::model::event::HealthPart;
use crate::web::ui::date;
use crate::web::ui::text::{fill, t};
use crate::web::ui::view::View;

/// A part in the table.
pub(super) struct HealthLine {
    pub(super) name: String,
    pub(super) state: &'static str,
    pub(super) is_broken: bool,
    pub(super) detail: String,
}

pub(super) fn line(view: &HealthView) -> HealthLine {
    let part = t(match view.part {
        HealthPart::Mailbox if view.id.is_some() => "alerts.part.read_mailbox",
        HealthPart::Mailbox => "alerts.part.mailbox",
        HealthPart::Connector => "alerts.part.connector",
        HealthPart::Webhook => "alerts.part.webhook",
        HealthPart::Backup => "alerts.part.backup",
        HealthPart::Disk => "alerts.part.disk",
        HealthPart::Embeddings => "alerts.part.embeddings",
    });
    let name = match &view.name {
        Some(name) => format!("{part}: {name}"),
        None => part.to_owned(),
    };
    let state = t(match (view.part, view.state) {
        (HealthPart::Backup, HealthState::Unknown) => "alerts.state.no_backup",
        (_, HealthState::Working) => "alerts.state.working",
        (_, HealthState::Trouble) => "alerts.state.trouble",
        (_, HealthState::Unknown) => "alerts.state.unknown",
        (_, HealthState::Off) => "alerts.state.off",
    });
    let free = view.free_percent.map(|free| {
        let free = free.to_string();
        fill("alerts.free", &[("percent", &free)])
    });
    let since = view.since.map(|since| {
        let key = match (view.part, view.state) {
            (HealthPart::Backup, _) => "alerts.made_at",
            (_, HealthState::Trouble) => "alerts.said.since",
            _ => "alerts.last_at",
        };
        fill(key, &[("at", &date::instant(since, View::default().zone))])
    });
    let parts = [free, since, view.reason.clone()];
    HealthLine {
        name,
        state,
        is_broken: view.state == HealthState::Trouble,
        detail: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
    }
}
