//! A sample of rows, drawn by a seed: the same seed draws the same rows again.

use crate::report::RowItem;

/// How many rows are drawn.
const DRAWN: usize = 20;

/// The rows with the least numbers, in the order in which they came.
pub(super) fn drawn(rows: Vec<RowItem>, seed: u64) -> Vec<RowItem> {
    let mut numbered: Vec<(u64, usize, RowItem)> = rows
        .into_iter()
        .filter(|row| row.conversation.is_some())
        .enumerate()
        .map(|(place, row)| (number(seed, &row), place, row))
        .collect();
    numbered.sort_by_key(|(number, place, _)| (*number, *place));
    numbered.truncate(DRAWN);
    numbered.sort_by_key(|(_, place, _)| *place);
    numbered.into_iter().map(|(_, _, row)| row).collect()
}

/// The number of a row under a seed: FNV-1a over both, mixed once more, because near seeds and ids
/// must not give near numbers.
fn number(seed: u64, row: &RowItem) -> u64 {
    let conversation = row.conversation.as_deref().unwrap_or_default();
    let bytes = seed.to_le_bytes().into_iter();
    let bytes = bytes.chain(conversation.bytes());
    let bytes = bytes.chain(row.at.millis().to_le_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::model::Timestamp;
    use crate::report::State;

    fn rows(count: i64) -> Vec<RowItem> {
        let row = |number: i64| RowItem {
            state: State::Counted,
            at: Timestamp::from_millis(number * 60_000),
            conversation: Some(format!("c{number}")),
            episode: None,
            ticket: None,
            key: BTreeMap::default(),
            value: None,
            clocks: BTreeMap::new(),
            reason: "",
        };
        (0..count).map(row).collect()
    }

    fn ids(rows: Vec<RowItem>) -> Vec<String> {
        rows.into_iter()
            .filter_map(|row| row.conversation)
            .collect()
    }

    #[test]
    fn a_seed_draws_the_same_rows_again_and_another_others() {
        let first = ids(drawn(rows(500), 7));
        assert_eq!(first.len(), DRAWN);
        assert_eq!(first, ids(drawn(rows(500), 7)));
        assert_ne!(first, ids(drawn(rows(500), 8)));
        // A row that comes in takes the place of one at most.
        let later: BTreeSet<String> = ids(drawn(rows(501), 7)).into_iter().collect();
        let kept = first.iter().filter(|id| later.contains(*id)).count();
        assert!(kept >= DRAWN - 1, "{kept}");
        assert_eq!(ids(drawn(rows(3), 7)).len(), 3);
    }

    #[test]
    fn every_row_is_drawn_about_as_often() {
        let mut hits = BTreeMap::new();
        for seed in 0..1_000 {
            for id in ids(drawn(rows(100), seed)) {
                *hits.entry(id).or_insert(0_u32) += 1;
            }
        }
        // 200 times each on average; five standard deviations are 63.
        assert_eq!(hits.len(), 100);
        assert!(
            hits.values().all(|count| (137..264).contains(count)),
            "{hits:?}"
        );
    }
}
