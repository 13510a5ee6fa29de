//! A sentence model from a folder: BERT-like ONNX and its word pieces.
//!
//! `model.onnx` next to `vocab.txt` or `tokenizer.json`, of the kind of `MiniLM`: uncased
//! word pieces, or the unigrams of models of many languages (`tokenizer.json`), in, a state for
//! each piece out, whose mean is the vector. Whatever else is
//! in the folder is refused when it is opened, by reason; a model that was opened answers.
//! Run by `rten`; needs no library of the machine's.

mod cutting;
mod files;
mod whole;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use super::trial::LIKE;
use super::{Embedder, dot, normalise};
use crate::error::Error;
use cutting::Cutting;
use files::{pieces_file, read, read_pieces};
use rten::{NodeId, Value, ValueOrView};

/// Pieces of a text beyond this many, first and last mark included, are not read.
const MAX_PIECES: usize = 128;

/// Vectors of more numbers come from no sentence model.
const MAX_DIMS: usize = 4_096;

/// The confidence from which an answer is given: measured with `MiniLM`, as the table's was.
const ANSWER_THRESHOLD: f32 = 1.02;

/// A model that was read and tried.
pub struct Model {
    name: String,
    version: u32,
    dims: usize,
    pieces: Cutting,
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

impl Model {
    /// The files in `dir` that a model is read from: its network (`model.onnx`, else the only
    /// `.onnx` file there or in `onnx/`) and its pieces (`vocab.txt`, else `tokenizer.json`).
    pub fn files(dir: &Path) -> Result<[PathBuf; 2], Error> {
        let network = files::network(dir).map_err(|reason| Error::Model {
            dir: dir.to_owned(),
            reason,
        })?;
        Ok([network, pieces_file(dir)])
    }

    /// Reads the model in `dir` and tries it on some texts. Takes a second, mostly for
    /// reading; every error names the folder and what is wrong with it.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let refuse = |reason: String| Error::Model {
            dir: dir.to_owned(),
            reason,
        };
        let [network, _] = Self::files(dir)?;
        let bytes = read(&network).map_err(refuse)?;
        let pieces = read_pieces(dir).map_err(refuse)?;
        let listed = read(&pieces_file(dir)).map_err(refuse)?;
        let version = crc32c::crc32c_append(crc32c::crc32c(&bytes), &listed);
        let network = load(bytes).map_err(refuse)?;
        let inputs = inputs(&network).map_err(refuse)?;
        let output = *network
            .output_ids()
            .first()
            .ok_or_else(|| refuse("it has no output".to_owned()))?;
        let mark = |piece: &str| {
            pieces.number(piece).ok_or_else(|| {
                refuse(format!(
                    "its pieces have no `{piece}`; it is neither of BERT's kind nor of XLM-R's"
                ))
            })
        };
        let [first, last, unknown] = pieces.marks();
        let marks = Marks {
            first: mark(first)?,
            last: mark(last)?,
            unknown: mark(unknown)?,
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

    /// How many numbers its vectors have, if texts that mean the same are nearer to each
    /// other than to one that does not, and the last of its pieces is one of the network's.
    fn tried(&self) -> Result<usize, String> {
        let is_unit = |vector: &Vec<f32>| (dot(vector, vector) - 1.0).abs() < 1e-3;
        let mut dims = 0;
        for texts in LIKE {
            let [one, same, other] = texts.map(|text| self.run(text));
            let (one, same, other) = (one?, same?, other?);
            let are_vectors = [&one, &same, &other].into_iter().all(is_unit);
            if !are_vectors || !(8..=MAX_DIMS).contains(&one.len()) {
                return Err(
                    "it gives no sentence vectors; one like all-MiniLM-L6-v2 is wanted".to_owned(),
                );
            }
            if dot(&one, &same) <= dot(&one, &other) {
                return Err(format!(
                    "it finds `{}` no nearer to `{}` than to `{}`; its pieces are of another model, \
                     or it compares no sentences",
                    texts[0], texts[1], texts[2]
                ));
            }
            dims = one.len();
        }
        let last = u32::try_from(self.pieces.len()).unwrap_or(u32::MAX);
        let marks = [self.marks.first, last.saturating_sub(1), self.marks.last];
        self.run_pieces(&marks).map_err(|error| {
            format!("it has fewer pieces than its vocabulary lists, {last} ({error})")
        })?;
        Ok(dims)
    }

    /// The mean of the states of all pieces, at unit length.
    fn run(&self, text: &str) -> Result<Vec<f32>, String> {
        let mut pieces = vec![self.marks.first];
        pieces.extend(self.pieces.cut(text, MAX_PIECES - 2, self.marks.unknown));
        pieces.push(self.marks.last);
        self.run_pieces(&pieces)
    }

    fn run_pieces(&self, pieces: &[u32]) -> Result<Vec<f32>, String> {
        let count = pieces.len();
        let numbers: Vec<i32> = pieces
            .iter()
            .map(|&piece| i32::try_from(piece).unwrap_or(0))
            .collect();
        let mut inputs: Vec<(NodeId, ValueOrView)> = Vec::with_capacity(self.inputs.len());
        for &(id, input) in &self.inputs {
            let row = match input {
                Input::Numbers => numbers.clone(),
                Input::Mask => vec![1; count],
                Input::Types => vec![0; count],
            };
            let value = Value::from_shape(&[1, count], row).map_err(|error| error.to_string())?;
            inputs.push((id, value.into()));
        }
        let outputs = guarded(|| self.network.run(inputs, &[self.output], None))?
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
        let vector = if is_empty {
            None
        } else {
            apart(|| self.run(text)).ok()
        };
        vector
            .filter(|vector| vector.len() == self.dims)
            .unwrap_or_else(|| vec![0.0; self.dims])
    }

    fn knows(&self, language: &str) -> bool {
        self.pieces.reads(language)
    }

    fn topic_threshold(&self) -> f32 {
        0.48
    }

    fn answer_threshold(&self) -> f32 {
        ANSWER_THRESHOLD
    }
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

/// Runs the network on a thread of its own where this one is a worker of rayon's: waiting
/// for the network's own workers it would take up the next text, and the next one inside
/// that, until its stack is full.
fn apart<T: Send>(work: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
    if rayon::current_thread_index().is_none() {
        return work();
    }
    std::thread::scope(|scope| {
        let done = scope.spawn(work).join();
        done.unwrap_or_else(|_panicked| Err("it broke the runtime".to_owned()))
    })
}

/// Runs what may panic on a file that was made to.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let done = catch_unwind(AssertUnwindSafe(work));
    done.ok().ok_or_else(|| "it broke the runtime".to_owned())
}

#[cfg(test)]
mod tests;
