//! What the queue asks for now.

use super::App;
use crate::model::QueueRules;
use crate::model::desk::{QueueMoment, QueuePlan};

impl App {
    /// How the queue works.
    pub fn queue_rules(&self) -> QueueRules {
        QueueRules::clone(&self.snapshot().installation.queue)
    }

    /// What is to be handed out and to go back, as the desk is now.
    pub(crate) fn queue_plan(&self) -> QueuePlan {
        let present = self.present();
        let installation = &present.live.installation;
        let moment = QueueMoment {
            rules: &installation.queue,
            presence: &installation.presence,
            desk: present.moment(),
        };
        QueuePlan::of(&present.live.desk, moment)
    }
}
