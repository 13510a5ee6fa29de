//! What rows of Chatwoot's tables say of each other: numbers of conversations, labels, files, and
//! whose account they are.
//!
//! Taught while tables are read for the first time; asked while they are translated.

use std::collections::{BTreeSet, HashMap, HashSet};

use foldhash::fast::FixedState;

use super::attachment::File;
use crate::ingest::source::field::Fields;

/// Ids of rows are numbers, and there are many.
type Rows<T> = HashMap<u64, T, FixedState>;

/// What is known of rows.
#[derive(Default)]
pub(super) struct Joins {
    /// The account's number, of several the least.
    account: Option<u64>,
    /// The numbers of conversations in their account, by row.
    numbers: Rows<u64>,
    /// Rows of conversations of which the run holds messages.
    told: HashSet<u64, FixedState>,
    tags: Rows<String>,
    /// Tags of conversations, by row.
    labels: Rows<Vec<u64>>,
    /// Files of messages.
    files: Rows<Vec<File>>,
    /// Users of accounts.
    users: BTreeSet<(u64, u64)>,
}

impl Joins {
    pub(super) fn learn(&mut self, kind: &str, record: Fields<'_>) {
        let number = |name: &str| number(record, name);
        match kind {
            "conversations" => {
                let account = number("account_id");
                self.account = self.account.into_iter().chain(account).min();
                if let (Some(row), Some(own)) = (number("conversation_row"), number("id")) {
                    self.numbers.insert(row, own);
                }
            }
            "messages" => self.told.extend(number("conversation_id")),
            "tags" => {
                if let (Some(id), Some(name)) = (number("id"), record.text("name")) {
                    self.tags.insert(id, name.to_owned());
                }
            }
            "taggings" => {
                let is_label = record.text("taggable_type") == Some("Conversation")
                    && record.text("context").is_none_or(|word| word == "labels");
                if let (true, Some(row), Some(tag)) =
                    (is_label, number("taggable_id"), number("tag_id"))
                {
                    self.labels.entry(row).or_default().push(tag);
                }
            }
            "attachments" => {
                if let Some(message) = number("message_id") {
                    let file = File::of_row(record);
                    self.files.entry(message).or_default().push(file);
                }
            }
            "account_users" => self
                .users
                .extend(number("account_id").zip(number("user_id"))),
            _ => {}
        }
    }

    /// The number in its account of the conversation of a row.
    pub(super) fn number_of(&self, row: &str) -> Option<u64> {
        self.numbers.get(&row.parse().ok()?).copied()
    }

    /// Whether the run holds messages of any conversation.
    pub(super) fn has_messages(&self) -> bool {
        !self.told.is_empty()
    }

    /// Whether the run holds messages of a conversation.
    pub(super) fn is_told(&self, record: Fields<'_>) -> bool {
        number(record, "conversation_row").is_some_and(|row| self.told.contains(&row))
    }

    /// The labels of a conversation.
    pub(super) fn labels(&self, record: Fields<'_>) -> impl Iterator<Item = &str> {
        let tags = number(record, "conversation_row").and_then(|row| self.labels.get(&row));
        let tags = tags.into_iter().flatten();
        tags.filter_map(|tag| self.tags.get(tag).map(String::as_str))
    }

    /// The files of a message.
    pub(super) fn files(&self, record: Fields<'_>) -> &[File] {
        let files = number(record, "id").and_then(|message| self.files.get(&message));
        files.map_or(&[], Vec::as_slice)
    }

    /// Another account that a row is of.
    pub(super) fn foreign(&self, record: Fields<'_>) -> Option<(u64, u64)> {
        let (of, own) = (number(record, "account_id")?, self.account?);
        (of != own).then_some((of, own))
    }

    /// Whether a user is one of the account, as far as the run says who is.
    pub(super) fn is_agent(&self, record: Fields<'_>) -> bool {
        let Some(account) = self.account.filter(|_| !self.users.is_empty()) else {
            return true;
        };
        number(record, "id").is_some_and(|user| self.users.contains(&(account, user)))
    }
}

fn number(record: Fields<'_>, name: &str) -> Option<u64> {
    record
        .whole(name)
        .and_then(|number| u64::try_from(number).ok())
}
