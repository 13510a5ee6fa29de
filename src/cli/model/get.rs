//! Fetching a sentence model that Svar knows: its files by name, each checked by its SHA-256, so that
//! it does not matter from where they come.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use indicatif::ProgressBar;
use sha2::{Digest as _, Sha256};

use crate::cli::progress;
use crate::cli::wrong::Wrong;
use crate::clock::Clock;
use crate::fetch;

/// How long a server may take to begin with a file, and between two pieces of it.
const TIMEOUT_SECS: u64 = 30;
/// How much is read at once.
const PIECE: usize = 256 << 10;

/// A model that is known.
#[derive(Debug)]
struct Known {
    /// What it is called here.
    name: &'static str,
    /// What it is, and under which licence.
    about: &'static str,
    /// The folder of its name and revision, which do not change.
    base: &'static str,
    files: &'static [KnownFile],
}

/// One of its files.
#[derive(Debug)]
struct KnownFile {
    /// Where it is under the base.
    path: &'static str,
    /// What it is called in the folder of a model.
    name: &'static str,
    bytes: u64,
    sha256: &'static str,
}

/// Those that can be fetched. Each is a public file of a fixed revision.
const KNOWN: &[Known] = &[Known {
    name: "minilm",
    about: "all-MiniLM-L6-v2, 8 bits, English, 23 MB (Apache-2.0)",
    base: "https://huggingface.co/Xenova/all-MiniLM-L6-v2/resolve/751bff37182d3f1213fa05d7196b954e230abad9",
    files: &[
        KnownFile {
            path: "onnx/model_quantized.onnx",
            name: "model.onnx",
            bytes: 22_972_370,
            sha256: "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1",
        },
        KnownFile {
            path: "tokenizer.json",
            name: "tokenizer.json",
            bytes: 711_661,
            sha256: "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
        },
    ],
}];

/// A folder to fetch to, which goes when this does.
pub(super) struct Place(PathBuf);

impl Place {
    /// A fresh one.
    pub(super) fn new() -> anyhow::Result<Self> {
        let name = format!("svar-model-{}", Clock::fresh_id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "{} is left over", self.0.display());
        }
    }
}

/// Fetches the model called `name` into a new folder inside `place`, out of `from` or from where it
/// is published; gives the folder, which is called like the model.
pub(super) fn fetched(name: &str, from: Option<&str>, place: &Path) -> anyhow::Result<PathBuf> {
    let known = KNOWN.iter().find(|known| known.name == name);
    let Some(known) = known else {
        let names = KNOWN
            .iter()
            .map(|known| format!("{} ({})", known.name, known.about));
        let names = names.collect::<Vec<_>>().join(", ");
        let reason = format!("`{name}` is no model that can be fetched; expected one of: {names}");
        return Err(Wrong::new(reason).into());
    };
    fetch_all(known, from.unwrap_or(known.base), place)
}

fn fetch_all(known: &Known, from: &str, place: &Path) -> anyhow::Result<PathBuf> {
    let folder = place.join(known.name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let total = known.files.iter().map(|file| file.bytes).sum();
    let bar = progress::bytes(Some(total)).with_message(known.name);
    for file in known.files {
        fetch_one(file, from, &folder, &bar)?;
    }
    bar.finish_and_clear();
    Ok(folder)
}

/// Fetches a file and checks it; what is not what it should be does not stay.
fn fetch_one(file: &KnownFile, from: &str, folder: &Path, bar: &ProgressBar) -> anyhow::Result<()> {
    let (mut source, whence) = open(file, from)?;
    let path = folder.join(file.name);
    let copied = copy(&mut source, file, &path, bar);
    if copied.is_err() {
        crate::disk::remove_file(&path)?;
    }
    copied.with_context(|| format!("nothing was changed: {whence}"))
}

/// Where a file is read, and what that is called.
fn open(file: &KnownFile, from: &str) -> anyhow::Result<(Box<dyn Read>, String)> {
    if from.contains("://") {
        let url = format!("{}/{}", from.trim_end_matches('/'), file.path);
        let reader = fetch::download(&url, TIMEOUT_SECS, file.bytes + 1)
            .map_err(|reason| Wrong::new(format!("cannot fetch {url}: {reason}")))?;
        return Ok((Box::new(reader), url));
    }
    // A folder may be laid out as it was published, or as a model's folder is.
    let paths = [file.path, file.name].map(|name| Path::new(from).join(name));
    let path = paths.iter().find(|path| path.is_file());
    let Some(path) = path else {
        let reason = format!("`{from}` is no address, and no folder with {}", file.path);
        return Err(Wrong::new(reason).into());
    };
    let opened = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok((Box::new(opened), path.display().to_string()))
}

fn copy(
    source: &mut dyn Read,
    file: &KnownFile,
    path: &Path,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let mut target = File::create(path)?;
    let mut digest = Sha256::new();
    let mut piece = vec![0; PIECE];
    let mut length = 0;
    loop {
        let read = match source.read(&mut piece) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error).context("it broke off"),
        };
        let (bytes, _) = piece.split_at(read);
        if bytes.is_empty() {
            break;
        }
        length += read as u64;
        if length > file.bytes {
            break;
        }
        digest.update(bytes);
        target.write_all(bytes)?;
        bar.inc(read as u64);
    }
    if length != file.bytes {
        let reason = format!(
            "it is not the file that is expected: {} bytes are",
            file.bytes
        );
        return Err(Wrong::new(reason).into());
    }
    let mut sum = String::new();
    for byte in digest.finalize() {
        write!(sum, "{byte:02x}")?;
    }
    if sum != file.sha256 {
        let reason = format!(
            "it is not the file that is expected: its SHA-256 is {sum}, not {}",
            file.sha256
        );
        return Err(Wrong::new(reason).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Known = Known {
        name: "small",
        about: "for tests",
        base: "",
        files: &[KnownFile {
            path: "onnx/model.onnx",
            name: "model.onnx",
            bytes: 5,
            sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        }],
    };

    fn fetch(content: &[u8]) -> Result<PathBuf, String> {
        let place = tempfile::tempdir().unwrap();
        let from = place.path().join("from");
        fs::create_dir_all(from.join("onnx")).unwrap();
        fs::write(from.join("onnx/model.onnx"), content).unwrap();
        let fetched = fetch_all(&SMALL, from.to_str().unwrap(), place.path());
        let folder = place.path().join("small");
        let is_there = folder.join("model.onnx").exists();
        assert_eq!(is_there, fetched.is_ok());
        fetched.map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_file_is_taken_if_it_is_byte_by_byte_the_one_that_is_known() {
        assert!(fetch(b"hello").is_ok());
        for (content, words) in [
            (&b"hullo"[..], "its SHA-256 is"),
            (b"hell", "5 bytes are"),
            (b"hello!", "5 bytes are"),
            (b"", "5 bytes are"),
        ] {
            let fault = fetch(content).unwrap_err();
            assert!(fault.contains(words), "{fault}");
        }
    }

    #[test]
    fn what_is_unknown_is_named_with_what_is_known() {
        let place = tempfile::tempdir().unwrap();
        let fault = fetched("gpt", None, place.path()).unwrap_err().to_string();
        assert!(
            fault.contains("`gpt`") && fault.contains("minilm"),
            "{fault}"
        );
        let fault = fetched("minilm", Some("/nowhere"), place.path()).unwrap_err();
        let fault = fault.to_string();
        assert!(
            fault.contains("no folder with onnx/model_quantized.onnx"),
            "{fault}"
        );
    }

    /// A server that answers `/onnx/model.onnx` with where else it is, and that with `content`.
    fn serving(content: &'static [u8]) -> (String, std::thread::JoinHandle<()>) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let thread = std::thread::spawn(move || {
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().unwrap();
                let mut asked = [0; 2_048];
                let read = stream.read(&mut asked).unwrap();
                let is_moved = asked[..read].starts_with(b"GET /onnx/model.onnx ");
                let head = if is_moved {
                    "HTTP/1.1 302 Found\r\nlocation: /there\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()
                } else {
                    format!(
                        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                        content.len()
                    )
                };
                stream.write_all(head.as_bytes()).unwrap();
                if !is_moved {
                    stream.write_all(content).unwrap();
                }
            }
        });
        (url, thread)
    }

    #[test]
    fn an_address_may_lead_elsewhere_and_only_the_bytes_count() {
        for (content, is_it) in [(&b"hello"[..], true), (b"howdy", false)] {
            let place = tempfile::tempdir().unwrap();
            let (url, thread) = serving(content);
            let fetched = fetch_all(&SMALL, &url, place.path());
            assert_eq!(fetched.is_ok(), is_it, "{fetched:?}");
            thread.join().unwrap();
        }
        let place = tempfile::tempdir().unwrap();
        let fault = fetch_all(&SMALL, "http://shop.example", place.path()).unwrap_err();
        assert!(fault.to_string().contains("expected https://"), "{fault}");
    }
}
