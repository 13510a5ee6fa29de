//! What is so at this instant: who waits, what is open, who is there. Each leads to its list.

use crate::command::Role;
use crate::model::desk::{DeskFilter, DeskQuery, DeskView};
use crate::model::event::RepStatus;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::text::t;

/// A number of now.
pub(super) struct Now {
    /// What is counted.
    pub(super) label: &'static str,
    /// The number with all its digits.
    pub(super) exact: usize,
    /// The number as it is read.
    pub(super) count: String,
    /// Where it leads; empty: nowhere, for whoever looks.
    pub(super) href: &'static str,
    /// Whether it asks for somebody.
    pub(super) is_urgent: bool,
}

/// The numbers, in the order in which somebody acts on them.
pub(super) fn now(desk: &Desk) -> Result<Vec<Now>, Fault> {
    let query = DeskQuery {
        reader: desk.app.reader_of(desk.caller()),
        limit: 1,
        ..DeskQuery::default()
    };
    let counts = desk
        .app
        .list_conversations_at(desk.present(), &query)?
        .counts;
    let count = |view: DeskView| counts.get(view.as_str()).copied().unwrap_or_default();
    let reader = |href: &'static str| if desk.role() >= Role::Rep { href } else { "" };
    let of = |key: &str, exact: usize, href: &'static str| Now {
        label: t(key),
        exact,
        count: figure::count(exact as f64),
        href,
        is_urgent: false,
    };
    let (late, late_lines) = (late(desk), late_lines(desk)?);
    Ok(vec![
        of(
            "now.waiting",
            count(DeskView::Waiting),
            reader("/inbox?view=waiting"),
        ),
        of(
            "now.open",
            count(DeskView::Open),
            reader("/inbox?view=open"),
        ),
        Now {
            is_urgent: late > 0,
            ..of("now.late", late, reader("/tickets?view=at_risk&sort=due"))
        },
        Now {
            is_urgent: late_lines > 0,
            ..of(
                "now.late_conversations",
                late_lines,
                reader("/inbox?view=open&late=true&sort=waiting"),
            )
        },
        of(
            "now.gaps",
            desk.open_gaps().total,
            reader("/knowledge/gaps"),
        ),
        of("now.available", available(desk), "/team"),
    ])
}

/// Open tickets and jobs that are past what was promised of them.
fn late(desk: &Desk) -> usize {
    let moment = desk.present().moment();
    let tickets = desk.present().tickets();
    let late = tickets.filter(|line| {
        line.due_at(&moment)
            .is_some_and(|due_at| due_at <= desk.now)
    });
    late.count()
}

/// Open conversations without a ticket that are past what was promised of them.
fn late_lines(desk: &Desk) -> Result<usize, Fault> {
    let query = DeskQuery {
        filter: DeskFilter {
            late: true,
            ..DeskFilter::default()
        },
        limit: 1,
        ..DeskQuery::default()
    };
    let list = desk.app.list_conversations_at(desk.present(), &query)?;
    let open = list.counts.get(DeskView::Open.as_str()).copied();
    Ok(open.unwrap_or_default())
}

/// How many reps take work now.
fn available(desk: &Desk) -> usize {
    let snapshot = desk.present().snapshot();
    let there: Vec<&str> = snapshot.directory.reps().map(|(id, _)| id).collect();
    let presence = snapshot.installation.presence.iter();
    let available = presence.filter(|(rep, presence)| {
        presence.status == RepStatus::Available && there.contains(&rep.as_str())
    });
    available.count()
}
