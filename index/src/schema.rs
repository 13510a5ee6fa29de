//! The fields of the index, and the version that names their layout.
//!
//! Whoever changes a field, what is written in one or how words are cut raises
//! [`VERSION`]: an index of another version is rebuilt, never read. Used by the writer and the searcher.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::{PreTokenizedString, TextAnalyzer, Token, TokenizerManager};
use tantivy::{TantivyDocument, Term};

use crate::document::{Document, Kind};
use crate::pieces::Pieces;
use crate::stems::Stemming;
use crate::tokens::{analyser, words};

/// The version of the fields and of the words in them.
pub(crate) const VERSION: &str = "5";

/// The name of the analyser of [`crate::tokens`].
const WORDS: &str = "words";

/// The name of the analyser of [`crate::pieces`].
const PIECES: &str = "pieces";

/// The name of the instant's column, by which equal matches are ordered.
pub(crate) const AT_MILLIS: &str = "at_millis";
/// The name of the kind's column.
pub(crate) const KIND: &str = "kind";
/// The name of the language's column.
pub(crate) const LANGUAGE: &str = "language";
/// The name of the channel's column.
pub(crate) const CHANNEL: &str = "channel";

/// The analysers that the fields name.
pub(crate) fn analysers() -> TokenizerManager {
    let analysers = TokenizerManager::default();
    analysers.register(WORDS, analyser());
    analysers.register(PIECES, TextAnalyzer::builder(Pieces).build());
    analysers
}

/// The fields of a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// Kind and id in one, by which a document is replaced.
    key: Field,
    id: Field,
    kind: Field,
    conversation: Field,
    at_millis: Field,
    /// The language, as the stems were made by.
    pub(crate) language: Field,
    channel: Field,
    is_published: Field,
    /// The words and, stored, the text itself.
    pub(crate) text: Field,
    /// The stems of the words.
    pub(crate) stems: Field,
    /// The pieces of the words, of kinds that have any.
    pub(crate) pieces: Field,
}

impl Fields {
    /// The schema and its fields.
    pub(crate) fn new() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let indexing = |analyser: &str, option| {
            TextFieldIndexing::default()
                .set_tokenizer(analyser)
                .set_index_option(option)
        };
        let words = indexing(WORDS, IndexRecordOption::WithFreqsAndPositions);
        let stems = indexing(WORDS, IndexRecordOption::WithFreqs);
        let pieces = indexing(PIECES, IndexRecordOption::Basic).set_fieldnorms(false);
        let only = |indexing| TextOptions::default().set_indexing_options(indexing);
        let fields = Self {
            key: schema.add_text_field("key", STRING),
            id: schema.add_text_field("id", STORED),
            kind: schema.add_text_field(KIND, STRING | STORED | FAST),
            conversation: schema.add_text_field("conversation", STRING | STORED),
            at_millis: schema.add_i64_field(AT_MILLIS, STORED | FAST),
            language: schema.add_text_field(LANGUAGE, STRING | STORED | FAST),
            channel: schema.add_text_field(CHANNEL, STORED | FAST),
            is_published: schema.add_bool_field("is_published", STORED),
            text: schema.add_text_field("text", only(words).set_stored()),
            stems: schema.add_text_field("stems", only(stems)),
            pieces: schema.add_text_field("pieces", only(pieces)),
        };
        (schema.build(), fields)
    }

    /// The term that names one document.
    pub(crate) fn key_term(&self, kind: Kind, id: &str) -> Term {
        Term::from_field_text(self.key, &key(kind, id))
    }

    /// The term that names all documents of a conversation.
    pub(crate) fn conversation_term(&self, conversation: &str) -> Term {
        Term::from_field_text(self.conversation, conversation)
    }

    /// The form in which the engine takes a document.
    pub(crate) fn encode(&self, document: &Document) -> TantivyDocument {
        let mut encoded = TantivyDocument::default();
        encoded.add_text(self.key, key(document.kind, &document.id));
        encoded.add_text(self.id, &document.id);
        encoded.add_text(self.kind, document.kind.name());
        encoded.add_i64(self.at_millis, document.at_millis);
        for (field, value) in [
            (self.conversation, &document.conversation),
            (self.language, &document.language),
            (self.channel, &document.channel),
        ] {
            if let Some(value) = value {
                encoded.add_text(field, value);
            }
        }
        if let Some(is_published) = document.is_published {
            encoded.add_bool(self.is_published, is_published);
        }
        encoded.add_text(self.text, &document.text);
        encoded.add_pre_tokenized_text(self.stems, stems(document));
        if document.kind.has_pieces() {
            encoded.add_text(self.pieces, &document.text);
        }
        encoded
    }

    /// The document that [`Self::encode`] was given; none when a field is missing.
    pub(crate) fn decode(&self, encoded: &TantivyDocument) -> Option<Document> {
        let text = |field: Field| {
            let value = encoded.get_first(field)?;
            value.as_str().map(str::to_owned)
        };
        Some(Document {
            id: text(self.id)?,
            kind: Kind::parse(&text(self.kind)?)?,
            conversation: text(self.conversation),
            at_millis: encoded.get_first(self.at_millis)?.as_i64()?,
            language: text(self.language),
            channel: text(self.channel),
            is_published: encoded
                .get_first(self.is_published)
                .and_then(|value| value.as_bool()),
            text: text(self.text)?,
        })
    }
}

/// The stems in the form in which the engine takes them.
fn stems(document: &Document) -> PreTokenizedString {
    let mut stemming = Stemming::of(document.language.as_deref());
    let stems = stemming.stems(&words(&document.text, usize::MAX));
    let token = |(position, text)| Token {
        text,
        position,
        ..Token::default()
    };
    let stems = stems.into_iter().map(|stem| stem.text).enumerate();
    PreTokenizedString {
        text: String::new(),
        tokens: stems.map(token).collect(),
    }
}

/// Kind and id in one.
pub(crate) fn key(kind: Kind, id: &str) -> String {
    format!("{}:{id}", kind.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_comes_back_as_it_was() {
        let (_schema, fields) = Fields::new();
        for language in [None, Some("de".to_owned())] {
            let document = Document {
                id: "m:1".into(),
                kind: Kind::Question,
                conversation: language.clone(),
                at_millis: -5,
                language: language.clone(),
                is_published: language.as_ref().map(|_| false),
                channel: language,
                text: "\u{0}Straße 👍".into(),
            };
            assert_eq!(fields.decode(&fields.encode(&document)), Some(document));
        }
    }
}
