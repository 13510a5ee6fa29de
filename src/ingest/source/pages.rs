//! Records out of an export's pages, lines and lists, each held alone.
//!
//! A page is an object that lists records under a name (`{"tickets": […], "next_page": …}`); a
//! record alone is one too, without such a name before its own fields. Both come one after the
//! other, a line each, in a list, or run together. A record that cannot be read is reported with
//! its number and stops nothing. Fed by `open`; read by `migration`.

use std::io::{self, Read};
use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::scanner::{Fault, Scanner};
use crate::ingest::Error;

/// What pages say beside their records; an object that begins with something else is a record.
const PAGE_FACTS: [&str; 31] = [
    "after_cursor",
    "after_url",
    "before_cursor",
    "before_url",
    "completedAt",
    "count",
    "data",
    "end_of_stream",
    "end_time",
    "facets",
    "has_more",
    "hasMore",
    "links",
    "meta",
    "next_page",
    "offset",
    "page",
    "pages",
    "paging",
    "per_page",
    "previous_page",
    "requestedAt",
    "sort_by",
    "sort_order",
    "startedAt",
    "start_time",
    "status",
    "success",
    "total",
    "total_count",
    "type",
];

/// A record's fields.
pub(super) type Record = Map<String, Value>;

/// Who takes records.
pub(super) trait Receiver {
    /// Whether objects are listed under `key`.
    fn is_list(&self, key: &str) -> bool;
    /// Whether the records that are listed under `key` are looked at.
    fn wants(&self, key: &str) -> bool;
    /// Takes a record; `key` is what it was listed under.
    fn take(&mut self, number: u64, key: Option<&str>, record: Record) -> ControlFlow<()>;
    /// Takes one that cannot be read.
    fn broken(&mut self, number: u64, key: Option<&str>, fault: Broken) -> ControlFlow<()>;
}

/// A record that cannot be read.
pub(super) struct Broken {
    /// In which line, from 1.
    pub(super) line: u64,
    /// Why.
    pub(super) reason: String,
    /// How it begins.
    pub(super) text: String,
}

/// How much of a broken record is shown.
const SHOWN: usize = 1_000;

/// Why a reading ends early.
enum Stop {
    Fault(Fault),
    Receiver,
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

struct Pages<'a, R> {
    scanner: Scanner<R>,
    receiver: &'a mut dyn Receiver,
    /// How many records were met.
    number: u64,
}

/// Hands all records of `input` to `receiver`; gives their number.
pub(super) fn read(
    name: &str,
    input: impl Read,
    receiver: &mut dyn Receiver,
) -> Result<u64, Error> {
    let mut pages = Pages {
        scanner: Scanner::new(input),
        receiver,
        number: 0,
    };
    match pages.all() {
        Ok(()) if pages.number == 0 => Err(Error::Empty {
            name: name.to_owned(),
        }),
        Ok(()) | Err(Stop::Receiver) => Ok(pages.number),
        Err(Stop::Fault(fault)) => Err(pages.error(name, fault)),
    }
}

impl<R: Read> Pages<'_, R> {
    fn all(&mut self) -> Result<(), Stop> {
        self.scanner.skip_mark()?;
        loop {
            let tried = match self.scanner.peek()? {
                None => return Ok(()),
                Some(b'{') => self.object(None),
                Some(b'[') => self.list(None),
                Some(b',') => {
                    self.scanner.pass();
                    continue;
                }
                Some(found) => {
                    let found = char::from(found).escape_default();
                    let reason = format!("found `{found}`; expected a JSON object");
                    Err(Fault::Syntax(reason).into())
                }
            };
            match tried {
                Err(Stop::Fault(Fault::Syntax(reason))) => self.go_on(&reason)?,
                tried => tried?,
            }
        }
    }

    /// Reports what is broken, and goes on at the next line that may begin a value.
    fn go_on(&mut self, reason: &str) -> Result<(), Stop> {
        self.number += 1;
        let broken = Broken {
            line: self.scanner.line(),
            reason: format!("not JSON: {reason}"),
            text: String::new(),
        };
        if self.receiver.broken(self.number, None, broken).is_break() {
            return Err(Stop::Receiver);
        }
        self.scanner.recover()?;
        Ok(())
    }

    /// Reads a list of records, or of pages.
    fn list(&mut self, key: Option<&str>) -> Result<(), Stop> {
        self.scanner.expect(b'[')?;
        loop {
            match self.scanner.peek()? {
                None => return Err(Fault::End.into()),
                Some(b']') => {
                    self.scanner.pass();
                    return Ok(());
                }
                Some(b',') => self.scanner.pass(),
                Some(b'{') if key.is_none() => self.object(None)?,
                Some(_) => self.one(key)?,
            }
        }
    }

    /// Reads one record of a list.
    fn one(&mut self, key: Option<&str>) -> Result<(), Stop> {
        let line = self.scanner.line();
        self.scanner.take()?;
        self.number += 1;
        if key.is_some_and(|key| !self.receiver.wants(key)) {
            return Ok(());
        }
        let text = self.scanner.value();
        let done = match serde_json::from_slice::<Record>(text) {
            Ok(record) => self.receiver.take(self.number, key, record),
            Err(error) => {
                let broken = Broken::new(line, &error, text);
                self.receiver.broken(self.number, key, broken)
            }
        };
        if done.is_break() {
            return Err(Stop::Receiver);
        }
        Ok(())
    }

    /// Reads a page, or a record that stands alone.
    fn object(&mut self, key: Option<&str>) -> Result<(), Stop> {
        let line = self.scanner.line();
        self.scanner.expect(b'{')?;
        let (mut facts, mut fault, mut is_page) = (Record::new(), None, false);
        loop {
            match self.scanner.peek()? {
                None => return Err(Fault::End.into()),
                Some(b'}') => {
                    self.scanner.pass();
                    break;
                }
                Some(b',') => {
                    self.scanner.pass();
                    continue;
                }
                Some(_) => {}
            }
            let name = self.name()?;
            self.scanner.expect(b':')?;
            let may_be_page =
                is_page || facts.keys().all(|fact| PAGE_FACTS.contains(&fact.as_str()));
            if may_be_page && self.receiver.is_list(&name) {
                is_page |= self.listed(&name, &mut facts)?;
                continue;
            }
            let line = self.scanner.line();
            self.scanner.take()?;
            match serde_json::from_slice(self.scanner.value()) {
                Ok(value) => drop(facts.insert(name, value)),
                Err(error) => fault = Some(Broken::new(line, &error, self.scanner.value())),
            }
        }
        if is_page && !facts.contains_key("id") {
            return Ok(());
        }
        self.number += 1;
        if is_page {
            // What was listed in it was taken for a page's records: nothing of it is lost unsaid.
            fault = Some(Broken {
                line,
                reason: "it is a record whose fields begin with a list of others; write the field that says what it is before that list".to_owned(),
                text: String::new(),
            });
        }
        let done = match fault {
            None => self.receiver.take(self.number, key, facts),
            Some(fault) => self
                .receiver
                .broken(self.number, key, Broken { line, ..fault }),
        };
        if done.is_break() {
            return Err(Stop::Receiver);
        }
        Ok(())
    }

    /// Reads what stands under a name that lists records; false: no records do.
    fn listed(&mut self, name: &str, facts: &mut Record) -> Result<bool, Stop> {
        match self.scanner.peek()? {
            Some(b'[') => self.list(Some(name))?,
            Some(b'{') => self.object(Some(name))?,
            _ => {
                self.scanner.take()?;
                let value = serde_json::from_slice(self.scanner.value());
                facts.insert(name.to_owned(), value.unwrap_or_default());
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads a field's name.
    fn name(&mut self) -> Result<String, Stop> {
        if self.scanner.peek()? != Some(b'"') {
            let reason = "expected the name of a field in quotes".to_owned();
            return Err(Fault::Syntax(reason).into());
        }
        self.scanner.take()?;
        serde_json::from_slice(self.scanner.value())
            .map_err(|error| Fault::Syntax(error.to_string()).into())
    }

    fn error(&self, name: &str, fault: Fault) -> Error {
        let (name, record) = (name.to_owned(), self.number);
        match fault {
            Fault::End => Error::CutRecord { name, record },
            Fault::TooLong => Error::EndlessRecord { name, record },
            Fault::Syntax(reason) => Error::Body { reason },
            Fault::Io(cause) => match cause.kind() {
                io::ErrorKind::UnexpectedEof => Error::CutRecord { name, record },
                _ => Error::read(&name, self.scanner.line(), cause),
            },
        }
    }
}

impl Broken {
    fn new(line: u64, error: &serde_json::Error, text: &[u8]) -> Self {
        let shown = text.get(..SHOWN).unwrap_or(text);
        Self {
            line,
            reason: format!("it cannot be read as a JSON object: {error}"),
            text: String::from_utf8_lossy(shown).into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Heard {
        said: Vec<String>,
    }

    impl Receiver for Heard {
        fn is_list(&self, key: &str) -> bool {
            matches!(key, "tickets" | "users" | "comments" | "payload" | "data")
        }

        fn wants(&self, key: &str) -> bool {
            key != "users"
        }

        fn take(&mut self, number: u64, key: Option<&str>, record: Record) -> ControlFlow<()> {
            let id = record.get("id").cloned().unwrap_or_default();
            self.said
                .push(format!("{number} {} {id}", key.unwrap_or("-")));
            ControlFlow::Continue(())
        }

        fn broken(&mut self, number: u64, key: Option<&str>, fault: Broken) -> ControlFlow<()> {
            let line = fault.line;
            self.said.push(format!(
                "{number} {} line {line} broken",
                key.unwrap_or("-")
            ));
            ControlFlow::Continue(())
        }
    }

    fn heard(text: &str) -> (Vec<String>, Result<u64, Error>) {
        let mut heard = Heard::default();
        let read = read("x", text.as_bytes(), &mut heard);
        (heard.said, read)
    }

    #[test]
    fn pages_lines_lists_and_what_is_run_together_are_read_alike() {
        let records = ["1 tickets 1", "2 tickets 2"];
        for page in [
            r#"{"tickets":[{"id":1},{"id":2}],"next_page":null}"#,
            "\u{FEFF}{\"count\":2, \"tickets\" : [ {\"id\":1} ,\n{\"id\":2} ] }",
            r#"[{"tickets":[{"id":1}]},{"tickets":[{"id":2}]}]"#,
            r#"{"tickets":[{"id":1}]}{"tickets":[{"id":2}]}"#,
            r#"{"tickets":{"id":1}}, {"tickets":{"id":2}}"#,
            r#"{"status":"COMPLETE","tickets":[{"id":1},{"id":2}],"startedAt":""}"#,
        ] {
            assert_eq!(heard(page).0, records, "{page}");
        }
        let alone = ["1 - 1", "2 - 2"];
        for lines in [
            "{\"id\":1,\"comments\":[{\"id\":9}]}\n{\"id\":2}\n",
            r#"[{"id":1},{"id":2}]"#,
            // `comments` comes before `id`, but after a field that no page has.
            r#"{"brand_id":7,"comments":[{"id":9}],"id":1}{"id":2}"#,
        ] {
            assert_eq!(heard(lines).0, alone, "{lines}");
        }
        let nested = r#"{"data":{"meta":{"all":1},"payload":[{"id":1}]}}"#;
        assert_eq!(heard(nested).0, ["1 payload 1"]);
    }

    #[test]
    fn a_record_that_begins_with_a_list_is_told_and_not_lost() {
        let sorted = r#"{"comments":[{"id":9}],"id":7,"subject":"x"}{"id":8}"#;
        assert_eq!(
            heard(sorted).0,
            ["1 comments 9", "2 - line 1 broken", "3 - 8"]
        );
        let page = r#"{"users":[],"count":0,"next_page":null}"#;
        assert!(heard(page).0.is_empty());
    }

    #[test]
    fn what_nobody_wants_is_counted_and_not_parsed() {
        let page = r#"{"users":[{"id":1},{"id":no}],"tickets":[{"id":3}]}"#;
        assert_eq!(heard(page).0, ["3 tickets 3"]);
        assert_eq!(heard(page).1.unwrap(), 3);
    }

    #[test]
    fn a_broken_record_stops_no_other() {
        let page = r#"{"tickets":[{"id":1},{"id":},"text",null,{"id":4}]}"#;
        assert_eq!(
            heard(page).0,
            [
                "1 tickets 1",
                "2 tickets line 1 broken",
                "3 tickets line 1 broken",
                "4 tickets line 1 broken",
                "5 tickets 4"
            ]
        );
        let lines =
            "{\"id\":1}\nnot json\n{\"id\":3,\"x\":\"cut\n{\"id\":4}\n{\"id\":5\n{\"id\":6}\n";
        assert_eq!(
            heard(lines).0,
            [
                "1 - 1",
                "2 - line 2 broken",
                "3 - line 3 broken",
                "4 - 4",
                "5 - line 6 broken",
                "6 - 6"
            ]
        );
    }

    #[test]
    fn what_is_cut_off_is_an_error_after_all_records_before_it() {
        let whole = r#"{"tickets":[{"id":1},{"id":2,"a":"}]{["}],"end_of_stream":true}"#;
        for cut in 1..whole.len() {
            let (said, read) = heard(whole.get(..cut).unwrap());
            assert!(
                matches!(read, Err(Error::CutRecord { .. })),
                "{cut}: {said:?}"
            );
        }
        let (said, read) = heard(r#"{"tickets":[{"id":1},{"id":2"#);
        assert_eq!(said, ["1 tickets 1"]);
        assert!(read.unwrap_err().to_string().contains("after record 1"));
        assert!(matches!(heard(" \n").1, Err(Error::Empty { .. })));
    }

    #[test]
    fn a_value_that_does_not_end_is_given_up_at_its_limit() {
        let endless = io::repeat(b'{');
        let mut heard = Heard::default();
        let read = read("x", br#"{"tickets":["#.chain(endless), &mut heard);
        assert!(matches!(read, Err(Error::EndlessRecord { .. })));
    }
}
