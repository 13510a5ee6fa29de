//! What a rule would have done to the last conversations, as the page lists it.

use chrono_tz::Tz;

use crate::app::{RuleTrial, TriedConversation};
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, field, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::page::field_of;
use crate::web::ui::text::{fill, find, t};
use crate::web::ui::url::encode;

/// A conversation that it would have fitted.
pub(super) struct FitLine {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) at: String,
    pub(super) did: String,
}

/// What a rule would have done.
pub(super) struct Trial {
    pub(super) summary: String,
    /// Why it would not have fitted, with how many that are.
    pub(super) unmet: Vec<String>,
    pub(super) fits: Vec<FitLine>,
}

impl Trial {
    /// Of the rule that the address names, if it names one.
    pub(super) fn asked(
        desk: &Desk,
        pairs: &[(String, String)],
        zone: Tz,
    ) -> Result<Option<Self>, Fault> {
        let snapshot = desk.app.snapshot();
        let routing = &snapshot.installation.routing;
        let Some(rule) = field_of(pairs, "try").and_then(|id| routing.rule(id)) else {
            return Ok(None);
        };
        let trial = desk.app.try_rule_at(desk.present(), &rule.set)?;
        let fits = trial.items.iter().filter(|item| item.fits);
        let fits = fits.map(|item| FitLine {
            href: format!("/conversations/{}", encode(&item.conversation)),
            title: title(item),
            at: item
                .at
                .map_or_else(String::new, |at| date::instant(at, zone)),
            did: did(item),
        });
        let values = [
            ("rule", rule.set.name.as_str()),
            ("fits", &trial.fits.to_string()),
            ("count", &trial.tried_on.to_string()),
        ];
        Ok(Some(Self {
            summary: fill("routing.tried", &values),
            unmet: unmet(&trial),
            fits: fits.collect(),
        }))
    }
}

fn title(item: &TriedConversation) -> String {
    let name = item.contact_name.as_deref();
    let name = name.unwrap_or(&item.conversation);
    match &item.subject {
        Some(subject) => format!("{name}: {subject}"),
        None => name.to_owned(),
    }
}

fn did(item: &TriedConversation) -> String {
    let did = item.did.iter().map(|kind| spoken("deed", kind.as_str()));
    let did = did.collect::<Vec<_>>().join(", ");
    if did.is_empty() {
        return t("routing.nothing_left").to_owned();
    }
    did
}

/// How many failed by which condition first.
fn unmet(trial: &RuleTrial) -> Vec<String> {
    let mut counts: Vec<(Option<&str>, usize)> = Vec::new();
    for item in trial.items.iter().filter(|item| !item.fits) {
        match counts.iter_mut().find(|(name, _)| *name == item.unmet) {
            Some((_, count)) => *count += 1,
            None => counts.push((item.unmet, 1)),
        }
    }
    let lines = counts.into_iter().map(|(name, count)| {
        let count = count.to_string();
        let Some(name) = name else {
            return fill("routing.never", &[("count", &count)]);
        };
        let own = find(&format!("routing.condition.{name}"));
        let name = own.map_or_else(|| field(name), str::to_owned);
        fill("routing.unmet", &[("count", &count), ("condition", &name)])
    });
    lines.collect()
}
