//! What an import came to is kept, as whoever imported worked it out.

use super::refusal::Refusal;
use crate::model::event::ImportFinished;
use crate::model::{Body, Completeness, Invalid};

/// The longest word or sentence in it, in bytes.
const MAX_WORDS: usize = 2_000;

pub(super) fn decide(completeness: Completeness) -> Result<Vec<Body>, Refusal> {
    check(&completeness)?;
    Ok(vec![Body::ImportFinished(Box::new(ImportFinished {
        completeness,
    }))])
}

/// Refuses what no import of ours would say: the journal keeps it for ever.
fn check(all: &Completeness) -> Result<(), Invalid> {
    if all.format.trim().is_empty() || all.format.len() > 100 {
        let reason = "expected the format's word, of 1 to 100 bytes";
        return Err(Invalid::new("format", reason));
    }
    for (field, count, most) in [
        ("files", all.files.len(), 1_000),
        ("records", all.records.len(), 200),
        ("rejected", all.rejected.len(), 200),
        ("unmapped", all.unmapped.len(), 200),
        ("missing", all.missing.len(), 200),
        ("counters", all.counters.len(), 50),
        ("reconciled", all.reconciled.len(), 12),
        ("blind", all.blind.len(), 50),
        ("faults", all.faults.len(), 1_000),
    ] {
        if count > most {
            let reason = format!("there are {count}; at most {most} are expected");
            return Err(Invalid::new(field, reason));
        }
    }
    for (place, counter) in all.counters.iter().enumerate() {
        if counter.examples.len() > 20 {
            let reason = format!(
                "there are {}; at most 20 are expected",
                counter.examples.len()
            );
            return Err(Invalid::new(format!("counters[{place}].examples"), reason));
        }
    }
    for (place, one) in all.reconciled.iter().enumerate() {
        for (field, count, most) in [
            ("rules", one.rules.len(), 50),
            ("rows", one.rows.len(), 200),
        ] {
            if count > most {
                let reason = format!("there are {count}; at most {most} are expected");
                return Err(Invalid::new(format!("reconciled[{place}].{field}"), reason));
            }
        }
    }
    for (place, blind) in all.blind.iter().enumerate() {
        if blind.reports.len() > 100 {
            let reason = format!(
                "there are {}; at most 100 are expected",
                blind.reports.len()
            );
            return Err(Invalid::new(format!("blind[{place}].reports"), reason));
        }
    }
    words(all)
}

fn words(all: &Completeness) -> Result<(), Invalid> {
    let rejected = all.rejected.iter();
    let rejected = rejected.flat_map(|one| [&one.kind, &one.field, &one.reason]);
    let unmapped = all.unmapped.iter();
    let unmapped = unmapped.flat_map(|one| [&one.field, &one.value, &one.taken_as]);
    let counters = all.counters.iter().flat_map(|one| {
        let ids = one.examples.iter().map(|example| &example.id);
        [&one.name, &one.rule].into_iter().chain(ids)
    });
    let blind = all
        .blind
        .iter()
        .flat_map(|one| [&one.lack].into_iter().chain(&one.reports));
    let reconciled = all.reconciled.iter().flat_map(|one| {
        let rules = one.rules.iter();
        let rules = rules.flat_map(|rule| [&rule.rule, &rule.because]);
        let rows = one.rows.iter();
        let rows = rows.flat_map(|row| [&row.id, &row.rule].into_iter().chain(&row.detail));
        [&one.name, &one.report]
            .into_iter()
            .chain(rules)
            .chain(rows)
    });
    let lists: [(&str, Vec<&String>); 9] = [
        ("files", all.files.iter().collect()),
        ("records", all.records.iter().map(|one| &one.kind).collect()),
        ("rejected", rejected.collect()),
        ("unmapped", unmapped.collect()),
        (
            "missing",
            all.missing.iter().map(|one| &one.field).collect(),
        ),
        ("counters", counters.collect()),
        ("reconciled", reconciled.collect()),
        ("blind", blind.collect()),
        ("faults", all.faults.iter().collect()),
    ];
    for (field, words) in lists {
        if words.iter().any(|word| word.len() > MAX_WORDS) {
            let reason = format!("a text in it is longer than {MAX_WORDS} bytes");
            return Err(Invalid::new(field, reason));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_than_any_import_says_is_refused_by_name() {
        let usual = || Completeness {
            format: "zendesk".to_owned(),
            ..Completeness::default()
        };
        assert!(check(&usual()).is_ok());
        let many = Completeness {
            files: vec!["a".to_owned(); 1_001],
            ..usual()
        };
        let long = Completeness {
            faults: vec!["x".repeat(2_001)],
            ..usual()
        };
        for (odd, field) in [
            (Completeness::default(), "format"),
            (many, "files"),
            (long, "faults"),
        ] {
            assert_eq!(check(&odd).unwrap_err().field, field);
        }
    }
}
