//! `/search`: finding conversations, short answers and contacts by their words.

use std::sync::Arc;

use axum::extract::{Query as Parameters, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{off, wait_for_own_write};
use crate::app::{App, Hit, Search};
use crate::command::Caller;
use crate::model::Timestamp;
use crate::web::Problem;

/// Something that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchHit {
    /// Its id.
    pub id: String,
    /// `question`, `answer`, `message` or `contact`.
    pub kind: &'static str,
    /// Its conversation; a question's and a message's only.
    pub conversation: Option<String>,
    /// When it was written or changed last.
    #[schema(value_type = String)]
    pub at: Timestamp,
    /// The language it is in, where that is known.
    pub language: Option<String>,
    /// The channel that it came by; a question's and a message's only.
    pub channel: Option<String>,
    /// `draft` or `published`; a short answer's only.
    pub status: Option<&'static str>,
    /// How well it fits; higher is better.
    pub score: f32,
    /// Its words.
    pub text: String,
    /// Byte ranges of the words that fit.
    pub highlights: Vec<(usize, usize)>,
}

/// What a search found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchHitList {
    /// The best first.
    pub items: Vec<SearchHit>,
}

impl SearchHitList {
    /// What was found, as it is reported.
    pub fn of(hits: Vec<Hit>) -> Self {
        let items = hits.into_iter().map(|hit| SearchHit {
            at: Timestamp::from_millis(hit.at_millis),
            status: hit
                .is_published
                .map(|is_published| if is_published { "published" } else { "draft" }),
            id: hit.id,
            kind: hit.kind.name(),
            conversation: hit.conversation,
            language: hit.language,
            channel: hit.channel,
            score: hit.score,
            text: hit.text,
            highlights: hit
                .highlights
                .into_iter()
                .map(|range| (range.start, range.end))
                .collect(),
        });
        Self {
            items: items.collect(),
        }
    }
}

/// The routes of this subject.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(search))
}

/// Finds questions, short answers, contacts' messages and contacts by their words.
///
/// What was written before is found. Other forms of a word are found too, and where whole
/// words find too little, words that are spelt nearly so or have them in them.
#[utoipa::path(get, path = "/search", tag = "conversations",
    params(("q" = String, Query, description = "Words; the last may be a beginning, \"quoted words\" are found only next to each other"),
        ("kind" = Option<String>, Query, pattern = "^((question|answer|message|contact)(,(question|answer|message|contact))*)?$", description = "`question`, `answer`, `message`, `contact`; several apart by commas"),
        ("language" = Option<String>, Query, description = "Language tags, apart by commas"),
        ("channel" = Option<String>, Query, description = "Channels, apart by commas"),
        ("from" = Option<String>, Query, description = "A date or instant; nothing earlier"),
        ("to" = Option<String>, Query, description = "A date or instant; only what is earlier"),
        ("tz" = Option<String>, Query, description = "The zone of dates, UTC if left out"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 100, description = "1 to 100, default 20")),
    responses((status = 200, description = "The best first", body = SearchHitList),
        (status = 400, description = "A parameter cannot be read", body = Problem)))]
pub(super) async fn search(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Parameters(pairs): Parameters<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Json<SearchHitList>, Problem> {
    wait_for_own_write(&app, &headers).await?;
    let pairs = pairs.iter();
    let pairs = pairs.map(|(name, value)| (name.as_str(), value.as_str()));
    let search = Search::parse(pairs, Tz::UTC)?;
    off(move || Ok(SearchHitList::of(app.search_as(&caller.sight, &search)?)))
        .await
        .map(Json)
}
