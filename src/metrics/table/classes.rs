//! The rows of a chunk in classes: rows that are alike in all that a judgement asks of them.
//!
//! Rows of one class have the same flags and words, have or lack the same codes, and their
//! instants have come alike and follow each other alike. A judgement that depends on nothing
//! else is made once a class and not once a row. The example of a class is a row of it with
//! marks in the place of its instants: a mark is before another where the instant is.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::chunk::Chunk;
use super::marks::{Maturity, Ranks};
use super::row::Row;
use crate::metrics::columns::{InstantReader, Value, ValueKind};
use crate::metrics::memory::Derivation;

/// Classes do not pay where they have fewer rows than this, on average.
const ROWS_A_CLASS: usize = 8;

/// So many always do: a small chunk is judged in no time either way.
const FEW_CLASSES: usize = 1 << 10;

/// The most classes of a chunk, so that halves of them have a number as well.
const MAX_CLASSES: usize = 1 << 14;

/// The classes of a chunk's rows.
#[derive(Debug)]
pub struct Classes<R> {
    of_rows: ClassNumbers,
    examples: Vec<R>,
}

/// By row: the number of its class.
#[derive(Debug)]
pub enum ClassNumbers {
    /// Of up to 256 classes.
    Narrow(Vec<u8>),
    /// Of more.
    Wide(Vec<u16>),
}

/// What sets rows apart besides their own flags and instants.
pub struct Around<'a> {
    /// What their conversation says once, as a number.
    pub of_conversation: &'a (dyn Fn(u32) -> u8 + Sync),
    /// The column of a code of which each means something else.
    pub code: Option<usize>,
}

/// By column a byte: whether there is an instant, how it follows and how far it has come; whether
/// there is a code; a flag. Then what is around.
type Signature = [u8; MAX_COLUMNS + 5];

/// The most columns that a row may have.
const MAX_COLUMNS: usize = 43;

/// The byte of an instant that there is none of.
const NO_INSTANT: u8 = u8::MAX;

/// How many rows are signed at once: what a core keeps close.
const BATCH_ROWS: usize = 512;

/// Signs the rows of a chunk, column by column.
struct Signing<'a, R: Row> {
    chunk: &'a Chunk<R>,
    maturity: Maturity,
    around: &'a Around<'a>,
    instants: InstantReader<'a>,
    /// The columns of instants, by place.
    placed: Vec<usize>,
    numbers: [i64; BATCH_ROWS],
}

impl<'a, R: Row> Signing<'a, R> {
    fn new(chunk: &'a Chunk<R>, maturity: Maturity, around: &'a Around<'a>) -> Self {
        let mut instants = InstantReader::new(chunk.columns(), R::TIME, R::KINDS);
        let kinds = R::KINDS.iter().enumerate();
        let placed = kinds.filter(|(_, kind)| **kind == ValueKind::Instant);
        let placed: Vec<usize> = placed.map(|(place, _)| place).collect();
        for place in &placed {
            instants.read(*place);
        }
        Self {
            chunk,
            maturity,
            around,
            instants,
            placed,
            numbers: [0; BATCH_ROWS],
        }
    }

    /// Writes the signatures of the rows from `start` on; `None`: a row names too many instants.
    fn sign(&mut self, start: usize, into: &mut [Signature]) -> Option<()> {
        into.fill([0; MAX_COLUMNS + 5]);
        for (place, kind) in R::KINDS.iter().enumerate() {
            let column = self.chunk.columns().get(place)?;
            match kind {
                ValueKind::Instant => {}
                ValueKind::Code if column.is_everywhere() => {}
                ValueKind::Code => {
                    self.each(place, start, into, |signature, number| {
                        write(signature, place, u8::from(Some(number) == u32::ABSENT));
                    });
                }
                ValueKind::Flag => {
                    self.each(place, start, into, |signature, number| {
                        write(signature, place, u8::try_from(number).unwrap_or(u8::MAX));
                    });
                }
            }
        }
        if let Some(place) = R::CONVERSATION {
            let of_conversation = self.around.of_conversation;
            self.each(place, start, into, |signature, number| {
                let conversation = u32::of(number);
                write(signature, MAX_COLUMNS, of_conversation(conversation));
            });
        }
        if let Some(place) = self.around.code {
            self.each(place, start, into, |signature, number| {
                let code = u32::of(number);
                for (byte, place) in code.to_le_bytes().into_iter().zip(MAX_COLUMNS + 1..) {
                    write(signature, place, byte);
                }
            });
        }
        for (index, signature) in (start..).zip(into) {
            self.sign_instants(index, signature)?;
        }
        Some(())
    }

    fn each(
        &mut self,
        place: usize,
        start: usize,
        into: &mut [Signature],
        with: impl Fn(&mut Signature, i64),
    ) {
        let numbers = self.numbers.get_mut(..into.len()).unwrap_or_default();
        if let Some(column) = self.chunk.columns().get(place) {
            column.read(start, numbers);
        }
        for (signature, number) in into.iter_mut().zip(numbers) {
            with(signature, *number);
        }
    }

    fn sign_instants(&self, index: usize, signature: &mut Signature) -> Option<()> {
        let instant = |place: &usize| {
            let instant = self.instants.get(*place).get(index).copied();
            instant.unwrap_or(i64::MAX)
        };
        let named = self.placed.iter().map(instant);
        let ranks = Ranks::of(named.filter(|instant| *instant != i64::MAX))?;
        for place in &self.placed {
            let byte = match instant(place) {
                i64::MAX => NO_INSTANT,
                instant => {
                    let rank = u8::try_from(ranks.rank(instant)).ok()?;
                    rank | (self.maturity.coming(instant) as u8) << 5
                }
            };
            write(signature, *place, byte);
        }
        Some(())
    }
}

fn write(signature: &mut Signature, place: usize, byte: u8) {
    if let Some(slot) = signature.get_mut(place) {
        *slot = byte;
    }
}

impl<R: Row> Classes<R> {
    /// The classes of a chunk. `None`: there are so many that they do not pay.
    pub fn of(chunk: &Chunk<R>, maturity: Maturity, around: &Around<'_>) -> Option<Self> {
        if !maturity.can_be_marked() || R::KINDS.len() > MAX_COLUMNS {
            return None;
        }
        let most = (chunk.len() / ROWS_A_CLASS).clamp(FEW_CLASSES, MAX_CLASSES);
        let mut known: HashMap<Signature, u16, RandomState> = HashMap::default();
        let mut examples = Vec::new();
        let mut of_rows = Vec::with_capacity(chunk.len());
        let mut signing = Signing::new(chunk, maturity, around);
        let mut signatures = vec![[0; MAX_COLUMNS + 5]; BATCH_ROWS];
        for start in (0..chunk.len()).step_by(BATCH_ROWS) {
            let rows = BATCH_ROWS.min(chunk.len() - start);
            let signatures = signatures.get_mut(..rows)?;
            signing.sign(start, signatures)?;
            for (index, signature) in (start..).zip(signatures) {
                let fresh = u16::try_from(examples.len()).ok()?;
                let class = *known.entry(*signature).or_insert(fresh);
                if class == fresh {
                    if examples.len() == most {
                        return None;
                    }
                    examples.push(example(chunk.row(index)?, maturity)?);
                }
                of_rows.push(class);
            }
        }
        Some(Self {
            of_rows: ClassNumbers::of(of_rows),
            examples,
        })
    }

    /// By row: its class.
    pub const fn of_rows(&self) -> &ClassNumbers {
        &self.of_rows
    }

    /// By class: an example.
    pub fn examples(&self) -> &[R] {
        &self.examples
    }
}

/// A row with marks in the place of its instants.
fn example<R: Row>(row: R, maturity: Maturity) -> Option<R> {
    let ranks = Ranks::of(row.instants())?;
    Some(row.with_instants(|instant| maturity.mark(&ranks, instant)))
}

impl ClassNumbers {
    fn of(wide: Vec<u16>) -> Self {
        let narrow: Result<Vec<u8>, _> = wide.iter().copied().map(u8::try_from).collect();
        narrow.map_or(Self::Wide(wide), Self::Narrow)
    }

    /// By row: what `of_class` says of its class.
    pub(in crate::metrics) fn map<T: Copy + Default>(&self, of_class: &[T]) -> Vec<T> {
        let of = |class: usize| of_class.get(class).copied().unwrap_or_default();
        match self {
            Self::Narrow(classes) => {
                let table: [T; 256] = std::array::from_fn(of);
                let classes = classes.iter();
                let mapped = classes.map(|class| table.get(usize::from(*class)).copied());
                mapped.map(Option::unwrap_or_default).collect()
            }
            Self::Wide(classes) => classes
                .iter()
                .map(|class| of(usize::from(*class)))
                .collect(),
        }
    }

    /// Each class in two: its rows that lack something, and after them those that have it.
    #[must_use]
    pub fn halved(&self, has: &[bool]) -> Self {
        let half = |(class, has): (u16, &bool)| class * 2 + u16::from(*has);
        Self::Wide(match self {
            Self::Narrow(classes) => {
                let classes = classes.iter().copied().map(u16::from);
                classes.zip(has).map(half).collect()
            }
            Self::Wide(classes) => classes.iter().copied().zip(has).map(half).collect(),
        })
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Narrow(classes) => classes.len(),
            Self::Wide(classes) => classes.len() * 2,
        }
    }
}

impl<R: Row> Derivation for Option<Classes<R>> {
    fn bytes(&self) -> usize {
        self.as_ref().map_or(0, |classes| {
            classes.of_rows.bytes() + classes.examples.len() * size_of::<R>()
        })
    }
}
