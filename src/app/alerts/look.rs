//! What holds now of what a rule watches for.

use std::collections::BTreeSet;

use super::desk::{due_within, waiting_longer};
use super::finding::{Finding, Looked};
use crate::app::{App, Error, Library, Present};
use crate::model::alerts::AlertRule;
use crate::model::event::{AlertFact, AlertWatch};
use crate::model::{DAY_MS, Timestamp, TopicId};

/// Whether what is watched changes with buckets, and so need not be looked at each minute.
pub(super) const fn is_slow(watch: &AlertWatch) -> bool {
    matches!(
        watch,
        AlertWatch::Threshold { .. } | AlertWatch::Unusual { .. } | AlertWatch::GrowingGap { .. }
    )
}

impl App {
    /// What holds now of what a rule watches for; none: that cannot be said now.
    pub(super) fn look_for(&self, rule: &AlertRule) -> Result<Option<Looked>, Error> {
        let present = self.present();
        match &rule.watches {
            AlertWatch::WaitingHandoff { minutes } => {
                waiting_longer(&present, *minutes, rule.created_at).map(Some)
            }
            AlertWatch::AgreementDue { minutes } => {
                Ok(Some(due_within(&present, *minutes, rule.created_at)))
            }
            AlertWatch::Threshold { .. } | AlertWatch::Unusual { .. } => {
                self.report_beyond(&present, &rule.watches)
            }
            AlertWatch::GrowingGap { least } => {
                let now = midnight(present.now());
                Ok(Some(Looked {
                    found: growing(&self.library_at(&present, now), *least),
                    unclear: BTreeSet::new(),
                }))
            }
            AlertWatch::Health {
                disk_percent,
                backup_days,
            } => Ok(Some(self.in_trouble(rule, (*disk_percent, *backup_days)))),
        }
    }

    /// What is known of gaps, with questions up to an instant.
    pub(super) fn library_at(&self, present: &Present, now: Timestamp) -> Library {
        Library {
            now,
            ..self.knowledge_at(present)
        }
    }
}

/// The last midnight of UTC: gaps are counted by whole days.
pub(super) const fn midnight(now: Timestamp) -> Timestamp {
    now.plus_millis(-now.millis().rem_euclid(DAY_MS))
}

/// The gaps that grew up to a library's instant.
pub(super) fn growing(library: &Library, least: u32) -> Vec<Finding> {
    let until = library.now;
    let found = library.growing(least).into_iter().filter_map(|gap| {
        let topic = TopicId::parse(&gap.topic.to_string()).ok()?;
        Some(Finding {
            subject: topic.to_string(),
            cause: format!("{topic} {until}"),
            fact: AlertFact::GrowingGap {
                topic,
                recent: gap.recent,
                before: gap.before,
                until,
            },
        })
    });
    found.collect()
}
