//! One of each command about what is saved, for the table of roles.

use crate::command::*;
use crate::model::event::{LinkTarget, MailEvery, MailedReport};
use crate::model::{MailScheduleId, SavedReportId, Timestamp};

pub(super) fn saved_samples() -> impl Iterator<Item = Command> {
    let id = String::new;
    let report = SavedReportId::parse("s").unwrap();
    let samples = [
        SavedCommand::SaveReport(SavedReportDraft::default()),
        SavedCommand::RemoveReport { id: id() },
        SavedCommand::RestoreReport { id: id() },
        SavedCommand::SaveDashboard(DashboardDraft::default()),
        SavedCommand::RemoveDashboard { id: id() },
        SavedCommand::RestoreDashboard { id: id() },
        SavedCommand::Share {
            link: id(),
            shows: LinkTarget::SavedReport { id: report },
            expires_at: Timestamp::from_millis(0),
        },
        SavedCommand::Revoke { link: id() },
    ];
    let draft = MailScheduleDraft {
        id: None,
        shows: MailedReport::Jobs {},
        every: MailEvery::Daily,
        time: String::new(),
        weekday: None,
        day: None,
        zone: String::new(),
        csv: false,
        users: Vec::new(),
    };
    let schedules = [
        MailScheduleCommand::Save(draft),
        MailScheduleCommand::Remove { id: id() },
        MailScheduleCommand::Send {
            schedule: MailScheduleId::parse("t").unwrap(),
            due: Timestamp::MIN,
        },
    ];
    let note = ChartNoteDraft {
        id: None,
        text: String::new(),
        on: Timestamp::MIN,
        until: None,
        report: None,
        channel: None,
    };
    let notes = [
        ChartNoteCommand::Save(note),
        ChartNoteCommand::Remove { id: id() },
        ChartNoteCommand::Restore { id: id() },
    ];
    let saved = samples.into_iter().map(Command::Saved);
    let saved = saved.chain(notes.into_iter().map(Command::ChartNote));
    saved.chain(schedules.into_iter().map(Command::MailSchedule))
}
