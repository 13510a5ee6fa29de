//! The order in which events are folded: by content, never by arrival.
//!
//! `(at, rank, id, source)`, where ids compare by chunks, so that `m/9` comes before
//! `m/10`. Any arrival of the same events folds to the same state.

use std::cmp::Ordering;

use super::Event;

/// Compares two events by `(at, rank, id, source)`.
pub fn cmp_events(a: &Event, b: &Event) -> Ordering {
    a.at.cmp(&b.at)
        .then_with(|| a.body.rank().cmp(&b.body.rank()))
        .then_with(|| cmp_ids(&a.id, &b.id))
        .then_with(|| a.source.cmp(&b.source))
}

/// Compares two ids by chunks: runs of digits as numbers, the rest byte-wise.
///
/// Ids whose chunks are all equal (`7` and `007`) fall back to their bytes, so that
/// the order is total.
pub fn cmp_ids(first: &str, second: &str) -> Ordering {
    let (mut left, mut right) = (first.as_bytes(), second.as_bytes());
    loop {
        match (left.first(), right.first()) {
            (None, None) => return first.cmp(second),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (one, other) = (number(left), number(right));
                let by_number = one.0.len().cmp(&other.0.len()).then(one.0.cmp(other.0));
                if by_number.is_ne() {
                    return by_number;
                }
                (left, right) = (one.1, other.1);
            }
            (Some(x), Some(y)) => {
                if x != y {
                    return x.cmp(y);
                }
                (left, right) = (rest_of(left), rest_of(right));
            }
        }
    }
}

/// The leading digits without their zeros, and what follows them.
fn number(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(bytes.len());
    let (digits, rest) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    (digits.get(zeros..).unwrap_or_default(), rest)
}

fn rest_of(bytes: &[u8]) -> &[u8] {
    bytes.get(1..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_digits_compare_as_numbers() {
        assert_eq!(cmp_ids("c/9", "c/10"), Ordering::Less);
        assert_eq!(cmp_ids("c/10a", "c/10b"), Ordering::Less);
        assert_eq!(cmp_ids("c", "c/1"), Ordering::Less);
        assert_eq!(cmp_ids("x2y10", "x10y2"), Ordering::Less);
        assert_eq!(
            cmp_ids("99999999999999999999998", "99999999999999999999999"),
            Ordering::Less
        );
    }

    #[test]
    fn equal_numbers_with_zeros_still_have_an_order() {
        assert_eq!(cmp_ids("7", "007"), Ordering::Greater);
        assert_eq!(cmp_ids("007", "7"), Ordering::Less);
        assert_eq!(cmp_ids("a1", "a1"), Ordering::Equal);
    }
}
