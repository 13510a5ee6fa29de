//! The completeness report of an import, as people read it.

use std::fmt;

use indicatif::HumanCount;

use crate::cli::human::duration;
use crate::model::Completeness;
use crate::model::reconciliation::{Reconciliation, Side};

/// How many lines of a list are shown; all of them are in the JSON.
const SHOWN: usize = 10;

/// What an export came to.
pub(super) struct Account<'a>(pub(super) &'a Completeness);

impl fmt::Display for Account<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0;
        let (read, events) = (HumanCount(all.read()), HumanCount(all.imported));
        write!(
            f,
            "\nCompleteness: {read} records read, {events} events new"
        )?;
        if all.duplicates > 0 {
            write!(f, ", {} there already", HumanCount(all.duplicates))?;
        }
        for kind in &all.records {
            write!(f, "\n  {}: {} read", kind.kind, HumanCount(kind.read))?;
            for (count, what) in [
                (kind.translated, "translated"),
                (kind.rejected, "rejected"),
                (kind.passed_over, "with nothing to import"),
            ] {
                if count > 0 {
                    write!(f, ", {} {what}", HumanCount(count))?;
                }
            }
        }
        self.lists(f)
    }
}

impl Account<'_> {
    fn lists(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0;
        list(f, "Rejected", &all.rejected, |f, one| {
            let dot = if one.field.is_empty() { "" } else { "." };
            write!(
                f,
                "{}{dot}{}: {} × {}",
                one.kind, one.field, one.count, one.reason
            )
        })?;
        list(f, "Words without a counterpart", &all.unmapped, |f, one| {
            write!(
                f,
                "{} `{}`: {} ×, taken as {}",
                one.field, one.value, one.count, one.taken_as
            )
        })?;
        list(f, "Absent or unreadable", &all.missing, |f, one| {
            write!(f, "{}: {} ×", one.field, one.count)
        })?;
        list(
            f,
            "Beside the source's own counts",
            &all.counters,
            |f, one| {
                write!(
                    f,
                    "{}: ours {}, theirs {}, differing for {} of {}",
                    one.name, one.ours, one.theirs, one.differing, one.compared
                )?;
                for example in one.examples.iter().take(SHOWN) {
                    write!(
                        f,
                        "\n    {}: ours {}, theirs {}",
                        example.id, example.ours, example.theirs
                    )?;
                }
                if one.differing > 0 {
                    write!(f, "\n    {}", one.rule)?;
                }
                Ok(())
            },
        )?;
        list(
            f,
            "The source's own figures beside Svar's",
            &all.reconciled,
            reconciled,
        )?;
        list(f, "What the export does not say", &all.blind, |f, one| {
            write!(f, "{} ({})", one.lack, one.reports.join(", "))
        })
    }
}

/// A figure of the source's beside ours, why they differ, and the first rows that do.
fn reconciled(f: &mut fmt::Formatter<'_>, one: &Reconciliation) -> fmt::Result {
    let is_share = one.report == "csat";
    let value = |value: Option<f64>| match value {
        None => "–".to_owned(),
        Some(value) if is_share => format!("{:.1} %", value * 100.0),
        Some(value) => duration(value),
    };
    let side = |side: &Side| {
        let (mean, count) = (value(side.mean), HumanCount(side.count));
        if is_share {
            return format!("{mean} of {count}");
        }
        let median = value(side.median);
        format!("mean {mean}, median {median} of {count}")
    };
    write!(
        f,
        "{} ({}, {}): ours {}; theirs {}; {} of {} agree",
        one.name,
        one.report,
        one.clock.as_str(),
        side(&one.ours),
        side(&one.theirs),
        HumanCount(one.agreeing),
        HumanCount(one.compared)
    )?;
    if one.left_out > 0 {
        let more = HumanCount(one.left_out);
        write!(f, "; {more} more conversations were not compared")?;
    }
    for rule in &one.rules {
        let count = HumanCount(rule.count);
        write!(f, "\n    {count} × {}: {}", rule.rule, rule.because)?;
    }
    let seen = |value: Option<f64>| match (value, is_share) {
        (Some(1.0), true) => "satisfied".to_owned(),
        (Some(_), true) => "not satisfied".to_owned(),
        (other, _) => value_or_dash(other),
    };
    for row in one.rows.iter().take(SHOWN) {
        let (ours, theirs) = (seen(row.ours), seen(row.theirs));
        write!(
            f,
            "\n    {}: ours {ours}, theirs {theirs}, {}",
            row.id, row.rule
        )?;
        if let Some(detail) = &row.detail {
            write!(f, " ({detail})")?;
        }
    }
    Ok(())
}

fn value_or_dash(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), duration)
}

/// The first lines of a list that has any.
fn list<T>(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    all: &[T],
    line: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    if all.is_empty() {
        return Ok(());
    }
    write!(f, "\n{title}:")?;
    for one in all.iter().take(SHOWN) {
        write!(f, "\n  ")?;
        line(f, one)?;
    }
    match all.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => write!(f, "\n  and {more} more; --json has them"),
    }
}
