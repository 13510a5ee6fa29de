//! The table of roles, and decisions that depend on what is there.

mod conversation_samples;
mod knowledge_samples;
mod mail_samples;
mod rule_samples;
mod samples;
mod saved_samples;

use std::collections::BTreeSet;

use samples::samples;

use super::*;
use crate::model::{
    Contact, Conversation, Directory, Event, Joined, MailId, Provenance, TicketStanding,
};

/// A desk without conversations.
#[derive(Debug, Default)]
struct NoConversations(Directory);

impl Conversations for NoConversations {
    fn conversation(&self, _id: &str) -> Result<Option<Conversation>, Refusal> {
        Ok(None)
    }

    fn of_mail(&self, _id: &MailId) -> Result<Vec<String>, Refusal> {
        Ok(Vec::new())
    }

    fn joined(&self, _id: &str) -> Result<Option<Joined>, Refusal> {
        Ok(None)
    }

    fn contact(&self, _id: &str) -> Result<Option<Contact>, Refusal> {
        Ok(None)
    }

    fn holdings(&self, _id: &str) -> Result<Holdings, Refusal> {
        Ok(Holdings::default())
    }

    fn ticket(&self, _id: &str) -> Result<Option<TicketStanding>, Refusal> {
        Ok(None)
    }

    fn directory(&self) -> &Directory {
        &self.0
    }
}

fn now() -> Timestamp {
    Timestamp::parse("2026-06-01T00:00:00Z").unwrap()
}

fn decided(
    installation: &Installation,
    role: Role,
    command: Command,
) -> Result<Vec<Body>, Refusal> {
    let state = State {
        installation,
        conversations: &NoConversations::default(),
        now: now(),
        sends_mail: true,
    };
    let caller = Caller::live(Identity::Api, role);
    decide(&state, &caller, command, &Evidence::None)
}

/// The folds with a short answer `s`, published on the first of May.
fn installation() -> Installation {
    let mut installation = Installation::default();
    let event = Event::parse(
        r#"{"type":"short_answer.upserted","at":"2026-05-01T00:00:00Z","short_answer":"s","question":"Where?","text":"Here.","status":"published"}"#,
    );
    let from = Provenance {
        seq: 1,
        actor: "admin",
    };
    installation.apply(from, &event.unwrap());
    installation
}

#[test]
fn the_table_of_roles_has_every_command_once() {
    let names: Vec<&str> = samples().iter().map(|one| one.right().command).collect();
    let commands: Vec<&str> = TABLE.iter().map(|right| right.command).collect();
    let set = |names: &[&'static str]| names.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(set(&names), set(&commands));
    assert_eq!(
        (names.len(), commands.len()),
        (set(&names).len(), set(&commands).len())
    );
}

#[test]
fn a_role_below_the_tables_is_refused_and_says_which_is_needed() {
    let installation = Installation::default();
    for command in samples() {
        let needed = command.right().least;
        for role in [Role::Viewer, Role::Rep, Role::Admin, Role::System] {
            let is_forbidden = matches!(
                decided(&installation, role, command.clone()),
                Err(Refusal::Forbidden { .. })
            );
            assert_eq!(
                is_forbidden,
                role < needed,
                "{} as {role:?}",
                command.right().command
            );
        }
    }
    let refused = decided(&installation, Role::Rep, Command::Record(Vec::new()));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "`record` takes the role system, this is rep"
    );
}

fn draft(text: &str) -> AnswerDraft {
    AnswerDraft {
        short_answer: Some("s".to_owned()),
        question: "Where?".to_owned(),
        text: text.to_owned(),
        ..AnswerDraft::default()
    }
}

#[test]
fn a_version_that_nobody_has_seen_is_not_written_over() {
    let installation = installation();
    let save = |seen: &str| {
        let command = AnswerCommand::Save {
            draft: draft("There."),
            seen: Some(Timestamp::parse(seen).unwrap()),
        };
        decided(&installation, Role::Admin, Command::Answer(command))
    };
    assert_eq!(save("2026-05-01T00:00:00Z").unwrap().len(), 1);
    let refused = save("2026-04-01T00:00:00Z").unwrap_err();
    assert!(matches!(refused, Refusal::Changed { .. }), "{refused}");
}

#[test]
fn nothing_is_published_on_a_test_of_other_answers() {
    let installation = installation();
    let state = State {
        installation: &installation,
        conversations: &NoConversations::default(),
        now: now(),
        sends_mail: true,
    };
    let caller = Caller::live(Identity::Api, Role::Admin);
    let publish = |since: u64| {
        let draft = AnswerDraft {
            published: true,
            ..draft("There.")
        };
        let command = Command::Answer(AnswerCommand::Save { draft, seen: None });
        decide(&state, &caller, command, &Evidence::Tested { since })
    };
    assert_eq!(publish(0).unwrap_err(), Refusal::Outdated);
    assert_eq!(publish(1).unwrap().len(), 1);
}

#[test]
fn what_is_not_there_is_refused_by_name() {
    let installation = installation();
    let command = AnswerCommand::Publish {
        short_answer: "s".to_owned(),
        published: false,
        anyway: false,
    };
    let bodies = decided(&installation, Role::Admin, Command::Answer(command)).unwrap();
    assert_eq!(bodies.len(), 1);
    let unknown = AnswerCommand::Delete {
        short_answer: "t".to_owned(),
    };
    let refused = decided(&installation, Role::Admin, Command::Answer(unknown)).unwrap_err();
    assert_eq!(refused, Refusal::unknown("short answer", "t"));
}
