//! What is told, in the shape that whoever is told takes: JSON of Svar's own, a message of Slack, or a
//! card of Microsoft Teams. What people wrote stays text there: nothing in it is markup or mentions
//! anybody.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::app::WebhookPayload;
use crate::model::event::WebhookKind;

/// What the chats say, by type of event.
static WORDS: LazyLock<toml::Table> =
    LazyLock::new(|| include_str!("words.toml").parse().unwrap_or_default());
/// How much of what somebody wrote a chat is told, in characters.
const MOST_CHARS: usize = 500;
/// What a contact is called whose name nobody knows.
const NAMELESS: &str = "A visitor";

/// The body of a message.
pub(super) fn body(kind: WebhookKind, payload: &WebhookPayload) -> Vec<u8> {
    let body = match kind {
        WebhookKind::Standard => serde_json::to_vec(payload),
        WebhookKind::Slack => serde_json::to_vec(&slack(&Note::of(payload))),
        WebhookKind::Teams => serde_json::to_vec(&teams(&Note::of(payload))),
    };
    body.unwrap_or_default()
}

/// What a chat is told.
struct Note<'a> {
    title: String,
    /// What it is about.
    subject: Option<&'a str>,
    words: Option<String>,
    url: Option<&'a str>,
}

impl<'a> Note<'a> {
    fn of(payload: &'a WebhookPayload) -> Self {
        let data = &payload.data;
        let contact = data.contact.as_ref();
        let name = contact.and_then(|contact| contact.name.as_deref());
        let alert = data.alert.as_ref().and_then(|alert| alert.get("name"));
        let alert = alert.and_then(Value::as_str);
        let said = WORDS.get(&payload.event.replace('.', "_"));
        let said = said.and_then(toml::Value::as_str);
        let said = said.unwrap_or(&payload.event);
        let subject = match (&data.conversation, &data.ticket) {
            (Some(conversation), _) => conversation.subject.as_deref(),
            (None, Some(ticket)) => ticket.subject.as_deref(),
            (None, None) => None,
        };
        Self {
            title: said
                .replace("{contact}", name.unwrap_or(NAMELESS))
                .replace("{alert}", alert.unwrap_or_default()),
            subject: subject.filter(|subject| !subject.trim().is_empty()),
            words: payload.public_words().map(excerpt),
            url: data.url.as_deref(),
        }
    }
}

/// The beginning of what somebody wrote.
fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(MOST_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// What Slack would read as markup (its own rule of three characters).
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn slack(note: &Note<'_>) -> Value {
    let plain = |text: &str| json!({"type": "plain_text", "text": text, "emoji": false});
    let section = |text: &str| json!({"type": "section", "text": plain(text)});
    let mut blocks = vec![section(&note.title)];
    if let Some(subject) = note.subject {
        blocks.push(json!({"type": "context", "elements": [plain(&excerpt(subject))]}));
    }
    blocks.extend(note.words.as_deref().map(section));
    if let Some(url) = note.url {
        let button = json!({"type": "button", "text": plain("Open"), "url": url});
        blocks.push(json!({"type": "actions", "elements": [button]}));
    }
    json!({"text": escaped(&note.title), "blocks": blocks})
}

fn teams(note: &Note<'_>) -> Value {
    // Runs of text are never read as Markdown, unlike blocks of it.
    let line = |text: &str, bold: bool| {
        let weight = if bold { "Bolder" } else { "Default" };
        let run = json!({"type": "TextRun", "text": text, "weight": weight});
        json!({"type": "RichTextBlock", "inlines": [run]})
    };
    let mut lines = vec![line(&note.title, true)];
    lines.extend(note.subject.map(|subject| line(&excerpt(subject), false)));
    lines.extend(note.words.as_deref().map(|words| line(words, false)));
    let open = note
        .url
        .map(|url| json!({"type": "Action.OpenUrl", "title": "Open", "url": url}));
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": lines,
                "actions": open.into_iter().collect::<Vec<_>>(),
            },
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{ContactState, WebhookData};
    use crate::model::Timestamp;
    use crate::model::webhooks::{WEBHOOK_TEST, webhook_events};

    fn payload(event: &str, text: &str) -> WebhookPayload {
        let contact = ContactState {
            id: "p1".to_owned(),
            name: Some("Pia & <Co>".to_owned()),
            email: None,
            phone: None,
            company: None,
            language: None,
            attributes: std::collections::BTreeMap::new(),
        };
        WebhookPayload {
            event: event.to_owned(),
            timestamp: Timestamp::from_millis(0),
            sequence: 7,
            data: WebhookData {
                event: Some(json!({"message": "m1", "text": text})),
                contact: Some(contact),
                url: Some("https://svar.example/conversations/c1".to_owned()),
                ..WebhookData::default()
            },
        }
    }

    fn told(kind: WebhookKind, payload: &WebhookPayload) -> Value {
        serde_json::from_slice(&body(kind, payload)).unwrap()
    }

    #[test]
    fn every_event_that_can_be_told_has_words() {
        let all: Vec<&str> = webhook_events().chain([WEBHOOK_TEST]).collect();
        for event in &all {
            assert!(WORDS.contains_key(&event.replace('.', "_")), "{event}");
        }
        assert_eq!(WORDS.len(), all.len());
    }

    #[test]
    fn what_people_wrote_is_no_markup_in_a_chat() {
        let payload = payload(
            "message.added",
            "<!channel> [x](https://evil.example) *now*",
        );
        let slack = told(WebhookKind::Slack, &payload);
        assert_eq!(
            slack["text"],
            "A new message in the conversation with Pia &amp; &lt;Co&gt;"
        );
        let words = &slack["blocks"][1]["text"];
        assert_eq!(words["type"], "plain_text");
        assert_eq!(words["text"], "<!channel> [x](https://evil.example) *now*");
        let button = &slack["blocks"][2]["elements"][0];
        assert_eq!(button["url"], "https://svar.example/conversations/c1");
        let card = &told(WebhookKind::Teams, &payload)["attachments"][0]["content"];
        assert_eq!(card["type"], "AdaptiveCard");
        assert_eq!(card["body"][1]["type"], "RichTextBlock");
        let run = &card["body"][1]["inlines"][0];
        assert_eq!(
            (&run["type"], &run["text"]),
            (&json!("TextRun"), &words["text"])
        );
        assert_eq!(card["actions"][0]["type"], "Action.OpenUrl");
    }

    #[test]
    fn notes_among_colleagues_are_in_no_chat() {
        let mut payload = payload("message.added", "He is rude.");
        payload.data.event = Some(json!({"text": "He is rude.", "visibility": "note"}));
        for kind in [WebhookKind::Slack, WebhookKind::Teams] {
            let told = told(kind, &payload).to_string();
            assert!(!told.contains("rude"), "{told}");
        }
    }
}
