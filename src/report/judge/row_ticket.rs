//! How surveys, tickets and what is about them are cut and filtered.

use super::agreement::Coverage;
use super::column_code::{Coded, ColumnCode};
use super::row::{Place, ReportRow, column, inbox_code, with_conversation};
use super::row_message::of_thread_or_episode;
use super::scope::{Credit, Scope};
use super::thread::{thread_code, word_of};
use crate::metrics::{BacklogRow, NONE, OWNER, SurveyRow, TEAM, TicketMessageRow, TicketRow};
use crate::report::ask::Dimension;

/// A ticket's own value of a dimension, the owner's as at the opening.
fn of_ticket(scope: &Scope<'_>, ticket: u32, dimension: Dimension) -> u32 {
    let row = scope.facts.ticket(ticket);
    row.map_or(NONE, |ticket| {
        ticket.code(dimension, scope, ticket.opened_at)
    })
}

/// Whose a ticket was at an instant; `None`: as at its opening.
pub(in crate::report) fn holder(
    scope: &Scope<'_>,
    ticket: u32,
    dimension: Dimension,
    at: i64,
) -> Option<u32> {
    let field = if dimension == Dimension::Team {
        TEAM
    } else {
        OWNER
    };
    scope.facts.holder(ticket, field, at)
}

impl ReportRow for SurveyRow {
    const DIMENSIONS: &'static [Dimension] =
        with_conversation!(Rep, Team, Reason, Outcome, HandledBy);

    fn code(&self, dimension: Dimension, scope: &Scope<'_>, _at: i64) -> u32 {
        match dimension {
            Dimension::Rep => self.rep,
            Dimension::Team => self.team,
            Dimension::Channel => self.channel,
            Dimension::Inbox | Dimension::Brand => inbox_code(scope, self.place(), dimension),
            Dimension::Contact => scope.facts.contacts.get(self.contact).root,
            Dimension::Company => scope.facts.contact(self.contact).company,
            _ => of_thread_or_episode(scope, self.conversation, dimension, self.at),
        }
    }

    fn contact(&self, _scope: &Scope<'_>) -> u32 {
        self.contact
    }

    fn excluded(&self, _scope: &Scope<'_>) -> &'static str {
        word_of(self.excluded)
    }

    fn tag_set(&self, _scope: &Scope<'_>) -> u32 {
        self.tag_set
    }

    fn place(&self) -> Place {
        Place {
            conversation: self.conversation,
            ordinal: 0,
            ticket: self.ticket,
        }
    }
}

impl ReportRow for TicketRow {
    const DIMENSIONS: &'static [Dimension] = &[
        Dimension::Pipeline,
        Dimension::Channel,
        Dimension::Inbox,
        Dimension::Brand,
        Dimension::Priority,
        Dimension::Service,
        Dimension::Owner,
        Dimension::Rep,
        Dimension::Team,
        Dimension::Contact,
        Dimension::Company,
        Dimension::Ticket,
    ];

    fn code(&self, dimension: Dimension, scope: &Scope<'_>, _at: i64) -> u32 {
        let (rep, team) = match scope.credit {
            Credit::FirstClose => (self.first_closed_rep, self.first_closed_team),
            Credit::LastClose => (self.closed_rep, self.closed_team),
            _ => (self.opened_rep, self.opened_team),
        };
        match dimension {
            Dimension::Pipeline => self.pipeline,
            Dimension::Channel => self.channel,
            Dimension::Inbox => self.inbox,
            Dimension::Brand => self.brand,
            Dimension::Priority => self.priority,
            Dimension::Service => self.service,
            Dimension::Owner | Dimension::Rep => rep,
            Dimension::Team => team,
            Dimension::Contact => scope.facts.contacts.get(self.contact).root,
            Dimension::Company => scope.facts.contact(self.contact).company,
            Dimension::Ticket => self.ticket,
            _ => NONE,
        }
    }

    fn coverage(&self, _scope: &Scope<'_>) -> Coverage {
        Coverage {
            is_ticket: true,
            ticketed: true,
            channel: self.channel,
            pipeline: self.pipeline,
            priority: self.priority,
            team: self.opened_team,
        }
    }

    fn tag_set(&self, _scope: &Scope<'_>) -> u32 {
        NONE
    }

    fn contact(&self, _scope: &Scope<'_>) -> u32 {
        self.contact
    }

    fn excluded(&self, _scope: &Scope<'_>) -> &'static str {
        word_of(self.excluded)
    }

    fn place(&self) -> Place {
        Place {
            conversation: self.conversation,
            ordinal: 0,
            ticket: self.ticket,
        }
    }
}

impl ReportRow for TicketMessageRow {
    const DIMENSIONS: &'static [Dimension] = with_conversation!(
        Ticket, Flow, Reason, Outcome, HandledBy, Pipeline, Priority, Service, Owner, Rep, Team
    );

    fn code(&self, dimension: Dimension, scope: &Scope<'_>, _at: i64) -> u32 {
        match dimension {
            Dimension::Ticket => self.ticket,
            Dimension::Flow => u32::from(self.sent),
            Dimension::Owner | Dimension::Rep | Dimension::Team => {
                let changed = holder(scope, self.ticket, dimension, self.at);
                changed.unwrap_or_else(|| of_ticket(scope, self.ticket, dimension))
            }
            Dimension::Pipeline
            | Dimension::Priority
            | Dimension::Service
            | Dimension::Inbox
            | Dimension::Brand => of_ticket(scope, self.ticket, dimension),
            _ => of_thread_or_episode(scope, self.conversation, dimension, self.at),
        }
    }

    fn excluded(&self, _scope: &Scope<'_>) -> &'static str {
        word_of(self.excluded)
    }

    fn place(&self) -> Place {
        Place {
            conversation: self.conversation,
            ordinal: 0,
            ticket: self.ticket,
        }
    }
}

impl ReportRow for BacklogRow {
    const DIMENSIONS: &'static [Dimension] = &[
        Dimension::Kind,
        Dimension::Channel,
        Dimension::Inbox,
        Dimension::Brand,
        Dimension::Contact,
        Dimension::Company,
        Dimension::Rep,
        Dimension::Owner,
        Dimension::Team,
        Dimension::Pipeline,
        Dimension::Priority,
        Dimension::Service,
        Dimension::Language,
        Dimension::Direction,
        Dimension::Tag,
    ];

    fn code(&self, dimension: Dimension, scope: &Scope<'_>, _at: i64) -> u32 {
        match dimension {
            Dimension::Kind => u32::from(self.ticket != NONE),
            Dimension::Rep | Dimension::Owner => self.rep,
            Dimension::Team => self.team,
            Dimension::Pipeline => self.pipeline,
            Dimension::Priority => self.priority,
            Dimension::Service => self.service,
            Dimension::Channel => self.channel,
            Dimension::Inbox | Dimension::Brand => inbox_code(scope, self.place(), dimension),
            Dimension::Contact => scope.facts.contacts.get(self.contact).root,
            Dimension::Company => scope.facts.contact(self.contact).company,
            Dimension::Language | Dimension::Direction if self.conversation != NONE => {
                thread_code(scope, self.conversation, dimension)
            }
            Dimension::Language => scope.facts.contact(self.contact).language,
            _ => NONE,
        }
    }

    fn column_code<'a>(coded: Coded, _scope: &'a Scope<'_>) -> Option<ColumnCode<'a>> {
        let Coded::Dimension(dimension) = coded else {
            return None;
        };
        match dimension {
            Dimension::Kind => {
                let code = |ticket| u32::from(ticket != i64::from(NONE));
                Some(ColumnCode::made(column!("ticket"), code))
            }
            Dimension::Channel => Some(ColumnCode::Own(column!("channel"))),
            Dimension::Rep | Dimension::Owner => Some(ColumnCode::Own(column!("rep"))),
            Dimension::Team => Some(ColumnCode::Own(column!("team"))),
            Dimension::Pipeline => Some(ColumnCode::Own(column!("pipeline"))),
            Dimension::Priority => Some(ColumnCode::Own(column!("priority"))),
            Dimension::Service => Some(ColumnCode::Own(column!("service"))),
            _ => None,
        }
    }

    fn contact(&self, _scope: &Scope<'_>) -> u32 {
        self.contact
    }

    fn tag_set(&self, _scope: &Scope<'_>) -> u32 {
        self.tag_set
    }

    fn excluded(&self, _scope: &Scope<'_>) -> &'static str {
        word_of(self.excluded)
    }

    fn place(&self) -> Place {
        Place {
            conversation: self.conversation,
            ordinal: 0,
            ticket: self.ticket,
        }
    }
}
