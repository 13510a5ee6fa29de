//! Which role may give which command: the whole table, and nothing else decides it.

/// What somebody may do, from little to much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Looks at reports.
    Viewer,
    /// Handles conversations and tickets, too.
    Rep,
    /// Looks after knowledge, settings and people, too.
    Admin,
    /// Svar itself.
    System,
}

impl Role {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Rep => "rep",
            Self::Admin => "admin",
            Self::System => "system",
        }
    }
}

/// The least role that may give each command.
pub const TABLE: &[(&str, Role)] = &[
    ("answer.add_variant", Role::Admin),
    ("answer.delete", Role::Admin),
    ("answer.import", Role::Admin),
    ("answer.publish", Role::Admin),
    ("answer.save", Role::Admin),
    ("case.remove", Role::Admin),
    ("case.set", Role::Admin),
    ("knowledge.choose_model", Role::Admin),
    ("knowledge.set", Role::Admin),
    ("profile.remove", Role::Admin),
    ("profile.set", Role::Admin),
    ("question.dismiss", Role::Admin),
    ("question.move", Role::Admin),
    ("question.restore", Role::Admin),
    ("question.review", Role::Admin),
    ("record", Role::System),
    ("topic.dismiss", Role::Admin),
    ("topic.merge", Role::Admin),
    ("topic.pin", Role::Admin),
    ("topic.rename", Role::Admin),
    ("topic.restore", Role::Admin),
    ("topic.split", Role::Admin),
];

/// The least role that may hand in events of its own making.
pub const POST_EVENTS: Role = Role::Admin;

/// The least role that may give the command called `name`. One that is missing from the table
/// is Svar's own to give.
pub fn least_role(name: &str) -> Role {
    let row = TABLE.iter().find(|(command, _)| *command == name);
    row.map_or(Role::System, |(_, role)| *role)
}
