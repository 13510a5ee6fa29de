//! Folding units into an update: what a rebuild, the live fold and a past `as_of` share.
//!
//! Pure but for the dictionaries, which only grow.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::contacts::ContactFold;
use super::rows::RowWriter;
use crate::metrics::{Contacts, Dictionaries, Duty, Facts, Update};
use crate::model::desk::{Line, Seen, TicketLine, UnitLines};
use crate::model::episode::{self, Context};
use crate::model::event::{Body, Event, Subject, cmp_events};
use crate::model::{Conversation, Directory, Profile, Timestamp, Timetable};

/// Everything besides a unit's own events that its facts depend on.
#[derive(Clone, Debug, Default)]
pub struct UnitFolder {
    /// The windows and switches to count by.
    pub profile: Profile,
    /// Reps, teams, pipelines and tags.
    pub directory: Arc<Directory>,
    /// When contacts were blocked.
    pub blocked: Arc<HashMap<String, Timestamp>>,
    /// Texts and their codes.
    pub dictionaries: Arc<Dictionaries>,
    /// Whether there are agreements. Without one only what the source itself wants by an
    /// instant can be promised, and no other promise is kept as a row.
    pub agreements: bool,
}

impl UnitFolder {
    /// Folds one unit's events, which must be in event order, into `update`; gives the lines of
    /// what of it is on the desk.
    ///
    /// Events later than `as_of` do not exist yet.
    pub fn fold(
        &self,
        unit: u32,
        events: &[Event],
        as_of: Timestamp,
        update: &mut Update,
    ) -> UnitLines {
        let context = Context {
            directory: &self.directory,
            profile: &self.profile,
            blocked: &self.blocked,
        };
        let visible: Vec<&Event> = events.iter().filter(|event| event.at <= as_of).collect();
        let facts = episode::fold(&context, &visible);
        RowWriter {
            dictionaries: &self.dictionaries,
            agreements: self.agreements,
            unit,
            update,
        }
        .write(&facts);
        let seen = Seen {
            directory: &self.directory,
            now: as_of,
            tickets: &facts.tickets,
        };
        // Most of it is over: only of the rest the events are taken apart again.
        let own = std::cell::OnceCell::new();
        // Words that are taken away are gone at once, whatever the clock says.
        let is_shown =
            |event: &&Event| event.at <= as_of || matches!(event.body, Body::MessageRedacted(_));
        let own = || {
            own.get_or_init(|| {
                events
                    .iter()
                    .filter(is_shown)
                    .cloned()
                    .collect::<Vec<Event>>()
            })
            .as_slice()
        };
        let conversations = facts.threads.iter().filter_map(|thread| {
            let fold = || Conversation::fold_in(thread.conversation, own());
            Line::of(thread, unit, seen, fold)
        });
        let tickets = facts.tickets.iter();
        let tickets = tickets.filter_map(|ticket| TicketLine::of(ticket, unit, seen, own));
        UnitLines {
            conversations: conversations.collect(),
            tickets: tickets.collect(),
        }
    }
}

/// Folds a set of events as one: for tests, and to count without a store.
pub fn fold_all(events: &[Event], profile: Profile, as_of: Timestamp) -> Facts {
    let mut visible: Vec<&Event> = events.iter().filter(|event| event.at <= as_of).collect();
    visible.sort_by(|a, b| cmp_events(a, b));
    let (contacts, details) = ContactFold::of(visible.iter().copied());
    let mut units = Units::default();
    for event in &visible {
        match event.body.subject() {
            Subject::Contact(_) | Subject::Installation => {}
            subject => units.file(subject, event),
        }
    }
    let timetable = Timetable::fold(visible.iter().copied());
    let folder = UnitFolder {
        profile,
        directory: Arc::new(Directory::fold(visible.iter().copied())),
        blocked: Arc::clone(&contacts.blocked),
        dictionaries: Arc::default(),
        agreements: timetable.slas().next().is_some(),
    };
    let mut update = Update::default();
    for (unit, events) in units.grouped() {
        drop(folder.fold(unit, &events, as_of, &mut update));
    }
    let rows = contacts.rows_with(&Contacts::default(), &details, &folder.dictionaries);
    let duty = Duty::new(timetable);
    Facts::new(Arc::clone(&folder.dictionaries))
        .with(update, Some(Arc::new(rows)))
        .on_duty(Arc::new(duty))
}

/// Things and the links between them, in memory.
#[derive(Default)]
struct Units<'a> {
    numbers: HashMap<Subject<'a>, usize>,
    parents: Vec<usize>,
    events: Vec<Vec<&'a Event>>,
}

impl<'a> Units<'a> {
    fn number(&mut self, subject: Subject<'a>) -> usize {
        let fresh = self.parents.len();
        let number = *self.numbers.entry(subject).or_insert(fresh);
        if number == fresh {
            self.parents.push(fresh);
            self.events.push(Vec::new());
        }
        number
    }

    fn root(&self, number: usize) -> usize {
        let mut root = number;
        while let Some(parent) = self.parents.get(root).filter(|parent| **parent != root) {
            root = *parent;
        }
        root
    }

    fn file(&mut self, subject: Subject<'a>, event: &'a Event) {
        let number = self.number(subject);
        if let Some(events) = self.events.get_mut(number) {
            events.push(event);
        }
        if let Some(other) = event.body.link() {
            let other = self.number(other);
            let (one, other) = (self.root(number), self.root(other));
            if let Some(parent) = self.parents.get_mut(one.max(other)) {
                *parent = one.min(other);
            }
        }
    }

    fn grouped(self) -> Vec<(u32, Vec<Event>)> {
        let mut groups: BTreeMap<usize, Vec<Event>> = BTreeMap::new();
        for number in 0..self.parents.len() {
            let events = self
                .events
                .get(number)
                .into_iter()
                .flatten()
                .copied()
                .cloned();
            groups.entry(self.root(number)).or_default().extend(events);
        }
        let units = groups.into_iter().map(|(number, mut events)| {
            events.sort_by(cmp_events);
            (u32::try_from(number).unwrap_or(u32::MAX), events)
        });
        units.collect()
    }
}
