//! What a webhook is told next, and what becomes of that.

use std::sync::Arc;
use std::time::Duration;

use super::line::{Line, Pick, Source, is_test};
use super::payload::WebhookPayload;
use super::progress::WebhookOutcome;
use crate::app::{App, Error};
use crate::command::{Caller, Command, Refusal, WebhookCommand};
use crate::config::AddressRange;
use crate::model::event::WebhookKind;
use crate::model::webhooks::{Webhook, WebhookCall};
use crate::model::{Timestamp, WebhookId};

/// How many hexadecimal digits of a signature a message is called by.
const DIGITS: usize = 32;

/// What is to be done for a webhook next.
pub enum WebhookDuty {
    /// It is told something.
    Send(Box<WebhookErrand>),
    /// It is asked again at once.
    Again,
    /// Nothing before so long, or before something happens; none: nothing before something happens.
    Wait(Option<Duration>),
    /// It is no more.
    Gone,
}

/// Something on its way.
pub struct WebhookErrand {
    line: Arc<Line>,
    call: WebhookCall,
    webhook: Webhook,
    /// What it is called: the same however often it is told.
    pub id: String,
    /// What is told.
    pub payload: WebhookPayload,
    /// To where.
    pub url: String,
    /// What is signed with.
    pub keys: Vec<String>,
}

impl WebhookErrand {
    /// In which shape it is told.
    pub const fn kind(&self) -> WebhookKind {
        self.webhook.kind
    }
}

impl App {
    /// The private networks that webhooks may lead to.
    pub fn webhook_networks(&self) -> Vec<AddressRange> {
        self.webhooks.allowed.clone()
    }

    /// The webhooks that there are.
    pub fn webhook_ids(&self) -> Vec<WebhookId> {
        let snapshot = self.snapshot();
        let all = snapshot.installation.webhooks.all();
        all.map(|webhook| webhook.webhook.clone()).collect()
    }

    /// What is to be done for a webhook next.
    pub fn webhook_duty(&self, id: &WebhookId) -> Result<WebhookDuty, Error> {
        let snapshot = self.snapshot();
        let Some(webhook) = snapshot.installation.webhooks.get(id.as_str()) else {
            return Ok(WebhookDuty::Gone);
        };
        if webhook.paused.is_some() {
            return Ok(WebhookDuty::Wait(None));
        }
        let line = self.webhooks.line(webhook)?;
        let Some(secret) = line.secret() else {
            return Ok(WebhookDuty::Wait(None));
        };
        let source = Source {
            webhook,
            tail: &self.webhooks.tail,
            journal: &self.folder.journal(),
            position: snapshot.log_position,
        };
        let now = self.clock.now();
        let call = match line.pick(&source, now)? {
            Pick::Call(call) => call,
            Pick::More => return Ok(WebhookDuty::Again),
            Pick::Wait(at) => {
                let left = at.map(|at| u64::try_from(at.since(now)).unwrap_or_default());
                return Ok(WebhookDuty::Wait(left.map(Duration::from_millis)));
            }
        };
        let Some(payload) = self.webhook_payload(&call)? else {
            line.settle(&call, now, WebhookOutcome::Withheld)?;
            return Ok(WebhookDuty::Again);
        };
        Ok(WebhookDuty::Send(Box::new(WebhookErrand {
            id: self.webhook_message_id(&call)?,
            webhook: webhook.clone(),
            keys: match webhook.kind {
                WebhookKind::Standard => secret.keys(now),
                WebhookKind::Slack | WebhookKind::Teams => Vec::new(),
            },
            url: secret.url,
            line,
            call,
            payload,
        })))
    }

    /// What is told of an event is called by the event's source and id, so that whoever gets it twice
    /// knows it; bound to this desk.
    fn webhook_message_id(&self, call: &WebhookCall) -> Result<String, Error> {
        let name = format!("svar\n{}", call.id);
        let signature = self.access.sign("webhook message", &name)?;
        let signature: String = signature.chars().take(DIGITS).collect();
        Ok(format!("msg_{signature}"))
    }

    /// Takes back what came of it.
    pub fn settle_webhook(
        &self,
        errand: &WebhookErrand,
        outcome: WebhookOutcome,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let outcome = match outcome {
            // A try is not told again for a day.
            WebhookOutcome::Failed { .. } if is_test(&errand.call) => {
                return note_failed_test(errand, now, outcome);
            }
            other => other,
        };
        let pause = errand.line.settle(&errand.call, now, outcome)?;
        let Some(reason) = pause else {
            return Ok(());
        };
        let command = WebhookCommand::Pause {
            webhook: errand.webhook.webhook.to_string(),
            reason,
            can_mail: self.can_mail(),
        };
        match self.write_now(&Caller::system(), Command::Webhook(command)) {
            // Somebody paused or removed it meanwhile.
            Err(Error::Refused(Refusal::Conflict(_)) | Error::Unknown { .. }) => Ok(()),
            other => other.map(|_written| ()),
        }
    }
}

fn note_failed_test(
    errand: &WebhookErrand,
    now: Timestamp,
    outcome: WebhookOutcome,
) -> Result<(), Error> {
    let (line, call) = (&errand.line, &errand.call);
    line.settle(call, now, outcome)?;
    line.settle(call, now, WebhookOutcome::Withheld)?;
    Ok(())
}
