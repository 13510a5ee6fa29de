//! A rule in words: what it looks at, what must be so, what it does.

use crate::model::brief_value;
use crate::model::event::{RuleAssignee, RuleConditions, RuleDeeds, RuleSet, TopicNumber};
use crate::web::ui::desk::{Desk, field, spoken};
use crate::web::ui::figure;
use crate::web::ui::text::{fill, t};

/// What a rule looks at a conversation for.
pub(super) fn trigger(set: &RuleSet) -> String {
    let trigger = spoken("trigger", set.trigger.as_str());
    let Some(secs) = set.after_secs else {
        return trigger;
    };
    let after = figure::duration(f64::from(secs));
    fill(
        "routing.for_so_long",
        &[("trigger", &trigger), ("duration", &after)],
    )
}

/// What must be so, a line each.
pub(super) fn conditions(desk: &Desk, when: &RuleConditions) -> Vec<String> {
    let snapshot = desk.app.snapshot();
    let inboxes = when.inbox.iter().map(|inbox| {
        let name = snapshot.directory.inbox_name(inbox.as_str());
        name.unwrap_or(inbox.as_str()).to_owned()
    });
    let own = when.attributes.iter();
    let own = own.map(|(name, value)| format!("{name} = {value}"));
    let direction = when.direction.iter();
    let direction = direction.map(|one| spoken("started_by", one.as_str()));
    let hours = when.hours.iter().map(|one| spoken("hours", one.as_str()));
    let knowledge = &snapshot.installation.knowledge;
    let topics = when.topic.iter().map(|id| {
        let number = TopicNumber::parse(id);
        let topic = number.and_then(|number| knowledge.standing(number));
        let name = topic.map(|topic| topic.name.as_ref().unwrap_or(&topic.title));
        name.map_or_else(|| id.clone(), Clone::clone)
    });
    let lines = [
        (field("channel"), when.channel.clone()),
        (field("inbox"), inboxes.collect()),
        (field("language"), when.language.clone()),
        (field("company"), when.company.clone()),
        (field("tag"), when.tag.clone()),
        (t("routing.own").to_owned(), own.collect()),
        (t("routing.text").to_owned(), when.text.clone()),
        (t("routing.topic").to_owned(), topics.collect()),
        (t("routing.hours").to_owned(), hours.collect()),
        (t("routing.started_by").to_owned(), direction.collect()),
    ];
    let lines = lines.into_iter().filter(|(_, values)| !values.is_empty());
    lines
        .map(|(name, values)| format!("{name}: {}", values.join(", ")))
        .collect()
}

/// What it does, a line each.
pub(super) fn deeds(desk: &Desk, then: &RuleDeeds) -> Vec<String> {
    let assign = then.assign.as_ref().map(|to| assigns(desk, to));
    let tags = then.tags.join(", ");
    let tags = (!tags.is_empty()).then(|| fill("routing.tags_on", &[("tags", &tags)]));
    let priority = then.priority.as_ref();
    let priority = priority.map(|one| fill("routing.prioritizes", &[("priority", one)]));
    let said = then.say.as_ref();
    let said = said.map(|text| fill("routing.says", &[("text", &brief_value(text))]));
    let canned = then.canned_reply.as_ref().map(|id| {
        let snapshot = desk.app.snapshot();
        let reply = snapshot.installation.canned.get(id.as_str());
        let title = reply.map_or_else(|| id.to_string(), |reply| reply.title.clone());
        fill("routing.replies", &[("title", &title)])
    });
    let plain = |is_so: bool, key: &str| is_so.then(|| t(key).to_owned());
    let all = [
        tags,
        priority,
        plain(then.hand_off, "routing.hands_off"),
        assign,
        said,
        canned,
        plain(then.resolve, "routing.resolves"),
    ];
    all.into_iter().flatten().collect()
}

/// To whom it gives a conversation.
fn assigns(desk: &Desk, to: &RuleAssignee) -> String {
    let share = match to {
        RuleAssignee::Team(id) => {
            return fill("routing.assigns", &[("name", &desk.team(id.as_str()))]);
        }
        RuleAssignee::Rep(id) => {
            return fill("routing.assigns", &[("name", &desk.rep(id.as_str()))]);
        }
        RuleAssignee::OneOf(share) => share,
    };
    let reps = share.reps.iter().map(|id| desk.rep(id.as_str()));
    let names: Vec<String> = match &share.team {
        Some(team) => vec![desk.team(team.as_str())],
        None => reps.collect(),
    };
    let by = spoken("turn", share.by.as_str());
    let values = [("name", names.join(", ")), ("by", by)];
    let values = values
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    fill("routing.shares", &values)
}
