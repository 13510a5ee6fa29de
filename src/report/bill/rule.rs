//! What vendors bill by, from which day on: data, read once.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::Timestamp;

/// The rules that come along.
const SHIPPED: &str = include_str!("vendors.toml");

static RULES: LazyLock<Vec<BillRule>> = LazyLock::new(|| {
    // A test reads them; a file that cannot be read has none.
    let file: Result<RuleFile, _> = toml::from_str(SHIPPED);
    file.map(|file| file.rules).unwrap_or_default()
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    #[serde(rename = "rule")]
    rules: Vec<BillRule>,
}

/// What is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Billed {
    /// What the customer agent handled.
    Handled,
    /// What it resolved.
    Resolved,
}

/// What a vendor bills by from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BillRule {
    /// The vendor: what ids of conversations begin with.
    pub vendor: String,
    /// From when on.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// The profile by which Svar counts the same.
    pub profile: String,
    /// The vendor's words for what is billed.
    pub billed: Vec<String>,
    /// What of Svar's has to be so.
    pub counts: Billed,
    /// The words for what is billed although a person took over: of Svar's it has to be handled.
    #[serde(default)]
    pub handovers: Vec<String>,
    /// The rule in words.
    pub text: String,
    /// Where the day and the rule are written.
    pub source: String,
}

impl BillRule {
    /// The rule of a vendor that is in force at an instant.
    pub fn in_force(vendor: &str, at: Timestamp) -> Option<&'static Self> {
        let rules = RULES.iter().filter(|rule| rule.vendor == vendor);
        rules
            .filter(|rule| rule.from <= at)
            .max_by_key(|rule| rule.from)
    }

    /// The rule, since when it holds, and where that is written.
    pub fn in_words(&self) -> String {
        let from = self.from.to_string();
        let day = from.split('T').next().unwrap_or_default();
        format!("{}; since {day} ({})", self.text, self.source)
    }

    /// Whether a word of the vendor's stands for something billed.
    pub fn bills(&self, word: &str) -> bool {
        has(&self.billed, word) || has(&self.handovers, word)
    }

    /// What of Svar's has to be so for a word of the vendor's.
    pub(super) fn counts_for(&self, word: &str) -> Billed {
        if has(&self.handovers, word) {
            Billed::Handled
        } else {
            self.counts
        }
    }
}

fn has(words: &[String], word: &str) -> bool {
    words.iter().any(|one| one.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Profile;

    #[test]
    fn the_rules_that_come_along_are_read_and_name_profiles_that_there_are() {
        assert!(RULES.len() >= 4);
        for rule in RULES.iter() {
            assert!(Profile::named(&rule.profile).is_some(), "{}", rule.profile);
            assert!(!rule.billed.is_empty() && rule.text.len() > 20);
            assert!(rule.in_words().contains("; since 20"), "{}", rule.source);
        }
    }

    #[test]
    fn the_rule_is_that_of_the_day() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let rule = |text: &str| BillRule::in_force("hubspot", at(text));
        assert!(rule("2025-06-01T23:59:59Z").is_none());
        assert_eq!(
            rule("2025-06-02T00:00:00Z").unwrap().counts,
            Billed::Handled
        );
        assert_eq!(
            rule("2026-04-13T23:59:59Z").unwrap().counts,
            Billed::Handled
        );
        let today = rule("2026-04-14T00:00:00Z").unwrap();
        assert_eq!(today.counts, Billed::Resolved);
        assert!(today.bills("none") && !today.bills("ESCALATED"));
        let fin = |text: &str| BillRule::in_force("intercom", at(text)).unwrap();
        let (before, since) = (fin("2026-03-11T23:59:59Z"), fin("2026-03-12T00:00:00Z"));
        assert!(!before.bills("procedure_handoff") && since.bills("procedure_handoff"));
        assert_eq!(since.counts_for("procedure_handoff"), Billed::Handled);
        assert_eq!(since.counts_for("assumed_resolution"), Billed::Resolved);
        assert!(BillRule::in_force("nobody", at("2026-04-14T00:00:00Z")).is_none());
    }
}
