//! A rule as an admin writes it, held to what it may be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::State;
use super::super::deed::check_assignee;
use super::super::refusal::Refusal;
use super::super::tag::tag_name;
use super::super::text::{filled, rule_id, topic};
use crate::model::event::{
    Assignee, MAX_RULE_WORD, RuleAssignee, RuleConditions, RuleDeeds, RuleSet, RuleTrigger,
};
use crate::model::routing::MAX_SILENCE_SECS;
use crate::model::{Invalid, RepId, TeamId, whole_number};

/// The most rules.
const MAX_RULES: usize = 200;
/// The longest name, in characters.
pub const MAX_RULE_NAME: usize = 100;
/// The longest that a rule says, in characters.
pub const MAX_RULE_WORDS: usize = 2_000;
/// The longest id of a rule, in bytes: messages are named by it.
const MAX_RULE_ID: usize = 64;
/// How often a rule acts in an hour where nobody says how often it may.
pub const FIRST_LIMIT: u32 = 100;
/// The highest limit.
const MAX_LIMIT: u32 = 10_000;
/// The most values of one condition, and the most tags.
const MAX_VALUES: usize = 50;

/// A rule as an admin writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleDraft {
    /// The one to change; left out: a new one, which is the last and off.
    #[schema(min_length = 1, max_length = 64)]
    #[serde(default)]
    pub id: Option<String>,
    /// What it is called.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub name: String,
    /// What it looks at a conversation for.
    pub trigger: RuleTrigger,
    /// How long a silence has lasted by then, in seconds; of silences only, and of them always.
    #[schema(minimum = 1, maximum = 7_776_000)]
    #[serde(default, deserialize_with = "whole_number")]
    pub after_secs: Option<u32>,
    /// What must be so.
    #[serde(default)]
    pub when: RuleConditions,
    /// What it does then.
    pub then: RuleDeeds,
    /// How often it acts in an hour at most: then it is paused. Left out: 100 times.
    #[schema(minimum = 1, maximum = 10_000)]
    #[serde(default, deserialize_with = "whole_number")]
    pub limit_per_hour: Option<u32>,
}

pub(super) fn checked(state: &State<'_>, draft: RuleDraft) -> Result<RuleSet, Refusal> {
    let rule = rule_id(draft.id.as_deref().unwrap_or_default())?;
    if rule.as_str().len() > MAX_RULE_ID {
        let reason = format!("`{rule}`: expected an id of 1 to {MAX_RULE_ID} bytes");
        return Err(Invalid::new("id", reason).into());
    }
    let routing = &state.installation.routing;
    if routing.rule(rule.as_str()).is_none() && routing.rules.len() >= MAX_RULES {
        return Err(Refusal::conflict(
            "there are as many rules as there may be; remove one first",
        ));
    }
    let name = draft.name.trim().to_owned();
    filled("name", &name, MAX_RULE_NAME)?;
    let limit_per_hour = draft.limit_per_hour.unwrap_or(FIRST_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit_per_hour) {
        let reason = format!("it is {limit_per_hour}; expected 1 to {MAX_LIMIT}");
        return Err(Invalid::new("limit_per_hour", reason).into());
    }
    Ok(RuleSet {
        rule,
        name,
        trigger: draft.trigger,
        after_secs: silence(draft.trigger, draft.after_secs)?,
        when: conditions(state, draft.when)?,
        then: deeds(state, draft.then)?,
        limit_per_hour,
    })
}

/// How long a silence lasts, for a rule that looks at silences.
fn silence(trigger: RuleTrigger, secs: Option<u32>) -> Result<Option<u32>, Invalid> {
    let word = trigger.as_str();
    match secs {
        None if trigger.is_silence() => {
            let reason = format!("it is left out; `{word}` needs 1 to {MAX_SILENCE_SECS} seconds");
            Err(Invalid::new("after_secs", reason))
        }
        Some(secs) if trigger.is_silence() && !(1..=MAX_SILENCE_SECS).contains(&secs) => {
            let reason = format!("it is {secs}; expected 1 to {MAX_SILENCE_SECS}");
            Err(Invalid::new("after_secs", reason))
        }
        Some(_) if !trigger.is_silence() => {
            let reason = format!("`{word}` is no silence; expected nothing");
            Err(Invalid::new("after_secs", reason))
        }
        secs => Ok(secs),
    }
}

fn conditions(state: &State<'_>, when: RuleConditions) -> Result<RuleConditions, Refusal> {
    at_most("when.inbox", when.inbox.len())?;
    at_most("when.attributes", when.attributes.len())?;
    let attributes = when.attributes.into_iter().map(|(name, value)| {
        let field = format!("when.attributes.{name}");
        Ok((name, word(&field, &value)?))
    });
    let topics = words("when.topic", &when.topic)?;
    for id in &topics {
        topic(&state.installation.knowledge, id)?;
    }
    Ok(RuleConditions {
        channel: words("when.channel", &when.channel)?,
        inbox: when.inbox,
        language: words("when.language", &when.language)?,
        company: words("when.company", &when.company)?,
        tag: words("when.tag", &when.tag)?,
        attributes: attributes.collect::<Result<BTreeMap<_, _>, Invalid>>()?,
        text: words("when.text", &when.text)?,
        topic: topics,
        hours: when.hours,
        direction: when.direction,
    })
}

fn deeds(state: &State<'_>, then: RuleDeeds) -> Result<RuleDeeds, Refusal> {
    if then == RuleDeeds::default() {
        let reason = "it does nothing; expected a deed such as `tags`";
        return Err(Invalid::new("then", reason).into());
    }
    if let Some(to) = &then.assign {
        check_holder(state, to)?;
    }
    if let Some(id) = &then.canned_reply
        && state.installation.canned.get(id.as_str()).is_none()
    {
        return Err(Refusal::unknown("canned reply", id.as_str()));
    }
    at_most("then.tags", then.tags.len())?;
    let tags = then.tags.iter().map(|tag| tag_name("then.tags", tag));
    let priority = then.priority.map(|text| word("then.priority", &text));
    let say = then.say.map(|text| {
        let text = text.trim().to_owned();
        filled("then.say", &text, MAX_RULE_WORDS)?;
        Ok::<_, Invalid>(text)
    });
    Ok(RuleDeeds {
        tags: tags.collect::<Result<_, _>>()?,
        priority: priority.transpose()?,
        say: say.transpose()?,
        ..then
    })
}

/// Refuses to give anything to somebody whom the desk does not have.
fn check_holder(state: &State<'_>, to: &RuleAssignee) -> Result<(), Refusal> {
    let team = |id: &TeamId| check_assignee(state, &Assignee::Team { id: id.clone() });
    let rep = |id: &RepId| check_assignee(state, &Assignee::Rep { id: id.clone() });
    match to {
        RuleAssignee::Team(id) => team(id),
        RuleAssignee::Rep(id) => rep(id),
        RuleAssignee::OneOf(share) => {
            at_most("then.assign.one_of.reps", share.reps.len())?;
            if share.team.is_some() != share.reps.is_empty() {
                let reason = "expected either a `team` or `reps`";
                return Err(Invalid::new("then.assign.one_of", reason).into());
            }
            share.team.iter().try_for_each(team)?;
            share.reps.iter().try_for_each(rep)
        }
    }
}

fn words(field: &str, texts: &[String]) -> Result<Vec<String>, Invalid> {
    at_most(field, texts.len())?;
    texts.iter().map(|text| word(field, text)).collect()
}

fn word(field: &str, text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    filled(field, text, MAX_RULE_WORD)?;
    Ok(text.to_owned())
}

fn at_most(field: &str, count: usize) -> Result<(), Invalid> {
    if count > MAX_VALUES {
        let reason = format!("there are {count}; at most {MAX_VALUES} are expected");
        return Err(Invalid::new(field, reason));
    }
    Ok(())
}
