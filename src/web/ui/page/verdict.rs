//! What every report makes of a conversation or ticket: counted or not, when, with what
//! value on each clock, by which rule; and the events that it all comes from.

use chrono_tz::Tz;

use super::rows::worth;
use crate::app::Explanation;
use crate::model::Timestamp;
use crate::report::{Account, RowItem, State as RowState, registry};
use crate::web::ui::date;
use crate::web::ui::desk::spoken;
use crate::web::ui::panel::table::{Cell, Column, Table};
use crate::web::ui::text::{fill, find, t};
use crate::web::ui::url::{encode, pair};
use crate::web::ui::view::{View, around};
use crate::web::ui::ways;

/// What one report makes of the conversation or ticket.
pub(super) struct Verdict {
    pub(super) report: &'static str,
    pub(super) title: &'static str,
    pub(super) state: &'static str,
    pub(super) class: &'static str,
    pub(super) at: String,
    pub(super) exact: String,
    pub(super) value: String,
    pub(super) reason: String,
    pub(super) href: String,
}

/// A text with its instants read in the zone, and its lone words as people say them.
pub(super) fn read_words(text: &str, zone: Tz) -> String {
    let words: Vec<String> = text
        .split(' ')
        .map(|word| match Timestamp::parse(word) {
            Ok(at) => date::instant(at, zone),
            Err(_) if word.contains('_') => word.replace('_', " "),
            Err(_) => word.to_owned(),
        })
        .collect();
    words.join(" ")
}

pub(super) type Split = (Vec<Verdict>, Vec<Verdict>, Vec<Verdict>);

/// What counts, what is left out or waits, and what is no row of a report.
pub(super) fn verdicts(explanation: &Explanation, zone: Tz) -> Split {
    let (mut counted, mut others, mut unconcerned) = Split::default();
    for account in &explanation.reports {
        for row in &account.rows {
            // What is asked of one instant alone has that instant.
            let at = if row.at == Timestamp::MIN {
                explanation.as_of
            } else {
                row.at
            };
            let verdict = verdict(account, row, at, zone);
            match row.state {
                RowState::Counted => counted.push(verdict),
                RowState::Unconcerned => unconcerned.push(verdict),
                _ => others.push(verdict),
            }
        }
    }
    (counted, others, unconcerned)
}

fn verdict(account: &Account, row: &RowItem, at: Timestamp, zone: Tz) -> Verdict {
    let (state, class) = match row.state {
        RowState::Counted => ("state.counted", "counted"),
        RowState::Pending => ("state.pending", "pending"),
        RowState::Open => ("state.open", "open"),
        RowState::Excluded => ("state.excluded", "excluded"),
        RowState::Unconcerned => ("state.unconcerned", "unconcerned"),
    };
    let report = registry::find(account.report);
    let mut values: Vec<String> = report
        .map(|report| worth(report, row.value))
        .into_iter()
        .collect();
    values.extend(row.clocks.iter().map(|(clock, value)| {
        let value = report.map_or_else(String::new, |report| worth(report, Some(*value)));
        let pairs = [("clock", ways::clock(clock)), ("value", value.as_str())];
        fill("conversation.clocks", &pairs)
    }));
    values.retain(|value| !value.is_empty());
    let view = View {
        range: around(at, zone, 0),
        zone,
        ..View::default()
    };
    let word = match row.state {
        RowState::Counted | RowState::Unconcerned => None,
        _ => Some(pair("state", class)),
    };
    Verdict {
        report: account.report,
        title: account.title,
        state: find(state).unwrap_or_default(),
        class,
        at: date::instant(at, zone),
        exact: at.to_string(),
        value: values.join(" · "),
        reason: match row.state {
            RowState::Excluded => spoken("excluded", row.reason),
            _ => read_words(row.reason, zone),
        },
        href: view.at_with(&format!("/reports/{}/rows", account.report), word),
    }
}

/// The tickets that the rows are of, and their addresses.
pub(super) fn tickets(explanation: &Explanation) -> Vec<(String, String)> {
    let rows = explanation.reports.iter().flat_map(|account| &account.rows);
    let mut ids: Vec<&String> = rows.filter_map(|row| row.ticket.as_ref()).collect();
    ids.sort_unstable();
    ids.dedup();
    let named = ids
        .into_iter()
        .map(|id| (id.clone(), format!("/tickets/{}", encode(id))));
    named.collect()
}

/// The events that an explanation comes from.
pub(super) fn events(explanation: &Explanation, zone: Tz) -> Table {
    let head = |label: String| Column {
        label,
        ..Column::default()
    };
    let at = fill("conversation.event_at", &[("zone", zone.name())]);
    let rows = explanation.events.iter().map(|event| {
        vec![
            Cell {
                title: event.at.to_string(),
                ..Cell::text(date::second(event.at, zone))
            },
            Cell::text(event.kind),
            Cell::text(&event.source),
            Cell::text(&event.id),
        ]
    });
    Table {
        caption: t("conversation.events").to_owned(),
        columns: vec![
            head(at),
            head(t("conversation.event_type").to_owned()),
            head(t("conversation.event_source").to_owned()),
            head(t("conversation.event_id").to_owned()),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_inside_a_sentence_are_read_in_the_zone() {
        let zone = chrono_tz::Europe::Oslo;
        assert_eq!(
            read_words("no_answer at 2026-01-31T09:00:00Z", zone),
            "no answer at 31 Jan 2026, 10:00 CET"
        );
    }
}
