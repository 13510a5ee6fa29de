//! Services, with fresh ids.

use std::sync::Arc;

use super::start::fresh;
use super::{App, Error, WriteResult};
use crate::command::{Caller, Command, ServiceCommand, ServiceDraft};

impl App {
    /// Writes a service; gives its id.
    pub async fn save_service(
        self: &Arc<Self>,
        caller: Caller,
        draft: ServiceDraft,
    ) -> Result<WriteResult, Error> {
        let id = draft.id.clone().unwrap_or_else(|| fresh("s"));
        let draft = ServiceDraft {
            id: Some(id.clone()),
            ..draft
        };
        let command = Command::Service(ServiceCommand::Save(draft));
        let written = self.write(caller, command).await?;
        Ok(WriteResult {
            id: Some(id),
            ..written
        })
    }
}
