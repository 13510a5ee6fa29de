//! The nouns of Svar and their rules: instants, ids, events, episodes.
//!
//! Pure: nothing here reads a clock, a file or the environment. Fed by `ingest`
//! and `journal`; read by everything else.

pub mod attention;
mod audit;
mod brief;
pub mod canned;
pub mod contact;
pub mod conversation;
pub mod desk;
mod directory;
mod edits;
pub mod episode;
pub mod event;
mod id;
mod installation;
mod invalid;
pub mod knowledge;
mod offsets;
pub mod people;
pub mod presence;
mod profile;
mod profiles;
mod provenance;
mod reach;
mod role;
pub mod schedule;
mod scope;
mod tags;
pub mod ticket;
mod ticket_standing;
mod timestamp;
pub mod timetable;
mod unit;
mod via;
mod whole;

pub use attention::Attention;
pub use audit::{Audit, AuditEntry};
pub use brief::{brief, brief_value};
pub use canned::CannedReplies;
pub use contact::Contact;
pub use conversation::Conversation;
pub use directory::Directory;
pub(crate) use edits::Edits;
pub use event::{Body, Event, EventError};
pub use id::*;
pub use installation::Installation;
pub use invalid::Invalid;
pub use knowledge::Knowledge;
pub use offsets::Offsets;
pub use people::People;
pub use presence::Presence;
pub use profile::{Profile, ProfileName};
pub use profiles::Profiles;
pub use provenance::Provenance;
pub use reach::{Joined, Reach};
pub use role::Role;
pub use scope::{Part, Scope, Sight};
pub use tags::Tags;
pub use ticket::Ticket;
pub use ticket_standing::TicketStanding;
pub use timestamp::{DAY_MS, HOUR_MS, Timestamp, TimestampError};
pub use timetable::Timetable;
pub(crate) use unit::Homes;
pub use via::Via;
pub use whole::{required_number, whole_number};
