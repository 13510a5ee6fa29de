//! The file of refused lines: each with its number, the field at fault and the reason.
//!
//! Newline-delimited JSON, `{line, field, reason, text}`, so that what was refused can be
//! repaired and imported again from `text`. Fed by an import; never read by Svar.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::Serialize;

use super::Error;

/// A line that is no event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The line, from 1; in a posted list the item.
    pub line: u64,
    /// The field at fault, with dots for what is nested; empty: the line itself.
    pub field: String,
    /// What was found and what was expected.
    pub reason: String,
    /// The line; of one that is too long its beginning.
    #[serde(skip)]
    pub text: String,
}

/// A line of the reject file.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    rejected: &'a Reject,
    text: &'a str,
}

/// Where refused lines are written.
pub struct Rejects<W: Write> {
    name: String,
    output: W,
    count: u64,
}

impl Rejects<BufWriter<File>> {
    /// Creates or empties the file at `path`, unless it is one of `inputs`.
    pub fn create(path: &Path, inputs: &[&Path]) -> Result<Self, Error> {
        let name = path.display().to_string();
        if let Ok(real) = fs::canonicalize(path) {
            let is_input = |input: &&Path| fs::canonicalize(input).is_ok_and(|other| other == real);
            if inputs.iter().any(is_input) {
                return Err(Error::Overwrites { name });
            }
        }
        let file = File::create(path).map_err(|cause| Error::io("write", &name, cause))?;
        Ok(Self::new(name, BufWriter::new(file)))
    }
}

impl<W: Write> Rejects<W> {
    /// Rejects written to `output`, which messages call `name`.
    pub const fn new(name: String, output: W) -> Self {
        Self {
            name,
            output,
            count: 0,
        }
    }

    /// Writes one refused line.
    pub fn write(&mut self, rejected: &Reject) -> Result<(), Error> {
        let row = Row {
            rejected,
            text: &rejected.text,
        };
        serde_json::to_writer(&mut self.output, &row)
            .map_err(io::Error::from)
            .and_then(|()| self.output.write_all(b"\n"))
            .map_err(|cause| Error::io("write", &self.name, cause))?;
        self.count += 1;
        Ok(())
    }

    /// How many lines were written.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Hands everything to the system, and gives the output back.
    pub fn finish(mut self) -> Result<W, Error> {
        self.output
            .flush()
            .map_err(|cause| Error::io("write", &self.name, cause))?;
        Ok(self.output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_line_is_a_line_of_json_with_its_text() {
        let mut rejects = Rejects::new("r".to_owned(), Vec::new());
        rejects
            .write(&Reject {
                line: 7,
                field: "at".to_owned(),
                reason: "missing".to_owned(),
                text: "{\"a\":\n1}".to_owned(),
            })
            .unwrap();
        assert_eq!(rejects.count(), 1);
        assert_eq!(
            String::from_utf8(rejects.finish().unwrap()).unwrap(),
            "{\"line\":7,\"field\":\"at\",\"reason\":\"missing\",\"text\":\"{\\\"a\\\":\\n1}\"}\n"
        );
    }

    #[test]
    fn an_input_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.jsonl");
        fs::write(&path, "{}").unwrap();
        assert!(matches!(
            Rejects::create(&path, &[&path]),
            Err(Error::Overwrites { .. })
        ));
        assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
        assert!(Rejects::create(&folder.path().join("out.jsonl"), &[&path]).is_ok());
    }
}
