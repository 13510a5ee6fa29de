//! What was just written, replaced or deleted, before its commit and after it.

use super::*;

#[test]
fn a_document_is_found_before_its_commit_and_once_after_it() {
    let (index, mut writer) = index_of(&[]);
    let before = index.searcher();
    writer.add(&document("m1", "Where is my order?")).unwrap();
    assert_eq!(ids_of(&index, "order"), ["m1"]);
    writer.commit(2).unwrap();
    assert_eq!(ids_of(&index, "ORDER"), ["m1"]);
    let frozen = before.search(&Query::text("order", 10)).unwrap();
    assert!(frozen.is_empty());
}

#[test]
fn what_is_not_committed_ranks_as_it_will_after_it() {
    let texts: Vec<(String, String)> = (0..300)
        .map(|n| {
            let more = ["late", "lost order", "broken and late order of mine"][n % 3];
            (n.to_string(), format!("parcel {n} is {more}"))
        })
        .collect();
    let (index, mut writer) = index_of(&[]);
    for (at_millis, (id, text)) in (0..).zip(&texts) {
        let one = Document {
            at_millis,
            ..document(id, text)
        };
        writer.add(&one).unwrap();
    }
    let look = |text: &str| index.searcher().search(&Query::text(text, 20)).unwrap();
    let queries = [
        "order",
        "lost late",
        "brokken",
        "\"late order\"",
        "parcel 77",
    ];
    let before: Vec<Vec<Hit>> = queries.iter().map(|text| look(text)).collect();
    writer.commit(2).unwrap();
    for (text, before) in queries.iter().zip(before) {
        assert!(!before.is_empty(), "{text}");
        assert_eq!(look(text), before, "{text}");
    }
}

#[test]
fn what_was_replaced_or_deleted_is_gone_before_the_commit() {
    let (index, mut writer) = index_of(&[("1", "old words"), ("2", "old words"), ("3", "old")]);
    writer.add(&document("1", "new words")).unwrap();
    writer.add(&document("1", "newest words")).unwrap();
    writer.delete(Kind::Message, "2").unwrap();
    writer.delete_conversation("c-3").unwrap();
    for _ in 0..2 {
        assert!(ids_of(&index, "old").is_empty());
        assert_eq!(ids_of(&index, "words"), ["1"]);
        writer.commit(2).unwrap();
    }
    writer.add(&document("3", "back again")).unwrap();
    writer.add(&document("4", "back again")).unwrap();
    writer.delete(Kind::Message, "4").unwrap();
    assert_eq!(ids_of(&index, "back"), ["3"]);
    writer.delete_conversation("c-3").unwrap();
    assert!(ids_of(&index, "back").is_empty());
    writer.commit(3).unwrap();
    assert!(ids_of(&index, "back").is_empty());
}

#[test]
fn many_changes_before_a_commit_leave_the_right_ones() {
    let (index, mut writer) = index_of(&[]);
    for n in 0..400 {
        writer
            .add(&document(&n.to_string(), &format!("word{n} common")))
            .unwrap();
    }
    writer.commit(1).unwrap();
    for n in 0..390 {
        writer
            .add(&document(&n.to_string(), &format!("other{n}")))
            .unwrap();
        if n % 150 == 0 {
            assert_eq!(ids_of(&index, &format!("other{n}")), [n.to_string()]);
        }
    }
    let mut left = ids(&index, &Query::text("common", 10));
    left.sort_by_key(|id| id.parse::<u32>().unwrap());
    let expected: Vec<String> = (390..400).map(|n| n.to_string()).collect();
    assert_eq!(left, expected);
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
    assert!(ids_of(&index, "old").is_empty());
    let hits = index.searcher().search(&Query::text("words", 10)).unwrap();
    let mut texts: Vec<&str> = hits.iter().map(|hit| hit.text.as_str()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["newest words", "words of a question"]);
}

#[test]
fn a_deleted_conversation_is_not_found() {
    let (index, mut writer) = index_of(&[("1", "hello"), ("2", "hello")]);
    writer.add(&document("3", "hello")).unwrap();
    writer.delete_conversation("c-1").unwrap();
    writer.delete_conversation("c-3").unwrap();
    writer.commit(2).unwrap();
    assert_eq!(ids_of(&index, "hello"), ["2"]);
}

#[test]
fn what_is_written_while_a_commit_is_made_belongs_to_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    let index = Index::open(dir.path()).unwrap();
    let mut writer = index.writer().unwrap();
    for (id, text) in [("1", "one apple"), ("2", "two apples"), ("3", "three")] {
        writer.add(&document(id, text)).unwrap();
    }
    writer.begin_commit(7).unwrap();
    writer.add(&document("3", "three apples")).unwrap();
    writer.delete(Kind::Message, "1").unwrap();
    writer.delete_conversation("c-2").unwrap();
    writer.add(&document("4", "four apples")).unwrap();
    let found = || {
        let mut found = ids_of(&index, "apples");
        found.sort();
        found
    };
    assert_eq!(found(), ["3", "4"]);
    assert!(writer.end_commit().unwrap());
    assert!(!writer.end_commit().unwrap(), "there is none any more");
    assert_eq!(index.committed_position().unwrap(), Some(7));
    assert_eq!(found(), ["3", "4"]);
    // Durable is what was there when it began.
    writer.begin_commit(8).unwrap();
    drop(writer);
    drop(index);
    let index = Index::open(dir.path()).unwrap();
    assert_eq!(index.committed_position().unwrap(), Some(8));
    let mut found = ids_of(&index, "apples");
    found.sort();
    assert_eq!(found, ["3", "4"]);
}
