//! Files that are read whole, up to a size: a device or a wrong name must not fill the memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::Context as _;

use super::wrong::Wrong;

/// The bytes of a file that has at most `most`; `-` is the standard input.
pub(super) fn bytes(path: &Path, most: u64) -> anyhow::Result<Vec<u8>> {
    let failed = || format!("cannot read `{}`", path.display());
    let input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).with_context(failed)?)
    };
    let mut bytes = Vec::new();
    let read = input.take(most + 1).read_to_end(&mut bytes);
    if read.with_context(failed)? as u64 > most {
        let reason = format!("`{}` is longer than {most} bytes", path.display());
        return Err(Wrong::new(format!("{reason}; expected another file")).into());
    }
    Ok(bytes)
}

/// The same as text.
pub(super) fn text(path: &Path, most: u64) -> anyhow::Result<String> {
    String::from_utf8(bytes(path, most)?)
        .with_context(|| format!("`{}` is no text", path.display()))
}
