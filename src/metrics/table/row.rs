//! A fact as a row, and how its fields become columns.

use crate::metrics::columns::{Column, ValueKind};

/// A fact as a row, and how it is laid out as columns.
pub trait Row: Copy + std::fmt::Debug + Send + Sync + 'static {
    /// The names of the columns, in order.
    const FIELDS: &'static [&'static str];
    /// Which column orders the table.
    const TIME: usize;
    /// Which column names the unit.
    const UNIT: usize;
    /// Which column names the conversation.
    const CONVERSATION: Option<usize>;
    /// By column: what its values are.
    const KINDS: &'static [ValueKind];

    /// The unit that the fact comes from.
    fn unit(&self) -> u32;
    /// The instant by which the table is ordered, in milliseconds.
    fn time(&self) -> i64;
    /// The instants that it names, each with the place of its column.
    fn placed_instants(&self) -> impl Iterator<Item = (usize, i64)>;
    /// The row with other instants in the place of those that it names.
    #[must_use]
    fn with_instants(self, instant: impl Fn(i64) -> i64) -> Self;
    /// The columns of `rows`.
    fn columns(rows: &[Self]) -> Vec<Column>;
    /// The row at `index`.
    fn get(columns: &[Column], index: usize) -> Option<Self>;

    /// The instants that it names.
    fn instants(&self) -> impl Iterator<Item = i64> {
        self.placed_instants().map(|(_, instant)| instant)
    }
}

/// The place of a name in a list of names.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler only, for constants"
)]
pub(crate) const fn find_place(names: &[&str], name: &str) -> Option<usize> {
    let mut place = 0;
    while place < names.len() {
        let (one, other) = (names[place].as_bytes(), name.as_bytes());
        let mut byte = 0;
        while byte < one.len() && byte < other.len() && one[byte] == other[byte] {
            byte += 1;
        }
        if byte == one.len() && byte == other.len() {
            return Some(place);
        }
        place += 1;
    }
    None
}

/// The place of a name in a list of names; a list without it does not compile.
#[expect(
    clippy::panic,
    reason = "evaluated by the compiler only, for constants"
)]
pub(crate) const fn place_of(names: &[&str], name: &str) -> usize {
    match find_place(names, name) {
        Some(place) => place,
        None => panic!("a row without that field"),
    }
}

/// Declares a row, and how its fields become columns.
macro_rules! columns {
    ($(#[$doc:meta])* $row:ident by $time:ident {
        $($(#[$fdoc:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $row {
            $($(#[$fdoc])* pub $field: $type,)*
        }

        impl $crate::metrics::Row for $row {
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];
            const TIME: usize = $crate::metrics::table::place_of(Self::FIELDS, stringify!($time));
            const UNIT: usize = $crate::metrics::table::place_of(Self::FIELDS, "unit");
            const CONVERSATION: Option<usize> =
                $crate::metrics::table::find_place(Self::FIELDS, "conversation");
            const KINDS: &'static [$crate::metrics::ValueKind] =
                &[$(<$type as $crate::metrics::Value>::KIND),*];

            fn unit(&self) -> u32 {
                self.unit
            }

            fn time(&self) -> i64 {
                self.$time
            }

            fn placed_instants(&self) -> impl Iterator<Item = (usize, i64)> {
                let instants = [$($crate::metrics::Value::instant(self.$field)),*];
                let placed = instants.into_iter().enumerate();
                placed.filter_map(|(place, instant)| Some((place, instant?)))
            }

            fn with_instants(self, instant: impl Fn(i64) -> i64) -> Self {
                Self { $($field: $crate::metrics::Value::with_instant(self.$field, &instant),)* }
            }

            fn columns(rows: &[Self]) -> Vec<$crate::metrics::Column> {
                let times = rows.iter().map(|row| row.$time);
                let mut fields = $crate::metrics::columns::Fields::new(times);
                vec![$(fields.column(
                    rows.iter().map(|row| row.$field),
                    stringify!($field) == stringify!($time),
                ),)*]
            }

            fn get(columns: &[$crate::metrics::Column], index: usize) -> Option<Self> {
                let mut reader = $crate::metrics::columns::RowReader::new(columns, index, Self::TIME)?;
                let mut columns = columns.iter();
                Some(Self { $($field: reader.value(columns.next()?)?,)* })
            }
        }
    };
}
pub(crate) use columns;
