//! Runs: the contact's messages with no reply between them, and the waits they make.

use super::facts::{Author, Handoff, Message, Response, ResponseKind};
use crate::model::Timestamp;

/// The open run of an episode, and our last reply.
#[derive(Default)]
pub(super) struct Runs {
    since: Option<Timestamp>,
    replied_at: Option<Timestamp>,
}

impl Runs {
    /// The first message of the open run.
    pub(super) const fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// The contact wrote; gives the wait since our last reply where a run begins.
    pub(super) fn contact_wrote<'a>(&mut self, at: Timestamp) -> Option<Response<'a>> {
        if self.since.is_some() {
            return None;
        }
        self.since = Some(at);
        let from = self.replied_at?;
        Some(Response {
            kind: ResponseKind::Contact,
            from,
            rep_from: from,
            until: Some(at),
            rep_owes: false,
            ended_at: None,
            rep: None,
            team: None,
        })
    }

    /// We replied; gives the wait of the run that this ends.
    pub(super) fn replied<'a>(
        &mut self,
        by: &Message<'a>,
        handoff: Option<Handoff>,
    ) -> Option<Response<'a>> {
        self.replied_at = Some(by.at);
        let from = self.since.take()?;
        let by_rep = by.author == Author::Rep;
        Some(Response {
            kind: if by_rep {
                ResponseKind::Rep
            } else {
                ResponseKind::CustomerAgent
            },
            from,
            rep_from: rep_clock(from, by.at, handoff),
            until: Some(by.at),
            rep_owes: false,
            ended_at: None,
            rep: by.rep,
            team: by.team,
        })
    }

    /// The run that nobody has answered, when the episode is left open.
    pub(super) fn left_open<'a>(
        &self,
        rep_owes: bool,
        ended_at: Option<Timestamp>,
    ) -> Option<Response<'a>> {
        let from = self.since?;
        Some(Response {
            kind: ResponseKind::Rep,
            from,
            rep_from: from,
            until: None,
            rep_owes,
            ended_at,
            rep: None,
            team: None,
        })
    }
}

/// A rep's clock starts with the run, or with a handoff event that lies in it.
fn rep_clock(from: Timestamp, until: Timestamp, handoff: Option<Handoff>) -> Timestamp {
    match handoff {
        Some(handoff) if handoff.by_event && handoff.at <= until => handoff.at.max(from),
        _ => from,
    }
}
