//! What users are written.

use std::sync::Arc;

use super::letter::{Item, Letter};
use super::{alerts, reports};
use crate::app::{App, Error, MailedConversation};
use crate::model::event::{DropReason, WebhookPause};
use crate::model::people::User;
use crate::model::{Addressee, MailAbout, UserId, WebhookId};
use crate::web::ui::{Reader, fill, plural, t};

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
    let reader = Reader::of(Some(user), None);
    let Some(said) = reader.reads(|| said(app, about, user))? else {
        return Ok(Err(DropReason::Over));
    };
    Ok(Ok(Letter {
        to: addressee(user),
        language: reader.language.code(),
        ..said
    }))
}

/// What it says, in the reader's language; none: there is no more to say.
fn said(app: &Arc<App>, about: &MailAbout, user: &User) -> Result<Option<Letter>, Error> {
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
    let Some(wish) = about.wish() else {
        return Ok(said);
    };
    let path = app.unsubscribe_path(&user.user, wish)?;
    let words = t("user_mail.unsubscribe").to_owned();
    let away = Some((app.public_address(&path), words));
    Ok(said.map(|said| Letter {
        unsubscribe: away,
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
        subject: fill("user_mail.wrote", &[("what", &title_of(one))]),
        items: vec![Item {
            title: title_of(one),
            text: one.preview.clone(),
            url: url.clone(),
            ..Item::default()
        }],
        press: t("user_mail.open_conversation").to_owned(),
        url,
        why: t("user_mail.wrote_why").to_owned(),
        ..Letter::default()
    }
}

fn given(app: &App, one: &MailedConversation) -> Letter {
    Letter {
        subject: fill("user_mail.given", &[("what", &title_of(one))]),
        lead: vec![fill("user_mail.given_lead", &[("contact", &one.contact)])],
        press: t("user_mail.open_conversation").to_owned(),
        url: url_of(app, one),
        why: t("user_mail.given_why").to_owned(),
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
    if unread.is_empty() {
        return None;
    }
    let subject = plural("user_mail.unread", unread.len() as u64);
    let more = unread.len().saturating_sub(MOST);
    let lead = match more {
        0 => Vec::new(),
        more => {
            let values = [("shown", MOST.to_string()), ("more", more.to_string())];
            let values = values
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            vec![fill("user_mail.more", &values)]
        }
    };
    Some(Letter {
        subject,
        lead,
        items: items.collect(),
        press: t("user_mail.open_inbox").to_owned(),
        url: app.public_address("/inbox?view=unread"),
        why: t("user_mail.unread_why").to_owned(),
        ..Letter::default()
    })
}

/// That a webhook is told nothing any more; none: it is again, or it is no more.
fn paused(app: &App, webhook: &WebhookId) -> Option<Letter> {
    let webhook = app.webhook(webhook.as_str()).ok()?;
    let name = &webhook.name;
    let why = match webhook.pause_reason? {
        WebhookPause::Wanted => return None,
        WebhookPause::Failing => t("webhooks.why.failing"),
        WebhookPause::Gone => t("webhooks.why.gone"),
        WebhookPause::Full => t("webhooks.why.full"),
    };
    let trouble = webhook.trouble;
    let trouble = trouble.map(|reason| fill("user_mail.paused_last", &[("reason", &reason)]));
    let lead = [
        ("name", name.as_str()),
        ("host", &webhook.host),
        ("why", why),
    ];
    let lead = [
        Some(fill("user_mail.paused_lead", &lead)),
        trouble,
        Some(t("user_mail.paused_rest").to_owned()),
    ];
    Some(Letter {
        subject: fill("user_mail.paused", &[("name", name)]),
        lead: lead.into_iter().flatten().collect(),
        press: t("user_mail.open_webhook").to_owned(),
        url: app.public_address(&format!("/settings/webhooks#webhook-{}", webhook.webhook)),
        why: t("user_mail.paused_why").to_owned(),
        ..Letter::default()
    })
}

fn tried(app: &App) -> Letter {
    Letter {
        subject: t("user_mail.tried").to_owned(),
        lead: vec![t("user_mail.tried_lead").to_owned()],
        press: t("user_mail.open_svar").to_owned(),
        url: app.public_address("/"),
        why: t("user_mail.tried_why").to_owned(),
        ..Letter::default()
    }
}
