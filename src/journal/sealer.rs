//! Compresses sealed segments in the background.
//!
//! The order makes every crash harmless: temporary file, sync, reading it back,
//! rename, folder sync, and only then the plain file goes. A failure leaves the plain
//! segment, which reads as well, for the next start. Fed by `journal`.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use super::error::Error;
use super::folder::Folder;
use crate::disk::{Access, Draft, temporary};
use crate::failpoint;

/// zstd's own default: 3 is past 300 MB/s a core and near the best ratio for JSON.
const LEVEL: i32 = 3;
const CHUNK: usize = 256 << 10;

enum Job {
    Seal(u64),
    #[cfg(test)]
    Tell(Sender<()>),
}

/// The compressing thread. Dropping it stops the thread at once, half-way if need be.
pub(super) struct Sealer {
    jobs: Option<Sender<Job>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sealer {
    /// Starts with the segments that an earlier stop left uncompressed.
    pub(super) fn start(folder: Folder, waiting: Vec<u64>) -> Result<Self, Error> {
        let stop = Arc::new(AtomicBool::new(false));
        let (jobs, queue) = channel();
        let seen = Arc::clone(&stop);
        let path = folder.plain(1);
        let thread = thread::Builder::new()
            .name("journal-sealer".to_owned())
            .spawn(move || run(&folder, &queue, &seen))
            .map_err(|error| Error::io("start compressing", &path, error))?;
        let sealer = Self {
            jobs: Some(jobs),
            stop,
            thread: Some(thread),
        };
        for first_seq in waiting {
            sealer.seal(first_seq);
        }
        Ok(sealer)
    }

    /// Queues a segment that will not change any more.
    pub(super) fn seal(&self, first_seq: u64) {
        self.send(Job::Seal(first_seq));
    }

    fn send(&self, job: Job) {
        let sent = self.jobs.as_ref().map(|jobs| jobs.send(job));
        if !matches!(sent, Some(Ok(()))) {
            tracing::warn!(
                "the compressing thread is gone; segments stay plain until the next start"
            );
        }
    }

    /// Waits until everything queued is done.
    #[cfg(test)]
    pub(super) fn finish(&self) {
        let (done, signal) = channel();
        self.send(Job::Tell(done));
        signal.recv().unwrap();
    }
}

impl Drop for Sealer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::warn!(
                "the compressing thread panicked; segments stay plain until the next start"
            );
        }
    }
}

fn run(folder: &Folder, queue: &Receiver<Job>, stop: &AtomicBool) {
    for job in queue {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        match job {
            Job::Seal(first_seq) => {
                if let Err(error) = seal(folder, first_seq, stop) {
                    tracing::warn!(%error, "the segment stays plain until the next start");
                }
            }
            #[cfg(test)]
            Job::Tell(done) => done.send(()).unwrap(),
        }
    }
}

/// Replaces the plain segment by a compressed one, unless it is told to stop.
fn seal(folder: &Folder, first_seq: u64, stop: &AtomicBool) -> Result<(), Error> {
    let (plain, sealed) = (folder.plain(first_seq), folder.sealed(first_seq));
    let unfinished = temporary(&sealed);
    let written = compress(&plain, &unfinished, stop);
    let done = written.map_err(|error| Error::io("compress", &plain, error))?;
    let Some(draft) = done else {
        return Folder::remove(&unfinished);
    };
    failpoint::pass("journal.seal.compressed");
    let placed = draft.rename(&sealed);
    drop(placed.map_err(|error| Error::io("rename", &unfinished, error))?);
    failpoint::pass("journal.seal.renamed");
    folder.sync()?;
    failpoint::pass("journal.seal.synced");
    Folder::remove(&plain)?;
    failpoint::pass("journal.seal.removed");
    folder.sync()
}

/// The compressed copy, durable; `None` if it was told to stop.
fn compress(plain: &Path, target: &Path, stop: &AtomicBool) -> io::Result<Option<Draft>> {
    let mut source = File::open(plain)?;
    let len = source.metadata()?.len();
    let mut encoder = encoder(Draft::create(target, Access::Shared)?)?;
    encoder.set_pledged_src_size(Some(len))?;
    let Some(written) = copy(&mut source, &mut encoder, stop)? else {
        return Ok(None);
    };
    let draft = encoder.finish()?;
    draft.sync()?;
    // What will be the only copy is read once before the other one goes.
    let mut decoder = zstd::stream::read::Decoder::with_buffer(BufReader::with_capacity(
        CHUNK,
        File::open(target)?,
    ))?;
    match copy(&mut decoder, &mut io::sink(), stop)? {
        Some(read) if read == written => Ok(Some(draft)),
        Some(_) => Err(io::Error::other("the compressed copy reads differently")),
        None => Ok(None),
    }
}

/// Compresses into a draft, with a checksum of its own.
pub(super) fn encoder(draft: Draft) -> io::Result<zstd::stream::write::Encoder<'static, Draft>> {
    let mut encoder = zstd::stream::write::Encoder::new(draft, LEVEL)?;
    encoder.include_checksum(true)?;
    Ok(encoder)
}

/// Copies everything and gives its checksum; `None` if it was told to stop.
fn copy(from: &mut impl Read, to: &mut impl Write, stop: &AtomicBool) -> io::Result<Option<u32>> {
    let mut buffer = vec![0; CHUNK];
    let mut crc = 0;
    while !stop.load(Ordering::Relaxed) {
        let read = from.read(&mut buffer)?;
        let (chunk, _) = buffer.split_at(read.min(CHUNK));
        if chunk.is_empty() {
            return Ok(Some(crc));
        }
        crc = crc32c::crc32c_append(crc, chunk);
        to.write_all(chunk)?;
    }
    Ok(None)
}
