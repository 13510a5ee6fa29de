//! One of each command, for the table of roles.

use super::conversation_samples::conversation_samples;
use super::knowledge_samples::{question_samples, topic_samples};
use super::mail_samples::mail_samples;
use super::rule_samples::rule_samples;
use super::saved_samples::saved_samples;
use crate::command::*;
use crate::model::event::{RepStatus, RuleConditions, RuleDeeds, RuleTrigger};
use crate::model::people::ProviderAccount;

/// One of each command; one that is in the table alone is missed by the first test below.
pub(super) fn samples() -> Vec<Command> {
    let topics = topic_samples().into_iter().map(Command::Topic);
    let questions = question_samples().into_iter().map(Command::Question);
    let answers = answer_samples().into_iter().map(Command::Answer);
    let others = [
        Command::ImportAnswers(AnswersImport::default()),
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
        Command::Access(AccessSettings::default()),
        Command::Record(Vec::new()),
        Command::CannedReply(CannedReplyCommand::Save(CannedReplyDraft::default())),
        Command::CannedReply(CannedReplyCommand::Remove { id: String::new() }),
        Command::OpenTicket(OpenTicketCommand::default()),
        Command::Tag(TagCommand::Create { tag: String::new() }),
        Command::Tag(TagCommand::Rename {
            tag: String::new(),
            to: String::new(),
        }),
        Command::Tag(TagCommand::Delete { tag: String::new() }),
        // A contact's beginning has the row of their message, which is there above.
        start_sample(Beginner::Rep),
    ];
    topics
        .chain(questions)
        .chain(answers)
        .chain(user_samples().into_iter().map(Command::User))
        .chain(provider_samples().into_iter().map(Command::Provider))
        .chain(token_samples().into_iter().map(Command::Token))
        .chain(rep_samples().into_iter().map(Command::Rep))
        .chain(rule_samples())
        .chain(routing_samples().into_iter().map(Command::Routing))
        .chain(
            conversation_samples()
                .into_iter()
                .map(Command::Conversation),
        )
        .chain(mail_samples())
        .chain(saved_samples())
        .chain(contact_samples().into_iter().map(Command::Contact))
        .chain(ticket_samples().into_iter().map(Command::Ticket))
        .chain(contacts_own_samples())
        .chain(others)
        .collect()
}

/// What contacts do themselves, and how they are answered and asked.
fn contacts_own_samples() -> Vec<Command> {
    vec![
        Command::CustomerAgent(CustomerAgentDraft::default()),
        Command::AgentPicture(AgentPictureCommand::default()),
        Command::JobPreferences(JobPreferencesDraft::default()),
        Command::Service(ServiceCommand::Save(ServiceDraft::default())),
        Command::Service(ServiceCommand::Remove {
            service: String::new(),
        }),
        Command::Request(Box::default()),
        Command::Confirmation(ConfirmationCommand::Give(Confirmation::default())),
        Command::Confirmation(ConfirmationCommand::Mail {
            ticket: String::new(),
        }),
        Command::Confirmation(ConfirmationCommand::Remind {
            ticket: String::new(),
            by_mail: false,
        }),
        Command::Survey(SurveyCommand::AskByLink {
            conversation: String::new(),
        }),
        Command::Turn(TurnCommand::default()),
        Command::Widget(WidgetDraft::default()),
        Command::FinishImport(Box::default()),
        Command::NoteConnector(Box::default()),
        Command::Survey(SurveyCommand::Set(SurveyDraft::default())),
        Command::Survey(SurveyCommand::Ask {
            conversation: String::new(),
            can_mail: false,
        }),
        visit_sample(VisitAction::Rate {
            conversation: String::new(),
            score: 5,
            text: None,
        }),
        visit_sample(VisitAction::Introduce(Introduction::default())),
        visit_sample(VisitAction::Write(ContactWords::default())),
        visit_sample(VisitAction::Feedback {
            conversation: String::new(),
            is_helpful: true,
            text: None,
            handoff: None,
        }),
    ]
}

fn visit_sample(action: VisitAction) -> Command {
    Command::Visit(VisitCommand {
        contact: None,
        action,
    })
}

fn contact_samples() -> [ContactCommand; 5] {
    let text = String::new;
    let actions = [
        ContactAction::Merge { into: text() },
        ContactAction::Block { name: text() },
        ContactAction::Erase {
            name: text(),
            salt: text(),
        },
        ContactAction::SignOut,
        ContactAction::Verify { host_id: text() },
    ];
    actions.map(|action| ContactCommand {
        contact: text(),
        rep: None,
        action,
    })
}

fn routing_samples() -> [RoutingCommand; 6] {
    let rule = String::new;
    [
        RoutingCommand::Save(Box::new(RuleDraft {
            id: None,
            name: String::new(),
            trigger: RuleTrigger::Started,
            after_secs: None,
            when: RuleConditions::default(),
            then: RuleDeeds::default(),
            limit_per_hour: None,
        })),
        RoutingCommand::Switch {
            rule: rule(),
            on: true,
        },
        RoutingCommand::Remove { rule: rule() },
        RoutingCommand::Order { rules: Vec::new() },
        RoutingCommand::Act {
            rule: rule(),
            record: 0,
            sight: RuleSight::default(),
        },
        RoutingCommand::Settle {
            until: 0,
            held: Vec::new(),
        },
    ]
}

fn rep_samples() -> [RepCommand; 3] {
    let rep = String::new;
    [
        RepCommand::SetStatus {
            rep: None,
            status: RepStatus::Away,
            detail: None,
        },
        RepCommand::Rest { rep: rep() },
        RepCommand::Return { rep: rep() },
    ]
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

fn user_samples() -> [UserCommand; 12] {
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
        UserCommand::SetSecondFactor {
            user: user(),
            secret: String::new(),
            recovery: Vec::new(),
        },
        UserCommand::UseRecoveryCode {
            user: user(),
            hash: String::new(),
        },
        UserCommand::RemoveSecondFactor { user: user() },
        UserCommand::Settle {
            user: user(),
            habits: HabitsDraft::default(),
        },
    ]
}

fn provider_samples() -> [ProviderCommand; 3] {
    let account = ProviderAccount {
        issuer: String::new(),
        subject: String::new(),
    };
    let user = String::new;
    [
        ProviderCommand::Enter(ProviderEntry {
            account: account.clone(),
            email: None,
            name: None,
            grant: Grant::Unruled,
        }),
        ProviderCommand::Link {
            user: user(),
            account,
        },
        ProviderCommand::Unlink { user: user() },
    ]
}

fn token_samples() -> [TokenCommand; 2] {
    [
        TokenCommand::Create {
            token: String::new(),
            name: String::new(),
            role: Role::Viewer,
            rep: None,
            scope: ScopeDraft::default(),
            secret_hash: String::new(),
            expires_at: None,
        },
        TokenCommand::Revoke {
            token: String::new(),
        },
    ]
}

fn answer_samples() -> [AnswerCommand; 6] {
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
        AnswerCommand::SetAside {
            short_answer: short_answer(),
            reason: String::new(),
        },
        AnswerCommand::Release {
            short_answer: short_answer(),
        },
    ]
}
