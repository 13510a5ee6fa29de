//! A fact as a row, and how its fields become columns.

use crate::metrics::columns::Column;

/// A fact as a row, and how it is laid out as columns.
pub trait Row: Copy + std::fmt::Debug + Send + Sync + 'static {
    /// The names of the columns, in order.
    const FIELDS: &'static [&'static str];
    /// Which column orders the table.
    const TIME: usize;
    /// Which column names the unit.
    const UNIT: usize;

    /// The unit that the fact comes from.
    fn unit(&self) -> u32;
    /// The instant by which the table is ordered, in milliseconds.
    fn time(&self) -> i64;
    /// The instants that it names.
    fn instants(&self) -> impl Iterator<Item = i64>;
    /// The columns of `rows`.
    fn columns(rows: &[Self]) -> Vec<Column>;
    /// The row at `index`.
    fn get(columns: &[Column], index: usize) -> Option<Self>;
}

/// The place of a name in a list of names; a list without it does not compile.
#[expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "evaluated by the compiler only, for constants"
)]
pub(crate) const fn place_of(names: &[&str], name: &str) -> usize {
    let mut place = 0;
    while place < names.len() {
        let (one, other) = (names[place].as_bytes(), name.as_bytes());
        let mut byte = 0;
        while byte < one.len() && byte < other.len() && one[byte] == other[byte] {
            byte += 1;
        }
        if byte == one.len() && byte == other.len() {
            return place;
        }
        place += 1;
    }
    panic!("a row without that field")
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

            fn unit(&self) -> u32 {
                self.unit
            }

            fn time(&self) -> i64 {
                self.$time
            }

            fn instants(&self) -> impl Iterator<Item = i64> {
                let instants = [$($crate::metrics::Value::instant(self.$field)),*];
                instants.into_iter().flatten()
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
