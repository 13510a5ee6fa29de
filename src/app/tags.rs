//! The tags of the desk, each with the number of conversations that it is on.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{App, Present};
use crate::command::{Evidence, TagCommand};

/// A tag of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TagView {
    /// Its name.
    pub tag: String,
    /// On how many conversations it is, open or not.
    pub conversations: usize,
}

impl App {
    /// All tags, by name: those that somebody created, and those that are on conversations.
    pub fn tags(&self) -> Vec<TagView> {
        self.tags_at(&self.present())
    }

    /// As [`Self::tags`], counted over the conversations that whoever asks sees.
    pub fn tags_at(&self, present: &Present) -> Vec<TagView> {
        let snapshot = &present.live;
        let sees = |code| {
            let seen = present.seen.as_ref();
            seen.is_none_or(|seen| seen.has_conversation(code))
        };
        let codes = &snapshot.facts.dictionaries;
        let mut by_set: BTreeMap<u32, usize> = BTreeMap::new();
        let threads = snapshot.facts.threads.iter().zip(0_u32..);
        for (thread, _) in threads.filter(|(thread, code)| thread.started && sees(*code)) {
            *by_set.entry(thread.tag_set).or_default() += 1;
        }
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (set, conversations) in by_set {
            for tag in codes.tags_of(set) {
                let name = codes.tag.text(tag);
                *counts
                    .entry(name.map(|name| name.to_string()).unwrap_or_default())
                    .or_default() += conversations;
            }
        }
        for tag in snapshot.installation.tags.iter() {
            counts.entry(tag.to_owned()).or_default();
        }
        let tags = counts.into_iter();
        tags.map(|(tag, conversations)| TagView { tag, conversations })
            .collect()
    }

    /// Which of the tags that a command names conversations have, with all that was written by
    /// now.
    pub(super) fn tags_in_use(&self, command: &TagCommand) -> Evidence {
        self.wait_for(self.position());
        let names = command.names();
        let used = self.tags().into_iter();
        let used = used.filter(|tag| tag.conversations > 0 && names.contains(&tag.tag.as_str()));
        Evidence::TagsInUse(used.map(|tag| tag.tag).collect())
    }
}
