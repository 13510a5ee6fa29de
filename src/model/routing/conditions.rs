//! Whether a rule fits a conversation: pure, over what is known of it at the time.

use crate::model::event::{Attributes, Company, RuleConditions, RuleHours};
use crate::model::{Contact, Conversation, MessageId};

/// What a rule looks at.
#[derive(Clone, Debug)]
pub struct RuleView<'a> {
    /// The conversation.
    pub conversation: &'a Conversation,
    /// Its contact, as far as anything is known of them.
    pub contact: Option<&'a Contact>,
    /// The names that its tags have now.
    pub tags: &'a [String],
    /// The message that was written, where that is what happened; else all of the contact's are
    /// read.
    pub message: Option<&'a MessageId>,
    /// In which language it is, as far as that is known.
    pub language: Option<&'a str>,
    /// The topics that its questions are in.
    pub topics: &'a [String],
    /// Whether somebody is there by the schedule, as far as there is one.
    pub hours: Option<RuleHours>,
}

impl RuleConditions {
    /// The first condition that does not hold; none: all do.
    pub fn unmet(&self, view: &RuleView<'_>) -> Option<&'static str> {
        let known = view.conversation;
        let is = |wanted: &[String], value: Option<&str>| {
            let value = value.map(str::to_lowercase);
            value.is_some_and(|value| wanted.iter().any(|one| one.to_lowercase() == value))
        };
        let conditions = [
            (
                "channel",
                self.channel.is_empty() || is(&self.channel, Some(&known.channel)),
            ),
            (
                "inbox",
                self.inbox.is_empty() || known.inbox.iter().any(|inbox| self.inbox.contains(inbox)),
            ),
            (
                "direction",
                self.direction
                    .is_none_or(|direction| direction == known.direction),
            ),
            (
                "language",
                self.language.is_empty() || self.language.iter().any(|one| view.speaks(one)),
            ),
            (
                "company",
                self.company.is_empty() || self.company.iter().any(|one| view.is_of(one)),
            ),
            (
                "tag",
                self.tag.is_empty() || view.tags.iter().any(|tag| is(&self.tag, Some(tag))),
            ),
            (
                "topic",
                self.topic.is_empty() || self.topic.iter().any(|one| view.topics.contains(one)),
            ),
            (
                "hours",
                self.hours.is_none_or(|hours| view.hours == Some(hours)),
            ),
            (
                "attributes",
                self.attributes
                    .iter()
                    .all(|(name, value)| view.has(name, value)),
            ),
            (
                "text",
                self.text.is_empty() || self.text.iter().any(|words| view.says(words)),
            ),
        ];
        let unmet = conditions.into_iter().find(|(_, holds)| !holds);
        unmet.map(|(name, _)| name)
    }
}

impl RuleView<'_> {
    /// Whether it is in a language; `de` is `de-AT`, too.
    fn speaks(&self, language: &str) -> bool {
        let root = |tag: &str| {
            let root = tag.split(['-', '_']).next().unwrap_or_default();
            root.to_lowercase()
        };
        self.language
            .is_some_and(|spoken| root(spoken) == root(language))
    }

    fn is_of(&self, company: &str) -> bool {
        let known = self.contact.and_then(|contact| contact.company.as_ref());
        let wanted = Company::name_key(company);
        known.is_some_and(|known| Company::name_key(&known.name) == wanted || known.key() == wanted)
    }

    /// Whether an own field has this value: the conversation's, else the contact's.
    fn has(&self, name: &str, value: &str) -> bool {
        let own = |attributes: &Attributes| {
            let found = attributes.get(name).filter(|found| !found.is_null());
            found.map(|found| match found.as_str() {
                Some(text) => text.to_owned(),
                None => found.to_string(),
            })
        };
        let found = own(&self.conversation.attributes);
        let found = found.or_else(|| own(&self.contact?.attributes));
        found.is_some_and(|found| found.to_lowercase() == value.to_lowercase())
    }

    /// Whether what the contact wrote has these words, in whatever case.
    fn says(&self, words: &str) -> bool {
        let words = words.to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&words);
        let known = self.conversation;
        let subject = known.subject.as_deref().filter(|_| self.message.is_none());
        let read = known.messages.iter().filter(|message| match self.message {
            Some(id) => message.id == *id,
            None => message.is_contacts(),
        });
        subject.is_some_and(has) || read.into_iter().any(|message| has(&message.text))
    }
}
