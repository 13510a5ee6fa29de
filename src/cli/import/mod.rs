//! `svar import`: files of events into the journal, here or through the server.
//!
//! A thread reads and checks while batches are journalled; what waits between the two
//! is bounded. A bad line or file stops nothing that is good.

mod sink;
mod summary;

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::sync_channel;
use std::time::Instant;

use indicatif::{HumanCount, ProgressBar};

use super::context::Context;
use super::wrong::Wrong;
use super::{output, progress};
use crate::app::{Batch, Batches, Reject, Rejects};
use sink::Sink;
use summary::{FileSummary, Summary};

/// How many batches may wait to be journalled.
const WAITING: usize = 2;
/// How many refused lines are shown where no file takes them.
const SHOWN: u64 = 5;
/// The formats that can be read.
const FORMATS: [&str; 1] = ["svar"];

/// Read files of events into the journal; safe to run again
///
/// Files may be plain, gzip or zstd. A line that is no event is refused and stops
/// nothing; what is in already is counted as duplicate. A file of which no line can be used
/// ends with exit code 1.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar import events.jsonl.gz --rejects rejects.jsonl\n  svar demo | svar import -\n  svar import --dry-run 2026-*.jsonl"
)]
pub(super) struct Args {
    /// Files of newline-delimited events; `-` is the standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the files hold
    #[arg(long, value_name = "FORMAT", default_value = "svar")]
    format: String,
    /// Write the refused lines, with their reasons, to FILE
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Only check the files; nothing is written
    #[arg(long)]
    dry_run: bool,
    /// Give the summary as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<ExitCode> {
    if !FORMATS.contains(&args.format.as_str()) {
        return Err(Wrong::new(format!(
            "the format `{}` cannot be read yet; there is: {}",
            args.format,
            FORMATS.join(", ")
        ))
        .into());
    }
    let mut import = Import {
        sink: Sink::open(context, args.dry_run)?,
        refused: RejectSink::new(args)?,
        summary: Summary::new(args.dry_run),
    };
    for file in &args.files {
        let summary = import.file(file)?;
        if !args.json {
            output::print(&summary)?;
        }
        import.summary.files.push(summary);
    }
    import.refused.finish()?;
    import.sink.finish()?;
    let summary = import.summary;
    if args.json {
        output::print_json(&summary.to_json())?;
    } else if summary.files.len() > 1 {
        output::print(summary.total())?;
    }
    Ok(ExitCode::from(u8::from(!summary.is_good())))
}

/// An import under way.
struct Import {
    sink: Sink,
    refused: RejectSink,
    summary: Summary,
}

impl Import {
    /// Imports one file; a fault of the file is part of its summary.
    fn file(&mut self, path: &Path) -> anyhow::Result<FileSummary> {
        let mut summary = FileSummary::new(path, self.summary.dry_run);
        let batches = match Batches::open(path) {
            Ok(batches) => batches,
            Err(fault) => {
                summary.fail(&fault);
                return Ok(summary);
            }
        };
        let meter = Meter::new(&batches);
        std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel(WAITING);
            scope.spawn(move || {
                for batch in batches {
                    if sender.send(batch).is_err() {
                        return;
                    }
                }
            });
            for batch in receiver {
                match batch {
                    Ok(batch) => self.batch(batch, &mut summary)?,
                    Err(fault) => summary.fail(&fault),
                }
                meter.show(&summary);
            }
            anyhow::Ok(())
        })?;
        meter.finish();
        Ok(summary)
    }

    fn batch(&mut self, batch: Batch, summary: &mut FileSummary) -> anyhow::Result<()> {
        let taken = self.sink.take(&batch)?;
        summary.accepted += taken.accepted;
        summary.duplicates += taken.duplicates;
        summary.conflicts += taken.conflicts;
        summary.ahead(taken.later, taken.first_later);
        let mut rejected = batch.rejected;
        rejected.extend(taken.rejected);
        rejected.sort_by_key(|line| line.line);
        for line in &rejected {
            self.refused.take(line, summary)?;
        }
        Ok(())
    }
}

/// Where refused lines go: to a file, or the first of each input to the user.
struct RejectSink {
    file: Option<Rejects<BufWriter<File>>>,
}

impl RejectSink {
    fn new(args: &Args) -> anyhow::Result<Self> {
        let inputs: Vec<&Path> = args.files.iter().map(PathBuf::as_path).collect();
        let file = match &args.rejects {
            Some(path) => Some(Rejects::create(path, &inputs)?),
            None => None,
        };
        Ok(Self { file })
    }

    fn take(&mut self, line: &Reject, summary: &mut FileSummary) -> anyhow::Result<()> {
        summary.rejected += 1;
        if let Some(file) = &mut self.file {
            file.write(line)?;
        } else if summary.rejected <= SHOWN {
            let field = match line.field.as_str() {
                "" => String::new(),
                field => format!("field `{field}`: "),
            };
            let (name, number) = (&summary.name, line.line);
            output::say(format_args!(
                "{name}: line {number}: {field}{}",
                line.reason
            ));
        } else if summary.rejected == SHOWN + 1 {
            output::say(format_args!(
                "{}: more lines are refused; --rejects FILE writes them all down",
                summary.name
            ));
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<()> {
        if let Some(file) = self.file {
            drop(file.finish()?);
        }
        Ok(())
    }
}

/// The bar over one file.
struct Meter {
    bar: ProgressBar,
    bytes: std::sync::Arc<std::sync::atomic::AtomicU64>,
    began: Instant,
}

impl Meter {
    fn new(batches: &Batches) -> Self {
        Self {
            bar: progress::bytes(batches.size()),
            bytes: batches.bytes_read(),
            began: Instant::now(),
        }
    }

    fn show(&self, summary: &FileSummary) {
        let events = summary.accepted + summary.duplicates;
        let rate = events as f64 / self.began.elapsed().as_secs_f64().max(0.001);
        self.bar
            .set_position(self.bytes.load(std::sync::atomic::Ordering::Relaxed));
        self.bar
            .set_message(format!("{} events · {rate:.0}/s", HumanCount(events)));
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
