//! A menu of choices, each a link.
//!
//! Made by `controls` and `ways`, shown by the templates.

/// A choice of a menu.
pub(super) struct Item {
    /// What it is called.
    pub(super) label: String,
    /// Where it leads.
    pub(super) href: String,
    /// Whether it is what holds now.
    pub(super) is_current: bool,
}

/// A menu of choices.
pub(super) struct Menu {
    /// What is chosen in it.
    pub(super) name: &'static str,
    /// What holds now.
    pub(super) value: String,
    /// The choices.
    pub(super) items: Vec<Item>,
}
