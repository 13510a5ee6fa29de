//! How the customer agent works: where and when it answers, and what it is called.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::Refusal;
use super::text::{channel, inbox_id, short};
use crate::model::event::{CustomerAgentSet, DutyRule, DutyTime};
use crate::model::{Body, Invalid, whole_number};

/// The most rules.
pub const MAX_RULES: usize = 50;
/// The longest it waits for a contact's next message, in milliseconds.
pub const MAX_SETTLE_MS: u32 = 60_000;
/// The longest name, in characters.
pub const MAX_NAME: usize = 100;
/// The longest text, in characters.
pub const MAX_TEXT: usize = 1_000;

/// Where the customer agent answers, and when; what is left out is not asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyRuleDraft {
    /// On which channel.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// In which inbox.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbox: Option<String>,
    /// When.
    pub when: DutyTime,
}

/// Settings of the customer agent to change; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerAgentDraft {
    /// Where and when it answers: the first rule that fits holds; where none does, never.
    #[schema(max_items = 50)]
    #[serde(default)]
    pub duty: Option<Vec<DutyRuleDraft>>,
    /// How long after a contact's last message it answers, in milliseconds.
    #[schema(maximum = 60_000)]
    #[serde(default, deserialize_with = "whole_number")]
    pub settle_ms: Option<u32>,
    /// What it is called; empty: as pages call it.
    #[schema(max_length = 100)]
    #[serde(default)]
    pub name: Option<String>,
    /// What it greets with; empty: in words of Svar's own, in the visitor's language.
    #[schema(max_length = 1000)]
    #[serde(default)]
    pub greeting: Option<String>,
    /// What it says when it hands off while nobody is there, with `{opens}` where it says from
    /// when on somebody is; empty: in words of Svar's own, in the contact's language.
    #[schema(max_length = 1000)]
    #[serde(default)]
    pub away: Option<String>,
}

pub(super) fn decide(draft: CustomerAgentDraft) -> Result<Vec<Body>, Refusal> {
    if draft == CustomerAgentDraft::default() {
        let reason = "nothing is to be changed; expected a setting such as `settle_ms`";
        return Err(Invalid::new("body", reason).into());
    }
    if let Some(settle_ms) = draft.settle_ms.filter(|settle| *settle > MAX_SETTLE_MS) {
        let reason =
            format!("it is {settle_ms}; at most {MAX_SETTLE_MS} milliseconds are expected");
        return Err(Invalid::new("settle_ms", reason).into());
    }
    let text = |field: &str, text: Option<String>, most: usize| {
        let text = text.map(|text| text.trim().to_owned());
        short(field, text.as_deref().unwrap_or_default(), most)?;
        Ok::<_, Invalid>(text)
    };
    Ok(vec![Body::CustomerAgentSet(Box::new(CustomerAgentSet {
        duty: draft.duty.map(duty).transpose()?,
        settle_ms: draft.settle_ms,
        name: text("name", draft.name, MAX_NAME)?,
        greeting: text("greeting", draft.greeting, MAX_TEXT)?,
        away: text("away", draft.away, MAX_TEXT)?,
    }))])
}

fn duty(rules: Vec<DutyRuleDraft>) -> Result<Vec<DutyRule>, Invalid> {
    if rules.len() > MAX_RULES {
        let reason = format!(
            "there are {}; at most {MAX_RULES} are expected",
            rules.len()
        );
        return Err(Invalid::new("duty", reason));
    }
    let rules = rules.into_iter().enumerate().map(|(place, rule)| {
        let field = |name: &str| format!("duty[{place}].{name}");
        let inbox = rule
            .inbox
            .as_deref()
            .map(|id| inbox_id(&field("inbox"), id));
        Ok(DutyRule {
            channel: channel(&field("channel"), rule.channel)?,
            inbox: inbox.transpose()?,
            when: rule.when,
        })
    });
    rules.collect()
}
