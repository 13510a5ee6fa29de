//! How a window is laid out, and whether what happened in it is noted there: two choices of a view.

/// Whether what happened is on charts and beneath them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Notes {
    /// It is.
    #[default]
    Shown,
    /// It is not.
    Hidden,
}

/// How a window is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Layout {
    /// Bucket after bucket.
    #[default]
    OverTime,
    /// As one, without a course.
    Totals,
}
