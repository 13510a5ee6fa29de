//! One of each command about mails.

use crate::command::*;
use crate::model::Timestamp;

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
}
