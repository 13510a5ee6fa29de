//! Folders that are no models, and the real one where it can be had.

use std::fs::{self, File};

use super::files::MAX_BYTES;
use super::*;

/// The folder with the real model, if `SVAR_TEST_MODEL` names one.
fn real() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test is told by its environment alone where the model is"
    )]
    let dir = std::env::var("SVAR_TEST_MODEL").ok();
    dir.map(PathBuf::from)
}

fn refused(dir: &Path) -> String {
    let Err(error) = Model::open(dir) else {
        panic!("{} was opened", dir.display());
    };
    let text = error.to_string();
    assert!(text.contains(&dir.display().to_string()), "{text}");
    text
}

const PIECES: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nwhere\n";

#[test]
fn folders_without_a_model_are_refused_by_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    assert!(refused(dir.path()).contains("`model.onnx` could not be read"));
    fs::write(dir.path().join("model.onnx"), "").unwrap();
    assert!(refused(dir.path()).contains("`model.onnx` is empty"));
    fs::write(dir.path().join("model.onnx"), "not a model").unwrap();
    assert!(refused(dir.path()).contains("`tokenizer.json` could not be read"));
    fs::write(dir.path().join("tokenizer.json"), "{").unwrap();
    assert!(refused(dir.path()).contains("is no tokenizer"));
    let other = r#"{"model": {"type": "BPE", "vocab": {"a": 0}}}"#;
    fs::write(dir.path().join("tokenizer.json"), other).unwrap();
    assert!(refused(dir.path()).contains("not of uncased word pieces"));
    fs::write(dir.path().join("vocab.txt"), PIECES).unwrap();
    assert!(refused(dir.path()).contains("no whole ONNX model"));
}

#[test]
fn the_network_may_have_another_name_if_it_is_the_only_one() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let network = |dir: &Path| Model::files(dir).map(|[network, _]| network);
    assert_eq!(network(dir.path()).unwrap(), at("model.onnx"));
    fs::create_dir(at("onnx")).unwrap();
    fs::write(at("onnx/model_qint8.onnx"), "x").unwrap();
    assert_eq!(network(dir.path()).unwrap(), at("onnx/model_qint8.onnx"));
    fs::write(at("other.onnx"), "x").unwrap();
    assert!(refused(dir.path()).contains("2 networks; call the one that is meant `model.onnx`"));
    fs::write(at("model.onnx"), "x").unwrap();
    assert_eq!(network(dir.path()).unwrap(), at("model.onnx"));
    assert_eq!(
        Model::files(dir.path()).unwrap()[1],
        at("tokenizer.json"),
        "no list of pieces"
    );
}

#[test]
fn files_that_lie_about_their_size_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("vocab.txt"), PIECES).unwrap();
    // Field 7, the graph, said to be far longer than what follows it.
    for bytes in [
        &b"\x3a\xff\xff\xff\xff\x07ab"[..],
        b"\x3a\x05ab",
        b"\x08\x07\x3a\x00",
        &[0xFF; 64],
    ] {
        fs::write(dir.path().join("model.onnx"), bytes).unwrap();
        refused(dir.path());
    }
    let file = File::create(dir.path().join("model.onnx")).unwrap();
    file.set_len(MAX_BYTES + 1).unwrap();
    assert!(refused(dir.path()).contains("are the most"));
}

#[test]
fn the_real_model_tells_meanings_and_its_pieces_are_refused() {
    let Some(dir) = real() else {
        println!("skipped: SVAR_TEST_MODEL names no folder with a model");
        return;
    };
    let model = Model::open(&dir).unwrap();
    let near = |a: &str, b: &str| dot(&model.embed(a), &model.embed(b));
    assert_eq!(model.dims(), 384);
    let question = "where is my parcel";
    let same = near(question, "my package has not arrived");
    assert!(
        same > near(question, "how do I reset my password") + 0.2,
        "{same}"
    );
    let long = "where is my parcel? 👍 \u{202E}".repeat(40_000);
    assert!((near(&long, &long) - 1.0).abs() < 1e-3);
    assert!(model.embed(" \u{0}👍").iter().all(|&value| value == 0.0));
    let whole = fs::read(dir.join("model.onnx")).unwrap();
    let cut = tempfile::tempdir().unwrap();
    fs::write(cut.path().join("model.onnx"), &whole).unwrap();
    let pieces = fs::read_to_string(dir.join("vocab.txt")).unwrap();
    let longer = format!("{pieces}one\ntoo\nmany\n");
    fs::write(cut.path().join("vocab.txt"), longer).unwrap();
    assert!(refused(cut.path()).contains("fewer pieces than its vocabulary"));
    let marks: Vec<&str> = pieces.lines().take(1_000).collect();
    let mut words: Vec<&str> = pieces.lines().skip(1_000).collect();
    words.reverse();
    let shuffled = [marks, words].concat().join("\n");
    fs::write(cut.path().join("vocab.txt"), shuffled).unwrap();
    assert!(refused(cut.path()).contains("no nearer to"));
    fs::copy(dir.join("vocab.txt"), cut.path().join("vocab.txt")).unwrap();
    for length in [1_000, whole.len() / 2, whole.len() - 1] {
        fs::write(cut.path().join("model.onnx"), &whole[..length]).unwrap();
        refused(cut.path());
    }
}

#[test]
fn many_texts_at_once_fill_no_stack() {
    use rayon::prelude::*;
    let Some(dir) = real() else {
        println!("skipped: SVAR_TEST_MODEL names no folder with a model");
        return;
    };
    let model = Model::open(&dir).unwrap();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .stack_size(1 << 18)
        .build()
        .unwrap();
    let embedded = pool.install(|| {
        let texts = (0..300).into_par_iter();
        texts
            .map(|number| model.embed(&format!("parcel {number}")))
            .filter(|vector| dot(vector, vector) > 0.9)
            .count()
    });
    assert_eq!(embedded, 300);
}
