//! Questions that people answered: which episodes have one, and which sentence it is.
//!
//! One question at most an episode: of an inbound one that ended or that a rep answered, and that
//! the customer agent was not on. The first public message of the contact counts that is no
//! acknowledgement and more than a greeting. Of its sentences, without greetings and thanks,
//! the best is the longest that ends with a question mark; without one, the longest that
//! begins with a word of asking; without that, the longest.
//!
//! Pure, over facts and folds; `work` has what is found journalled. Chunks of episodes in which
//! nothing is left are not read again until they change or an episode in them ends.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use svar_index::phrase;
use utoipa::ToSchema;

use super::Library;
use crate::metrics::{Chunk, EpisodeRow, NEVER};
use crate::model::conversation::{Conversation, Message};
use crate::model::event::{ActorKind, QuestionMined, Visibility};
use crate::model::{ConversationId, QuestionId, Timestamp};

/// The longest question, in characters.
const MAX_QUESTION: usize = 1_000;

/// Words that a question begins with, in the six languages of greetings.
const ASKING: &str = "how what when where which who why can could do does did is are will would may should \
    wie was wann wo wohin woher welche welcher welches wer warum wieso weshalb kann könnte können könnt \
    darf habt haben ist sind gibt \
    hvordan hva hvor når hvorfor hvem hvilken kan hvad hvornår \
    hur vad var när varför vem vilken \
    miten mitä mikä missä milloin miksi kuka voiko voinko onko";

/// An episode that a question may be mined of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MinableEpisode {
    pub(crate) conversation: ConversationId,
    /// The conversation's code in the facts.
    code: u32,
    from: Timestamp,
    to: Timestamp,
}

/// How far the search for questions in what people answered is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct MiningView {
    /// How many episodes it has gone through.
    pub read: usize,
    /// Of how many.
    pub of: usize,
}

impl MiningView {
    /// Whether it is still under way.
    pub const fn is_running(self) -> bool {
        self.read < self.of
    }
}

/// How far the episodes were gone through.
#[derive(Debug, Default)]
pub(crate) struct MiningProgress {
    /// Chunks in which nothing is left before an instant, by identity.
    settled: HashMap<u64, i64>,
    /// Where the next look begins: in which chunk, at which row.
    at: Option<(u64, usize)>,
    /// Episodes in which nothing was found.
    barren: HashSet<(u32, i64)>,
}

impl MiningProgress {
    /// The instant before which nothing is left to do while nothing changes.
    pub(crate) fn wakes_at(&self) -> Option<Timestamp> {
        let next = self.settled.values().copied().min();
        next.filter(|next| *next != NEVER)
            .map(Timestamp::from_millis)
    }

    /// Nothing was found in an episode.
    pub(crate) fn pass_over(&mut self, episode: &MinableEpisode) {
        self.barren.insert((episode.code, episode.from.millis()));
    }
}

impl Library {
    /// Says how far the episodes were gone through.
    pub(crate) fn note_mining(&self, progress: &MiningProgress) {
        let mut seen = MiningView::default();
        for chunk in self.facts.episodes.chunks() {
            let id = chunk.identity();
            let begun = progress.at.filter(|(at, _)| *at == id);
            seen.of += chunk.len();
            seen.read += match begun {
                _ if progress.settled.contains_key(&id) => chunk.len(),
                Some((_, row)) => row,
                None => 0,
            };
        }
        *self.workshop.mining.lock() = seen;
    }

    /// How far the episodes were gone through when somebody last looked for questions.
    pub fn mining(&self) -> MiningView {
        *self.workshop.mining.lock()
    }

    /// The next episodes that a question may be mined of, at most `limit`; fewer: all were
    /// gone through.
    pub(crate) fn minable(
        &self,
        progress: &mut MiningProgress,
        limit: usize,
    ) -> Vec<MinableEpisode> {
        let mut found = Vec::new();
        let chunks = self.facts.episodes.chunks();
        let now = self.now.millis();
        let known: HashSet<u64> = chunks.iter().map(Chunk::identity).collect();
        progress.settled.retain(|chunk, _| known.contains(chunk));
        for chunk in chunks {
            let id = chunk.identity();
            if progress.settled.get(&id).is_some_and(|next| now < *next) {
                continue;
            }
            let begun = progress.at.take_if(|(chunk, _)| *chunk == id);
            let first = begun.map_or(0, |(_, row)| row);
            let mut next = NEVER;
            for index in first..chunk.len() {
                if found.len() == limit {
                    progress.at = Some((id, index));
                    return found;
                }
                if chunk.is_struck(index) {
                    continue;
                }
                let row = chunk.row(index).filter(|row| self.is_minable(row));
                let Some(row) = row else { continue };
                if row.rep_wrote || row.ended_at <= now {
                    found.extend(self.unmined(progress, &row));
                } else {
                    next = next.min(row.ended_at);
                }
            }
            // What was begun in the middle is looked at once more from its start.
            if first == 0 && found.is_empty() {
                progress.settled.insert(id, next);
            }
        }
        found
    }

    /// Whether people alone dealt with an episode that the contact began.
    fn is_minable(&self, row: &EpisodeRow) -> bool {
        let is_theirs = !row.outbound && !row.handled && row.agent_assigned_at == NEVER;
        is_theirs && {
            let thread = self.facts.thread(row.conversation);
            thread.started && thread.excluded == 0
        }
    }

    /// The episode, unless there is a question of it already.
    fn unmined(&self, progress: &MiningProgress, row: &EpisodeRow) -> Option<MinableEpisode> {
        if progress
            .barren
            .contains(&(row.conversation, row.started_at))
        {
            return None;
        }
        let id = self
            .facts
            .dictionaries
            .conversation
            .text(row.conversation)?;
        let episode = MinableEpisode {
            conversation: ConversationId::parse(&id).ok()?,
            code: row.conversation,
            from: Timestamp::from_millis(row.started_at),
            to: Timestamp::from_millis(row.ended_at.min(self.now.millis())),
        };
        let mined = self.installation.knowledge.mined.get(&episode.conversation);
        let is_mined = mined.is_some_and(|all| all.iter().any(|at| episode.spans(*at)));
        (!is_mined).then_some(episode)
    }
}

impl MinableEpisode {
    fn spans(&self, at: Timestamp) -> bool {
        self.from <= at && at <= self.to
    }

    /// The question of this episode, called `question`; none: nothing was asked in words, or the
    /// customer agent wrote in it.
    pub(crate) fn mined(
        &self,
        conversation: &Conversation,
        question: QuestionId,
    ) -> Option<QuestionMined> {
        let is_agents = |message: &Message| message.author.kind == ActorKind::CustomerAgent;
        let messages = conversation.messages.iter();
        let own = || messages.clone().filter(|message| self.spans(message.at));
        let asked = conversation.questions.iter();
        if own().any(is_agents) || asked.clone().any(|question| self.spans(question.at)) {
            return None;
        }
        let is_contacts = |message: &&Message| {
            message.author.kind == ActorKind::Contact
                && message.visibility == Visibility::Public
                && !message.ack
        };
        let mut worded = own().filter(is_contacts).filter_map(|message| {
            let text = best_sentence(&message.text)?;
            Some((message, text))
        });
        let (message, text) = worded.next()?;
        Some(QuestionMined {
            conversation: self.conversation.clone(),
            question,
            text,
            message: message.id.clone(),
            asked_at: message.at,
        })
    }
}

/// How well a sentence tells what is asked; the greater the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asking {
    Nothing,
    Word,
    Mark,
}

/// The sentence of a text that tells best what is asked; none: it only greets or thanks.
fn best_sentence(text: &str) -> Option<String> {
    let sentences = phrase::core(text).into_iter().rev();
    // Of equals the first: the last of those that are turned round.
    let best = sentences.max_by_key(|sentence| (asking(sentence), sentence.chars().count()))?;
    Some(best.chars().take(MAX_QUESTION).collect())
}

fn asking(sentence: &str) -> Asking {
    if sentence.trim_end().ends_with(['?', '？', '؟']) {
        return Asking::Mark;
    }
    let mut words = sentence.split(|c: char| !c.is_alphanumeric());
    let first = words.find(|word| !word.is_empty()).unwrap_or_default();
    let first = first.to_lowercase();
    if ASKING.split_whitespace().any(|word| word == first) {
        return Asking::Word;
    }
    Asking::Nothing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_sentence_is_the_one_that_asks() {
        for (text, best) in [
            (
                "Hi there! My parcel 4711 has not arrived yet, it was sent on Monday. When will it arrive? Thanks!",
                "When will it arrive?",
            ),
            (
                "Guten Tag, ich habe letzte Woche eine Jacke bestellt und sie ist zu groß. Kann ich sie umtauschen? Vielen Dank",
                "Kann ich sie umtauschen?",
            ),
            // The longer of two that ask tells more.
            (
                "Is anybody there? Where can I download the invoice of March?",
                "Where can I download the invoice of March?",
            ),
            (
                "I have lost my card. how do I block it. It was in my wallet, which is gone",
                "how do I block it.",
            ),
            (
                "Meine Karte ist weg, ich finde sie seit gestern nicht mehr. Wie sperre ich sie",
                "Wie sperre ich sie",
            ),
            (
                "Hello. The app closes when I open it. Please help",
                "The app closes when I open it.",
            ),
            (
                "Hallo! Die App stürzt beim Öffnen immer ab.",
                "Die App stürzt beim Öffnen immer ab.",
            ),
        ] {
            assert_eq!(best_sentence(text).as_deref(), Some(best), "{text}");
        }
        for nothing in ["Hello!", "Guten Tag", "👍", "", "Danke schön!"] {
            assert_eq!(best_sentence(nothing), None, "{nothing}");
        }
        let long = "Is this long? ".replace("long", &"x".repeat(3_000));
        assert!(best_sentence(&long).unwrap().chars().count() <= MAX_QUESTION);
    }
}
