//! Who waits for a rep, and which tickets are due: of the lists that reps work from.

use super::finding::{Finding, Looked};
use crate::app::{Error, Present};
use crate::model::desk::{DeskQuery, DeskView, Sort, TicketLine, TicketStatus};
use crate::model::event::AlertFact;
use crate::model::{ConversationId, DAY_MS, Timestamp};

/// A minute, in milliseconds.
pub(super) const MINUTE_MS: i64 = 60_000;
/// The most that one rule finds on the desk at once: whoever has so many needs no more mails.
const MOST: usize = 200;
/// The most who wait that are looked at, the longest first.
const LISTED: usize = 100_000;

/// The conversations in which a contact waits for a rep for longer than so many minutes. Who had waited
/// for a day when the rule was made is nobody whom it tells of: a new rule floods nobody.
pub(super) fn waiting_longer(
    present: &Present,
    minutes: u32,
    made_at: Timestamp,
) -> Result<Looked, Error> {
    let query = DeskQuery {
        view: DeskView::Waiting,
        sort: Sort::Waiting,
        limit: LISTED,
        ..DeskQuery::default()
    };
    let moment = present.moment();
    let page = query.list(&present.live.desk, |_id| true, &moment)?;
    let limit = present.now().plus_millis(-i64::from(minutes) * MINUTE_MS);
    let found = page.lines.iter().filter_map(|line| {
        let since = line.waiting_since.filter(|since| *since <= limit)?;
        let is_fresh = since > made_at.plus_millis(-DAY_MS);
        is_fresh.then(|| waiting(line.conversation.clone(), since))
    });
    let mut found: Vec<Finding> = found.collect();
    let beyond = found.split_off(found.len().min(MOST));
    Ok(Looked {
        found,
        unclear: beyond.into_iter().map(|one| one.subject).collect(),
    })
}

/// The tickets that have to be answered or closed within so many minutes, or should have been since the
/// rule was made.
pub(super) fn due_within(present: &Present, minutes: u32, made_at: Timestamp) -> Looked {
    let moment = present.moment();
    let limit = present.now().plus_millis(i64::from(minutes) * MINUTE_MS);
    // A job that expires was promised nothing.
    let due_at = |line: &TicketLine| {
        let is_open = line.status_at(moment.now) == TicketStatus::Open && !line.is_job;
        let dues = [
            line.response_due_at,
            line.close_due_at,
            moment.deadlines.due_at(line),
        ];
        let due_at = dues.into_iter().flatten().min();
        due_at.filter(|due_at| is_open && *due_at <= limit && *due_at > made_at)
    };
    let tickets = present.live.desk.tickets();
    let mut due: Vec<(Timestamp, &TicketLine)> = tickets
        .filter_map(|line| Some((due_at(line)?, &**line)))
        .collect();
    due.sort_by_key(|(at, line)| (*at, line.ticket.as_str()));
    let unclear = due.iter().skip(MOST);
    let unclear = unclear.map(|(_, line)| line.ticket.to_string()).collect();
    let found = due.iter().take(MOST).map(|(due_at, line)| Finding {
        subject: line.ticket.to_string(),
        cause: format!("{} {due_at}", line.ticket),
        fact: AlertFact::AgreementDue {
            ticket: line.ticket.clone(),
            due_at: *due_at,
        },
    });
    Looked {
        found: found.collect(),
        unclear,
    }
}

/// That a contact waits in a conversation.
pub(super) fn waiting(conversation: ConversationId, since: Timestamp) -> Finding {
    Finding {
        subject: conversation.to_string(),
        cause: format!("{conversation} {since}"),
        fact: AlertFact::WaitingHandoff {
            conversation,
            since,
        },
    }
}
