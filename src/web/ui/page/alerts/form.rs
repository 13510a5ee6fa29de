//! What the form of an alert rule holds, and the rule that it says.

use super::super::field_of;
use super::said::minutes;
use crate::command::AlertRuleDraft;
use crate::model::alerts::AlertRule;
use crate::model::event::{AlertEvery, AlertSide, AlertWatch, QuietHours};
use crate::model::{Invalid, SavedReportId};
use crate::web::ui::text::t;

/// What the form holds, as texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) minutes: String,
    pub(super) report: String,
    pub(super) every: String,
    pub(super) side: String,
    pub(super) value: String,
    pub(super) least: String,
    pub(super) disk_percent: String,
    pub(super) backup_days: String,
    pub(super) users: Vec<String>,
    pub(super) webhooks: bool,
    pub(super) quiet_from: String,
    pub(super) quiet_to: String,
    pub(super) weekends: bool,
    pub(super) zone: String,
}

impl Typed {
    /// A new rule of a kind, with what is usual.
    pub(super) fn usual(kind: &str, user: Option<&str>) -> Self {
        let (minutes, least) = match kind {
            "waiting_handoff" => ("15", ""),
            "agreement_due" => ("30", ""),
            "threshold" | "unusual" => ("", "30"),
            "growing_gap" => ("", "5"),
            _ => ("", ""),
        };
        Self {
            kind: kind.to_owned(),
            name: kind_name(kind).to_owned(),
            minutes: minutes.to_owned(),
            least: least.to_owned(),
            every: "day".to_owned(),
            side: "above".to_owned(),
            disk_percent: "10".to_owned(),
            backup_days: "7".to_owned(),
            users: user.into_iter().map(str::to_owned).collect(),
            zone: "UTC".to_owned(),
            ..Self::default()
        }
    }

    /// What a form sent.
    pub(super) fn of_form(form: &[(String, String)]) -> Self {
        let text = |name: &str| {
            let text = field_of(form, name).unwrap_or_default();
            text.trim().to_owned()
        };
        let users = form.iter().filter(|(name, _)| name == "user");
        Self {
            id: text("id"),
            kind: text("kind"),
            name: text("name"),
            minutes: text("minutes"),
            report: text("report"),
            every: text("every"),
            side: text("side"),
            value: text("value"),
            least: text("least"),
            disk_percent: text("disk_percent"),
            backup_days: text("backup_days"),
            users: users.map(|(_, user)| user.clone()).collect(),
            webhooks: field_of(form, "webhooks").is_some(),
            quiet_from: text("quiet_from"),
            quiet_to: text("quiet_to"),
            weekends: field_of(form, "weekends").is_some(),
            zone: text("zone"),
        }
    }

    /// A rule that is there.
    pub(super) fn of_rule(rule: &AlertRule) -> Self {
        let mut typed = Self {
            id: rule.id.to_string(),
            name: rule.name.clone(),
            users: rule.users.iter().map(ToString::to_string).collect(),
            webhooks: rule.webhooks,
            ..Self::usual(rule.watches.kind(), None)
        };
        if let Some(quiet) = &rule.quiet {
            typed.quiet_from.clone_from(&quiet.from);
            typed.quiet_to.clone_from(&quiet.to);
            typed.zone.clone_from(&quiet.zone);
            typed.weekends = quiet.weekends;
        }
        typed.users.clear();
        typed
            .users
            .extend(rule.users.iter().map(ToString::to_string));
        typed.watch(&rule.watches);
        typed
    }

    fn watch(&mut self, watches: &AlertWatch) {
        match watches {
            AlertWatch::WaitingHandoff { minutes } | AlertWatch::AgreementDue { minutes } => {
                self.minutes = minutes.to_string();
            }
            AlertWatch::Threshold {
                report,
                every,
                side,
                value,
                least,
            } => {
                self.report = report.to_string();
                every.as_str().clone_into(&mut self.every);
                side.as_str().clone_into(&mut self.side);
                self.value = value.to_string();
                self.least = least.to_string();
            }
            AlertWatch::Unusual {
                report,
                every,
                least,
            } => {
                self.report = report.to_string();
                every.as_str().clone_into(&mut self.every);
                self.least = least.to_string();
            }
            AlertWatch::GrowingGap { least } => self.least = least.to_string(),
            AlertWatch::Health {
                disk_percent,
                backup_days,
            } => {
                self.disk_percent = disk_percent.to_string();
                self.backup_days = backup_days.to_string();
            }
        }
    }

    /// The rule that it says.
    pub(super) fn draft(&self) -> Result<AlertRuleDraft, Invalid> {
        let is_quiet = !self.quiet_from.is_empty() || !self.quiet_to.is_empty();
        Ok(AlertRuleDraft {
            id: (!self.id.is_empty()).then(|| self.id.clone()),
            name: self.name.clone(),
            watches: self.watches()?,
            users: self.users.clone(),
            webhooks: self.webhooks,
            quiet: is_quiet.then(|| QuietHours {
                from: self.quiet_from.clone(),
                to: self.quiet_to.clone(),
                weekends: self.weekends,
                zone: self.zone.clone(),
            }),
        })
    }

    fn watches(&self) -> Result<AlertWatch, Invalid> {
        let every = || AlertEvery::parse(&self.every).unwrap_or_default();
        Ok(match self.kind.as_str() {
            "waiting_handoff" => AlertWatch::WaitingHandoff {
                minutes: whole("minutes", &self.minutes)?,
            },
            "agreement_due" => AlertWatch::AgreementDue {
                minutes: whole("minutes", &self.minutes)?,
            },
            "threshold" => AlertWatch::Threshold {
                report: self.report()?,
                every: every(),
                side: AlertSide::parse(&self.side).unwrap_or_default(),
                value: number("value", &self.value)?,
                least: whole("least", &self.least)?,
            },
            "unusual" => AlertWatch::Unusual {
                report: self.report()?,
                every: every(),
                least: whole("least", &self.least)?,
            },
            "growing_gap" => AlertWatch::GrowingGap {
                least: whole("least", &self.least)?,
            },
            "health" => AlertWatch::Health {
                disk_percent: whole("disk_percent", &self.disk_percent)?,
                backup_days: whole("backup_days", &self.backup_days)?,
            },
            other => {
                let kinds = AlertWatch::KINDS.join(", ");
                let reason = format!("`{other}` is none of {kinds}");
                return Err(Invalid::new("kind", reason));
            }
        })
    }

    fn report(&self) -> Result<SavedReportId, Invalid> {
        let odd = |fault| Invalid::new("report", format!("`{}`: {fault}", self.report));
        SavedReportId::parse(&self.report).map_err(odd)
    }

    /// Whether a field belongs to its kind.
    pub(super) fn has(&self, field: &str) -> bool {
        match self.kind.as_str() {
            "waiting_handoff" | "agreement_due" => field == "minutes",
            "threshold" => ["report", "limit", "least"].contains(&field),
            "unusual" => ["report", "least"].contains(&field),
            "growing_gap" => field == "questions",
            "health" => field == "health",
            _ => false,
        }
    }
}

fn whole(field: &str, text: &str) -> Result<u32, Invalid> {
    let odd = |_odd| Invalid::new(field, format!("`{text}` is no whole number"));
    text.parse().map_err(odd)
}

fn number(field: &str, text: &str) -> Result<f64, Invalid> {
    let odd = |_odd| Invalid::new(field, format!("`{text}` is no number, such as 3600 or 0.6"));
    text.parse().map_err(odd)
}

/// What a kind is called.
pub(super) fn kind_name(kind: &str) -> &'static str {
    t(match kind {
        "waiting_handoff" => "alerts.kind.waiting_handoff",
        "agreement_due" => "alerts.kind.agreement_due",
        "threshold" => "alerts.kind.threshold",
        "unusual" => "alerts.kind.unusual",
        "growing_gap" => "alerts.kind.growing_gap",
        _ => "alerts.kind.health",
    })
}

/// What a kind does.
pub(super) fn kind_about(kind: &str) -> &'static str {
    t(match kind {
        "waiting_handoff" => "alerts.about.waiting_handoff",
        "agreement_due" => "alerts.about.agreement_due",
        "threshold" => "alerts.about.threshold",
        "unusual" => "alerts.about.unusual",
        "growing_gap" => "alerts.about.growing_gap",
        _ => "alerts.about.health",
    })
}

/// Minutes of a rule in words.
pub(super) fn said_minutes(watches: &AlertWatch) -> Option<String> {
    match watches {
        AlertWatch::WaitingHandoff { minutes: many }
        | AlertWatch::AgreementDue { minutes: many } => Some(minutes(*many)),
        _ => None,
    }
}
