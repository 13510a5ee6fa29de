//! What can be searched: one text with its ids.
//!
//! Plain values without rules of their own. Made by whoever feeds the [`Writer`];
//! its parts come back in a [`Hit`].
//!
//! [`Writer`]: crate::Writer
//! [`Hit`]: crate::Hit

/// One searchable text. Its `kind` and `id` name it: adding it again replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The caller's id, unique within the kind.
    pub id: String,
    /// What the text is.
    pub kind: Kind,
    /// The id of the conversation that the text belongs to, if it belongs to one.
    pub conversation: Option<String>,
    /// When it was written, in UTC milliseconds. Of two equal matches the later comes first.
    pub at_millis: i64,
    /// The text's language as a BCP 47 tag; left out, it is detected from the text.
    pub language: Option<String>,
    /// The channel that it came by, if it came by one.
    pub channel: Option<String>,
    /// Whether it is in use; of short answers only.
    pub is_published: Option<bool>,
    /// The text as it was written; a hit returns it unchanged.
    pub text: String,
}

/// What a searchable text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A question that was asked, as the topics count it.
    Question,
    /// A short answer, with the ways to ask for it.
    Answer,
    /// One message of a conversation.
    Message,
    /// What is known of a contact.
    Contact,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Question, Self::Answer, Self::Message, Self::Contact];

    /// The name under which the kind is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Answer => "answer",
            Self::Message => "message",
            Self::Contact => "contact",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether its words are also cut into pieces, so that a part of one finds it. There
    /// are too many messages for that, and they are long.
    pub(crate) const fn has_pieces(self) -> bool {
        !matches!(self, Self::Message)
    }
}
