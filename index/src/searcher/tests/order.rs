//! Which of the hits come first, and what narrows them.

use super::*;

#[test]
fn words_are_alternatives_and_more_of_them_rank_higher() {
    let (index, _writer) = index_of(&[
        ("one", "the refund is late"),
        ("both", "the refund of my order is late"),
        ("none", "hello there"),
    ]);
    assert_eq!(ids_of(&index, "order refund"), ["both", "one"]);
}

#[test]
fn a_phrase_must_occur_and_other_words_only_rank() {
    let (index, _writer) = index_of(&[
        ("far", "a card as a gift"),
        ("near", "my gift card"),
        ("best", "gift card lost"),
    ]);
    assert_eq!(ids_of(&index, "lost \"Gift card\""), ["best", "near"]);
    assert!(ids_of(&index, "lost \"card gift\"").is_empty());
    assert_eq!(ids_of(&index, "\"lost\" gift"), ["best"]);
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
    assert_eq!(ids_of(&index, "refund"), ["whole", "longer"]);
    assert_eq!(ids_of(&index, "refu back"), ["whole"]);
    assert!(ids_of(&index, "r").is_empty());
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
    assert_eq!(ids_of(&index, "hello"), ["new", "a", "b", "old"]);
    assert_eq!(ids_of(&index, "hell"), ["new", "a", "b", "old"]);
}

#[test]
fn the_best_of_many_segments_are_the_first_of_all_that_is_found() {
    let (index, mut writer) = index_of(&[]);
    for place in 0..600_i64 {
        // Some words are common, some rare, and many texts are equal but for their instants.
        let refunds = "refund ".repeat(usize::try_from(place * 7 % 4).unwrap());
        let parcel = if place % 29 == 3 { "parcel lost " } else { "" };
        let rest = "and so on ".repeat(usize::try_from(place % 3).unwrap());
        let text = format!("{refunds}{parcel}order {rest}");
        let document = Document {
            at_millis: place * 11 % 97,
            ..document(&format!("m{place:03}"), &text)
        };
        writer.add(&document).unwrap();
        if place % 60 == 59 {
            writer.commit(u64::try_from(place).unwrap()).unwrap();
        }
    }
    for words in [
        "refund",
        "parcel refund",
        "order",
        "lost refund order",
        "refu",
    ] {
        let all = ids(&index, &Query::text(words, 600));
        for limit in [1, 5, 10, 70] {
            let best = ids(&index, &Query::text(words, limit));
            assert_eq!(
                best,
                all.get(..limit.min(all.len())).unwrap(),
                "{words}, {limit}"
            );
        }
    }
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
