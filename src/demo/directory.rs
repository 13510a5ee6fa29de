//! What comes before the conversations: schedules, teams, reps and their days, pipelines,
//! service levels, tags, short answers.
//!
//! A list bounded by the number of days, each event at its own instant within the window.

use std::collections::BTreeMap;

use super::desk::{Desk, short_answer_id};
use super::language::Language;
use super::name::id;
use super::people::{LEAVES_SHARE, MOVES_SHARE, REPS, Rep, Team};
use super::random::{Random, Stream};
use super::rhythm::Day;
use super::script::in_order;
use super::topic::{
    DELETED_TAG, LOGIN_TAG_AFTER, LOGIN_TAG_BEFORE, RETIRED, RETIRED_SHARE, TOPICS,
};
use super::{job, ticket};
use crate::model::event::{
    AnswerStatus, InboxUpserted, Patch, PipelineKind, PipelineUpserted, RepDeleted, RepStatus,
    RepStatusChanged, RepUpserted, ScheduleException, ScheduleUpserted, ShortAnswerDeleted,
    ShortAnswerUpserted, SlaScope, SlaUpserted, Stage, TagDeleted, TagRenamed, TeamUpserted,
};
use crate::model::{Body, DAY_MS, Event, InboxId, PipelineId, ScheduleId, SlaId, Timestamp};

/// The schedule that the business clock uses.
const OFFICE_HOURS: &str = "default";
/// The schedule of those who stay late.
const EVENINGS: &str = "demo:evenings";

type Timeline = Vec<(Timestamp, Body)>;

/// The directory's events, in order.
pub(super) fn write(desk: &Desk) -> Vec<Event> {
    let mut timeline = Timeline::new();
    schedules(desk, &mut timeline);
    pipelines(desk, &mut timeline);
    service_levels(desk, &mut timeline);
    people(desk, &mut timeline);
    tags(desk, &mut timeline);
    let mut random = Random::new(desk.seed, Stream::Directory, 0);
    for rep in REPS {
        attendance(desk, rep, &mut random, &mut timeline);
    }
    for topic in 0..TOPICS.len() {
        for (language, _) in Language::WEIGHTS {
            short_answer(desk, topic, *language, &mut timeline);
        }
    }
    in_order(timeline, "demo:desk", desk.until)
}

fn schedules(desk: &Desk, timeline: &mut Timeline) {
    let exceptions = holidays(desk);
    let week = |weekdays: &[&str], saturday: &[&str]| {
        let list = |hours: &[&str]| hours.iter().map(|text| (*text).to_owned()).collect();
        let mut week: BTreeMap<String, Vec<String>> = ["mon", "tue", "wed", "thu", "fri"]
            .into_iter()
            .map(|day| (day.to_owned(), list(weekdays)))
            .collect();
        if !saturday.is_empty() {
            week.insert("sat".to_owned(), list(saturday));
        }
        week
    };
    let both = [
        (OFFICE_HOURS, "Europe/Oslo", week(&["08:00-17:00"], &[])),
        (
            EVENINGS,
            "Europe/Helsinki",
            week(&["13:00-17:00", "17:30-21:00"], &["13:00-21:00"]),
        ),
    ];
    for (schedule, zone, week) in both {
        let upserted = ScheduleUpserted {
            schedule: id(ScheduleId::parse, schedule),
            zone: zone.to_owned(),
            week,
            exceptions: Some(exceptions.clone()),
        };
        timeline.push((desk.start, Body::ScheduleUpserted(Box::new(upserted))));
    }
}

/// Closed on holidays, and half a day on the working day before one.
fn holidays(desk: &Desk) -> Vec<ScheduleException> {
    let exception = |day: &Day, hours: Vec<String>| ScheduleException {
        date: day.date.to_string(),
        hours,
    };
    let mut exceptions = Vec::new();
    let days = desk.calendar.days();
    for (day, next) in days.iter().zip(days.iter().skip(1)) {
        if day.is_holiday {
            exceptions.push(exception(day, Vec::new()));
        } else if next.is_holiday && day.weekday < 5 {
            exceptions.push(exception(day, vec!["08:00-12:00".to_owned()]));
        }
    }
    exceptions
}

fn pipelines(desk: &Desk, timeline: &mut Timeline) {
    let stages = |all: &[(&str, &str, bool)]| {
        all.iter()
            .map(|(stage, name, closed)| Stage {
                stage: (*stage).to_owned(),
                name: (*name).to_owned(),
                closed: *closed,
            })
            .collect::<Vec<_>>()
    };
    let support = stages(&[
        ("new", "New", false),
        ("waiting_on_contact", "Waiting on contact", false),
        ("waiting_on_us", "Waiting on us", false),
        ("closed", "Closed", true),
    ]);
    let jobs = stages(&[
        ("new", "New", false),
        ("opened", "Opened", false),
        ("awaiting_contact", "Awaiting contact", false),
        ("awaiting_us", "Awaiting us", false),
        ("completed", "Completed", true),
        ("declined", "Declined", true),
        ("inactive", "Inactive", true),
        ("expired", "Expired", true),
    ]);
    for (pipeline, kind, stages) in [
        (ticket::SUPPORT, PipelineKind::Support, support),
        (job::JOBS, PipelineKind::Jobs, jobs),
    ] {
        let upserted = PipelineUpserted {
            pipeline: id(PipelineId::parse, pipeline),
            kind,
            expires_secs: None,
            stages,
        };
        timeline.push((desk.start, Body::PipelineUpserted(Box::new(upserted))));
    }
}

fn service_levels(desk: &Desk, timeline: &mut Timeline) {
    let support = SlaScope {
        pipeline: Some(id(PipelineId::parse, ticket::SUPPORT)),
        ..SlaScope::default()
    };
    let urgent = SlaScope {
        priority: Some("urgent".to_owned()),
        ..support.clone()
    };
    let chat = SlaScope {
        channel: Some("chat".to_owned()),
        ..SlaScope::default()
    };
    let hours = |count: u64| Some(count * 3_600);
    for (sla, applies, targets) in [
        ("demo:standard", support, [hours(4), hours(8), hours(27)]),
        ("demo:urgent", urgent, [hours(1), hours(2), hours(9)]),
        ("demo:chat", chat, [Some(300), Some(600), None]),
    ] {
        let [first_response_secs, next_response_secs, close_secs] = targets;
        let upserted = SlaUpserted {
            sla: id(SlaId::parse, sla),
            applies,
            first_response_secs,
            next_response_secs,
            close_secs,
            schedule: Some(id(ScheduleId::parse, OFFICE_HOURS)),
            pause_stages: Some(vec!["waiting_on_contact".to_owned()]),
        };
        timeline.push((desk.start, Body::SlaUpserted(Box::new(upserted))));
    }
}

/// Each channel has an inbox; two brands share the desk.
const INBOXES: &[(&str, &str)] = &[
    ("chat", "Shop"),
    ("email", "Shop"),
    ("form", "Shop"),
    ("phone", "Shop"),
    ("whatsapp", "Outlet"),
    ("social", "Outlet"),
];

/// The inbox of a channel.
pub(super) fn inbox(channel: &str) -> InboxId {
    id(InboxId::parse, &format!("demo:{channel}"))
}

fn people(desk: &Desk, timeline: &mut Timeline) {
    for team in Team::ALL {
        let upserted = TeamUpserted {
            team: team.id(),
            name: team.name().to_owned(),
        };
        timeline.push((desk.start, Body::TeamUpserted(Box::new(upserted))));
    }
    for (channel, brand) in INBOXES {
        let upserted = InboxUpserted {
            inbox: inbox(channel),
            name: format!("{brand}, {channel}"),
            channel: Patch::Set((*channel).to_owned()),
            brand: Patch::Set((*brand).to_owned()),
        };
        timeline.push((desk.start, Body::InboxUpserted(Box::new(upserted))));
    }
    for rep in REPS {
        timeline.push((desk.start, rep_upserted(rep, 0.0)));
        if rep.moves() {
            timeline.push((desk.instant(MOVES_SHARE), rep_upserted(rep, MOVES_SHARE)));
        }
        if rep.leaves() {
            let deleted = RepDeleted { rep: rep.id() };
            let at = desk.instant(LEAVES_SHARE);
            timeline.push((at, Body::RepDeleted(Box::new(deleted))));
        }
    }
}

fn rep_upserted(rep: &Rep, share: f64) -> Body {
    let schedule = if rep.works_evenings() {
        EVENINGS
    } else {
        OFFICE_HOURS
    };
    Body::RepUpserted(Box::new(RepUpserted {
        rep: rep.id(),
        name: rep.name.to_owned(),
        email: Patch::Set(rep.email()),
        team: Patch::Set(rep.team_at(share).id()),
        schedule: Patch::Set(id(ScheduleId::parse, schedule)),
    }))
}

fn tags(desk: &Desk, timeline: &mut Timeline) {
    let renamed = TagRenamed {
        tag: LOGIN_TAG_BEFORE.to_owned(),
        to: Some(LOGIN_TAG_AFTER.to_owned()),
    };
    timeline.push((desk.instant(0.5), Body::TagRenamed(Box::new(renamed))));
    let deleted = TagDeleted {
        tag: DELETED_TAG.to_owned(),
        to: None,
    };
    let at = desk.instant(2.0 / 3.0);
    timeline.push((at, Body::TagDeleted(Box::new(deleted))));
}

/// When `rep` came, had lunch, met, and went, day by day.
fn attendance(desk: &Desk, rep: &Rep, random: &mut Random, timeline: &mut Timeline) {
    for day in desk.calendar.days() {
        let (open, close) = rep.shift.of(day);
        let is_absent = random.chance(0.04);
        let is_here = rep.is_here(desk.share(close)) && open >= desk.start;
        if is_absent || !is_here || !rep.shift.works_on(day) {
            continue;
        }
        let mut change = |at: Timestamp, status, detail: Option<&str>| {
            let changed = RepStatusChanged {
                rep: rep.id(),
                status,
                detail: detail.map(str::to_owned),
            };
            timeline.push((at, Body::RepStatusChanged(Box::new(changed))));
        };
        change(
            open.plus_millis(random.secs(0, 900)),
            RepStatus::Available,
            None,
        );
        let lunch = open.plus_millis(random.secs(10_800, 14_400));
        change(lunch, RepStatus::Away, Some("lunch"));
        change(
            lunch.plus_millis(random.secs(1_500, 2_400)),
            RepStatus::Available,
            None,
        );
        if random.chance(0.3) {
            let meeting = open.plus_millis(random.secs(18_000, 21_000));
            change(meeting, RepStatus::Away, Some("meeting"));
            change(
                meeting.plus_millis(random.secs(1_800, 3_600)),
                RepStatus::Available,
                None,
            );
        }
        change(
            close.plus_millis(random.secs(0, 1_800) - 600_000),
            RepStatus::Offline,
            None,
        );
    }
}

/// The short answer about one topic in one language: drafted, published, at times
/// reworded with more variants, and in one topic taken back.
fn short_answer(desk: &Desk, topic: usize, language: Language, timeline: &mut Timeline) {
    let Some((key, share)) = TOPICS
        .get(topic)
        .and_then(|topic| Some((topic.key, topic.published_share(language)?)))
    else {
        return;
    };
    let at = desk.instant(share);
    if share > 0.0 && desk.share(at.plus_millis(-2 * DAY_MS)) > 0.0 {
        let draft = upserted(desk, topic, language, 1, AnswerStatus::Draft);
        timeline.push((at.plus_millis(-2 * DAY_MS), draft));
    }
    let published = upserted(desk, topic, language, 1, AnswerStatus::Published);
    timeline.push((at, published));
    if topic.is_multiple_of(3) {
        let reworded = upserted(desk, topic, language, 2, AnswerStatus::Published);
        timeline.push((at.plus_millis(20 * DAY_MS), reworded));
    }
    if key == RETIRED {
        let deleted = ShortAnswerDeleted {
            short_answer: short_answer_id(topic, language),
        };
        let at = desk.instant(RETIRED_SHARE);
        timeline.push((at, Body::ShortAnswerDeleted(Box::new(deleted))));
    }
}

fn upserted(
    desk: &Desk,
    topic: usize,
    language: Language,
    variants: usize,
    status: AnswerStatus,
) -> Body {
    let ways = desk.books.questions(language, topic);
    let question = ways.first().copied().unwrap_or_default();
    let variants = ways.iter().skip(1).take(variants);
    Body::ShortAnswerUpserted(Box::new(ShortAnswerUpserted {
        short_answer: short_answer_id(topic, language),
        question: question.to_owned(),
        variants: Patch::Set(variants.map(|text| (*text).to_owned()).collect()),
        text: desk.books.answer(language, topic).to_owned(),
        language: Patch::Set(language.code().to_owned()),
        status,
    }))
}
