//! What could not be shown: what happened, what is safe, what to do.

use axum::http::StatusCode;

use super::text::{fill, t};
use crate::app::{Delivery, Error, Task};
use crate::command::{Refusal, Role};
use crate::model::{Invalid, brief_value};

/// Why a page or a panel cannot be shown.
#[derive(Debug)]
pub(super) enum Fault {
    /// The address asks for something that cannot be had.
    Query(Invalid),
    /// There is no such thing.
    Missing {
        /// Of which kind.
        kind: &'static str,
        /// Which.
        id: String,
    },
    /// The role is too little for it.
    Forbidden {
        /// The one that it takes.
        needed: Role,
        /// Whoever asks has this one.
        role: Role,
    },
    /// Something that is there is against it.
    Conflict(String),
    /// A past instant is being folded.
    Busy(Task),
    /// Svar itself failed.
    Failed(String),
}

impl Fault {
    /// There is no `id` of `kind`.
    pub(super) fn missing(kind: &'static str, id: &str) -> Self {
        Self::Missing {
            kind,
            id: id.to_owned(),
        }
    }

    /// The result of what was asked, or that it is still being prepared.
    pub(super) fn unless_busy<T>(delivered: Delivery<T>) -> Result<T, Self> {
        match delivered {
            Delivery::Result(result) => Ok(result),
            Delivery::Task(task) => Err(Self::Busy(task)),
        }
    }

    /// The status of the answer.
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Query(_) => StatusCode::BAD_REQUEST,
            Self::Missing { .. } => StatusCode::NOT_FOUND,
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Busy(_) => StatusCode::ACCEPTED,
            Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What happened, in a line.
    pub(super) fn title(&self) -> &'static str {
        match self {
            Self::Query(_) => t("fault.query.title"),
            Self::Missing { .. } => t("fault.missing.title"),
            Self::Forbidden { .. } => t("fault.forbidden.title"),
            Self::Conflict(_) => t("fault.conflict.title"),
            Self::Busy(_) => t("fault.busy.title"),
            Self::Failed(_) => t("fault.failed.title"),
        }
    }

    /// What happened, exactly; of Svar's own failure only that the log has it.
    pub(super) fn detail(&self) -> String {
        match self {
            Self::Query(error) => fill(
                "fault.query.detail",
                &[("field", &error.field), ("reason", &error.reason)],
            ),
            Self::Missing { kind, id } => fill(
                "fault.missing.detail",
                &[("kind", kind), ("id", &brief_value(id))],
            ),
            Self::Forbidden { needed, role } => fill(
                "fault.forbidden.detail",
                &[("needed", needed.as_str()), ("role", role.as_str())],
            ),
            Self::Conflict(reason) => reason.clone(),
            Self::Busy(task) => {
                let (done, total) = (task.done.to_string(), task.total.to_string());
                fill("fault.busy.detail", &[("done", &done), ("total", &total)])
            }
            Self::Failed(_) => t("fault.failed.detail").to_owned(),
        }
    }

    /// What to do.
    pub(super) fn advice(&self) -> &'static str {
        match self {
            Self::Query(error) if error.field == "clock" => t("fault.query.no_schedule"),
            Self::Query(_) => t("fault.query.advice"),
            Self::Missing { .. } => t("fault.missing.advice"),
            Self::Forbidden { .. } => t("fault.forbidden.advice"),
            Self::Conflict(_) => t("fault.conflict.advice"),
            Self::Busy(_) => t("fault.busy.advice"),
            Self::Failed(_) => t("fault.failed.advice"),
        }
    }

    /// Writes what only the log may know.
    pub(super) fn log(&self) {
        if let Self::Failed(cause) = self {
            tracing::error!(cause, "a page could not be made");
        }
    }
}

impl From<Invalid> for Fault {
    fn from(error: Invalid) -> Self {
        Self::Query(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Query(error) => Self::Query(error),
            Error::Unknown { kind, id } => Self::Missing { kind, id },
            Error::Refused(Refusal::Forbidden { needed, role, .. }) => {
                Self::Forbidden { needed, role }
            }
            Error::Refused(Refusal::Conflict(reason)) => Self::Conflict(reason.into_owned()),
            Error::Refused(refusal @ (Refusal::NotAvailable(_) | Refusal::NotTaken { .. })) => {
                Self::Conflict(refusal.to_string())
            }
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Error::from(refusal).into()
    }
}

impl From<askama::Error> for Fault {
    fn from(error: askama::Error) -> Self {
        Self::Failed(error.to_string())
    }
}
