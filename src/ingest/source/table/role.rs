//! What a column of a table may be, how tables call such columns, and what words in them may mean.

/// How tables call columns, in small letters.
const NAMES: [(ColumnRole, &str); 16] = [
    (
        ColumnRole::Conversation,
        "conversation id | ticket id | ticket number | case number | conversation | ticket | case | number | # | id",
    ),
    (
        ColumnRole::Created,
        "created at | created time | created date | created on | created | opened at | message date | date | timestamp | time | when",
    ),
    (ColumnRole::Row, "author type | sender type | kind | event"),
    (
        ColumnRole::Contact,
        "customer email | requester email | contact email | email | from | customer | requester | contact | full name | customer name",
    ),
    (
        ColumnRole::ContactName,
        "customer name | requester name | contact name",
    ),
    (ColumnRole::Author, "author | sender | who"),
    (
        ColumnRole::Text,
        "message | body | text | description | extract | words",
    ),
    (
        ColumnRole::Message,
        "message id | thread id | comment id | row",
    ),
    (ColumnRole::Subject, "subject | title | summary"),
    (ColumnRole::Channel, "channel | source | via"),
    (ColumnRole::Inbox, "inbox | mailbox"),
    (ColumnRole::Priority, "priority"),
    (
        ColumnRole::Rep,
        "assignee | agent | owner | assigned to | user",
    ),
    (
        ColumnRole::Resolved,
        "resolved at | resolved time | closed at | closed time | closed date | solved at | resolved | closed",
    ),
    (ColumnRole::Rating, "rating | csat | satisfaction | score"),
    (ColumnRole::Tags, "tags | labels"),
];

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnRole {
    /// Which conversation.
    Conversation,
    /// When it happened.
    Created,
    /// What the row is: a message of whom, an end, a rating.
    Row,
    /// Who wrote in.
    Contact,
    /// What they are called.
    ContactName,
    /// Who wrote this row's message.
    Author,
    /// The words of a message.
    Text,
    /// Which message.
    Message,
    /// What it is about.
    Subject,
    /// Where it came in.
    Channel,
    /// In which inbox.
    Inbox,
    /// How urgent.
    Priority,
    /// To whom it was given.
    Rep,
    /// When it was brought to its end.
    Resolved,
    /// How it was rated.
    Rating,
    /// Its tags.
    Tags,
    /// A field of one's own.
    Own,
}

impl ColumnRole {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Conversation,
        Self::Created,
        Self::Row,
        Self::Contact,
        Self::ContactName,
        Self::Author,
        Self::Text,
        Self::Message,
        Self::Subject,
        Self::Channel,
        Self::Inbox,
        Self::Priority,
        Self::Rep,
        Self::Resolved,
        Self::Rating,
        Self::Tags,
        Self::Own,
    ];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Conversation => "conversation",
            Self::Created => "created",
            Self::Row => "row",
            Self::Contact => "contact",
            Self::ContactName => "contact_name",
            Self::Author => "author",
            Self::Text => "text",
            Self::Message => "message",
            Self::Subject => "subject",
            Self::Channel => "channel",
            Self::Inbox => "inbox",
            Self::Priority => "priority",
            Self::Rep => "rep",
            Self::Resolved => "resolved",
            Self::Rating => "rating",
            Self::Tags => "tags",
            Self::Own => "own",
        }
    }

    /// The role of this word.
    pub fn parse(word: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|role| role.as_str() == word)
    }

    /// Whether several columns may be it.
    pub(super) const fn may_come_twice(self) -> bool {
        matches!(self, Self::Own)
    }

    /// What words in such a column may mean; empty: they mean themselves.
    pub const fn meanings(self) -> &'static [&'static str] {
        match self {
            Self::Row => &[
                "contact",
                "rep",
                "note",
                "customer_agent",
                "automation",
                "resolved",
                "rated",
            ],
            Self::Channel => &[
                "chat", "email", "form", "phone", "whatsapp", "sms", "social", "api", "other",
            ],
            Self::Priority => &["low", "normal", "high", "urgent"],
            Self::Rating => &["1", "2", "3", "4", "5"],
            _ => &[],
        }
    }

    /// How tables call such a column, in small letters, the surer first.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        let line = NAMES.iter().find(|(role, _)| *role == self);
        let names = line.map_or("", |(_, names)| *names);
        names.split(" | ").filter(|name| !name.is_empty())
    }

    /// What a word in such a column means, as far as it can be told.
    pub(super) fn meaning(self, word: &str) -> Option<&'static str> {
        let small = word.trim().to_lowercase();
        let known = |means: &'static str| Some(means);
        match (self, small.as_str()) {
            (Self::Row, "customer" | "contact" | "user" | "requester" | "client" | "visitor") => {
                known("contact")
            }
            (Self::Row, "agent" | "rep" | "staff" | "support" | "operator" | "teammate") => {
                known("rep")
            }
            (Self::Row, "note" | "internal" | "private") => known("note"),
            (Self::Row, "bot" | "ai") => known("customer_agent"),
            (Self::Row, "system" | "automation" | "trigger" | "workflow") => known("automation"),
            (Self::Row, "closed" | "resolved" | "solved") => known("resolved"),
            (Self::Row, "rated" | "rating") => known("rated"),
            (Self::Channel, "e-mail" | "mail") => known("email"),
            (Self::Channel, "live chat" | "messenger" | "widget") => known("chat"),
            (Self::Channel, "web" | "web form" | "website" | "portal") => known("form"),
            (Self::Channel, "call" | "voice" | "telephone") => known("phone"),
            (Self::Channel, "facebook" | "twitter" | "instagram") => known("social"),
            (Self::Priority, "medium" | "normal") => known("normal"),
            (Self::Rating, "good" | "great" | "happy") => known("5"),
            (Self::Rating, "okay" | "ok" | "neutral") => known("3"),
            (Self::Rating, "bad" | "not good" | "unhappy") => known("1"),
            _ => self
                .meanings()
                .iter()
                .find(|means| **means == small)
                .copied(),
        }
    }
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowPart {
    Contact,
    Rep,
    Note,
    CustomerAgent,
    Automation,
    Resolved,
    Rated,
}

impl RowPart {
    #[cfg(test)]
    pub(super) const ALL: [Self; 7] = [
        Self::Contact,
        Self::Rep,
        Self::Note,
        Self::CustomerAgent,
        Self::Automation,
        Self::Resolved,
        Self::Rated,
    ];

    /// Its word among the meanings.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Rep => "rep",
            Self::Note => "note",
            Self::CustomerAgent => "customer_agent",
            Self::Automation => "automation",
            Self::Resolved => "resolved",
            Self::Rated => "rated",
        }
    }
}
