//! A sentence model added to a desk: tried first, taken over next to the desk, and gone again
//! without a trace.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use svar::app::{GapQuery, Inspection, Paging, Weight, backup_folder, check, restore};
use svar::command::{AnswerDraft, KnowledgeSettings};
use svar::model::Timestamp;

use crate::commands::Commands as _;
use crate::desk::{Desk, Server, agent, answer};
use crate::knowledge::{later, unanswered};
use crate::tiny_model;

const QUESTIONS: [&str; 8] = [
    "How do I reset my password?",
    "How can I reset my password?",
    "I want to reset my password, how?",
    "When will my parcel arrive?",
    "When does my parcel arrive?",
    "My parcel, when will it arrive?",
    "Do you sell gift cards?",
    "Do you sell gift cards, too?",
];

fn desk() -> Desk {
    let desk = Desk::new();
    for (number, text) in QUESTIONS.iter().enumerate() {
        desk.post(&unanswered(number, text, 20));
    }
    svar::work::group_questions(&desk.app).unwrap();
    later(&desk, 1);
    desk
}

/// The topic of each question.
fn topics(desk: &Desk) -> Vec<String> {
    let snapshot = desk.app.snapshot();
    let knowledge = &snapshot.installation.knowledge;
    let of = |number: usize| {
        let id = svar::model::QuestionId::parse(&format!("q{number}")).unwrap();
        let topic = knowledge.topic_of(knowledge.questions.get(&id).unwrap());
        topic.unwrap().to_string()
    };
    (0..QUESTIONS.len()).map(of).collect()
}

fn tiny(place: &Path, name: &str, mixes: bool) -> PathBuf {
    let dir = place.join(name);
    tiny_model::write(&dir, mixes);
    dir
}

fn switch(desk: &Desk) {
    svar::work::switch_now(&desk.app, |_done, _total| {}).unwrap();
    later(desk, 1);
}

fn state_of(desk: &Desk) -> String {
    serde_json::to_string(&*desk.app.snapshot().installation).unwrap()
}

/// Whether two numbers are the same but for the last digits.
fn near(one: f32, other: f32) -> bool {
    (one - other).abs() < 1e-5
}

/// What of models lies in the data folder.
fn model_count(desk: &Desk) -> usize {
    let entries = fs::read_dir(desk.folder.path().join("model"));
    entries.map_or(0, Iterator::count)
}

#[test]
fn a_model_takes_over_when_all_is_ready_and_topics_keep_their_ids() {
    let desk = desk();
    let before = topics(&desk);
    assert_eq!(before[0], before[2]);
    assert_ne!(before[3], before[6]);
    desk.app
        .rename_topic("ann", &before[0], "Passwords")
        .unwrap();
    let place = tempfile::tempdir().unwrap();
    let view = desk
        .app
        .add("ann", &tiny(place.path(), "Tiny", true))
        .unwrap();
    assert_eq!(view.in_use.embedder, "own/1", "not yet");
    let next = view.next.unwrap();
    assert_eq!((next.name.as_deref(), next.dims), (Some("Tiny"), 128));
    assert_eq!(topics(&desk), before, "the former vectors serve on");
    assert_eq!(
        desk.app
            .knowledge()
            .ask("How do I reset it?")
            .unwrap()
            .decision,
        "unanswered"
    );
    let steps = std::cell::Cell::new((0, 0));
    svar::work::switch_now(&desk.app, |done, total| steps.set((done, total))).unwrap();
    later(&desk, 1);
    let view = desk.app.knowledge().model();
    assert_eq!(view.in_use, next);
    assert_eq!((view.next, view.progress, view.fault), (None, None, None));
    let after = topics(&desk);
    assert_eq!(after[..6], before[..6], "nothing of these changed");
    assert_eq!(after[6], before[3], "to this model gift cards are parcels");
    let gap = desk
        .app
        .knowledge()
        .gap(&before[0], Paging::first(9))
        .unwrap()
        .gap;
    assert_eq!((gap.title.as_str(), gap.questions), ("Passwords", 3));
    let all = desk.app.knowledge().gaps(&GapQuery {
        paging: Paging::first(9),
        ..GapQuery::default()
    });
    assert_eq!(all.total, 2);
}

#[test]
fn a_rebuild_gives_the_same_topics_and_nothing_is_embedded_for_it() {
    let desk = desk();
    let place = tempfile::tempdir().unwrap();
    desk.app
        .add("ann", &tiny(place.path(), "Tiny", true))
        .unwrap();
    switch(&desk);
    let (before, position) = (state_of(&desk), desk.app.position());
    desk.app.close().unwrap();
    fs::remove_dir_all(desk.folder.path().join("derived")).unwrap();
    let desk = desk.reopened();
    assert_eq!(state_of(&desk), before, "from the journal alone");
    svar::work::switch_now(&desk.app, |_done, _total| {}).unwrap();
    assert_eq!(svar::work::group_questions(&desk.app).unwrap(), 0);
    assert_eq!(desk.app.position(), position);
    desk.post(&unanswered(50, "Is my gift here?", 21));
    svar::work::group_questions(&desk.app).unwrap();
    let topic = desk
        .app
        .knowledge()
        .gap(&topics(&desk)[3], Paging::first(9))
        .unwrap()
        .gap;
    assert_eq!(topic.questions, 6, "by the model's vectors");
}

#[test]
fn a_model_that_is_removed_leaves_as_it_was_and_takes_its_files_along() {
    let desk = desk();
    let before = topics(&desk);
    let place = tempfile::tempdir().unwrap();
    desk.app
        .add("ann", &tiny(place.path(), "Tiny", true))
        .unwrap();
    switch(&desk);
    assert_eq!(model_count(&desk), 1);
    desk.app.remove("ann").unwrap();
    assert_eq!(
        desk.app.knowledge().model().in_use.dims,
        128,
        "until the table has taken over"
    );
    switch(&desk);
    assert_eq!(desk.app.knowledge().model().in_use.embedder, "own/1");
    assert_eq!(model_count(&desk), 0);
    let after = topics(&desk);
    assert_eq!(after[..6], before[..6]);
    assert_ne!(after[6], after[3]);
    assert_eq!(after[6], after[7]);
    let again = desk.app.remove("ann").unwrap_err();
    assert!(
        again.to_string().contains("there is none to remove"),
        "{again}"
    );
}

#[test]
fn one_model_takes_the_place_of_another() {
    let desk = desk();
    let place = tempfile::tempdir().unwrap();
    desk.app
        .add("ann", &tiny(place.path(), "One", true))
        .unwrap();
    switch(&desk);
    desk.app
        .add("ann", &tiny(place.path(), "Two", false))
        .unwrap();
    assert_eq!(model_count(&desk), 2);
    // The same once more changes nothing.
    let position = desk.app.position();
    desk.app.add("ann", &place.path().join("Two")).unwrap();
    assert_eq!(desk.app.position(), position);
    switch(&desk);
    assert_eq!(
        desk.app.knowledge().model().in_use.name.as_deref(),
        Some("Two")
    );
    assert_eq!(model_count(&desk), 1);
    let after = topics(&desk);
    assert_ne!(after[6], after[3]);
}

#[test]
fn what_was_dismissed_or_answered_keeps_exactly_its_questions() {
    let desk = desk();
    let before = topics(&desk);
    let why = None;
    desk.app.dismiss_topic("ann", &before[6], why).unwrap();
    let place = tempfile::tempdir().unwrap();
    desk.app
        .add("ann", &tiny(place.path(), "Tiny", true))
        .unwrap();
    switch(&desk);
    assert_eq!(topics(&desk), before);
}

/// A folder that is no model: its name, its network, its pieces, and what is said of it.
type BadModel = (&'static str, Vec<u8>, String, &'static str);

/// What is made of a good model; an empty file is left out.
fn no_models(network: &[u8], pieces: &str) -> Vec<BadModel> {
    let none = String::new;
    let cut = |length: usize| network[..length].to_vec();
    let mut lie = network.to_vec();
    lie[3] = 0xFF;
    let (all, image) = (network.to_vec(), b"\x89PNG\r\n\x1a\n".to_vec());
    let longer = format!("{pieces}\nmore");
    let other = "[PAD]\n[UNK]\nhow".to_owned();
    let no_whole = "no whole ONNX model";
    let (half, most) = (cut(network.len() / 2), cut(network.len() - 1));
    let no_network = "`model.onnx` could not be read";
    vec![
        ("empty", Vec::new(), none(), no_network),
        ("no network", Vec::new(), pieces.to_owned(), no_network),
        (
            "no pieces",
            all.clone(),
            none(),
            "`tokenizer.json` could not be read",
        ),
        ("an image", image, pieces.to_owned(), no_whole),
        ("half", half, pieces.to_owned(), no_whole),
        ("most of it", most, pieces.to_owned(), no_whole),
        ("a lie", lie, pieces.to_owned(), no_whole),
        ("pieces of another", all.clone(), other, "no `[CLS]`"),
        (
            "more pieces",
            all,
            longer,
            "fewer pieces than its vocabulary",
        ),
    ]
}

#[test]
fn folders_that_hold_no_model_are_refused_by_file_and_change_nothing() {
    let desk = desk();
    let position = desk.app.position();
    let place = tempfile::tempdir().unwrap();
    let good = tiny(place.path(), "good", false);
    let network = fs::read(good.join("model.onnx")).unwrap();
    let pieces = fs::read_to_string(good.join("vocab.txt")).unwrap();
    let refused = |dir: &Path| desk.app.add("ann", dir).unwrap_err().to_string();
    for (name, network, pieces, expected) in no_models(&network, &pieces) {
        let dir = place.path().join(name);
        fs::create_dir(&dir).unwrap();
        for (file, bytes) in [("model.onnx", network), ("vocab.txt", pieces.into_bytes())] {
            if !bytes.is_empty() {
                fs::write(dir.join(file), bytes).unwrap();
            }
        }
        let error = refused(&dir);
        assert!(error.contains(expected), "{name}: {error}");
        assert!(error.contains(dir.to_str().unwrap()), "{name}: {error}");
        assert!(error.contains("nothing was changed"), "{name}: {error}");
    }
    assert!(refused(&place.path().join("nowhere")).contains("could not be read"));
    let file = fs::File::create(good.join("model.onnx")).unwrap();
    assert!(refused(&good).contains("`model.onnx` is empty"));
    file.set_len(1 << 40).unwrap();
    assert!(refused(&good).contains("are the most"));
    assert_eq!((desk.app.position(), model_count(&desk)), (position, 0));
    assert_eq!(desk.app.knowledge().model().next, None);
}

#[test]
fn a_threshold_holds_for_the_embedder_that_it_was_set_for() {
    let desk = desk();
    let draft = AnswerDraft {
        question: QUESTIONS[0].to_owned(),
        text: "Press **Forgot**.".to_owned(),
        variants: QUESTIONS[1..3]
            .iter()
            .map(|&text| text.to_owned())
            .collect(),
        published: true,
        ..AnswerDraft::default()
    };
    desk.app.save_answer("ann", draft).unwrap();
    assert_eq!(desk.app.knowledge().calibration().from, "pooled");
    let set = KnowledgeSettings {
        threshold: Some(0.31),
        ..KnowledgeSettings::default()
    };
    desk.app.set_knowledge("ann", set).unwrap();
    assert!(near(desk.app.knowledge().calibration().threshold, 0.31));
    let place = tempfile::tempdir().unwrap();
    desk.app
        .add("ann", &tiny(place.path(), "Tiny", false))
        .unwrap();
    assert!(
        near(desk.app.knowledge().calibration().threshold, 0.31),
        "not before it is in use"
    );
    switch(&desk);
    let calibration = desk.app.knowledge().calibration();
    assert_eq!(calibration.from, "shipped");
    assert!(near(calibration.threshold, 1.02));
    let view = desk.app.knowledge().ask("reset password").unwrap();
    assert!(near(view.threshold, calibration.threshold));
    let label = desk.app.knowledge().model().in_use.embedder;
    assert_eq!(view.embedder, Some(label));
    desk.app.remove("ann").unwrap();
    switch(&desk);
    assert!(near(desk.app.knowledge().calibration().threshold, 0.31));
}

/// A look through a folder that no server owns.
fn inspection(now: Timestamp) -> Inspection<'static> {
    Inspection {
        position: None,
        probe: None,
        now,
        is_deep: false,
    }
}

#[test]
fn a_model_whose_files_are_gone_is_told_and_the_table_stands_in() {
    let desk = desk();
    let place = tempfile::tempdir().unwrap();
    let dir = tiny(place.path(), "Tiny", true);
    desk.app.add("ann", &dir).unwrap();
    switch(&desk);
    let (before, position) = (topics(&desk), desk.app.position());
    desk.app.close().unwrap();
    let data = desk.folder.path().to_owned();
    let models = data.join("model");
    let one = fs::read_dir(&models)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let whole = fs::read(one.join("model.onnx")).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    fs::write(one.join("model.onnx"), flipped).unwrap();
    let desk = desk.reopened();
    let view = desk.app.knowledge().model();
    assert!(view.fault.unwrap().contains("is not what was added"));
    assert_eq!(view.in_use.embedder, "own/1");
    assert_eq!(topics(&desk), before, "topics stay");
    desk.app.close().unwrap();
    drop(desk.app);
    let account = check(&data, inspection(desk.clock.now()), |_seq| {}).unwrap();
    let difference = account
        .found
        .iter()
        .find(|difference| difference.part == "model")
        .unwrap();
    assert_eq!(difference.weight, Weight::Difference);
    let desk = Desk::in_folder(desk.folder);
    let view = desk.app.add("ann", &dir).unwrap();
    assert_eq!((view.fault, view.progress), (None, None));
    assert_eq!(view.in_use.name.as_deref(), Some("Tiny"));
    assert_eq!((topics(&desk), desk.app.position()), (before, position));
}

#[test]
fn a_backup_brings_the_model_along() {
    let desk = desk();
    let place = tempfile::tempdir().unwrap();
    desk.app
        .add("ann", &tiny(place.path(), "Tiny", true))
        .unwrap();
    switch(&desk);
    let now = desk.clock.now();
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    let (to, back) = (place.path().join("backup"), place.path().join("back"));
    backup_folder(folder.path(), &to, now, |_done, _total| {}).unwrap();
    restore(&to, &back, false, |_done, _total| {}).unwrap();
    let app = crate::desk::open(&back, &svar::clock::Clock::fixed(now));
    let view = app.knowledge().model();
    assert_eq!(
        (view.in_use.name.as_deref(), view.fault),
        (Some("Tiny"), None)
    );
    app.close().unwrap();
    drop(app);
    let account = check(&back, inspection(now), |_seq| {}).unwrap();
    assert!(account.is_clean(), "{account:#?}");
}

#[test]
fn the_api_and_the_page_tell_how_far_it_is() {
    let desk = desk();
    let server = Server::start(&desk.app);
    let path = "/api/v1/knowledge/model";
    let get = |path: &str| answer(agent().get(server.url(path)).call());
    let page = || get("/knowledge/settings").body;
    assert_eq!(get(path).json()["in_use"]["embedder"], "own/1");
    assert!(page().contains("the table that Svar comes with"));
    let place = tempfile::tempdir().unwrap();
    let dir = tiny(place.path(), "Tiny", true);
    let put = |token: &str, folder: &str| {
        let request = agent()
            .put(server.url(path))
            .header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {token}"));
        answer(request.send(json!({"folder": folder}).to_string()))
    };
    let folder = dir.to_str().unwrap();
    assert_eq!(put("no", folder).status, 401);
    let token = desk.app.admin_token().to_owned();
    assert_eq!(put(&token, "Tiny").status, 400);
    let refused = put(&token, place.path().to_str().unwrap());
    assert_eq!(refused.status, 400);
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains("`model.onnx` could not be read")
    );
    let added = put(&token, folder);
    assert_eq!(
        (added.status, &added.json()["next"]["name"]),
        (200, &json!("Tiny"))
    );
    let shown = page();
    assert!(
        shown.contains("Next: Tiny") && shown.contains("<progress"),
        "{shown}"
    );
    switch(&desk);
    let json = get(path).json();
    assert_eq!(
        (&json["in_use"]["name"], &json["progress"]),
        (&json!("Tiny"), &json!(null))
    );
    assert!(page().contains("Topics and answers go by Tiny, 128 numbers a vector."));
    let form = agent().post(server.url("/knowledge/settings"));
    let gone = answer(form.send_form([("do", "remove_model")]));
    assert!(
        gone.body.contains("as soon as the table has taken over"),
        "{}",
        gone.body
    );
    switch(&desk);
    let none = answer(agent().delete(server.url(path)).call());
    assert_eq!(none.status, 404);
}

#[test]
fn the_real_model_answers_what_shares_no_word() {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test is told by its environment alone where the model is"
    )]
    let Ok(dir) = std::env::var("SVAR_TEST_MODEL") else {
        println!("skipped: SVAR_TEST_MODEL names no folder with a model");
        return;
    };
    let desk = desk();
    let draft = AnswerDraft {
        question: "Where is my parcel?".to_owned(),
        text: "On its way.".to_owned(),
        variants: vec![
            "When will my parcel arrive?".to_owned(),
            "My parcel has not come".to_owned(),
            "Has my order been delivered yet?".to_owned(),
        ],
        published: true,
        ..AnswerDraft::default()
    };
    desk.app.save_answer("ann", draft).unwrap();
    let before = topics(&desk);
    desk.app.add("ann", Path::new(&dir)).unwrap();
    switch(&desk);
    let view = desk.app.knowledge().model();
    assert_eq!((view.in_use.dims, view.fault), (384, None));
    assert_eq!(topics(&desk)[..6], before[..6]);
    let view = desk
        .app
        .knowledge()
        .ask("my package still did not show up")
        .unwrap();
    assert!(view.candidates[0].vector > 0.4, "{view:#?}");
    let other = desk.app.knowledge().ask("how do I cook rice").unwrap();
    assert_eq!(other.decision, "unanswered");
    assert!(other.candidates[0].vector < 0.3, "{other:#?}");
    assert_eq!(
        desk.app
            .knowledge()
            .ask("When will my parcel arrive?")
            .unwrap()
            .decision,
        "answer"
    );
}

#[test]
fn a_model_of_unigrams_is_tried_and_reads_every_language() {
    use svar_index::vector::{Embedder as _, Model};
    let place = tempfile::tempdir().unwrap();
    tiny_model::write_unigrams(place.path());
    let model = Model::open(place.path()).unwrap();
    assert!(model.knows("de") && model.knows("en"));
    let near = |one: &str, other: &str| -> f32 {
        let (one, other) = (model.embed(one), model.embed(other));
        one.iter().zip(&other).map(|(x, y)| x * y).sum()
    };
    assert!(near("my parcel", "the package") > 0.99);
    assert!(near("my parcel", "reset it") < 0.01);
    // Full-width letters are the same letters.
    assert!(near("\u{FF50}arcel", "package") > 0.99);
    let tokenizer = place.path().join("tokenizer.json");
    let whole = fs::read_to_string(&tokenizer).unwrap();
    for (from, to, told) in [
        ("<s>", "<x>", "have no `<s>`"),
        ("-5.0", "\"-5\"", "no pieces with their scores"),
        ("Unigram", "BPE", "nor of unigrams"),
    ] {
        fs::write(&tokenizer, whole.replacen(from, to, 1)).unwrap();
        let Err(error) = Model::open(place.path()) else {
            panic!("{to} was opened");
        };
        assert!(error.to_string().contains(told), "{error}");
    }
    let cut = whole.replace(
        "\"\u{2581}cards\"",
        "\"\u{2581}cards\",-5.0],[\"\u{2581}more\"",
    );
    fs::write(&tokenizer, cut).unwrap();
    let Err(error) = Model::open(place.path()) else {
        panic!("a model with fewer pieces than its list was opened");
    };
    assert!(error.to_string().contains("fewer pieces"), "{error}");
    let desk = desk();
    fs::write(&tokenizer, whole).unwrap();
    desk.app.add("ann", place.path()).unwrap();
    switch(&desk);
    let view = desk.app.knowledge().model();
    assert_eq!((view.in_use.dims, view.fault), (128, None));
}
