//! Questions nobody could answer, short answers, and what the customer agent would say.
//!
//! Reads the knowledge fold of the snapshot; every change is journalled first and seen
//! through the fold afterwards.

mod answer;
mod ask;
mod backtest;
mod calibrate;
mod case;
mod gap;
mod ground;
mod grouping;
mod handling;
mod import;
mod markdown;
mod model;
mod phrase;
mod proof;
mod respond;
mod review;
mod serving;
mod switch;
mod worker;

pub use answer::{AnswerList, AnswerView, NearDuplicate, VersionView};
pub use ask::{AskView, Choice};
pub use backtest::{BacktestView, Clash, Tried};
pub use calibrate::{CalibrationView, CurvePoint};
pub use case::{Broken, CaseView};
pub use gap::{
    DismissalView, Gap, GapList, GapQuery, GapQuestion, GapSort, GapState, GapView, LinkView,
};
pub use import::AnswersTaken;
pub use markdown::Preview;
pub(in crate::app) use model::is_whole;
pub use model::{EmbedderView, ModelView, SwitchProgress};
pub(in crate::app) use phrase::Phraser;
pub use phrase::PhrasingView;
pub use proof::{Proof, ProofWeek};
pub use respond::{Incoming, Responded};
pub use review::{Review, ReviewList, ReviewView};

use ask::Asking;
use grouping::Grouping;
use serving::Serving;
use switch::Switch;
use worker::Worker;

use crate::app::{App, Error};
use crate::model::event::TopicNumber;
use crate::model::{Invalid, ShortAnswerId, Timestamp};

/// What the app keeps for this area beside the fold: all of it can be made again.
#[derive(Default)]
pub(in crate::app) struct Workshop {
    grouping: Grouping,
    asking: Asking,
    serving: Serving,
    switch: Switch,
    pub(in crate::app) worker: Worker,
}

impl Workshop {
    /// Has the grouping made again of what was journalled.
    pub(in crate::app) fn forget_grouping(&self) {
        self.grouping.forget();
    }
}

/// Reads an id of a request; what is wrong with it is told by `field`.
fn id<T>(field: &str, text: &str, parse: fn(&str) -> Result<T, &'static str>) -> Result<T, Error> {
    let parsed = parse(text);
    Ok(parsed.map_err(|fault| Invalid::new(field, format!("`{text}`: {fault}")))?)
}

fn answer_id(text: &str) -> Result<ShortAnswerId, Error> {
    id("short_answer", text, ShortAnswerId::parse)
}

/// A topic of a request; one that is spelled otherwise is there as little as an unknown one.
fn topic_number(text: &str) -> Result<TopicNumber, Error> {
    TopicNumber::parse(text).ok_or_else(|| Error::unknown("topic", text))
}

impl App {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
