//! A contact as it is now, for the desk and the JSON API.
//!
//! A pure fold of the events about one contact, in event order; null removes a value, a
//! field that is left out keeps it. Fed by `store`; a contact that was only mentioned is
//! bare.

use serde::Serialize;

use super::event::{Actor, Attributes, Body, Company, ContactUpserted, Event};
use super::updates::merge_attributes;
use super::{ContactId, Timestamp};

/// A contact's present state.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contact {
    /// Whom.
    pub id: ContactId,
    /// Their name.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Their number.
    pub phone: Option<String>,
    /// Where they work.
    pub company: Option<Company>,
    /// Their language.
    pub language: Option<String>,
    /// Into whom they were merged.
    pub merged_into: Option<ContactId>,
    /// Since when they may write no more.
    pub blocked_at: Option<Timestamp>,
    /// Who blocked them.
    pub blocked_by: Option<Actor>,
    /// The last change to their facts.
    pub updated_at: Option<Timestamp>,
    /// Own fields.
    pub attributes: Attributes,
}

impl Contact {
    /// A contact of whom nothing but the id is known.
    pub const fn new(id: ContactId) -> Self {
        Self {
            id,
            name: None,
            email: None,
            phone: None,
            company: None,
            language: None,
            merged_into: None,
            blocked_at: None,
            blocked_by: None,
            updated_at: None,
            attributes: Attributes::new(),
        }
    }

    /// What they are called: their name, else their id.
    pub fn called(&self) -> &str {
        let name = self.name.as_deref().map(str::trim);
        let name = name.filter(|name| !name.is_empty());
        name.unwrap_or(self.id.as_str())
    }

    /// Folds the events about one contact; `None` when there are none.
    ///
    /// `events` must be in event order; those about other things or contacts are passed over.
    pub fn fold(events: &[Event]) -> Option<Self> {
        let id = events.iter().find_map(|event| event.body.contact())?;
        let mut contact = Self::new(ContactId::parse(id).ok()?);
        for event in events {
            if event.body.contact() == Some(id) {
                contact.apply(event);
            }
        }
        Some(contact)
    }

    fn apply(&mut self, event: &Event) {
        match &event.body {
            Body::ContactUpserted(contact) => {
                self.update(contact);
                self.updated_at = Some(event.at);
            }
            Body::ContactMerged(merged) if merged.into != self.id => {
                self.merged_into = Some(merged.into.clone());
            }
            // The first block is the one that ended what was open.
            Body::ContactBlocked(blocked) if self.blocked_at.is_none() => {
                self.blocked_at = Some(event.at);
                self.blocked_by.clone_from(&blocked.by);
            }
            _ => {}
        }
    }

    fn update(&mut self, update: &ContactUpserted) {
        update.name.apply(&mut self.name);
        update.email.apply(&mut self.email);
        update.phone.apply(&mut self.phone);
        update.company.apply(&mut self.company);
        update.language.apply(&mut self.language);
        merge_attributes(&mut self.attributes, &update.attributes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(line: &str) -> Event {
        Event::parse(line).unwrap()
    }

    #[test]
    fn null_removes_a_value_and_a_field_left_out_keeps_it() {
        let events = [
            event(
                r#"{"type":"contact.upserted","at":"2026-01-01T00:00:00Z","contact":"p","name":"P","email":"p@example.org","attributes":{"plan":"pro","seats":3}}"#,
            ),
            event(
                r#"{"type":"contact.upserted","at":"2026-01-02T00:00:00Z","contact":"p","email":null,"attributes":{"plan":null}}"#,
            ),
            event(r#"{"type":"contact.blocked","at":"2026-01-03T00:00:00Z","contact":"p"}"#),
            event(r#"{"type":"contact.blocked","at":"2026-01-04T00:00:00Z","contact":"p"}"#),
        ];
        let contact = Contact::fold(&events).unwrap();
        assert_eq!(contact.name.as_deref(), Some("P"));
        assert_eq!(contact.email, None);
        assert_eq!(contact.attributes.keys().collect::<Vec<_>>(), ["seats"]);
        assert_eq!(
            contact.blocked_at.unwrap().to_string(),
            "2026-01-03T00:00:00Z"
        );
        let json = serde_json::to_value(&contact).unwrap();
        assert_eq!(json["updated_at"], "2026-01-02T00:00:00Z");
    }

    #[test]
    fn without_events_there_is_no_contact() {
        assert_eq!(Contact::fold(&[]), None);
    }
}
