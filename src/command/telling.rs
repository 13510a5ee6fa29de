//! Which users hear by mail of what happened in a conversation, or get the unread messages of an hour.
//!
//! They are told where it is theirs, their team's or nobody's, where they see it, and where they want
//! to be; not of what they did themselves, and not again for a while of one conversation.

use super::refusal::Refusal;
use super::{Caller, Identity, State, scope};
use crate::model::conversation::{Conversation, Status};
use crate::model::event::Assignee;
use crate::model::people::User;
use crate::model::{Body, Happening, HappeningKind, MailAbout, Role, Timestamp, UserId};

/// For so long a user is not told again of contacts' messages in one conversation.
const QUIET_MS: i64 = 600_000;
/// For so long after they heard of a conversation they are not told that it is theirs.
const JUST_TOLD_MS: i64 = 60_000;

/// The mails about what a record says happened; none where nobody wants to hear of it.
pub(super) fn tell(state: &State<'_>, record: u64) -> Result<Vec<Body>, Refusal> {
    let Some(happening) = state.installation.happenings.get(record) else {
        return Ok(Vec::new());
    };
    let id = happening.conversation.as_str();
    let Some(known) = state.conversations.conversation(id)? else {
        return Ok(Vec::new());
    };
    let goes_on = known.status == Status::Open && known.merged_into.is_none();
    if !goes_on || !known.marks.is_empty() {
        return Ok(Vec::new());
    }
    let telling = Telling {
        state,
        known: &known,
        happening,
        record,
    };
    let users = state.installation.people.users();
    let mails = users.filter_map(|user| telling.mail_to(user).transpose());
    mails.map(|about| Ok(about?.queued())).collect()
}

/// The mails with the unread messages of an hour, to those of `users` who did not get them yet.
pub(super) fn digest(state: &State<'_>, users: Vec<UserId>, until: Timestamp) -> Vec<Body> {
    let outbox = &state.installation.outbox;
    let new = users
        .into_iter()
        .filter(|user| outbox.digest_of(user) < Some(until));
    new.map(|user| MailAbout::Digest { user, until }.queued())
        .collect()
}

/// What happened, and where.
struct Telling<'a> {
    state: &'a State<'a>,
    known: &'a Conversation,
    happening: &'a Happening,
    record: u64,
}

impl Telling<'_> {
    /// What a user hears of it.
    fn mail_to(&self, user: &User) -> Result<Option<MailAbout>, Refusal> {
        let is_own_deed = self.happening.actor == format!("user:{}", user.user);
        if !user.is_active() || user.role < Role::Rep || is_own_deed {
            return Ok(None);
        }
        let Some(about) = self.wanted(user).filter(|about| !self.was_told(about)) else {
            return Ok(None);
        };
        let identity = Identity::User(user.user.to_string());
        let caller = Caller::live(identity, user.role).seeing(user.sight());
        match scope::conversation(self.state, &caller, self.known.id.as_str()) {
            Ok(_seen) => Ok(Some(about)),
            Err(Refusal::Unknown { .. }) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// What a user wants to hear of it, as far as it is theirs to.
    fn wanted(&self, user: &User) -> Option<MailAbout> {
        let rep = user.rep.as_ref();
        let is_theirs = match (&self.happening.kind, &self.known.assigned_to) {
            (HappeningKind::Assigned(to), Assignee::Rep { id }) => id == to && rep == Some(id),
            (HappeningKind::Assigned(_), _) | (_, Assignee::CustomerAgent { .. }) => false,
            (_, Assignee::Rep { id }) => rep == Some(id),
            (_, Assignee::Team { id }) => {
                let directory = self.state.conversations.directory();
                let team = rep.and_then(|rep| directory.team_at(rep.as_str(), self.state.now));
                team == Some(id.as_str())
            }
            (_, Assignee::Nobody {}) => true,
        };
        let about = self.about(user.user.clone())?;
        let is_wanted = about
            .wish()
            .is_none_or(|wish| user.habits.mails.contains(&wish));
        (is_theirs && is_wanted).then_some(about)
    }

    /// What is to be told; none: the first message was told of, and nobody has the conversation.
    fn about(&self, user: UserId) -> Option<MailAbout> {
        let (conversation, record) = (self.known.id.clone(), self.record);
        Some(match &self.happening.kind {
            HappeningKind::Assigned(_) => MailAbout::Assigned {
                user,
                conversation,
                record,
            },
            _ if self.is_first() => MailAbout::FirstMessage {
                user,
                conversation,
                record,
            },
            _ if matches!(self.known.assigned_to, Assignee::Rep { .. }) => {
                MailAbout::AssignedTraffic {
                    user,
                    conversation,
                    record,
                }
            }
            _ => return None,
        })
    }

    /// Whether nobody of the desk has had to do with it before.
    fn is_first(&self) -> bool {
        let at = self.happening.at;
        let messages = self.known.messages.iter();
        let mut before = messages.filter(|one| one.is_contacts() && one.at < at);
        self.happening.kind == HappeningKind::HandedOff || before.next().is_none()
    }

    /// Whether they heard of the conversation not long ago.
    fn was_told(&self, about: &MailAbout) -> bool {
        let quiet = match about {
            MailAbout::Assigned { .. } => JUST_TOLD_MS,
            _ => QUIET_MS,
        };
        let (Some(user), Some(conversation)) = (about.user(), about.conversation()) else {
            return false;
        };
        let told = self.state.installation.outbox.told_at(user, conversation);
        told.is_some_and(|told| self.state.now < told.plus_millis(quiet))
    }
}
