//! What is so at this instant: who waits, what is open, who is there. Each leads to its list.

use crate::app::App;
use crate::command::Role;
use crate::model::event::RepStatus;
use crate::web::ui::desk::Desk;
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
pub(super) fn now(desk: &Desk) -> Vec<Now> {
    let counts = App::open_counts_at(desk.present());
    let reader = |href: &'static str| if desk.role() >= Role::Rep { href } else { "" };
    let of = |key: &str, exact: usize, href: &'static str| Now {
        label: t(key),
        exact,
        count: figure::count(exact as f64),
        href,
        is_urgent: false,
    };
    let late = late(desk);
    vec![
        of("now.waiting", counts.waiting, reader("/inbox?view=waiting")),
        of("now.open", counts.open, reader("/inbox?view=open")),
        Now {
            is_urgent: late > 0,
            ..of("now.late", late, reader("/tickets?view=at_risk&sort=due"))
        },
        Now {
            is_urgent: counts.late > 0,
            ..of(
                "now.late_conversations",
                counts.late,
                reader("/inbox?view=open&late=true&sort=waiting"),
            )
        },
        of(
            "now.gaps",
            desk.open_gaps().total,
            reader("/knowledge/gaps"),
        ),
        of("now.available", available(desk), "/team"),
    ]
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
