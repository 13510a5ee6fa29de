//! Words found in other forms: stems, slips, parts of compounds, scripts without spaces.

use super::*;

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
        assert_eq!(ids_of(&index, "Rechnung"), ["de"]);
        assert_eq!(ids_of(&index, "Wo ist meine Rechnung?"), ["de"]);
        assert_eq!(ids_of(&index, "Hvor er pakken min?"), ["nb"]);
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
        assert_eq!(ids_of(&index, "invoice"), ["right", "slip"]);
        assert_eq!(ids_of(&index, "invoicce"), ["right"]);
        assert_eq!(ids_of(&index, "invoyse x"), Vec::<String>::new());
        let found_with = ids_of(&index, "missing invoicce");
        let place = |id: &str| found_with.iter().position(|hit| hit == id);
        assert!(place("right") < place("other"), "{found_with:?}");
        assert_eq!(ids_of(&index, "12345679"), Vec::<String>::new());
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
        assert_eq!(ids_of(&index, "subskriptoin"), ["long"]);
        assert_eq!(ids_of(&index, "ordder"), ["short"]);
        assert!(ids_of(&index, "odrrer").is_empty());
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
        assert_eq!(ids_of(&index, "omrech"), ["compound"]);
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
        assert_eq!(ids_of(&index, "退款"), ["refund"]);
        assert_eq!(ids_of(&index, "배송"), ["korean"]);
        assert_eq!(ids_of(&index, "款").len(), 2);
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
        assert_eq!(ids_of(&index, "where is the order"), ["order"]);
        assert_eq!(ids_of(&index, "where is the"), ["small"]);
    }
}

#[test]
fn languages_channels_and_dates_narrow_what_is_found() {
    let (index, mut writer) = index_of(&[]);
    let tags = [("de", "chat"), ("en", "email"), ("de", "email")];
    for (n, (language, channel)) in (0_i64..).zip(tags) {
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
        assert_eq!(ids_of(&index, text), ["p1"], "{text}");
    }
    let hits = index.searcher().search(&Query::text("ada", 1)).unwrap();
    assert_eq!((&hits[0].language, &hits[0].conversation), (&None, &None));
}

/// A code was three words of which any would do, so that its neighbour was found as well.
#[test]
fn a_code_is_found_as_it_stands_or_by_its_beginning_and_never_by_a_slip() {
    for (index, _writer) in tail_and_committed(&[
        ("one", "Invoice INV-2024-001 was paid"),
        ("seven", "Invoice INV-2024-007 was not"),
        ("words", "We sent an invitation in 2024"),
        ("plain", "Order 4711 is late"),
    ]) {
        assert_eq!(ids_of(&index, "INV-2024-001"), ["one"]);
        assert_eq!(ids_of(&index, "inv-2024-007"), ["seven"]);
        assert_eq!(ids_of(&index, "INV-2024-002"), Vec::<String>::new());
        let mut both = ids_of(&index, "INV-2024-00");
        both.sort();
        assert_eq!(both, ["one", "seven"]);
        assert_eq!(ids_of(&index, "4712"), Vec::<String>::new());
        assert_eq!(ids_of(&index, "471"), ["plain"]);
        let hits = index
            .searcher()
            .search(&Query::text("INV-2024-00", 1))
            .unwrap();
        assert_eq!(first_mark(&hits[0]), "INV");
        let asked = ids_of(&index, "was INV-2024-007 paid");
        assert_eq!(asked.len(), 2, "beside words it is one of them");
    }
}

#[test]
fn thai_lao_khmer_burmese_and_emoji_are_found() {
    for (index, _writer) in tail_and_committed(&[
        ("th", "สวัสดีครับ ผมต้องการคืนเงินสำหรับคำสั่งซื้อ"),
        ("lo", "ຂ້ອຍຢາກໄດ້ເງິນຄືນ"),
        ("km", "ខ្ញុំចង់បានប្រាក់វិញ"),
        ("my", "ကျွန်တော် ငွေပြန်အမ်း လိုချင်ပါတယ်"),
        ("emoji", "great 👍🏽 thanks"),
    ]) {
        for (asked, wanted) in [
            ("คืนเงิน", "th"),
            ("คำสั่งซื้อ", "th"),
            ("ເງິນ", "lo"),
            ("ប្រាក់", "km"),
            ("ငွေ", "my"),
            ("👍", "emoji"),
        ] {
            assert_eq!(ids_of(&index, asked), [wanted], "{asked}");
        }
        assert_eq!(ids_of(&index, "👎"), Vec::<String>::new());
    }
}
