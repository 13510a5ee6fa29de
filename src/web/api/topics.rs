//! `/knowledge/gaps`, `/knowledge/questions`: what nobody could answer, by topic, and what
//! admins make of it.

use std::sync::Arc;

use axum::extract::{Path, Query as Parameters, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::IdText;
use super::knowledge::{bad, page};
use super::{Pairs, off, wait_for_own_write};
use crate::app::{
    App, GapList, GapQuery, GapReplies, GapSort, GapState, GapView, Proof, Review, WriteResult,
};
use crate::command::{Caller, Command, QuestionCommand, TopicCommand};
use crate::model::Invalid;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// Why something is dismissed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    /// In words.
    #[schema(max_length = 1_000)]
    #[serde(default)]
    reason: Option<String>,
}

/// What a dismissal is taken back with.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Restoration {
    /// In words; it is not kept.
    #[serde(default, rename = "reason")]
    _reason: Option<String>,
}

/// Several gaps that need no answer.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Topics {
    /// Which; all of them or none.
    #[schema(min_items = 1, max_items = 10_000)]
    topics: Vec<String>,
    /// Why, where they are dismissed.
    #[schema(max_length = 1_000)]
    #[serde(default)]
    reason: Option<String>,
}

/// Several questions that need no answer.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ManyQuestions {
    /// Which; all of them or none.
    #[schema(min_items = 1, max_items = 10_000, value_type = Vec<IdText>)]
    questions: Vec<String>,
    /// Why, where they are dismissed.
    #[schema(max_length = 1_000)]
    #[serde(default)]
    reason: Option<String>,
}

/// The topic that another goes into.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MergeInto {
    /// Its id.
    into: String,
}

/// What a topic is called.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Title {
    /// The name; empty: its most central question again.
    #[schema(max_length = 200)]
    title: String,
}

/// Questions that are taken out of a topic.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Questions {
    /// Their ids.
    #[schema(min_items = 1, value_type = Vec<IdText>)]
    questions: Vec<String>,
}

/// A topic that another does not ask the same as.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FromOther {
    /// Its id.
    other: String,
    /// Whether they are told apart; false takes it back.
    on: bool,
}

/// Whether a topic is kept from being absorbed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct On {
    /// Whether.
    pub(super) on: bool,
}

/// Where a question goes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToTopic {
    /// The topic.
    topic: String,
}

/// The words of orders of gaps.
const SORTS: &str =
    "cost, questions, last, rising, title, language, agent, people or conversations";

/// Reads the query of a list of gaps; other names are refused.
fn gap_query(pairs: &[(String, String)]) -> Result<GapQuery, Problem> {
    let mut query = GapQuery {
        paging: page(pairs)?,
        ..GapQuery::default()
    };
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        match name.as_str() {
            "q" => query.words.clone_from(value),
            "language" => query.language = Some(value.clone()),
            "state" => {
                let state = GapState::ALL
                    .into_iter()
                    .find(|state| state.as_str() == value);
                let state = state
                    .ok_or_else(|| bad(name, "open, answered, reopened or dismissed", pairs))?;
                query.state = Some(state);
            }
            "sort" => {
                let sort = GapSort::ALL.into_iter().find(|(word, _)| word == value);
                let sort = sort.ok_or_else(|| bad(name, SORTS, pairs))?;
                query.sort = sort.1;
            }
            "limit" | "cursor" => {}
            _ => return Err(Invalid::new(name, "is no parameter of this list").into()),
        }
    }
    Ok(query)
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_gaps))
        .routes(routes!(get_gap))
        .routes(routes!(get_proof))
        .routes(routes!(get_replies))
        .routes(routes!(dismiss_gaps))
        .routes(routes!(restore_gaps))
        .routes(routes!(dismiss_questions))
        .routes(routes!(restore_questions))
        .routes(routes!(dismiss_gap))
        .routes(routes!(restore_gap))
        .routes(routes!(merge_gap))
        .routes(routes!(rename_gap))
        .routes(routes!(pin_gap))
        .routes(routes!(split_gap))
        .routes(routes!(tell_gap_apart))
        .routes(routes!(dismiss_question))
        .routes(routes!(restore_question))
        .routes(routes!(review_question))
        .routes(routes!(move_question))
}

/// Lists gaps: topics of unanswered questions.
#[utoipa::path(get, path = "/knowledge/gaps", tag = "knowledge",
    params(("q" = Option<String>, Query, description = "Words of the title, the tags or a question"),
        ("state" = Option<String>, Query, pattern = "^(open|answered|reopened|dismissed)?$", description = "open, answered, reopened or dismissed; left out: open and reopened"),
        ("language" = Option<String>, Query, description = "Of this language only"),
        ("sort" = Option<String>, Query, pattern = "^(cost|questions|last|rising|title|language|agent|people|conversations)?$", description = "cost (default), questions, last, rising, title, language, agent, people or conversations; those opened again come first"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 1000, description = "1 to 1,000, default 50"),
        ("cursor" = Option<u32>, Query, maximum = 4_294_967_295.0, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page of gaps", body = GapList),
        (status = 400, description = "A parameter cannot be used", body = Problem)))]
pub(super) async fn list_gaps(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Result<Json<GapList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let query = gap_query(&pairs)?;
    off(move || {
        Ok(app
            .knowledge_at(&app.present_to(&caller.sight))
            .gaps(&query))
    })
    .await
    .map(Json)
}

/// One gap with its questions, the latest first.
#[utoipa::path(get, path = "/knowledge/gaps/{topic}", tag = "knowledge",
    params(("topic" = String, Path, description = "The topic"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 1000, description = "1 to 1,000, default 50"),
        ("cursor" = Option<u32>, Query, maximum = 4_294_967_295.0, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "The gap", body = GapView),
        (status = 404, description = "No such topic", body = Problem)))]
pub(super) async fn get_gap(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(topic): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Result<Json<GapView>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let paging = page(&pairs)?;
    off(move || {
        Ok(app
            .knowledge_at(&app.present_to(&caller.sight))
            .gap(&topic, paging)?)
    })
    .await
    .map(Json)
}

/// What reps answered to the latest hundred questions of a gap, and which of these replies is the
/// most typical: a start for a draft.
#[utoipa::path(get, path = "/knowledge/gaps/{topic}/replies", tag = "knowledge",
    params(("topic" = String, Path, description = "The topic")),
    responses((status = 200, description = "The replies", body = GapReplies),
        (status = 404, description = "No such topic", body = Problem)))]
pub(super) async fn get_replies(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(topic): Path<String>,
    headers: HeaderMap,
) -> Result<Json<GapReplies>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    off(move || Ok(app.replies_of(&app.present_to(&caller.sight), &topic)?))
        .await
        .map(Json)
}

/// What came of the answer to a gap, week by week; null while nothing published answers it.
#[utoipa::path(get, path = "/knowledge/gaps/{topic}/proof", tag = "knowledge",
    params(("topic" = String, Path, description = "The topic")),
    responses((status = 200, description = "The proof", body = Option<Proof>),
        (status = 404, description = "No such topic", body = Problem)))]
pub(super) async fn get_proof(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(topic): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Option<Proof>>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    off(move || {
        Ok(app
            .knowledge_at(&app.present_to(&caller.sight))
            .proof(&topic)?)
    })
    .await
    .map(Json)
}

macro_rules! commands {
    ($($(#[$doc:meta])* $handler:ident, $route:literal, $param:literal, $body:ty, |$id:ident, $input:ident| $command:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $route, tag = "knowledge",
            params(($param = String, Path, description = "Which")), request_body = $body,
            responses((status = 200, description = "It is journalled", body = WriteResult),
                (status = 400, description = "It cannot be done so", body = Problem),
                (status = 404, description = "No such thing", body = Problem)))]
        pub(super) async fn $handler(
            State(app): State<Arc<App>>,
            Extension(caller): Extension<Caller>,
            Path($id): Path<String>,
            JsonBody($input): JsonBody<$body>,
        ) -> Result<Json<WriteResult>, Problem> {
            Ok(Json(app.write(caller, $command).await?))
        }
    )*};
}

// One macro, because these routes differ in nothing but their command.
commands! {
    /// Says that a gap needs no answer.
    dismiss_gap, "/knowledge/gaps/{topic}/dismiss", "topic", Reason,
        |topic, body| Command::Topic(TopicCommand::Dismiss { topics: vec![topic], reason: body.reason });
    /// Takes the dismissal of a gap back.
    restore_gap, "/knowledge/gaps/{topic}/restore", "topic", Restoration,
        |topic, _body| Command::Topic(TopicCommand::Restore { topics: vec![topic] });
    /// Puts a topic into another one.
    merge_gap, "/knowledge/gaps/{topic}/merge", "topic", MergeInto,
        |topic, body| Command::Topic(TopicCommand::Merge { topic, into: body.into });
    /// Names a topic.
    rename_gap, "/knowledge/gaps/{topic}/rename", "topic", Title,
        |topic, body| Command::Topic(TopicCommand::Rename { topic, title: body.title });
    /// Keeps a topic from being absorbed, or lets it go.
    pin_gap, "/knowledge/gaps/{topic}/pin", "topic", On,
        |topic, body| Command::Topic(TopicCommand::Pin { topic, on: body.on });
    /// Takes questions out into a topic of their own, whose id is answered.
    split_gap, "/knowledge/gaps/{topic}/split", "topic", Questions,
        |topic, body| Command::Topic(TopicCommand::Split { topic, questions: body.questions });
    /// Says that a topic does not ask the same as another one in another language, so that it is not
    /// suggested again.
    tell_gap_apart, "/knowledge/gaps/{topic}/tell-apart", "topic", FromOther,
        |topic, body| Command::Topic(TopicCommand::TellApart { topic, other: body.other, on: body.on });
    /// Says that a question needs no answer.
    dismiss_question, "/knowledge/questions/{id}/dismiss", "id", Reason,
        |question, body| Command::Question(QuestionCommand::Dismiss { questions: vec![question], reason: body.reason });
    /// Takes the dismissal of a question back.
    restore_question, "/knowledge/questions/{id}/restore", "id", Restoration,
        |question, _body| Command::Question(QuestionCommand::Restore { questions: vec![question] });
    /// Says whether the decision on a question was right.
    review_question, "/knowledge/questions/{id}/review", "id", Review,
        |question, body| Command::Question(QuestionCommand::Review { question, verdict: body.verdict });
    /// Puts a question into another topic.
    move_question, "/knowledge/questions/{id}/move", "id", ToTopic,
        |question, body| Command::Question(QuestionCommand::Move { question, topic: body.topic });
}

macro_rules! bulk_commands {
    ($($(#[$doc:meta])* $handler:ident, $route:literal, $body:ty, |$input:ident| $command:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $route, tag = "knowledge", request_body = $body,
            responses((status = 200, description = "All of it is journalled", body = WriteResult),
                (status = 400, description = "It cannot be done so", body = Problem),
                (status = 404, description = "One of them is not there; nothing was done", body = Problem)))]
        pub(super) async fn $handler(
            State(app): State<Arc<App>>,
            Extension(caller): Extension<Caller>,
            JsonBody($input): JsonBody<$body>,
        ) -> Result<Json<WriteResult>, Problem> {
            Ok(Json(app.write(caller, $command).await?))
        }
    )*};
}

// One macro, because these routes differ in nothing but their command.
bulk_commands! {
    /// Says that several gaps need no answer: all of them or none.
    dismiss_gaps, "/knowledge/gaps/dismiss", Topics,
        |body| Command::Topic(TopicCommand::Dismiss { topics: body.topics, reason: body.reason });
    /// Takes the dismissals of several gaps back. The reason is not kept.
    restore_gaps, "/knowledge/gaps/restore", Topics,
        |body| Command::Topic(TopicCommand::Restore { topics: body.topics });
    /// Says that several questions need no answer: all of them or none.
    dismiss_questions, "/knowledge/questions/dismiss", ManyQuestions,
        |body| Command::Question(QuestionCommand::Dismiss { questions: body.questions, reason: body.reason });
    /// Takes the dismissals of several questions back. The reason is not kept.
    restore_questions, "/knowledge/questions/restore", ManyQuestions,
        |body| Command::Question(QuestionCommand::Restore { questions: body.questions });
}
