//! A unit's facts as rows: texts become codes, options become sentinels.

use crate::metrics::{
    BacklogRow, Dictionaries, EpisodeRow, FeedbackRow, HOLDER, MessageRow, NEVER, NO_HANDOFF, NONE,
    OWNER, OwnField, QuestionRow, ResponseRow, SurveyRow, TEAM, ThreadRow, TicketMessageRow,
    TicketRow, Update,
};
use crate::model::Timestamp;
use crate::model::episode::{Episode, Own, Survey, Thread, Ticket, UnitFacts};
use crate::model::event::{HandoffReason, QuestionOutcome};

/// Writes the rows of one unit into an update.
pub(super) struct RowWriter<'u> {
    pub(super) dictionaries: &'u Dictionaries,
    pub(super) agreements: bool,
    pub(super) unit: u32,
    pub(super) update: &'u mut Update,
}

impl RowWriter<'_> {
    /// Adds every row of `facts`.
    pub(super) fn write(&mut self, facts: &UnitFacts<'_>) {
        self.update.units.insert(self.unit);
        for ticket in &facts.tickets {
            let mut threads = facts.threads.iter();
            let thread = threads.find(|one| Some(one.conversation) == ticket.conversation);
            self.ticket(ticket, thread);
        }
        for thread in &facts.threads {
            self.thread(thread, &facts.tickets);
        }
    }

    fn thread(&mut self, thread: &Thread<'_>, tickets: &[Ticket<'_>]) {
        let codes = self.dictionaries;
        let conversation = codes.conversation.intern(thread.conversation);
        let thread_row = ThreadRow {
            unit: self.unit,
            contact: codes.contact.intern(thread.contact),
            channel: codes.channel.intern(thread.channel),
            language: codes.language.intern_option(thread.language),
            outbound: thread.outbound,
            excluded: thread.excluded as u8,
            truncated: thread.truncated,
            tag_set: codes.intern_tags(&thread.tags),
            priority: codes.priority.intern_option(thread.priority),
            inbox: codes.inbox.intern_option(thread.inbox),
            brand: codes.brand.intern_option(thread.brand),
            rep: codes.rep.intern_option(thread.rep),
            team: codes.team.intern_option(thread.team),
            merged_into: codes.conversation.intern_option(thread.merged_into),
            ticketed: tickets
                .iter()
                .any(|ticket| ticket.conversation == Some(thread.conversation)),
            started: true,
        };
        self.update.threads.push((conversation, thread_row));
        let own = own_fields(codes, &thread.own);
        self.update.own_of_conversations.push((conversation, own));
        let schedules = schedules(codes, &thread.schedules);
        self.update
            .schedules_of_conversations
            .push((conversation, schedules));
        for episode in &thread.episodes {
            let ticket = episode.ticket.and_then(|index| tickets.get(index));
            let row = EpisodeRow {
                rep_time_ms: episode.rep_time_ms(&thread.messages),
                ..self.episode(conversation, episode, ticket)
            };
            self.update.episodes.push(row);
            self.responsibility(&thread_row, row, episode);
        }
        self.thread_promises(&thread_row, conversation, thread);
        self.messages(conversation, thread);
        self.responses(conversation, thread);
        for survey in &thread.surveys {
            let at = survey.sent_at.or(survey.rated_at).unwrap_or_default();
            let row = SurveyRow {
                conversation,
                channel: thread_row.channel,
                contact: thread_row.contact,
                tag_set: codes.intern_tags(thread.tags_at(at)),
                excluded: thread_row.excluded,
                ..self.survey(survey)
            };
            self.update.surveys.push(row);
        }
    }

    fn messages(&mut self, conversation: u32, thread: &Thread<'_>) {
        let (codes, unit) = (self.dictionaries, self.unit);
        for message in &thread.messages {
            self.update.messages.push(MessageRow {
                unit,
                conversation,
                at: message.at.millis(),
                author: message.author as u8,
                blocked: message.blocked,
                tag_set: codes.intern_tags(thread.tags_at(message.at)),
                rep: codes.rep.intern_option(message.rep),
                team: codes.team.intern_option(message.team),
            });
        }
        for question in &thread.questions {
            self.update.questions.push(QuestionRow {
                unit,
                conversation,
                at: question.at.millis(),
                question: codes.question.intern(question.id),
                answered: question.outcome == QuestionOutcome::Answered,
                tag_set: codes.intern_tags(thread.tags_at(question.at)),
                outbound: question.outbound,
            });
        }
        for feedback in &thread.feedback {
            self.update.feedback.push(FeedbackRow {
                unit,
                conversation,
                at: feedback.at.millis(),
                rating: codes.rating.intern(feedback.rating),
                tag_set: codes.intern_tags(thread.tags_at(feedback.at)),
                outbound: feedback.outbound,
            });
        }
    }

    fn responses(&mut self, conversation: u32, thread: &Thread<'_>) {
        let (codes, unit) = (self.dictionaries, self.unit);
        for response in &thread.responses {
            self.update.responses.push(ResponseRow {
                unit,
                conversation,
                at: response.until.unwrap_or(response.from).millis(),
                kind: response.kind as u8,
                tag_set: codes.intern_tags(thread.tags_at(response.until.unwrap_or(response.from))),
                from: response.from.millis(),
                rep_from: response.rep_from.millis(),
                until: or_never(response.until),
                rep_owes: response.rep_owes,
                ended_at: or_never(response.ended_at),
                rep: codes.rep.intern_option(response.rep),
                team: codes.team.intern_option(response.team),
            });
        }
    }

    fn episode(
        &self,
        conversation: u32,
        episode: &Episode<'_>,
        ticket: Option<&Ticket<'_>>,
    ) -> EpisodeRow {
        let codes = self.dictionaries;
        let (first_response, first_reply) = (episode.first_response, episode.first_reply);
        EpisodeRow {
            unit: self.unit,
            conversation,
            ordinal: episode.ordinal,
            started_at: episode.started_at.millis(),
            ended_at: or_never(episode.ended_at),
            end_rule: episode.end_rule as u8,
            outbound: episode.outbound,
            handled: episode.handled,
            outcome: episode.outcome as u8,
            confirmed: episode.confirmed,
            revoked: episode.revoked,
            durable: episode.durable,
            resolved_at: or_never(episode.resolved_at),
            last_answer_at: or_never(episode.last_answer_at),
            handoff_at: or_never(episode.handoff.map(|handoff| handoff.at)),
            handoff_reason: reason_code(episode.handoff.map(|handoff| handoff.reason)),
            first_response_from: or_never(first_response.from),
            first_response_at: or_never(first_response.until),
            first_reply_from: or_never(first_reply.from),
            first_reply_at: or_never(first_reply.until),
            first_response_rep: codes.rep.intern_option(episode.first_responder.rep),
            first_response_team: codes.team.intern_option(episode.first_responder.team),
            first_reply_by_rep: episode.first_reply_by_rep,
            rep_wrote: episode.first_rep_reply_at.is_some(),
            rep_time_ms: 0,
            rep: codes.rep.intern_option(episode.rep),
            team: codes.team.intern_option(episode.team),
            ended_by: codes.rep.intern_option(episode.ended_by),
            agent_assigned_at: or_never(episode.agent_assigned_at),
            tag_set: codes.intern_tags(&episode.tags),
            ticket: codes.ticket.intern_option(ticket.map(|ticket| ticket.id)),
            ticket_closed_at: or_never(ticket.and_then(|ticket| ticket.closed_at)),
        }
    }

    fn responsibility(&mut self, thread: &ThreadRow, row: EpisodeRow, episode: &Episode<'_>) {
        for (from, until) in &episode.human {
            self.update.backlog.push(BacklogRow {
                unit: self.unit,
                ticket: NONE,
                conversation: row.conversation,
                channel: thread.channel,
                contact: thread.contact,
                from: from.millis(),
                until: or_never(*until),
                rep: row.rep,
                team: row.team,
                pipeline: NONE,
                priority: NONE,
                service: NONE,
                tag_set: row.tag_set,
                excluded: thread.excluded,
                support: true,
            });
        }
    }

    /// A survey's row, of nothing in particular yet.
    fn survey(&self, survey: &Survey<'_>) -> SurveyRow {
        let codes = self.dictionaries;
        SurveyRow {
            unit: self.unit,
            conversation: NONE,
            ticket: NONE,
            at: or_never(survey.rated_at.or(survey.sent_at)),
            sent_at: or_never(survey.sent_at),
            rated_at: or_never(survey.rated_at),
            score: survey.score,
            rep: codes.rep.intern_option(survey.rep),
            team: codes.team.intern_option(survey.team),
            excluded: 0,
            tag_set: NONE,
            channel: NONE,
            contact: NONE,
            support: true,
        }
    }

    fn ticket(&mut self, ticket: &Ticket<'_>, thread: Option<&Thread<'_>>) {
        let row = self.ticket_row(ticket);
        self.stays(&row, ticket);
        self.ticket_promises(&row, ticket);
        self.jobs(&row, ticket);
        let own = own_fields(self.dictionaries, &ticket.own);
        self.update.own_of_tickets.push((row.ticket, own));
        let holders = holders(self.dictionaries, ticket);
        self.update.owners.push((row.ticket, holders));
        let schedules = schedules(self.dictionaries, &ticket.schedules);
        self.update
            .schedules_of_tickets
            .push((row.ticket, schedules));
        self.update.tickets.push(row);
        for survey in &ticket.surveys {
            let survey = SurveyRow {
                conversation: row.conversation,
                ticket: row.ticket,
                channel: row.channel,
                contact: row.contact,
                excluded: row.excluded,
                support: row.support,
                ..self.survey(survey)
            };
            self.update.surveys.push(survey);
        }
        let codes = self.dictionaries;
        let (unit, conversation) = (self.unit, row.conversation);
        self.update
            .ticket_messages
            .extend(ticket.messages.iter().map(|(at, sent)| TicketMessageRow {
                unit,
                ticket: row.ticket,
                conversation,
                at: at.millis(),
                sent: *sent,
                excluded: row.excluded,
                support: row.support,
            }));
        self.update
            .backlog
            .extend(ticket.open.iter().map(|stretch| BacklogRow {
                unit,
                ticket: row.ticket,
                conversation,
                channel: row.channel,
                contact: row.contact,
                from: stretch.from.millis(),
                until: or_never(stretch.until),
                rep: codes.rep.intern_option(stretch.owner),
                team: codes.team.intern_option(stretch.team),
                pipeline: codes.pipeline.intern(stretch.pipeline),
                priority: codes.priority.intern_option(stretch.priority),
                service: codes.service.intern_option(stretch.service),
                tag_set: thread.map_or(NONE, |thread| {
                    codes.intern_tags(thread.tags_at(stretch.from))
                }),
                excluded: row.excluded,
                support: row.support,
            }));
    }

    fn ticket_row(&self, ticket: &Ticket<'_>) -> TicketRow {
        let codes = self.dictionaries;
        let rep = |rep: Option<&str>| codes.rep.intern_option(rep);
        let team = |team: Option<&str>| codes.team.intern_option(team);
        TicketRow {
            unit: self.unit,
            ticket: codes.ticket.intern(ticket.id),
            conversation: codes.conversation.intern_option(ticket.conversation),
            pipeline: codes.pipeline.intern(ticket.pipeline),
            support: ticket.support,
            contact: codes.contact.intern_option(ticket.contact),
            channel: codes.channel.intern_option(ticket.channel),
            priority: codes.priority.intern_option(ticket.priority),
            service: codes.service.intern_option(ticket.service),
            inbox: codes.inbox.intern_option(ticket.inbox),
            brand: codes.brand.intern_option(ticket.brand),
            excluded: ticket.excluded as u8,
            opened_at: ticket.opened_at.millis(),
            first_closed_at: or_never(ticket.first_closed_at),
            closed_at: or_never(ticket.closed_at),
            closed_by_block: ticket.closed_by_block,
            reopened: ticket.reopened,
            opened_rep: rep(ticket.opened_owner.rep),
            opened_team: team(ticket.opened_owner.team),
            first_closed_rep: rep(ticket.first_closed_owner.rep),
            first_closed_team: team(ticket.first_closed_owner.team),
            closed_rep: rep(ticket.closed_owner.rep),
            closed_team: team(ticket.closed_owner.team),
            first_response_from: or_never(ticket.first_response_from),
            first_response_at: or_never(ticket.first_response_at),
        }
    }
}

pub(super) fn or_never(at: Option<Timestamp>) -> i64 {
    at.map_or(NEVER, Timestamp::millis)
}

fn own_fields(codes: &Dictionaries, own: &[Own<'_>]) -> Vec<OwnField> {
    let fields = own.iter().map(|own| OwnField {
        name: codes.own_name.intern(own.name),
        from: own.from.millis(),
        value: codes.own_value.intern_option(own.value.as_deref()),
    });
    fields.collect()
}

/// Schedules through time, each named by the code of its id among the values of own fields.
fn schedules(codes: &Dictionaries, schedules: &[(Timestamp, Option<&str>)]) -> Vec<OwnField> {
    let fields = schedules.iter().map(|(from, schedule)| OwnField {
        name: NONE,
        from: from.millis(),
        value: codes.own_value.intern_option(*schedule),
    });
    fields.collect()
}

fn holders(codes: &Dictionaries, ticket: &Ticket<'_>) -> Vec<OwnField> {
    let field = |name, from: Timestamp, value| OwnField {
        name,
        from: from.millis(),
        value,
    };
    let spans = ticket.holders.iter().flat_map(|(from, owner)| {
        [
            field(OWNER, *from, codes.rep.intern_option(owner.rep)),
            field(TEAM, *from, codes.team.intern_option(owner.team)),
        ]
    });
    let owner = ticket.owners.last().and_then(|(_, owner)| *owner);
    let is_owners = ticket.reps.iter().copied().eq(owner);
    let have = ticket.reps.iter().map(|rep| codes.rep.intern(rep));
    let nobody = ticket.reps.is_empty().then_some(NONE);
    let have = have.chain(nobody).filter(|_rep| !is_owners);
    let have = have.map(|rep| field(HOLDER, Timestamp::MIN, rep));
    spans.chain(have).collect()
}

fn reason_code(reason: Option<HandoffReason>) -> u8 {
    let place =
        reason.and_then(|reason| HandoffReason::ALL.iter().position(|other| *other == reason));
    place
        .and_then(|place| u8::try_from(place).ok())
        .unwrap_or(NO_HANDOFF)
}
