//! The table of roles, and decisions that depend on what is there.

use std::collections::BTreeSet;

use super::*;
use crate::model::event::{Assignee, HandoffReason, Mark, RepStatus, Verdict};
use crate::model::{Contact, Conversation, Directory, Event, Provenance, TicketStanding};

/// One of each command; one that is in the table alone is missed by the first test below.
fn samples() -> Vec<Command> {
    let topics = topic_samples().into_iter().map(Command::Topic);
    let questions = question_samples().into_iter().map(Command::Question);
    let answers = answer_samples().into_iter().map(Command::Answer);
    let others = [
        Command::Case(CaseCommand::Set(Vec::new())),
        Command::Case(CaseCommand::Remove {
            text: String::new(),
        }),
        Command::Knowledge(KnowledgeCommand::Set(KnowledgeSettings::default())),
        Command::Knowledge(KnowledgeCommand::ChooseModel(None)),
        Command::Profile(ProfileCommand::Set(ProfileDraft::default())),
        Command::Profile(ProfileCommand::Remove {
            name: String::new(),
        }),
        Command::Record(Vec::new()),
        Command::CannedReply(CannedReplyCommand::Save(CannedReplyDraft::default())),
        Command::CannedReply(CannedReplyCommand::Remove { id: String::new() }),
        Command::OpenTicket(OpenTicketCommand::default()),
        Command::Rep(RepCommand::SetStatus {
            rep: None,
            status: RepStatus::Away,
            detail: None,
        }),
        Command::Rep(RepCommand::Rest { rep: String::new() }),
        Command::Rep(RepCommand::Return { rep: String::new() }),
        Command::Tag(TagCommand::Create { tag: String::new() }),
        Command::Tag(TagCommand::Rename {
            tag: String::new(),
            to: String::new(),
        }),
        Command::Tag(TagCommand::Delete { tag: String::new() }),
        start_sample(Beginner::Rep),
        start_sample(Beginner::Contact),
    ];
    topics
        .chain(questions)
        .chain(answers)
        .chain(user_samples().into_iter().map(Command::User))
        .chain(token_samples().into_iter().map(Command::Token))
        .chain(
            conversation_samples()
                .into_iter()
                .map(Command::Conversation),
        )
        .chain(ticket_samples().into_iter().map(Command::Ticket))
        .chain(others)
        .collect()
}

fn ticket_samples() -> [TicketCommand; 10] {
    let text = String::new;
    let actions = [
        TicketAction::Update {
            subject: None,
            priority: None,
            service: None,
        },
        TicketAction::Stage(text()),
        TicketAction::Assign(Vec::new()),
        TicketAction::Take,
        TicketAction::View,
        TicketAction::Decline {
            by: Side::Rep,
            reason: None,
        },
        TicketAction::Complete { by: Side::Rep },
        TicketAction::Propose {
            proposal: text(),
            step: ProposalStep::Accept,
        },
        TicketAction::Bill {
            invoice: text(),
            step: InvoiceStep::Pay,
        },
        TicketAction::Review {
            communication: 1,
            quality: 1,
            text: None,
        },
    ];
    actions.map(|action| TicketCommand {
        ticket: text(),
        rep: None,
        seen: None,
        action,
    })
}

fn start_sample(by: Beginner) -> Command {
    Command::Start(StartCommand {
        by,
        ..StartCommand::default()
    })
}

fn user_samples() -> [UserCommand; 8] {
    let user = String::new;
    [
        UserCommand::SetUp {
            draft: UserDraft::default(),
            hash: String::new(),
        },
        UserCommand::Save(UserDraft::default()),
        UserCommand::Invite {
            user: user(),
            secret_hash: String::new(),
        },
        UserCommand::Join {
            user: user(),
            secret_hash: String::new(),
            hash: String::new(),
        },
        UserCommand::SetPassword {
            user: user(),
            hash: String::new(),
            seen: None,
        },
        UserCommand::EndSessions { user: user() },
        UserCommand::Suspend {
            user: user(),
            on: true,
        },
        UserCommand::Remove { user: user() },
    ]
}

fn token_samples() -> [TokenCommand; 2] {
    [
        TokenCommand::Create {
            token: String::new(),
            name: String::new(),
            role: Role::Viewer,
            secret_hash: String::new(),
            expires_at: None,
        },
        TokenCommand::Revoke {
            token: String::new(),
        },
    ]
}

fn conversation_samples() -> [ConversationCommand; 17] {
    let text = String::new;
    let actions = [
        ConversationAction::Write {
            message: text(),
            draft: MessageDraft {
                text: text(),
                note: false,
            },
        },
        ConversationAction::Apply {
            canned_reply: text(),
            message: text(),
            text: None,
        },
        ConversationAction::Assign(Assignee::Nobody {}),
        ConversationAction::HandOff {
            reason: HandoffReason::Asked,
            to: None,
        },
        ConversationAction::Resolve,
        ConversationAction::Reopen,
        ConversationAction::Tag {
            add: Vec::new(),
            remove: Vec::new(),
        },
        ConversationAction::Mark {
            mark: Mark::Spam,
            on: true,
        },
        ConversationAction::Edit {
            message: text(),
            text: text(),
        },
        ConversationAction::Redact { message: text() },
        ConversationAction::Merge { into: text() },
        ConversationAction::Unmerge,
        ConversationAction::See { until: None },
        ConversationAction::Unsee,
        ConversationAction::Snooze { until: None },
        ConversationAction::Wake,
        ConversationAction::Split {
            from_message: text(),
            into: text(),
        },
    ];
    actions.map(|action| ConversationCommand {
        conversation: text(),
        rep: None,
        action,
    })
}

/// A desk without conversations.
#[derive(Debug, Default)]
struct NoConversations(Directory);

impl Conversations for NoConversations {
    fn conversation(&self, _id: &str) -> Result<Option<Conversation>, Refusal> {
        Ok(None)
    }

    fn contact(&self, _id: &str) -> Result<Option<Contact>, Refusal> {
        Ok(None)
    }

    fn ticket(&self, _id: &str) -> Result<Option<TicketStanding>, Refusal> {
        Ok(None)
    }

    fn directory(&self) -> &Directory {
        &self.0
    }
}

fn topic_samples() -> [TopicCommand; 6] {
    let topic = String::new;
    [
        TopicCommand::Dismiss {
            topic: topic(),
            reason: None,
        },
        TopicCommand::Restore { topic: topic() },
        TopicCommand::Rename {
            topic: topic(),
            title: String::new(),
        },
        TopicCommand::Pin {
            topic: topic(),
            on: true,
        },
        TopicCommand::Merge {
            topic: topic(),
            into: topic(),
        },
        TopicCommand::Split {
            topic: topic(),
            questions: Vec::new(),
        },
    ]
}

fn question_samples() -> [QuestionCommand; 4] {
    let question = String::new;
    [
        QuestionCommand::Dismiss {
            question: question(),
            reason: None,
        },
        QuestionCommand::Restore {
            question: question(),
        },
        QuestionCommand::Move {
            question: question(),
            topic: String::new(),
        },
        QuestionCommand::Review {
            question: question(),
            verdict: Verdict::Right,
        },
    ]
}

fn answer_samples() -> [AnswerCommand; 5] {
    let short_answer = String::new;
    [
        AnswerCommand::Save {
            draft: AnswerDraft::default(),
            seen: None,
        },
        AnswerCommand::AddVariant {
            short_answer: short_answer(),
            variant: Variant::Text(String::new()),
        },
        AnswerCommand::Publish {
            short_answer: short_answer(),
            published: true,
            anyway: false,
        },
        AnswerCommand::Delete {
            short_answer: short_answer(),
        },
        AnswerCommand::Import(Vec::new()),
    ]
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
