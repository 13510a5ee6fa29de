//! Where an import's events go: into the folder, to its server, or nowhere.

use anyhow::Context as _;
use serde_json::Value;
use std::sync::Arc;

use crate::app::{App, BATCH_BYTES, Batch, ERASED, IngestCounts, Reject, Via};
use crate::cli::client::Client;
use crate::cli::context::Context;
use crate::cli::{output, progress};
use crate::command::{Caller, Command, Identity, Role};
use crate::model::reconciliation::{Reconciliation, SourceFigures};
use crate::model::{Completeness, Event, Timestamp};
use crate::work::{group_some, questions_waiting};

/// So many questions are grouped while more comes in.
const MANY: usize = 2_000;

/// Why a line whose identity is taken by another event is refused.
const CONFLICT: &str = "conflict: the stored event of this source and id differs";

/// What takes the events.
pub(super) enum Sink {
    /// This process, which owns the folder.
    Here(Box<App>),
    /// The server that owns it.
    There(Upload),
    /// Nothing: a dry run.
    Nowhere {
        /// The present instant.
        now: Timestamp,
    },
}

/// Batches on their way to a server.
pub(super) struct Upload {
    client: Client,
    position: u64,
}

/// What became of a batch.
#[derive(Default)]
pub(super) struct BatchCounts {
    pub(super) accepted: u64,
    pub(super) duplicates: u64,
    pub(super) conflicts: u64,
    /// How many lie ahead of the clock.
    pub(super) later: u64,
    /// The line of the first of them and its instant, where they are known.
    pub(super) first_later: Option<(u64, Timestamp)>,
    pub(super) rejected: Vec<Reject>,
}

impl Sink {
    pub(super) fn open(context: &Context, dry_run: bool) -> anyhow::Result<Self> {
        if dry_run {
            return Ok(Self::Nowhere {
                now: context.clock.now(),
            });
        }
        if let Some(client) = context.server()? {
            return Ok(Self::There(Upload {
                client,
                position: 0,
            }));
        }
        Ok(Self::Here(Box::new(context.open()?)))
    }

    /// Hands a batch's events over; returns when they are safe on disk.
    pub(super) fn take(&mut self, batch: &Batch) -> anyhow::Result<BatchCounts> {
        if batch.events.is_empty() {
            return Ok(BatchCounts::default());
        }
        match self {
            Self::Here(app) => here(app, batch),
            Self::There(upload) => upload.take(batch),
            Self::Nowhere { now } => {
                let mut later = numbered(batch).filter(|(_, event)| event.at > *now);
                let first_later = later.next().map(|(line, event)| (line, event.at));
                Ok(BatchCounts {
                    accepted: batch.events.len() as u64,
                    later: first_later.map_or(0, |_| 1 + later.count() as u64),
                    first_later,
                    ..BatchCounts::default()
                })
            }
        }
    }

    /// Groups questions once many wait for a topic, so that they do not all wait until everything
    /// is in; how many that was. A server groups its own.
    pub(super) fn group(&self) -> anyhow::Result<u64> {
        let Self::Here(app) = self else {
            return Ok(0);
        };
        let waiting = questions_waiting(app);
        if waiting < MANY {
            return Ok(0);
        }
        group_some(app)?;
        Ok(waiting.saturating_sub(questions_waiting(app)) as u64)
    }

    /// The source's own figures beside ours, once reports see all that came in; none in a dry run.
    pub(super) fn reconciled(
        &self,
        figures: &SourceFigures,
    ) -> anyhow::Result<Vec<Reconciliation>> {
        if figures.things.is_empty() {
            return Ok(Vec::new());
        }
        match self {
            Self::Here(app) => {
                let waiting = progress::waiting("counting what is new");
                app.settle()?;
                let reconciled = app.reconcile(&app.present(), figures)?;
                waiting.finish_and_clear();
                Ok(reconciled)
            }
            Self::There(upload) => upload.reconciled(figures),
            Self::Nowhere { .. } => Ok(Vec::new()),
        }
    }

    /// Keeps what an export came to, once its events are safe.
    pub(super) fn keep(&self, completeness: &Completeness) -> anyhow::Result<()> {
        match self {
            Self::Here(app) => {
                let caller = Caller::live(Identity::Cli, Role::Admin);
                let command = Command::FinishImport(Box::new(completeness.clone()));
                app.write_now(&caller, command)?;
            }
            Self::There(upload) => {
                let body = serde_json::to_value(completeness)?;
                upload.client.send("/api/v1/imports/finished", &body)?;
            }
            Self::Nowhere { .. } => {}
        }
        Ok(())
    }

    /// Waits until reports see everything.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Here(app) => {
                let waiting = progress::waiting("counting what is new");
                app.settle()?;
                waiting.finish_and_clear();
                group_rest(&app)?;
                Ok(app.close()?)
            }
            Self::There(upload) => upload.settle(),
            Self::Nowhere { .. } => Ok(()),
        }
    }
}

/// Groups all questions that have no topic yet.
fn group_rest(app: &App) -> anyhow::Result<()> {
    let all = questions_waiting(app);
    let bar = progress::CountBar::new("grouping questions", "questions");
    while group_some(app)? > 0 {
        let done = all.saturating_sub(questions_waiting(app));
        bar.show(done as u64, all as u64);
    }
    bar.finish();
    Ok(())
}

fn numbered(batch: &Batch) -> impl Iterator<Item = (u64, &Arc<Event>)> {
    batch.lines.iter().copied().zip(&batch.events)
}

fn here(app: &App, batch: &Batch) -> anyhow::Result<BatchCounts> {
    let taken = app.take(Via::Import, "import", &batch.events)?;
    let at = |place: &usize| Some((*batch.lines.get(*place)?, batch.events.get(*place)?));
    let first_later = taken.later.first().and_then(at);
    Ok(BatchCounts {
        accepted: taken.accepted,
        duplicates: taken.duplicates,
        conflicts: taken.conflicts.len() as u64,
        later: taken.later.len() as u64,
        first_later: first_later.map(|(line, event)| (line, event.at)),
        rejected: rejected(&taken, at),
    })
}

/// The lines that were not taken, each with why.
fn rejected<'a>(
    taken: &IngestCounts,
    at: impl Fn(&usize) -> Option<(u64, &'a Arc<Event>)>,
) -> Vec<Reject> {
    let conflicts = taken.conflicts.iter().filter_map(&at);
    let conflicts = conflicts.map(|(line, event)| conflict(line, event));
    let erased = taken.erased.iter().filter_map(&at);
    let erased = erased.map(|(line, event)| Reject {
        line,
        field: "contact".to_owned(),
        reason: ERASED.to_owned(),
        text: event.to_json(),
    });
    let mut all: Vec<Reject> = conflicts.chain(erased).collect();
    all.sort_by_key(|reject| reject.line);
    all
}

fn conflict(line: u64, event: &Event) -> Reject {
    Reject {
        line,
        field: "id".to_owned(),
        reason: CONFLICT.to_owned(),
        text: event.to_json(),
    }
}

impl Upload {
    fn take(&mut self, batch: &Batch) -> anyhow::Result<BatchCounts> {
        let limit = usize::try_from(BATCH_BYTES).unwrap_or(usize::MAX);
        let (mut taken, mut body, mut sent) = (BatchCounts::default(), String::new(), Vec::new());
        for (line, event) in numbered(batch) {
            let json = event.to_json();
            if !body.is_empty() && body.len() + json.len() > limit {
                self.send(&body, &sent, &mut taken)?;
                body.clear();
                sent.clear();
            }
            body.push_str(&json);
            body.push('\n');
            sent.push((line, event));
        }
        self.send(&body, &sent, &mut taken)?;
        Ok(taken)
    }

    /// Posts lines, and gives those that are refused the numbers that they have here.
    fn send(
        &mut self,
        body: &str,
        sent: &[(u64, &Event)],
        taken: &mut BatchCounts,
    ) -> anyhow::Result<()> {
        let answer = self.client.import(body.as_bytes())?;
        let number = |name: &str| answer.get(name).and_then(Value::as_u64);
        let missing = || "the server's answer does not say what became of the events";
        taken.accepted += number("accepted").with_context(missing)?;
        taken.duplicates += number("duplicates").with_context(missing)?;
        taken.later += number("later").unwrap_or_default();
        self.position = number("log_position").unwrap_or(self.position);
        let refused = answer.get("rejected").and_then(Value::as_array);
        for fault in refused.into_iter().flatten() {
            let word = |name: &str| fault.get(name).and_then(Value::as_str).unwrap_or_default();
            let place = fault.get("line").and_then(Value::as_u64).unwrap_or(1);
            let place = usize::try_from(place.saturating_sub(1)).unwrap_or(usize::MAX);
            let (line, event) = sent.get(place).with_context(missing)?;
            if word("reason").starts_with("conflict") {
                taken.conflicts += 1;
                taken.rejected.push(conflict(*line, event));
                continue;
            }
            taken.rejected.push(Reject {
                line: *line,
                field: word("field").to_owned(),
                reason: word("reason").to_owned(),
                text: event.to_json(),
            });
        }
        Ok(())
    }

    fn reconciled(&self, figures: &SourceFigures) -> anyhow::Result<Vec<Reconciliation>> {
        let waiting = progress::waiting("counting what is new");
        let is_counted = self.position == 0 || self.client.wait_for(self.position)?;
        if !is_counted {
            output::say(
                "the server is still counting what is new; its figures are not set beside the source's",
            );
            return Ok(Vec::new());
        }
        let body = serde_json::to_value(figures)?;
        let mut answer = self.client.send("/api/v1/imports/reconciliation", &body)?;
        waiting.finish_and_clear();
        let missing = "the server's answer does not say how the source's figures compare";
        let items = answer.get_mut("items").map(Value::take).context(missing)?;
        serde_json::from_value(items).context(missing)
    }

    fn settle(self) -> anyhow::Result<()> {
        if self.position > 0 && !self.client.wait_for(self.position)? {
            output::say("the server is still counting what is new; reports follow within a moment");
        }
        Ok(())
    }
}
