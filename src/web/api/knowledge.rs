//! `/knowledge/gaps`, `/knowledge/questions`, `/ask`: what nobody could answer, and what
//! the customer agent would say.

use std::sync::Arc;

use axum::extract::{Path, Query as Parameters, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Pairs, off, wait_for_own_write};
use crate::app::{
    App, AskView, CalibrationView, CaseView, GapList, GapQuery, GapSort, GapState, GapView, Paging,
    Proof, Review, ReviewList, Written,
};
use crate::command::{
    Caller, Case, CaseCommand, Command, KnowledgeCommand, KnowledgeSettings, QuestionCommand,
    TopicCommand,
};
use crate::model::Invalid;
use crate::web::Problem;
use crate::web::json::JsonBody;

/// The most things of a page.
const MAX_LIMIT: usize = 1_000;

/// Why something is dismissed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    /// In words.
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
    title: String,
}

/// Questions that are taken out of a topic.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Questions {
    /// Their ids.
    questions: Vec<String>,
}

/// Whether a topic is kept from being absorbed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct On {
    /// Whether.
    on: bool,
}

/// Where a question goes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToTopic {
    /// The topic.
    topic: String,
}

/// What a contact writes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// The words.
    text: String,
    /// Whether the answer is phrased as well, where that is set up.
    #[serde(default)]
    phrase: bool,
}

/// A question that must be answered so, or not at all.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseBody {
    /// The question.
    text: String,
    /// The short answer it must get; null: it must get none.
    #[serde(default)]
    short_answer: Option<String>,
}

/// The regression set.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CaseList {
    /// The cases, those that do not hold first.
    items: Vec<CaseView>,
}

/// `limit` and `cursor`.
pub(super) fn page(pairs: &[(String, String)]) -> Result<Paging, Problem> {
    let given = |name: &str| pairs.iter().find(|(known, _)| known == name);
    let number = |name: &str| given(name).map(|(_, value)| value.parse::<usize>());
    let limit = match number("limit") {
        None => 50,
        Some(Ok(limit)) if (1..=MAX_LIMIT).contains(&limit) => limit,
        Some(_) => return Err(bad("limit", "a number from 1 to 1000", pairs)),
    };
    let after = number("cursor").transpose();
    let after = after.map_err(|_error| bad("cursor", "a cursor of an earlier page", pairs))?;
    Ok(Paging {
        after: after.unwrap_or_default(),
        limit,
    })
}

fn bad(name: &str, expected: &str, pairs: &[(String, String)]) -> Problem {
    let value = pairs.iter().find(|(known, _)| known == name);
    let value = value.map(|(_, value)| value.as_str()).unwrap_or_default();
    Invalid::new(name, format!("`{value}` is not {expected}")).into()
}

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
                let sort =
                    sort.ok_or_else(|| bad(name, "cost, questions, last or rising", pairs))?;
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
        .routes(routes!(ask))
        .routes(routes!(list_reviews))
        .routes(routes!(list_cases, set_case))
        .routes(routes!(remove_case))
        .routes(routes!(get_calibration))
        .routes(routes!(set_settings))
        .routes(routes!(dismiss_gap))
        .routes(routes!(restore_gap))
        .routes(routes!(merge_gap))
        .routes(routes!(rename_gap))
        .routes(routes!(pin_gap))
        .routes(routes!(split_gap))
        .routes(routes!(dismiss_question))
        .routes(routes!(restore_question))
        .routes(routes!(review_question))
        .routes(routes!(move_question))
}

/// Lists gaps: topics of unanswered questions.
#[utoipa::path(get, path = "/knowledge/gaps", tag = "knowledge",
    params(("q" = Option<String>, Query, description = "Words of the title, the tags or a question"),
        ("state" = Option<String>, Query, description = "open, answered, reopened or dismissed; left out: open and reopened"),
        ("language" = Option<String>, Query, description = "Of this language only"),
        ("sort" = Option<String>, Query, description = "cost (default), questions, last or rising"),
        ("limit" = Option<usize>, Query, description = "1 to 1,000, default 50"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page of gaps", body = GapList),
        (status = 400, description = "A parameter cannot be used", body = Problem)))]
pub(super) async fn list_gaps(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Result<Json<GapList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let query = gap_query(&pairs)?;
    off(move || Ok(app.knowledge().gaps(&query)))
        .await
        .map(Json)
}

/// One gap with its questions, the latest first.
#[utoipa::path(get, path = "/knowledge/gaps/{topic}", tag = "knowledge",
    params(("topic" = String, Path, description = "The topic"),
        ("limit" = Option<usize>, Query, description = "1 to 1,000, default 50"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "The gap", body = GapView),
        (status = 404, description = "No such topic", body = Problem)))]
pub(super) async fn get_gap(
    State(app): State<Arc<App>>,
    Path(topic): Path<String>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Result<Json<GapView>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let paging = page(&pairs)?;
    off(move || Ok(app.knowledge().gap(&topic, paging)?))
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
    Path(topic): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Option<Proof>>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    off(move || Ok(app.knowledge().proof(&topic)?))
        .await
        .map(Json)
}

macro_rules! commands {
    ($($(#[$doc:meta])* $handler:ident, $route:literal, $param:literal, $body:ty, |$id:ident, $given:ident| $command:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $route, tag = "knowledge",
            params(($param = String, Path, description = "Which")), request_body = $body,
            responses((status = 200, description = "It is journalled", body = Written),
                (status = 400, description = "It cannot be done so", body = Problem),
                (status = 404, description = "No such thing", body = Problem)))]
        pub(super) async fn $handler(
            State(app): State<Arc<App>>,
            Extension(caller): Extension<Caller>,
            Path($id): Path<String>,
            JsonBody($given): JsonBody<$body>,
        ) -> Result<Json<Written>, Problem> {
            Ok(Json(app.write(caller, $command).await?))
        }
    )*};
}

// One macro, because these routes differ in nothing but their command.
commands! {
    /// Says that a gap needs no answer.
    dismiss_gap, "/knowledge/gaps/{topic}/dismiss", "topic", Reason,
        |topic, given| Command::Topic(TopicCommand::Dismiss { topic, reason: given.reason });
    /// Takes the dismissal of a gap back.
    restore_gap, "/knowledge/gaps/{topic}/restore", "topic", Reason,
        |topic, _given| Command::Topic(TopicCommand::Restore { topic });
    /// Puts a topic into another one.
    merge_gap, "/knowledge/gaps/{topic}/merge", "topic", MergeInto,
        |topic, given| Command::Topic(TopicCommand::Merge { topic, into: given.into });
    /// Names a topic.
    rename_gap, "/knowledge/gaps/{topic}/rename", "topic", Title,
        |topic, given| Command::Topic(TopicCommand::Rename { topic, title: given.title });
    /// Keeps a topic from being absorbed, or lets it go.
    pin_gap, "/knowledge/gaps/{topic}/pin", "topic", On,
        |topic, given| Command::Topic(TopicCommand::Pin { topic, on: given.on });
    /// Takes questions out into a topic of their own, whose id is answered.
    split_gap, "/knowledge/gaps/{topic}/split", "topic", Questions,
        |topic, given| Command::Topic(TopicCommand::Split { topic, questions: given.questions });
    /// Says that a question needs no answer.
    dismiss_question, "/knowledge/questions/{id}/dismiss", "id", Reason,
        |question, given| Command::Question(QuestionCommand::Dismiss { question, reason: given.reason });
    /// Takes the dismissal of a question back.
    restore_question, "/knowledge/questions/{id}/restore", "id", Reason,
        |question, _given| Command::Question(QuestionCommand::Restore { question });
    /// Says whether the decision on a question was right.
    review_question, "/knowledge/questions/{id}/review", "id", Review,
        |question, given| Command::Question(QuestionCommand::Review { question, verdict: given.verdict });
    /// Puts a question into another topic.
    move_question, "/knowledge/questions/{id}/move", "id", ToTopic,
        |question, given| Command::Question(QuestionCommand::Move { question, topic: given.topic });
}

/// What the customer agent would say; nothing is written.
#[utoipa::path(post, path = "/ask", tag = "knowledge", request_body = Asked,
    responses((status = 200, description = "The decision with its scores and its source", body = AskView),
        (status = 400, description = "The text cannot be used", body = Problem)))]
pub(super) async fn ask(
    State(app): State<Arc<App>>,
    JsonBody(asked): JsonBody<Asked>,
) -> Result<Json<AskView>, Problem> {
    off(move || {
        let told = if asked.phrase {
            app.knowledge().ask_phrased(&asked.text)?
        } else {
            app.knowledge().ask(&asked.text)?
        };
        Ok(Json(told))
    })
    .await
}

/// What the customer agent decided, those that nobody judged and that were closest first.
#[utoipa::path(get, path = "/knowledge/reviews", tag = "knowledge",
    params(("decision" = Option<String>, Query, description = "answer or unanswered; left out: both"),
        ("limit" = Option<usize>, Query, description = "1 to 1,000, default 50"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page of decisions", body = ReviewList)))]
pub(super) async fn list_reviews(
    State(app): State<Arc<App>>,
    Parameters(pairs): Parameters<Pairs>,
    headers: HeaderMap,
) -> Result<Json<ReviewList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let asked = page(&pairs)?;
    let kind = pairs.into_iter().find(|(name, _)| name == "decision");
    let kind = kind.map(|(_, kind)| kind);
    off(move || Ok(app.knowledge().reviews(kind.as_deref(), asked)))
        .await
        .map(Json)
}

/// The regression set, and how each case does now.
#[utoipa::path(get, path = "/knowledge/cases", tag = "knowledge",
    responses((status = 200, description = "The cases, those that do not hold first", body = CaseList)))]
pub(super) async fn list_cases(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<CaseList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    off(move || Ok(app.knowledge().cases()))
        .await
        .map(|items| Json(CaseList { items }))
}

/// Adds a case to the regression set, or changes what its question must get.
#[utoipa::path(post, path = "/knowledge/cases", tag = "knowledge", request_body = CaseBody,
    responses((status = 200, description = "It is journalled", body = Written),
        (status = 404, description = "No such short answer", body = Problem)))]
pub(super) async fn set_case(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(case): JsonBody<CaseBody>,
) -> Result<Json<Written>, Problem> {
    let case = Case {
        text: case.text,
        short_answer: case.short_answer,
    };
    let command = Command::Case(CaseCommand::Set(vec![case]));
    Ok(Json(app.write(caller, command).await?))
}

/// Takes a case out of the regression set.
#[utoipa::path(post, path = "/knowledge/cases/remove", tag = "knowledge", request_body = Asked,
    responses((status = 200, description = "It is journalled", body = Written),
        (status = 404, description = "No such case", body = Problem)))]
pub(super) async fn remove_case(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(case): JsonBody<Asked>,
) -> Result<Json<Written>, Problem> {
    let command = Command::Case(CaseCommand::Remove { text: case.text });
    Ok(Json(app.write(caller, command).await?))
}

/// How the customer agent decides whether it is sure enough, with the curve it rests on.
#[utoipa::path(get, path = "/knowledge/calibration", tag = "knowledge",
    responses((status = 200, description = "The threshold, where it comes from, and what others would have done", body = CalibrationView)))]
pub(super) async fn get_calibration(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<CalibrationView>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    off(move || Ok(app.knowledge().calibration()))
        .await
        .map(Json)
}

/// Changes settings of the knowledge area; what is left out stays.
#[utoipa::path(post, path = "/knowledge/settings", tag = "knowledge", request_body = KnowledgeSettings,
    responses((status = 200, description = "It is journalled", body = Written),
        (status = 400, description = "A value cannot be used", body = Problem)))]
pub(super) async fn set_settings(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    JsonBody(settings): JsonBody<KnowledgeSettings>,
) -> Result<Json<Written>, Problem> {
    let command = Command::Knowledge(KnowledgeCommand::Set(settings));
    Ok(Json(app.write(caller, command).await?))
}
