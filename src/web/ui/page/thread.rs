//! A conversation as a thread: who wrote what, what happened in between, who waited.

use chrono_tz::Tz;

use crate::model::conversation::{Message, Question};
use crate::model::event::{
    Actor, ActorKind, Attachment, DropReason, QuestionOutcome, Role, Visibility,
};
use crate::model::file::{clean_name, size_words};
use crate::model::{Conversation, OutMail, OutState, Timestamp, parted};
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::figure;
use crate::web::ui::text::{fill, inside, t};
use crate::web::ui::url::encode;

/// A line of a thread.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::web::ui) struct Entry {
    /// `day`, `happened`, `contact`, `rep`, `agent`, `automation` or `note`.
    pub(in crate::web::ui) kind: &'static str,
    /// What identifies it within the page.
    pub(in crate::web::ui) anchor: String,
    /// Who wrote.
    pub(in crate::web::ui) who: String,
    /// What it is, where that needs a word.
    pub(in crate::web::ui) sign: &'static str,
    /// When, as it is read.
    pub(in crate::web::ui) time: String,
    /// When, exactly.
    pub(in crate::web::ui) exact: String,
    /// The words.
    pub(in crate::web::ui) text: String,
    /// The history that a mail quotes below them.
    pub(in crate::web::ui) quoted: String,
    /// Files that came along.
    pub(in crate::web::ui) files: Vec<FileLine>,
    /// How long the contact had waited for it.
    pub(in crate::web::ui) waited: String,
    /// What became of the mail by which it went out; empty: it went by none.
    pub(in crate::web::ui) mail: String,
    /// What the customer agent made of it.
    pub(in crate::web::ui) questions: Vec<String>,
}

/// A file that came along.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::web::ui) struct FileLine {
    /// What it is called.
    pub(in crate::web::ui) name: String,
    /// Its size, or that it is elsewhere.
    pub(in crate::web::ui) about: String,
    /// Where it is; empty: nowhere that is known.
    pub(in crate::web::ui) href: String,
    /// Whether that is another site.
    pub(in crate::web::ui) is_elsewhere: bool,
}

/// The lines of a conversation, in order of time, with a head for each day.
pub(in crate::web::ui) fn entries(
    desk: &Desk,
    conversation: &Conversation,
    zone: Tz,
) -> Vec<Entry> {
    let mut dated: Vec<(Timestamp, Entry)> = Vec::new();
    let mut waiting_since = None;
    for message in &conversation.messages {
        let mut entry = written(desk, conversation, message, zone);
        match entry.kind {
            "contact" if !message.ack => {
                waiting_since = waiting_since.or(Some(message.at));
            }
            // A holding text is no answer: the contact goes on waiting.
            "rep" | "agent" if message.role != Some(Role::Other) => {
                if let Some(since) = waiting_since.take() {
                    let waited = figure::duration(message.at.since(since) as f64 / 1000.0);
                    entry.waited = fill("thread.waited", &[("duration", &waited)]);
                }
            }
            _ => {}
        }
        dated.push((message.at, entry));
    }
    dated.extend(happenings(desk, conversation, zone));
    dated.sort_by_key(|(at, _)| *at);
    with_days(dated, zone)
}

fn with_days(dated: Vec<(Timestamp, Entry)>, zone: Tz) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut day = String::new();
    for (at, entry) in dated {
        let today = date::weekday(at, zone);
        if today != day {
            entries.push(Entry {
                kind: "day",
                text: today.clone(),
                ..Entry::default()
            });
            day = today;
        }
        entries.push(entry);
    }
    entries
}

fn written(desk: &Desk, conversation: &Conversation, message: &Message, zone: Tz) -> Entry {
    let is_note = message.visibility == Visibility::Note;
    let kind = match message.author.kind {
        _ if is_note => "note",
        ActorKind::Contact => "contact",
        ActorKind::Rep => "rep",
        ActorKind::CustomerAgent => "agent",
        ActorKind::Automation => "automation",
    };
    let sign = match (is_note, message.role) {
        (true, _) => t("thread.note"),
        (_, Some(Role::Clarify)) => t("thread.clarify"),
        (_, Some(Role::Other)) => t("thread.other"),
        _ if message.ack => t("thread.ack"),
        _ if message.edited_at.is_some() => t("thread.edited"),
        _ => "",
    };
    let questions = conversation.questions.iter();
    let own = questions.filter(|question| question.message.as_ref() == Some(&message.id));
    let (text, quoted) = match () {
        () if message.redacted_at.is_some() => (t("thread.redacted"), ""),
        () if conversation.channel == "email" => parted(&message.text),
        () => (message.text.as_str(), ""),
    };
    Entry {
        kind,
        anchor: message.id.to_string(),
        who: who(desk, conversation, &message.author),
        sign,
        time: date::clock(message.at, zone),
        exact: message.at.to_string(),
        text: text.to_owned(),
        quoted: quoted.to_owned(),
        files: message
            .attachments
            .iter()
            .map(|file| file_line(desk, conversation.id.as_str(), file))
            .collect(),
        waited: String::new(),
        mail: message.mail.as_deref().map_or_else(String::new, mail_words),
        questions: own.map(question_line).collect(),
    }
}

/// A file that is here is a download; of one that was taken over from elsewhere, its address.
fn file_line(desk: &Desk, conversation: &str, file: &Attachment) -> FileLine {
    let here = file.sha256.as_deref();
    let here = here.filter(|sha256| desk.app.has_file(sha256));
    let url = file.url.as_deref().map(str::trim);
    let is_web = |url: &&str| {
        let start = url.get(..8).unwrap_or(url).to_ascii_lowercase();
        start.starts_with("https://") || start.starts_with("http://")
    };
    let elsewhere = url.filter(is_web).filter(|_url| here.is_none());
    let size = size_words(file.size);
    FileLine {
        name: clean_name(&file.name),
        about: match (here, elsewhere) {
            (Some(_), _) => size,
            (None, Some(_)) => fill("thread.file_elsewhere", &[("size", &size)]),
            (None, None) => fill("thread.file_missing", &[("size", &size)]),
        },
        href: match (here, elsewhere) {
            (Some(sha256), _) => format!("/conversations/{}/files/{sha256}", encode(conversation)),
            (None, Some(url)) => url.to_owned(),
            (None, None) => String::new(),
        },
        is_elsewhere: elsewhere.is_some(),
    }
}

fn who(desk: &Desk, conversation: &Conversation, actor: &Actor) -> String {
    match actor.kind {
        ActorKind::Contact => desk.contact(conversation.contact.as_str()),
        ActorKind::Rep => actor
            .id
            .as_deref()
            .map_or_else(|| t("who.rep").to_owned(), |id| desk.rep(id)),
        ActorKind::CustomerAgent => t("who.agent").to_owned(),
        ActorKind::Automation => t("who.automation").to_owned(),
    }
}

fn question_line(question: &Question) -> String {
    let outcome = match (question.outcome, &question.short_answer) {
        (QuestionOutcome::Unanswered, _) => t("thread.unanswered").to_owned(),
        (QuestionOutcome::Answered, None) => t("thread.answered").to_owned(),
        (QuestionOutcome::Answered, Some(id)) => {
            fill("thread.answered_with", &[("answer", id.as_str())])
        }
    };
    match question.score {
        Some(score) => {
            let score = format!("{score:.2}");
            format!("{outcome}, {}", fill("thread.score", &[("score", &score)]))
        }
        None => outcome,
    }
}

fn happened(at: Timestamp, zone: Tz, text: String) -> (Timestamp, Entry) {
    let entry = Entry {
        kind: "happened",
        time: date::clock(at, zone),
        exact: at.to_string(),
        text,
        ..Entry::default()
    };
    (at, entry)
}

/// What became of the mail of a message.
fn mail_words(mail: &OutMail) -> String {
    let to = mail.to.join(", ");
    match mail.state {
        OutState::Queued => t("mail_out.queued").to_owned(),
        OutState::Sent if to.is_empty() => t("mail_out.sent").to_owned(),
        OutState::Sent => fill("mail_out.sent_to", &[("to", &to)]),
        OutState::Failed => {
            let reason = mail_reason(mail);
            fill("mail_out.failed", &[("reason", &reason)])
        }
    }
}

fn mail_reason(mail: &OutMail) -> String {
    let reason = t(match mail.reason {
        Some(DropReason::NoAddress) => "mail_out.reason.no_address",
        Some(DropReason::Unreachable) => "mail_out.reason.unreachable",
        Some(DropReason::Over) => "mail_out.reason.over",
        Some(DropReason::Expired) => "mail_out.reason.expired",
        Some(DropReason::Refused) => "mail_out.reason.refused",
        None => "mail_out.reason.bounced",
    });
    let code = mail.code.map(|code| code.to_string());
    let words = [code, mail.status.clone(), mail.said.clone()];
    let words: Vec<String> = words.into_iter().flatten().collect();
    if words.is_empty() {
        return reason.to_owned();
    }
    format!("{reason} ({})", words.join(" "))
}

/// That the mail of a message did not arrive: to whom, and why.
fn failed_mail(desk: &Desk, conversation: &Conversation, mail: &OutMail) -> String {
    let to = match (&mail.recipient, mail.to.as_slice()) {
        (Some(recipient), _) => recipient.clone(),
        (None, []) => desk.contact(conversation.contact.as_str()),
        (None, to) => to.join(", "),
    };
    let key = match mail.reason {
        None => "mail_out.line.bounced",
        Some(DropReason::Refused) => "mail_out.line.refused",
        Some(_) => "mail_out.line.dropped",
    };
    fill(key, &[("who", &to), ("why", &mail_reason(mail))])
}

/// What happened besides the messages.
fn happenings(desk: &Desk, conversation: &Conversation, zone: Tz) -> Vec<(Timestamp, Entry)> {
    let mut happenings = Vec::new();
    if let Some(handoff) = &conversation.handoff {
        let reason = inside(&spoken("reason", handoff.reason.as_str()));
        let text = fill("thread.handed_off", &[("reason", &reason)]);
        happenings.push(happened(handoff.at, zone, text));
    }
    let mails = conversation.messages.iter();
    let mails = mails.filter_map(|message| message.mail.as_deref());
    for mail in mails.filter(|mail| mail.state == OutState::Failed) {
        let text = failed_mail(desk, conversation, mail);
        happenings.push(happened(mail.at, zone, text));
    }
    for feedback in &conversation.feedback {
        let rating = inside(&spoken("rating", &feedback.rating));
        let mut text = fill("thread.feedback", &[("rating", &rating)]);
        if let Some(words) = &feedback.text {
            text = format!("{text}: “{words}”");
        }
        happenings.push(happened(feedback.at, zone, text));
    }
    for rating in &conversation.ratings {
        let mut text = fill("thread.rated", &[("score", &rating.score.to_string())]);
        if let Some(words) = &rating.text {
            text = format!("{text}: “{words}”");
        }
        if rating.is_hasty {
            text = format!("{text} ({})", t("thread.hasty"));
        }
        happenings.push(happened(rating.at, zone, text));
    }
    let snapshot = desk.present().snapshot();
    for run in snapshot.installation.routing.runs(&conversation.id) {
        let did = run.did.iter().map(|kind| spoken("deed", kind.as_str()));
        let did = did.collect::<Vec<_>>().join(", ");
        let values = [("rule", run.name.as_str()), ("did", &did)];
        happenings.push(happened(run.at, zone, fill("thread.ruled", &values)));
    }
    if let Some(at) = conversation.resolved_at {
        let by = conversation.resolved_by.as_ref();
        let by = by.map_or_else(String::new, |actor| who(desk, conversation, actor));
        let key = if by.is_empty() {
            "thread.resolved"
        } else {
            "thread.resolved_by"
        };
        happenings.push(happened(at, zone, fill(key, &[("who", &by)])));
    }
    happenings
}
