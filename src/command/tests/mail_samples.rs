//! One of each command about mails and webhooks.

use crate::command::*;
use crate::model::Timestamp;
use crate::model::event::{AlertWatch, WebhookKind, WebhookPause};
use crate::model::{AlertId, AlertRuleId};

pub(super) fn mail_samples() -> Vec<Command> {
    vec![
        Command::Mail(MailCommand::Tell { record: 0 }),
        Command::Mail(MailCommand::Digest {
            users: Vec::new(),
            until: Timestamp::MIN,
        }),
        Command::Mail(MailCommand::Test {
            user: None,
            can_mail: false,
        }),
    ]
    .into_iter()
    .chain([
        Command::MailIn(Box::default()),
        Command::Inbox(InboxCommand::Set(InboxDraft::default())),
        Command::Inbox(InboxCommand::Remove {
            inbox: String::new(),
        }),
    ])
    .chain(webhook_samples())
    .chain(alert_samples())
    .collect()
}

fn alert_samples() -> impl Iterator<Item = Command> {
    let id = || "a".to_owned();
    let alert = || AlertId::parse("a").unwrap();
    let draft = AlertRuleDraft {
        id: None,
        name: String::new(),
        watches: AlertWatch::GrowingGap { least: 1 },
        users: Vec::new(),
        webhooks: false,
        quiet: None,
    };
    let all = [
        AlertCommand::Save(Box::new(draft)),
        AlertCommand::Pause {
            id: id(),
            paused: true,
        },
        AlertCommand::Remove { id: id() },
        AlertCommand::Open {
            rule: AlertRuleId::parse("r").unwrap(),
            found: Vec::new(),
        },
        AlertCommand::Tell {
            alert: alert(),
            can_mail: false,
        },
        AlertCommand::Resolve { alert: alert() },
    ];
    all.into_iter().map(Command::Alert)
}

fn webhook_samples() -> Vec<Command> {
    let webhook = || "w".to_owned();
    let all = vec![
        WebhookCommand::Set {
            webhook: webhook(),
            name: String::new(),
            kind: WebhookKind::Standard,
            host: String::new(),
            events: Vec::new(),
        },
        WebhookCommand::ChangeSecret { webhook: webhook() },
        WebhookCommand::Pause {
            webhook: webhook(),
            reason: WebhookPause::Wanted,
            can_mail: false,
        },
        WebhookCommand::Resume { webhook: webhook() },
        WebhookCommand::Test { webhook: webhook() },
        WebhookCommand::Replay {
            webhook: webhook(),
            record: None,
        },
        WebhookCommand::Remove { webhook: webhook() },
    ];
    all.into_iter().map(Command::Webhook).collect()
}
