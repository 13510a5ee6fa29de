//! Labelled questions: read from a file, drawn by a seed.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::Context;
use flate2::read::MultiGzDecoder;
use serde::Deserialize;

/// One row of a file; what it does not have is empty.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Row {
    /// The question, or the answer's text.
    #[serde(default)]
    pub(crate) text: String,
    /// The topic that people gave it.
    pub(crate) label: Option<String>,
    /// Its language.
    pub(crate) lang: Option<String>,
    /// An answer's own id.
    pub(crate) answer_id: Option<String>,
    /// The id of the answer to a question.
    pub(crate) gold_answer_id: Option<String>,
}

/// The rows of `file` that have a text and are in `language`, if one is asked for.
pub(crate) fn read(file: &Path, language: Option<&str>) -> anyhow::Result<Vec<Row>> {
    let name = file.display();
    let opened = File::open(file).with_context(|| format!("cannot open {name}"))?;
    let bytes: Box<dyn Read> = if file.extension().is_some_and(|ext| ext == "gz") {
        Box::new(MultiGzDecoder::new(opened))
    } else {
        Box::new(opened)
    };
    let mut rows = Vec::new();
    for (at, line) in BufReader::new(bytes).lines().enumerate() {
        let line = line.with_context(|| format!("cannot read {name}"))?;
        if line.trim().is_empty() {
            continue;
        }
        let row: Row =
            serde_json::from_str(&line).with_context(|| format!("{name}, line {}", at + 1))?;
        let is_wanted = language.is_none_or(|language| row.lang.as_deref() == Some(language));
        if is_wanted && !row.text.is_empty() {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// Numbers that follow from a seed (xorshift64*).
pub(crate) struct Dice(u64);

impl Dice {
    /// The sequence of `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Shuffles in place (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = usize::try_from(self.next() % (at as u64 + 1)).unwrap_or(0);
            items.swap(at, other);
        }
    }
}

/// A stream as a desk sees it: the labels in a random order get 150, 150 / 2⁰·⁷, 150 / 3⁰·⁷ … questions,
/// at least two; a quarter of all rows is noise, each text of its own; all shuffled.
pub(crate) fn stream(rows: &[Row], noise: &[Row], seed: u64) -> Vec<Row> {
    let mut dice = Dice::new(seed);
    let mut by_label: std::collections::BTreeMap<&str, Vec<&Row>> =
        std::collections::BTreeMap::new();
    for row in rows {
        if let Some(label) = &row.label {
            by_label.entry(label).or_default().push(row);
        }
    }
    let mut labels: Vec<Vec<&Row>> = by_label.into_values().collect();
    dice.shuffle(&mut labels);
    let mut stream: Vec<Row> = Vec::new();
    for (rank, questions) in labels.iter_mut().enumerate() {
        dice.shuffle(questions);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 2 and 150"
        )]
        let size = (150.0 / (rank as f64 + 1.0).powf(0.7)).max(2.0) as usize;
        stream.extend(questions.iter().take(size).map(|&row| row.clone()));
    }
    let mut noise: Vec<&Row> = noise.iter().filter(|row| row.text.len() > 20).collect();
    dice.shuffle(&mut noise);
    let wanted = stream.len() / 3;
    stream.extend(noise.into_iter().take(wanted).map(|row| Row {
        label: None,
        ..row.clone()
    }));
    dice.shuffle(&mut stream);
    stream
}
