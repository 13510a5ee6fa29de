//! The fields of the index, and the version that names their layout.
//!
//! Whoever changes a field or how words are cut raises [`VERSION`]: an index of
//! another version is rebuilt, never read. Used by the writer and the searcher.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::{TantivyDocument, Term};

use crate::document::{Document, Kind};

/// The version of the fields and of the words in them.
pub(crate) const VERSION: &str = "1";

/// The name of the analyser of [`crate::tokens`].
pub(crate) const ANALYSER: &str = "words";

/// The name of the instant's column, by which equal matches are ordered.
pub(crate) const AT_MILLIS: &str = "at_millis";

/// The fields of a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// Kind and id in one, by which a document is replaced.
    key: Field,
    id: Field,
    kind: Field,
    conversation: Field,
    at_millis: Field,
    language: Field,
    /// The words and, stored, the text itself.
    pub(crate) text: Field,
}

impl Fields {
    /// The schema and its fields.
    pub(crate) fn new() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let words = TextFieldIndexing::default()
            .set_tokenizer(ANALYSER)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text = TextOptions::default()
            .set_indexing_options(words)
            .set_stored();
        let fields = Self {
            key: schema.add_text_field("key", STRING),
            id: schema.add_text_field("id", STORED),
            kind: schema.add_text_field("kind", STRING | STORED),
            conversation: schema.add_text_field("conversation", STRING | STORED),
            at_millis: schema.add_i64_field(AT_MILLIS, STORED | FAST),
            language: schema.add_text_field("language", STRING | STORED),
            text: schema.add_text_field("text", text),
        };
        (schema.build(), fields)
    }

    /// The term that names one document.
    pub(crate) fn key_term(&self, kind: Kind, id: &str) -> Term {
        Term::from_field_text(self.key, &key(kind, id))
    }

    /// The term that names all documents of a kind.
    pub(crate) fn kind_term(&self, kind: Kind) -> Term {
        Term::from_field_text(self.kind, kind.name())
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
        encoded.add_text(self.conversation, &document.conversation);
        encoded.add_i64(self.at_millis, document.at_millis);
        if let Some(language) = &document.language {
            encoded.add_text(self.language, language);
        }
        encoded.add_text(self.text, &document.text);
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
            conversation: text(self.conversation)?,
            at_millis: encoded.get_first(self.at_millis)?.as_i64()?,
            language: text(self.language),
            text: text(self.text)?,
        })
    }
}

fn key(kind: Kind, id: &str) -> String {
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
                conversation: "c".into(),
                at_millis: -5,
                language,
                text: "\u{0}Straße 👍".into(),
            };
            assert_eq!(fields.decode(&fields.encode(&document)), Some(document));
        }
    }
}
