//! Mails to users: what they hear of, and that they do not want to any more.

use std::sync::Arc;

use super::{App, Error, WriteResult};
use crate::command::{Caller, Command, Evidence, HabitsDraft, Identity, MailCommand, UserCommand};
use crate::model::desk::{DeskQuery, Line};
use crate::model::event::MailWish;
use crate::model::people::User;
use crate::model::{Conversation, HOUR_MS, Role, Timestamp, UserId};

/// What a link by which somebody says that they want no such mails is signed for.
const PURPOSE: &str = "mail wish";
/// What a contact is called whose name nobody knows.
const NAMELESS: &str = "A visitor";
/// How much of what a contact wrote is told, in characters.
const PREVIEW: usize = 400;

/// A conversation as a mail tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailedConversation {
    /// Which.
    pub conversation: String,
    /// Who wrote.
    pub contact: String,
    /// What it is about.
    pub subject: Option<String>,
    /// The beginning of what they wrote last.
    pub preview: String,
}

impl App {
    /// Tells users of what a record says happened, as far as they want to hear of it.
    pub(crate) fn tell_users(&self, record: u64) -> Result<(), Error> {
        self.mail_by_itself(MailCommand::Tell { record })
    }

    /// Gives everybody who wants them the unread messages of the hour until an instant, once.
    pub(crate) fn send_digests(&self, until: Timestamp) -> Result<(), Error> {
        let people = self.people();
        let mut users = Vec::new();
        for user in people.users() {
            let is_wanted = user.habits.mails.contains(&MailWish::Digest);
            let may = user.is_active() && user.role >= Role::Rep && is_wanted;
            if may && !self.unread_between(user, hour_until(until)).is_empty() {
                users.push(user.user.clone());
            }
        }
        if users.is_empty() {
            return Ok(());
        }
        self.mail_by_itself(MailCommand::Digest { users, until })
    }

    fn mail_by_itself(&self, command: MailCommand) -> Result<(), Error> {
        let decision = self.decision(&Caller::system(), Command::Mail(command), Evidence::None);
        drop(self.handle.decide(decision)?.map_err(Error::from)?);
        Ok(())
    }

    /// What is unread to a user of the hour until an instant, the latest first.
    pub fn unread_of_hour(
        &self,
        user: &User,
        until: Timestamp,
    ) -> Result<Vec<MailedConversation>, Error> {
        let lines = self.unread_between(user, hour_until(until));
        lines.iter().map(|line| self.mailed_line(line)).collect()
    }

    /// A conversation, if anything in it is unread to a user who sees it.
    pub fn unread_in(
        &self,
        user: &User,
        conversation: &str,
    ) -> Result<Option<MailedConversation>, Error> {
        let lines = self.unread_between(user, (Timestamp::MIN, Timestamp::MAX));
        let mut lines = lines.into_iter();
        let line = lines.find(|line| line.conversation.as_str() == conversation);
        line.map(|line| self.mailed_line(&line)).transpose()
    }

    /// A conversation, if a user sees it.
    pub fn seen_by(
        &self,
        user: &User,
        conversation: &str,
    ) -> Result<Option<MailedConversation>, Error> {
        let present = self.present_to(&user.sight());
        match self.conversation_at(&present, conversation) {
            Ok(known) => Ok(Some(self.mailed_conversation(known)?)),
            Err(Error::Unknown { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn unread_between(&self, user: &User, within: (Timestamp, Timestamp)) -> Vec<Arc<Line>> {
        let caller = Caller::live(Identity::User(user.user.to_string()), user.role);
        let present = self.present_to(&user.sight());
        let query = DeskQuery {
            rep: user.rep.as_ref().map(ToString::to_string),
            reader: self.reader_of(&caller),
            ..DeskQuery::default()
        };
        let sees = |id: &str| present.sees_conversation(id);
        query.unread_between(&present.live.desk, sees, &present.moment(), within)
    }

    fn mailed_line(&self, line: &Line) -> Result<MailedConversation, Error> {
        let known = self.conversation(line.conversation.as_str())?;
        self.mailed_conversation(known)
    }

    fn mailed_conversation(&self, known: Conversation) -> Result<MailedConversation, Error> {
        let contact = self.past.store.contact(known.contact.as_str())?;
        let name = contact.and_then(|contact| contact.name);
        let mut theirs = known.messages.iter().rev().filter(|one| one.is_contacts());
        let words = theirs.next().map_or("", |last| last.text.as_str());
        Ok(MailedConversation {
            contact: name.unwrap_or_else(|| NAMELESS.to_owned()),
            conversation: known.id.to_string(),
            preview: words.chars().take(PREVIEW).collect(),
            subject: known.subject,
        })
    }

    /// Where a user says that they want no such mails.
    pub fn unsubscribe_path(&self, user: &UserId, wish: MailWish) -> Result<String, Error> {
        let said = format!("{}:{user}", wish.as_str());
        let token = self.access.seal(PURPOSE, &said)?;
        Ok(format!("/unsubscribe?t={token}"))
    }

    /// Whose wish a token of such a link names, and which; none: it is not one of ours.
    pub fn unsubscribing(&self, token: &str) -> Result<Option<(User, MailWish)>, Error> {
        let said = self.access.unseal(PURPOSE, token)?.unwrap_or_default();
        let Some((wish, user)) = said.split_once(':') else {
            return Ok(None);
        };
        let wish = MailWish::ALL.into_iter().find(|one| one.as_str() == wish);
        let people = self.people();
        let user = people.user(user).filter(|user| user.is_active());
        Ok(user.cloned().zip(wish))
    }

    /// Takes in that a user wants no mails of a kind any more, or wants them after all.
    pub fn wish_by_link(
        &self,
        user: &User,
        wish: MailWish,
        is_wanted: bool,
    ) -> Result<WriteResult, Error> {
        let mut mails = user.habits.mails.clone();
        if is_wanted {
            mails.insert(wish);
        } else {
            mails.remove(&wish);
        }
        let id = user.user.to_string();
        let caller = Caller::live(Identity::User(id.clone()), user.role);
        let habits = HabitsDraft {
            mails: Some(mails),
            ..HabitsDraft::default()
        };
        let command = Command::User(UserCommand::Settle { user: id, habits });
        self.write_now(&caller, command)
    }
}

/// The hour that ends at an instant.
const fn hour_until(until: Timestamp) -> (Timestamp, Timestamp) {
    (until.plus_millis(-HOUR_MS), until)
}
