//! The dimensions by which a report is cut and filtered, and the words of their values.

use std::sync::Arc;

use serde::Serialize;

use crate::metrics::{Dictionaries, Dictionary, NONE};
use crate::model::episode::{Outcome, Target};
use crate::model::event::{Company, HandoffReason, JobRequest, RepStatus};

/// Who was on an episode: the customer agent if it handled it, a rep if one wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum HandledBy {
    /// The customer agent alone.
    CustomerAgent = 0,
    /// A rep alone.
    Rep = 1,
    /// Both.
    Both = 2,
    /// Neither.
    Nobody = 3,
}

impl HandledBy {
    /// All of them, by code.
    pub const ALL: [Self; 4] = [Self::CustomerAgent, Self::Rep, Self::Both, Self::Nobody];

    /// The word in filters and keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CustomerAgent => "customer_agent",
            Self::Rep => "rep",
            Self::Both => "both",
            Self::Nobody => "nobody",
        }
    }
}

/// A property of rows to cut or filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Where the conversation or ticket came in.
    Channel,
    /// The conversation's language, else the contact's.
    Language,
    /// Inbound or outbound.
    Direction,
    /// The contact, merges followed.
    Contact,
    /// The contact's company.
    Company,
    /// The rep of the row.
    Rep,
    /// That rep's team then.
    Team,
    /// The conversation's tags.
    Tag,
    /// Why an episode was handed off.
    Reason,
    /// What became of a handled episode.
    Outcome,
    /// Whether the customer agent, a rep or both were on the episode.
    HandledBy,
    /// The inbox of the conversation or ticket.
    Inbox,
    /// The brand that the inbox was for.
    Brand,
    /// The ticket's pipeline.
    Pipeline,
    /// The ticket's priority.
    Priority,
    /// The ticket's service.
    Service,
    /// The ticket's owner at the row's instant.
    Owner,
    /// The word of feedback.
    Rating,
    /// Who resolved: a rep, or the customer agent as one more member.
    Assignee,
    /// Episodes or tickets.
    Kind,
    /// Sent or received.
    Flow,
    /// The ticket.
    Ticket,
    /// The ticket's stage.
    Stage,
    /// What was promised.
    Target,
    /// A rep's status.
    Status,
    /// The team's own word for a status.
    Detail,
    /// Confirmed or reviewed.
    How,
    /// How a job came in.
    Request,
    /// Why a job was declined.
    DeclineReason,
    /// An own field of ticket, conversation or contact; a filter says which one.
    Own,
    /// The ISO weekday, 1 is Monday.
    Weekday,
    /// The hour of day.
    Hour,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 31] = [
        Self::Channel,
        Self::Language,
        Self::Direction,
        Self::Contact,
        Self::Company,
        Self::Rep,
        Self::Team,
        Self::Tag,
        Self::Reason,
        Self::Outcome,
        Self::HandledBy,
        Self::Inbox,
        Self::Brand,
        Self::Pipeline,
        Self::Priority,
        Self::Service,
        Self::Owner,
        Self::Rating,
        Self::Assignee,
        Self::Kind,
        Self::Flow,
        Self::Ticket,
        Self::Stage,
        Self::Target,
        Self::Status,
        Self::Detail,
        Self::How,
        Self::Request,
        Self::DeclineReason,
        Self::Weekday,
        Self::Hour,
    ];

    /// Whether it is a name in keys only, which no query may use.
    pub const fn is_key_only(self) -> bool {
        matches!(
            self,
            Self::Flow | Self::Weekday | Self::Hour | Self::DeclineReason
        )
    }

    /// The name in queries and keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Language => "language",
            Self::Direction | Self::Flow => "direction",
            Self::Contact => "contact",
            Self::Company => "company",
            Self::Rep => "rep",
            Self::Team => "team",
            Self::Tag => "tag",
            Self::Reason | Self::DeclineReason => "reason",
            Self::Outcome => "outcome",
            Self::HandledBy => "handled_by",
            Self::Inbox => "inbox",
            Self::Brand => "brand",
            Self::Pipeline => "pipeline",
            Self::Priority => "priority",
            Self::Service => "service",
            Self::Owner => "owner",
            Self::Rating => "rating",
            Self::Assignee => "assignee",
            Self::Kind => "kind",
            Self::Ticket => "ticket",
            Self::Stage => "stage",
            Self::Target => "target",
            Self::Status => "status",
            Self::Detail => "detail",
            Self::How => "how",
            Self::Request => "request",
            Self::Own => "attr",
            Self::Weekday => "weekday",
            Self::Hour => "hour",
        }
    }

    fn dictionary(self, dictionaries: &Dictionaries) -> Option<&Dictionary> {
        Some(match self {
            Self::Channel => &dictionaries.channel,
            Self::Language => &dictionaries.language,
            Self::Contact => &dictionaries.contact,
            Self::Company => &dictionaries.company,
            Self::Rep | Self::Owner | Self::Assignee => &dictionaries.rep,
            Self::Team => &dictionaries.team,
            Self::Tag => &dictionaries.tag,
            Self::Inbox => &dictionaries.inbox,
            Self::Brand => &dictionaries.brand,
            Self::Pipeline => &dictionaries.pipeline,
            Self::Priority => &dictionaries.priority,
            Self::Service => &dictionaries.service,
            Self::Rating => &dictionaries.rating,
            Self::Ticket => &dictionaries.ticket,
            Self::Stage => &dictionaries.stage,
            Self::Detail => &dictionaries.detail,
            Self::Own => &dictionaries.own_value,
            Self::DeclineReason => &dictionaries.decline_reason,
            _ => return None,
        })
    }

    /// The fixed words of a dimension that has no dictionary, by code.
    fn words(self) -> Vec<&'static str> {
        match self {
            Self::Direction => vec!["inbound", "outbound"],
            Self::Flow => vec!["received", "sent"],
            Self::Kind => vec!["episodes", "tickets"],
            Self::HandledBy => HandledBy::ALL.map(HandledBy::as_str).to_vec(),
            Self::Target => Target::ALL.map(Target::as_str).to_vec(),
            Self::Status => RepStatus::ALL.iter().map(|word| word.as_str()).collect(),
            Self::How => vec!["confirmed", "reviewed"],
            Self::Request => JobRequest::ALL.iter().map(|word| word.as_str()).collect(),
            Self::Reason => HandoffReason::ALL
                .iter()
                .map(|reason| reason.as_str())
                .collect(),
            Self::Outcome => [
                Outcome::Unhandled,
                Outcome::HandedOff,
                Outcome::Resolved,
                Outcome::Abandoned,
                Outcome::Pending,
            ]
            .map(Outcome::as_str)
            .to_vec(),
            _ => Vec::new(),
        }
    }

    /// How many codes there are: each is below it.
    pub fn card(self, dictionaries: &Dictionaries) -> u32 {
        let codes = match self {
            Self::Weekday => 8,
            Self::Hour => 24,
            // Rows carry the set; its tags are separated afterwards.
            Self::Tag => dictionaries.tag_set.len(),
            _ => match self.dictionary(dictionaries) {
                Some(dictionary) => dictionary.len(),
                None => self.words().len(),
            },
        };
        u32::try_from(codes).unwrap_or(u32::MAX)
    }

    /// The code of a word; `None`: no row has it.
    pub fn code(self, word: &str, dictionaries: &Dictionaries) -> Option<u32> {
        if word.is_empty() {
            return Some(NONE);
        }
        if matches!(self, Self::Weekday | Self::Hour) {
            return word.parse().ok();
        }
        if let Some(dictionary) = self.dictionary(dictionaries) {
            let found = dictionary.code(word);
            // A company is called by its name, too, however that is written.
            return match self {
                Self::Company => found.or_else(|| dictionary.code(&Company::name_key(word))),
                _ => found,
            };
        }
        let place = self.words().iter().position(|other| *other == word)?;
        u32::try_from(place).ok()
    }

    /// The value of a code.
    pub fn value(self, code: u32, dictionaries: &Dictionaries) -> KeyValue {
        if code == NONE {
            return KeyValue::Null;
        }
        if matches!(self, Self::Weekday | Self::Hour) {
            return KeyValue::Number(code);
        }
        let text = match self.dictionary(dictionaries) {
            Some(dictionary) => dictionary.text(code),
            None => self.words().get(code as usize).map(|word| Arc::from(*word)),
        };
        text.map_or(KeyValue::Null, KeyValue::Text)
    }
}

/// One value of a series' key; numbers before texts, null last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum KeyValue {
    /// A number, such as an hour.
    Number(u32),
    /// A text, such as a channel.
    Text(Arc<str>),
    /// No value.
    Null,
}

impl KeyValue {
    /// The value as it is written in a table or a URL; empty for null.
    pub fn to_text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.to_string(),
            Self::Null => String::new(),
        }
    }
}
