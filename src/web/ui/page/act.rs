//! What the forms of a conversation's page ask for.
//!
//! A failed send keeps what was typed.

use std::sync::Arc;

use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Redirect, Response};

use super::conversation::page;
use super::offers::place;
use super::sent::{SentForm, files_of, read};
use super::ticket_act::price;
use super::{Answer, Visit, field_of, make};
use crate::app::{App, DraftView, Error, Writing};
use crate::command::{
    Command, ConversationAction, ConversationCommand, Forward, NewJob, Offer, ProposalStep,
    Refusal, TicketDraft,
};
use crate::model::event::{Assignee, Mark};
use crate::model::{Invalid, RepId, TeamId, Timestamp};
use crate::web::ui::error::Fault;
use crate::web::ui::text::fill;
use crate::web::ui::url::encode;

/// What the panel of proposals and jobs does.
const OFFERS: [&str; 6] = [
    "propose",
    "accept",
    "accept_later",
    "refuse",
    "withdraw",
    "open_ticket",
];

/// Does what a form says.
pub(in crate::web::ui) async fn post_conversation(
    visit: Visit,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let SentForm { pairs: form, fault } = match read(&visit, Some(&id), request).await {
        Ok(sent) => sent,
        Err(refusal) => return refusal,
    };
    if let Some(fault) = fault {
        return make(visit, move |desk| page(desk, &id, &form, fault)).await;
    }
    let word = field_of(&form, "do").unwrap_or_default().to_owned();
    let tried = match FormAction::read(&word, &form) {
        Ok(FormAction::Insert { canned_reply, text }) => {
            return insert(visit, id, canned_reply, text).await;
        }
        Ok(action) => action.run(&visit, &id).await,
        Err(fault) => Err(fault.into()),
    };
    let fault = match tried {
        Ok(()) => {
            let place = if OFFERS.contains(&word.as_str()) {
                place(&id, &word)
            } else {
                format!("/conversations/{}?done={word}#write", encode(&id))
            };
            return Redirect::to(&place).into_response();
        }
        Err(Error::Query(error)) => {
            let values = [("field", error.field.as_str()), ("reason", &error.reason)];
            fill("fault.query.detail", &values)
        }
        Err(error @ Error::Refused(Refusal::Conflict(_))) => error.to_string(),
        Err(other) => return make(visit, move |_desk| Err::<Answer, Fault>(other.into())).await,
    };
    make(visit, move |desk| page(desk, &id, &form, fault)).await
}

/// What a form asks for.
enum FormAction {
    Write(Writing),
    /// Keeps what was typed.
    Keep(Writing),
    /// Takes a reply back that is on its way.
    TakeBack,
    Act(ConversationAction),
    /// Puts the words of a canned reply below what was typed; nothing is sent.
    Insert {
        canned_reply: String,
        text: String,
    },
    /// Sends a canned reply and does what goes with it.
    Apply {
        canned_reply: String,
    },
    /// Opens a ticket from it.
    Open(TicketDraft),
    /// Asks by a link how satisfied the contact is.
    AskByLink,
}

impl FormAction {
    fn read(word: &str, form: &[(String, String)]) -> Result<Self, Invalid> {
        if let Some(own) = Self::read_words(word, form) {
            return Ok(own);
        }
        let text = |name: &str| field_of(form, name).unwrap_or_default().to_owned();
        let action = match word {
            "propose" | "accept" | "accept_later" | "refuse" | "withdraw" => {
                ConversationAction::Propose(offer(word, form)?)
            }
            "resolve" => ConversationAction::Resolve,
            "reopen" => ConversationAction::Reopen,
            "assign" => ConversationAction::Assign(assignee(&text("to"))?),
            "tag" => ConversationAction::Tag {
                add: vec![text("tag")],
                remove: Vec::new(),
            },
            "untag" => ConversationAction::Tag {
                add: Vec::new(),
                remove: vec![text("tag")],
            },
            "spam" | "ham" => ConversationAction::Mark {
                mark: Mark::Spam,
                on: word == "spam",
            },
            "read" => ConversationAction::See {
                until: instant(&text("until"))?,
            },
            "unread" => ConversationAction::Unsee,
            "snooze" => ConversationAction::Snooze {
                until: instant(&text("until"))?,
            },
            "wake" => ConversationAction::Wake,
            other => {
                let reason = format!("`{other}` is nothing this page does");
                return Err(Invalid::new("do", reason));
            }
        };
        Ok(Self::Act(action))
    }

    /// What is done with words, or with the whole conversation.
    fn read_words(word: &str, form: &[(String, String)]) -> Option<Self> {
        let text = |name: &str| field_of(form, name).unwrap_or_default().to_owned();
        Some(match word {
            "reply" | "note" => Self::Write(Writing {
                text: text("text"),
                note: word == "note",
                files: files_of(form),
                cc: copies(word, form),
            }),
            "draft" => Self::Keep(Writing {
                text: text("text"),
                note: field_of(form, "note").is_some(),
                files: files_of(form),
                cc: copies(word, form),
            }),
            "take_back" => Self::TakeBack,
            "insert" => Self::Insert {
                canned_reply: text("canned_reply"),
                text: text("text"),
            },
            "apply" => Self::Apply {
                canned_reply: text("canned_reply"),
            },
            "forward" => Self::Act(ConversationAction::Forward(Forward {
                of: text("of"),
                message: App::fresh_id("m"),
                to: listed(&text("forward_to")),
                text: text("text"),
            })),
            "ask" => Self::AskByLink,
            "open_ticket" => Self::Open(TicketDraft {
                pipeline: text("pipeline"),
                subject: Some(text("subject")),
                ..TicketDraft::default()
            }),
            _ => return None,
        })
    }

    async fn run(self, visit: &Visit, id: &str) -> Result<(), Error> {
        let (app, caller) = (&visit.app, visit.caller.clone());
        let conversation = id.to_owned();
        match self {
            Self::Write(draft) => {
                let sent = app.send(caller, conversation, None, draft).await;
                sent.map(|_sent| ())
            }
            Self::Keep(draft) => {
                let app = Arc::clone(app);
                off(move || app.save_draft(&caller, &conversation, draft)).await
            }
            Self::TakeBack => {
                let app = Arc::clone(app);
                off(move || app.take_back(&caller, &conversation)).await
            }
            Self::Insert { .. } => Ok(()),
            Self::Apply { canned_reply } => {
                let whose = (conversation, None);
                let applied = app.apply_canned_reply(caller, whose, canned_reply, None);
                applied.await.map(|_written| ())
            }
            Self::Open(draft) => {
                let draft = TicketDraft {
                    conversation: Some(conversation),
                    ..draft
                };
                app.open_ticket(caller, draft).await.map(|_written| ())
            }
            Self::AskByLink => {
                let asked = app.ask_by_link(caller, conversation).await;
                asked.map(|_link| ())
            }
            Self::Act(action) => {
                let command = ConversationCommand {
                    conversation,
                    rep: None,
                    action,
                };
                let written = app.write(caller, Command::Conversation(command)).await;
                written.map(|_written| ())
            }
        }
    }
}

/// To which others a form sends it; none: it does not ask, and a note goes to nobody.
fn copies(word: &str, form: &[(String, String)]) -> Option<Vec<String>> {
    let is_asked = form.iter().any(|(name, _)| name == "cc") && word != "note";
    is_asked.then(|| listed(field_of(form, "cc").unwrap_or_default()))
}

/// Addresses with commas between them.
fn listed(text: &str) -> Vec<String> {
    let all = text.split(',').map(str::trim);
    all.filter(|one| !one.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Does what waits for the disk off the async threads.
async fn off(
    work: impl FnOnce() -> Result<DraftView, Error> + Send + 'static,
) -> Result<(), Error> {
    let done = tokio::task::spawn_blocking(work).await;
    match done {
        Ok(done) => done.map(|_draft| ()),
        Err(_panicked) => Err(Refusal::Failed("the work ended early".to_owned()).into()),
    }
}

/// How a proposal moves on.
fn offer(word: &str, form: &[(String, String)]) -> Result<Offer, Invalid> {
    let text = |name: &str| field_of(form, name).map(str::to_owned);
    let known = || text("proposal").unwrap_or_default();
    let job = || NewJob {
        ticket: App::fresh_id("j"),
        pipeline: "jobs".to_owned(),
    };
    Ok(match word {
        "propose" => Offer {
            proposal: App::fresh_id("o"),
            step: ProposalStep::Send {
                price: price(form)?,
                text: text("words"),
            },
            job: None,
        },
        "accept" | "accept_later" => Offer {
            proposal: known(),
            step: ProposalStep::Accept,
            job: (word == "accept").then(job),
        },
        "withdraw" => Offer {
            proposal: known(),
            step: ProposalStep::Withdraw,
            job: None,
        },
        _ => Offer {
            proposal: known(),
            step: ProposalStep::Decline,
            job: None,
        },
    })
}

/// The page with the words of a canned reply below what was typed.
async fn insert(visit: Visit, id: String, canned_reply: String, text: String) -> Response {
    let caller = visit.caller.clone();
    make(visit, move |desk| {
        let filled = desk.app.filled_reply(&caller, &id, &canned_reply)?;
        let parts = [text.trim_end(), filled.text.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let typed = vec![("text".to_owned(), parts.join("\n\n"))];
        page(desk, &id, &typed, String::new())
    })
    .await
}

/// An instant of a form; none where it is left empty.
pub(super) fn instant(text: &str) -> Result<Option<Timestamp>, Invalid> {
    let text = Some(text).filter(|text| !text.is_empty());
    let instant = text.map(Timestamp::parse).transpose();
    instant.map_err(|error| Invalid::new("until", error.to_string()))
}

pub(super) fn assignee(text: &str) -> Result<Assignee, Invalid> {
    let fault = |reason: &'static str| Invalid::new("to", format!("`{text}`: {reason}"));
    match text.split_once(':') {
        Some(("rep", id)) => Ok(Assignee::Rep {
            id: RepId::parse(id).map_err(fault)?,
        }),
        Some(("team", id)) => Ok(Assignee::Team {
            id: TeamId::parse(id).map_err(fault)?,
        }),
        _ if text == "nobody" => Ok(Assignee::Nobody {}),
        _ if text == "customer_agent" => Ok(Assignee::CustomerAgent { id: None }),
        _ => Err(fault("expected rep:ID, team:ID, customer_agent or nobody")),
    }
}
