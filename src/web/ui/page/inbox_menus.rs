//! What the inbox can be narrowed to, over what is on the desk.

use std::collections::BTreeSet;

use super::compose::{Choice, ChoiceMenu};
use super::field_of;
use crate::model::desk::{LineStatus, Occurring};
use crate::report::{KeyValue, join_values};
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::text::t;

/// The menus, and what is chosen in them.
pub(super) struct Menus {
    pub(super) assignees: Vec<Choice>,
    /// Any of these.
    pub(super) tags: Vec<Choice>,
    pub(super) orders: Vec<Choice>,
    /// Channels, inboxes, teams, statuses, and what is past due.
    pub(super) more: Vec<ChoiceMenu>,
    /// All of these.
    pub(super) all_tags: Vec<Choice>,
    pub(super) from: String,
    pub(super) to: String,
    /// Whether one of those is used that lie under "more".
    pub(super) is_more: bool,
}

/// The parameters that lie under "more".
const MORE: [&str; 8] = [
    "channel", "inbox", "team", "status", "late", "tag.all", "from", "to",
];

impl Menus {
    pub(super) fn new(desk: &Desk, own: &[(String, String)]) -> Self {
        let found = desk.present().occurring();
        let inbox = |id: &str| desk.label("inbox", &KeyValue::Text(id.into()));
        let plain = |tags: &BTreeSet<&str>, name: &str| {
            choices(own, name, tags.iter().map(|tag| (*tag, (*tag).to_owned())))
        };
        let channels = found.channels.iter();
        let channels = channels.map(|one| (*one, spoken("channel", one)));
        let inboxes = found.inboxes.iter().map(|id| (*id, inbox(id)));
        let statuses = LineStatus::ALL.map(LineStatus::as_str);
        let statuses = statuses.map(|word| (word, spoken("line_status", word)));
        let more = [
            ChoiceMenu::new(
                "channel",
                t("field.channel"),
                choices(own, "channel", channels),
            ),
            ChoiceMenu::new("inbox", t("field.inbox"), choices(own, "inbox", inboxes)),
            ChoiceMenu::new("team", t("field.team"), teams(desk, own)),
            ChoiceMenu::new(
                "status",
                t("field.status"),
                choices(own, "status", statuses),
            ),
            ChoiceMenu::new(
                "late",
                t("inbox.due"),
                choices(own, "late", [("true", t("inbox.late").to_owned())]),
            ),
        ];
        let orders = ["latest", "waiting"];
        let orders = orders.map(|one| (one, t(&format!("inbox.by_{one}")).to_owned()));
        let text = |name: &str| field_of(own, name).unwrap_or_default().to_owned();
        Self {
            assignees: assignees(desk, own, &found),
            tags: plain(&found.tags, "tag"),
            all_tags: plain(&found.tags, "tag.all"),
            orders: choices(own, "sort", orders),
            more: more
                .into_iter()
                .filter(|menu| !menu.choices.is_empty())
                .collect(),
            from: text("from"),
            to: text("to"),
            is_more: MORE.iter().any(|name| field_of(own, name).is_some()),
        }
    }
}

/// Reps and teams to whom something is assigned.
fn assignees(desk: &Desk, own: &[(String, String)], found: &Occurring<'_>) -> Vec<Choice> {
    let reps = found
        .reps
        .iter()
        .map(|id| (format!("rep:{id}"), desk.rep(id)));
    let teams = found
        .teams
        .iter()
        .map(|id| (format!("team:{id}"), desk.team(id)));
    let all: Vec<(String, String)> = reps.chain(teams).collect();
    let all = all
        .iter()
        .map(|(value, label)| (value.as_str(), label.clone()));
    by_label(choices(own, "assignee", all))
}

/// All teams of the desk: what is a rep's of theirs counts, too.
fn teams(desk: &Desk, own: &[(String, String)]) -> Vec<Choice> {
    let directory = &desk.present().snapshot().directory;
    let teams = directory.teams().map(|(id, name)| (id, name.to_owned()));
    by_label(choices(own, "team", teams))
}

fn by_label(mut choices: Vec<Choice>) -> Vec<Choice> {
    choices.sort_by(|one, other| one.label.cmp(&other.label));
    choices
}

/// Values with what they are called; a name may be chosen several times.
fn choices<'a>(
    own: &[(String, String)],
    name: &str,
    values: impl IntoIterator<Item = (&'a str, String)>,
) -> Vec<Choice> {
    let chosen: Vec<&str> = own
        .iter()
        .filter(|(other, _)| other == name)
        .map(|(_, value)| value.as_str())
        .collect();
    values
        .into_iter()
        .map(|(value, label)| {
            let value = join_values([value]);
            Choice {
                is_current: chosen.contains(&value.as_str()),
                value,
                label,
            }
        })
        .collect()
}
