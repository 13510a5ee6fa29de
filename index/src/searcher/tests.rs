//! What a search finds, and in which order.

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

fn found(index: &Index, text: &str) -> Vec<String> {
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

#[test]
fn a_document_is_found_before_its_commit_and_once_after_it() {
    let (index, mut writer) = index_of(&[]);
    let before = index.searcher();
    writer.add(&document("m1", "Where is my order?")).unwrap();
    assert_eq!(found(&index, "order"), ["m1"]);
    writer.commit(2).unwrap();
    assert_eq!(found(&index, "ORDER"), ["m1"]);
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
    writer.delete(Kind::Message, "2");
    writer.delete_conversation("c-3");
    for _ in 0..2 {
        assert!(found(&index, "old").is_empty());
        assert_eq!(found(&index, "words"), ["1"]);
        writer.commit(2).unwrap();
    }
    writer.add(&document("3", "back again")).unwrap();
    writer.add(&document("4", "back again")).unwrap();
    writer.delete(Kind::Message, "4");
    assert_eq!(found(&index, "back"), ["3"]);
    writer.delete_conversation("c-3");
    assert!(found(&index, "back").is_empty());
    writer.commit(3).unwrap();
    assert!(found(&index, "back").is_empty());
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
            assert_eq!(found(&index, &format!("other{n}")), [n.to_string()]);
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
fn the_best_of_many_segments_are_the_first_of_all_that_is_found() {
    let (index, mut writer) = index_of(&[]);
    for place in 0..600_i64 {
        // Some words are common, some rare, and many texts are equal but for their instants.
        let refunds = "refund ".repeat(usize::try_from(place * 7 % 4).unwrap());
        let parcel = if place % 29 == 3 { "parcel lost " } else { "" };
        let rest = "and so on ".repeat(usize::try_from(place % 3).unwrap());
        let text = format!("{refunds}{parcel}order {rest}");
        let told = Document {
            at_millis: place * 11 % 97,
            ..document(&format!("m{place:03}"), &text)
        };
        writer.add(&told).unwrap();
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

#[test]
fn other_forms_of_a_word_are_found_below_the_word_and_marked() {
    for (index, _writer) in tail_and_committed(&[
        ("form", "Two refunds were promised to us"),
        ("word", "A refund was promised to us"),
        ("none", "Where is it?"),
    ]) {
        let hits = index.searcher().search(&Query::text("refund", 10)).unwrap();
        let marked: Vec<(&str, &str)> = hits
            .iter()
            .map(|hit| (hit.id.as_str(), first_mark(hit)))
            .collect();
        assert_eq!(marked, [("word", "refund"), ("form", "refunds")]);
    }
}

#[test]
fn forms_are_found_in_the_language_of_the_text() {
    for (index, _writer) in tail_and_committed(&[
        ("de", "Ich habe zwei Rechnungen bekommen und nicht eine"),
        ("nb", "Hvorfor har jeg ikke fått pakkene mine ennå?"),
        ("fi", "Missä minun tilaukseni on ja miksi se ei ole täällä?"),
    ]) {
        assert_eq!(found(&index, "Rechnung"), ["de"]);
        assert_eq!(found(&index, "Wo ist meine Rechnung?"), ["de"]);
        assert_eq!(found(&index, "Hvor er pakken min?"), ["nb"]);
    }
}

#[test]
fn a_slip_finds_the_word_and_the_word_finds_slips_below_itself() {
    for (index, _writer) in tail_and_committed(&[
        ("slip", "my invioce is missing"),
        (
            "right",
            "the invoice that I wanted to have sent to me at last is missing",
        ),
        (
            "other",
            "the parcel that I wanted to have sent to me at last is missing",
        ),
        ("far", "I was invited"),
        ("number", "order 12345678"),
    ]) {
        assert_eq!(found(&index, "invoice"), ["right", "slip"]);
        assert_eq!(found(&index, "invoicce"), ["right"]);
        assert_eq!(found(&index, "invoyse x"), Vec::<String>::new());
        let found_with = found(&index, "missing invoicce");
        let place = |id: &str| found_with.iter().position(|found| found == id);
        assert!(place("right") < place("other"), "{found_with:?}");
        assert_eq!(found(&index, "12345679"), Vec::<String>::new());
        let hits = index
            .searcher()
            .search(&Query::text("invocie", 10))
            .unwrap();
        assert_eq!(first_mark(&hits[0]), "invoice");
    }
}

#[test]
fn two_letters_may_be_wrong_in_long_words_only() {
    for (index, _writer) in tail_and_committed(&[("long", "subscription"), ("short", "order")]) {
        assert_eq!(found(&index, "subskriptoin"), ["long"]);
        assert_eq!(found(&index, "ordder"), ["short"]);
        assert!(found(&index, "odrrer").is_empty());
    }
}

#[test]
fn a_part_of_a_compound_finds_it_and_marks_it() {
    let question = |id: &str, text: &str| Document {
        kind: Kind::Question,
        ..document(id, text)
    };
    let (index, mut writer) = index_of(&[]);
    let texts = [
        ("compound", "Wo ist die Stromrechnung?"),
        ("pieces", "Strom oder rechnen, nung"),
        ("word", "Eine Rechnung zum Strom"),
    ];
    for (id, text) in texts {
        writer.add(&question(id, text)).unwrap();
    }
    for _ in 0..2 {
        let hits = index
            .searcher()
            .search(&Query::text("Rechnung", 10))
            .unwrap();
        let marked: Vec<(&str, &str)> = hits
            .iter()
            .map(|hit| (hit.id.as_str(), first_mark(hit)))
            .filter(|(id, _)| *id != "pieces")
            .collect();
        assert_eq!(
            marked,
            [("word", "Rechnung"), ("compound", "Stromrechnung")]
        );
        assert_eq!(found(&index, "omrech"), ["compound"]);
        writer.commit(1).unwrap();
    }
}

#[test]
fn scripts_without_spaces_are_found_by_neighbours() {
    for (index, _writer) in tail_and_committed(&[
        ("refund", "我要退款"),
        ("apart", "退出和付款"),
        ("korean", "배송이 늦어요"),
    ]) {
        assert_eq!(found(&index, "退款"), ["refund"]);
        assert_eq!(found(&index, "배송"), ["korean"]);
        assert_eq!(found(&index, "款").len(), 2);
        let hits = index.searcher().search(&Query::text("退款", 10)).unwrap();
        assert_eq!(first_mark(&hits[0]), "退款");
    }
}

#[test]
fn small_words_count_only_where_there_is_nothing_else() {
    for (index, _writer) in tail_and_committed(&[
        ("small", "where is the one that is on the way"),
        ("order", "my order came"),
    ]) {
        assert_eq!(found(&index, "where is the order"), ["order"]);
        assert_eq!(found(&index, "where is the"), ["small"]);
    }
}

#[test]
fn languages_channels_and_dates_narrow_what_is_found() {
    let (index, mut writer) = index_of(&[]);
    let told = [("de", "chat"), ("en", "email"), ("de", "email")];
    for (n, (language, channel)) in (0_i64..).zip(told) {
        let one = Document {
            language: Some(language.into()),
            channel: Some(channel.into()),
            at_millis: n * 10,
            ..document(&n.to_string(), "Paket parcel")
        };
        writer.add(&one).unwrap();
    }
    writer.add(&document("bare", "parcel")).unwrap();
    let narrowed = |narrow: &dyn Fn(&mut Query)| {
        let mut query = Query::text("parcel", 10);
        narrow(&mut query);
        let mut found = ids(&index, &query);
        found.sort_unstable();
        found.join(" ")
    };
    for _ in 0..2 {
        assert_eq!(narrowed(&|_| {}), "0 1 2 bare");
        assert_eq!(
            narrowed(&|query| query.languages = vec!["de".into()]),
            "0 2"
        );
        assert_eq!(
            narrowed(&|query| query.channels = vec!["email".into()]),
            "1 2"
        );
        let both = |query: &mut Query| {
            query.languages = vec!["de".into(), "sv".into()];
            query.channels = vec!["email".into()];
        };
        assert_eq!(narrowed(&both), "2");
        assert_eq!(narrowed(&|query| query.channels = vec!["fax".into()]), "");
        assert_eq!(narrowed(&|query| query.from_millis = Some(10)), "1 2");
        assert_eq!(narrowed(&|query| query.to_millis = Some(10)), "0 bare");
        writer.commit(1).unwrap();
    }
}

#[test]
fn a_contact_is_found_by_a_part_of_the_address_and_has_no_language() {
    let (index, mut writer) = index_of(&[]);
    let contact = Document {
        kind: Kind::Contact,
        conversation: None,
        ..document("p1", "Die Sommer · ada.sommer@example.org · +47 900 00 000")
    };
    writer.add(&contact).unwrap();
    for text in [
        "sommer",
        "ada.sommer@example.org",
        "xampl",
        "Sommr",
        "900 00",
    ] {
        assert_eq!(found(&index, text), ["p1"], "{text}");
    }
    let hits = index.searcher().search(&Query::text("ada", 1)).unwrap();
    assert_eq!((&hits[0].language, &hits[0].conversation), (&None, &None));
}
