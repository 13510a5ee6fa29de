//! One of each thing done to a conversation, for the table of roles.

use crate::command::*;
use crate::model::event::{Assignee, HandoffReason, Mark};

pub(super) fn conversation_samples() -> [ConversationCommand; 19] {
    let text = String::new;
    let actions = [
        ConversationAction::Write {
            message: text(),
            draft: MessageDraft::default(),
        },
        ConversationAction::Apply {
            canned_reply: text(),
            message: text(),
            text: None,
        },
        ConversationAction::Forward(Forward::default()),
        ConversationAction::Assign(Assignee::Nobody {}),
        ConversationAction::HandOff {
            reason: HandoffReason::Asked,
            to: None,
        },
        ConversationAction::Resolve,
        ConversationAction::Reopen,
        ConversationAction::Tag {
            add: Vec::new(),
            remove: Vec::new(),
        },
        ConversationAction::Mark {
            mark: Mark::Spam,
            on: true,
        },
        ConversationAction::Edit {
            message: text(),
            text: text(),
        },
        ConversationAction::Redact { message: text() },
        ConversationAction::Propose(Offer {
            proposal: text(),
            step: ProposalStep::Accept,
            job: None,
        }),
        ConversationAction::Merge { into: text() },
        ConversationAction::Unmerge,
        ConversationAction::See { until: None },
        ConversationAction::Unsee,
        ConversationAction::Snooze { until: None },
        ConversationAction::Wake,
        ConversationAction::Split {
            from_message: text(),
            into: text(),
        },
    ];
    actions.map(|action| ConversationCommand {
        conversation: text(),
        rep: None,
        action,
    })
}
