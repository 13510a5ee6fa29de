//! The deeds of a rule: which of them change anything, and the events that each one makes.

use super::super::canned::{self, Applied};
use super::super::deed::{MessageDraft, resolve, tag, write};
use super::super::kin::check_reachable;
use super::super::refusal::Refusal;
use super::super::{Caller, State};
use crate::model::conversation::{Conversation, Status};
use crate::model::event::{
    Actor, ActorKind, Assignee, ConversationAssigned, ConversationHandedOff, ConversationUpdated,
    DeedKind, HandoffReason, RuleAssignee, RuleDeeds,
};
use crate::model::routing::Occasion;
use crate::model::{Body, Directory, RepId};

/// Where the words of a rule say from when on somebody is there.
pub(super) const OPENS: &str = "{opens}";

/// What a rule is to do to a conversation.
pub(super) struct Deeds<'a> {
    pub(super) directory: &'a Directory,
    pub(super) then: &'a RuleDeeds,
    pub(super) occasion: &'a Occasion,
    pub(super) known: &'a Conversation,
    /// The names that its tags have now.
    pub(super) tags: &'a [String],
    /// The rep whose turn it is, where several share.
    pub(super) turn: Option<&'a RepId>,
}

/// As what, in whose name and by what is known a rule does it.
pub(super) struct Ground<'a> {
    pub(super) state: &'a State<'a>,
    pub(super) caller: &'a Caller,
    /// What a message that it writes is called.
    pub(super) message: String,
    /// From when on somebody is there.
    pub(super) opens: Option<&'a str>,
}

/// What a rule would do to a conversation: the deeds that would change anything.
pub fn would_do(
    directory: &Directory,
    then: &RuleDeeds,
    (occasion, known): (&Occasion, &Conversation),
) -> Vec<DeedKind> {
    let tags = known.tags_under(directory);
    let turn = match &then.assign {
        Some(RuleAssignee::OneOf(share)) => share.reps.first(),
        _ => None,
    };
    let deeds = Deeds {
        directory,
        then,
        occasion,
        known,
        tags: &tags,
        turn,
    };
    deeds.kinds().collect()
}

impl Deeds<'_> {
    /// The kinds of deeds that change anything and that no earlier rule did, in their order.
    pub(super) fn kinds(&self) -> impl Iterator<Item = DeedKind> {
        let kinds = DeedKind::ALL.into_iter();
        kinds.filter(|kind| self.changes(*kind) && self.occasion.leaves(*kind))
    }

    fn changes(&self, kind: DeedKind) -> bool {
        let (then, known) = (self.then, self.known);
        match kind {
            DeedKind::Tag => !self.new_tags().is_empty(),
            DeedKind::Prioritize => then.priority.is_some() && then.priority != known.priority,
            DeedKind::HandOff => then.hand_off && known.human_since.is_none(),
            DeedKind::Assign => self.assignee().is_some(),
            DeedKind::Say => then.say.is_some(),
            DeedKind::Reply => then.canned_reply.is_some(),
            DeedKind::Resolve => then.resolve && known.status != Status::Resolved,
        }
    }

    /// The events of a kind of deed; none where it cannot be done now.
    pub(super) fn bodies(&self, kind: DeedKind, ground: &Ground<'_>) -> Result<Vec<Body>, Refusal> {
        let id = self.known.id.clone();
        Ok(match kind {
            DeedKind::Tag => tag(&id, &self.new_tags(), &[])?,
            DeedKind::Prioritize => {
                let updated = ConversationUpdated {
                    priority: self.then.priority.clone(),
                    ..ConversationUpdated::of(id)
                };
                vec![Body::ConversationUpdated(Box::new(updated))]
            }
            DeedKind::HandOff => {
                let handed = ConversationHandedOff {
                    conversation: id,
                    reason: HandoffReason::Rule,
                    to: self.assignee(),
                };
                vec![Body::ConversationHandedOff(Box::new(handed))]
            }
            DeedKind::Assign => {
                let to = self.assignee().into_iter();
                let assigned = to.map(|to| ConversationAssigned {
                    conversation: id.clone(),
                    to,
                });
                assigned
                    .map(|assigned| Body::ConversationAssigned(Box::new(assigned)))
                    .collect()
            }
            DeedKind::Say => self.say(ground)?.into_iter().collect(),
            DeedKind::Reply => self.reply(ground),
            DeedKind::Resolve => vec![resolve(self.known, id, machine())?],
        })
    }

    fn new_tags(&self) -> Vec<String> {
        let new = self.then.tags.iter().filter(|tag| !self.tags.contains(tag));
        new.cloned().collect()
    }

    /// Whose it becomes, if that is somebody else: no rule takes it from a rep.
    fn assignee(&self) -> Option<Assignee> {
        let to = match self.then.assign.as_ref()? {
            RuleAssignee::Team(id) => Assignee::Team { id: id.clone() },
            RuleAssignee::Rep(id) => Assignee::Rep { id: id.clone() },
            RuleAssignee::OneOf(share) => match (self.turn, &share.team) {
                (Some(rep), _) => Assignee::Rep { id: rep.clone() },
                (None, Some(team)) => Assignee::Team { id: team.clone() },
                (None, None) => return None,
            },
        };
        let is_there = match &to {
            Assignee::Team { id } => self.directory.team_name(id.as_str()).is_some(),
            Assignee::Rep { id } => self.directory.rep_name(id.as_str()).is_some(),
            _ => false,
        };
        let is_reps = matches!(self.known.assigned_to, Assignee::Rep { .. });
        (is_there && !is_reps && to != self.known.assigned_to).then_some(to)
    }

    /// What it says; nothing to whom nothing may be written, or where it cannot say when.
    fn say(&self, ground: &Ground<'_>) -> Result<Option<Body>, Refusal> {
        let Some(text) = &self.then.say else {
            return Ok(None);
        };
        let text = match ground.opens {
            Some(opens) => text.replace(OPENS, opens),
            None if text.contains(OPENS) => return Ok(None),
            None => text.clone(),
        };
        if check_reachable(ground.state, &self.known.contact).is_err() {
            return Ok(None);
        }
        let draft = MessageDraft {
            text,
            ..MessageDraft::default()
        };
        let id = self.known.id.clone();
        Ok(Some(write(id, machine(), &ground.message, draft)?))
    }

    /// A canned reply with what goes with it; nothing where it is gone, or a value of it is not
    /// known.
    fn reply(&self, ground: &Ground<'_>) -> Vec<Body> {
        let is_reachable = check_reachable(ground.state, &self.known.contact).is_ok();
        let Some(canned_reply) = self.then.canned_reply.as_ref().filter(|_| is_reachable) else {
            return Vec::new();
        };
        let applied = Applied {
            canned_reply: canned_reply.to_string(),
            message: format!("{}-reply", ground.message),
            text: None,
        };
        let by = machine();
        let applied = canned::apply(ground.state, ground.caller, (self.known, &by), applied);
        let mut bodies = applied.unwrap_or_default();
        let is_reps = matches!(self.known.assigned_to, Assignee::Rep { .. });
        bodies.retain(|body| match body {
            Body::ConversationAssigned(_) => !is_reps && self.then.assign.is_none(),
            Body::ConversationResolved(_) => !self.then.resolve,
            Body::ConversationSeen(_) => false,
            _ => true,
        });
        bodies
    }
}

/// Whose words and deeds they are to the contact.
const fn machine() -> Actor {
    Actor {
        kind: ActorKind::Automation,
        id: None,
    }
}
