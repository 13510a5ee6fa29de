//! Facts as bytes, for a start that need not fold everything again.
//!
//! Kept facts hold for the layout of the rows that they name and for [`RULES`]; whatever
//! does not fit is not read, and the caller folds again. Where and when they are stored is
//! the business of `projection`.

use std::sync::Arc;

use rayon::prelude::*;

use super::facts::{
    ContactRow, Contacts, Dictionaries, Dictionary, Facts, OwnField, OwnFields, Pages, ThreadRow,
};
pub use super::table::{Find, Section};
use super::table::{Reader, Writer};

/// The version of what the columns mean: another one whenever an episode rule or a
/// row's making changes, so that facts stored by older rules are folded again.
pub const RULES: u32 = 7;

/// The facts as sections, each to be read on its own.
pub fn to_sections(facts: &Facts) -> Vec<Section> {
    let mut sections = facts.table_sections();
    sections.push(("dictionaries", write_dictionaries(&facts.dictionaries)));
    sections.push(("threads", write_threads(&facts.threads)));
    sections.push((
        "contacts",
        write_contacts(&facts.contacts, &facts.dictionaries),
    ));
    sections.push(("own_of_contacts", write_own(&facts.contacts.1)));
    sections.push(("own_of_tickets", write_own(&facts.own_of_tickets)));
    sections.push(("owners", write_own(&facts.owners)));
    for (name, schedules) in [
        (
            "schedules_of_conversations",
            &facts.schedules_of_conversations,
        ),
        ("schedules_of_tickets", &facts.schedules_of_tickets),
    ] {
        sections.push((name, write_own(schedules)));
    }
    let of_conversations = write_own(&facts.own_of_conversations);
    sections.push(("own_of_conversations", of_conversations));
    sections
}

/// The facts of sections found by name, read on all cores; `None` where one is missing or says
/// something else.
pub fn from_sections(find: Find<'_>) -> Option<Facts> {
    let own = |name: &str| read_own(&find(name)?);
    let (mut tables, mut dictionaries, mut threads) = (None, None, None);
    let (mut contacts, mut of_contacts, mut of_conversations) = (None, None, None);
    rayon::scope(|scope| {
        scope.spawn(|_| {
            dictionaries = find("dictionaries").and_then(|section| read_dictionaries(&section));
        });
        scope.spawn(|_| of_conversations = own("own_of_conversations"));
        scope.spawn(|_| of_contacts = own("own_of_contacts"));
        scope.spawn(|_| contacts = find("contacts").and_then(|section| read_contacts(&section)));
        scope.spawn(|_| threads = find("threads").and_then(|section| read_threads(&section)));
        scope.spawn(|_| tables = Facts::new(Arc::default()).with_tables(find));
    });
    let mut contacts = contacts?;
    contacts.1 = of_contacts?;
    let mut facts = tables?;
    facts.dictionaries = Arc::new(dictionaries?);
    facts.threads = threads?;
    facts.contacts = Arc::new(contacts);
    facts.own_of_conversations = of_conversations?;
    facts.own_of_tickets = own("own_of_tickets")?;
    facts.owners = own("owners")?;
    facts.schedules_of_conversations = own("schedules_of_conversations")?;
    facts.schedules_of_tickets = own("schedules_of_tickets")?;
    Some(facts)
}

fn write_dictionaries(dictionaries: &Dictionaries) -> Vec<u8> {
    let mut writer = Writer::default();
    for dictionary in dictionaries.all() {
        dictionary.with_all(|all, lengths| {
            writer.list(lengths, u32::to_le_bytes);
            writer.bytes(all.as_bytes());
        });
    }
    writer.0
}

/// The texts of a dictionary as they were stored, end to end.
struct Texts<'a> {
    dictionary: &'a Dictionary,
    lengths: Vec<u32>,
    all: &'a [u8],
}

fn read_dictionaries(bytes: &[u8]) -> Option<Dictionaries> {
    let mut reader = Reader(bytes);
    let read = Dictionaries::default();
    let mut texts = Vec::new();
    for dictionary in read.all() {
        let lengths = reader.list(u32::from_le_bytes)?;
        let all = reader.bytes()?;
        texts.push(Texts {
            dictionary,
            lengths,
            all,
        });
    }
    let fill = |texts: Texts<'_>| {
        let all = std::str::from_utf8(texts.all).ok()?;
        texts.dictionary.fill(all, &texts.lengths)
    };
    let cell_counts = texts.into_par_iter().map(fill);
    cell_counts.collect::<Option<()>>()?;
    reader.0.is_empty().then_some(read)
}

fn write_threads(threads: &Pages<ThreadRow>) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.number(threads.len() as u64);
    for row in threads.iter() {
        let flags = u64::from(row.outbound)
            | u64::from(row.started) << 1
            | u64::from(row.ticketed) << 2
            | u64::from(row.truncated) << 3
            | u64::from(row.excluded) << 8
            | u64::from(row.priority) << 32;
        let numbers = [
            row.unit,
            row.contact,
            row.channel,
            row.language,
            row.tag_set,
            row.inbox,
            row.brand,
            row.rep,
            row.team,
            row.merged_into,
        ];
        writer
            .0
            .extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
        writer.number(flags);
    }
    writer.0
}

fn read_threads(bytes: &[u8]) -> Option<Pages<ThreadRow>> {
    const SIZE: usize = 48;
    let mut reader = Reader(bytes);
    let count = reader.code()?;
    let (rows, rest) = reader.0.as_chunks::<SIZE>();
    if rows.len() != count as usize || !rest.is_empty() {
        return None;
    }
    let mut threads = Pages::default();
    for (place, row) in (0..count).zip(rows) {
        let (numbers, flags) = row.split_at(40);
        let (numbers, _) = numbers.as_chunks::<4>();
        let mut numbers = numbers.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let flags = Reader(flags).number()?;
        let row = ThreadRow {
            unit: numbers.next()?,
            contact: numbers.next()?,
            channel: numbers.next()?,
            language: numbers.next()?,
            tag_set: numbers.next()?,
            inbox: numbers.next()?,
            brand: numbers.next()?,
            rep: numbers.next()?,
            team: numbers.next()?,
            merged_into: numbers.next()?,
            outbound: flags & 1 == 1,
            started: flags & 2 == 2,
            ticketed: flags & 4 == 4,
            truncated: flags & 8 == 8,
            excluded: u8::try_from(flags >> 8 & 0xFF).ok()?,
            priority: u32::try_from(flags >> 32).ok()?,
        };
        threads.set(place, row);
    }
    Some(threads)
}

fn write_contacts(contacts: &Contacts, dictionaries: &Dictionaries) -> Vec<u8> {
    let codes = 0..u32::try_from(dictionaries.contact.len()).unwrap_or(u32::MAX);
    let rows: Vec<u32> = codes
        .map(|code| (code, contacts.get(code)))
        .flat_map(|(code, row)| [code, row.root, row.language, row.company])
        .collect();
    let mut writer = Writer::default();
    writer.list(&rows, u32::to_le_bytes);
    writer.0
}

fn read_contacts(bytes: &[u8]) -> Option<Contacts> {
    let rows = Reader(bytes).list(u32::from_le_bytes)?;
    let (rows, _) = rows.as_chunks::<4>();
    let mut contacts = Contacts::default();
    for [code, root, language, company] in rows.iter().copied() {
        let row = ContactRow {
            root,
            language,
            company,
        };
        contacts.set(code, row);
    }
    Some(contacts)
}

fn write_own(own: &OwnFields) -> Vec<u8> {
    let mut writer = Writer::default();
    for (code, fields) in own.all() {
        writer.number(u64::from(code));
        writer.number(fields.len() as u64);
        for field in fields.iter() {
            writer.number(u64::from(field.name) << 32 | u64::from(field.value));
            writer.signed(field.from);
        }
    }
    writer.0
}

fn read_own(bytes: &[u8]) -> Option<OwnFields> {
    let mut reader = Reader(bytes);
    let mut own = OwnFields::default();
    while !reader.0.is_empty() {
        let code = reader.code()?;
        let mut fields = Vec::new();
        for _ in 0..reader.size()? {
            let both = reader.number()?;
            fields.push(OwnField {
                name: u32::try_from(both >> 32).ok()?,
                value: u32::try_from(both & u64::from(u32::MAX)).ok()?,
                from: reader.signed()?,
            });
        }
        own.set(code, &fields);
    }
    Some(own)
}
