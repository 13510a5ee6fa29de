//! From which instant of its row the instants of a column count.

/// From what the instants of a column count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::metrics) enum Reference {
    /// As they are.
    #[default]
    Nothing,
    /// The instant by which the row is ordered.
    Time,
    /// The last instant before it in the row that there is.
    Former,
}

impl Reference {
    pub(in crate::metrics) const ALL: [Self; 3] = [Self::Nothing, Self::Time, Self::Former];
}
