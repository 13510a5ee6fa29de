//! Bodies of JSON, refused with a problem that names the field at fault.
//!
//! What axum refuses by itself (a parameter that is no UTF-8, a body that is too long) is
//! plain text; on its way out it becomes a problem, too.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use super::problem::Problem;
use crate::model::Invalid;

/// The longest refusal of axum's that is passed on.
const MAX_REFUSAL: usize = 4 << 10;

/// A body of JSON.
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        // What needs nothing said may be asked for without a body.
        let names_type = request.headers().contains_key(header::CONTENT_TYPE);
        let is_json = is_json(request.headers());
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|refused| refusal(refused.status(), &refused.body_text()))?;
        if bytes.is_empty() && !names_type {
            return read(b"{}").map(Self);
        }
        if !is_json {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The body is of another type",
                "send JSON, with `Content-Type: application/json`",
            ));
        }
        read(&bytes).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE);
    let media = media.and_then(|value| value.to_str().ok());
    let media = media.unwrap_or_default().split(';').next();
    let media = media.unwrap_or_default().trim().to_ascii_lowercase();
    media == "application/json" || (media.starts_with("application/") && media.ends_with("+json"))
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // A list would pass for the fields in their order.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Problem::bad_request(
            "the body: it is a list; expected an object",
        ));
    }
    let mut text = serde_json::Deserializer::from_slice(bytes);
    let body = serde_path_to_error::deserialize(&mut text).map_err(|error| {
        let path = error.path().to_string();
        let reason = error.inner().to_string();
        let missing = reason.strip_prefix("missing field `");
        let missing = missing.and_then(|rest| Some(rest.split_once('`')?.0));
        match path.as_str() {
            "." if missing.is_some() => {
                Invalid::new(missing.unwrap_or_default(), "it is missing").into()
            }
            "." => Problem::bad_request(format!("the body: {reason}")),
            field => Invalid::new(field, reason).into(),
        }
    })?;
    text.end()
        .map_err(|error| Problem::bad_request(format!("the body: {error}")))?;
    Ok(body)
}

fn refusal(status: StatusCode, text: &str) -> Problem {
    let (kind, title) = match status {
        StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "The body is too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("unsupported_media_type", "The body is of another type")
        }
        _ => ("bad_request", "The request cannot be used"),
    };
    Problem::new(status, kind, title, text)
}

/// Makes a problem of a refusal in plain text.
pub(super) async fn as_problem(response: Response) -> Response {
    let media = response.headers().get(header::CONTENT_TYPE);
    let is_text = media.is_some_and(|media| media.as_bytes().starts_with(b"text/plain"));
    if !response.status().is_client_error() || !is_text {
        return response;
    }
    let status = response.status();
    let text = axum::body::to_bytes(response.into_body(), MAX_REFUSAL).await;
    let text = text.unwrap_or_default();
    refusal(status, &String::from_utf8_lossy(&text)).into_response()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        inner: Inner,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        count: u8,
    }

    #[test]
    fn the_field_at_fault_is_named() {
        let refused = read::<Outer>(br#"{"inner":{"count":"x"}}"#).unwrap_err();
        assert_eq!(refused.errors.first().unwrap().pointer, "inner.count");
        assert_eq!(
            read::<Outer>(br#"{"inner":{"count":3}}"#)
                .unwrap()
                .inner
                .count,
            3
        );
        for bad in [
            "",
            "{",
            "[]",
            r#" [{"count":3}]"#,
            r#"{"inner":{"count":3}} x"#,
        ] {
            assert_eq!(
                read::<Outer>(bad.as_bytes()).unwrap_err().status,
                400,
                "{bad}"
            );
        }
    }

    #[test]
    fn json_is_known_by_its_media_type() {
        let headers =
            |media: &str| HeaderMap::from_iter([(header::CONTENT_TYPE, media.parse().unwrap())]);
        assert!(is_json(&headers("application/json; charset=utf-8")));
        assert!(is_json(&headers("application/problem+json")));
        assert!(!is_json(&headers("text/plain")));
        assert!(!is_json(&HeaderMap::new()));
    }
}
