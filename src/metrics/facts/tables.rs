//! All tables of facts at one position of the log, and what changes them.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::contacts::{ContactRow, Contacts};
use super::dictionary::{Dictionaries, NONE};
use super::duty::Duty;
use super::own::{OwnField, OwnFields};
use super::pages::Pages;
use super::starts::Starts;
use crate::metrics::table::{
    BacklogRow, EpisodeRow, FeedbackRow, Find, JobRow, MessageRow, PromiseRow, QuestionRow,
    ResponseRow, Section, StayRow, SurveyRow, Table, TicketMessageRow, TicketRow, UnitSet,
    read_table, write_table,
};

/// What a conversation says once; its place is the conversation's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
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
    /// An `Exclusion`.
    pub excluded: u8,
    /// Whether the source gave only part of it.
    pub truncated: bool,
    /// Its tags as they are.
    pub tag_set: u32,
    /// How urgent, as it is.
    pub priority: u32,
    /// In which inbox.
    pub inbox: u32,
    /// For which brand.
    pub brand: u32,
    /// The rep whose it is.
    pub rep: u32,
    /// The team whose it is.
    pub team: u32,
    /// The conversation that it went into in the end.
    pub merged_into: u32,
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
            truncated: false,
            tag_set: NONE,
            priority: NONE,
            inbox: NONE,
            brand: NONE,
            rep: NONE,
            team: NONE,
            merged_into: NONE,
            ticketed: false,
            started: false,
        }
    }
}

/// Whose own fields are read, by codes.
#[derive(Clone, Copy, Debug)]
pub struct FieldOwner {
    /// The ticket.
    pub ticket: u32,
    /// Its conversation.
    pub conversation: u32,
    /// Its contact.
    pub contact: u32,
}

/// The stays of each ticket, in order.
pub type Stays = HashMap<u32, Vec<StayRow>>;

/// Declares the tables: what an update brings, what facts hold, and how they are stored.
macro_rules! tables {
    ($($(#[$doc:meta])* $table:ident: $row:ident,)*) => {
        /// The rows that take the place of all rows of `units`.
        #[derive(Debug, Default)]
        pub struct Update {
            /// The units whose rows are replaced.
            pub units: HashSet<u32>,
            /// Their conversations, by code.
            pub threads: Vec<(u32, ThreadRow)>,
            /// The own fields of their conversations, by code.
            pub own_of_conversations: Vec<(u32, Vec<OwnField>)>,
            /// The own fields of their tickets, by code.
            pub own_of_tickets: Vec<(u32, Vec<OwnField>)>,
            /// Whose their tickets were, by code.
            pub owners: Vec<(u32, Vec<OwnField>)>,
            /// The schedules of their conversations, by code.
            pub schedules_of_conversations: Vec<(u32, Vec<OwnField>)>,
            /// The schedules of their tickets, by code.
            pub schedules_of_tickets: Vec<(u32, Vec<OwnField>)>,
            $($(#[$doc])* pub $table: Vec<$row>,)*
        }

        impl Update {
            /// Adds the rows of another update.
            pub fn extend(&mut self, other: Self) {
                self.units.extend(other.units);
                self.threads.extend(other.threads);
                self.own_of_conversations.extend(other.own_of_conversations);
                self.own_of_tickets.extend(other.own_of_tickets);
                self.owners.extend(other.owners);
                self.schedules_of_conversations.extend(other.schedules_of_conversations);
                self.schedules_of_tickets.extend(other.schedules_of_tickets);
                $(self.$table.extend(other.$table);)*
            }
        }

        /// Every fact, as immutable columns.
        #[derive(Clone, Debug, Default)]
        pub struct Facts {
            /// Texts and their codes.
            pub dictionaries: Arc<Dictionaries>,
            /// Conversations by code.
            pub threads: Pages<ThreadRow>,
            /// Contacts by code.
            pub contacts: Arc<Contacts>,
            /// Schedules, agreements, reps' hours and statuses.
            pub duty: Arc<Duty>,
            /// The own fields of conversations.
            pub own_of_conversations: OwnFields,
            /// The own fields of tickets.
            pub own_of_tickets: OwnFields,
            /// Whose tickets were, and are, where that is not as at their opening.
            pub owners: OwnFields,
            /// The schedules of conversations that have their own.
            pub schedules_of_conversations: OwnFields,
            /// The schedules of tickets that have their own.
            pub schedules_of_tickets: OwnFields,
            $($(#[$doc])* pub $table: Table<$row>,)*
            starts: OnceLock<Starts>,
            by_ticket: OnceLock<Stays>,
            ended: OnceLock<HashMap<u32, Vec<EpisodeRow>>>,
            opened: OnceLock<HashMap<u32, TicketRow>>,
        }

        impl Facts {
            /// These facts with `update` applied, and with `contacts` if they changed.
            #[must_use]
            pub fn with(&self, update: Update, contacts: Option<Arc<Contacts>>) -> Self {
                let units = &UnitSet::new(update.units.iter().copied());
                let mut threads = self.threads.clone();
                for (code, row) in update.threads {
                    threads.set(code, row);
                }
                Self {
                    dictionaries: Arc::clone(&self.dictionaries),
                    threads,
                    contacts: contacts.unwrap_or_else(|| Arc::clone(&self.contacts)),
                    duty: Arc::clone(&self.duty),
                    own_of_conversations: self
                        .own_of_conversations
                        .with(&update.own_of_conversations),
                    own_of_tickets: self.own_of_tickets.with(&update.own_of_tickets),
                    owners: self.owners.with(&update.owners),
                    schedules_of_conversations: self
                        .schedules_of_conversations
                        .with(&update.schedules_of_conversations),
                    schedules_of_tickets: self
                        .schedules_of_tickets
                        .with(&update.schedules_of_tickets),
                    $($table: self.$table.with(units, update.$table),)*
                    starts: OnceLock::new(),
                    by_ticket: OnceLock::new(),
                    ended: OnceLock::new(),
                    opened: OnceLock::new(),
                }
            }

            /// Each table as bytes, under its name.
            pub(in crate::metrics) fn table_sections(&self) -> Vec<Section> {
                vec![$((stringify!($table), write_table(&self.$table)),)*]
            }

            /// These facts with the tables of sections found by name, read on all cores.
            pub(in crate::metrics) fn with_tables(mut self, find: Find<'_>) -> Option<Self> {
                let is_whole = AtomicBool::new(true);
                rayon::scope(|scope| {
                    $(scope.spawn(|_| match find(stringify!($table)).map(|kept| read_table(&kept)) {
                        Some(Some(table)) => self.$table = table,
                        _ => is_whole.store(false, Ordering::Relaxed),
                    });)*
                });
                is_whole.into_inner().then_some(self)
            }

            /// How much memory the columns take, in bytes.
            pub fn bytes(&self) -> usize {
                0 $(+ self.$table.bytes())*
            }
        }
    };
}

tables! {
    /// Episodes.
    episodes: EpisodeRow,
    /// Public messages.
    messages: MessageRow,
    /// Waits between messages.
    responses: ResponseRow,
    /// Questions.
    questions: QuestionRow,
    /// Feedback.
    feedback: FeedbackRow,
    /// Surveys.
    surveys: SurveyRow,
    /// Tickets.
    tickets: TicketRow,
    /// Messages of tickets' conversations.
    ticket_messages: TicketMessageRow,
    /// Stretches of being open.
    backlog: BacklogRow,
    /// Tickets' stays in stages.
    stays: StayRow,
    /// What may have been promised.
    promises: PromiseRow,
    /// Jobs' events.
    jobs: JobRow,
}

impl Facts {
    /// Empty facts that number texts in `dictionaries`.
    pub fn new(dictionaries: Arc<Dictionaries>) -> Self {
        Self {
            dictionaries,
            ..Self::default()
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
        self.threads.get(code)
    }

    /// The contact as which the conversation's contact counts.
    pub fn contact(&self, code: u32) -> ContactRow {
        self.contacts.counted(code)
    }

    /// The value of an own field at an instant: the ticket's, else the conversation's, else
    /// the contact's; `NONE`: there is none.
    pub fn own_field(&self, owner: FieldOwner, name: u32, at: i64) -> u32 {
        let of_ticket = self.own_of_tickets.get(owner.ticket, name, at);
        let value = of_ticket
            .or_else(|| self.own_of_conversations.get(owner.conversation, name, at))
            .or_else(|| self.contacts.1.get(owner.contact, name, at));
        value.unwrap_or(NONE)
    }

    /// The schedules that a ticket has had itself, else its conversation, in order.
    pub fn own_schedules(&self, ticket: u32, conversation: u32) -> Option<Arc<[OwnField]>> {
        let of_ticket = self.schedules_of_tickets.of(ticket);
        of_ticket.or_else(|| self.schedules_of_conversations.of(conversation))
    }

    /// Whose a ticket was at an instant, `field` being `OWNER` or `TEAM`; `None`: as at its opening.
    pub fn holder(&self, ticket: u32, field: u32, at: i64) -> Option<u32> {
        self.owners.get(ticket, field, at)
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
            for stays in stays.values_mut() {
                stays.sort_by_key(|stay| (stay.from, stay.until));
            }
            stays
        });
        stays.get(&code).map(Vec::as_slice).unwrap_or_default()
    }

    /// The starts of every contact's inbound episodes, made when first asked for.
    pub fn starts(&self) -> &Starts {
        self.starts.get_or_init(|| {
            Starts::of(&self.episodes, |conversation| {
                let thread = self.thread(conversation);
                let counts = thread.excluded == 0 && thread.contact != NONE;
                counts.then(|| self.contacts.get(thread.contact).root)
            })
        })
    }
}
