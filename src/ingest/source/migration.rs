//! A run over an export's files: learn from all of them, then translate them.
//!
//! Driven by `app`. Files are read in any order and may overlap; what comes out is handed over as
//! it is made.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use super::chatwoot::dump;
use super::field::Fields;
use super::hubspot::{HubSpot, HubSpotMapping, sheet};
use super::kind::{is_json, is_own, kind_of, listed};
use super::output::{Made, Output};
use super::pages::{self, Broken, Receiver, Record};
use super::table::{Mapping, ROWS, Rows, rows};
use super::tally::Tally;
use super::{Format, Translation};
use crate::ingest::{Error, Input, Reject};
use crate::model::reconciliation::SourceFigures;
use crate::model::{Completeness, Event};

/// How many records are looked at before a file is said to hold another format.
const LOOKED_AT: u64 = 100;
/// How many events are handed over at once.
const BATCH_EVENTS: usize = 2_000;
/// How many files are named.
const MOST_FILES: usize = 1_000;
/// What records are called whose kind is not known.
const UNKNOWN: &str = "unknown";

/// Events that were made of records, and records of which none could be.
#[derive(Debug, Default)]
pub struct Translated {
    /// Each event with the number of its record.
    pub events: Vec<(u64, Event)>,
    /// Records that were refused.
    pub rejected: Vec<Reject>,
}

/// How files are written.
#[derive(Clone)]
enum Shape {
    /// As JSON.
    Pages,
    /// As tables.
    Rows(Arc<Mapping>),
    /// Each as one or the other, tables with what is said of them.
    HubSpot(Arc<HubSpotMapping>),
    /// Each as one or the other, tables of a database.
    Dump,
}

/// An export on its way into events.
pub struct Migration {
    /// None: a table.
    format: Option<Format>,
    /// What ids of things begin with.
    source: String,
    shape: Shape,
    translation: Box<dyn Translation>,
    tally: Tally,
    files: Vec<String>,
    faults: Vec<String>,
}

impl Migration {
    /// The start of a run.
    pub fn new(format: Format) -> Self {
        Self {
            format: Some(format),
            source: format.as_str().to_owned(),
            shape: match format {
                Format::Chatwoot => Shape::Dump,
                Format::HubSpot => Shape::HubSpot(Arc::default()),
                _ => Shape::Pages,
            },
            translation: format.translation(),
            tally: Tally::default(),
            files: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// The same over what a connection gives; `mapping` is for one of HubSpot.
    pub fn of_connection(format: Format, mapping: Option<HubSpotMapping>) -> Self {
        let mapped = mapping.filter(|_| format == Format::HubSpot);
        let mut run = mapped.map_or_else(|| Self::new(format), Self::of_hubspot);
        run.translation.expect_all();
        run
    }

    /// The start of a run over an export of HubSpot's.
    pub fn of_hubspot(mapping: HubSpotMapping) -> Self {
        let mapping = Arc::new(mapping);
        Self {
            shape: Shape::HubSpot(Arc::clone(&mapping)),
            translation: Box::new(HubSpot::new(mapping)),
            ..Self::new(Format::HubSpot)
        }
    }

    /// The start of a run over tables.
    pub fn of_table(mapping: Mapping) -> Self {
        Self {
            format: None,
            source: mapping.source().to_owned(),
            shape: Shape::Rows(Arc::new(mapping.clone())),
            translation: Box::new(Rows::new(mapping)),
            tally: Tally::default(),
            files: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Opens a file of the run.
    pub fn open(&self, path: &Path) -> Result<Input, Error> {
        if path == Path::new("-") {
            let name = "standard input".to_owned();
            return Err(Error::Once { name });
        }
        match self.shape {
            Shape::Pages => Input::open(path),
            Shape::Rows(_) | Shape::HubSpot(_) | Shape::Dump => Input::open_table(path),
        }
    }

    /// Reads a file for what it teaches about others.
    ///
    /// A file that cannot be read to its end teaches what comes before that, and is an error when
    /// it is translated only. One of another format is one here.
    pub fn learn(&mut self, path: &Path) -> Result<(), Error> {
        let input = self.open(path)?;
        self.learn_input(input)
    }

    /// As [`Self::learn`], of what is open already.
    pub fn learn_input(&mut self, input: Input) -> Result<(), Error> {
        let name = input.name().to_owned();
        let shape = self.shape.clone();
        let mut learner = Learner {
            format: self.format,
            translation: self.translation.as_mut(),
            recognised: 0,
            others: BTreeSet::new(),
            looked_at: 0,
        };
        match read(&name, input, &shape, &mut learner) {
            // A table is imported whole or not at all.
            Err(fault @ (Error::Table { .. } | Error::Mapping { .. })) => return Err(fault),
            Ok(0) | Err(Error::Empty { .. }) => return Ok(()),
            Err(fault) if learner.looked_at == 0 => return Err(fault),
            // What is wrong further on is said when it is translated.
            Ok(_) | Err(_) => {}
        }
        if learner.recognised == 0 {
            return Err(Error::OtherFormat {
                name,
                named: self.format.map_or("csv", Format::as_str),
                looks: learner.others.first().copied(),
            });
        }
        Ok(())
    }

    /// Translates a file, handing over what is made of it; ends early when that says so.
    pub fn translate(
        &mut self,
        input: Input,
        deliver: &mut dyn FnMut(Translated) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let name = input.name().to_owned();
        let shape = self.shape.clone();
        let mut translator = Translator {
            migration: self,
            ready: Translated::default(),
            deliver,
        };
        let read = read(&name, input, &shape, &mut translator);
        // What was read before a fault is handed over, too; nobody may want it any more.
        let _gone = translator.hand_over();
        let base = Path::new(&name).file_name();
        let base = base.map_or(name.clone(), |base| base.to_string_lossy().into_owned());
        if self.files.len() < MOST_FILES {
            self.files.push(base);
            self.faults
                .extend(read.as_ref().err().map(ToString::to_string));
        }
        read.map(|_records| ())
    }

    /// The figures that the source itself gives of its conversations or tickets; asked for once,
    /// when all files are translated.
    pub fn figures(&mut self) -> SourceFigures {
        let measured = self.translation.measured();
        self.tally.take_figures(&self.source, measured)
    }

    /// What the run came to, save what became of its events.
    pub fn completeness(mut self) -> Completeness {
        self.account()
    }

    /// The same of what came since the last account; what was learned stays.
    pub fn account(&mut self) -> Completeness {
        let mut tally = std::mem::take(&mut self.tally);
        self.translation.close(&mut tally);
        Completeness {
            files: std::mem::take(&mut self.files),
            faults: std::mem::take(&mut self.faults),
            ..tally.completeness(&self.source)
        }
    }

    fn record(&mut self, number: u64, key: Option<&str>, record: &Record, into: &mut Translated) {
        let fields = Fields::new(record);
        let Some(kind) = kind_of(self.translation.as_ref(), key, fields) else {
            let name = key.unwrap_or(UNKNOWN);
            let count = self.tally.records(name);
            count.read += 1;
            count.passed_over += 1;
            return;
        };
        for field in self.translation.fields(kind) {
            if !fields.has(field) {
                self.tally.missing(format!("{kind}.{field}"));
            }
        }
        let mut output = Output {
            format: &self.source,
            kind,
            number,
            record: fields,
            events: &mut into.events,
            rejected: &mut into.rejected,
            tally: &mut self.tally,
            made: Made::default(),
        };
        self.translation.translate(kind, fields, &mut output);
        let made = output.made;
        let count = self.tally.records(kind);
        count.read += 1;
        count.rejected += u64::from(made.rejects > 0);
        count.translated += u64::from(made.rejects == 0 && (made.events > 0 || made.is_part));
        count.passed_over += u64::from(made == Made::default());
    }
}

fn read(
    name: &str,
    input: Input,
    shape: &Shape,
    receiver: &mut dyn Receiver,
) -> Result<u64, Error> {
    match shape {
        Shape::Pages => pages::read(name, input, receiver),
        Shape::Rows(mapping) => rows::read(name, input, mapping, receiver),
        Shape::HubSpot(_) | Shape::Dump => {
            let mut input = BufReader::new(input);
            let seen = input.fill_buf();
            let seen = seen.map_err(|cause| Error::read(name, 0, cause))?;
            match shape {
                _ if is_json(seen) => pages::read(name, input, receiver),
                Shape::HubSpot(mapping) => sheet::read(name, input, mapping, receiver),
                _ => dump::read(name, input, receiver),
            }
        }
    }
}

struct Learner<'a> {
    format: Option<Format>,
    translation: &'a mut dyn Translation,
    looked_at: u64,
    recognised: u64,
    others: BTreeSet<&'static str>,
}

impl Receiver for Learner<'_> {
    fn is_list(&self, key: &str) -> bool {
        listed(self.translation, key).is_some()
    }

    fn wants(&self, key: &str) -> bool {
        self.recognised == 0
            || listed(self.translation, key)
                .is_some_and(|kind| kind.is_empty() || self.translation.is_teacher(kind))
    }

    fn take(&mut self, _number: u64, key: Option<&str>, record: Record) -> ControlFlow<()> {
        let fields = Fields::new(&record);
        self.looked_at += 1;
        if let Some(kind) = kind_of(self.translation, key, fields) {
            self.recognised += 1;
            if self.translation.is_teacher(kind) {
                self.translation.learn(kind, fields);
            }
            return ControlFlow::Continue(());
        }
        if self.recognised > 0 {
            return ControlFlow::Continue(());
        }
        let formats = Format::ALL
            .iter()
            .filter(|other| Some(**other) != self.format);
        let fits = formats.filter(|other| other.translation().kind_of(fields).is_some());
        self.others.extend(fits.map(|other| other.as_str()));
        if is_own(fields) {
            self.others.insert("svar");
        }
        if self.looked_at >= LOOKED_AT {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn broken(&mut self, number: u64, _key: Option<&str>, _fault: Broken) -> ControlFlow<()> {
        if self.recognised == 0 && number >= LOOKED_AT {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

struct Translator<'a> {
    migration: &'a mut Migration,
    ready: Translated,
    deliver: &'a mut dyn FnMut(Translated) -> ControlFlow<()>,
}

impl Translator<'_> {
    fn hand_over(&mut self) -> ControlFlow<()> {
        let ready = std::mem::take(&mut self.ready);
        if ready.events.is_empty() && ready.rejected.is_empty() {
            return ControlFlow::Continue(());
        }
        (self.deliver)(ready)
    }

    fn hand_over_if_full(&mut self) -> ControlFlow<()> {
        if self.ready.events.len() + self.ready.rejected.len() < BATCH_EVENTS {
            return ControlFlow::Continue(());
        }
        self.hand_over()
    }
}

impl Receiver for Translator<'_> {
    fn is_list(&self, key: &str) -> bool {
        listed(self.migration.translation.as_ref(), key).is_some()
    }

    fn wants(&self, _key: &str) -> bool {
        true
    }

    fn take(&mut self, number: u64, key: Option<&str>, record: Record) -> ControlFlow<()> {
        self.migration.record(number, key, &record, &mut self.ready);
        self.hand_over_if_full()
    }

    fn broken(&mut self, number: u64, key: Option<&str>, fault: Broken) -> ControlFlow<()> {
        let unlisted = match self.migration.shape {
            Shape::Rows(_) => ROWS,
            Shape::Pages | Shape::HubSpot(_) | Shape::Dump => UNKNOWN,
        };
        let kind = key.and_then(|key| listed(self.migration.translation.as_ref(), key));
        let kind = kind.filter(|kind| !kind.is_empty()).unwrap_or(unlisted);
        let tally = &mut self.migration.tally;
        let count = tally.records(kind);
        count.read += 1;
        count.rejected += 1;
        tally.reject(kind, "", &fault.reason);
        self.ready.rejected.push(Reject {
            line: number,
            field: String::new(),
            reason: format!("{} (line {} of the file)", fault.reason, fault.line),
            text: fault.text,
        });
        self.hand_over_if_full()
    }
}
