//! One message to a program elsewhere: signed, sent, and what came of it in words that hold no secret.

use ureq::Agent;

use super::shape::body;
use super::signature::signatures;
use crate::app::{App, WebhookErrand, WebhookOutcome};
use crate::fetch::{self, Lost};
use crate::model::Timestamp;

/// How long it may take, in seconds.
const TIMEOUT_SECS: u64 = 15;
/// The most that is read of an answer, which nobody looks at.
const MOST_BYTES: u64 = 64 << 10;

/// Sends messages: each over a connection of its own, to addresses that were looked at for it.
pub(super) struct Courier(Agent);

impl Courier {
    pub(super) fn new(app: &App) -> Self {
        Self(fetch::guarded_agent(TIMEOUT_SECS, app.webhook_networks()))
    }

    /// Sends what is told, and waits for what comes of it.
    pub(super) fn send(&self, errand: &WebhookErrand, now: Timestamp) -> WebhookOutcome {
        let body = body(errand.kind(), &errand.payload);
        let request = self
            .0
            .post(&errand.url)
            .header("content-type", "application/json");
        let request = if errand.keys.is_empty() {
            request
        } else {
            let secs = now.millis().div_euclid(1_000);
            request
                .header("webhook-id", &errand.id)
                .header("webhook-timestamp", secs.to_string())
                .header(
                    "webhook-signature",
                    signatures(&errand.keys, &errand.id, secs, &body),
                )
        };
        let failed = |reason: String| WebhookOutcome::Failed {
            reason,
            after_secs: None,
            is_gone: false,
        };
        let response = match fetch::whole(request.send(&body[..]), MOST_BYTES) {
            Ok(response) => response,
            // It was answered with more than is read.
            Err(Lost::TooLong) => return WebhookOutcome::Delivered,
            Err(Lost::Private) => {
                return failed("its address leads into a private network".to_owned());
            }
            Err(Lost::Broken(reason)) => return failed(reason),
        };
        let status = response.status();
        if status.is_success() {
            return WebhookOutcome::Delivered;
        }
        let after = response.headers().get("retry-after");
        let after = after.and_then(|after| after.to_str().ok());
        let reason = if status.is_redirection() {
            format!(
                "it answered {}, and redirects are not followed",
                status.as_u16()
            )
        } else {
            format!("it answered {}", status.as_u16())
        };
        WebhookOutcome::Failed {
            reason,
            after_secs: after.and_then(|after| after.trim().parse().ok()),
            is_gone: status.as_u16() == 410,
        }
    }
}
