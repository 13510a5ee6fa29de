//! Texts of a command, held to what they may be, and ids read out of them.

use super::refusal::Refusal;
use crate::model::event::TopicNumber;
use crate::model::knowledge::{Knowledge, Question, Topic};
use crate::model::{
    AlertId, AlertRuleId, Body, CannedReplyId, ChartNoteId, ContactId, ConversationId, DashboardId,
    InboxId, Invalid, InvoiceId, MailScheduleId, MessageId, PipelineId, ProposalId, QuestionId,
    RepId, RuleId, SavedReportId, ServiceId, SharedLinkId, ShortAnswerId, TeamId, TicketId,
    TokenId, TopicId, UserId, WebhookId,
};

/// The longest name of a channel, in characters.
const MAX_CHANNEL: usize = 100;
/// The longest reason, in characters.
const MAX_REASON: usize = 1_000;
/// The most things that one command is done to.
const MAX_AT_ONCE: usize = 10_000;

/// Reads an id; what is wrong with it is named by `field`.
fn id<T>(
    field: &str,
    text: &str,
    parse: fn(&str) -> Result<T, &'static str>,
) -> Result<T, Invalid> {
    parse(text).map_err(|fault| Invalid::new(field, format!("`{text}`: {fault}")))
}

/// What is done to each of `ids`, all of it or nothing: at least one, and not too many.
pub(super) fn each(
    field: &str,
    ids: &[String],
    body: impl FnMut(&str) -> Result<Body, Refusal>,
) -> Result<Vec<Body>, Refusal> {
    let count = ids.len();
    if !(1..=MAX_AT_ONCE).contains(&count) {
        let reason = format!("there are {count}; from 1 to {MAX_AT_ONCE} are expected");
        return Err(Invalid::new(field, reason).into());
    }
    ids.iter().map(String::as_str).map(body).collect()
}

pub(super) fn question_id(text: &str) -> Result<QuestionId, Invalid> {
    id("question", text, QuestionId::parse)
}

pub(super) fn answer_id(text: &str) -> Result<ShortAnswerId, Invalid> {
    id("short_answer", text, ShortAnswerId::parse)
}

pub(super) fn conversation_id(text: &str) -> Result<ConversationId, Invalid> {
    id("conversation", text, ConversationId::parse)
}

pub(super) fn saved_report_id(text: &str) -> Result<SavedReportId, Invalid> {
    id("saved_report", text, SavedReportId::parse)
}

pub(super) fn chart_note_id(text: &str) -> Result<ChartNoteId, Invalid> {
    id("note", text, ChartNoteId::parse)
}

pub(super) fn alert_rule_id(text: &str) -> Result<AlertRuleId, Invalid> {
    id("rule", text, AlertRuleId::parse)
}

pub(super) fn alert_id(text: &str) -> Result<AlertId, Invalid> {
    id("alert", text, AlertId::parse)
}

pub(super) fn mail_schedule_id(text: &str) -> Result<MailScheduleId, Invalid> {
    id("schedule", text, MailScheduleId::parse)
}

pub(super) fn dashboard_id(text: &str) -> Result<DashboardId, Invalid> {
    id("dashboard", text, DashboardId::parse)
}

pub(super) fn shared_link_id(text: &str) -> Result<SharedLinkId, Invalid> {
    id("link", text, SharedLinkId::parse)
}

pub(super) fn canned_reply_id(text: &str) -> Result<CannedReplyId, Invalid> {
    id("canned_reply", text, CannedReplyId::parse)
}

pub(super) fn contact_id(text: &str) -> Result<ContactId, Invalid> {
    id("contact", text, ContactId::parse)
}

pub(super) fn inbox_id(field: &str, text: &str) -> Result<InboxId, Invalid> {
    id(field, text, InboxId::parse)
}

pub(super) fn message_id(text: &str) -> Result<MessageId, Invalid> {
    id("message", text, MessageId::parse)
}

pub(super) fn rep_id(text: &str) -> Result<RepId, Invalid> {
    id("rep", text, RepId::parse)
}

pub(super) fn rule_id(text: &str) -> Result<RuleId, Invalid> {
    id("rule", text, RuleId::parse)
}

pub(super) fn service_id(field: &str, text: &str) -> Result<ServiceId, Invalid> {
    id(field, text, ServiceId::parse)
}

pub(super) fn ticket_id(text: &str) -> Result<TicketId, Invalid> {
    id("ticket", text, TicketId::parse)
}

pub(super) fn webhook_id(text: &str) -> Result<WebhookId, Invalid> {
    id("id", text, WebhookId::parse)
}

pub(super) fn pipeline_id(text: &str) -> Result<PipelineId, Invalid> {
    id("pipeline", text, PipelineId::parse)
}

pub(super) fn team_id(field: &str, text: &str) -> Result<TeamId, Invalid> {
    id(field, text, TeamId::parse)
}

pub(super) fn proposal_id(text: &str) -> Result<ProposalId, Invalid> {
    id("proposal", text, ProposalId::parse)
}

pub(super) fn invoice_id(text: &str) -> Result<InvoiceId, Invalid> {
    id("invoice", text, InvoiceId::parse)
}

pub(super) fn user_id(text: &str) -> Result<UserId, Invalid> {
    id("user", text, UserId::parse)
}

pub(super) fn token_id(text: &str) -> Result<TokenId, Invalid> {
    id("token", text, TokenId::parse)
}

pub(super) fn topic_id(number: TopicNumber) -> Result<TopicId, Invalid> {
    id("topic", &number.to_string(), TopicId::parse)
}

/// A topic that has questions, by the id that it has or had.
pub(super) fn topic<'a>(knowledge: &'a Knowledge, text: &str) -> Result<&'a Topic, Refusal> {
    // One that is spelled otherwise is there as little as an unknown one.
    let number = TopicNumber::parse(text);
    let topic = number.and_then(|number| knowledge.standing(number));
    let topic = topic.filter(|topic| !topic.clusters.is_empty());
    topic
        .map(|topic| &**topic)
        .ok_or_else(|| Refusal::unknown("topic", text))
}

/// A question that was asked.
pub(super) fn question<'a>(knowledge: &'a Knowledge, text: &str) -> Result<&'a Question, Refusal> {
    let question = knowledge.questions.get(&question_id(text)?);
    let question = question.filter(|question| question.asked.is_some());
    question
        .map(|question| &**question)
        .ok_or_else(|| Refusal::unknown("question", text))
}

/// A reason without blanks around it; none where nothing is left.
pub(super) fn reason(reason: Option<&str>) -> Result<Option<String>, Invalid> {
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    short("reason", reason.unwrap_or_default(), MAX_REASON)?;
    Ok(reason.map(str::to_owned))
}

/// Refuses a text that is longer than a line or two.
pub(super) fn short(field: &str, text: &str, most: usize) -> Result<(), Invalid> {
    let length = text.chars().count();
    if length > most {
        let reason = format!("it has {length} characters; at most {most} are expected");
        return Err(Invalid::new(field, reason));
    }
    Ok(())
}

/// Refuses a text that is empty or longer than `most` characters.
pub(super) fn filled(field: &str, text: &str, most: usize) -> Result<(), Invalid> {
    let length = text.chars().count();
    if length == 0 || length > most {
        let reason = format!("it has {length} characters; expected 1 to {most}");
        return Err(Invalid::new(field, reason));
    }
    Ok(())
}

/// The channel that a rule is about, if it is about one.
pub(super) fn channel(field: &str, channel: Option<String>) -> Result<Option<String>, Invalid> {
    let channel = channel.map(|channel| channel.trim().to_owned());
    if let Some(channel) = &channel {
        filled(field, channel, MAX_CHANNEL)?;
    }
    Ok(channel)
}
