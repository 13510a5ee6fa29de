//! Many conversations in one request: each is decided on its own, and answered for on its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use tokio::task::JoinSet;
use utoipa::ToSchema;

use super::{App, Error};
use crate::command::{
    BulkAction, BulkStep, Caller, Command, ConversationCommand, Evidence, Refusal, decide,
};
use crate::journal::Decision;
use crate::lock::Lock;
use crate::model::{Invalid, RepId};

/// The most conversations of one request.
pub const MOST_AT_ONCE: usize = 200;

/// Something that is done to each of some conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkDeed {
    /// To which.
    #[schema(min_items = 1, max_items = 200)]
    pub conversations: Vec<String>,
    /// What.
    pub action: BulkAction,
}

/// What became of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BulkOutcome {
    /// It was done.
    Done,
    /// It was so already.
    Unchanged,
    /// It could not be done.
    Refused,
}

/// The answer for one conversation.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BulkItem {
    /// Which.
    pub conversation: String,
    /// What became of it.
    pub outcome: BulkOutcome,
    /// Why it could not be done.
    pub detail: Option<String>,
}

/// What became of a request over many conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BulkResult {
    /// Each conversation, in the order of the request.
    pub items: Vec<BulkItem>,
    /// What takes back what was really changed: to be sent as `deeds` again.
    pub undo: Vec<BulkDeed>,
    /// The position of the log that holds it all.
    pub log_position: u64,
}

/// The answer for one conversation, with what takes it back and where the log has it.
struct Done {
    item: BulkItem,
    back: Option<BulkAction>,
    log_position: u64,
}

impl App {
    /// Does each deed to each of its conversations, as if they were asked for one by one.
    pub async fn do_in_bulk(
        self: &Arc<Self>,
        caller: &Caller,
        rep: Option<&str>,
        deeds: Vec<BulkDeed>,
    ) -> Result<BulkResult, Error> {
        if let Some(rep) = rep {
            let wrong = |reason| Invalid::new("rep", format!("`{rep}`: {reason}"));
            RepId::parse(rep).map_err(wrong)?;
        }
        let steps = steps(deeds)?;
        let mut running = JoinSet::new();
        for (place, (conversation, action)) in steps.into_iter().enumerate() {
            let (app, caller) = (Arc::clone(self), caller.clone());
            let rep = rep.map(str::to_owned);
            running.spawn(async move {
                let done = app.do_one(&caller, conversation, rep, action).await;
                (place, done)
            });
        }
        let mut done = Vec::new();
        while let Some(one) = running.join_next().await {
            let (place, one) = one.map_err(|error| Error::Stopped(error.to_string()))?;
            done.push((place, one?));
        }
        done.sort_by_key(|(place, _)| *place);
        let done: Vec<Done> = done.into_iter().map(|(_, one)| one).collect();
        let last = done.iter().map(|one| one.log_position).max();
        let log_position = last.unwrap_or_else(|| self.position());
        self.wait_for_async(log_position).await;
        Ok(BulkResult {
            undo: undo(&done),
            items: done.into_iter().map(|one| one.item).collect(),
            log_position,
        })
    }

    async fn do_one(
        &self,
        caller: &Caller,
        conversation: String,
        rep: Option<String>,
        action: BulkAction,
    ) -> Result<Done, Error> {
        let step_back: Arc<Lock<Option<BulkAction>>> = Arc::default();
        let (overlay, by) = (self.overlay.clone(), caller.clone());
        let (id, slot) = (conversation.clone(), Arc::clone(&step_back));
        let decision = Decision::new(caller.via, caller.actor(), move |now| {
            overlay.with(now, |state| {
                let about = (id.as_str(), rep.as_deref());
                let Some(BulkStep { action, back }) = BulkStep::of(state, &by, about, action)?
                else {
                    return Ok(Vec::new());
                };
                let command = Command::Conversation(ConversationCommand {
                    conversation: id.clone(),
                    rep: rep.clone(),
                    action: action.into(),
                });
                let bodies = decide(state, &by, command, &Evidence::None)?;
                *slot.lock() = Some(back);
                Ok(bodies)
            })
        });
        let decided = self.handle.decide_async(decision).await?;
        let back = step_back.lock().take();
        let (outcome, detail, log_position) = match decided {
            Ok(receipt) if back.is_some() => (BulkOutcome::Done, None, receipt.log_position),
            Ok(_) => (BulkOutcome::Unchanged, None, 0),
            // Who may not do it may do it to none of them.
            Err(refusal @ (Refusal::Forbidden { .. } | Refusal::Failed(_))) => {
                return Err(refusal.into());
            }
            Err(refusal) => (BulkOutcome::Refused, Some(refusal.to_string()), 0),
        };
        Ok(Done {
            item: BulkItem {
                conversation,
                outcome,
                detail,
            },
            back,
            log_position,
        })
    }
}

/// Each conversation with what is done to it, those that come twice once.
fn steps(deeds: Vec<BulkDeed>) -> Result<Vec<(String, BulkAction)>, Invalid> {
    let mut steps = Vec::new();
    for BulkDeed {
        conversations,
        action,
    } in deeds
    {
        let mut seen = BTreeSet::new();
        for conversation in conversations {
            if seen.insert(conversation.clone()) {
                steps.push((conversation, action.clone()));
            }
        }
    }
    if steps.is_empty() || steps.len() > MOST_AT_ONCE {
        let reason = format!(
            "{} conversations are named; expected 1 to {MOST_AT_ONCE}",
            steps.len()
        );
        return Err(Invalid::new("deeds", reason));
    }
    Ok(steps)
}

/// What takes all back, those with the same step in one deed.
fn undo(done: &[Done]) -> Vec<BulkDeed> {
    let mut deeds: Vec<BulkDeed> = Vec::new();
    for Done { item, back, .. } in done {
        let Some(back) = back else { continue };
        let conversation = item.conversation.clone();
        match deeds.iter_mut().find(|deed| deed.action == *back) {
            Some(deed) => deed.conversations.push(conversation),
            None => deeds.push(BulkDeed {
                conversations: vec![conversation],
                action: back.clone(),
            }),
        }
    }
    deeds
}
