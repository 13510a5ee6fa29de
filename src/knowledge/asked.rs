//! The unanswered questions of each topic as numbers, which gaps are counted of.
//!
//! They are kept from one asking to the next: folds share what did not change, so that only
//! topics of which something did are read again.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Weak};

use rayon::prelude::*;

use crate::lock::Lock;
use crate::metrics::Dictionaries;
use crate::model::event::TopicNumber;
use crate::model::knowledge::{Cluster, Knowledge, Question, Questions, Topic};
use crate::model::{ConversationId, Shards};

/// The language of a question of which none is known.
pub(super) const NO_LANGUAGE: u16 = u16::MAX;

/// From here on the codes of conversations that the facts do not know.
const UNKNOWN: u32 = 1 << 31;

/// An unanswered question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AskedRow {
    /// When it was asked.
    pub(super) at: i64,
    /// The code of its conversation; of one that the facts do not know, one that no other has.
    pub(super) conversation: u32,
    /// Its place among the languages, or `NO_LANGUAGE`.
    pub(super) language: u16,
    /// Whether people answered it.
    pub(super) is_mined: bool,
    /// Whether it was dismissed.
    pub(super) is_dismissed: bool,
}

/// A question with the name of its language, if that is known.
type Spoken<'a> = (AskedRow, Option<&'a str>);

/// The unanswered questions of each topic, and what they were read of.
#[derive(Clone, Default)]
pub(super) struct Asked {
    questions: Questions,
    clusters: Shards<u64, Arc<Cluster>>,
    /// The dictionaries that gave the codes; not kept alive by it.
    dictionaries: Weak<Dictionaries>,
    languages: Vec<Arc<str>>,
    rows: Shards<TopicNumber, Arc<[AskedRow]>>,
    /// Topics with a conversation that the facts did not know then.
    unknown: BTreeSet<TopicNumber>,
}

/// The last that was read.
#[derive(Default)]
pub(crate) struct KeptAsked(Lock<Arc<Asked>>);

impl KeptAsked {
    /// What is asked in `knowledge`, by the codes of `dictionaries`.
    pub(super) fn of(&self, knowledge: &Knowledge, dictionaries: &Arc<Dictionaries>) -> Arc<Asked> {
        // Not held while it is read: whoever waits for threads of the pool must hold nothing.
        let before = Arc::clone(&self.0.lock());
        let asked = Arc::new(before.renewed(knowledge, dictionaries));
        *self.0.lock() = Arc::clone(&asked);
        asked
    }
}

impl Asked {
    /// The unanswered questions of a topic, in no order that means anything.
    pub(super) fn rows(&self, topic: TopicNumber) -> &[AskedRow] {
        self.rows.get(&topic).map_or(&[], |rows| rows)
    }

    /// The same, to be known again: what is read anew is another.
    pub(super) fn kept_rows(&self, topic: TopicNumber) -> Option<&Arc<[AskedRow]>> {
        self.rows.get(&topic)
    }

    /// The language at a place.
    pub(super) fn language(&self, place: u16) -> Option<&str> {
        self.languages.get(usize::from(place)).map(AsRef::as_ref)
    }

    fn renewed(&self, knowledge: &Knowledge, dictionaries: &Arc<Dictionaries>) -> Self {
        let is_same = std::ptr::eq(self.dictionaries.as_ptr(), Arc::as_ptr(dictionaries));
        let none = Self::default();
        let before = if is_same { self } else { &none };
        let changed = before.changed(knowledge);
        let read = changed.into_par_iter().map(|number| {
            let topic = knowledge.topics.get(&number);
            let rows = topic.map(|topic| read(knowledge, topic, dictionaries));
            (number, rows.unwrap_or_default())
        });
        let read: Vec<(TopicNumber, Vec<Spoken<'_>>)> = read.collect();
        let mut asked = Self {
            questions: Questions::clone(&knowledge.questions),
            clusters: knowledge.clusters.clone(),
            dictionaries: Arc::downgrade(dictionaries),
            ..before.clone()
        };
        let mut places = asked.places();
        for (number, rows) in read {
            asked.take(number, rows, &mut places);
        }
        asked
    }

    /// The topics that must be read again.
    fn changed(&self, knowledge: &Knowledge) -> BTreeSet<TopicNumber> {
        let mut changed = self.unknown.clone();
        for id in self.clusters.apart(&knowledge.clusters, Arc::ptr_eq) {
            let both = [self.clusters.get(id), knowledge.clusters.get(id)];
            changed.extend(both.into_iter().flatten().map(|cluster| cluster.topic));
        }
        for id in self.questions.apart(&knowledge.questions, Arc::ptr_eq) {
            let question = knowledge.questions.get(id);
            changed.extend(question.and_then(|question| knowledge.topic_of(question)));
        }
        changed
    }

    fn places(&self) -> BTreeMap<Arc<str>, u16> {
        let languages = self.languages.iter().cloned();
        languages.zip(0..NO_LANGUAGE).collect()
    }

    /// Takes in what a topic's questions were read to be.
    fn take(
        &mut self,
        topic: TopicNumber,
        rows: Vec<Spoken<'_>>,
        places: &mut BTreeMap<Arc<str>, u16>,
    ) {
        let rows: Arc<[AskedRow]> = rows
            .into_iter()
            .map(|(row, language)| AskedRow {
                language: language.map_or(NO_LANGUAGE, |name| self.place(name, places)),
                ..row
            })
            .collect();
        if rows.iter().any(|row| row.conversation >= UNKNOWN) {
            self.unknown.insert(topic);
        } else {
            self.unknown.remove(&topic);
        }
        if rows.is_empty() {
            self.rows.remove(&topic);
        } else {
            *self.rows.entry(&topic, || Arc::from([])) = rows;
        }
    }

    fn place(&mut self, name: &str, places: &mut BTreeMap<Arc<str>, u16>) -> u16 {
        if let Some(place) = places.get(name) {
            return *place;
        }
        // Nobody speaks so many.
        let place = u16::try_from(self.languages.len()).unwrap_or(NO_LANGUAGE);
        let name: Arc<str> = name.into();
        self.languages.push(Arc::clone(&name));
        places.insert(name, place);
        place
    }
}

/// The unanswered questions of a topic, with their languages.
fn read<'a>(
    knowledge: &'a Knowledge,
    topic: &'a Topic,
    dictionaries: &Dictionaries,
) -> Vec<Spoken<'a>> {
    let unanswered = knowledge.questions_of(topic).filter_map(|question| {
        let record = question.unanswered()?;
        let code = dictionaries.conversation.code(record.conversation.as_str());
        let row = AskedRow {
            at: record.at.millis(),
            conversation: code.unwrap_or_else(|| unknown(&record.conversation)),
            language: NO_LANGUAGE,
            is_mined: record.is_mined,
            is_dismissed: is_dismissed(question),
        };
        Some((row, question.language.as_deref()))
    });
    unanswered.collect()
}

fn unknown(conversation: &ConversationId) -> u32 {
    let mut hasher = DefaultHasher::default();
    conversation.hash(&mut hasher);
    UNKNOWN | u32::try_from(hasher.finish() >> 33).unwrap_or(u32::MAX)
}

fn is_dismissed(question: &Question) -> bool {
    question.dismissed.holds().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::{
        Body, Event, OWN_SOURCE, Placed, QuestionRestored, TopicMerged, TopicsAssigned,
    };
    use crate::model::{Provenance, QuestionId, Timestamp};
    use proptest::prelude::*;

    /// Something that changes what is asked, of few questions, clusters and topics.
    #[derive(Clone, Debug)]
    enum Deed {
        Ask(u8),
        Answer(u8),
        Place(u8, u8, bool),
        Dismiss(u8),
        Restore(u8),
        Merge(u8, u8),
        Learn(u8),
        Restart,
    }

    fn deeds() -> impl Strategy<Value = Vec<Deed>> {
        let one = prop_oneof![
            4 => (0..20_u8).prop_map(Deed::Ask),
            1 => (0..20_u8).prop_map(Deed::Answer),
            4 => (0..20_u8, 0..8_u8, any::<bool>()).prop_map(|(q, c, e)| Deed::Place(q, c, e)),
            2 => (0..20_u8).prop_map(Deed::Dismiss),
            1 => (0..20_u8).prop_map(Deed::Restore),
            1 => (0..4_u8, 0..4_u8).prop_map(|(a, b)| Deed::Merge(a, b)),
            2 => (0..20_u8).prop_map(Deed::Learn),
            1 => Just(Deed::Restart),
        ];
        prop::collection::vec(one, 1..60)
    }

    fn event(deed: &Deed, seq: u64) -> Option<Event> {
        let at = format!("2026-05-01T00:{:02}:00Z", seq % 60);
        let told = |json: String| Event::parse(&json).unwrap();
        let own = |body: Body| Event {
            at: Timestamp::parse(&at).unwrap(),
            source: OWN_SOURCE.to_owned(),
            id: seq.to_string(),
            body,
        };
        let asked = |question: u8, outcome: &str| {
            told(format!(
                r#"{{"type":"question.asked","at":"{at}","conversation":"c{}","question":"q{question}","text":"Why?","outcome":"{outcome}"}}"#,
                question / 2
            ))
        };
        let id = |question: u8| QuestionId::parse(&format!("q{question}")).unwrap();
        Some(match *deed {
            Deed::Ask(question) => asked(question, "unanswered"),
            Deed::Answer(question) => asked(question, "answered"),
            Deed::Place(question, cluster, is_english) => {
                own(Body::TopicsAssigned(Box::new(TopicsAssigned {
                    embedder: "test/1".to_owned(),
                    placed: vec![Placed {
                        question: id(question),
                        cluster: u64::from(cluster),
                        topic: TopicNumber(u64::from(cluster / 2)),
                        language: Some(if is_english { "en" } else { "nb" }.to_owned()),
                    }],
                    titled: Vec::new(),
                    gone: Vec::new(),
                    seen: None,
                })))
            }
            Deed::Dismiss(question) => told(format!(
                r#"{{"type":"question.dismissed","at":"{at}","question":"q{question}"}}"#
            )),
            Deed::Restore(question) => own(Body::QuestionRestored(
                QuestionRestored {
                    question: id(question),
                }
                .into(),
            )),
            Deed::Merge(one, other) => own(Body::TopicMerged(
                TopicMerged {
                    topic: TopicNumber(u64::from(one)),
                    into: TopicNumber(u64::from(other)),
                }
                .into(),
            )),
            Deed::Learn(_) | Deed::Restart => return None,
        })
    }

    /// Each topic's rows with the names of their languages, in order.
    fn told(asked: &Asked) -> Vec<Vec<String>> {
        let topics = (0..8).map(|number| {
            let rows = asked.rows(TopicNumber(number)).iter();
            let row = |row: &AskedRow| {
                let language = asked.language(row.language);
                let row = AskedRow {
                    language: 0,
                    ..*row
                };
                format!("{language:?} {row:?}")
            };
            let mut rows: Vec<String> = rows.map(row).collect();
            rows.sort_unstable();
            rows
        });
        topics.collect()
    }

    proptest! {
        #[test]
        fn what_is_kept_is_what_would_be_read_anew(deeds in deeds()) {
            let kept = KeptAsked::default();
            let mut knowledge = Knowledge::default();
            let mut dictionaries: Arc<Dictionaries> = Arc::default();
            let mut past = knowledge.clone();
            for (seq, deed) in (0..).zip(&deeds) {
                match deed {
                    Deed::Learn(question) => {
                        dictionaries.conversation.intern(&format!("c{}", question / 2));
                    }
                    Deed::Restart => dictionaries = Arc::default(),
                    _ => {
                        let event = event(deed, seq).unwrap();
                        knowledge.apply(Provenance { seq, actor: "admin" }, &event);
                    }
                }
                let anew = KeptAsked::default().of(&knowledge, &dictionaries);
                prop_assert_eq!(told(&kept.of(&knowledge, &dictionaries)), told(&anew));
                // Who looks at an older state may come later.
                if seq % 7 == 0 {
                    let anew = KeptAsked::default().of(&past, &dictionaries);
                    prop_assert_eq!(told(&kept.of(&past, &dictionaries)), told(&anew));
                    past = knowledge.clone();
                }
            }
        }
    }

    #[test]
    fn a_topic_of_which_nothing_changed_is_not_read_again() {
        let (kept, dictionaries) = (KeptAsked::default(), Arc::default());
        let mut knowledge = Knowledge::default();
        let tell = |knowledge: &mut Knowledge, seq: u64, deed: &Deed| {
            knowledge.apply(
                Provenance {
                    seq,
                    actor: "admin",
                },
                &event(deed, seq).unwrap(),
            );
        };
        for question in [0, 2] {
            tell(&mut knowledge, 1, &Deed::Ask(question));
            tell(&mut knowledge, 2, &Deed::Place(question, question, true));
        }
        let dictionaries: Arc<Dictionaries> = dictionaries;
        dictionaries.conversation.intern("c0");
        dictionaries.conversation.intern("c1");
        let before = kept.of(&knowledge, &dictionaries);
        tell(&mut knowledge, 3, &Deed::Dismiss(2));
        let after = kept.of(&knowledge, &dictionaries);
        let is_kept = |number: u64| {
            let rows = |asked: &Asked| asked.kept_rows(TopicNumber(number)).cloned().unwrap();
            Arc::ptr_eq(&rows(&before), &rows(&after))
        };
        assert!(is_kept(0));
        assert!(!is_kept(1));
    }
}
