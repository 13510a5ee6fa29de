//! A search by instants, in their order, that never pages deeper than a source lets anybody page.
//!
//! Where a query is as deep as it goes, the next one begins at the last instant that was given,
//! inclusive: what overlaps is known by its id. Where more things share one instant than can be
//! paged through, these are told apart by their ids.

use serde::{Deserialize, Serialize};

use super::Row;
use crate::model::Timestamp;

/// Where such a search is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// From when on, inclusive.
    pub from: Timestamp,
    /// Only what changed at that very instant, and has a greater id than this.
    pub beyond: Option<String>,
    /// The page, as the source calls it.
    pub page: Option<String>,
    /// How many things were given since the query began.
    pub given: u64,
}

/// What a source lets anybody do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// How many things of one query can be paged through.
    pub(super) depth: u64,
    /// How many a page has at most.
    pub(super) page: u64,
    /// How far one instant is from the next, in milliseconds.
    pub(super) step_ms: i64,
}

impl Sweep {
    /// One that begins.
    pub(super) const fn new(from: Timestamp) -> Self {
        Self {
            from,
            beyond: None,
            page: None,
            given: 0,
        }
    }

    /// Where it goes on behind a page; none: it is over.
    pub(super) fn next(&self, rows: &[Row], page: Option<String>, limits: Limits) -> Option<Self> {
        let given = self.given + rows.len() as u64;
        if page.is_some() && given + limits.page <= limits.depth {
            return Some(Self {
                page,
                given,
                ..self.clone()
            });
        }
        let last = rows.last();
        match (page, &self.beyond, last) {
            // As deep as it goes, of one instant: on behind the last id.
            (Some(_), Some(_), Some(last)) => Some(Self {
                beyond: Some(last.id.clone()),
                ..Self::new(self.from)
            }),
            // As deep as it goes: on from the last instant, or through all that share it.
            (Some(_), None, Some(last)) => {
                let at = last.at.unwrap_or(self.from);
                let fresh = Self::new(at);
                Some(if at > self.from {
                    fresh
                } else {
                    Self {
                        beyond: Some("0".to_owned()),
                        ..fresh
                    }
                })
            }
            // All of that instant are given: on behind it.
            (None, Some(_), _) => Some(Self::new(self.from.plus_millis(limits.step_ms))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        depth: 6,
        page: 2,
        step_ms: 1,
    };

    /// What a source with these things would give, as deep as it lets one page.
    fn given(things: &[(u64, i64)], sweep: &Sweep) -> (Vec<Row>, Option<String>) {
        let mut fit: Vec<&(u64, i64)> = things
            .iter()
            .filter(|(id, at)| match &sweep.beyond {
                Some(beyond) => *at == sweep.from.millis() && *id > beyond.parse().unwrap(),
                None => *at >= sweep.from.millis(),
            })
            .collect();
        match sweep.beyond {
            Some(_) => fit.sort_by_key(|(id, _)| *id),
            None => fit.sort_by_key(|(id, at)| (*at, std::cmp::Reverse(*id))),
        }
        let start: usize = sweep
            .page
            .as_deref()
            .map_or(0, |page| page.parse().unwrap());
        assert!(start + 2 <= 6, "paged too deep: {sweep:?}");
        let page = fit.iter().skip(start).take(2);
        let rows = page.map(|(id, at)| Row {
            id: id.to_string(),
            at: Some(Timestamp::from_millis(*at)),
            record: None,
        });
        let more = (fit.len() > start + 2).then(|| (start + 2).to_string());
        (rows.collect(), more)
    }

    fn swept(things: &[(u64, i64)]) -> Vec<String> {
        let (mut sweep, mut all) = (Some(Sweep::new(Timestamp::from_millis(0))), Vec::new());
        let mut asked = 0;
        while let Some(at) = sweep {
            let (rows, more) = given(things, &at);
            sweep = at.next(&rows, more, LIMITS);
            all.extend(rows.into_iter().map(|row| row.id));
            asked += 1;
            assert!(asked < 100, "it never ends");
        }
        all.sort();
        all.dedup();
        all
    }

    #[test]
    fn more_than_can_be_paged_through_is_read_whole() {
        let things: Vec<(u64, i64)> = (1..=25)
            .map(|id| (id, i64::try_from(id).unwrap()))
            .collect();
        assert_eq!(swept(&things).len(), 25);
    }

    #[test]
    fn more_of_one_instant_than_can_be_paged_through_is_split_by_id() {
        let mut things: Vec<(u64, i64)> = (1..=17).map(|id| (id, 50)).collect();
        things.extend([(18, 10), (19, 51), (20, 90)]);
        assert_eq!(swept(&things).len(), 20);
    }

    #[test]
    fn a_search_of_nothing_is_over_at_once() {
        assert_eq!(swept(&[]), Vec::<String>::new());
    }
}
