//! That what is said in a conversation on the channel `email` goes out by mail, in the same step in which
//! it is journalled: so that it can be neither forgotten nor sent without having been said.

use super::State;
use super::deed::{MessageDraft, write};
use super::refusal::Refusal;
use super::user::check_email;
use crate::model::conversation::{Conversation, Message};
use crate::model::event::{Actor, ActorKind, MessageAdded, Visibility};
use crate::model::{Body, Invalid, MailAbout};

/// On which channel mails are.
pub(super) const CHANNEL: &str = "email";
/// The most addresses of a mail.
const MOST: usize = 50;
/// What stands above what is forwarded, as programs of mails have it.
const FORWARDED: &str = "-----Forwarded message-----";

/// How what a command says goes out by mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Copies {
    /// Not at all: they came in by one, or were sent elsewhere.
    None,
    /// To the contact, and to these or to all who got the contact's last mail.
    Some(Option<Vec<String>>),
}

/// The events with the mails by which their messages go out.
pub(super) fn with_mails(
    state: &State<'_>,
    copies: Copies,
    mut bodies: Vec<Body>,
) -> Result<Vec<Body>, Refusal> {
    let Copies::Some(cc) = copies else {
        return Ok(bodies);
    };
    if !state.sends_mail {
        return no_copies(
            cc,
            "no mail can go out: svar.toml names no server in its section [mail]",
        )
        .map(|()| bodies);
    }
    let mut mails = Vec::new();
    for body in &bodies {
        let Body::MessageAdded(said) = body else {
            continue;
        };
        if said.author.kind == ActorKind::Contact || said.visibility == Some(Visibility::Note) {
            continue;
        }
        if !is_by_mail(state, &bodies, said)? {
            no_copies(
                cc.clone(),
                "the conversation is on another channel than email",
            )?;
            continue;
        }
        let cc = cc.as_deref().map(|cc| addresses("cc", cc)).transpose()?;
        mails.push(mail_of(said, Vec::new(), own_copies(&said.author, cc)));
    }
    bodies.extend(mails);
    Ok(bodies)
}

/// Machines answer who wrote, and nobody else.
fn own_copies(author: &Actor, cc: Option<Vec<String>>) -> Option<Vec<String>> {
    match author.kind {
        ActorKind::Rep => cc,
        _ => Some(cc.unwrap_or_default()),
    }
}

fn no_copies(cc: Option<Vec<String>>, reason: &str) -> Result<(), Refusal> {
    match cc {
        Some(cc) if !cc.is_empty() => Err(Invalid::new("cc", reason.to_owned()).into()),
        _ => Ok(()),
    }
}

fn mail_of(said: &MessageAdded, to: Vec<String>, cc: Option<Vec<String>>) -> Body {
    let about = MailAbout::Message {
        conversation: said.conversation.clone(),
        message: said.message.clone(),
        to,
        cc,
    };
    about.queued()
}

fn is_by_mail(state: &State<'_>, bodies: &[Body], said: &MessageAdded) -> Result<bool, Refusal> {
    let begun = bodies.iter().find_map(|body| match body {
        Body::ConversationStarted(started) if started.conversation == said.conversation => {
            Some(started.channel == CHANNEL)
        }
        _ => None,
    });
    if let Some(is_by_mail) = begun {
        return Ok(is_by_mail);
    }
    let known = state
        .conversations
        .conversation(said.conversation.as_str())?;
    Ok(known.is_some_and(|known| known.channel == CHANNEL))
}

/// Addresses as they were typed, each once; refused where one is none.
fn addresses(field: &str, given: &[String]) -> Result<Vec<String>, Invalid> {
    let mut all: Vec<String> = Vec::new();
    for address in given.iter().map(|one| one.trim()) {
        let is_odd = |c: char| c.is_control() || "<>,;\"".contains(c);
        if check_email(address).is_err() || address.contains(is_odd) {
            let reason = format!("`{address}` is no address such as ada@shop.example");
            return Err(Invalid::new(field, reason));
        }
        if !all.iter().any(|one| one.eq_ignore_ascii_case(address)) {
            all.push(address.to_owned());
        }
    }
    if all.len() > MOST {
        let reason = format!("there are {}; at most {MOST} are expected", all.len());
        return Err(Invalid::new(field, reason));
    }
    Ok(all)
}

/// A message that is sent on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forward {
    /// Which.
    pub of: String,
    /// What the note is called that says so.
    pub message: String,
    /// To which addresses.
    pub to: Vec<String>,
    /// What is said above it.
    pub text: String,
}

/// Sends a message on to others, with the files that came with it. In the thread that is a note: it says
/// nothing to the contact.
pub(super) fn forward(
    state: &State<'_>,
    (known, by): (&Conversation, Actor),
    forward: &Forward,
) -> Result<Vec<Body>, Refusal> {
    if !state.sends_mail {
        return Err(Refusal::conflict(
            "no mail can go out: svar.toml names no server in its section [mail]",
        ));
    }
    let to = addresses("to", &forward.to)?;
    if to.is_empty() {
        return Err(Invalid::new("to", "it is empty; expected an address at least").into());
    }
    let mut messages = known.messages.iter();
    let of = messages.find(|one| one.id.as_str() == forward.of);
    let of = of.ok_or_else(|| Refusal::unknown("message", &forward.of))?;
    if of.redacted_at.is_some() || of.visibility == Visibility::Note {
        return Err(Refusal::conflict(
            "a note, or a message whose words are gone, is not sent on",
        ));
    }
    let draft = MessageDraft {
        text: forwarded(&forward.text, of),
        note: true,
        files: of.attachments.clone(),
        cc: None,
    };
    let body = write(known.id.clone(), by, &forward.message, draft)?;
    let Body::MessageAdded(said) = &body else {
        return Ok(vec![body]);
    };
    let mail = mail_of(said, to, Some(Vec::new()));
    Ok(vec![body, mail])
}

fn forwarded(text: &str, of: &Message) -> String {
    let mut parts = vec![text.trim(), FORWARDED, of.text.trim()];
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}
