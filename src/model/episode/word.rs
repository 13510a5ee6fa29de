//! The words of the facts: why rows do not count, how an episode ended, what became of it.

/// Why a conversation's rows count in no report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Exclusion {
    /// They count.
    #[default]
    No = 0,
    /// It went into another conversation.
    Merged = 1,
    /// It was removed.
    Deleted = 2,
    /// Somebody was trying things out.
    Test = 3,
    /// It was unwanted mail.
    Spam = 4,
    /// The contact was blocked by then.
    Blocked = 5,
}

impl Exclusion {
    /// The word that reports list; empty when the rows count.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Merged => "merged",
            Self::Deleted => "deleted",
            Self::Test => "test",
            Self::Spam => "spam",
            Self::Blocked => "blocked",
        }
    }
}

/// By which rule an episode ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum EndRule {
    /// It has not ended.
    #[default]
    Open = 0,
    /// A `conversation.resolved` by the contact.
    ByContact = 1,
    /// A `conversation.resolved` by a rep.
    ByRep = 2,
    /// A `conversation.resolved` by the customer agent.
    ByCustomerAgent = 3,
    /// A `conversation.resolved` by automation.
    ByAutomation = 4,
    /// Positive feedback after the last answer.
    Confirmation = 5,
    /// The quiet window passed.
    Quiet = 6,
    /// The contact was blocked.
    Blocked = 7,
}

impl EndRule {
    /// Who resolved, as the fact `resolved_by` says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::ByContact | Self::Confirmation => "contact",
            Self::ByRep => "rep",
            Self::ByCustomerAgent => "customer_agent",
            Self::ByAutomation => "automation",
            Self::Quiet => "inactivity",
            Self::Blocked => "blocked",
        }
    }

    /// Those by which a `conversation.resolved` ends an episode.
    pub const RESOLVE_EVENTS: [Self; 4] = [
        Self::ByContact,
        Self::ByRep,
        Self::ByCustomerAgent,
        Self::ByAutomation,
    ];

    /// Whether a `conversation.resolved` ended it.
    pub fn is_resolve_event(self) -> bool {
        Self::RESOLVE_EVENTS.contains(&self)
    }

    /// The rule in words, for `explain`.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Open => "has not ended",
            Self::ByContact => "ended: resolved by the contact",
            Self::ByRep => "ended: resolved by a rep",
            Self::ByCustomerAgent => "ended: resolved by the customer agent",
            Self::ByAutomation => "ended: resolved by automation",
            Self::Confirmation => "ended: positive feedback after the last answer",
            Self::Quiet => "ended: nobody wrote for the whole quiet window",
            Self::Blocked => "ended: the contact was blocked",
        }
    }
}

/// What became of a handled episode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// The customer agent did not handle it.
    #[default]
    Unhandled = 0,
    /// A human became responsible.
    HandedOff = 1,
    /// The customer agent resolved it.
    Resolved = 2,
    /// It ended without resolution.
    Abandoned = 3,
    /// It has not ended yet.
    Pending = 4,
}

impl Outcome {
    /// The word in filters, JSON and the page; empty for an unhandled episode.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unhandled => "",
            Self::HandedOff => "handed_off",
            Self::Resolved => "resolved",
            Self::Abandoned => "abandoned",
            Self::Pending => "pending",
        }
    }
}
