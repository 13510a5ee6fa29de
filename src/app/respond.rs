//! Contacts' messages: taken in, and answered by the customer agent in its turn, or at once
//! where a host wants that.

use std::sync::Arc;

use svar_index::phrase::{Act, act};

use super::start::fresh;
use super::turn::{AgentTurn, OnDuty};
use super::{App, Error, WriteResult};
use crate::command::{
    Caller, Command, ContactStart, ContactWords, Evidence, Refusal, SurveyCommand, VisitAction,
    VisitCommand,
};
use crate::model::customer_agent::CustomerAgentSettings;

/// A message of a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// The conversation; it is begun if there is none of that id.
    pub conversation: String,
    /// Who writes.
    pub contact: String,
    /// On which channel, where the conversation begins.
    pub channel: String,
    /// The words.
    pub text: String,
}

/// Whether the customer agent's last answer helped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactFeedback {
    /// In which conversation.
    pub conversation: String,
    /// Whether.
    pub is_helpful: bool,
    /// Why.
    pub text: Option<String>,
}

impl App {
    /// How the customer agent works.
    pub fn agent_settings(&self) -> CustomerAgentSettings {
        self.snapshot().installation.customer_agent.settings.clone()
    }

    /// Takes a contact's message in and has the customer agent answer it here and now, whatever
    /// its rules say.
    pub fn respond(&self, incoming: &Incoming) -> Result<AgentTurn, Error> {
        let message = fresh("m");
        let command = Command::Visit(VisitCommand {
            contact: Some(incoming.contact.clone()),
            action: VisitAction::Write(ContactWords {
                conversation: incoming.conversation.clone(),
                message: message.clone(),
                text: incoming.text.clone(),
                files: Vec::new(),
                ack: is_ack(&incoming.text),
                start: Some(ContactStart {
                    channel: incoming.channel.clone(),
                    language: svar_index::language::detect(&incoming.text).map(str::to_owned),
                    url: None,
                }),
            }),
        });
        let caller = Caller::visitor(incoming.contact.clone());
        let decision = self.decision(&caller, command, Evidence::None);
        let log_position = self.handle.decide(decision)??.log_position;
        let turn = self.take_turn(&incoming.conversation, OnDuty::Asked)?;
        Ok(turn.unwrap_or(AgentTurn {
            message,
            decision: None,
            log_position,
        }))
    }

    /// Takes in what a contact wrote in a conversation that is there.
    pub async fn take_in(
        self: &Arc<Self>,
        caller: Caller,
        conversation: String,
        (text, files): (String, Vec<String>),
    ) -> Result<WriteResult, Error> {
        let owner = self.reader_of(&caller);
        let files = self.attachments(&owner, Some(&conversation), &files)?;
        let command = VisitCommand {
            contact: None,
            action: VisitAction::Write(ContactWords {
                conversation,
                message: fresh("m"),
                ack: files.is_empty() && is_ack(&text),
                text,
                files,
                start: None,
            }),
        };
        self.visit(caller, command).await
    }

    /// Takes in whether the customer agent's last answer helped; what did not is handed off.
    pub async fn give_feedback(
        self: &Arc<Self>,
        caller: Caller,
        contact: Option<String>,
        given: ContactFeedback,
    ) -> Result<WriteResult, Error> {
        let known = self.known(&given.conversation)?;
        let handoff = known.as_ref().map(|known| self.handoff_words(known));
        let command = VisitCommand {
            contact,
            action: VisitAction::Feedback {
                conversation: given.conversation,
                is_helpful: given.is_helpful,
                text: given.text,
                handoff: handoff.transpose()?.map(Box::new),
            },
        };
        self.visit(caller, command).await
    }

    /// Asks the contact of a conversation that has ended how satisfied they are, if they are to
    /// be asked.
    pub(crate) fn ask_contact(&self, conversation: &str) -> Result<(), Error> {
        let command = Command::Survey(SurveyCommand::Ask {
            conversation: conversation.to_owned(),
            can_mail: self.can_mail(),
        });
        let decision = self.decision(&Caller::system(), command, Evidence::None);
        match self.handle.decide(decision)? {
            Ok(_receipt) => Ok(()),
            // What is not there any more asks nobody.
            Err(Refusal::Unknown { .. }) => Ok(()),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// Takes in what a contact did, the words of a message among it.
    pub async fn visit(
        self: &Arc<Self>,
        caller: Caller,
        command: VisitCommand,
    ) -> Result<WriteResult, Error> {
        let id = match &command.action {
            VisitAction::Write(words) => Some(words.message.clone()),
            _ => None,
        };
        let written = self.write(caller, Command::Visit(command)).await?;
        Ok(WriteResult { id, ..written })
    }
}

/// Whether words only acknowledge.
pub fn is_ack(text: &str) -> bool {
    act(text) == Act::Acknowledgement
}
