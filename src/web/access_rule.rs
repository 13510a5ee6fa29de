//! A row of the table of routes.

use crate::command::Role;

/// A route, and what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The method; HEAD is as GET.
    pub method: &'static str,
    /// The path, as the front's router lists it.
    pub path: &'static str,
    /// The least role; none: also who is not signed in.
    pub least: Option<Role>,
    /// Whether viewers may, too, where they may read conversations.
    pub is_reading: bool,
}

pub(super) const fn rule(method: &'static str, path: &'static str, least: Option<Role>) -> Rule {
    Rule {
        method,
        path,
        least,
        is_reading: false,
    }
}

/// A route by which one conversation, ticket or contact is read.
pub(super) const fn reading(path: &'static str) -> Rule {
    Rule {
        is_reading: true,
        ..rule("GET", path, REP)
    }
}

pub(super) const ANYONE: Option<Role> = None;
pub(super) const VIEWER: Option<Role> = Some(Role::Viewer);
pub(super) const REP: Option<Role> = Some(Role::Rep);
pub(super) const ADMIN: Option<Role> = Some(Role::Admin);
