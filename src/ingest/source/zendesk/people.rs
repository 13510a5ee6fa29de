//! Users, groups, organizations and brands.

use serde_json::json;

use super::Zendesk;
use crate::ingest::source::field::Fields;
use crate::ingest::source::output::Output;
use crate::model::Timestamp;

/// When a record says that its facts hold from.
const CHANGED: [&str; 2] = ["updated_at", "created_at"];

impl Zendesk {
    pub(super) fn learn_user(&mut self, record: Fields<'_>) {
        self.has_users = true;
        let Some(id) = record.id("id") else { return };
        if is_rep(record) {
            self.reps.insert(id);
        }
    }

    pub(super) fn learn_organization(&mut self, record: Fields<'_>) {
        let (Some(id), Some(name)) = (record.id("id"), record.text("name")) else {
            return;
        };
        let domain = record.words("domain_names").into_iter().next();
        self.organizations.insert(id, (name.to_owned(), domain));
    }

    pub(super) fn user(&self, record: Fields<'_>, output: &mut Output<'_>) {
        let Some(at) = record.instant_of(&CHANGED) else {
            return output.lacks("updated_at");
        };
        self.user_at(record, at, output);
    }

    /// A user as they are from `at` on.
    pub(super) fn user_at(&self, record: Fields<'_>, at: Timestamp, output: &mut Output<'_>) {
        let Some(id) = record.id("id") else {
            return output.lacks("id");
        };
        let role = output.wanted("role", record.text("role"));
        if role.is_some() && !super::is_role(role) {
            output.unmapped("role", role.unwrap_or_default(), "contact");
        }
        if is_rep(record) {
            rep(&id, record, at, output);
            if !self.of_reps.values().any(|requester| *requester == id) {
                return;
            }
        }
        let company = record.id("organization_id");
        let company = company.and_then(|organization| self.organizations.get(&organization));
        let company = company.map(|(name, domain)| json!({"name": name, "url": domain}));
        let external = record
            .id("external_id")
            .map(|id| json!({"external_id": id}));
        let fields = json!({
            "contact": output.thing(&id),
            "name": record.text("name"),
            "email": record.text("email"),
            "phone": record.text("phone"),
            "language": record.text("locale"),
            "company": company,
            "attributes": external,
        });
        output.event(
            format_args!("user/{id}@{at}"),
            at,
            "contact.upserted",
            fields,
        );
    }
}

fn is_rep(record: Fields<'_>) -> bool {
    matches!(record.text("role"), Some("agent" | "admin"))
}

fn rep(id: &str, record: Fields<'_>, at: Timestamp, output: &mut Output<'_>) {
    let name = output.wanted("name", record.text("name"));
    let name = name.map_or_else(|| format!("Agent {id}"), str::to_owned);
    let fields = json!({
        "rep": output.thing(id),
        "name": name,
        "email": record.text("email"),
        "team": record.id("default_group_id").map(|group| output.thing(group)),
    });
    output.event(format_args!("rep/{id}@{at}"), at, "rep.upserted", fields);
    if record.truth("active") == Some(false) {
        let fields = json!({"rep": output.thing(id)});
        output.event(
            format_args!("rep/{id}/gone@{at}"),
            at,
            "rep.deleted",
            fields,
        );
    }
}

/// What is said of an organization is said of its users.
pub(super) fn organization(record: Fields<'_>, output: &mut Output<'_>) {
    if record.id("id").is_none() {
        return output.lacks("id");
    }
    if output.wanted("name", record.text("name")).is_some() {
        output.is_part_of_others();
    }
}

pub(super) fn group(record: Fields<'_>, output: &mut Output<'_>) {
    let Some((id, at)) = known(record, output) else {
        return;
    };
    let name = output.wanted("name", record.text("name"));
    let name = name.map_or_else(|| format!("Group {id}"), str::to_owned);
    let fields = json!({"team": output.thing(&id), "name": name});
    output.event(format_args!("group/{id}@{at}"), at, "team.upserted", fields);
}

pub(super) fn brand(record: Fields<'_>, output: &mut Output<'_>) {
    let Some((id, at)) = known(record, output) else {
        return;
    };
    let name = output.wanted("name", record.text("name"));
    let name = name.map_or_else(|| format!("Brand {id}"), str::to_owned);
    let fields = json!({"inbox": output.thing(&id), "name": name, "brand": name});
    output.event(
        format_args!("brand/{id}@{at}"),
        at,
        "inbox.upserted",
        fields,
    );
}

/// A record's id and when it holds from.
pub(super) fn known(record: Fields<'_>, output: &mut Output<'_>) -> Option<(String, Timestamp)> {
    let Some(id) = record.id("id") else {
        output.lacks("id");
        return None;
    };
    let Some(at) = record.instant_of(&CHANGED) else {
        output.lacks("updated_at");
        return None;
    };
    Some((id, at))
}
