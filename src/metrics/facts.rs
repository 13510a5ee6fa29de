//! All tables of facts at one position of the log, and what changes them.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::dictionary::{Dictionaries, NONE};
use super::duty::Duty;
use super::own::{OwnField, OwnFields};
use super::row::{
    BacklogRow, EpisodeRow, FeedbackRow, MessageRow, QuestionRow, ResponseRow, SurveyRow,
    TicketMessageRow, TicketRow,
};
use super::row_ticket::{JobRow, PromiseRow, StayRow};
use super::table::Table;

/// What a conversation says once; its place is the conversation's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadRow {
    /// The unit it belongs to.
    pub unit: u32,
    /// With whom.
    pub contact: u32,
    /// Where.
    pub channel: u32,
    /// In which language, if the conversation says.
    pub language: u32,
    /// Whether we began it.
    pub outbound: bool,
    /// An `Excluded`.
    pub excluded: u8,
    /// Its tags as they are.
    pub tag_set: u32,
    /// How urgent, as it is.
    pub priority: u32,
    /// Whether a ticket was opened from it.
    pub ticketed: bool,
    /// Whether it was started; without a start it counts nowhere.
    pub started: bool,
}

impl Default for ThreadRow {
    fn default() -> Self {
        Self {
            unit: NONE,
            contact: NONE,
            channel: NONE,
            language: NONE,
            outbound: false,
            excluded: 0,
            tag_set: NONE,
            priority: NONE,
            ticketed: false,
            started: false,
        }
    }
}

/// What a contact says; its place is the contact's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactRow {
    /// The contact as which it counts, merges followed.
    pub root: u32,
    /// Its language.
    pub language: u32,
    /// Its company's key.
    pub company: u32,
}

/// Contacts by their code; one that nothing was said of stands for itself.
#[derive(Clone, Debug, Default)]
pub struct Contacts(pub Vec<Option<ContactRow>>, pub OwnFields);

impl Contacts {
    /// What is known of the contact `code`.
    pub fn get(&self, code: u32) -> ContactRow {
        let known = self.0.get(code as usize).copied().flatten();
        known.unwrap_or(ContactRow {
            root: code,
            language: NONE,
            company: NONE,
        })
    }
}

/// The rows that take the place of all rows of `units`.
#[derive(Debug, Default)]
pub struct Update {
    /// The units that are told anew.
    pub units: HashSet<u32>,
    /// Their conversations, by code.
    pub threads: Vec<(u32, ThreadRow)>,
    /// Their episodes.
    pub episodes: Vec<EpisodeRow>,
    /// Their messages.
    pub messages: Vec<MessageRow>,
    /// Their waits.
    pub responses: Vec<ResponseRow>,
    /// Their questions.
    pub questions: Vec<QuestionRow>,
    /// Their feedback.
    pub feedback: Vec<FeedbackRow>,
    /// Their surveys.
    pub surveys: Vec<SurveyRow>,
    /// Their tickets.
    pub tickets: Vec<TicketRow>,
    /// Their tickets' messages.
    pub ticket_messages: Vec<TicketMessageRow>,
    /// When they were open.
    pub backlog: Vec<BacklogRow>,
    /// Their tickets' stays in stages.
    pub stays: Vec<StayRow>,
    /// What may have been promised for them.
    pub promises: Vec<PromiseRow>,
    /// Their jobs' events.
    pub jobs: Vec<JobRow>,
    /// The own fields of their conversations, by code.
    pub own_of_conversations: Vec<(u32, Vec<OwnField>)>,
    /// The own fields of their tickets, by code.
    pub own_of_tickets: Vec<(u32, Vec<OwnField>)>,
}

impl Update {
    /// Adds the rows of another update.
    pub fn extend(&mut self, other: Self) {
        self.units.extend(other.units);
        self.threads.extend(other.threads);
        self.episodes.extend(other.episodes);
        self.messages.extend(other.messages);
        self.responses.extend(other.responses);
        self.questions.extend(other.questions);
        self.feedback.extend(other.feedback);
        self.surveys.extend(other.surveys);
        self.tickets.extend(other.tickets);
        self.ticket_messages.extend(other.ticket_messages);
        self.backlog.extend(other.backlog);
        self.stays.extend(other.stays);
        self.promises.extend(other.promises);
        self.jobs.extend(other.jobs);
        self.own_of_conversations.extend(other.own_of_conversations);
        self.own_of_tickets.extend(other.own_of_tickets);
    }
}

/// The inbound episodes of each contact: start, conversation, ordinal, in order.
pub type Starts = HashMap<u32, Vec<(i64, u32, u32)>>;

/// The stays of each ticket, in order.
pub type Stays = HashMap<u32, Vec<StayRow>>;

/// Every fact, as immutable columns.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Texts and their codes.
    pub dictionaries: Arc<Dictionaries>,
    /// Conversations by code.
    pub threads: Arc<Vec<ThreadRow>>,
    /// Contacts by code.
    pub contacts: Arc<Contacts>,
    /// Schedules, agreements, reps' hours and statuses.
    pub duty: Arc<Duty>,
    /// Episodes.
    pub episodes: Table<EpisodeRow>,
    /// Public messages.
    pub messages: Table<MessageRow>,
    /// Waits between messages.
    pub responses: Table<ResponseRow>,
    /// Questions.
    pub questions: Table<QuestionRow>,
    /// Feedback.
    pub feedback: Table<FeedbackRow>,
    /// Surveys.
    pub surveys: Table<SurveyRow>,
    /// Tickets.
    pub tickets: Table<TicketRow>,
    /// Tickets' messages.
    pub ticket_messages: Table<TicketMessageRow>,
    /// Stretches of being open.
    pub backlog: Table<BacklogRow>,
    /// Tickets' stays in stages.
    pub stays: Table<StayRow>,
    /// What may have been promised.
    pub promises: Table<PromiseRow>,
    /// Jobs' events.
    pub jobs: Table<JobRow>,
    own_of_conversations: Arc<OwnFields>,
    own_of_tickets: Arc<OwnFields>,
    ended: OnceLock<HashMap<u32, Vec<EpisodeRow>>>,
    opened: OnceLock<HashMap<u32, TicketRow>>,
    starts: OnceLock<Starts>,
    by_ticket: OnceLock<Stays>,
}

impl Facts {
    /// Empty facts that number texts in `dictionaries`.
    pub fn new(dictionaries: Arc<Dictionaries>) -> Self {
        Self {
            dictionaries,
            ..Self::default()
        }
    }

    /// These facts with `update` applied, and with `contacts` if they changed.
    #[must_use]
    pub fn with(&self, update: Update, contacts: Option<Arc<Contacts>>) -> Self {
        let units = &update.units;
        let mut threads = Arc::clone(&self.threads);
        if !update.threads.is_empty() {
            let rows = Arc::make_mut(&mut threads);
            for (code, row) in update.threads {
                let place = code as usize;
                if rows.len() <= place {
                    rows.resize(place + 1, ThreadRow::default());
                }
                if let Some(slot) = rows.get_mut(place) {
                    *slot = row;
                }
            }
        }
        Self {
            dictionaries: Arc::clone(&self.dictionaries),
            threads,
            contacts: contacts.unwrap_or_else(|| Arc::clone(&self.contacts)),
            duty: Arc::clone(&self.duty),
            episodes: self.episodes.with(units, update.episodes),
            messages: self.messages.with(units, update.messages),
            responses: self.responses.with(units, update.responses),
            questions: self.questions.with(units, update.questions),
            feedback: self.feedback.with(units, update.feedback),
            surveys: self.surveys.with(units, update.surveys),
            tickets: self.tickets.with(units, update.tickets),
            ticket_messages: self.ticket_messages.with(units, update.ticket_messages),
            backlog: self.backlog.with(units, update.backlog),
            stays: self.stays.with(units, update.stays),
            promises: self.promises.with(units, update.promises),
            jobs: self.jobs.with(units, update.jobs),
            own_of_conversations: told(&self.own_of_conversations, &update.own_of_conversations),
            own_of_tickets: told(&self.own_of_tickets, &update.own_of_tickets),
            ended: OnceLock::new(),
            opened: OnceLock::new(),
            starts: OnceLock::new(),
            by_ticket: OnceLock::new(),
        }
    }

    /// These facts with another timetable.
    #[must_use]
    pub fn on_duty(self, duty: Arc<Duty>) -> Self {
        duty.intern(&self.dictionaries);
        Self { duty, ..self }
    }

    /// The span of every instant that a duration of a row may start or end at.
    pub fn span(&self) -> (i64, i64) {
        let spans = [
            self.episodes.span(),
            self.messages.span(),
            self.tickets.span(),
            self.backlog.span(),
        ];
        let spans = spans.into_iter().flatten();
        let whole = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        whole.unwrap_or_default()
    }

    /// What the conversation `code` says.
    pub fn thread(&self, code: u32) -> ThreadRow {
        self.threads.get(code as usize).copied().unwrap_or_default()
    }

    /// The contact as which the conversation's contact counts.
    pub fn contact(&self, code: u32) -> ContactRow {
        self.contacts.get(self.contacts.get(code).root)
    }

    /// The value of an own field at an instant: the ticket's, else the conversation's, else
    /// the contact's; `NONE`: there is none.
    pub fn own_field(
        &self,
        (ticket, conversation, contact): (u32, u32, u32),
        name: u32,
        at: i64,
    ) -> u32 {
        let of_ticket = self.own_of_tickets.get(ticket, name, at);
        let found = of_ticket
            .or_else(|| self.own_of_conversations.get(conversation, name, at))
            .or_else(|| self.contacts.1.get(contact, name, at));
        found.unwrap_or(NONE)
    }

    /// The episode of a conversation at an instant: the one then current or last, else the
    /// first; all are gathered when first asked for.
    pub fn episode_at(&self, conversation: u32, at: i64) -> Option<&EpisodeRow> {
        let episodes = self.ended.get_or_init(|| {
            let mut episodes: HashMap<u32, Vec<EpisodeRow>> = HashMap::new();
            for row in self.episodes.rows() {
                episodes.entry(row.conversation).or_default().push(row);
            }
            for rows in episodes.values_mut() {
                rows.sort_by_key(|row| row.ordinal);
            }
            episodes
        });
        let rows = episodes.get(&conversation)?;
        let after = rows.partition_point(|row| row.started_at <= at);
        rows.get(after.saturating_sub(1))
    }

    /// The ticket `code`; all are gathered when first asked for.
    pub fn ticket(&self, code: u32) -> Option<&TicketRow> {
        let tickets = self
            .opened
            .get_or_init(|| self.tickets.rows().map(|row| (row.ticket, row)).collect());
        tickets.get(&code)
    }

    /// The stays of the ticket `code`, in order; all are gathered when first asked for.
    pub fn stays_of(&self, code: u32) -> &[StayRow] {
        let stays = self.by_ticket.get_or_init(|| {
            let mut stays = Stays::new();
            for row in self.stays.rows() {
                stays.entry(row.ticket).or_default().push(row);
            }
            stays
        });
        stays.get(&code).map(Vec::as_slice).unwrap_or_default()
    }

    /// The starts of every contact's inbound episodes, made when first asked for.
    pub fn starts(&self) -> &Starts {
        self.starts.get_or_init(|| {
            let mut starts = Starts::new();
            for row in self.episodes.rows() {
                let thread = self.thread(row.conversation);
                if row.outbound || thread.excluded != 0 {
                    continue;
                }
                let contact = self.contacts.get(thread.contact).root;
                let entry = (row.started_at, row.conversation, row.ordinal);
                starts.entry(contact).or_default().push(entry);
            }
            starts
        })
    }
}

/// Own fields with what was told anew.
fn told(known: &Arc<OwnFields>, news: &[(u32, Vec<OwnField>)]) -> Arc<OwnFields> {
    let mut known = Arc::clone(known);
    if !news.is_empty() {
        let fields = Arc::make_mut(&mut known);
        for (code, told) in news {
            fields.set(*code, told);
        }
    }
    known
}
