//! What a rule would have told over the last thirty days, had it been there.
//!
//! By the facts as they are known now: of the desk by when each contact waited and each promise was
//! due, of reports and gaps bucket after bucket. Of this machine's own troubles no past is kept.

use std::time::Duration;

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::desk::{MINUTE_MS, waiting, waiting_longer};
use super::look::{growing, midnight};
use super::quiet::quiet_until;
use super::report::{Buckets, Judged, is_settled};
use crate::app::{App, Delivery, Error, Present, RowWish};
use crate::command::{AlertRuleDraft, Caller};
use crate::model::event::{AlertFact, AlertWatch, QuietHours};
use crate::model::{ConversationId, DAY_MS, TicketId, Timestamp};
use crate::report::{By, Limit, PromiseCourse, Query, RowQuery};

/// How many days a rule is tried on.
pub const TRIED_DAYS: i64 = 30;
/// The most that is listed.
const MOST: usize = 200;
/// The report whose rows are the times that contacts waited for a rep.
const WAITS: &str = "rep_response_time";

/// Something that would have been found.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TriedAlert {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// When it would have been told; left out: it was over before quiet hours were.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub told_at: Option<Timestamp>,
    /// When it would have been over; left out: it is still so.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resolved_at: Option<Timestamp>,
    /// What it is.
    pub fact: AlertFact,
}

/// What a rule would have told.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AlertTrial {
    /// From when on.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// How often it would have told something.
    pub told: usize,
    /// How much it would have found.
    pub found: usize,
    /// The first 200 of it, the latest first.
    pub items: Vec<TriedAlert>,
    /// Whether no past is kept of what it watches, so that nothing can be said.
    pub is_blind: bool,
}

/// Something that would have been found, from when to when.
type Span = (Timestamp, Option<Timestamp>, AlertFact);

impl App {
    /// What a rule would have told over the last thirty days.
    pub fn try_alert_rule(
        &self,
        caller: &Caller,
        draft: &AlertRuleDraft,
    ) -> Result<AlertTrial, Error> {
        draft.check()?;
        self.check_watched(caller, &draft.watches)?;
        let present = self.present();
        let until = present.now();
        let from = until.plus_millis(-TRIED_DAYS * DAY_MS);
        let spans = match &draft.watches {
            AlertWatch::WaitingHandoff { minutes } => self.waited(&present, (from, *minutes))?,
            AlertWatch::AgreementDue { minutes } => promised(&present, (from, *minutes)),
            AlertWatch::Threshold { .. } | AlertWatch::Unusual { .. } => {
                let more = u64::try_from(TRIED_DAYS).unwrap_or_default();
                let buckets = self.watched(&present, &draft.watches, more)?;
                let buckets = buckets.as_ref();
                buckets.map_or_else(Vec::new, |all| beyond(all, &draft.watches, from))
            }
            AlertWatch::GrowingGap { least } => self.grown(&present, *least),
            AlertWatch::Health { .. } => Vec::new(),
        };
        let is_blind = matches!(draft.watches, AlertWatch::Health { .. });
        Ok(AlertTrial {
            is_blind,
            ..trial_of(spans, draft.quiet.as_ref(), (from, until))
        })
    }

    /// For how long contacts waited for reps.
    fn waited(
        &self,
        present: &Present,
        (from, minutes): (Timestamp, u32),
    ) -> Result<Vec<Span>, Error> {
        let limit = i64::from(minutes) * MINUTE_MS;
        let query = Query {
            from: Some(Limit::At(from)),
            to: Some(Limit::At(present.now().plus_millis(1))),
            by: By::Dimensions(Vec::new()),
            ..Query::default()
        };
        let mut spans = Vec::new();
        let wish = RowWish {
            id: WAITS,
            query: &query,
            wanted: &RowQuery {
                limit: usize::MAX,
                ..RowQuery::default()
            },
        };
        let asked = self.ask_row_parts_at(present, wish, &mut |items| {
            spans.extend(items.into_iter().filter_map(|row| {
                let millis = Duration::try_from_secs_f64(row.value?).ok()?.as_millis();
                let millis = i64::try_from(millis).ok()?;
                let since = row.at.plus_millis(-millis);
                let conversation = ConversationId::parse(row.conversation.as_deref()?).ok()?;
                let opened_at = since.plus_millis(limit);
                let is_long = millis > limit && opened_at >= from;
                let fact = waiting(conversation, since).fact;
                is_long.then_some((opened_at, Some(row.at), fact))
            }));
            true
        })?;
        if let Delivery::Task(_) = asked {
            return Ok(spans);
        }
        let now = waiting_longer(present, minutes, from)?;
        spans.extend(now.found.into_iter().filter_map(|one| match one.fact {
            AlertFact::WaitingHandoff { since, .. } => {
                let opened_at = since.plus_millis(limit);
                (opened_at >= from).then_some((opened_at, None, one.fact))
            }
            _ => None,
        }));
        Ok(spans)
    }

    /// Which gaps grew, midnight after midnight.
    fn grown(&self, present: &Present, least: u32) -> Vec<Span> {
        let today = midnight(present.now());
        let mut spans: Vec<Span> = Vec::new();
        for back in (0..TRIED_DAYS).rev() {
            let at = today.plus_millis(-back * DAY_MS);
            let mut found = growing(&self.library_at(present, at), least);
            for (_, over_at, fact) in spans.iter_mut().filter(|span| span.1.is_none()) {
                let place = found.iter().position(|one| is_same_gap(&one.fact, fact));
                match place {
                    Some(place) => drop(found.swap_remove(place)),
                    None => *over_at = Some(at),
                }
            }
            spans.extend(found.into_iter().map(|one| (at, None, one.fact)));
        }
        spans
    }
}

fn is_same_gap(one: &AlertFact, other: &AlertFact) -> bool {
    match (one, other) {
        (AlertFact::GrowingGap { topic, .. }, AlertFact::GrowingGap { topic: of, .. }) => {
            topic == of
        }
        _ => false,
    }
}

/// The promises that would have been told.
fn promised(present: &Present, (from, minutes): (Timestamp, u32)) -> Vec<Span> {
    let live = &present.live;
    let within = (from, present.now());
    let courses = PromiseCourse::due_after(&live.facts, &live.profile, within);
    let spans = courses.into_iter().filter_map(|course| {
        let ahead = course.due_at.plus_millis(-i64::from(minutes) * MINUTE_MS);
        let opened_at = ahead.max(course.from);
        let has_come = opened_at >= from && opened_at <= present.now();
        let is_open = course.over_at.is_none_or(|over_at| over_at > opened_at);
        let fact = AlertFact::AgreementDue {
            ticket: TicketId::parse(&course.ticket).ok()?,
            due_at: course.due_at,
        };
        (has_come && is_open).then_some((opened_at, course.over_at, fact))
    });
    spans.collect()
}

/// The buckets that would have been told: the first of each stretch beyond.
fn beyond(buckets: &Buckets, watch: &AlertWatch, from: Timestamp) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (place, point) in buckets.points.iter().enumerate() {
        if point.end < from || !is_settled(point) {
            continue;
        }
        let open = spans.last_mut().filter(|span| span.1.is_none());
        match (buckets.judged(place, watch), open) {
            (Judged::Beyond(one), None) => spans.push((point.end, None, one.fact)),
            (Judged::Within, Some((_, over_at, _))) => *over_at = Some(point.end),
            _ => {}
        }
    }
    spans
}

/// What comes of it with quiet hours.
fn trial_of(
    mut spans: Vec<Span>,
    quiet: Option<&QuietHours>,
    (from, until): (Timestamp, Timestamp),
) -> AlertTrial {
    spans.sort_by_key(|(opened_at, _, _)| std::cmp::Reverse(*opened_at));
    let items = spans.into_iter().map(|(opened_at, resolved_at, fact)| {
        let told_at = quiet_until(quiet, opened_at).unwrap_or(opened_at);
        let is_told = resolved_at.is_none_or(|over_at| told_at < over_at) && told_at <= until;
        TriedAlert {
            opened_at,
            told_at: is_told.then_some(told_at),
            resolved_at,
            fact,
        }
    });
    let mut items: Vec<TriedAlert> = items.collect();
    let told = items.iter().filter(|one| one.told_at.is_some()).count();
    let found = items.len();
    items.truncate(MOST);
    AlertTrial {
        from,
        until,
        told,
        found,
        items,
        is_blind: false,
    }
}
