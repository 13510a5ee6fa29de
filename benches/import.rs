//! From a body of NDJSON to the disk, and to every fold; and from another product's export to events,
//! as a dry run reads it.

#![expect(
    clippy::expect_used,
    missing_docs,
    reason = "a bench that cannot run may panic, and criterion writes its own main"
)]

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::ControlFlow;
use std::path::Path;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::json;
use svar::app::{App, Format, Migration};
use svar::clock::Clock;

mod common;

fn import(criterion: &mut Criterion) {
    let mut bodies = Vec::new();
    let mut count = 0;
    let events: Vec<String> = svar::demo::events(&common::options(common::size(5_000)))
        .map(|event| event.to_json())
        .collect();
    for batch in events.chunks(2_000) {
        count += batch.len();
        bodies.push(batch.join("\n"));
    }
    let mut group = criterion.benchmark_group("import");
    group.throughput(Throughput::Elements(count as u64));
    let fresh = || {
        let folder = tempfile::tempdir().expect("a folder");
        let app = App::open(
            folder.path(),
            Clock::fixed(common::until()),
            |_done, _total| {},
        )
        .expect("an app");
        (folder, app)
    };
    let post = |app: &App| {
        for body in &bodies {
            app.take_body("bench", body.as_bytes(), None)
                .expect("taken");
        }
    };
    group.bench_function("journalled", |bencher| {
        bencher.iter_batched(
            fresh,
            |(folder, app)| {
                post(&app);
                (folder, app)
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("in_all_folds", |bencher| {
        bencher.iter_batched(
            fresh,
            |(folder, app)| {
                post(&app);
                app.settle().expect("folded");
                (folder, app)
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// A Zendesk export: a user, a ticket, and six updates of it, of which three are comments, for each of
/// `tickets`; gives how many records there are.
fn write_export(path: &Path, tickets: u32) -> std::io::Result<u64> {
    let mut file = BufWriter::new(File::create(path)?);
    for ticket in 1..=tickets {
        let at = |minute: u32| {
            let secs = 1_767_225_600 + 900 * ticket + 60 * minute;
            serde_json::Value::from(secs)
        };
        let user = 1_000_000 + ticket;
        writeln!(
            file,
            "{}",
            json!({"users": [{"id": user, "name": format!("Contact {ticket}"), "role": "end-user",
                "email": format!("c{ticket}@site.example"), "updated_at": at(0)}]})
        )?;
        writeln!(
            file,
            "{}",
            json!({"tickets": [{"id": ticket, "created_at": at(0), "updated_at": at(50), "requester_id": user,
                "assignee_id": 11, "group_id": 41, "brand_id": 51, "subject": "Where is my parcel?", "status": "solved",
                "priority": "normal", "tags": ["parcel", "late"], "via": {"channel": "email"}, "custom_fields": [],
                "description": "My parcel has not arrived yet."}]})
        )?;
        for step in 0..6_u32 {
            let child = if step % 2 == 0 {
                json!({"id": 10 * ticket + step, "event_type": "Comment", "type": "Comment", "public": true,
                    "author_id": if step == 2 { 11 } else { user },
                    "body": "My parcel has not arrived yet. It was sent on Monday, and the carrier does not know it.",
                    "html_body": "<p>My parcel has not arrived yet.</p>"})
            } else {
                json!({"id": 10 * ticket + step, "event_type": "Change",
                    "status": if step == 5 { "solved" } else { "open" }, "previous_value": "new"})
            };
            writeln!(
                file,
                "{}",
                json!({"ticket_events": [{"id": 10 * ticket + step, "ticket_id": ticket, "created_at": at(8 * step),
                    "updater_id": 11, "event_type": "Audit", "child_events": [child]}]})
            )?;
        }
    }
    file.flush()?;
    Ok(8 * u64::from(tickets))
}

fn export(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("export.ndjson");
    let records = write_export(&path, common::size(5_000)).expect("written");
    let mut group = criterion.benchmark_group("export");
    group.throughput(Throughput::Elements(records));
    group.bench_function("dry_run", |bencher| {
        bencher.iter(|| {
            let mut migration = Migration::new(Format::Zendesk);
            migration.learn(&path).expect("learned");
            let input = migration.open(&path).expect("opened");
            let mut events = 0;
            let read = migration.translate(input, |batch| {
                events += batch.events.len();
                ControlFlow::Continue(())
            });
            read.expect("translated");
            (events, migration.completeness())
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = import, export
}
criterion_main!(benches);
