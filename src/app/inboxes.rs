//! The inboxes that there are, with what mails of each are like.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use super::App;
use crate::model::InboxMail;

/// An inbox.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct InboxView {
    /// Which.
    pub inbox: String,
    /// What it is called on the desk.
    pub title: Option<String>,
    /// What its mails are like; left out: as the desk's.
    pub mail: Option<InboxMail>,
}

impl App {
    /// The inboxes that somebody named or said something of, by id.
    pub fn inboxes(&self) -> Vec<InboxView> {
        let snapshot = self.snapshot();
        let mails = &snapshot.installation.inboxes;
        let named = snapshot.directory.inboxes();
        let named = named.map(|(id, title)| (id.to_owned(), Some(title.to_owned())));
        let set_up = mails.all().map(|(id, _)| (id.to_string(), None));
        let mut all: BTreeMap<String, Option<String>> = set_up.collect();
        all.extend(named);
        let views = all.into_iter().map(|(inbox, title)| InboxView {
            mail: mails.get(&inbox).cloned(),
            inbox,
            title,
        });
        views.collect()
    }
}
