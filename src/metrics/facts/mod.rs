//! All facts at one position of the log: the tables, the texts behind their codes, and what
//! conversations, contacts, tickets and reps say besides.
//!
//! Made and changed by `projection`; read by reports.

mod contacts;
mod dictionary;
mod duty;
mod own;
mod pages;
mod seen;
mod starts;
mod tables;

pub use contacts::{ContactField, ContactRow, Contacts};
pub use dictionary::{Dictionaries, Dictionary, NONE};
pub use duty::Duty;
pub use own::{HOLDER, OWNER, OwnField, OwnFields, TEAM};
pub use pages::Pages;
pub use seen::Seen;
pub use starts::{Start, Starts};
pub use tables::{Facts, FieldOwner, Stays, ThreadRow, Update};
