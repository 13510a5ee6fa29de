//! Whose a ticket is at one instant.

/// An owner and a team at one instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owner<'a> {
    /// The rep.
    pub rep: Option<&'a str>,
    /// The team.
    pub team: Option<&'a str>,
}
