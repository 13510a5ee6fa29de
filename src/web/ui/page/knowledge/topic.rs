//! The middle: one topic, its questions to the letter, and what can be done with them.

use chrono_tz::Tz;

use super::columns::{cost, reopened, trend};
use super::list::{Place, state_class, status};
use super::sisters::{BesideLine, SisterLine, beside, sisters};
use super::who::who;
use super::{at, field_of};
use crate::app::{
    DismissalView, Gap, GapQuery, GapReplies, GapSort, GapState, GapView, Paging, Proof, RepReply,
};
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::text::{fill, t};
use crate::web::ui::url::encode;

/// How many questions a page of the topic shows.
const SHOWN: usize = 25;
/// How many topics are offered to merge into.
const OFFERED: usize = 200;

/// A question of the topic.
pub(super) struct QuestionLine {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) at: String,
    pub(super) exact: String,
    pub(super) conversation: String,
    pub(super) href: String,
    pub(super) ticket: Option<(String, String)>,
    pub(super) is_mined: bool,
    pub(super) dismissed: String,
    /// What a rep answered.
    pub(super) reply: Option<ReplyLine>,
}

/// A rep's reply.
#[derive(Clone)]
pub(super) struct ReplyLine {
    pub(super) message: String,
    pub(super) text: String,
    pub(super) rep: String,
    /// Where a draft of it is begun.
    pub(super) href: String,
}

/// A short answer that is meant to answer it.
pub(super) struct AnswerLink {
    pub(super) id: String,
    pub(super) href: String,
    pub(super) question: String,
    pub(super) status: &'static str,
}

/// A week of the proof.
pub(super) struct Week {
    pub(super) name: String,
    pub(super) figures: [usize; 5],
}

/// The topic.
pub(super) struct TopicPart {
    pub(super) language: Option<String>,
    pub(super) title: String,
    pub(super) name: String,
    pub(super) tags: Vec<String>,
    pub(super) state: String,
    pub(super) state_class: &'static str,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) dismissal: String,
    pub(super) is_dismissed: bool,
    pub(super) recurs: bool,
    pub(super) note: String,
    pub(super) linked: Vec<AnswerLink>,
    pub(super) sisters: Vec<SisterLine>,
    pub(super) beside: Vec<BesideLine>,
    pub(super) questions: Vec<QuestionLine>,
    /// The most typical reply, and how many are like it.
    pub(super) typical: Option<(ReplyLine, String)>,
    pub(super) newer: String,
    pub(super) older: String,
    pub(super) others: Vec<(String, String)>,
    pub(super) weeks: Vec<Week>,
    pub(super) proof: String,
    /// "3 of 167", where it is in the list.
    pub(super) position: String,
    /// The gaps before and after it in the list.
    pub(super) before: String,
    pub(super) next: String,
}

impl TopicPart {
    /// The topic that an address names.
    pub(super) fn of(
        desk: &Desk,
        topic: &str,
        pairs: &[(String, String)],
        zone: Tz,
    ) -> Result<Self, Fault> {
        let after: usize = field_of(pairs, "after")
            .and_then(|text| text.parse().ok())
            .unwrap_or_default();
        let view = desk.library().gap(
            topic,
            Paging {
                after,
                limit: SHOWN,
            },
        )?;
        let gap = &view.gap;
        let replies = desk
            .app
            .replies_of(&desk.app.present_to(desk.sight()), &gap.topic)?;
        let proof = desk.library().proof(&gap.topic)?;
        let dismissal = gap.dismissal.as_ref();
        Ok(Self {
            language: gap.language.clone(),
            title: gap.title.clone(),
            name: name(gap),
            tags: gap.tags.clone(),
            state: spoken("gap_state", gap.state.as_str()),
            state_class: state_class(gap.state),
            facts: facts(gap, zone),
            dismissal: dismissal.map_or_else(String::new, |one| dismissed(desk, one, zone)),
            is_dismissed: dismissal.is_some(),
            recurs: dismissal.is_some_and(|dismissal| dismissal.recurs),
            note: note(gap, proof.as_ref()),
            linked: linked(gap, pairs),
            sisters: sisters(&view.sisters, pairs),
            beside: beside(&view.answers_beside),
            questions: questions(desk, &view, (&replies, pairs), zone),
            typical: typical(desk, &replies, pairs),
            newer: if after > 0 {
                at(pairs, &[])
            } else {
                String::new()
            },
            older: view
                .next_cursor
                .as_ref()
                .map_or_else(String::new, |cursor| {
                    format!("{}&after={cursor}", at(pairs, &[]))
                }),
            others: others(desk, &gap.topic),
            weeks: proof.as_ref().map(weeks).unwrap_or_default(),
            proof: proof
                .as_ref()
                .map_or_else(String::new, |proof| summed(proof, zone)),
            position: String::new(),
            before: String::new(),
            next: String::new(),
        })
    }

    /// The topic with its place in the list.
    pub(super) fn placed(self, place: &Place, pairs: &[(String, String)]) -> Self {
        let to = |topic: &Option<String>| {
            let topic = topic.as_deref();
            topic.map_or_else(String::new, |topic| at(pairs, &[("topic", topic)]))
        };
        let position = place.number.map(|(number, all)| {
            let (number, all) = (number.to_string(), figure::count(all as f64));
            fill("gaps.position", &[("number", &number), ("all", &all)])
        });
        Self {
            position: position.unwrap_or_default(),
            before: to(&place.before),
            next: to(&place.next),
            ..self
        }
    }
}

impl TopicPart {
    /// The words of a reply that the page shows.
    pub(super) fn reply(&self, message: &str) -> Option<String> {
        let shown = self.questions.iter();
        let shown = shown.filter_map(|question| question.reply.as_ref());
        let typical = self.typical.iter().map(|(reply, _)| reply);
        let mut all = typical.chain(shown);
        let found = all.find(|reply| reply.message == message);
        found.map(|reply| reply.text.clone())
    }
}

/// What an admin called it; empty: nobody did.
fn name(gap: &Gap) -> String {
    if gap.is_named {
        gap.title.clone()
    } else {
        String::new()
    }
}

/// Why it was opened again, if it was.
fn note(gap: &Gap, proof: Option<&Proof>) -> String {
    match (gap.state, proof) {
        (GapState::Reopened, Some(proof)) => reopened(proof),
        _ => String::new(),
    }
}

/// When, by whom and why it was said to need no answer.
fn dismissed(desk: &Desk, dismissal: &DismissalView, zone: Tz) -> String {
    let (at, count) = (
        date::instant(dismissal.at, zone),
        dismissal.asked_since.to_string(),
    );
    let reason = dismissal.reason.as_deref().unwrap_or(t("gaps.no_reason"));
    let actor = who(desk, &dismissal.actor);
    let values = [
        ("at", at.as_str()),
        ("who", &actor),
        ("reason", reason),
        ("count", &count),
    ];
    fill("gaps.was_dismissed", &values)
}

fn facts(gap: &Gap, zone: Tz) -> Vec<(&'static str, String)> {
    let instant = |at| date::instant(at, zone);
    let count = |count: usize| Some(figure::count(count as f64));
    let facts = [
        (t("gaps.of_agent"), count(gap.questions)),
        (t("gaps.of_people"), count(gap.people)),
        (t("gaps.conversations_head"), count(gap.conversations)),
        (t("gaps.rep_time_head"), cost(gap)),
        (t("field.language"), gap.language.clone()),
        (t("gaps.lately"), Some(trend(gap))),
        (t("gaps.first"), gap.first_asked_at.map(instant)),
        (t("gaps.latest"), gap.last_asked_at.map(instant)),
    ];
    let rows = facts.into_iter();
    rows.filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn linked(gap: &Gap, pairs: &[(String, String)]) -> Vec<AnswerLink> {
    let links = gap.answers.iter().map(|link| AnswerLink {
        id: link.short_answer.clone(),
        href: format!("{}&answer={}", at(pairs, &[]), encode(&link.short_answer)),
        question: link.question.clone(),
        status: status(link.is_published),
    });
    links.collect()
}

/// The most typical reply, and how many say nearly the same.
fn typical(
    desk: &Desk,
    replies: &GapReplies,
    pairs: &[(String, String)],
) -> Option<(ReplyLine, String)> {
    let reply = replies.most_typical()?;
    let (alike, all) = (replies.alike.to_string(), replies.items.len().to_string());
    let counts = [("alike", alike.as_str()), ("all", all.as_str())];
    Some((
        ReplyLine::new(desk, reply, pairs),
        fill("gaps.typical_of", &counts),
    ))
}

impl ReplyLine {
    fn new(desk: &Desk, reply: &RepReply, pairs: &[(String, String)]) -> Self {
        let rep = reply.rep.as_deref();
        Self {
            message: reply.message.clone(),
            text: reply.text.clone(),
            rep: rep.map_or_else(|| t("gaps.a_rep").to_owned(), |rep| desk.rep(rep)),
            href: format!(
                "{}&answer=new&reply={}#editor",
                at(pairs, &[]),
                encode(&reply.message)
            ),
        }
    }
}

fn questions(
    desk: &Desk,
    view: &GapView,
    (replies, pairs): (&GapReplies, &[(String, String)]),
    zone: Tz,
) -> Vec<QuestionLine> {
    let reply_to = |question: &str| {
        let mut all = replies.items.iter();
        let reply = all.find(|reply| reply.question == question)?;
        Some(ReplyLine::new(desk, reply, pairs))
    };
    let questions = view.items.iter().map(|question| QuestionLine {
        id: question.question.clone(),
        reply: reply_to(&question.question),
        text: question.text.clone(),
        at: date::instant(question.at, zone),
        exact: question.at.to_string(),
        is_mined: question.is_mined,
        conversation: question.conversation.clone(),
        href: format!("/conversations/{}", encode(&question.conversation)),
        ticket: question
            .ticket
            .as_ref()
            .map(|ticket| (ticket.clone(), format!("/tickets/{}", encode(ticket)))),
        dismissed: question
            .dismissal
            .as_ref()
            .map_or_else(String::new, |dismissal| {
                dismissal
                    .reason
                    .clone()
                    .unwrap_or_else(|| t("gaps.no_reason").to_owned())
            }),
    });
    questions.collect()
}

fn others(desk: &Desk, topic: &str) -> Vec<(String, String)> {
    let all = desk.library().gaps(&GapQuery {
        sort: GapSort::Questions,
        paging: Paging::first(OFFERED),
        ..GapQuery::default()
    });
    let others = all.items.into_iter().filter(|gap| gap.topic != topic);
    others.map(|gap| (gap.topic, gap.title)).collect()
}

fn weeks(proof: &Proof) -> Vec<Week> {
    let weeks = proof.weeks.iter().map(|week| {
        let number = week.week.abs().to_string();
        let name = match week.week {
            0.. => fill(
                "gaps.week_after",
                &[("number", &(week.week + 1).to_string())],
            ),
            _ => fill("gaps.week_before", &[("number", &number)]),
        };
        Week {
            name,
            figures: [
                week.asked,
                week.answered,
                week.helpful,
                week.not_helpful,
                week.handed_off,
            ],
        }
    });
    weeks.collect()
}

fn summed(proof: &Proof, zone: Tz) -> String {
    let values = [
        ("at", date::instant(proof.published_at, zone)),
        ("before", figure::decimal(proof.asked_per_week_before)),
        ("since", figure::decimal(proof.unanswered_per_week_since)),
        ("asked", proof.asked.to_string()),
        ("held", proof.held.to_string()),
    ];
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    fill("gaps.proof", &values)
}
