//! The reading role: a frozen state of the index, and the hits in it.
//!
//! Never waits for the writer and never changes under its owner. Held by the
//! projection's snapshot; asked by the customer agent and the desk's search.

use std::cmp::Ordering;
use std::ops::{Bound, Range};

use tantivy::collector::TopDocs;
use tantivy::collector::sort_key::{SortBySimilarityScore, SortByStaticFastValue};
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query as EngineQuery,
    RangeQuery, TermQuery,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{TantivyDocument, Term};

use crate::document::Kind;
use crate::error::Error;
use crate::highlight::highlights;
use crate::query::{Phrase, Query, Terms};
use crate::schema::{AT_MILLIS, Fields};
use crate::tokens::analyser;

/// The score of a word that only begins as the query's last one does. Every such word
/// counts the same, and less than nearly any whole word found.
const PREFIX_SCORE: f32 = 0.1;

/// The index as it was at one commit. Cheap to clone.
#[derive(Clone)]
pub struct Searcher {
    engine: tantivy::Searcher,
    fields: Fields,
}

/// A document that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The document's id.
    pub id: String,
    /// What its text is.
    pub kind: Kind,
    /// The conversation it belongs to.
    pub conversation: String,
    /// When it was written, in UTC milliseconds.
    pub at_millis: i64,
    /// The text's language, where it is known.
    pub language: Option<String>,
    /// How well it matches (BM25). Comparable within one search only.
    pub score: f32,
    /// The whole text.
    pub text: String,
    /// The byte ranges of `text` that match, in order, between characters.
    pub highlights: Vec<Range<usize>>,
}

impl Searcher {
    pub(crate) const fn new(engine: tantivy::Searcher, fields: Fields) -> Self {
        Self { engine, fields }
    }

    /// The best hits, best first; of two equal ones the later, then the smaller id.
    ///
    /// A query without a word gives no hits. Errors come from a damaged or vanished
    /// folder only, never from what is asked.
    pub fn search(&self, query: &Query) -> Result<Vec<Hit>, Error> {
        let mut analyser = analyser();
        let terms = Terms::parse(&query.text, &mut analyser);
        let limit = query.limit.min(Query::MAX_LIMIT);
        if terms.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let order = (
            SortBySimilarityScore,
            SortByStaticFastValue::<i64>::for_field(AT_MILLIS),
        );
        let found = self
            .engine
            .search(
                &self.engine_query(query, &terms),
                &TopDocs::with_limit(limit).order_by(order),
            )
            .map_err(Error::engine("search"))?;
        let mut hits = Vec::with_capacity(found.len());
        for ((score, _at), address) in found {
            let encoded: TantivyDocument = self
                .engine
                .doc(address)
                .map_err(Error::engine("read a hit"))?;
            // A field is missing in no document that the writer made.
            let Some(document) = self.fields.decode(&encoded) else {
                continue;
            };
            hits.push(Hit {
                highlights: highlights(&document.text, &terms, &mut analyser),
                id: document.id,
                kind: document.kind,
                conversation: document.conversation,
                at_millis: document.at_millis,
                language: document.language,
                score,
                text: document.text,
            });
        }
        hits.sort_by(best_first);
        Ok(hits)
    }

    fn engine_query(&self, query: &Query, terms: &Terms) -> BooleanQuery {
        let mut clauses = self.filters(query);
        for phrase in &terms.phrases {
            clauses.push((Occur::Must, self.phrase(phrase)));
        }
        let mut words = self.words(terms);
        if clauses.is_empty() {
            return BooleanQuery::new(words);
        }
        if terms.phrases.is_empty() {
            // Beside a filter the words would be mere wishes: as one clause they must
            // match, and each of them need not.
            words = vec![(Occur::Must, Box::new(BooleanQuery::new(words)))];
        }
        clauses.extend(words);
        BooleanQuery::new(clauses)
    }

    fn filters(&self, query: &Query) -> Vec<Clause> {
        let mut filters = Vec::new();
        if !query.kinds.is_empty() {
            let kinds = query.kinds.iter().map(|&kind| self.fields.kind_term(kind));
            filters.push(unscored(BooleanQuery::new_multiterms_query(
                kinds.collect(),
            )));
        }
        if let Some(conversation) = &query.conversation {
            let term = self.fields.conversation_term(conversation);
            filters.push(unscored(TermQuery::new(term, IndexRecordOption::Basic)));
        }
        filters
    }

    fn words(&self, terms: &Terms) -> Vec<Clause> {
        let words = terms.words.iter().map(|word| self.word(word));
        let prefix = terms.prefix.iter().map(|prefix| self.prefix(prefix));
        words
            .chain(prefix)
            .map(|clause| (Occur::Should, clause))
            .collect()
    }

    fn term(&self, word: &str) -> Term {
        Term::from_field_text(self.fields.text, word)
    }

    fn word(&self, word: &str) -> Box<dyn EngineQuery> {
        Box::new(TermQuery::new(
            self.term(word),
            IndexRecordOption::WithFreqs,
        ))
    }

    fn prefix(&self, prefix: &str) -> Box<dyn EngineQuery> {
        // The last character there is sorts behind whatever can follow the prefix,
        // because no word contains it.
        let end = self.term(&format!("{prefix}{}", char::MAX));
        let range = RangeQuery::new(Bound::Included(self.term(prefix)), Bound::Excluded(end));
        Box::new(BoostQuery::new(Box::new(range), PREFIX_SCORE))
    }

    fn phrase(&self, phrase: &Phrase) -> Box<dyn EngineQuery> {
        match phrase.as_slice() {
            [(_, word)] => self.word(word),
            words => {
                let terms = words.iter().map(|(at, word)| (*at, self.term(word)));
                Box::new(PhraseQuery::new_with_offset(terms.collect()))
            }
        }
    }
}

type Clause = (Occur, Box<dyn EngineQuery>);

/// A condition that must hold and does not count in the ranking.
fn unscored(query: impl EngineQuery) -> Clause {
    (
        Occur::Must,
        Box::new(ConstScoreQuery::new(Box::new(query), 0.0)),
    )
}

fn best_first(a: &Hit, b: &Hit) -> Ordering {
    b.score
        .total_cmp(&a.score)
        .then_with(|| b.at_millis.cmp(&a.at_millis))
        .then_with(|| (a.kind, &a.id).cmp(&(b.kind, &b.id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Index, Writer};

    fn document(id: &str, text: &str) -> Document {
        Document {
            id: id.into(),
            kind: Kind::Message,
            conversation: format!("c-{id}"),
            at_millis: 0,
            language: None,
            text: text.into(),
        }
    }

    fn index_of(texts: &[(&str, &str)]) -> (Index, Writer) {
        let index = Index::in_memory().unwrap();
        let mut writer = index.writer().unwrap();
        for (id, text) in texts {
            writer.add(&document(id, text)).unwrap();
        }
        writer.commit(1).unwrap();
        (index, writer)
    }

    fn ids(index: &Index, query: &Query) -> Vec<String> {
        let hits = index.searcher().search(query).unwrap();
        hits.into_iter().map(|hit| hit.id).collect()
    }

    fn found(index: &Index, text: &str) -> Vec<String> {
        ids(index, &Query::text(text, 10))
    }

    #[test]
    fn a_document_is_found_at_once_after_its_commit_and_not_before() {
        let (index, mut writer) = index_of(&[]);
        writer.add(&document("m1", "Where is my order?")).unwrap();
        let before = index.searcher();
        assert!(found(&index, "order").is_empty());
        writer.commit(2).unwrap();
        assert_eq!(found(&index, "ORDER"), ["m1"]);
        let frozen = before.search(&Query::text("order", 10)).unwrap();
        assert!(frozen.is_empty());
    }

    #[test]
    fn adding_again_replaces_within_a_kind_only() {
        let (index, mut writer) = index_of(&[("1", "old words")]);
        writer.add(&document("1", "new words")).unwrap();
        writer.add(&document("1", "newest words")).unwrap();
        let question = Document {
            kind: Kind::Question,
            ..document("1", "words of a question")
        };
        writer.add(&question).unwrap();
        writer.commit(2).unwrap();
        assert!(found(&index, "old").is_empty());
        let hits = index.searcher().search(&Query::text("words", 10)).unwrap();
        let mut texts: Vec<&str> = hits.iter().map(|hit| hit.text.as_str()).collect();
        texts.sort_unstable();
        assert_eq!(texts, ["newest words", "words of a question"]);
    }

    #[test]
    fn a_deleted_conversation_is_not_found() {
        let (index, mut writer) = index_of(&[("1", "hello"), ("2", "hello")]);
        writer.add(&document("3", "hello")).unwrap();
        writer.delete_conversation("c-1");
        writer.delete_conversation("c-3");
        writer.commit(2).unwrap();
        assert_eq!(found(&index, "hello"), ["2"]);
    }

    #[test]
    fn words_are_alternatives_and_more_of_them_rank_higher() {
        let (index, _writer) = index_of(&[
            ("one", "the refund is late"),
            ("both", "the refund of my order is late"),
            ("none", "hello there"),
        ]);
        assert_eq!(found(&index, "order refund"), ["both", "one"]);
    }

    #[test]
    fn a_phrase_must_occur_and_other_words_only_rank() {
        let (index, _writer) = index_of(&[
            ("far", "a card as a gift"),
            ("near", "my gift card"),
            ("best", "gift card lost"),
        ]);
        assert_eq!(found(&index, "lost \"Gift card\""), ["best", "near"]);
        assert!(found(&index, "lost \"card gift\"").is_empty());
        assert_eq!(found(&index, "\"lost\" gift"), ["best"]);
    }

    #[test]
    fn the_last_word_may_be_a_beginning_and_whole_words_come_first() {
        let (index, _writer) = index_of(&[
            ("longer", "refunding"),
            (
                "whole",
                "no refund came for any of the many things I sent back",
            ),
            ("other", "reform"),
        ]);
        assert_eq!(found(&index, "refund"), ["whole", "longer"]);
        assert_eq!(found(&index, "refu back"), ["whole"]);
        assert!(found(&index, "r").is_empty());
    }

    #[test]
    fn equal_hits_come_latest_first_in_every_run() {
        let (index, mut writer) = index_of(&[]);
        for (id, at_millis) in [("b", 5), ("a", 5), ("old", 1), ("new", 9)] {
            let same = Document {
                at_millis,
                ..document(id, "hello there")
            };
            writer.add(&same).unwrap();
            writer.commit(2).unwrap();
        }
        assert_eq!(found(&index, "hello"), ["new", "a", "b", "old"]);
        assert_eq!(found(&index, "hell"), ["new", "a", "b", "old"]);
    }

    #[test]
    fn filters_hold_whatever_the_words() {
        let (index, mut writer) = index_of(&[("1", "hello you"), ("2", "hello you")]);
        let question = Document {
            kind: Kind::Question,
            ..document("3", "hello you")
        };
        writer.add(&question).unwrap();
        writer.commit(2).unwrap();
        for text in [
            "hello",
            "hel",
            "hello absent",
            "\"hello you\"",
            "\"hello\" absent",
        ] {
            let mut query = Query::text(text, 10);
            query.conversation = Some("c-2".into());
            assert_eq!(ids(&index, &query), ["2"], "{text}");
            query.kinds = vec![Kind::Question];
            assert!(ids(&index, &query).is_empty(), "{text}");
            query.conversation = None;
            assert_eq!(ids(&index, &query), ["3"], "{text}");
        }
        let mut absent = Query::text("absent", 10);
        absent.conversation = Some("c-2".into());
        assert!(ids(&index, &absent).is_empty());
    }

    #[test]
    fn limits_of_zero_and_of_everything_are_fine() {
        let (index, _writer) = index_of(&[("1", "hello")]);
        assert!(ids(&index, &Query::text("hello", 0)).is_empty());
        assert_eq!(ids(&index, &Query::text("hello", usize::MAX)), ["1"]);
    }

    #[test]
    fn no_input_is_an_error() {
        let (index, _writer) = index_of(&[("1", "Größe 退款 \"a\" -b +c OR (d)"), ("2", "")]);
        let mut inputs = vec![
            String::new(),
            "\"".into(),
            "\"\" \" “ « ".into(),
            "a AND (b OR".into(),
            "text:[* TO *] /.*/ ~2 ^9 id:1".into(),
            "'; DROP TABLE x; -- <script>".into(),
            "(a+)+$ [^ \\".into(),
            "👩\u{200D}💻\u{0}\u{1b}[31m\u{202E}\u{FFFF}\u{10FFFF}".into(),
            "\"a a a\" \"a\" a".into(),
        ];
        for part in [
            "a",
            "ß",
            "\"",
            "a ",
            "\"a\" ",
            "-\"",
            "退",
            "\u{301}",
            "👍",
            "a\u{10FFFF}",
        ] {
            inputs.push(part.repeat(1_000_000 / part.len()));
        }
        for input in inputs {
            let start: String = input.chars().take(20).collect();
            for hit in index.searcher().search(&Query::text(input, 5)).unwrap() {
                for range in hit.highlights {
                    assert!(hit.text.get(range).is_some(), "{start:?}");
                }
            }
        }
    }

    #[test]
    fn a_stored_text_of_any_kind_is_found_and_marked() {
        let long = format!("{} needle", "退款 \u{0} Größe ".repeat(40_000));
        let (index, _writer) = index_of(&[("long", &long)]);
        let hits = index.searcher().search(&Query::text("needle", 5)).unwrap();
        let marked: Vec<&str> = hits[0]
            .highlights
            .iter()
            .map(|range| hits[0].text.get(range.clone()).unwrap())
            .collect();
        assert_eq!(marked, ["needle"]);
    }
}
