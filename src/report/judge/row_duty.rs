//! How stays, promises, jobs and statuses are cut and filtered.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use super::agreement::Coverage;
use super::column_code::{Coded, ColumnCode};
use super::promise::{due_at, horizon};
use super::row::{Place, ReportRow, column, inbox_code};
use super::row_ticket::holder;
use super::scope::Scope;
use super::thread::{thread_code, word_of};
use crate::metrics::{Chunk, JobRow, NONE, PromiseRow, Seen, StatusRow, StayRow};
use crate::model::episode::{JobStage, Target};
use crate::model::event::JobRequest;
use crate::report::ask::Dimension;

impl ReportRow for StayRow {
    const DIMENSIONS: &'static [Dimension] = &[
        Dimension::Stage,
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
    ];

    fn code(&self, dimension: Dimension, scope: &Scope<'_>, _at: i64) -> u32 {
        match dimension {
            Dimension::Stage => self.stage,
            Dimension::Pipeline => self.pipeline,
            Dimension::Channel => self.channel,
            Dimension::Inbox | Dimension::Brand => inbox_code(scope, self.place(), dimension),
            Dimension::Priority => self.priority,
            Dimension::Service => self.service,
            Dimension::Owner | Dimension::Rep => self.rep,
            Dimension::Team => self.team,
            Dimension::Contact => scope.facts.contacts.get(self.contact).root,
            Dimension::Company => scope.facts.contact(self.contact).company,
            _ => NONE,
        }
    }

    fn contact(&self, _scope: &Scope<'_>) -> u32 {
        self.contact
    }

    fn coverage(&self, scope: &Scope<'_>) -> Coverage {
        // An agreement goes by the team at the opening, as for the ticket itself.
        let ticket = scope.facts.ticket(self.ticket);
        Coverage {
            is_ticket: true,
            ticketed: true,
            channel: self.channel,
            pipeline: self.pipeline,
            priority: self.priority,
            team: ticket.map_or(self.team, |ticket| ticket.opened_team),
        }
    }

    fn tag_set(&self, _scope: &Scope<'_>) -> u32 {
        NONE
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

impl ReportRow for PromiseRow {
    const DIMENSIONS: &'static [Dimension] = &[
        Dimension::Target,
        Dimension::Channel,
        Dimension::Inbox,
        Dimension::Brand,
        Dimension::Pipeline,
        Dimension::Priority,
        Dimension::Service,
        Dimension::Owner,
        Dimension::Rep,
        Dimension::Team,
        Dimension::Contact,
        Dimension::Company,
        Dimension::Language,
        Dimension::Tag,
    ];

    fn code(&self, dimension: Dimension, scope: &Scope<'_>, at: i64) -> u32 {
        // A later response belongs to who gave it, the rest to whose the ticket is when due.
        let is_owners = self.target != Target::NextResponse as u8;
        match dimension {
            Dimension::Owner | Dimension::Rep | Dimension::Team if is_owners => {
                let own = if dimension == Dimension::Team {
                    self.team
                } else {
                    self.rep
                };
                holder(scope, self.ticket, dimension, at).unwrap_or(own)
            }
            Dimension::Target => u32::from(self.target),
            Dimension::Channel => self.channel,
            Dimension::Inbox | Dimension::Brand => inbox_code(scope, self.place(), dimension),
            Dimension::Pipeline => self.pipeline,
            Dimension::Priority => self.priority,
            Dimension::Service => self.service,
            Dimension::Owner | Dimension::Rep => self.rep,
            Dimension::Team => self.team,
            Dimension::Contact => scope.facts.contacts.get(self.contact).root,
            Dimension::Company => scope.facts.contact(self.contact).company,
            Dimension::Language if self.conversation != NONE => {
                thread_code(scope, self.conversation, dimension)
            }
            Dimension::Language => scope.facts.contact(self.contact).language,
            _ => NONE,
        }
    }

    fn column_code<'a>(coded: Coded, _scope: &'a Scope<'_>) -> Option<ColumnCode<'a>> {
        match coded {
            Coded::TagSet => Some(ColumnCode::Own(column!("tag_set"))),
            Coded::Contact => Some(ColumnCode::Own(column!("contact"))),
            Coded::Dimension(Dimension::Channel) => Some(ColumnCode::Own(column!("channel"))),
            Coded::Dimension(Dimension::Priority) => Some(ColumnCode::Own(column!("priority"))),
            Coded::Dimension(Dimension::Target) => {
                let code = |target| u32::try_from(target).unwrap_or(NONE);
                Some(ColumnCode::made(column!("target"), code))
            }
            _ => None,
        }
    }

    /// With the instants at which promises are due by agreements.
    fn completed(chunk: &Chunk<Self>, scope: &Scope<'_>) -> Chunk<Self> {
        let mut hasher = DefaultHasher::new();
        (scope.facts.duty.version, horizon(scope.as_of)).hash(&mut hasher);
        chunk.rewritten("due", hasher.finish(), |row| Self {
            due_at: due_at(&row, scope),
            ..row
        })
    }

    fn contact(&self, _scope: &Scope<'_>) -> u32 {
        self.contact
    }

    fn coverage(&self, scope: &Scope<'_>) -> Coverage {
        let is_ticket = self.ticket != NONE;
        Coverage {
            is_ticket,
            ticketed: is_ticket || scope.facts.thread(self.conversation).ticketed,
            channel: self.channel,
            pipeline: self.pipeline,
            priority: self.priority,
            team: self.own_team,
        }
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
            ordinal: self.ordinal,
            ticket: self.ticket,
        }
    }
}

impl ReportRow for JobRow {
    const DIMENSIONS: &'static [Dimension] = &[
        Dimension::Service,
        Dimension::Request,
        Dimension::Stage,
        Dimension::DeclineReason,
        Dimension::How,
        Dimension::Pipeline,
        Dimension::Channel,
        Dimension::Inbox,
        Dimension::Brand,
        Dimension::Priority,
        Dimension::Owner,
        Dimension::Rep,
        Dimension::Team,
        Dimension::Contact,
        Dimension::Company,
    ];

    fn code(&self, dimension: Dimension, scope: &Scope<'_>, _at: i64) -> u32 {
        match dimension {
            Dimension::Service => self.service,
            Dimension::Request => u32::from(self.request),
            Dimension::Stage if scope.has_come(self.expires_at) => {
                let stages = &scope.facts.dictionaries.stage;
                stages.intern(JobStage::Expired.as_str())
            }
            Dimension::Stage => self.stage,
            Dimension::DeclineReason => self.decline_reason,
            Dimension::How => u32::from(!self.confirmed),
            Dimension::Pipeline => self.pipeline,
            Dimension::Channel => self.channel,
            Dimension::Inbox | Dimension::Brand => inbox_code(scope, self.place(), dimension),
            Dimension::Priority => self.priority,
            Dimension::Owner | Dimension::Rep => self.rep,
            Dimension::Team => self.team,
            Dimension::Contact => scope.facts.contacts.get(self.contact).root,
            Dimension::Company => scope.facts.contact(self.contact).company,
            _ => NONE,
        }
    }

    fn contact(&self, _scope: &Scope<'_>) -> u32 {
        self.contact
    }

    fn coverage(&self, scope: &Scope<'_>) -> Coverage {
        // An agreement goes by the team at the opening, as for the ticket itself.
        let ticket = scope.facts.ticket(self.ticket);
        Coverage {
            is_ticket: true,
            ticketed: true,
            channel: self.channel,
            pipeline: self.pipeline,
            priority: self.priority,
            team: ticket.map_or(self.team, |ticket| ticket.opened_team),
        }
    }

    fn tag_set(&self, _scope: &Scope<'_>) -> u32 {
        NONE
    }

    fn excluded(&self, _scope: &Scope<'_>) -> &'static str {
        let request = JobRequest::ALL.get(usize::from(self.request));
        match word_of(self.excluded) {
            "" if request == Some(&JobRequest::Prospect) => "prospect",
            reason => reason,
        }
    }

    fn place(&self) -> Place {
        Place {
            conversation: self.conversation,
            ordinal: 0,
            ticket: self.ticket,
        }
    }
}

impl ReportRow for StatusRow {
    const DIMENSIONS: &'static [Dimension] = &[
        Dimension::Rep,
        Dimension::Team,
        Dimension::Status,
        Dimension::Detail,
    ];

    fn code(&self, dimension: Dimension, _scope: &Scope<'_>, _at: i64) -> u32 {
        match dimension {
            Dimension::Rep => self.rep,
            Dimension::Team => self.team,
            Dimension::Status => u32::from(self.status),
            Dimension::Detail => self.detail,
            _ => NONE,
        }
    }

    fn is_seen(&self, seen: &Seen) -> bool {
        seen.has_rep(self.rep)
    }

    fn tag_set(&self, _scope: &Scope<'_>) -> u32 {
        NONE
    }

    fn excluded(&self, _scope: &Scope<'_>) -> &'static str {
        ""
    }

    fn place(&self) -> Place {
        Place {
            conversation: NONE,
            ordinal: 0,
            ticket: NONE,
        }
    }
}
