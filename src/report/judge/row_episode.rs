//! How episodes are cut and filtered.

use super::agent::Closed;
use super::agreement::Coverage;
use super::column_code::{Coded, ColumnCode};
use super::row::{Place, ReportRow, column, with_conversation};
use super::scope::{Credit, Scope};
use super::thread::thread_code;
use crate::metrics::{Chunk, EpisodeRow, NO_HANDOFF, NONE};
use crate::model::episode::Outcome;
use crate::report::ask::{Dimension, HandledBy};

impl ReportRow for EpisodeRow {
    const IS_EPISODE: bool = true;
    const DIMENSIONS: &'static [Dimension] =
        with_conversation!(Rep, Team, Reason, Outcome, HandledBy, Assignee);

    fn code(&self, dimension: Dimension, scope: &Scope<'_>, _at: i64) -> u32 {
        match dimension {
            Dimension::Direction => u32::from(self.outbound),
            Dimension::Rep => self.credited(scope).rep,
            Dimension::Team => self.credited(scope).team,
            Dimension::HandledBy => self.handled_by(),
            Dimension::Reason if self.handoff_reason == NO_HANDOFF => NONE,
            Dimension::Reason => u32::from(self.handoff_reason),
            Dimension::Outcome => match scope.outcome(self) {
                Outcome::Unhandled => NONE,
                outcome => outcome as u32,
            },
            Dimension::Assignee => match scope.outcome(self) {
                Outcome::Resolved => scope.customer_agent,
                _ if self.rep == NONE => self.ended_by,
                _ => self.rep,
            },
            _ => thread_code(scope, self.conversation, dimension),
        }
    }

    fn coverage(&self, scope: &Scope<'_>) -> Coverage {
        Coverage {
            team: self.team,
            ..Coverage::of_conversation(&scope.facts.thread(self.conversation))
        }
    }

    fn column_code<'a>(coded: Coded, scope: &'a Scope<'_>) -> Option<ColumnCode<'a>> {
        let is_first = scope.credit == Credit::FirstResponse;
        match coded {
            Coded::TagSet => Some(ColumnCode::Own(column!("tag_set"))),
            Coded::Dimension(Dimension::Rep | Dimension::Team)
                if scope.credit == Credit::FirstReply =>
            {
                None
            }
            Coded::Dimension(Dimension::Rep) if is_first => {
                Some(ColumnCode::Own(column!("first_response_rep")))
            }
            Coded::Dimension(Dimension::Team) if is_first => {
                Some(ColumnCode::Own(column!("first_response_team")))
            }
            Coded::Dimension(Dimension::Rep) => Some(ColumnCode::Own(column!("rep"))),
            Coded::Dimension(Dimension::Team) => Some(ColumnCode::Own(column!("team"))),
            Coded::Dimension(Dimension::Direction) => {
                let code = |outbound| u32::from(outbound != 0);
                Some(ColumnCode::made(column!("outbound"), code))
            }
            Coded::Dimension(Dimension::Reason) => {
                let reason = |number| u8::try_from(number).unwrap_or(NO_HANDOFF);
                let code = move |number| match reason(number) {
                    NO_HANDOFF => NONE,
                    reason => u32::from(reason),
                };
                Some(ColumnCode::made(column!("handoff_reason"), code))
            }
            _ => ColumnCode::of_thread(column!("conversation"), coded, scope),
        }
    }

    fn comebacks(chunk: &Chunk<Self>, scope: &Scope<'_>) -> Option<Vec<bool>> {
        let conversations = chunk.numbers(column!("conversation")).into_iter();
        let ordinals = chunk.numbers(column!("ordinal")).into_iter();
        let ends = chunk.instants(column!("ended_at")).into_iter();
        let after = scope.profile.durable_ms();
        let rows = conversations.zip(ordinals).zip(ends);
        let comebacks = rows.map(|((conversation, ordinal), ended_at)| {
            let episode = Closed {
                conversation: u32::try_from(conversation).unwrap_or(NONE),
                ordinal: u32::try_from(ordinal).unwrap_or_default(),
                ended_at,
            };
            episode.came_back(scope.facts, after)
        });
        Some(comebacks.collect())
    }

    fn tag_set(&self, _scope: &Scope<'_>) -> u32 {
        self.tag_set
    }

    fn outbound(&self) -> bool {
        self.outbound
    }

    fn place(&self) -> Place {
        Place {
            conversation: self.conversation,
            ordinal: self.ordinal,
            ticket: NONE,
        }
    }
}

/// Whose a row is, by codes.
struct Holder {
    rep: u32,
    team: u32,
}

impl EpisodeRow {
    /// Whose the episode is in the report that is asked for.
    const fn credited(&self, scope: &Scope<'_>) -> Holder {
        match scope.credit {
            Credit::FirstReply if !self.first_reply_by_rep => Holder {
                rep: NONE,
                team: NONE,
            },
            Credit::FirstResponse | Credit::FirstReply => Holder {
                rep: self.first_response_rep,
                team: self.first_response_team,
            },
            _ => Holder {
                rep: self.rep,
                team: self.team,
            },
        }
    }

    /// A code of [`Dimension::HandledBy`].
    fn handled_by(&self) -> u32 {
        let by = match (self.handled, self.rep_wrote) {
            (true, true) => HandledBy::Both,
            (true, false) => HandledBy::CustomerAgent,
            (false, true) => HandledBy::Rep,
            (false, false) => HandledBy::Nobody,
        };
        by as u32
    }
}
