//! What of an event the index takes in.

use svar_index::{Document, Kind};

use crate::model::event::{ActorKind, Body, Event, Visibility};

/// By what the index knows the document of an event, if it has one.
pub fn searchable(event: &Event) -> Option<String> {
    let document = document(event)?;
    Some(format!("{:?} {}", document.kind, document.id))
}

/// What of an event can be searched: questions, and the public words of contacts.
pub(super) fn document(event: &Event) -> Option<Document> {
    let (id, kind, conversation, text) = match &event.body {
        Body::QuestionAsked(asked) => (
            asked.question.as_str(),
            Kind::Question,
            asked.conversation.as_str(),
            &asked.text,
        ),
        Body::MessageAdded(added)
            if added.author.kind == ActorKind::Contact
                && added.visibility != Some(Visibility::Note) =>
        {
            (
                added.message.as_str(),
                Kind::Message,
                added.conversation.as_str(),
                &added.text,
            )
        }
        _ => return None,
    };
    Some(Document {
        id: id.to_owned(),
        kind,
        conversation: conversation.to_owned(),
        at_millis: event.at.millis(),
        language: None,
        text: text.clone(),
    })
}
