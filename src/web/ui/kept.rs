//! What is kept of a view under a name, and the view that it becomes again.
//!
//! It is kept by the names of a query's parameters, so that the API, the command line and mails ask
//! what the page showed.

use std::collections::BTreeMap;

use super::look::Look;
use super::range::Range;
use super::url::{Pairs, pair};
use super::view::{Layout, View};
use crate::model::event::SavedChart;
use crate::model::saved::SavedReport;
use crate::model::{Invalid, Timestamp};
use crate::report::Every;

/// The parameters that a view is kept by; `every` is how its chart is cut.
pub(super) fn kept(view: &View, now: Timestamp, every: Option<Every>) -> BTreeMap<String, String> {
    let pairs = view.query_pairs(now, every.map(Every::as_str));
    let mut kept: BTreeMap<String, String> = pairs.into_iter().collect();
    if let Range::Named(range) = view.range {
        kept.remove("from");
        kept.remove("to");
        kept.insert("range".to_owned(), range.as_str().to_owned());
    }
    let nothing = || "none".to_owned();
    kept.entry("compare".to_owned()).or_insert_with(nothing);
    kept.retain(|_, value| !value.is_empty());
    kept
}

/// How the figures of a view are laid out.
pub(super) const fn chart(view: &View) -> SavedChart {
    match view.layout {
        Layout::OverTime => SavedChart::OverTime,
        Layout::Totals => SavedChart::Totals,
    }
}

/// The view of a saved report.
pub(super) fn view_of(saved: &SavedReport) -> Result<View, Invalid> {
    let mut pairs: Pairs = saved.parameters.clone().into_iter().collect();
    if saved.chart == SavedChart::Totals {
        pairs.push(pair("show", "totals"));
    }
    let (view, _) = View::parse(&pairs)?;
    let look = Look {
        second: saved.second.clone(),
        columns: saved.columns.clone(),
    };
    Ok(View {
        look,
        saved: Some(saved.id.to_string()),
        target: saved.target.map(|target| target.to_string()),
        ..view
    })
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::report::Query;

    fn read(pairs: &[(&str, &str)]) -> View {
        let pairs: Pairs = pairs
            .iter()
            .map(|(name, value)| pair(name, value))
            .collect();
        View::parse(&pairs).unwrap().0
    }

    #[test]
    fn a_view_comes_back_and_asks_the_same() {
        let now = Timestamp::parse("2026-05-20T12:00:00Z").unwrap();
        let views = [
            read(&[]),
            read(&[
                ("range", "last_90"),
                ("tz", "Asia/Tokyo"),
                ("compare", "none"),
            ]),
            read(&[
                ("from", "2026-01-01"),
                ("until", "2026-02-03"),
                ("by", "team"),
            ]),
            read(&[
                ("where.channel", "chat,e-mail"),
                ("where.tag.not", "a\\,b"),
                ("show", "totals"),
            ]),
            read(&[
                ("clock", "business"),
                ("whole", "true"),
                ("every", "week"),
                ("target", "3600"),
                ("second", "handoffs"),
                ("columns", "value,p90"),
            ]),
        ];
        for view in views {
            let every = (view.layout == Layout::OverTime).then(|| view.frequency(now));
            let parameters = kept(&view, now, every);
            let words = parameters.iter();
            let words = words.map(|(name, value)| (name.as_str(), value.as_str()));
            let query = Query::parse(words, Tz::UTC).unwrap();
            let mut asked = view.query(now, every).unwrap();
            if query.range.is_some() {
                (asked.from, asked.to, asked.range) = (None, None, query.range);
            }
            let nothing = crate::report::Compare::Nothing;
            asked.compare = asked.compare.or(Some(nothing));
            assert_eq!(query, asked);
            let saved = serde_json::json!({
                "id": "s", "name": "n", "report": "handled", "parameters": parameters,
                "chart": chart(&view), "target": view.aim(), "audience": "owner",
                "second": view.look.second, "columns": view.look.columns,
                "owner": {"by": "cli", "created_at": now, "changed_at": now},
            });
            let saved: SavedReport = serde_json::from_value(saved).unwrap();
            let back = view_of(&saved).unwrap();
            let expected = View {
                every,
                saved: Some("s".to_owned()),
                ..view
            };
            assert_eq!(back, expected);
        }
    }
}
