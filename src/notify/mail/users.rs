//! What users are written.

use std::sync::Arc;

use super::letter::{Item, Letter};
use super::{alerts, reports};
use crate::app::{App, Error, MailedConversation};
use crate::model::event::{DropReason, WebhookPause};
use crate::model::people::User;
use crate::model::{Addressee, MailAbout, UserId, WebhookId};

/// The most conversations that one mail lists.
const MOST: usize = 25;

/// What a mail to a user says; else why there is none.
pub(super) fn letter(
    app: &Arc<App>,
    about: &MailAbout,
) -> Result<Result<Letter, DropReason>, Error> {
    let people = app.people();
    let id = about.user().map(UserId::as_str);
    let user = id.and_then(|id| people.user(id));
    let Some(user) = user.filter(|user| user.is_active()) else {
        return Ok(Err(DropReason::Unreachable));
    };
    // Whoever has said meanwhile that they do not want it does not get it.
    if about
        .wish()
        .is_some_and(|wish| !user.habits.mails.contains(&wish))
    {
        return Ok(Err(DropReason::Over));
    }
    let said = match about {
        MailAbout::FirstMessage { conversation, .. }
        | MailAbout::AssignedTraffic { conversation, .. } => {
            let unread = app.unread_in(user, conversation.as_str())?;
            unread.map(|one| wrote(app, &one))
        }
        MailAbout::Assigned { conversation, .. } => {
            let seen = app.seen_by(user, conversation.as_str())?;
            seen.map(|one| given(app, &one))
        }
        MailAbout::WebhookPaused { webhook, .. } => paused(app, webhook),
        MailAbout::Alert { alert, .. } => alerts::letter(app, user, alert),
        MailAbout::Report { schedule, .. } => reports::letter(app, user, schedule),
        MailAbout::Digest { until, .. } => digest(app, &app.unread_of_hour(user, *until)?),
        _ => Some(tried(app)),
    };
    let Some(said) = said else {
        return Ok(Err(DropReason::Over));
    };
    let unsubscribe = match about.wish() {
        Some(wish) => {
            let path = app.unsubscribe_path(&user.user, wish)?;
            let words = "Send me no such mails any more".to_owned();
            Some((app.public_address(&path), words))
        }
        None => None,
    };
    Ok(Ok(Letter {
        to: addressee(user),
        language: "en",
        unsubscribe,
        ..said
    }))
}

fn addressee(user: &User) -> Addressee {
    Addressee {
        name: Some(user.name.clone()),
        address: user.email.clone(),
    }
}

/// Where a conversation is.
fn url_of(app: &App, one: &MailedConversation) -> String {
    let url = app.page_address("conversations", &one.conversation);
    url.unwrap_or_default()
}

fn title_of(one: &MailedConversation) -> String {
    match &one.subject {
        Some(subject) => format!("{}: {subject}", one.contact),
        None => one.contact.clone(),
    }
}

fn wrote(app: &App, one: &MailedConversation) -> Letter {
    let url = url_of(app, one);
    Letter {
        subject: format!("{} wrote", title_of(one)),
        items: vec![Item {
            title: title_of(one),
            text: one.preview.clone(),
            url: url.clone(),
            ..Item::default()
        }],
        press: "Open the conversation".to_owned(),
        url,
        why: "You get this because the conversation is yours, your team's or nobody's.".to_owned(),
        ..Letter::default()
    }
}

fn given(app: &App, one: &MailedConversation) -> Letter {
    Letter {
        subject: format!("Yours now: {}", title_of(one)),
        lead: vec![format!(
            "The conversation with {} was given to you.",
            one.contact
        )],
        press: "Open the conversation".to_owned(),
        url: url_of(app, one),
        why: "You get this because the conversation was given to you.".to_owned(),
        ..Letter::default()
    }
}

/// What is unread; none: nothing is any more.
fn digest(app: &App, unread: &[MailedConversation]) -> Option<Letter> {
    let items = unread.iter().take(MOST).map(|one| Item {
        title: title_of(one),
        text: one.preview.clone(),
        url: url_of(app, one),
        ..Item::default()
    });
    let subject = match unread.len() {
        0 => return None,
        1 => "1 conversation with unread messages".to_owned(),
        many => format!("{many} conversations with unread messages"),
    };
    let more = unread.len().saturating_sub(MOST);
    let lead = match more {
        0 => Vec::new(),
        more => vec![format!(
            "The last {MOST} of them; {more} more are in the inbox."
        )],
    };
    Some(Letter {
        subject,
        lead,
        items: items.collect(),
        press: "Open the inbox".to_owned(),
        url: app.public_address("/inbox?view=unread"),
        why: "You get this each hour in which contacts wrote what you have not seen yet."
            .to_owned(),
        ..Letter::default()
    })
}

/// That a webhook is told nothing any more; none: it is again, or it is no more.
fn paused(app: &App, webhook: &WebhookId) -> Option<Letter> {
    let webhook = app.webhook(webhook.as_str()).ok()?;
    let name = &webhook.name;
    let why = match webhook.pause_reason? {
        WebhookPause::Wanted => return None,
        WebhookPause::Failing => "Nothing arrived there for a day.",
        WebhookPause::Gone => "Its server says that it is gone for good.",
        WebhookPause::Full => "More was given up than is kept.",
    };
    let trouble = webhook.trouble.map(|reason| format!("Last: {reason}."));
    let lead = [
        Some(format!(
            "The webhook {name} ({}) is paused. {why}",
            webhook.host
        )),
        trouble,
        Some("Nothing is lost: it goes on from where it stood when you resume it.".to_owned()),
    ];
    Some(Letter {
        subject: format!("Paused: the webhook {name}"),
        lead: lead.into_iter().flatten().collect(),
        press: "Look at the webhook".to_owned(),
        url: app.public_address(&format!("/settings/webhooks#webhook-{}", webhook.webhook)),
        why: "You get this because you are an admin.".to_owned(),
        ..Letter::default()
    })
}

fn tried(app: &App) -> Letter {
    Letter {
        subject: "Mails from Svar arrive".to_owned(),
        lead: vec!["This mail says no more than that it arrived.".to_owned()],
        press: "Open Svar".to_owned(),
        url: app.public_address("/"),
        why: "Somebody tried under Settings, Mail whether mails arrive.".to_owned(),
        ..Letter::default()
    }
}
