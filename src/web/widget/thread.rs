//! A visitor's conversation: what they see of it, and what they add.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::file_view::FileView;
use super::session::{Known, too_many};
use crate::app::{
    App, ContactFeedback, ContactLink, Error, Node, VisitLimit, Visitor, VisitorWords, WriteResult,
};
use crate::command::{Caller, VisitAction, VisitCommand};
use crate::model::conversation::{Conversation, Message, Status};
use crate::model::event::{ActorKind, Role, Visibility};
use crate::model::survey::OPEN_MS;
use crate::model::{Invalid, Timestamp};
use crate::web::Problem;
use crate::web::json::JsonBody;

/// The longest text of a visitor, in characters.
const MAX_TEXT: usize = 10_000;
/// What ids that the widget gives begin with.
const PREFIX: &str = "w-";
/// The longest id that the widget gives, in bytes.
const MAX_ID: usize = 64;
/// How many of the last messages are shown.
const SHOWN: usize = 200;

/// A message as a visitor sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct MessageView {
    id: String,
    at: Timestamp,
    /// `visitor`, `agent`, `rep` or `automation`.
    from: &'static str,
    /// The rep's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    body: Vec<Node>,
    /// The questions that a visitor is asked to choose from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<String>,
    /// Whether it is a short answer's.
    is_answer: bool,
    /// Files that came along.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileView>,
    /// What it was made of.
    #[serde(skip)]
    text: String,
    /// As what it was made.
    #[serde(skip)]
    role: Option<Role>,
}

/// A conversation as its visitor sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct ThreadView {
    conversation: Option<String>,
    /// Whether it was brought to its end.
    is_over: bool,
    /// Whether the visitor may say whether the last answer helped.
    can_rate: bool,
    /// Whether a human has it.
    with_human: bool,
    /// Whether they are asked how satisfied they are, and what they said.
    #[serde(skip_serializing_if = "Option::is_none")]
    survey: Option<SurveyView>,
    /// A job that is done and that they are asked to confirm.
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<JobView>,
    messages: Vec<Arc<MessageView>>,
}

/// A survey that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct SurveyView {
    /// What they said last, 1 to 5.
    score: Option<u8>,
}

/// A job that a visitor is asked to confirm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct JobView {
    /// What it is.
    what: Option<String>,
    /// The page on which they do, on this server.
    path: String,
    /// Whether they are reminded of it.
    is_reminder: bool,
}

impl JobView {
    /// That of a conversation; what cannot be read is not asked about.
    fn of(app: &App, conversation: &Conversation) -> Option<Self> {
        let (job, is_reminder) = app.job_to_confirm(conversation).ok().flatten()?;
        let path = app.contact_path(ContactLink::Job, job.ticket.id.as_str());
        Some(Self {
            what: job.ticket.service.or(job.ticket.subject),
            path: path.ok()?,
            is_reminder,
        })
    }
}

/// How satisfied a visitor is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewScore {
    /// 1 to 5.
    score: u8,
    #[serde(default)]
    text: Option<String>,
}

/// What a visitor writes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWords {
    /// What the widget calls it; sent again, it is not written again.
    id: String,
    #[serde(default)]
    text: String,
    /// The ids of files that were sent up for it.
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    url: Option<String>,
}

/// Whether the last answer helped.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRating {
    is_helpful: bool,
    #[serde(default)]
    text: Option<String>,
}

impl ThreadView {
    /// What a visitor sees now.
    pub(super) fn of(app: &App, visitor: &Visitor) -> Result<Self, Error> {
        Self::default().again(app, visitor)
    }

    /// What they see now, having seen this: messages that are the same are not made again.
    pub(super) fn again(&self, app: &App, visitor: &Visitor) -> Result<Self, Error> {
        let conversation = app.visitor_conversation(&visitor.contact)?;
        Ok(conversation.map_or_else(Self::default, |one| self.then(app, &one)))
    }

    /// Which conversation it is.
    pub(super) fn conversation(&self) -> Option<&str> {
        self.conversation.as_deref()
    }

    fn then(&self, app: &App, conversation: &Conversation) -> Self {
        let public = conversation.messages.iter();
        let public: Vec<&Message> = public
            .filter(|message| message.visibility == Visibility::Public)
            .filter(|message| message.redacted_at.is_none())
            .collect();
        let answered = public.iter().rev();
        let mut answered = answered.filter(|message| message.role == Some(Role::Answer));
        let answered = answered.next().map(|message| message.at);
        let rated = conversation.feedback.last().map(|given| given.at);
        let shown = public.iter().skip(public.len().saturating_sub(SHOWN));
        Self {
            conversation: Some(conversation.id.to_string()),
            is_over: conversation.status != Status::Open,
            can_rate: answered.is_some_and(|answered| rated.is_none_or(|rated| rated < answered)),
            with_human: conversation.human_since.is_some(),
            survey: survey(app, conversation),
            job: JobView::of(app, conversation),
            messages: self.messages(app, shown),
        }
    }

    fn messages<'a>(
        &self,
        app: &App,
        shown: impl Iterator<Item = &'a &'a Message>,
    ) -> Vec<Arc<MessageView>> {
        let before = self.messages.iter().map(|view| (view.id.as_str(), view));
        let before: HashMap<&str, &Arc<MessageView>> = before.collect();
        let views = shown.map(|message| {
            let known = before.get(message.id.as_str());
            match known.filter(|view| view.is_still(app, message)) {
                Some(view) => Arc::clone(view),
                None => Arc::new(MessageView::of(app, message)),
            }
        });
        views.collect()
    }
}

/// What the rep is called who wrote a message.
fn name_of(app: &App, message: &Message) -> Option<String> {
    let rep = message.author.rep()?;
    app.snapshot().directory.rep_name(rep).map(str::to_owned)
}

impl MessageView {
    /// Whether it shows a message as it is; where files came along, that is not told by the message.
    fn is_still(&self, app: &App, message: &Message) -> bool {
        self.text == message.text
            && self.role == message.role
            && self.at == message.at
            && self.files.is_empty()
            && message.attachments.is_empty()
            && self.name == name_of(app, message)
    }

    fn of(app: &App, message: &Message) -> Self {
        let from = match message.author.kind {
            ActorKind::Contact => "visitor",
            ActorKind::Rep => "rep",
            ActorKind::CustomerAgent => "agent",
            ActorKind::Automation => "automation",
        };
        let is_choice = message.role == Some(Role::Clarify);
        let lines = message.text.lines();
        let choices = lines.clone().filter_map(|line| line.strip_prefix("- "));
        let choices: Vec<String> = choices.filter(|_| is_choice).map(str::to_owned).collect();
        let is_answer = message.role == Some(Role::Answer);
        let body = if is_choice {
            let words: Vec<&str> = lines.filter(|line| !line.starts_with("- ")).collect();
            Node::plain(words.join("\n").trim())
        } else if is_answer {
            Node::tree(&message.text)
        } else {
            Node::plain(&message.text)
        };
        Self {
            id: message.id.to_string(),
            at: message.at,
            from,
            name: name_of(app, message),
            text: message.text.clone(),
            role: message.role,
            body,
            choices,
            is_answer,
            files: FileView::of(app, message),
        }
    }
}

/// The survey about a conversation, while it is open.
fn survey(app: &App, conversation: &Conversation) -> Option<SurveyView> {
    let surveys = &app.snapshot().installation.surveys;
    let sent = surveys.sent_at(&conversation.id)?;
    let is_open = app.clock().now() < sent.plus_millis(OPEN_MS);
    let last = conversation.ratings.last().filter(|last| last.at >= sent);
    is_open.then(|| SurveyView {
        score: last.map(|last| last.score),
    })
}

/// Takes in how satisfied a visitor is.
pub(super) async fn post_score(
    State(app): State<Arc<App>>,
    Known(visitor): Known,
    JsonBody(given): JsonBody<NewScore>,
) -> Result<Json<ThreadView>, Response> {
    let limit = VisitLimit::Words(&visitor.contact);
    app.check_visit(limit).map_err(too_many)?;
    let known = shown(&app, visitor.clone()).await;
    let Json(known) = known.map_err(IntoResponse::into_response)?;
    let Some(conversation) = known.conversation else {
        return Err(Problem::not_found("there is no conversation yet").into_response());
    };
    let command = VisitCommand {
        contact: Some(visitor.contact.clone()),
        action: VisitAction::Rate {
            conversation,
            score: given.score,
            text: given.text,
        },
    };
    let given = app.visit(Caller::visitor(visitor.contact.clone()), command);
    given
        .await
        .map_err(|error| Problem::from(error).into_response())?;
    shown(&app, visitor)
        .await
        .map_err(IntoResponse::into_response)
}

/// What a visitor sees of their conversation.
pub(super) async fn get_thread(
    State(app): State<Arc<App>>,
    Known(visitor): Known,
) -> Result<Json<ThreadView>, Problem> {
    shown(&app, visitor).await
}

/// The conversation, read off the async threads.
async fn shown(app: &Arc<App>, visitor: Visitor) -> Result<Json<ThreadView>, Problem> {
    let app = Arc::clone(app);
    let read = tokio::task::spawn_blocking(move || ThreadView::of(&app, &visitor));
    match read.await {
        Ok(view) => Ok(Json(view?)),
        Err(_panicked) => Err(Problem::internal("the work ended early")),
    }
}

/// Takes in what a visitor wrote; answers when it is safe on disk. That it can be seen is told by
/// the stream.
pub(super) async fn post_message(
    State(app): State<Arc<App>>,
    Known(visitor): Known,
    JsonBody(new): JsonBody<NewWords>,
) -> Result<Json<WriteResult>, Response> {
    let limit = VisitLimit::Words(&visitor.contact);
    app.check_visit(limit).map_err(too_many)?;
    let words = words(new).map_err(|fault| Problem::from(fault).into_response())?;
    let taken = app.take_visitors_words(&visitor, words).await;
    Ok(Json(
        taken.map_err(|error| Problem::from(error).into_response())?,
    ))
}

fn words(new: NewWords) -> Result<VisitorWords, Invalid> {
    let length = new.text.chars().count();
    if length > MAX_TEXT {
        let reason = format!("it has {length} characters; at most {MAX_TEXT} are expected");
        return Err(Invalid::new("text", reason));
    }
    check_id(&new.id)?;
    Ok(VisitorWords {
        message: format!("{PREFIX}{}", new.id),
        text: new.text,
        files: new.files,
        language: new.language,
        url: new.url,
    })
}

/// Refuses what the widget does not call things.
pub(super) fn check_id(id: &str) -> Result<(), Invalid> {
    let is_fit = (1..=MAX_ID).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_fit {
        return Ok(());
    }
    let reason = "expected 1 to 64 letters, digits and hyphens";
    Err(Invalid::new("id", reason))
}

/// Takes in whether the last answer helped.
pub(super) async fn post_feedback(
    State(app): State<Arc<App>>,
    Known(visitor): Known,
    JsonBody(given): JsonBody<NewRating>,
) -> Result<Json<ThreadView>, Response> {
    let limit = VisitLimit::Words(&visitor.contact);
    app.check_visit(limit).map_err(too_many)?;
    let failed = |error: Error| Problem::from(error).into_response();
    let known = shown(&app, visitor.clone()).await;
    let Json(known) = known.map_err(IntoResponse::into_response)?;
    let Some(conversation) = known.conversation else {
        return Err(Problem::not_found("there is no conversation yet").into_response());
    };
    let given = ContactFeedback {
        conversation,
        is_helpful: given.is_helpful,
        text: given.text,
    };
    let caller = Caller::visitor(visitor.contact.clone());
    let given = app.give_feedback(caller, Some(visitor.contact.clone()), given);
    given.await.map_err(failed)?;
    shown(&app, visitor)
        .await
        .map_err(IntoResponse::into_response)
}
