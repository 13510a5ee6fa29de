//! From the words that are asked to the terms that are looked up, in two steps.
//!
//! First whole words and their stems, and what a word that is in no document was likely
//! meant as. Only where that finds too few are all words taken less strictly; what is
//! found then ranks below, so nothing is lost by not looking there before. Built by the
//! searcher for each search.
//!
//! A word that is in no document, or hardly in any, is taken for a slip at once. Slips and
//! parts rank below whole words, so looking for them among enough hits could change nothing.

use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhrasePrefixQuery, PhraseQuery,
    Query as EngineQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use crate::error::Error;
use crate::expand::{beginning_with, spelt_alike};
use crate::highlight::Marks;
use crate::language::by_small_words;
use crate::pieces::needed;
use crate::query::{Code, Ending, Phrase, Query, Terms};
use crate::schema::Fields;
use crate::stems::Stemming;
use crate::tokens::{Word, is_ideograph};

/// What a word counts as it was asked, by its stem, as the beginning of another, as
/// another that is spelt nearly so, and as a part of one.
const EXACT: f32 = 1.0;
const STEM: f32 = 0.5;
const BEGINNING: f32 = 0.5;
const ALIKE: f32 = 0.4;
const PART: f32 = 0.2;

/// A word that fewer than one in so many documents have is rare.
const RARE: u64 = 2_000;

/// Words that may end a code, of all that begin alike.
const MAX_ENDINGS: u32 = 2_000;

/// A rare word is likely a slip if another that is spelt alike is so much more frequent.
const SLIP: u64 = 20;

/// The words that are known, of all that is searched.
pub(crate) struct Lexicon<'a> {
    pub(crate) searchers: &'a [Searcher],
    pub(crate) fields: Fields,
    /// The languages that most documents are in.
    pub(crate) languages: &'a [String],
}

impl Lexicon<'_> {
    fn documents(&self) -> u64 {
        self.searchers.iter().map(Searcher::num_docs).sum()
    }

    fn documents_with(&self, field: Field, text: &str) -> Result<u64, Error> {
        let term = Term::from_field_text(field, text);
        let counts = self.searchers.iter().map(|one| one.doc_freq(&term));
        let sum: tantivy::Result<u64> = counts.sum();
        sum.map_err(Error::engine("look up a word"))
    }
}

/// What is looked up, and what is marked where it is found.
pub(crate) struct Plan {
    fields: Fields,
    phrases: Vec<Phrase>,
    codes: Vec<Code>,
    terms: Vec<(Field, String, f32)>,
    parts: Vec<Vec<String>>,
    /// Words that may be taken less strictly.
    words: Vec<Word>,
    prefix: Option<String>,
    pub(crate) marks: Marks,
}

impl Plan {
    /// What is looked up first.
    pub(crate) fn first(text: &str, terms: Terms, lexicon: &Lexicon<'_>) -> Result<Self, Error> {
        let mut plan = Self {
            fields: lexicon.fields,
            terms: Vec::new(),
            parts: Vec::new(),
            words: Vec::new(),
            prefix: terms.prefix,
            marks: Marks {
                phrases: terms.phrases.clone(),
                codes: terms.codes.clone(),
                ..Marks::default()
            },
            phrases: terms.phrases,
            codes: terms.codes,
        };
        let tag = by_small_words(text);
        let mut stemmings = stemmings(tag, lexicon.languages);
        plan.push_characters(&terms.words);
        let is_character = |word: &Word| word.plain.starts_with(is_ideograph);
        let words = terms.words.into_iter().filter(|word| !is_character(word));
        let words = telling(words.collect(), tag, &mut stemmings);
        for word in words {
            plan.push_word(word, &mut stemmings, lexicon)?;
        }
        Ok(plan)
    }

    /// Takes all words less strictly; false when that changes nothing.
    pub(crate) fn widen(&mut self, lexicon: &Lexicon<'_>) -> Result<bool, Error> {
        if !self.phrases.is_empty() {
            return Ok(false);
        }
        let before = (self.terms.len(), self.parts.len());
        for word in std::mem::take(&mut self.words) {
            self.push_alike(&word, 0, lexicon)?;
            self.push_part(&word);
        }
        Ok(before != (self.terms.len(), self.parts.len()))
    }

    /// Whether something may be found that only looks as if it had a part.
    pub(crate) const fn has_parts(&self) -> bool {
        !self.parts.is_empty()
    }

    /// Characters that mean words are looked up by pairs, one alone as it is.
    fn push_characters(&mut self, words: &[Word]) {
        let mut stemming = Stemming::of(None);
        let is_character = |word: &&Word| word.plain.starts_with(is_ideograph);
        let characters: Vec<Word> = words.iter().filter(is_character).cloned().collect();
        let pairs = stemming.stems(&characters);
        for word in &characters {
            let is_paired =
                |pair: &crate::stems::Stem| pair.from <= word.from && word.to <= pair.to;
            if !pairs.iter().any(is_paired) {
                self.push_term(self.fields.text, &word.folded, EXACT);
            }
        }
        for pair in pairs {
            self.push_term(self.fields.stems, &pair.text, EXACT);
        }
    }

    fn push_word(
        &mut self,
        word: Word,
        stemmings: &mut [Stemming],
        lexicon: &Lexicon<'_>,
    ) -> Result<(), Error> {
        let fields = lexicon.fields;
        let mut count = lexicon.documents_with(fields.text, &word.folded)?;
        self.push_term(fields.text, &word.folded, EXACT);
        for stemming in stemmings {
            for stem in stemming.stems(std::slice::from_ref(&word)) {
                count = count.max(lexicon.documents_with(fields.stems, &stem.text)?);
                self.push_term(fields.stems, &stem.text, STEM);
            }
        }
        if count.saturating_mul(RARE) < lexicon.documents() || count == 0 {
            let is_found = self.push_alike(&word, count.saturating_mul(SLIP), lexicon)?;
            if count == 0 && !is_found {
                self.push_part(&word);
            }
        }
        self.words.push(word);
        Ok(())
    }

    /// Looks up what a word may have been meant as, if more than `least` documents have it.
    fn push_alike(
        &mut self,
        word: &Word,
        least: u64,
        lexicon: &Lexicon<'_>,
    ) -> Result<bool, Error> {
        let (searchers, text) = (lexicon.searchers, lexicon.fields.text);
        let is_last = self.prefix.as_ref() == Some(&word.folded);
        let mut words = Vec::new();
        if is_last {
            let beginning = beginning_with(searchers, text, &word.folded)?;
            words.extend(
                beginning
                    .into_iter()
                    .map(|(other, n)| (other, n, BEGINNING)),
            );
        }
        let alike = spelt_alike(searchers, text, &word.folded)?;
        words.extend(alike.into_iter().map(|(other, n)| (other, n, ALIKE)));
        words.retain(|(_, documents, _)| *documents > least);
        for (other, _, weight) in &words {
            self.push_term(text, other, *weight);
        }
        Ok(!words.is_empty())
    }

    fn push_part(&mut self, word: &Word) {
        let pieces = needed(&word.folded);
        if !pieces.is_empty() && !self.parts.contains(&pieces) {
            self.parts.push(pieces);
            self.marks.parts.push(word.folded.clone());
        }
    }

    /// Looks a term up, once.
    fn push_term(&mut self, field: Field, text: &str, weight: f32) {
        let is_same = |(old, other, _): &(Field, String, f32)| *old == field && other == text;
        if self.terms.iter().any(is_same) {
            return;
        }
        let marks = if field == self.fields.stems {
            &mut self.marks.stems
        } else {
            &mut self.marks.words
        };
        marks.insert(text.to_owned());
        self.terms.push((field, text.to_owned(), weight));
    }

    /// The engine's form of it, within a query's conversation.
    pub(crate) fn query(&self, query: &Query) -> BooleanQuery {
        let fields = self.fields;
        let mut clauses: Vec<Clause> = Vec::new();
        if let Some(conversation) = &query.conversation {
            let term = fields.conversation_term(conversation);
            let within = TermQuery::new(term, IndexRecordOption::Basic);
            clauses.push((
                Occur::Must,
                Box::new(ConstScoreQuery::new(Box::new(within), 0.0)),
            ));
        }
        for words in &self.phrases {
            clauses.push((Occur::Must, phrase(words, fields)));
        }
        let words = self.terms.iter().map(|(field, text, weight)| {
            let term = term(*field, text);
            Box::new(BoostQuery::new(term, *weight)) as Box<dyn EngineQuery>
        });
        let parts = self.parts.iter().map(|pieces| part(pieces, fields));
        let codes = self.codes.iter().map(|one| code(one, fields));
        let mut wanted: Vec<Clause> = words
            .chain(parts)
            .chain(codes)
            .map(|clause| (Occur::Should, clause))
            .collect();
        if !clauses.is_empty() && self.phrases.is_empty() {
            // Next to a condition the words would be mere wishes: as one clause they must
            // match, and each of them need not.
            wanted = vec![(Occur::Must, Box::new(BooleanQuery::new(wanted)))];
        }
        clauses.extend(wanted);
        BooleanQuery::new(clauses)
    }
}

type Clause = (Occur, Box<dyn EngineQuery>);

fn term(field: Field, text: &str) -> Box<dyn EngineQuery> {
    let term = Term::from_field_text(field, text);
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn phrase(words: &Phrase, fields: Fields) -> Box<dyn EngineQuery> {
    match words.as_slice() {
        [(_, word)] => term(fields.text, word),
        words => {
            let terms = words
                .iter()
                .map(|(at, word)| (*at, Term::from_field_text(fields.text, word)));
            Box::new(PhraseQuery::new_with_offset(terms.collect()))
        }
    }
}

/// A code as it stands, or begins.
fn code(code: &Code, fields: Fields) -> Box<dyn EngineQuery> {
    if code.ending == Ending::Whole {
        return phrase(&code.words, fields);
    }
    let words = code.words.iter();
    let terms = words.map(|(at, word)| (*at, Term::from_field_text(fields.text, word)));
    let mut query = PhrasePrefixQuery::new_with_offset(terms.collect());
    query.set_max_expansions(MAX_ENDINGS);
    Box::new(query)
}

fn part(pieces: &[String], fields: Fields) -> Box<dyn EngineQuery> {
    let pieces = pieces.iter().map(|piece| {
        let term = Term::from_field_text(fields.pieces, piece);
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        (Occur::Must, Box::new(query) as Box<dyn EngineQuery>)
    });
    let all = BooleanQuery::new(pieces.collect());
    Box::new(ConstScoreQuery::new(Box::new(all), PART))
}

/// How words are stemmed: in the language that they tell, else in all that documents have.
fn stemmings(language: Option<&str>, languages: &[String]) -> Vec<Stemming> {
    match language {
        // What is written in one of these is easily taken for another.
        Some("nb" | "da" | "sv") => ["nb", "da", "sv"].map(|tag| Stemming::of(Some(tag))).into(),
        Some(tag) => vec![Stemming::of(Some(tag))],
        None => {
            let stemmings = languages.iter().map(|tag| Stemming::of(Some(tag)));
            std::iter::once(Stemming::of(None))
                .chain(stemmings)
                .collect()
        }
    }
}

/// The words that tell something; all where none does.
fn telling(words: Vec<Word>, language: Option<&str>, stemmings: &mut [Stemming]) -> Vec<Word> {
    if language.is_none() {
        return words;
    }
    let mut is_stop = |word: &Word| stemmings.iter_mut().any(|one| one.is_stop(word));
    let rare: Vec<Word> = words
        .iter()
        .filter(|word| !is_stop(word))
        .cloned()
        .collect();
    if rare.is_empty() { words } else { rare }
}
