//! The completeness report of an import, as people read it.

use std::fmt;

use indicatif::HumanCount;

use crate::model::Completeness;

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
        list(f, "What the export does not say", &all.blind, |f, one| {
            write!(f, "{} ({})", one.lack, one.reports.join(", "))
        })
    }
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
