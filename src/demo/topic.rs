//! What contacts ask about: topics, how often, and when the desk learned to answer them.
//!
//! The words are in `text`. Some topics have an answer from the first day, some get one
//! on the way, some never do: these are the gaps that the reports must show.

use super::language::Language;
use super::people::Team;
use super::random::Random;

/// Something contacts ask about.
#[derive(Debug)]
pub(super) struct Topic {
    /// Its section in the texts.
    pub(super) key: &'static str,
    /// How often it is asked, against the others.
    weight: u32,
    /// Which team knows about it.
    pub(super) team: Team,
    /// The tag that reps give it.
    pub(super) tag: &'static str,
    /// When the English answer is published, as a share of the window; none: never.
    published: Option<f64>,
}

const fn topic(
    key: &'static str,
    weight: u32,
    team: Team,
    tag: &'static str,
    published: Option<f64>,
) -> Topic {
    Topic {
        key,
        weight,
        team,
        tag,
        published,
    }
}

use Team::{Billing, Care, Sales, Tech};

/// All topics.
pub(super) const TOPICS: &[Topic] = &[
    topic("invoice-copy", 8, Billing, "invoice", Some(0.0)),
    topic("refund", 8, Billing, "refund", Some(0.0)),
    topic("delivery-status", 10, Care, "delivery", Some(0.0)),
    topic("delivery-time", 5, Care, "delivery", Some(0.0)),
    topic("change-address", 4, Care, "delivery", Some(0.1)),
    topic("login", 7, Tech, LOGIN_TAG_BEFORE, Some(0.0)),
    topic("password-reset", 9, Tech, LOGIN_TAG_BEFORE, Some(0.0)),
    topic("two-factor", 3, Tech, LOGIN_TAG_BEFORE, Some(0.45)),
    topic("cancel", 6, Billing, "subscription", Some(0.0)),
    topic("upgrade", 4, Sales, "subscription", Some(0.2)),
    topic("downgrade", 2, Billing, "subscription", Some(0.55)),
    topic("payment-failed", 6, Billing, "payment", Some(0.0)),
    topic("payment-methods", 3, Billing, "payment", Some(0.0)),
    topic("vat-number", 3, Billing, "invoice", Some(0.35)),
    topic("change-card", 4, Billing, "payment", Some(0.0)),
    topic("integrations", 4, Tech, "integration", Some(0.3)),
    topic("api-key", 3, Tech, "integration", Some(0.5)),
    topic("data-export", 3, Tech, "data", Some(0.4)),
    topic("delete-account", 3, Care, "privacy", Some(0.15)),
    topic("add-user", 4, Tech, "account", Some(0.0)),
    topic("opening-hours", 4, Care, "misc", Some(0.0)),
    topic("return", 6, Care, "return", Some(0.0)),
    topic("damaged", 3, Care, "complaint", None),
    topic("missing-item", 3, Care, "complaint", None),
    topic("discount-code", 4, Care, "discount", Some(0.25)),
    topic("double-charge", 3, Billing, "complaint", None),
    topic("slow-app", 3, Tech, "outage", Some(0.65)),
    topic("import-products", 2, Tech, "data", None),
    topic(RETIRED, 2, Care, "misc", Some(0.0)),
];

/// The tag that is renamed midway, before and after.
pub(super) const LOGIN_TAG_BEFORE: &str = "login-trouble";
/// Its name after.
pub(super) const LOGIN_TAG_AFTER: &str = "login";
/// The tag that is deleted at two thirds.
pub(super) const DELETED_TAG: &str = "misc";

/// The topic whose answers are taken back at [`RETIRED_SHARE`] of the window.
pub(super) const RETIRED: &str = "gift-card";
/// When that is.
pub(super) const RETIRED_SHARE: f64 = 0.85;

impl Topic {
    /// A topic about which nothing is known.
    pub(super) const NONE: Self = topic("", 0, Care, DELETED_TAG, None);

    /// When the answer in `language` is published, as a share of the window.
    pub(super) fn published_share(&self, language: Language) -> Option<f64> {
        self.published.map(|share| share + language.lag())
    }

    /// Whether a short answer in `language` is published at `share` of the window.
    pub(super) fn is_answered(&self, language: Language, share: f64) -> bool {
        let is_retired = self.key == RETIRED && share >= RETIRED_SHARE;
        let published = self.published_share(language);
        !is_retired && published.is_some_and(|published| published <= share)
    }
}

/// The number of a topic, by weight.
pub(super) fn draw(random: &mut Random) -> usize {
    let total = TOPICS.iter().map(|topic| topic.weight).sum();
    let mut left = random.below(total);
    for (number, topic) in TOPICS.iter().enumerate() {
        if left < topic.weight {
            return number;
        }
        left -= topic.weight;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_desk_learns_and_forgets() {
        let find = |key| TOPICS.iter().find(|topic| topic.key == key).unwrap();
        assert!(!find("api-key").is_answered(Language::En, 0.4));
        assert!(find("api-key").is_answered(Language::En, 0.6));
        assert!(!find("damaged").is_answered(Language::En, 1.0));
        assert!(find(RETIRED).is_answered(Language::En, 0.5));
        assert!(!find(RETIRED).is_answered(Language::En, 0.9));
    }

    #[test]
    fn other_languages_follow_english() {
        let topic = &TOPICS[0];
        assert!(topic.is_answered(Language::En, 0.0));
        assert!(!topic.is_answered(Language::Fi, 0.0));
        assert!(topic.is_answered(Language::Fi, 0.5));
    }
}
