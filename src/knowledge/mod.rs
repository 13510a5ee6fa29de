//! Questions nobody could answer, short answers, and what the customer agent would say.
//!
//! Functions over the folds, the facts and the question index: [`Library`] is all of that at
//! one instant, and only reads. Nothing here is journalled: what people do goes through
//! `command`, what happens by itself through `work`, and both are seen here through the folds.

mod alike;
mod answer;
mod ask;
mod asked;
mod at_hand;
mod backtest;
mod calibrate;
mod case;
mod counter;
mod dismissed;
mod door;
mod embeddings;
mod endpoint;
mod gap;
mod gap_list;
mod grouping;
mod growth;
mod import;
mod kept;
mod lacking;
mod markdown;
mod mining;
mod model;
mod node;
mod paging;
mod phrase;
mod placing;
mod precision;
mod proof;
mod rep_times;
mod reply;
mod review;
mod serving;
mod sisters;
mod switch;
mod tally;
mod uses;
mod vector_endpoint;

use std::path::PathBuf;
use std::sync::Arc;

pub use alike::{AlikeAnswer, AlikeAnswers};
pub use answer::{AnswerList, AnswerView, NearDuplicate, SetAsideView, VersionView};
pub use ask::{AskView, Choice};
pub use backtest::{BacktestView, Clash, QuestionChange};
pub use calibrate::{CalibrationView, CurvePoint};
pub use case::{BrokenCase, CaseView};
pub use dismissed::DeedThings;
pub use gap::{DismissalView, Gap, GapQuestion, GapState, LinkView};
pub use gap_list::{GapList, GapQuery, GapSort, GapView};
pub use growth::GrowingGap;
pub use import::{AnswerCounts, RejectedAnswer};
pub use markdown::Preview;
pub use mining::MiningView;
pub use model::{EmbedderView, ModelView, SwitchProgress};
pub use node::Node;
pub use paging::Paging;
pub use phrase::PhrasingView;
pub use precision::Precision;
pub use proof::{Proof, ProofWeek};
pub use reply::{GapReplies, RepReply};
pub use review::{Review, ReviewList, ReviewView};
pub use sisters::{AnswerBeside, Sister};
pub use uses::AnswerUse;
pub use vector_endpoint::VectorEndpointView;

pub(crate) use answer::spoken;
pub(crate) use ask::candidates;
pub(crate) use at_hand::FetchDue;
pub(crate) use door::Door;
pub(crate) use grouping::LockedTopics;
pub(crate) use import::AnswerImport;
pub(crate) use mining::MiningProgress;
pub(crate) use placing::{Assignment, TOGETHER, assigned};
pub(crate) use serving::{place, unless_shipped};
pub(crate) use switch::{Switch, SwitchStep, is_lacking, regrouped};

use alike::Alike;
use ask::Asking;
use counter::{GapCounter, Told};
use embeddings::Embeddings;
use grouping::Grouping;
use kept::KeptAsked;
use phrase::Phraser;
use serving::Serving;
use sisters::Profiles;

use crate::clock::Clock;
use crate::command::Refusal;
use crate::config::{AgentConfig, EmbeddingsConfig};
use crate::lock::Lock;
use crate::metrics::{Facts, Seen};
use crate::model::event::TopicNumber;
use crate::model::{ConversationId, Installation, Invalid, ShortAnswerId, Timestamp};

/// Where the files of sentence models lie, and the vectors that they made.
pub(crate) struct Places {
    pub(crate) models: PathBuf,
    pub(crate) vectors: PathBuf,
}

/// What this area keeps besides the folds: all of it can be made again.
pub(crate) struct Workshop {
    pub(crate) grouping: Grouping,
    pub(crate) asking: Asking,
    pub(crate) asked: KeptAsked,
    pub(crate) alike: Alike,
    pub(crate) profiles: Profiles,
    pub(crate) serving: Serving,
    pub(crate) switch: Switch,
    pub(crate) mining: Lock<MiningView>,
    pub(crate) phraser: Phraser,
    pub(crate) embeddings: Embeddings,
    pub(crate) door: Door,
    pub(crate) places: Places,
}

/// Whom this area asks elsewhere.
pub(crate) struct Endpoints {
    pub(crate) phraser: Phraser,
    pub(crate) embeddings: Embeddings,
    /// The way out to both.
    pub(crate) door: Door,
}

impl Endpoints {
    /// Those that the settings of this machine name.
    pub(crate) fn new(
        agent: Option<&AgentConfig>,
        embeddings: Option<&EmbeddingsConfig>,
        clock: &Clock,
    ) -> Self {
        let door = Door::default();
        Self {
            phraser: Phraser::new(agent, &door),
            embeddings: Embeddings::new(embeddings, clock, &door),
            door,
        }
    }
}

impl Workshop {
    /// An empty one.
    pub(crate) fn new(places: Places, endpoints: Endpoints) -> Self {
        Self {
            grouping: Grouping::default(),
            asking: Asking::default(),
            asked: KeptAsked::default(),
            alike: Alike::default(),
            profiles: Profiles::default(),
            serving: Serving::default(),
            switch: Switch::default(),
            mining: Lock::default(),
            phraser: endpoints.phraser,
            embeddings: endpoints.embeddings,
            door: endpoints.door,
            places,
        }
    }
}

/// What is known at one instant: gaps, answers, decisions, and how the agent decides.
pub struct Library {
    pub(crate) installation: Arc<Installation>,
    pub(crate) facts: Facts,
    /// What whoever asks sees of conversations; `None`: everything.
    pub(crate) seen: Option<Arc<Seen>>,
    pub(crate) now: Timestamp,
    pub(crate) workshop: Arc<Workshop>,
}

impl Library {
    fn counter(&self) -> GapCounter<'_> {
        GapCounter::new(
            &self.installation.knowledge,
            Told {
                facts: &self.facts,
                seen: self.seen.as_deref(),
                kept: &self.workshop.asked,
            },
            self.now,
        )
    }

    /// Whether whoever asks sees a conversation.
    fn sees(&self, conversation: &ConversationId) -> bool {
        let Some(seen) = &self.seen else { return true };
        let code = self
            .facts
            .dictionaries
            .conversation
            .code(conversation.as_str());
        code.is_some_and(|code| seen.has_conversation(code))
    }
}

/// Reads the id of a short answer out of a request.
pub(crate) fn answer_id(text: &str) -> Result<ShortAnswerId, Invalid> {
    let parsed = ShortAnswerId::parse(text);
    parsed.map_err(|fault| Invalid::new("short_answer", format!("`{text}`: {fault}")))
}

/// A topic of a request; one that is spelled otherwise is there as little as an unknown one.
fn topic_number(text: &str) -> Result<TopicNumber, Refusal> {
    TopicNumber::parse(text).ok_or_else(|| Refusal::unknown("topic", text))
}
