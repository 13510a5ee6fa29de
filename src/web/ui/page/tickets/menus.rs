//! What a list of tickets can be narrowed to, over what is on the desk.

use std::collections::BTreeSet;

use super::super::compose::{Choice, ChoiceMenu};
use super::super::field_of;
use crate::model::{RepId, TeamId};
use crate::report::join_values;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::text::t;

/// The menus; those without anything to choose are left out.
pub(super) fn menus(desk: &Desk, own: &[(String, String)]) -> Vec<ChoiceMenu> {
    let (mut pipelines, mut stages) = (BTreeSet::new(), BTreeSet::new());
    let (mut owners, mut teams) = (BTreeSet::new(), BTreeSet::new());
    let (mut priorities, mut services) = (BTreeSet::new(), BTreeSet::new());
    for line in desk.present().tickets() {
        let pipeline = line.pipeline.as_str();
        pipelines.insert(pipeline);
        stages.insert((line.stage_at(desk.now), pipeline));
        owners.extend(line.owner.as_ref().map(RepId::as_str));
        teams.extend(line.team.as_ref().map(TeamId::as_str));
        priorities.extend(line.priority.as_deref());
        services.extend(line.service.as_deref());
    }
    let named = |ids: BTreeSet<&str>, name: &dyn Fn(&str) -> String| {
        let named = ids.into_iter().map(|id| (id.to_owned(), name(id)));
        named.collect::<Vec<_>>()
    };
    // A stage of several pipelines is offered once, called as the first of them calls it.
    let mut of_stages: Vec<(String, String)> = Vec::new();
    for (stage, pipeline) in stages {
        if of_stages.last().is_none_or(|(last, _)| last != stage) {
            of_stages.push((stage.to_owned(), desk.stage(pipeline, stage)));
        }
    }
    let fields = [
        ("pipeline", named(pipelines, &|id| spoken("pipeline", id))),
        ("stage", of_stages),
        ("owner", named(owners, &|id| desk.rep(id))),
        ("team", named(teams, &|id| desk.team(id))),
        ("priority", named(priorities, &|id| spoken("priority", id))),
        ("service", named(services, &str::to_owned)),
    ];
    let menus = fields
        .into_iter()
        .map(|(name, values)| ChoiceMenu::new(name, label_of(name), choices(own, name, values)));
    menus.filter(|menu| !menu.choices.is_empty()).collect()
}

fn choices(own: &[(String, String)], name: &str, values: Vec<(String, String)>) -> Vec<Choice> {
    let chosen = field_of(own, name).unwrap_or_default();
    let mut choices: Vec<Choice> = values
        .into_iter()
        .map(|(id, label)| {
            let value = join_values([id.as_str()]);
            Choice {
                is_current: value == chosen,
                value,
                label,
            }
        })
        .collect();
    // What an address names and no ticket has by now is still what the list is narrowed to.
    if !chosen.is_empty() && !choices.iter().any(|choice| choice.is_current) {
        choices.push(Choice {
            value: chosen.to_owned(),
            label: chosen.to_owned(),
            is_current: true,
        });
    }
    choices.sort_by(|one, other| one.label.cmp(&other.label));
    choices
}

fn label_of(name: &str) -> &'static str {
    match name {
        "pipeline" => t("field.pipeline"),
        "stage" => t("field.stage"),
        "owner" => t("field.owner"),
        "team" => t("field.team"),
        "priority" => t("field.priority"),
        _ => t("field.service"),
    }
}
