//! A command of each kind about how the desk works: hours, agreements, teams, pipelines and
//! the queue.

use crate::command::*;

/// One of each.
pub(super) fn rule_samples() -> impl Iterator<Item = Command> {
    let set = [
        Command::Hours(HoursCommand::default()),
        Command::Agreement(AgreementCommand::default()),
        Command::Pipeline(PipelineDraft::default()),
        Command::Team(TeamCommand::Save(TeamDraft::default())),
        Command::Team(TeamCommand::Archive {
            team: String::new(),
            on: true,
        }),
        Command::Team(TeamCommand::Put {
            rep: String::new(),
            team: None,
        }),
    ];
    set.into_iter()
        .chain(queue_samples().into_iter().map(Command::Queue))
}

fn queue_samples() -> [QueueCommand; 3] {
    let conversation = String::new;
    [
        QueueCommand::Set(QueueDraft::default()),
        QueueCommand::HandOut {
            conversation: conversation(),
            rep: String::new(),
        },
        QueueCommand::Return {
            conversation: conversation(),
            note: String::new(),
        },
    ]
}
