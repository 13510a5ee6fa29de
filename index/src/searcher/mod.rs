//! The reading role: a frozen state of the index, and the hits in it.
//!
//! Never waits for the writer and never changes under its owner. Given out by the index
//! and the finder; asked by the desk's search.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use tantivy::TantivyDocument;
use tantivy::query::{Bm25StatisticsProvider, BooleanQuery};
use tantivy::schema::Field;

use crate::best::{Best, Rank};
use crate::document::{Document, Kind};
use crate::error::Error;
use crate::plan::{Lexicon, Plan};
use crate::query::{Query, Terms};
use crate::schema::Fields;
use crate::tail::{Share, Tail};

/// The index as it was at one instant, with what was not committed then. Cheap to clone.
#[derive(Clone)]
pub struct Searcher {
    pub(crate) committed: tantivy::Searcher,
    pub(crate) tail: Tail,
    pub(crate) languages: Arc<[String]>,
    pub(crate) fields: Fields,
}

/// A document that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The document's id.
    pub id: String,
    /// What its text is.
    pub kind: Kind,
    /// The conversation it belongs to, if it belongs to one.
    pub conversation: Option<String>,
    /// When it was written, in UTC milliseconds.
    pub at_millis: i64,
    /// The text's language, where it is known.
    pub language: Option<String>,
    /// The channel that it came by, if it came by one.
    pub channel: Option<String>,
    /// Whether it is in use; of short answers only.
    pub is_published: Option<bool>,
    /// How well it matches (BM25). Comparable within one search only.
    pub score: f32,
    /// The whole text.
    pub text: String,
    /// The byte ranges of `text` that match, in order, between characters.
    pub highlights: Vec<Range<usize>>,
}

/// A document and how well it matches.
struct ScoredDocument {
    score: f32,
    document: Document,
}

impl Searcher {
    /// The best hits, best first; of two equal ones the later, then the smaller id.
    ///
    /// A query without a word gives no hits. Errors come from a damaged or vanished
    /// folder only, never from what is asked.
    pub fn search(&self, query: &Query) -> Result<Vec<Hit>, Error> {
        self.search_within(query, &|_document| true)
    }

    /// As [`Self::search`], of the documents that `is_in` lets through: what it does not is as
    /// if it were not there, save that words are as telling as in all.
    pub fn search_within(
        &self,
        query: &Query,
        is_in: &dyn Fn(&Document) -> bool,
    ) -> Result<Vec<Hit>, Error> {
        let terms = Terms::parse(&query.text);
        let limit = query.limit.min(Query::MAX_LIMIT);
        if terms.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let sources = Sources::open(self)?;
        let lexicon = Lexicon {
            searchers: &sources.engines,
            fields: self.fields,
            languages: &self.languages,
        };
        let mut plan = Plan::first(&query.text, terms, &lexicon)?;
        let find = |plan: &Plan, limit| {
            let sought = Sought {
                engine_query: plan.query(query),
                query,
                limit,
                sources: &sources,
                is_in,
            };
            self.find(&sought)
        };
        let mut documents = find(&plan, limit)?;
        if documents.len() < limit && plan.widen(&lexicon)? {
            let wider = find(&plan, limit + documents.len())?;
            append_below(&mut documents, wider);
            documents.truncate(limit);
        }
        let hits = documents.into_iter().map(|document| document.marked(&plan));
        // Pieces may be in several words; what has no word to show for it is no hit.
        Ok(hits
            .filter(|hit| !plan.has_parts() || !hit.highlights.is_empty())
            .collect())
    }

    /// The best of all sources.
    fn find(&self, sought: &Sought<'_>) -> Result<Vec<ScoredDocument>, Error> {
        let mut documents = self.find_committed(sought)?;
        for share in &sought.sources.shares {
            documents.extend(self.find_uncommitted(sought, share)?);
        }
        documents.sort_by(ScoredDocument::best_first);
        documents.truncate(sought.limit);
        Ok(documents)
    }

    /// The best of a share of what is not committed.
    fn find_uncommitted(
        &self,
        sought: &Sought<'_>,
        share: &Share,
    ) -> Result<Vec<ScoredDocument>, Error> {
        let mut wanted = sought.limit;
        loop {
            let best = sought.best(&share.engine, wanted)?;
            let is_all = best.len() < wanted;
            let documents = best.into_iter().filter_map(|ranked| {
                let number = share.first + ranked.address.doc_id as usize;
                let document = self.tail.document(number)?;
                (sought.is_in)(document).then(|| ScoredDocument {
                    score: ranked.score,
                    document: document.clone(),
                })
            });
            let documents: Vec<ScoredDocument> = documents.collect();
            if is_all || documents.len() >= sought.limit {
                return Ok(documents);
            }
            wanted *= 2;
        }
    }

    /// The best of what is committed and holds still.
    fn find_committed(&self, sought: &Sought<'_>) -> Result<Vec<ScoredDocument>, Error> {
        let mut wanted = sought.limit;
        loop {
            let best = sought.best(&self.committed, wanted)?;
            let is_all = best.len() < wanted;
            let mut documents = Vec::with_capacity(best.len());
            for ranked in best {
                let document = self.committed_document(&ranked)?;
                documents.extend(
                    document
                        .filter(|document| self.tail.len() == 0 || !self.tail.hides(document))
                        .filter(|document| (sought.is_in)(document))
                        .map(|document| ScoredDocument {
                            score: ranked.score,
                            document,
                        }),
                );
            }
            if is_all || documents.len() >= sought.limit {
                return Ok(documents);
            }
            // Some were replaced since, or are none that are wanted: more may be needed.
            wanted *= 2;
        }
    }

    fn committed_document(&self, ranked: &Rank) -> Result<Option<Document>, Error> {
        let encoded: TantivyDocument = self
            .committed
            .doc(ranked.address)
            .map_err(Error::engine("read a hit"))?;
        // A field is missing in no document that the writer made.
        Ok(self.fields.decode(&encoded))
    }
}

/// What is searched: what is committed, and what is not.
struct Sources {
    engines: Vec<tantivy::Searcher>,
    shares: Vec<Share>,
}

impl Sources {
    fn open(searcher: &Searcher) -> Result<Self, Error> {
        let shares = searcher.tail.shares(&searcher.fields)?;
        let tail = shares.iter().map(|share| share.engine.clone());
        let committed = std::iter::once(searcher.committed.clone());
        Ok(Self {
            engines: committed.chain(tail).collect(),
            shares,
        })
    }
}

/// Words are as telling in one source as in all, so that scores compare.
impl Bm25StatisticsProvider for Sources {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let engines = self.engines.iter();
        engines.map(|one| one.total_num_tokens(field)).sum()
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        let engines = self.engines.iter();
        engines.map(Bm25StatisticsProvider::total_num_docs).sum()
    }

    fn doc_freq(&self, term: &tantivy::Term) -> tantivy::Result<u64> {
        self.engines.iter().map(|one| one.doc_freq(term)).sum()
    }
}

/// What is looked up.
struct Sought<'a> {
    engine_query: BooleanQuery,
    query: &'a Query,
    limit: usize,
    sources: &'a Sources,
    is_in: &'a dyn Fn(&Document) -> bool,
}

impl Sought<'_> {
    fn best(&self, engine: &tantivy::Searcher, limit: usize) -> Result<Vec<Rank>, Error> {
        let query = self.query;
        let best = Best::new(query, limit);
        let top = engine.search_with_statistics_provider(&self.engine_query, &best, self.sources);
        top.map_err(Error::engine("search"))
    }
}

impl ScoredDocument {
    fn best_first(a: &Self, b: &Self) -> Ordering {
        let rest = |one: &Self| (one.document.kind, one.document.id.clone());
        b.score
            .total_cmp(&a.score)
            .then_with(|| b.document.at_millis.cmp(&a.document.at_millis))
            .then_with(|| rest(a).cmp(&rest(b)))
    }

    fn is_same(&self, other: &Self) -> bool {
        self.document.kind == other.document.kind && self.document.id == other.document.id
    }

    fn marked(self, plan: &Plan) -> Hit {
        let Self { score, document } = self;
        Hit {
            highlights: plan
                .marks
                .ranges(&document.text, document.language.as_deref()),
            id: document.id,
            kind: document.kind,
            conversation: document.conversation,
            at_millis: document.at_millis,
            language: document.language,
            channel: document.channel,
            is_published: document.is_published,
            score,
            text: document.text,
        }
    }
}

/// Appends what was found less strictly, with scores below the last of `documents`.
fn append_below(documents: &mut Vec<ScoredDocument>, wider: Vec<ScoredDocument>) {
    let strict = documents.len();
    let ceiling = documents.last().map(|last| last.score);
    for mut one in wider {
        let strictly = documents.get(..strict).unwrap_or_default();
        if strictly.iter().any(|old| old.is_same(&one)) {
            continue;
        }
        if let Some(ceiling) = ceiling {
            one.score = ceiling * one.score / (1.0 + one.score);
        }
        documents.push(one);
    }
}

#[cfg(test)]
mod tests;
