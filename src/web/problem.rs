//! Errors at the edge: RFC 9457 problem JSON, one match for each layer's error.
//!
//! A handler returns a [`Problem`]; the guard renders it with the request's id.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app;
use crate::command::Refusal;
use crate::model::brief;

/// A fault of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// Which parameter or field.
    pub pointer: String,
    /// What kind of fault, as a word.
    pub code: &'static str,
    /// What was found and what was expected.
    pub message: String,
}

/// What went wrong, as a client reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// The kind of problem.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// It in words.
    pub title: &'static str,
    /// The status code.
    pub status: u16,
    /// What happened this time, and what to do.
    pub detail: String,
    /// The request's id, as the server's log has it.
    pub request_id: String,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
}

impl Problem {
    /// A problem of this status.
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            title,
            status: status.as_u16(),
            detail: brief(&detail.into()),
            request_id: String::new(),
            errors: Vec::new(),
        }
    }

    /// A request that cannot be understood.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad_request",
            "The request cannot be used",
            detail,
        )
    }

    /// Something that is not there.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is no such thing",
            detail,
        )
    }

    /// Something that is not there yet.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "Svar cannot do this now",
            detail,
        )
    }

    /// A fault of ours.
    pub fn internal(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Svar failed",
            detail,
        )
    }

    fn of_field(field: &str, message: String) -> Self {
        let mut problem = Self::bad_request(format!("{field}: {message}"));
        problem.errors.push(Fault {
            pointer: field.to_owned(),
            code: "invalid",
            message,
        });
        problem
    }

    /// The problem as a response, with the request's id.
    pub(super) fn render(mut self, request_id: &str) -> Response {
        request_id.clone_into(&mut self.request_id);
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let media = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, media);
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.clone().render("");
        response.extensions_mut().insert(self);
        response
    }
}

impl From<app::Error> for Problem {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Query(fault) => fault.into(),
            app::Error::Backup { .. } | app::Error::Model(_) => {
                Self::bad_request(error.to_string())
            }
            app::Error::Ingest(fault) => Self::bad_request(fault.to_string()),
            app::Error::TooLarge { .. } => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "The file is too large",
                error.to_string(),
            ),
            app::Error::TooMuch { .. } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many",
                "Too many files",
                error.to_string(),
            ),
            app::Error::Unknown { .. } => Self::not_found(error.to_string()),
            app::Error::Refused(refusal) => refusal.into(),
            app::Error::Broken(cases) => {
                let mut problem = Self::new(
                    StatusCode::CONFLICT,
                    "breaks_cases",
                    "It would break cases of the regression set",
                    "change the answer, or send `anyway` to publish it all the same",
                );
                problem
                    .errors
                    .extend(cases.into_iter().map(|message| Fault {
                        pointer: "cases".to_owned(),
                        code: "broken",
                        message,
                    }));
                problem
            }
            app::Error::Stopped(_) | app::Error::Journal(_) => Self::unavailable(error.to_string()),
            other => {
                tracing::error!(error = %other, "a request failed");
                Self::internal(other.to_string())
            }
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            Refusal::Invalid(fault) => fault.into(),
            Refusal::Unknown { .. } => Self::not_found(text),
            Refusal::Forbidden { .. } => Self::new(
                StatusCode::FORBIDDEN,
                "forbidden",
                "Your role may not do this",
                text,
            ),
            Refusal::Changed { .. } => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "changed",
                "It was changed meanwhile",
                text,
            ),
            Refusal::Conflict(_) => Self::new(
                StatusCode::CONFLICT,
                "conflict",
                "Something is against it",
                text,
            ),
            Refusal::NotAvailable(_) => Self::new(
                StatusCode::CONFLICT,
                "not_available",
                "No work is taken now",
                text,
            ),
            Refusal::NotTaken { field, .. } => {
                let mut problem = Self::new(
                    StatusCode::CONFLICT,
                    "not_taken",
                    "This is not taken here",
                    text.clone(),
                );
                problem.errors.push(Fault {
                    pointer: field.to_owned(),
                    code: "not_taken",
                    message: text,
                });
                problem
            }
            Refusal::Failed(reason) => {
                tracing::error!(reason, "a decision failed");
                Self::internal(text)
            }
            Refusal::Outdated => Self::new(
                StatusCode::CONFLICT,
                "outdated",
                "Something else changed at the same time",
                text,
            ),
        }
    }
}

impl From<crate::model::Invalid> for Problem {
    fn from(fault: crate::model::Invalid) -> Self {
        Self::of_field(&fault.field, fault.reason)
    }
}
