//! A sentence model of a few kilobytes, for tests: each word has a fixed vector, and an
//! ONNX network of one node looks it up.

use std::fs;
use std::path::Path;

/// The numbers of a vector: sixteen directions, eight numbers each.
const DIMS: usize = 16 * 8;

/// Words, and in which directions they point. Words next to them say nothing.
const WORDS: &[(&str, &[(usize, f32)])] = &[
    ("parcel", &[(0, 1.0)]),
    ("package", &[(0, 1.0)]),
    ("arrived", &[(0, 0.6)]),
    ("arrive", &[(0, 0.6)]),
    ("reset", &[(1, 1.0)]),
    ("password", &[(1, 1.0)]),
    ("money", &[(2, 1.0)]),
    ("refund", &[(2, 1.0)]),
    ("opening", &[(3, 1.0)]),
    ("hours", &[(3, 1.0)]),
    ("card", &[(4, 1.0)]),
    ("declined", &[(4, 1.0)]),
    ("payment", &[(4, 1.0)]),
    ("weather", &[(5, 1.0)]),
    ("fine", &[(5, 1.0)]),
    ("gift", &[(6, 1.0)]),
    ("cards", &[(6, 1.0)]),
];

/// Writes a model that finds `gift` and `cards` near a parcel, if `mixes`.
pub(crate) fn write(dir: &Path, mixes: bool) {
    fs::create_dir_all(dir).unwrap();
    let marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];
    let words = WORDS.iter().map(|(word, _)| *word);
    let pieces: Vec<&str> = marks.into_iter().chain(words).collect();
    let mut rows = vec![[0.0_f32; DIMS]; pieces.len()];
    for (row, (_, numbers)) in rows[marks.len()..].iter_mut().zip(WORDS) {
        for (at, number) in *numbers {
            let at = if mixes && *at == 6 { 0 } else { *at };
            row[8 * at..8 * at + 8].fill(*number);
        }
    }
    let numbers: Vec<u8> = rows
        .iter()
        .flatten()
        .flat_map(|one| one.to_le_bytes())
        .collect();
    fs::write(dir.join("vocab.txt"), pieces.join("\n")).unwrap();
    fs::write(dir.join("model.onnx"), network(pieces.len(), &numbers)).unwrap();
}

/// Writes the same model with unigrams for pieces, as models of many languages have.
pub(crate) fn write_unigrams(dir: &Path) {
    write(dir, false);
    fs::remove_file(dir.join("vocab.txt")).unwrap();
    let marks = ["<s>", "<pad>", "</s>", "<unk>"].map(|mark| serde_json::json!([mark, 0.0]));
    let words = WORDS
        .iter()
        .map(|(word, _)| serde_json::json!([format!("\u{2581}{word}"), -5.0]));
    let pieces: Vec<serde_json::Value> = marks.into_iter().chain(words).collect();
    let file = serde_json::json!({
        "normalizer": {"type": "Sequence"},
        "model": {"type": "Unigram", "unk_id": 3, "vocab": pieces},
    });
    fs::write(dir.join("tokenizer.json"), file.to_string()).unwrap();
}

/// One Gather of the rows that the input's numbers name, by ONNX's description.
fn network(pieces: usize, numbers: &[u8]) -> Vec<u8> {
    let node = [
        text(1, "rows"),
        text(1, "input_ids"),
        text(2, "states"),
        text(3, "look_up"),
        text(4, "Gather"),
    ]
    .concat();
    let rows = [
        number(1, pieces as u64),
        number(1, DIMS as u64),
        number(2, 1),
        text(8, "rows"),
        field(9, numbers),
    ]
    .concat();
    let graph = [
        field(1, &node),
        text(2, "tiny"),
        field(5, &rows),
        field(11, &value("input_ids", 7, &["batch", "pieces"])),
        field(12, &value("states", 1, &["batch", "pieces", "numbers"])),
    ]
    .concat();
    let operators = [text(1, ""), number(2, 13)].concat();
    [number(1, 8), field(7, &graph), field(8, &operators)].concat()
}

/// An input or output: its name, the kind of its numbers, and names for its lengths.
fn value(name: &str, kind: u64, lengths: &[&str]) -> Vec<u8> {
    let lengths = lengths.iter().map(|length| field(1, &text(2, length)));
    let shape: Vec<u8> = lengths.flatten().collect();
    let tensor = [number(1, kind), field(2, &shape)].concat();
    [text(1, name), field(2, &field(1, &tensor))].concat()
}

fn text(at: u64, value: &str) -> Vec<u8> {
    field(at, value.as_bytes())
}

fn field(at: u64, bytes: &[u8]) -> Vec<u8> {
    let mut all = varint((at << 3) | 2);
    all.extend(varint(bytes.len() as u64));
    all.extend_from_slice(bytes);
    all
}

fn number(at: u64, value: u64) -> Vec<u8> {
    [varint(at << 3), varint(value)].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7F {
        bytes.push(u8::try_from(value & 0x7F).unwrap() | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap());
    bytes
}
