//! The codes of rows to group by, and the filters that they pass.

use std::sync::Arc;

use crate::metrics::columns::Column;
use crate::metrics::facts::{ContactField, Contacts, NONE};
use crate::metrics::table::Data;

/// How many rows are worked on at once: what a core keeps close.
pub(in crate::metrics) const BATCH_ROWS: usize = 1_024;

/// By row: a code.
#[derive(Clone, Debug)]
pub enum Codes {
    /// The column's.
    Plain(Arc<Column>),
    /// Those of the chunk's own column at this place.
    Own(Arc<Data>, usize),
    /// The column's, for this question only.
    Passing(Arc<Column>),
    /// What the contacts that the others are say of themselves.
    OfContacts(Box<Self>, ContactField, Arc<Contacts>),
    /// The first's, where it has none the second's.
    Either(Box<Self>, Box<Self>),
}

impl Codes {
    /// Writes the codes of the rows from `start` on.
    pub(in crate::metrics) fn read(&self, start: usize, into: &mut [u32]) {
        match self {
            Self::Plain(column) | Self::Passing(column) => column.read_codes(start, into),
            Self::Own(data, place) => {
                if let Some(column) = data.columns.get(*place) {
                    column.read_codes(start, into);
                }
            }
            Self::OfContacts(contacts, field, known) => {
                contacts.read(start, into);
                for code in into {
                    *code = known.field(*code, *field);
                }
            }
            Self::Either(first, second) => {
                first.read(start, into);
                if !into.contains(&NONE) {
                    return;
                }
                let mut others = [NONE; BATCH_ROWS];
                let others = others.get_mut(..into.len()).unwrap_or_default();
                second.read(start, others);
                for (code, other) in into.iter_mut().zip(others) {
                    if *code == NONE {
                        *code = *other;
                    }
                }
            }
        }
    }

    /// Writes the codes of `rows`, which lie anywhere.
    pub(in crate::metrics) fn pick(&self, rows: &[u16], into: &mut [u32]) {
        for (slot, row) in into.iter_mut().zip(rows) {
            *slot = self.code(usize::from(*row));
        }
    }

    fn code(&self, row: usize) -> u32 {
        let of = |column: &Column| column.get(row).unwrap_or(NONE);
        match self {
            Self::Plain(column) | Self::Passing(column) => of(column),
            Self::Own(data, place) => data.columns.get(*place).map_or(NONE, of),
            Self::OfContacts(contacts, field, known) => known.field(contacts.code(row), *field),
            Self::Either(first, second) => match first.code(row) {
                NONE => second.code(row),
                code => code,
            },
        }
    }

    /// Whether the codes depend on nothing but the chunk.
    pub const fn is_plain(&self) -> bool {
        matches!(self, Self::Plain(_) | Self::Own(..))
    }

    /// The bytes from `start` on and the code of each, where the codes are that narrow.
    pub(in crate::metrics) fn bytes(
        &self,
        start: usize,
    ) -> Option<(&[u8], impl Fn(u8) -> u32 + use<>)> {
        let column = match self {
            Self::Plain(column) => column,
            Self::Own(data, place) => data.columns.get(*place)?,
            _ => return None,
        };
        let (bytes, base) = column.dense_bytes(start)?;
        let code = move |byte: u8| match u32::try_from(base + i64::from(byte)) {
            Ok(code) if byte != u8::MAX => code,
            _ => NONE,
        };
        Some((bytes, code))
    }
}

/// Which rows pass: those whose code is, or is not, one of a set.
#[derive(Clone, Debug)]
pub struct RowFilter {
    pub(in crate::metrics) codes: Codes,
    bits: Arc<Vec<u64>>,
    none: bool,
    not: bool,
}

impl RowFilter {
    /// Whether the codes depend on nothing but the chunk.
    pub const fn is_plain(&self) -> bool {
        self.codes.is_plain()
    }

    /// Lets the rows pass whose code is one of `wanted`, or with `not` the others.
    pub fn new(codes: Codes, wanted: &[u32], not: bool) -> Self {
        let present = || wanted.iter().filter(|code| **code != NONE);
        let most = present().max().map_or(0, |code| *code as usize + 1);
        let mut bits = vec![0_u64; most.div_ceil(64)];
        for code in present() {
            if let Some(word) = bits.get_mut(*code as usize / 64) {
                *word |= 1 << (code % 64);
            }
        }
        Self {
            codes,
            bits: Arc::new(bits),
            none: wanted.contains(&NONE),
            not,
        }
    }

    pub(in crate::metrics) fn keeps(&self, code: u32) -> bool {
        let keeps = if code == NONE {
            self.none
        } else {
            let word = self.bits.get(code as usize / 64);
            word.is_some_and(|word| word >> (code % 64) & 1 == 1)
        };
        keeps != self.not
    }
}
