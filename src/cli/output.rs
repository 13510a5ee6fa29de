//! The two streams of a command, and what a closed pipe means.

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

/// The reader of the standard output has gone: nothing is left to do.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads the output any more")]
struct NoReader;

/// The standard output, buffered.
pub(super) struct Out(BufWriter<StdoutLock<'static>>);

impl Out {
    /// Locks the standard output.
    pub(super) fn lock() -> Self {
        Self(BufWriter::with_capacity(64 << 10, io::stdout().lock()))
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(marked)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(marked)
    }
}

/// Told apart from a connection that broke, which is a failure.
fn marked(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return io::Error::new(io::ErrorKind::BrokenPipe, NoReader);
    }
    error
}

/// Whether `error` only says that the reader of the output has gone.
pub(super) fn is_closed(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        // serde_json hides what was inside; nothing but output is written by it.
        if let Some(json) = cause.downcast_ref::<serde_json::Error>() {
            return json.io_error_kind() == Some(io::ErrorKind::BrokenPipe);
        }
        let io = cause.downcast_ref::<io::Error>();
        let inner = io.and_then(io::Error::get_ref);
        inner.is_some_and(<dyn std::error::Error + Send + Sync>::is::<NoReader>)
    })
}

/// Writes a result and its line end.
pub(super) fn print(text: impl Display) -> anyhow::Result<()> {
    let mut out = Out::lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// Writes JSON for a person or a script.
pub(super) fn print_json(value: &serde_json::Value) -> anyhow::Result<()> {
    print(serde_json::to_string_pretty(value)?)
}

/// Says something to the user besides the result.
pub(super) fn say(text: impl Display) {
    // There is nowhere left to say that nothing can be said.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Whether a person sees what is written to `stream`.
pub(super) fn is_terminal(stream: &impl IsTerminal) -> bool {
    stream.is_terminal()
}
