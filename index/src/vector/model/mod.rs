//! A sentence model from a folder: BERT-like ONNX and its word pieces.
//!
//! `model.onnx` beside `vocab.txt` or `tokenizer.json`, of the kind of `MiniLM`: uncased
//! word pieces in, a state for each piece out, whose mean is the vector. Whatever else is
//! in the folder is refused when it is opened, by reason; a model that was opened answers.
//! Run by `rten`; needs no library of the machine's.

mod whole;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rten::{NodeId, Value, ValueOrView};
use serde::Deserialize;

use super::wordpiece::Pieces;
use super::{Embedder, dot, normalise};
use crate::error::Error;

/// The files of a model are no larger than this.
const MAX_BYTES: u64 = 600_000_000;

/// Pieces of a text beyond this many, first and last mark included, are not read.
const MAX_PIECES: usize = 128;

/// Vectors of more numbers come from no sentence model.
const MAX_DIMS: usize = 4_096;

/// A model that was read and tried.
pub struct Model {
    name: String,
    version: u32,
    dims: usize,
    pieces: Pieces,
    marks: Marks,
    network: rten::Model,
    inputs: Vec<(NodeId, Input)>,
    output: NodeId,
}

/// What a model wants to know of each piece.
#[derive(Clone, Copy, Debug)]
enum Input {
    Numbers,
    Mask,
    Types,
}

/// The numbers of the pieces that are no text.
#[derive(Clone, Copy, Debug)]
struct Marks {
    first: u32,
    last: u32,
    unknown: u32,
}

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

impl Model {
    /// Reads the model in `dir` and tries it on two texts. Takes a second, mostly for
    /// reading; every error names the folder and what is wrong with it.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let refuse = |reason: String| Error::Model {
            dir: dir.to_owned(),
            reason,
        };
        let bytes = read(&dir.join("model.onnx")).map_err(refuse)?;
        let pieces = read_pieces(dir).map_err(refuse)?;
        let version = crc32c::crc32c(&bytes);
        let network = load(bytes).map_err(refuse)?;
        let inputs = inputs(&network).map_err(refuse)?;
        let output = *network
            .output_ids()
            .first()
            .ok_or_else(|| refuse("it has no output".to_owned()))?;
        let mark = |piece: &str| {
            pieces.number(piece).ok_or_else(|| {
                refuse(format!(
                    "its pieces have no `{piece}`; it is not of BERT's kind"
                ))
            })
        };
        let marks = Marks {
            first: mark("[CLS]")?,
            last: mark("[SEP]")?,
            unknown: mark("[UNK]")?,
        };
        let name = dir.file_name().map_or_else(
            || "model".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        );
        let mut model = Self {
            name,
            version,
            dims: 0,
            pieces,
            marks,
            network,
            inputs,
            output,
        };
        model.dims = model.tried().map_err(refuse)?;
        Ok(model)
    }

    /// How many numbers its vectors have, if two texts get two of them.
    fn tried(&self) -> Result<usize, String> {
        let one = self.run("where is my parcel")?;
        let other = self.run("the weather will be fine on the whole of the coast")?;
        let is_vector = one.len() == other.len() && (8..=MAX_DIMS).contains(&one.len());
        let are_unit = [&one, &other]
            .iter()
            .all(|vector| (dot(vector, vector) - 1.0).abs() < 1e-3);
        if is_vector && are_unit && dot(&one, &other) < 0.999 {
            Ok(one.len())
        } else {
            Err("it gives no sentence vectors; one like all-MiniLM-L6-v2 is wanted".to_owned())
        }
    }

    /// The mean of the states of all pieces, at unit length.
    fn run(&self, text: &str) -> Result<Vec<f32>, String> {
        let mut pieces = vec![self.marks.first];
        pieces.extend(
            self.pieces
                .cut(text, MAX_PIECES - 2, Some(self.marks.unknown)),
        );
        pieces.push(self.marks.last);
        let count = pieces.len();
        let numbers: Vec<i32> = pieces
            .iter()
            .map(|&piece| i32::try_from(piece).unwrap_or(0))
            .collect();
        let mut given: Vec<(NodeId, ValueOrView)> = Vec::with_capacity(self.inputs.len());
        for &(id, input) in &self.inputs {
            let row = match input {
                Input::Numbers => numbers.clone(),
                Input::Mask => vec![1; count],
                Input::Types => vec![0; count],
            };
            let value = Value::from_shape(&[1, count], row).map_err(|error| error.to_string())?;
            given.push((id, value.into()));
        }
        let outputs = guarded(|| self.network.run(given, &[self.output], None))?
            .map_err(|error| error.to_string())?;
        let states = outputs
            .into_iter()
            .next()
            .and_then(|one| one.into_shape_vec::<f32, 3>().ok());
        let ([_, rows, dims], states) =
            states.ok_or("its first output has no state for each piece")?;
        if rows != count || dims == 0 {
            return Err("its first output has not a state for each piece".to_owned());
        }
        let mut mean = vec![0.0; dims];
        for state in states.chunks_exact(dims) {
            for (sum, value) in mean.iter_mut().zip(state) {
                *sum += value;
            }
        }
        normalise(&mut mean);
        Ok(mean)
    }
}

impl Embedder for Model {
    fn name(&self) -> &str {
        &self.name
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn dims(&self) -> usize {
        self.dims
    }

    fn embed(&self, text: &str) -> Vec<f32> {
        let is_empty = !text.contains(char::is_alphanumeric);
        // It ran when it was opened, so a failure is none of the text's: nothing is found.
        let vector = if is_empty { None } else { self.run(text).ok() };
        vector
            .filter(|vector| vector.len() == self.dims)
            .unwrap_or_else(|| vec![0.0; self.dims])
    }

    fn knows(&self, language: &str) -> bool {
        // `MiniLM` read English; of da, nb and de the words alone tell more than it does.
        language == "en" || language.starts_with("en-")
    }

    fn topic_threshold(&self) -> f32 {
        0.48
    }
}

/// A file that is neither too large nor shorter than the folder says.
fn read(path: &Path) -> Result<Vec<u8>, String> {
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

fn read_pieces(dir: &Path) -> Result<Pieces, String> {
    let listed = dir.join("vocab.txt");
    if listed.exists() {
        let text = String::from_utf8(read(&listed)?)
            .map_err(|error| format!("`vocab.txt` is no text ({error})"))?;
        return Ok(Pieces::new(text.lines()));
    }
    let file: TokenizerFile = serde_json::from_slice(&read(&dir.join("tokenizer.json"))?)
        .map_err(|error| format!("`tokenizer.json` is no tokenizer ({error})"))?;
    let is_word_piece = file.model.kind.is_none_or(|kind| kind == "WordPiece");
    let is_uncased = file
        .normalizer
        .and_then(|one| one.lowercase)
        .unwrap_or(true);
    let vocabulary: BTreeMap<String, usize> =
        serde_json::from_value(file.model.vocab).unwrap_or_default();
    if !is_word_piece || !is_uncased || vocabulary.is_empty() {
        return Err("its tokenizer is not of uncased word pieces, as MiniLM's is".to_owned());
    }
    let mut pieces: Vec<(usize, String)> = vocabulary
        .into_iter()
        .map(|(piece, at)| (at, piece))
        .collect();
    pieces.sort_unstable();
    if pieces.iter().enumerate().any(|(at, piece)| piece.0 != at) {
        return Err("the numbers of its pieces have gaps".to_owned());
    }
    Ok(Pieces::new(pieces.iter().map(|piece| piece.1.as_str())))
}

fn load(bytes: Vec<u8>) -> Result<rten::Model, String> {
    let refused = |reason: String| format!("`model.onnx` is no whole ONNX model ({reason})");
    whole::check(&bytes).map_err(refused)?;
    guarded(|| rten::Model::load(bytes))
        .map_err(refused)?
        .map_err(|error| refused(error.to_string()))
}

/// What a model wants, by the names that all of BERT's kind have.
fn inputs(network: &rten::Model) -> Result<Vec<(NodeId, Input)>, String> {
    let mut inputs = Vec::new();
    for &id in network.input_ids() {
        let info = network.node_info(id);
        let name = info
            .as_ref()
            .and_then(rten::NodeInfo::name)
            .unwrap_or_default()
            .to_owned();
        inputs.push(match name.as_str() {
            "input_ids" => (id, Input::Numbers),
            "attention_mask" => (id, Input::Mask),
            "token_type_ids" => (id, Input::Types),
            _ => {
                return Err(format!(
                    "it wants `{name}`, which no text model of BERT's kind does"
                ));
            }
        });
    }
    if inputs.iter().any(|one| matches!(one.1, Input::Numbers)) {
        Ok(inputs)
    } else {
        Err("it takes no `input_ids`; it is no text model".to_owned())
    }
}

/// Runs what may panic on a file that was made to.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let done = catch_unwind(AssertUnwindSafe(work));
    done.ok().ok_or_else(|| "it broke the runtime".to_owned())
}

#[cfg(test)]
mod tests;
