//! `svar import`: files of events into the journal, here or through the server.
//!
//! A thread reads and checks while batches are journalled; what waits between the two
//! is bounded. A bad line or file stops nothing that is good. An export of another product is
//! translated by that thread.

mod account;
mod format;
mod meter;
mod sink;
mod summary;

use std::fs::File;
use std::io::BufWriter;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::sync_channel;

use indicatif::HumanCount;
use serde_json::Value;

use super::context::Context;
use super::wrong::Wrong;
use super::{output, progress};
use crate::app::{
    Batch, Batches, FileCounts, FileHosts, ImportError, Input, Migration, Product, Reject, Rejects,
    file_host, guess, unpacked,
};
use crate::model::Completeness;
use account::Account;
use format::OWN_FORMAT;
use meter::Meter;
use sink::Sink;
use summary::{FileSummary, Summary};

/// How many batches may wait to be journalled.
const WAITING: usize = 2;
/// How many refused lines are shown where no file takes them.
const SHOWN: u64 = 5;

/// Read files of events into the journal; safe to run again
///
/// Files may be plain, gzip, zstd or in a zip archive. A line that is no event is refused and stops
/// nothing; what is in already is counted as duplicate. A file of which no line can be used
/// ends with exit code 1. Exports of other products are translated, and what came of them is
/// accounted for; name all files of an export in one run, for they explain each other.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar import events.jsonl.gz --rejects rejects.jsonl\n  svar demo | svar import -\n  svar import --dry-run 2026-*.jsonl\n  svar import --format zendesk users.json tickets-*.json ticket-events-*.json\n  svar import --format hubspot --zone Europe/Oslo pipelines.json owners.json tickets.csv\n  svar import --guess tickets.csv > mapping.toml\n  svar import --format csv --map mapping.toml --zone Europe/Oslo tickets.csv\n  svar import --last"
)]
pub(super) struct Args {
    /// Files of newline-delimited events, where `-` is the standard input, or of an export
    #[arg(required_unless_present_any = ["guess", "last"], value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the files hold: `svar`, an export of `chatwoot`, `hubspot`, `intercom` or `zendesk`, or
    /// `csv` with a mapping
    #[arg(long, value_name = "FORMAT", default_value = OWN_FORMAT)]
    format: String,
    /// Which columns of a CSV make which events: a mapping file, or freshdesk, front, helpscout or
    /// zammad; for `hubspot` a file that says what its tables and stages mean
    #[arg(long, value_name = "MAPPING")]
    map: Option<PathBuf>,
    /// The zone of a CSV's instants, `hubspot`'s too: that of the account that exported it
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Propose a mapping for a CSV and show the first events that it makes; nothing is imported
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "map", "format"])]
    guess: Option<PathBuf>,
    /// Show what the last import of an export came to, with the source's own figures beside ours
    #[arg(long, conflicts_with_all = ["files", "map", "format", "guess", "rejects", "dry_run"])]
    last: bool,
    /// Write the refused lines, with their reasons, to FILE
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    #[command(flatten)]
    attachments: Attachments,
    /// Only check the files; nothing is written
    #[arg(long)]
    dry_run: bool,
    /// Give the summary as JSON
    #[arg(long)]
    json: bool,
}

/// What becomes of files that messages link to.
#[derive(Debug, clap::Args)]
struct Attachments {
    /// Fetch the files that messages link to, from the source's own hosts; else they stay links,
    /// which die with the old account
    #[arg(long = "fetch-attachments", conflicts_with = "dry_run")]
    fetch: bool,
    /// One more host that they may be fetched from, such as files.shop.example
    #[arg(long = "attachment-host", value_name = "HOST", requires = "fetch")]
    hosts: Vec<String>,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<ExitCode> {
    if args.last {
        return last(context, args.json);
    }
    if let Some(table) = &args.guess {
        let proposal = guess(table, args.zone.as_deref())?;
        output::print(proposal.trim_end())?;
        return Ok(ExitCode::SUCCESS);
    }
    let sink = Sink::open(context, args.dry_run)?;
    let migration = format::migration(&args.format, args.map.as_deref(), args.zone.as_deref())?;
    let mut import = Import {
        hosts: hosts(args, &sink)?,
        files: FileCounts::default(),
        grouped: 0,
        sink,
        refused: RejectSink::new(args)?,
        summary: Summary::new(args.dry_run),
        migration,
    };
    let files = files(&args.files)?;
    import.learn(&files);
    for file in &files {
        let summary = import.file(file)?;
        if !args.json {
            output::print(&summary)?;
        }
        import.summary.files.push(summary);
    }
    import.refused.finish()?;
    let (summary, files) = (import.summary, import.files);
    let completeness = match import.migration {
        Some(mut migration) => {
            let reconciled = import.sink.reconciled(&migration.figures())?;
            let mut completeness = summary.accounted(Completeness {
                reconciled,
                ..migration.completeness()
            });
            files.add_to(&mut completeness);
            Some(completeness)
        }
        None => None,
    };
    if let Some(completeness) = &completeness {
        import.sink.keep(completeness)?;
    }
    import.sink.finish()?;
    if args.json {
        output::print_json(&summary.to_json(completeness.as_ref()))?;
        return Ok(ExitCode::from(u8::from(!summary.is_good())));
    }
    if summary.files.len() > 1 {
        output::print(summary.total())?;
    }
    if let Some(completeness) = &completeness {
        output::print(Account(completeness))?;
    }
    Ok(ExitCode::from(u8::from(!summary.is_good())))
}

/// From where files are fetched, if that is wanted.
fn hosts(args: &Args, sink: &Sink) -> anyhow::Result<Option<FileHosts>> {
    if !args.attachments.fetch {
        return Ok(None);
    }
    let Sink::Here(app) = sink else {
        let text = "--fetch-attachments works on the data folder itself: stop the server, or send the \
                    files up on its page, which has the same choice";
        return Err(Wrong::new(text.to_owned()).into());
    };
    let own = args.attachments.hosts.iter().map(|host| file_host(host));
    let own = own.collect::<Result<Vec<_>, _>>();
    let own = own.map_err(|fault| Wrong::new(format!("--attachment-host: {}", fault.reason)))?;
    let product = Product::parse(&args.format);
    Ok(Some(FileHosts::new(product, own, app.most_file_bytes())))
}

/// The files to be read: of an archive those in it.
fn files(named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let all = unpacked(named)?;
    for name in all.passed_over {
        output::say(format_args!(
            "`{name}` in an archive holds neither JSON nor a table; it is passed over"
        ));
    }
    Ok(all.files.into_iter().map(|file| file.path).collect())
}

/// Shows what the last import that is kept came to.
fn last(context: &Context, json: bool) -> anyhow::Result<ExitCode> {
    let mut kept = context.client()?.json("/api/v1/imports", &Vec::new())?;
    let last = kept.pointer_mut("/items/0/completeness").map(Value::take);
    let Some(last) = last else {
        output::print("No export of another product has been imported yet.")?;
        return Ok(ExitCode::SUCCESS);
    };
    if json {
        output::print_json(&last)?;
    } else {
        let completeness: Completeness = serde_json::from_value(last)?;
        output::print(Account(&completeness).to_string().trim_start())?;
        if let Some(mining) = kept.get("mining").and_then(mined) {
            output::print(mining)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// How far the search for questions in what people answered is; none: there is no server to do it.
fn mined(seen: &Value) -> Option<String> {
    let number = |name: &str| seen.get(name).and_then(Value::as_u64);
    let (read, of) = (number("read")?, number("of").filter(|of| *of > 0)?);
    Some(format!(
        "Questions that people answered: {} of {} episodes looked through; see svar gaps list",
        HumanCount(read),
        HumanCount(of)
    ))
}

/// An import under way.
struct Import {
    sink: Sink,
    refused: RejectSink,
    summary: Summary,
    /// Of another product's export.
    migration: Option<Migration>,
    /// From where files that messages link to are fetched; none: they stay links.
    hosts: Option<FileHosts>,
    files: FileCounts,
    /// How many questions have got their topics meanwhile.
    grouped: u64,
}

/// What is read of a file.
enum Reading<'a> {
    Lines(Box<Batches>),
    Records(Input, &'a mut Migration),
}

impl Reading<'_> {
    fn meter(&self) -> Meter {
        match self {
            Self::Lines(batches) => Meter::new(batches.size(), batches.bytes_read()),
            Self::Records(input, _) => Meter::new(input.size(), input.bytes_read()),
        }
    }

    /// Hands over all batches; ends early when nobody takes them any more.
    fn run(self, send: impl Fn(Result<Batch, ImportError>) -> ControlFlow<()>) {
        match self {
            Self::Lines(mut batches) => {
                let _gone = batches.try_for_each(send);
            }
            Self::Records(input, migration) => {
                let read = migration.translate(input, |batch| send(Ok(batch)));
                if let Err(fault) = read {
                    let _gone = send(Err(fault));
                }
            }
        }
    }
}

impl Import {
    /// Reads the files of an export for what they say about each other. What is wrong with one is
    /// said when it is imported.
    fn learn(&mut self, files: &[PathBuf]) {
        let Some(migration) = &mut self.migration else {
            return;
        };
        let waiting = progress::waiting("reading who is who");
        for file in files {
            if let Err(fault) = migration.learn(file) {
                self.summary.unreadable.insert(file.clone(), fault);
            }
        }
        waiting.finish_and_clear();
    }

    /// Imports one file; a fault of the file is part of its summary.
    fn file(&mut self, path: &Path) -> anyhow::Result<FileSummary> {
        let mut summary = FileSummary::new(path, self.summary.dry_run);
        if let Some(fault) = self.summary.unreadable.remove(path) {
            summary.fail(&fault);
            return Ok(summary);
        }
        let mut migration = self.migration.take();
        let reading = match &mut migration {
            None => Batches::open(path).map(Box::new).map(Reading::Lines),
            Some(migration) => {
                summary.unit = "record";
                let input = migration.open(path);
                input.map(|input| Reading::Records(input, migration))
            }
        };
        match reading {
            Ok(reading) => self.read(reading, &mut summary)?,
            Err(fault) => summary.fail(&fault),
        }
        self.migration = migration;
        Ok(summary)
    }

    fn read(&mut self, reading: Reading<'_>, summary: &mut FileSummary) -> anyhow::Result<()> {
        let meter = reading.meter();
        std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel(WAITING);
            scope.spawn(move || {
                reading.run(|batch| match sender.send(batch) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_gone) => ControlFlow::Break(()),
                });
            });
            for batch in receiver {
                match batch {
                    Ok(batch) => self.batch(batch, summary)?,
                    Err(fault) => summary.fail(&fault),
                }
                meter.show(summary, self.grouped);
            }
            anyhow::Ok(())
        })?;
        meter.finish();
        Ok(())
    }

    fn batch(&mut self, mut batch: Batch, summary: &mut FileSummary) -> anyhow::Result<()> {
        if let (Some(hosts), Sink::Here(app)) = (&self.hosts, &self.sink) {
            app.fetch_files(&mut batch, hosts, &mut self.files)?;
        }
        let taken = self.sink.take(&batch)?;
        self.grouped += self.sink.group()?;
        summary.accepted += taken.accepted;
        summary.duplicates += taken.duplicates;
        summary.conflicts += taken.conflicts;
        summary.ahead(taken.later, taken.first_later);
        for event in &taken.rejected {
            let why = (event.field.clone(), event.reason.clone());
            *summary.refused.entry(why).or_default() += 1;
        }
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
            let (name, unit, number) = (&summary.name, summary.unit, line.line);
            output::say(format_args!(
                "{name}: {unit} {number}: {field}{}",
                line.reason
            ));
        } else if summary.rejected == SHOWN + 1 {
            output::say(format_args!(
                "{}: more {}s are refused; --rejects FILE writes them all down",
                summary.name, summary.unit
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
