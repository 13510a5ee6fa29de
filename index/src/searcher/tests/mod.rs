//! What a search finds, and in which order.

mod forms;
mod fresh;
mod order;

use super::*;
use crate::{Document, Index, Writer};

fn document(id: &str, text: &str) -> Document {
    Document {
        id: id.into(),
        kind: Kind::Message,
        conversation: Some(format!("c-{id}")),
        at_millis: 0,
        language: None,
        channel: None,
        is_published: None,
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

fn ids_of(index: &Index, text: &str) -> Vec<String> {
    ids(index, &Query::text(text, 10))
}

/// What is marked first.
fn first_mark(hit: &Hit) -> &str {
    hit.text.get(hit.highlights[0].clone()).unwrap()
}

/// Both ways to look for the same: not committed yet, and committed.
fn tail_and_committed(texts: &[(&str, &str)]) -> [(Index, Writer); 2] {
    let (index, mut writer) = index_of(&[]);
    for (id, text) in texts {
        writer.add(&document(id, text)).unwrap();
    }
    [(index, writer), index_of(texts)]
}
