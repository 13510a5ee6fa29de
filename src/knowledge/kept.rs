//! What is counted of for gaps, kept from one asking to the next.

use std::sync::Arc;

use super::asked::Asked;
use super::rep_times::{RepTimes, Source};
use crate::lock::Lock;
use crate::metrics::{Dictionaries, Facts};
use crate::model::knowledge::Knowledge;

/// The last that was read, and how long reps were busy with it.
#[derive(Default)]
pub(crate) struct KeptAsked {
    asked: Lock<Arc<Asked>>,
    times: Lock<Arc<RepTimes>>,
}

impl KeptAsked {
    /// What is asked in `knowledge`, by the codes of `dictionaries`.
    pub(super) fn of(&self, knowledge: &Knowledge, dictionaries: &Arc<Dictionaries>) -> Arc<Asked> {
        // Not held while it is read: whoever waits for threads of the pool must hold nothing.
        let before = Arc::clone(&self.asked.lock());
        let asked = Arc::new(before.renewed(knowledge, dictionaries));
        *self.asked.lock() = Arc::clone(&asked);
        asked
    }

    /// The rep times of the episodes that `asked` was asked in; read again where either changed.
    pub(super) fn rep_times(&self, facts: &Facts, asked: &Asked) -> Arc<RepTimes> {
        let source = Source::new(facts, &asked.rows);
        let before = Arc::clone(&self.times.lock());
        if before.is_of(&source) {
            return before;
        }
        let times = Arc::new(RepTimes::of(facts, source));
        if times.is_small() {
            *self.times.lock() = Arc::clone(&times);
        }
        times
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::asked::AskedRow;
    use crate::model::event::{
        Body, Event, OWN_SOURCE, Placed, QuestionRestored, TopicMerged, TopicNumber, TopicsAssigned,
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
