//! Bytes into events: what a user imports or a program posts, read strictly.
//!
//! `open` opens and decompresses, `lines` bounds, `reader` parses line by line, `body`
//! reads what is posted, `rejects` writes down what was refused, `answers` reads files of short
//! answers, `mail` a mail, `source` translates the exports of other products. A bad line never stops the good ones. Two events of one identity are the journal's business. Fed by `app`.

mod answers;
mod archive;
mod body;
mod error;
mod html;
mod lines;
mod mail;
mod mail_failure;
mod mail_head;
mod open;
mod reader;
mod rejects;
mod source;
#[cfg(test)]
mod tests;

pub use answers::{AnswerFault, AnswerFormat, FoundAnswer, parse_answers};
pub use archive::{Unpacked, UnpackedFile, unpacked};
pub use body::parse_body;
pub use error::Error;
pub use lines::{Line, Lines};
pub use mail::{InboundMail, MailFile, parse_mail};
pub use mail_failure::MailFailure;
pub use mail_head::{MailAddress, MailHead, parse_mail_head};
pub use open::Input;
pub use reader::{LineResult, Reader};
pub use rejects::{Reject, Rejects};
pub use source::{
    ColumnRole, Format, HubSpotMapping, Mapping, Migration, TableColumn, TableForm, TableSample,
    Translated, first_events, guess, recognized,
};
