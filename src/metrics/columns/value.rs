//! The values that a column can hold, and which number stands for "none".

/// A value that a column can hold, and the one that means "none".
pub trait Value: Copy {
    /// What replaces "none", as a number; it need not be given room.
    const ABSENT: Option<i64>;
    /// Whether values are instants.
    const IS_INSTANT: bool = false;

    /// The value as a number.
    fn number(self) -> i64;
    /// The value of a number that [`Value::number`] gave.
    fn of(number: i64) -> Self;

    /// The instant that it is, if it is one and has a value.
    fn instant(self) -> Option<i64> {
        None
    }
}

impl Value for bool {
    const ABSENT: Option<i64> = None;

    fn number(self) -> i64 {
        i64::from(self)
    }

    fn of(number: i64) -> Self {
        number != 0
    }
}

macro_rules! values {
    ($($type:ty),*) => {$(
        impl Value for $type {
            const ABSENT: Option<i64> = Some(<$type>::MAX as i64);

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
values!(u8, u32);

impl Value for i64 {
    const ABSENT: Option<i64> = Some(Self::MAX);
    const IS_INSTANT: bool = true;

    fn number(self) -> i64 {
        self
    }

    fn of(number: i64) -> Self {
        number
    }

    fn instant(self) -> Option<i64> {
        (self != Self::MAX).then_some(self)
    }
}
