//! The road for writes: a command is decided on the committing thread, over everything that is
//! journalled by then, and is durable when this returns.
//!
//! What a decision needs that takes long is worked out here beforehand; where it is outdated
//! when its turn comes, it is worked out again.

use std::sync::Arc;

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::{App, Error};
use crate::clock::Clock;
use crate::command::{
    AnswerCommand, AnswerDraft, Caller, Command, Evidence, KnowledgeCommand, QuestionCommand,
    Refusal, TopicCommand, decide,
};
use crate::journal::Decision;
use crate::knowledge::{BrokenCase, spoken};
use crate::model::Body;

/// How often something is worked out again, where others change what it depends on.
const TRIES: usize = 5;
/// How many hexadecimal digits of a fresh id a new short answer is called by.
const ANSWER_DIGITS: usize = 12;

/// What became of a command.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WriteResult {
    /// The thing, where it is a new one.
    pub id: Option<String>,
    /// The position of the log that holds it; send it as `Svar-Min-Position` to read your own write.
    pub log_position: u64,
}

impl App {
    /// Has a command decided, and waits up to a second until what it did can be seen.
    ///
    /// No thread is blocked meanwhile, save where the command needs something worked out.
    pub async fn write(
        self: &Arc<Self>,
        caller: Caller,
        command: Command,
    ) -> Result<WriteResult, Error> {
        if needs_evidence(&command) {
            let app = Arc::clone(self);
            let work = tokio::task::spawn_blocking(move || app.write_now(&caller, command));
            return work.await.unwrap_or_else(|_panicked| Err(ended_early()));
        }
        let decision = self.decision(&caller, command, Evidence::None);
        let receipt = self.handle.decide_async(decision).await??;
        self.wait_for_async(receipt.log_position).await;
        Ok(receipt.log_position.into())
    }

    /// As [`Self::write`], on the calling thread.
    pub fn write_now(&self, caller: &Caller, command: Command) -> Result<WriteResult, Error> {
        match command {
            Command::Topic(TopicCommand::Pin { .. }) => {
                let written = self.submit(caller, command, Evidence::None)?;
                // The grouping can take a pin in, but not its end.
                self.workshop.forget_grouping();
                Ok(written)
            }
            Command::Topic(
                TopicCommand::Merge { .. }
                | TopicCommand::Rename { .. }
                | TopicCommand::Split { .. },
            )
            | Command::Question(QuestionCommand::Move { .. }) => self.regroup(caller, command),
            Command::Answer(command) => self.write_answer(caller, command),
            Command::Knowledge(KnowledgeCommand::Set(_)) => {
                let label = self.knowledge().embedder_label();
                self.submit(caller, command, Evidence::Embedder(label))
            }
            Command::Tag(command) => {
                let evidence = self.tags_in_use(&command);
                self.submit(caller, Command::Tag(command), evidence)
            }
            Command::Pipeline(draft) => {
                let evidence = self.stages_in_use(&draft.pipeline);
                self.submit(caller, Command::Pipeline(draft), evidence)
            }
            command => self.submit(caller, command, Evidence::None),
        }
    }

    /// Writes down what Svar itself found out or did, all of it at once; returns the position
    /// of the log when it is safe on disk, seen or not.
    pub(crate) fn record(&self, caller: &Caller, bodies: Vec<Body>) -> Result<u64, Error> {
        if bodies.is_empty() {
            return Ok(self.position());
        }
        let decision = self.decision(caller, Command::Record(bodies), Evidence::None);
        Ok(self.handle.decide(decision)??.log_position)
    }

    pub(super) fn decision(
        &self,
        caller: &Caller,
        command: Command,
        evidence: Evidence,
    ) -> Decision<Refusal> {
        let overlay = self.overlay.clone();
        let by = caller.clone();
        Decision::new(caller.via, caller.actor(), move |now| {
            overlay.with(now, |state| decide(state, &by, command, &evidence))
        })
    }

    fn submit(
        &self,
        caller: &Caller,
        command: Command,
        evidence: Evidence,
    ) -> Result<WriteResult, Error> {
        let decision = self.decision(caller, command, evidence);
        let receipt = self.handle.decide(decision)??;
        self.wait_for(receipt.log_position);
        Ok(receipt.log_position.into())
    }

    /// Changes the grouping with the command, or forgets the change: a command that changes topics
    /// holds the grouping from the decision to the journal.
    fn regroup(&self, caller: &Caller, command: Command) -> Result<WriteResult, Error> {
        let (mut grouped, _) = self.grouped();
        let evidence = self.overlay.with(self.clock.now(), |state| {
            // What is refused anyway must not change the grouping.
            if matches!(command, Command::Topic(_)) {
                let dry = Evidence::Places(Vec::new());
                drop(decide(state, caller, command.clone(), &dry)?);
            }
            Ok::<_, Refusal>(grouped.evidence(&state.installation.knowledge, &command))
        })?;
        let id = match (&command, &evidence) {
            (Command::Topic(TopicCommand::Split { .. }), Evidence::Places(places)) => {
                places.first().map(|place| place.topic.to_string())
            }
            _ => None,
        };
        match self.submit(caller, command, evidence) {
            Ok(written) => Ok(WriteResult { id, ..written }),
            Err(error) => {
                grouped.forget();
                Err(error)
            }
        }
    }

    /// Writes a short answer; what publishes one has the regression set run first, and what
    /// that breaks is refused unless it is wanted anyway.
    fn write_answer(&self, caller: &Caller, command: AnswerCommand) -> Result<WriteResult, Error> {
        let command = named(command);
        let id = match &command {
            AnswerCommand::Save { draft, .. } => draft.short_answer.clone(),
            _ => None,
        };
        for _ in 0..TRIES {
            let evidence = self.tested(&command)?;
            match self.submit(caller, Command::Answer(command.clone()), evidence) {
                Err(Error::Refused(Refusal::Outdated)) => {
                    self.wait_for(self.position());
                }
                written => return Ok(WriteResult { id, ..written? }),
            }
        }
        Err(Refusal::Outdated.into())
    }

    /// Runs the regression set where the command publishes something.
    fn tested(&self, command: &AnswerCommand) -> Result<Evidence, Error> {
        let snapshot = self.snapshot();
        let knowledge = &snapshot.installation.knowledge;
        // What is refused is refused by the decision, which sees what came since.
        let now = self.overlay.with(self.clock.now(), |state| state.now);
        let Ok(Some(draft)) = command.publishes(knowledge, now) else {
            return Ok(Evidence::None);
        };
        let broken = self.knowledge().broken_by(&draft);
        if !broken.is_empty() {
            return Err(Error::Broken(
                broken.iter().map(BrokenCase::in_words).collect(),
            ));
        }
        Ok(Evidence::Tested {
            since: knowledge.answering_changed,
        })
    }
}

/// Whether something has to be worked out before the command is decided.
const fn needs_evidence(command: &Command) -> bool {
    match command {
        Command::Topic(command) => !matches!(
            command,
            TopicCommand::Dismiss { .. } | TopicCommand::Restore { .. }
        ),
        Command::Question(command) => matches!(command, QuestionCommand::Move { .. }),
        Command::Answer(command) => !matches!(
            command,
            AnswerCommand::Delete { .. }
                | AnswerCommand::SetAside { .. }
                | AnswerCommand::Release { .. }
        ),
        Command::Knowledge(command) => matches!(command, KnowledgeCommand::Set(_)),
        Command::Tag(_) | Command::Pipeline(_) => true,
        Command::Case(_)
        | Command::ImportAnswers(_)
        | Command::Contact(_)
        | Command::Conversation(_)
        | Command::Start(_)
        | Command::OpenTicket(_)
        | Command::Rep(_)
        | Command::Ticket(_)
        | Command::CannedReply(_)
        | Command::Saved(_)
        | Command::Profile(_)
        | Command::Provider(_)
        | Command::Access(_)
        | Command::CustomerAgent(_)
        | Command::AgentPicture(_)
        | Command::JobPreferences(_)
        | Command::Service(_)
        | Command::Request(_)
        | Command::Confirmation(_)
        | Command::Agreement(_)
        | Command::Hours(_)
        | Command::Team(_)
        | Command::Queue(_)
        | Command::Routing(_)
        | Command::Turn(_)
        | Command::Visit(_)
        | Command::Widget(_)
        | Command::Survey(_)
        | Command::User(_)
        | Command::Token(_)
        | Command::Mail(_)
        | Command::MailIn(_)
        | Command::Inbox(_)
        | Command::Webhook(_)
        | Command::Alert(_)
        | Command::ChartNote(_)
        | Command::MailSchedule(_)
        | Command::FinishImport(_)
        | Command::NoteConnector(_)
        | Command::Record(_) => false,
    }
}

/// The command with an id for a new answer, and its language where none is named.
fn named(command: AnswerCommand) -> AnswerCommand {
    let AnswerCommand::Save { draft, seen } = command else {
        return command;
    };
    let fresh = || {
        let id = Clock::fresh_id();
        format!("a-{}", id.get(..ANSWER_DIGITS).unwrap_or("new"))
    };
    AnswerCommand::Save {
        draft: AnswerDraft {
            short_answer: Some(draft.short_answer.clone().unwrap_or_else(fresh)),
            ..spoken(draft)
        },
        seen,
    }
}

fn ended_early() -> Error {
    Error::Stopped("the work ended early; the server's log says why".to_owned())
}

impl From<u64> for WriteResult {
    fn from(log_position: u64) -> Self {
        Self {
            id: None,
            log_position,
        }
    }
}
