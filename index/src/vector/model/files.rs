//! The files of a model: which of a folder they are, and what they may be.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::cutting::Cutting;
use crate::vector::unigram::Unigrams;
use crate::vector::wordpiece::Pieces;

/// The files of a model are no larger than this.
pub(super) const MAX_BYTES: u64 = 600_000_000;

/// What is read of `tokenizer.json`.
#[derive(Deserialize)]
struct TokenizerFile {
    model: TokenizerModel,
    normalizer: Option<Normalizer>,
}

#[derive(Deserialize)]
struct TokenizerModel {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    vocab: serde_json::Value,
}

#[derive(Deserialize)]
struct Normalizer {
    lowercase: Option<bool>,
}

/// A file that is neither too large nor shorter than the folder says.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let failed = |error: std::io::Error| format!("`{name}` could not be read ({error})");
    let length = fs::metadata(path).map_err(failed)?.len();
    if length > MAX_BYTES {
        return Err(format!(
            "`{name}` has {length} bytes, {MAX_BYTES} are the most"
        ));
    }
    let mut bytes = Vec::new();
    // What is a device or grows meanwhile is cut off, too.
    File::open(path)
        .map_err(failed)?
        .take(MAX_BYTES)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.is_empty() {
        return Err(format!("`{name}` is empty"));
    }
    Ok(bytes)
}

/// Where the pieces are: the list, if there is one.
pub(super) fn pieces_file(dir: &Path) -> PathBuf {
    let listed = dir.join("vocab.txt");
    if listed.exists() {
        listed
    } else {
        dir.join("tokenizer.json")
    }
}

/// Where the network is; an error where several might be it.
pub(super) fn network(dir: &Path) -> Result<PathBuf, String> {
    let usual = dir.join("model.onnx");
    if usual.exists() {
        return Ok(usual);
    }
    let inner = dir.join("onnx").join("model.onnx");
    if inner.exists() {
        return Ok(inner);
    }
    let mut networks: Vec<PathBuf> = Vec::new();
    for folder in [dir.to_owned(), dir.join("onnx")] {
        let entries = fs::read_dir(folder).into_iter().flatten();
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        networks.extend(paths.filter(|path| path.extension() == Some("onnx".as_ref())));
    }
    match networks.as_slice() {
        [] => Ok(usual),
        [only] => Ok(only.clone()),
        several => Err(format!(
            "it has {} networks; call the one that is meant `model.onnx`",
            several.len()
        )),
    }
}

pub(super) fn read_pieces(dir: &Path) -> Result<Cutting, String> {
    let path = pieces_file(dir);
    if path.extension() == Some("txt".as_ref()) {
        let text = String::from_utf8(read(&path)?)
            .map_err(|error| format!("`vocab.txt` is no text ({error})"))?;
        return Ok(Cutting::Words(Pieces::new(text.lines())));
    }
    let bytes = read(&path).map_err(|reason| {
        format!("{reason}; a list of word pieces is wanted, `vocab.txt` or `tokenizer.json`")
    })?;
    let file: TokenizerFile = serde_json::from_slice(&bytes)
        .map_err(|error| format!("`tokenizer.json` is no tokenizer ({error})"))?;
    match file.model.kind.as_deref() {
        Some("Unigram") => unigrams(file.model.vocab),
        None | Some("WordPiece") => word_pieces(file),
        Some(_) => Err(KINDS.to_owned()),
    }
}

/// What a tokenizer has to be.
const KINDS: &str =
    "its tokenizer is not of uncased word pieces, as MiniLM's is, nor of unigrams, as XLM-R's";

fn unigrams(vocab: serde_json::Value) -> Result<Cutting, String> {
    let pieces: Vec<(String, f32)> = serde_json::from_value(vocab)
        .map_err(|error| format!("`tokenizer.json` has no pieces with their scores ({error})"))?;
    if let Some((piece, _)) = pieces.iter().find(|piece| !piece.1.is_finite()) {
        return Err(format!("its piece `{piece}` has no finite score"));
    }
    let pieces = pieces.iter().map(|(piece, score)| (piece.as_str(), *score));
    Ok(Cutting::Unigrams(Unigrams::new(pieces)))
}

fn word_pieces(file: TokenizerFile) -> Result<Cutting, String> {
    let is_uncased = file
        .normalizer
        .and_then(|one| one.lowercase)
        .unwrap_or(true);
    let vocabulary: BTreeMap<String, usize> =
        serde_json::from_value(file.model.vocab).unwrap_or_default();
    if !is_uncased || vocabulary.is_empty() {
        return Err(KINDS.to_owned());
    }
    let mut pieces: Vec<(usize, String)> = vocabulary
        .into_iter()
        .map(|(piece, at)| (at, piece))
        .collect();
    pieces.sort_unstable();
    if pieces.iter().enumerate().any(|(at, piece)| piece.0 != at) {
        return Err("the numbers of its pieces have gaps".to_owned());
    }
    let pieces = pieces.iter().map(|piece| piece.1.as_str());
    Ok(Cutting::Words(Pieces::new(pieces)))
}
