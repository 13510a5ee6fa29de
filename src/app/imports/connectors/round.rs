//! A round over an account: which request comes next, and what is together when all answers to a
//! page have come.
//!
//! Knows no disk and no journal. A mark moves on when what a page gave is journalled, which `mod`
//! says by [`Round::settle`]; until then the same page is asked for again after a break.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use serde_json::Value;

use super::kept::{Mark, Missed, State};
use crate::connect::{Ask, Course, Kept, Pace, Page, Row, Source, Span, Stream};
use crate::model::{DAY_MS, Timestamp};

/// What changed within this of now may not be all there yet.
const LAG_MS: i64 = 60_000;
/// How far a round goes back behind the last change that was read: rows appear late.
const OVERLAP_MS: i64 = 5 * 60_000;
/// How many changes are remembered, so that one that is listed again is not read again.
const MOST_SEEN: usize = 200_000;
/// How many things are read again at once of which something was missed.
const AGAIN: usize = 100;

/// What was read of each stream before, by id, with when it had changed.
pub(super) type Seen = HashMap<(&'static str, String), Timestamp>;

/// A round.
pub(super) struct Round {
    until: Timestamp,
    /// Streams that are still to be read, the present one first.
    left: VecDeque<Stream>,
    open: Option<OpenPage>,
    has_lists: bool,
    pub(super) is_nightly: bool,
    /// Of what was missed before, what was read again in this round.
    tried: HashSet<Missed>,
}

struct OpenPage {
    stream: Stream,
    asked: Ask,
    bundle: Option<Bundle>,
}

/// All that one page leads to.
pub(super) struct Bundle {
    /// What is translated: each a document.
    pub(super) documents: Vec<Vec<u8>>,
    /// What is still to be asked, and of which thing.
    todo: VecDeque<(String, Ask)>,
    rows: Vec<(String, Option<Timestamp>)>,
    next: Option<Ask>,
    is_over: bool,
    /// Whether it is none of a stream's pages, but what was missed before.
    is_again: bool,
    /// Things of which something could not be read.
    missed: Vec<String>,
}

/// What came of a settled bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// There is more to ask.
    GoesOn,
    /// The round is over.
    Over,
}

impl Round {
    /// One that begins; `knows` says whether who is who was read since this process began.
    pub(super) fn begin(source: &dyn Source, state: &State, knows: bool, now: Timestamp) -> Self {
        let is_old = |at: Option<Timestamp>| at.is_none_or(|at| now.since(at) >= DAY_MS);
        let has_lists = !knows || is_old(state.daily_at);
        // What is open is read again when everything has been read once.
        let is_nightly = state.read_until.is_some() && is_old(state.nightly_at);
        let wanted = |stream: &&Stream| match stream.pace {
            Pace::Daily => has_lists,
            Pace::Always => true,
            Pace::Nightly => is_nightly,
        };
        Self {
            until: now.plus_millis(-LAG_MS),
            left: source.streams().iter().filter(wanted).copied().collect(),
            open: None,
            has_lists,
            is_nightly,
            tried: HashSet::new(),
        }
    }

    /// What is to be asked next; none: the round is over.
    pub(super) fn ask(
        &mut self,
        source: &dyn Source,
        state: &State,
        since: Option<Timestamp>,
    ) -> Option<Ask> {
        if self.open.is_none() {
            self.open = match self.left.front() {
                Some(stream) => Some(self.opened(*stream, source, state, since)),
                None => self.again(source, state),
            };
        }
        let open = self.open.as_ref()?;
        let Some(bundle) = &open.bundle else {
            return Some(open.asked.clone());
        };
        bundle.todo.front().map(|(_, ask)| ask.clone())
    }

    fn opened(
        &self,
        stream: Stream,
        source: &dyn Source,
        state: &State,
        since: Option<Timestamp>,
    ) -> OpenPage {
        let mark = state.marks.get(stream.name).cloned().unwrap_or_default();
        let kept = mark.at.filter(|_| stream.course != Course::Whole);
        let span = Span {
            since: mark.since.or(since),
            until: self.until,
        };
        OpenPage {
            asked: kept.unwrap_or_else(|| source.first(stream.name, span)),
            stream,
            bundle: None,
        }
    }

    /// Of what was missed before, the next things, at night.
    fn again(&mut self, source: &dyn Source, state: &State) -> Option<OpenPage> {
        if !self.is_nightly {
            return None;
        }
        for stream in source.streams() {
            let missed = state.missed.iter();
            let left = missed.filter(|one| one.stream == stream.name && !self.tried.contains(one));
            let left: Vec<Missed> = left.take(AGAIN).cloned().collect();
            let rows = left.iter().map(|one| Row {
                id: one.id.clone(),
                at: None,
                record: None,
            });
            let rows: Vec<Row> = rows.collect();
            self.tried.extend(left);
            let page = Page {
                rows: Vec::new(),
                kept: Kept::Nothing,
                next: None,
                is_over: true,
            };
            let mut bundle = Bundle::of(page, Vec::new());
            bundle.is_again = true;
            bundle.want(stream.name, &rows, source);
            if !bundle.todo.is_empty() {
                return Some(OpenPage {
                    asked: Ask::get(""),
                    stream: *stream,
                    bundle: Some(bundle),
                });
            }
        }
        None
    }

    /// Takes an answer in; gives what is together, if that was the last one of a page.
    pub(super) fn take(
        &mut self,
        source: &dyn Source,
        seen: &Seen,
        body: Vec<u8>,
    ) -> Result<Option<Bundle>, String> {
        let value: Value = serde_json::from_slice(&body)
            .map_err(|fault| format!("its answer is not the JSON that was expected ({fault})"))?;
        let Some(open) = &mut self.open else {
            return Ok(None);
        };
        if let Some(bundle) = &mut open.bundle {
            if let Some((id, ask)) = bundle.todo.front().cloned() {
                let child = source.child(&ask, &value)?;
                bundle.todo.pop_front();
                bundle.todo.extend(child.next.map(|ask| (id, ask)));
                bundle.documents.push(match (child.list, child.told) {
                    (Some(list), Some(told)) => owned(list, &value, &told),
                    (Some(list), None) => joined(list, &[&value]),
                    (None, _) => body,
                });
            }
        } else {
            let mut page = source.page(open.stream.name, &open.asked, &value)?;
            let (stream, until) = (open.stream, self.until);
            page.rows.retain(|row| is_wanted(stream, row, until, seen));
            let documents = match page.kept {
                Kept::Whole => vec![body],
                Kept::Rows(list) => {
                    let records = page.rows.iter().filter_map(|row| row.record.as_ref());
                    vec![joined(list, &records.collect::<Vec<_>>())]
                }
                Kept::Nothing => Vec::new(),
            };
            let rows = std::mem::take(&mut page.rows);
            let mut bundle = Bundle::of(page, documents);
            bundle.rows = rows.iter().map(|row| (row.id.clone(), row.at)).collect();
            bundle.want(stream.name, &rows, source);
            open.bundle = Some(bundle);
        }
        Ok(self.together())
    }

    fn together(&mut self) -> Option<Bundle> {
        let open = self.open.as_mut()?;
        let is_together = open
            .bundle
            .as_ref()
            .is_some_and(|bundle| bundle.todo.is_empty());
        if is_together {
            open.bundle.take()
        } else {
            None
        }
    }

    /// Whether what was asked last is a stream's page, and its account may be without it.
    pub(super) fn may_pass(&self) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.bundle.is_none() && open.stream.is_optional)
    }

    /// Whether what was asked last is about one thing.
    pub(super) fn is_of_one(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.bundle.is_some())
    }

    /// Goes on without a stream.
    pub(super) fn pass(&mut self) {
        self.open = None;
        self.left.pop_front();
    }

    /// Goes on without an answer about a thing, which is noted as missed unless it is gone; gives
    /// what is together then.
    pub(super) fn miss(&mut self, is_gone: bool) -> Option<Bundle> {
        let bundle = self.open.as_mut()?.bundle.as_mut()?;
        let (id, _) = bundle.todo.pop_front()?;
        if !is_gone && !bundle.missed.contains(&id) {
            bundle.missed.push(id);
        }
        self.together()
    }

    /// Begins a stream anew whose kept request the source does not take any more; whether that was
    /// one.
    pub(super) fn forget_cursor(&mut self, state: &mut State) -> bool {
        let Some(open) = self.open.as_ref().filter(|open| open.bundle.is_none()) else {
            return false;
        };
        let Some(mark) = state.marks.get_mut(open.stream.name) else {
            return false;
        };
        if mark.at.take().is_none() {
            return false;
        }
        mark.since = mark
            .top
            .take()
            .map(|top| top.plus_millis(-OVERLAP_MS))
            .or(mark.since);
        self.open = None;
        true
    }

    /// Moves on behind a bundle that is journalled.
    pub(super) fn settle(&mut self, state: &mut State, seen: &mut Seen, bundle: Bundle) {
        let Some(open) = self.open.take() else { return };
        let stream = open.stream;
        for (id, at) in bundle
            .rows
            .iter()
            .filter(|_| stream.course != Course::Whole)
        {
            if seen.len() >= MOST_SEEN {
                seen.clear();
            }
            // What changes once more within the lag may say the same instant.
            if let Some(at) = at.filter(|at| *at <= self.until) {
                seen.insert((stream.name, id.clone()), at);
            }
        }
        if bundle.is_again {
            let again = |one: &Missed| one.stream == stream.name && bundle.missed.contains(&one.id);
            let tried = &self.tried;
            state
                .missed
                .retain(|one| one.stream != stream.name || !tried.contains(one) || again(one));
            return;
        }
        state.missed.extend(bundle.missed.iter().map(|id| Missed {
            stream: stream.name.to_owned(),
            id: id.clone(),
        }));
        if stream.course != Course::Whole {
            let mark = state.marks.entry(stream.name.to_owned()).or_default();
            self.advance(mark, stream, &bundle);
        }
        if bundle.is_over {
            self.left.pop_front();
        } else if let Some(asked) = bundle.next {
            self.open = Some(OpenPage {
                stream,
                asked,
                bundle: None,
            });
        }
    }

    fn advance(&self, mark: &mut Mark, stream: Stream, bundle: &Bundle) {
        let changes = bundle.rows.iter().filter_map(|(_, at)| *at);
        mark.top = mark.top.into_iter().chain(changes).max();
        if stream.course == Course::Cursor {
            mark.at = bundle.next.clone().or(mark.at.take());
        } else if bundle.is_over {
            mark.at = None;
            let top = mark.top.take();
            let back = top.map(|top| top.min(self.until).plus_millis(-OVERLAP_MS));
            mark.since = mark.since.max(back);
        } else {
            mark.at.clone_from(&bundle.next);
        }
    }

    /// Whether everything was read; notes it then.
    pub(super) fn ends(&self, state: &mut State, now: Timestamp) -> Settled {
        if self.open.is_some() || !self.left.is_empty() {
            return Settled::GoesOn;
        }
        let mut left = state.missed.iter().filter(|one| !self.tried.contains(one));
        if self.is_nightly && left.next().is_some() {
            return Settled::GoesOn;
        }
        if self.has_lists {
            state.daily_at = Some(now);
        }
        // The first time everything was just read, whatever is open.
        if self.is_nightly || state.nightly_at.is_none() {
            state.nightly_at = Some(now);
        }
        state.read_until = Some(self.until);
        Settled::Over
    }
}

impl Bundle {
    fn of(page: Page, documents: Vec<Vec<u8>>) -> Self {
        Self {
            documents,
            todo: VecDeque::new(),
            rows: Vec::new(),
            next: page.next,
            is_over: page.is_over,
            is_again: false,
            missed: Vec::new(),
        }
    }

    fn want(&mut self, stream: &str, rows: &[Row], source: &dyn Source) {
        for row in rows {
            let asks = source.children(stream, std::slice::from_ref(row));
            let id = || row.id.clone();
            self.todo.extend(asks.into_iter().map(|ask| (id(), ask)));
        }
    }
}

/// Whether a row is read: what may not be all there yet waits, what was read as it is does not
/// come again.
fn is_wanted(stream: Stream, row: &Row, until: Timestamp, seen: &Seen) -> bool {
    let Some(at) = row.at else { return true };
    match stream.course {
        Course::Whole => true,
        Course::Time if at > until => false,
        Course::Time | Course::Cursor => seen.get(&(stream.name, row.id.clone())) != Some(&at),
    }
}

/// The records of a page, each told what it belongs to.
fn owned(list: &str, page: &Value, (field, owner): &(&str, String)) -> Vec<u8> {
    let records = page.get(list).and_then(Value::as_array);
    let mut records = records.cloned().unwrap_or_default();
    for record in records.iter_mut().filter_map(Value::as_object_mut) {
        record.insert((*field).to_owned(), owner.as_str().into());
    }
    joined(list, &records.iter().collect::<Vec<_>>())
}

/// Records as a page lists them, so that it is beyond doubt what they are.
fn joined(list: &str, records: &[&Value]) -> Vec<u8> {
    let page = BTreeMap::from([(list, records)]);
    serde_json::to_vec(&page).unwrap_or_default()
}
