//! The endpoint that makes vectors of texts: asked in batches within its time, and left alone
//! for a while when it fails.
//!
//! What is at hand, and what is done where something is not, is `at_hand`'s.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;
use svar_index::vector::{RemoteEmbedder, VectorSource};

use super::door::Door;
use super::endpoint::{Access, Bounds, Endpoint};
use super::vector_endpoint::VectorEndpointView;
use crate::clock::Clock;
use crate::config::EmbeddingsConfig;
use crate::lock::Lock;
use crate::model::Timestamp;
use crate::model::event::folder_of;

/// After so many batches that came in time twice as many texts are sent again.
const FITTING: u32 = 32;
/// So often a model is tried that takes too long.
const TRIES: usize = 4;
/// So many requests may wait at once.
const AT_ONCE: u32 = 8;
/// After so many failures one behind the other it is left alone for a while.
const FAILURES: u32 = 3;
/// How long that is.
const REST_MS: i64 = 60_000;
/// The longest reply: so much for each text, and so much besides.
const REPLY_OF_TEXT: u64 = 160 << 10;
const REPLY: u64 = 64 << 10;
/// By how much less than its time a request may have and still tell how fast the endpoint is.
const TOLERANCE: Duration = Duration::from_millis(100);
/// What is said where the time was used up before.
const TOO_LONG: &str = "it took too long";
/// What is said of one that is left alone.
const RESTS: &str = "it is left alone for a minute";

/// Who makes vectors elsewhere, if anybody does.
#[derive(Default)]
pub(crate) struct Embeddings(Option<Setup>);

struct Setup {
    source: Arc<Source>,
    /// The embedder, once it was needed: one alone writes its file.
    opened: Lock<Option<Arc<RemoteEmbedder>>>,
    /// Texts of the desk whose vectors are being fetched.
    waiting: Lock<Vec<Arc<str>>>,
    /// The last change of answers of which nothing is missing.
    complete_at: Lock<Option<u64>>,
}

/// The endpoint, and how it does.
struct Source {
    endpoint: Endpoint,
    config: EmbeddingsConfig,
    clock: Clock,
    state: Lock<State>,
}

#[derive(Clone, Debug)]
struct State {
    /// How many texts are sent at once; fewer where that took too long.
    batch: usize,
    /// How many whole batches came in time since that was changed.
    fitting: u32,
    waiting: u32,
    failures: u32,
    rests_until: i64,
    /// What went wrong last, unless it went well since.
    trouble: Option<String>,
    /// Since when it does not do.
    trouble_since: Option<Timestamp>,
    /// When it made vectors last.
    answered_at: Option<Timestamp>,
}

/// What an endpoint answers.
#[derive(Deserialize)]
struct Reply {
    data: Vec<Embedding>,
}

#[derive(Deserialize)]
struct Embedding {
    #[serde(default)]
    index: Option<usize>,
    embedding: Vec<f32>,
}

/// A model that an endpoint has.
pub(crate) struct RemoteModel {
    pub(crate) label: String,
    pub(crate) name: String,
    pub(crate) dims: usize,
}

impl Embeddings {
    /// Vectors are made by these settings; none: not elsewhere.
    pub(crate) fn new(config: Option<&EmbeddingsConfig>, clock: &Clock, door: &Door) -> Self {
        Self(config.map(|config| {
            let endpoint = Endpoint::new(&Access {
                address: &config.endpoint,
                path: "embeddings",
                key_file: config.key_file.as_deref(),
                timeout_secs: config.timeout_secs(),
                door: door.clone(),
            });
            let state = State {
                batch: config.batch(),
                fitting: 0,
                waiting: 0,
                failures: 0,
                rests_until: 0,
                trouble: None,
                trouble_since: None,
                answered_at: None,
            };
            Setup {
                source: Arc::new(Source {
                    endpoint,
                    config: config.clone(),
                    clock: clock.clone(),
                    state: Lock::new(state),
                }),
                opened: Lock::default(),
                waiting: Lock::default(),
                complete_at: Lock::default(),
            }
        }))
    }

    /// When a request that is made now must have ended.
    pub(crate) fn until(&self) -> Instant {
        let secs = self
            .0
            .as_ref()
            .map_or(0, |set| set.source.config.timeout_secs());
        Instant::now() + Duration::from_secs(secs)
    }

    /// How many texts are sent at once.
    pub(crate) fn batch(&self) -> usize {
        self.0.as_ref().map_or(1, |set| set.source.batch())
    }

    /// Where the endpoint is.
    pub(crate) fn address(&self) -> Option<String> {
        Some(self.0.as_ref()?.source.config.endpoint.clone())
    }

    /// What is wrong with the settings, or went wrong last.
    pub(crate) fn trouble(&self) -> Option<String> {
        let set = self.0.as_ref()?;
        let fault = set.source.endpoint.fault();
        fault.or_else(|| set.source.state.lock().trouble.clone())
    }

    /// The endpoint that the settings name; `chosen` is the label that texts are to go by.
    pub(crate) fn view(&self, chosen: Option<&str>) -> Option<VectorEndpointView> {
        let source = &self.0.as_ref()?.source;
        let state = source.state.lock().clone();
        Some(VectorEndpointView {
            endpoint: source.config.endpoint.clone(),
            model: source.config.model.clone(),
            is_chosen: chosen.is_some_and(RemoteEmbedder::is_label),
            trouble: self.trouble(),
            trouble_since: state.trouble_since,
            answered_at: state.answered_at,
        })
    }

    /// How long it is left alone yet.
    pub(crate) fn rest_left(&self) -> Option<Duration> {
        let source = &self.0.as_ref()?.source;
        let left = source.state.lock().rests_until - source.clock.now().millis();
        let left = u64::try_from(left).ok()?;
        (left > 0).then(|| Duration::from_millis(left))
    }

    /// Tries the endpoint on some texts.
    pub(crate) fn tried(&self) -> Result<RemoteModel, String> {
        let Some(set) = &self.0 else {
            return Err(
                "`svar.toml` names none; expected `[embeddings]` with `endpoint` and `model`"
                    .to_owned(),
            );
        };
        let name = set.source.config.model.clone();
        // A server may have to load the model first; what it does not do in time it goes on with.
        let mut tried = Err(TOO_LONG.to_owned());
        for _ in 0..TRIES {
            // Somebody asks for it, so it is asked.
            set.source.state.lock().rests_until = 0;
            tried = RemoteEmbedder::tried(&*set.source, &name, self.until());
            if !tried.as_ref().is_err_and(|reason| reason == TOO_LONG) {
                break;
            }
        }
        let (label, dims) = tried?;
        Ok(RemoteModel { label, name, dims })
    }

    /// Opens the embedder with this label, whose vectors lie in the folder `vectors`.
    pub(crate) fn open(&self, label: &str, vectors: &Path) -> Result<Arc<RemoteEmbedder>, String> {
        use svar_index::vector::Embedder as _;
        let Some(set) = &self.0 else {
            return Err("`svar.toml` names no endpoint for `[embeddings]` any more".to_owned());
        };
        let mut opened = set.opened.lock();
        if let Some(embedder) = opened.as_ref().filter(|one| one.label() == label) {
            return Ok(Arc::clone(embedder));
        }
        let source = Arc::clone(&set.source) as Arc<dyn VectorSource>;
        let model = &set.source.config.model;
        let path = vectors.join(folder_of(label));
        let embedder = RemoteEmbedder::open(source, (label, model), &path).map_err(|reason| {
            format!("{reason}; `svar model endpoint` chooses what svar.toml names")
        })?;
        let embedder = Arc::new(embedder);
        *opened = Some(Arc::clone(&embedder));
        set.waiting.lock().clear();
        *set.complete_at.lock() = None;
        Ok(embedder)
    }

    /// Closes the embedder whose file is to be deleted.
    pub(crate) fn close_unless(&self, is_used: impl Fn(&str) -> bool) {
        use svar_index::vector::Embedder as _;
        if let Some(set) = &self.0 {
            let mut opened = set.opened.lock();
            if opened.as_ref().is_some_and(|one| !is_used(&one.label())) {
                *opened = None;
            }
        }
    }

    /// The next texts of the desk to fetch; `all` says which, where none are left of those
    /// that it said before.
    pub(crate) fn next(&self, all: impl FnOnce() -> Vec<Arc<str>>) -> Vec<Arc<str>> {
        let Some(set) = &self.0 else {
            return Vec::new();
        };
        let mut waiting = set.waiting.lock();
        if waiting.is_empty() {
            *waiting = all();
        }
        let from = waiting.len().saturating_sub(self.batch());
        waiting.get(from..).unwrap_or_default().to_vec()
    }

    /// Nothing is missing of the answers as they were changed last by this record.
    pub(crate) fn complete_at(&self, changed: u64) {
        if let Some(set) = &self.0 {
            *set.complete_at.lock() = Some(changed);
        }
    }

    /// Whether that was said of this record.
    pub(crate) fn is_complete_at(&self, changed: u64) -> bool {
        let set = self.0.as_ref();
        set.is_some_and(|set| *set.complete_at.lock() == Some(changed))
    }

    /// The texts that were next are fetched.
    pub(crate) fn done(&self, count: usize) {
        if let Some(set) = &self.0 {
            let mut waiting = set.waiting.lock();
            let left = waiting.len().saturating_sub(count);
            waiting.truncate(left);
        }
    }
}

impl Source {
    /// Claims a place among those who wait; else says why there is none.
    fn claim(&self) -> Result<(), String> {
        let mut state = self.state.lock();
        if state.rests_until > self.clock.now().millis() {
            let reason = state.trouble.as_deref().unwrap_or("it failed");
            return Err(format!("{reason}; {RESTS}"));
        }
        if state.waiting >= AT_ONCE {
            return Err("too many wait for it".to_owned());
        }
        state.waiting += 1;
        Ok(())
    }

    fn ask(&self, texts: &[&str], time: Duration) -> Result<Vec<Vec<f32>>, String> {
        let body = json!({"model": self.config.model, "input": texts});
        let bytes = REPLY + REPLY_OF_TEXT * texts.len() as u64;
        let reply = self.endpoint.ask_within(&body, Bounds { time, bytes })?;
        vectors_of(&reply)
    }

    fn failed(&self, reason: &str) {
        let mut state = self.state.lock();
        if state.trouble.is_none() {
            let model = &self.config.model;
            tracing::warn!(
                model,
                reason,
                "the endpoint makes no vectors; the table stands in"
            );
        }
        state.trouble = Some(reason.to_owned());
        state.trouble_since.get_or_insert(self.clock.now());
        state.failures += 1;
        if state.failures >= FAILURES {
            state.failures = 0;
            state.rests_until = self.clock.now().millis() + REST_MS;
        }
    }
}

impl VectorSource for Source {
    fn batch(&self) -> usize {
        self.state.lock().batch
    }

    fn vectors(&self, texts: &[&str], until: Instant) -> Result<Vec<Vec<f32>>, String> {
        let began = Instant::now();
        let limit = Duration::from_secs(self.config.timeout_secs());
        let time = until.saturating_duration_since(began).min(limit);
        if time.is_zero() {
            return Err(TOO_LONG.to_owned());
        }
        self.claim()?;
        let vectors = self.ask(texts, time);
        let is_late = vectors.is_err() && began.elapsed() >= time;
        // Where others had used up the time, it is no measure.
        let is_cut_short = is_late && time + TOLERANCE < limit;
        let mut state = self.state.lock();
        state.waiting = state.waiting.saturating_sub(1);
        let is_whole = texts.len() > 1 && texts.len() >= state.batch;
        if is_late && !is_cut_short && is_whole {
            state.batch = (texts.len() / 2).max(1);
            state.fitting = 0;
        } else if vectors.is_ok() && texts.len() >= state.batch {
            state.fitting += 1;
            if state.fitting >= FITTING {
                state.batch = (2 * state.batch).min(self.config.batch());
                state.fitting = 0;
            }
        }
        drop(state);
        if let Some(reason) = vectors.as_ref().err().filter(|_| !is_cut_short) {
            self.failed(reason);
        }
        vectors
    }

    fn accepted(&self) {
        let mut state = self.state.lock();
        state.failures = 0;
        state.trouble_since = None;
        state.answered_at = Some(self.clock.now());
        if state.trouble.take().is_some() {
            tracing::info!(
                model = self.config.model,
                "the endpoint makes vectors again"
            );
        }
    }

    fn refused(&self, reason: &str) {
        self.failed(reason);
    }
}

/// The vectors of a reply, in the order of the texts.
fn vectors_of(reply: &[u8]) -> Result<Vec<Vec<f32>>, String> {
    let reply: Reply = serde_json::from_slice(reply).map_err(|error| {
        if error.is_data() {
            "its reply has no vectors".to_owned()
        } else {
            "its reply is not JSON".to_owned()
        }
    })?;
    let mut data = reply.data;
    let is_numbered = data.iter().any(|one| one.index.is_some());
    if is_numbered {
        data.sort_by_key(|one| one.index);
        let is_whole = data
            .iter()
            .enumerate()
            .all(|(at, one)| one.index == Some(at));
        if !is_whole {
            return Err("its vectors are not numbered one behind the other".to_owned());
        }
    }
    Ok(data.into_iter().map(|one| one.embedding).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_come_in_the_order_of_their_texts() {
        let read = |text: &str| vectors_of(text.as_bytes());
        let second_first = r#"{"object": "list", "data": [
            {"index": 1, "embedding": [2.0]}, {"index": 0, "embedding": [1, 0.5]}]}"#;
        assert_eq!(read(second_first), Ok(vec![vec![1.0, 0.5], vec![2.0]]));
        let bare = r#"{"data": [{"embedding": [1.0]}, {"embedding": [2.0]}]}"#;
        assert_eq!(read(bare), Ok(vec![vec![1.0], vec![2.0]]));
        for (text, told) in [
            ("busy", "is not JSON"),
            (r#"{"data": [{"embedding": [NaN]}]}"#, "is not JSON"),
            (r#"{"data": [{"embedding": "AAAA"}]}"#, "has no vectors"),
            (r#"{"error": {"message": "no"}}"#, "has no vectors"),
            (
                r#"{"data": [{"index": 1, "embedding": [1]}, {"index": 1, "embedding": [1]}]}"#,
                "not numbered",
            ),
            (
                r#"{"data": [{"index": 0, "embedding": [1]}, {"embedding": [1]}]}"#,
                "not numbered",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
