//! Facts of a desk of any size made without journal and store, and questions put to them.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use svar::metrics::{Duty, Facts, Update, keep};
use svar::model::{Event, Profile, Timetable};
use svar::report::{Query, QueryContext, ReportResult, evaluate, registry};

use crate::{batches, common};

/// How many rows are held as rows before they become columns.
const HELD: usize = 65_536;

/// The facts of a desk of any size. Where `BENCH_FACTS` names a folder they are kept there and
/// read from there the next time, as ten million conversations take minutes to make.
pub(crate) fn facts(conversations: u32) -> Facts {
    let Some(folder) = std::env::var_os("BENCH_FACTS") else {
        return fold(conversations);
    };
    let folder = Path::new(&folder).join(conversations.to_string());
    if let Some(kept) = keep::from_sections(&|name| std::fs::read(folder.join(name)).ok()) {
        return on_duty(kept);
    }
    let facts = fold(conversations);
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, bytes) in keep::to_sections(&facts) {
        std::fs::write(folder.join(name), bytes).expect("a written section");
    }
    facts
}

/// Folds a desk, holding a few thousand conversations at a time.
fn fold(conversations: u32) -> Facts {
    let mut facts: Option<Facts> = None;
    let mut update = Update::default();
    let mut number = 0;
    batches::for_each_batch(conversations, |batch| {
        let parts: Vec<Update> = batch
            .of_units
            .par_iter()
            .enumerate()
            .map(|(place, events)| {
                let mut part = Update::default();
                let unit = number + u32::try_from(place).expect("a place");
                batch.folder.fold(unit, events, common::until(), &mut part);
                part
            })
            .collect();
        number += u32::try_from(batch.of_units.len()).expect("a count");
        for part in parts {
            update.extend(part);
        }
        // Every unit is named once: nothing is struck out.
        update.units.clear();
        let facts_before = facts.take();
        let facts_before =
            facts_before.unwrap_or_else(|| Facts::new(Arc::clone(&batch.folder.dictionaries)));
        facts = Some(if update.episodes.len() >= HELD {
            facts_before.with(std::mem::take(&mut update), None)
        } else {
            facts_before
        });
    });
    let facts = facts.expect("a desk has events").with(update, None);
    on_duty(facts)
}

/// The facts with the desk's schedule and agreement.
pub(crate) fn on_duty(facts: Facts) -> Facts {
    let timetable = Timetable::fold(&[schedule(), agreement()]);
    facts.on_duty(Arc::new(Duty::new(timetable)))
}

/// Nine to five on weekdays with an hour for lunch, in Oslo.
pub(crate) fn schedule() -> Event {
    let hours = r#"["09:00-12:00","13:00-17:00"]"#;
    let week = ["mon", "tue", "wed", "thu", "fri"].map(|day| format!(r#""{day}":{hours}"#));
    let line = format!(
        r#"{{"type":"schedule.upserted","at":"2020-01-01T00:00:00Z","schedule":"default","zone":"Europe/Oslo","week":{{{}}}}}"#,
        week.join(",")
    );
    Event::parse(&line).expect("a schedule")
}

/// Four working hours for a first response, eight for the next, four days to close.
fn agreement() -> Event {
    let line = r#"{"type":"sla.upserted","at":"2020-01-01T00:00:00Z","sla":"all","applies":{},"first_response_secs":14400,"next_response_secs":28800,"close_secs":115200,"schedule":"default"}"#;
    Event::parse(line).expect("an agreement")
}

/// Answers a report over facts, from parameters as an address has them.
pub(crate) fn ask(facts: &Facts, id: &str, parameters: &str) -> ReportResult {
    let pairs = parameters
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    let query = Query::parse(pairs, chrono_tz::Tz::UTC).expect("a query");
    let profile = Profile::default();
    let ground = QueryContext {
        facts,
        profile: &profile,
        as_of: common::until(),
        log_position: 0,
    };
    let report = registry::find(id).expect("a report");
    evaluate(report, &query, ground).expect("an answer")
}
