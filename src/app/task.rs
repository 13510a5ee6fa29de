//! Long work, and what a query is answered with: the result, or the work that comes first.

use serde::Serialize;
use utoipa::ToSchema;

use super::error::Error;

/// How far long work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// It runs.
    Running,
    /// It is done; whoever asks the same again within a minute has the result.
    Done,
    /// It failed.
    Failed,
}

/// Long work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Task {
    /// Its name.
    pub id: String,
    /// How far it is.
    pub state: TaskState,
    /// Events folded so far.
    pub done: u64,
    /// Events to fold, about; also the position of the log that the result will be of.
    pub total: u64,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What a query is answered with.
#[derive(Clone, Debug)]
pub enum Delivery<T> {
    /// The result.
    Result(T),
    /// Facts are being folded for more than two seconds: who asks the same again when that is
    /// done has the result, of the desk as it was when the work began.
    Task(Task),
}

impl<T> Delivery<T> {
    /// Makes another result of the result.
    pub fn and_then<U>(
        self,
        make: impl FnOnce(T) -> Result<U, Error>,
    ) -> Result<Delivery<U>, Error> {
        Ok(match self {
            Self::Result(result) => Delivery::Result(make(result)?),
            Self::Task(task) => Delivery::Task(task),
        })
    }
}
