//! What somebody may do: a command of a caller, decided against the state of the desk.
//!
//! One file a subject: its commands, and the events that each one makes. `decide` is pure:
//! it is run on the committing thread, over everything that is journalled by then, so that
//! two who take one thing at once cannot both get it. What takes long or needs more than the
//! state is worked out beforehand and handed in as [`Evidence`]; `decide` refuses what is
//! outdated. Made by the fronts, run by `app`.

mod access;
mod account;
mod agent_picture;
mod agreement;
mod alert;
mod answer;
mod answer_import;
mod attention;
mod block;
mod bulk;
mod caller;
mod canned;
mod case;
mod chart_note;
mod confirmation;
mod contact;
mod conversation;
mod conversations;
mod customer_agent;
mod deed;
mod evidence;
mod factor;
mod habits;
mod hours;
mod imports;
mod inbox;
mod job_preferences;
mod kin;
mod knowledge;
mod mail;
mod mail_in;
mod mail_out;
mod mail_schedule;
mod merge;
mod money;
mod offer;
mod open;
mod pipeline;
mod profile;
mod provider;
mod question;
mod queue;
mod refusal;
mod rep;
mod request;
mod role;
mod routing;
mod saved;
mod scope;
mod service;
mod start;
mod survey;
mod tag;
mod team;
mod telling;
mod text;
mod ticket;
mod token;
mod topic;
mod turn;
mod user;
mod visit;
mod webhook;
mod widget;

pub use access::AccessSettings;
pub use agent_picture::AgentPictureCommand;
pub use agreement::AgreementCommand;
pub use alert::{AlertCommand, AlertRuleDraft, MAX_ALERT_NAME, MAX_ALERT_RULES, NewAlert};
pub use answer::{AnswerCommand, AnswerDraft, Variant};
pub use answer_import::AnswersImport;
pub use attention::reader;
pub use bulk::{BulkAction, BulkStep};
pub use caller::{Caller, Identity};
pub use canned::{CannedReplyCommand, CannedReplyDraft, fill_in};
pub use case::{Case, CaseCommand};
pub use chart_note::{ChartNoteCommand, ChartNoteDraft, MAX_NOTE};
pub use confirmation::{Confirmation, ConfirmationCommand};
pub use contact::{ContactAction, ContactCommand};
pub use conversation::{ConversationAction, ConversationCommand};
pub use conversations::{Conversations, Holdings};
pub use customer_agent::{
    CustomerAgentDraft, DutyRuleDraft, MAX_NAME, MAX_RULES, MAX_SETTLE_MS, MAX_TEXT,
};
pub use deed::{MAX_FILES, MessageDraft, check_files};
pub use evidence::Evidence;
pub use habits::{HabitsDraft, MAX_UNDO_SECS};
pub use hours::HoursCommand;
pub use inbox::{InboxCommand, InboxDraft};
pub use job_preferences::JobPreferencesDraft;
pub use kin::{check_reachable, kin_of};
pub use knowledge::{KnowledgeCommand, KnowledgeSettings};
pub use mail::{MailCommand, addressee};
pub use mail_in::{FailedMail, MailInCommand};
pub use mail_out::Forward;
pub use mail_schedule::{MailScheduleCommand, MailScheduleDraft};
pub use money::{InvoiceStep, Price, ProposalStep};
pub use offer::{NewJob, Offer};
pub use open::{OpenTicketCommand, TicketDraft};
pub use pipeline::{PipelineDraft, StageDraft};
pub use profile::{ProfileCommand, ProfileDraft};
pub use provider::{Grant, ProviderCommand, ProviderEntry};
pub use question::QuestionCommand;
pub use queue::{MAX_CAPACITY, QueueCommand, QueueDraft};
pub use refusal::Refusal;
pub use rep::RepCommand;
pub use request::{RequestCommand, RequestDraft, RequestIds, RequestWay};
pub use role::{POST_EVENTS, Right, TABLE};
pub use routing::{
    FIRST_LIMIT, MAX_RULE_NAME, MAX_RULE_WORDS, RoutingCommand, RuleDraft, RuleSight, is_routed,
    would_do,
};
pub use service::{ServiceCommand, ServiceDraft};
pub use start::{Beginner, ContactDraft, FreshIds, StartCommand, StartDraft};

pub use crate::model::{Role, Scope, Sight};
pub use saved::{DashboardDraft, MAX_LINK_DAYS, MAX_PANELS, SavedCommand, SavedReportDraft};
pub use scope::{ScopeDraft, ScopeKind};
pub use survey::{SurveyCommand, SurveyDraft, SurveyRuleDraft};
pub use tag::TagCommand;
pub use team::{TeamCommand, TeamDraft};
pub use ticket::{Side, TicketAction, TicketCommand};
pub use token::TokenCommand;
pub use topic::TopicCommand;
pub use turn::{TurnCommand, turn_of};
pub use user::{UserCommand, UserDraft, invited};
pub use visit::{ContactStart, ContactWords, Introduction, VisitAction, VisitCommand};
pub use webhook::{MAX_WEBHOOK_NAME, WebhookCommand};
pub use widget::{MAX_SITES, WidgetDraft};

use mail_out::{Copies, with_mails};

use crate::model::event::ConnectorChanged;
use crate::model::{Body, Completeness, Installation, Timestamp};

/// What a decision rests on: the folds as they are after the last journalled event.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    /// The folds.
    pub installation: &'a Installation,
    /// The conversations.
    pub conversations: &'a dyn Conversations,
    /// The instant of the decision.
    pub now: Timestamp,
    /// Whether there is a server that carries mails.
    pub sends_mail: bool,
}

/// Something that somebody wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// To a topic.
    Topic(TopicCommand),
    /// To a question.
    Question(QuestionCommand),
    /// To a short answer.
    Answer(AnswerCommand),
    /// Takes short answers of a file over.
    ImportAnswers(AnswersImport),
    /// To a case of the regression set.
    Case(CaseCommand),
    /// To the settings of the knowledge area.
    Knowledge(KnowledgeCommand),
    /// To a contact.
    Contact(ContactCommand),
    /// To a conversation.
    Conversation(ConversationCommand),
    /// Begins a conversation.
    Start(StartCommand),
    /// To a canned reply.
    CannedReply(CannedReplyCommand),
    /// To a saved report, a dashboard or a link.
    Saved(SavedCommand),
    /// Whether a rep takes work.
    Rep(RepCommand),
    /// Opens a ticket.
    OpenTicket(OpenTicketCommand),
    /// To a ticket.
    Ticket(TicketCommand),
    /// To a tag.
    Tag(TagCommand),
    /// To a definition profile.
    Profile(ProfileCommand),
    /// To the rules of access.
    Access(AccessSettings),
    /// To how the customer agent works.
    CustomerAgent(CustomerAgentDraft),
    /// To the customer agent's picture.
    AgentPicture(AgentPictureCommand),
    /// About satisfaction surveys.
    Survey(SurveyCommand),
    /// To the chat widget.
    Widget(WidgetDraft),
    /// To service level agreements.
    Agreement(AgreementCommand),
    /// To working hours.
    Hours(HoursCommand),
    /// To a team.
    Team(TeamCommand),
    /// To a pipeline.
    Pipeline(PipelineDraft),
    /// About the queue.
    Queue(QueueCommand),
    /// About routing rules.
    Routing(RoutingCommand),
    /// To which jobs are wanted.
    JobPreferences(JobPreferencesDraft),
    /// To the services that contacts may ask for.
    Service(ServiceCommand),
    /// About a contact's word on a job.
    Confirmation(ConfirmationCommand),
    /// A contact asks for something by a form.
    Request(Box<RequestCommand>),
    /// A contact does something themselves.
    Visit(VisitCommand),
    /// The customer agent says and does something.
    Turn(TurnCommand),
    /// To a user.
    User(UserCommand),
    /// About accounts at a provider of sign-ins.
    Provider(ProviderCommand),
    /// To an API token.
    Token(TokenCommand),
    /// About mails.
    Mail(MailCommand),
    /// A mail comes in.
    MailIn(Box<MailInCommand>),
    /// What mails of inboxes are like.
    Inbox(InboxCommand),
    /// About webhooks.
    Webhook(WebhookCommand),
    /// About alerts.
    Alert(AlertCommand),
    /// About notes on charts.
    ChartNote(ChartNoteCommand),
    /// About reports that go out by mail.
    MailSchedule(MailScheduleCommand),
    /// Keeps what an import came to.
    FinishImport(Box<Completeness>),
    /// Keeps what somebody did with an account that is read.
    NoteConnector(Box<ConnectorChanged>),
    /// What Svar itself found out or did is written down as it is.
    Record(Vec<Body>),
}

impl Command {
    /// Who may give it, and what it is called.
    pub const fn right(&self) -> &'static Right {
        match self {
            Self::Topic(command) => command.right(),
            Self::Question(command) => command.right(),
            Self::Answer(command) => command.right(),
            Self::ImportAnswers(_) => &role::ANSWER_IMPORT,
            Self::Case(command) => command.right(),
            Self::Knowledge(command) => command.right(),
            Self::Contact(command) => command.right(),
            Self::Conversation(command) => command.right(),
            Self::Start(command) => command.right(),
            Self::CannedReply(command) => command.right(),
            Self::Saved(command) => command.right(),
            Self::Rep(command) => command.right(),
            Self::OpenTicket(_) => OpenTicketCommand::RIGHT,
            Self::Ticket(command) => command.right(),
            Self::Tag(command) => command.right(),
            Self::Profile(command) => command.right(),
            Self::Access(_) => &role::ACCESS_SET,
            Self::CustomerAgent(_) => &role::CUSTOMER_AGENT_SET,
            Self::AgentPicture(_) => &role::AGENT_PICTURE_SET,
            Self::Survey(command) => command.right(),
            Self::Widget(_) => &role::WIDGET_SET,
            Self::Agreement(_) => AgreementCommand::RIGHT,
            Self::Hours(_) => HoursCommand::RIGHT,
            Self::Team(command) => command.right(),
            Self::Pipeline(_) => &role::PIPELINE_SET,
            Self::Queue(command) => command.right(),
            Self::Routing(command) => command.right(),
            Self::JobPreferences(_) => &role::JOB_PREFERENCES_SET,
            Self::Service(command) => command.right(),
            Self::Confirmation(command) => command.right(),
            Self::Request(_) => RequestCommand::RIGHT,
            Self::Visit(command) => command.right(),
            Self::Turn(_) => TurnCommand::RIGHT,
            Self::User(command) => command.right(),
            Self::Provider(command) => command.right(),
            Self::Token(command) => command.right(),
            Self::Mail(command) => command.right(),
            Self::MailIn(_) => MailInCommand::RIGHT,
            Self::Inbox(command) => command.right(),
            Self::Webhook(command) => command.right(),
            Self::Alert(command) => command.right(),
            Self::ChartNote(command) => command.right(),
            Self::MailSchedule(command) => command.right(),
            Self::FinishImport(_) => &role::IMPORT_FINISH,
            Self::NoteConnector(_) => &role::CONNECTOR_CHANGE,
            Self::Record(_) => &role::RECORD,
        }
    }
}

/// Decides what a command does: the events that are journalled, all or none of them.
pub fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: Command,
    evidence: &Evidence,
) -> Result<Vec<Body>, Refusal> {
    caller.needs(command.right())?;
    let copies = copies_of(&command);
    let bodies = decide_alone(state, caller, command, evidence)?;
    with_mails(state, copies, bodies)
}

/// How what a command says goes out by mail.
fn copies_of(command: &Command) -> Copies {
    match command {
        Command::MailIn(_) | Command::Record(_) => Copies::None,
        Command::Conversation(command) => match &command.action {
            ConversationAction::Write { draft, .. } => Copies::Some(draft.cc.clone()),
            _ => Copies::Some(None),
        },
        _ => Copies::Some(None),
    }
}

/// As [`decide`], without the mails by which what is said goes out.
fn decide_alone(
    state: &State<'_>,
    caller: &Caller,
    command: Command,
    evidence: &Evidence,
) -> Result<Vec<Body>, Refusal> {
    match command {
        Command::Topic(command) => topic::decide(state, command, evidence),
        Command::Question(command) => question::decide(state, command, evidence),
        Command::Answer(command) => answer::decide(state, command, evidence),
        Command::ImportAnswers(import) => answer_import::decide(state, import),
        Command::Case(command) => case::decide(state, command),
        Command::Knowledge(command) => knowledge::decide(state, command, evidence),
        Command::Contact(command) => contact::decide(state, caller, command),
        Command::Conversation(command) => conversation::decide(state, caller, command),
        Command::Start(command) => start::decide(state, caller, command),
        Command::CannedReply(command) => canned::decide(state, command),
        Command::Saved(command) => saved::decide(state, caller, command),
        Command::Rep(command) => rep::decide(state, caller, command),
        Command::OpenTicket(command) => open::decide(state, caller, command),
        Command::Ticket(command) => ticket::decide(state, caller, command),
        Command::Tag(command) => tag::decide(state, command, evidence),
        Command::Profile(command) => profile::decide(state, command),
        Command::Access(settings) => access::decide(&settings),
        Command::CustomerAgent(draft) => customer_agent::decide(draft),
        Command::AgentPicture(command) => agent_picture::decide(state, &command),
        Command::Survey(command) => survey::decide(state, caller, command),
        Command::Widget(draft) => widget::decide(state, draft),
        Command::Agreement(command) => agreement::decide(state, command),
        Command::Hours(command) => hours::decide(command),
        Command::Team(command) => team::decide(state, command),
        Command::Pipeline(draft) => pipeline::decide(state, draft, evidence),
        Command::Queue(command) => queue::decide(state, caller, command),
        Command::Routing(command) => routing::decide(state, caller, command),
        Command::JobPreferences(draft) => job_preferences::decide(draft),
        Command::Service(command) => service::decide(state, command),
        Command::Confirmation(command) => confirmation::decide(state, caller, command),
        Command::Request(command) => request::decide(state, caller, *command),
        Command::Visit(command) => visit::decide(state, caller, command),
        Command::Turn(command) => turn::decide(state, command),
        Command::User(command) => user::decide(state, caller, command),
        Command::Provider(command) => provider::decide(state, caller, command),
        Command::Token(command) => token::decide(state, caller, command),
        Command::Mail(command) => mail::decide(state, caller, command),
        Command::MailIn(command) => mail_in::decide(state, caller, *command),
        Command::Inbox(command) => inbox::decide(state, command),
        Command::Webhook(command) => webhook::decide(state, command),
        Command::ChartNote(command) => chart_note::decide(state, caller, command),
        Command::Alert(command) => alert::decide(state, caller, command),
        Command::MailSchedule(command) => mail_schedule::decide(state, caller, command),
        Command::FinishImport(completeness) => imports::decide(*completeness),
        Command::NoteConnector(change) => Ok(vec![Body::ConnectorChanged(change)]),
        Command::Record(bodies) => Ok(bodies),
    }
}

#[cfg(test)]
mod tests;
