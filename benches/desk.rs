//! The lists that reps work from: 100,000 conversations and as many tickets on the desk, 10,000
//! of each of them open.
//!
//! Each list is made of all lines, with the counts of every view; `restore` is what a start
//! reads of them. Every question is another one than before: filters and cursors change.

#![expect(missing_docs, reason = "criterion writes its own main")]
#![expect(
    clippy::expect_used,
    reason = "a bench that cannot make its input has nothing to measure"
)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use svar::model::desk::{
    DeskFilter, DeskMoment, DeskQuery, DeskView, Found, Line, Lines, Promised, Sort, TicketFilter,
    TicketLine, TicketOrder, TicketQuery, TicketView, UnitLines,
};
use svar::model::event::{ActorKind, Assignee};
use svar::model::{
    Attention, ContactId, ConversationId, Directory, Event, PipelineId, RepId, TicketId, Timestamp,
};

/// How many conversations, and tickets, are on the desk; one in ten is open.
const LINES: i64 = 100_000;
const CHANNELS: [&str; 4] = ["chat", "email", "form", "phone"];
const TAGS: i64 = 40;
const REPS: i64 = 60;

fn now() -> Timestamp {
    Timestamp::parse("2026-11-01T00:00:00Z").expect("valid")
}

fn line(number: i64) -> Line {
    // A generator of numbers that look drawn, so that neighbours have nothing in common.
    let drawn = number.wrapping_mul(2_654_435_761).rem_euclid(1 << 31);
    let is_open = number % 10 == 0;
    let at = now().plus_millis(-(drawn % (13 * 86_400_000)));
    let rep = RepId::parse(&format!("rep{}", drawn % REPS)).expect("valid");
    let channel = usize::try_from(drawn % 4).expect("valid");
    Line {
        conversation: ConversationId::parse(&format!("c{number}")).expect("valid"),
        unit: u32::try_from(number).expect("valid"),
        contact: ContactId::parse(&format!("p{number}")).expect("valid"),
        channel: CHANNELS.get(channel).copied().unwrap_or("chat").to_owned(),
        inbox: None,
        subject: Some(format!("Order {drawn}")),
        language: Some("en".to_owned()),
        priority: None,
        resolved_at: (!is_open).then_some(at),
        ends_at: None,
        assigned_to: match drawn % 3 {
            0 => Assignee::Nobody {},
            _ => Assignee::Rep { id: rep },
        },
        tags: vec![format!("tag{}", drawn % TAGS)],
        marks: Vec::new(),
        started_at: at,
        last_message_at: at,
        last_author: ActorKind::Contact,
        contact_at: Some(at),
        preview: "Where is my order? It should have been here on Monday.".to_owned(),
        waiting_since: (is_open && drawn % 2 == 0).then_some(at),
        promised: Promised::default(),
    }
}

fn ticket(number: i64) -> TicketLine {
    let drawn = number.wrapping_mul(2_654_435_761).rem_euclid(1 << 31);
    let is_open = number % 10 == 0;
    let at = now().plus_millis(-(drawn % (13 * 86_400_000)));
    let rep = RepId::parse(&format!("rep{}", drawn % REPS)).expect("valid");
    TicketLine {
        ticket: TicketId::parse(&format!("t{number}")).expect("valid"),
        unit: u32::try_from(number).expect("valid"),
        version: format!("3.{drawn}"),
        pipeline: PipelineId::parse("jobs").expect("valid"),
        is_job: true,
        stage: "awaiting_us".to_owned(),
        closed_at: (!is_open).then_some(at),
        expires_at: (drawn % 3 == 0).then(|| now().plus_millis(drawn % 259_200_000)),
        response_due_at: None,
        close_due_at: None,
        promised: Promised::default(),
        contact: ContactId::parse(&format!("p{number}")).ok(),
        conversation: ConversationId::parse(&format!("c{number}")).ok(),
        subject: Some(format!("Order {drawn}")),
        channel: Some("chat".to_owned()),
        inbox: None,
        priority: None,
        service: Some("bookkeeping".to_owned()),
        request: None,
        owner: Some(rep.clone()),
        reps: vec![rep],
        team: None,
        opened_at: at,
        updated_at: at,
    }
}

fn lines() -> Lines {
    let count = if is_test() { 1_000 } else { LINES };
    let mut lines = Lines::default();
    lines.add(UnitLines {
        conversations: (0..count).map(line).collect(),
        tickets: (0..count).map(ticket).collect(),
    });
    lines
}

/// A reader who has seen every third open conversation, and put every tenth of them off.
fn attention() -> Attention {
    let mut attention = Attention::default();
    let mut tell = |kind: &str, number: i64, rest: &str| {
        let event = format!(
            r#"{{"type":"svar.conversation_{kind}","at":"2026-10-31T00:00:00Z","source":"svar","id":"{number}","conversation":"c{number}"{rest}}}"#
        );
        attention.apply(&Event::parse_journalled(&event).expect("valid"));
    };
    let count = if is_test() { 1_000 } else { LINES };
    for number in (0..count).filter(|number| number % 30 == 0) {
        let seen = r#","reader":"rep:rep7","until":"2026-10-31T00:00:00Z""#;
        tell("seen", number, seen);
        if number % 100 == 0 {
            tell("snoozed", number, "");
        }
    }
    attention
}

fn is_test() -> bool {
    !std::env::args().any(|argument| argument == "--bench")
}

fn query(view: DeskView) -> DeskQuery {
    DeskQuery {
        view,
        rep: Some("rep7".to_owned()),
        reader: "rep:rep7".to_owned(),
        limit: 50,
        ..DeskQuery::default()
    }
}

fn lists(criterion: &mut Criterion) {
    let desk = lines();
    let attention = attention();
    let directory = Directory::default();
    let moment = DeskMoment {
        attention: &attention,
        directory: &directory,
        deadlines: &(),
        now: now(),
    };
    let mut group = criterion.benchmark_group("desk");
    group.sample_size(20);
    let mut turn = 0_i64;
    let mut next = || {
        turn += 1;
        turn
    };
    group.bench_function("open, latest first", |bench| {
        bench.iter(|| {
            query(DeskView::Open)
                .list(&desk, |_id| true, &moment)
                .expect("valid")
        });
    });
    group.bench_function("waiting longest, one tag", |bench| {
        bench.iter(|| {
            let query = DeskQuery {
                filter: DeskFilter {
                    tags: vec![format!("tag{}", next() % TAGS)],
                    ..DeskFilter::default()
                },
                sort: Sort::Waiting,
                ..query(DeskView::Waiting)
            };
            query.list(&desk, |_id| true, &moment).expect("valid")
        });
    });
    group.bench_function("a page far down", |bench| {
        bench.iter(|| {
            let by = -now().plus_millis(-next() * 1_000_000).millis();
            let query = DeskQuery {
                cursor: Some(format!("{by}.c0")),
                ..query(DeskView::Closed)
            };
            query.list(&desk, |_id| true, &moment).expect("valid")
        });
    });
    group.finish();
}

fn words_and_restore(criterion: &mut Criterion) {
    let desk = lines();
    let moment = DeskMoment {
        attention: &attention(),
        directory: &Directory::default(),
        deadlines: &(),
        now: now(),
    };
    let mut group = criterion.benchmark_group("desk");
    group.sample_size(20);
    let mut turn = 0_i64;
    let mut next = || {
        turn += 1;
        turn
    };
    group.bench_function("words", |bench| {
        bench.iter(|| {
            let found = Found {
                words: vec!["order".to_owned(), next().to_string()],
                conversations: (0..1_000)
                    .map(|number| format!("c{}", number * next()))
                    .collect(),
                ..Found::default()
            };
            let query = DeskQuery {
                filter: DeskFilter {
                    found: Some(found),
                    ..DeskFilter::default()
                },
                ..query(DeskView::Open)
            };
            query.list(&desk, |_id| true, &moment).expect("valid")
        });
    });
    let kept = desk.kept().expect("valid");
    group.bench_function("restore", |bench| {
        // What a start holds on to is not let go within its time.
        bench.iter_batched(
            || kept.clone(),
            |kept| Lines::of_kept(black_box(kept)).expect("valid"),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn ticket_lists(criterion: &mut Criterion) {
    let desk = lines();
    let moment = DeskMoment {
        attention: &Attention::default(),
        directory: &Directory::default(),
        deadlines: &(),
        now: now(),
    };
    let mut group = criterion.benchmark_group("desk");
    group.sample_size(20);
    let mut turn = 0_i64;
    group.bench_function("tickets, least time left first", |bench| {
        bench.iter(|| {
            turn += 1;
            let query = TicketQuery {
                view: TicketView::AtRisk,
                order: TicketOrder::Due,
                filter: TicketFilter {
                    owners: vec![format!("rep{}", turn % REPS)],
                    ..TicketFilter::default()
                },
                limit: 50,
                ..TicketQuery::default()
            };
            query.list(&desk, |_id| true, &moment).expect("valid")
        });
    });
    group.finish();
}

criterion_group!(benches, lists, words_and_restore, ticket_lists);
criterion_main!(benches);
