//! The values that a column can hold, and which number stands for "none".

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Instants in milliseconds.
    Instant,
    /// Codes of a dictionary, or other numbers that tell things of one kind apart.
    Code,
    /// Flags, and small numbers that mean something.
    Flag,
}

/// A value that a column can hold, and the one that means "none".
pub trait Value: Copy {
    /// What replaces "none", as a number; it need not be given room.
    const ABSENT: Option<i64>;
    /// What the values are.
    const KIND: ValueKind;
    /// Whether values are instants.
    const IS_INSTANT: bool = matches!(Self::KIND, ValueKind::Instant);

    /// The value as a number.
    fn number(self) -> i64;
    /// The value of a number that [`Value::number`] gave.
    fn of(number: i64) -> Self;

    /// The instant that it is, if it is one and has a value.
    fn instant(self) -> Option<i64> {
        None
    }

    /// Another instant in the place of an instant; "none" and all else stay.
    #[must_use]
    fn with_instant(self, _instant: &impl Fn(i64) -> i64) -> Self {
        self
    }
}

impl Value for bool {
    const ABSENT: Option<i64> = None;
    const KIND: ValueKind = ValueKind::Flag;

    fn number(self) -> i64 {
        i64::from(self)
    }

    fn of(number: i64) -> Self {
        number != 0
    }
}

macro_rules! values {
    ($($type:ident as $kind:ident),*) => {$(
        impl Value for $type {
            const ABSENT: Option<i64> = Some(<$type>::MAX as i64);
            const KIND: ValueKind = ValueKind::$kind;

            #[expect(clippy::cast_lossless, reason = "of any of the widths")]
            fn number(self) -> i64 {
                self as i64
            }

            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a number that came from this type"
            )]
            fn of(number: i64) -> Self {
                number as Self
            }
        }
    )*};
}
values!(u8 as Flag, u32 as Code);

impl Value for i64 {
    const ABSENT: Option<i64> = Some(Self::MAX);
    const KIND: ValueKind = ValueKind::Instant;

    fn number(self) -> i64 {
        self
    }

    fn of(number: i64) -> Self {
        number
    }

    fn instant(self) -> Option<i64> {
        (self != Self::MAX).then_some(self)
    }

    fn with_instant(self, instant: &impl Fn(Self) -> Self) -> Self {
        if self == Self::MAX {
            self
        } else {
            instant(self)
        }
    }
}
