//! The desk as reps see it: the conversations that are open or were resolved lately, each as a
//! line of a list.
//!
//! A fold beside the facts: whenever a unit is folded anew its lines are replaced, so they agree
//! with the reports. Kept in memory and with the columns, so that a list needs no store. Fed by
//! `projection`, read by `app`.

mod filter;
mod line;
mod list;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use filter::{DeskFilter, Found};
pub use line::{Line, LineStatus, Seen};
pub use list::{DeskQuery, DeskView, Page, Sort, Standing, ViewCounts};

use super::attention::Attention;
use super::{Directory, Timestamp};

/// What lists are made by besides their lines.
#[derive(Clone, Copy, Debug)]
pub struct DeskMoment<'a> {
    /// What reps have looked at and put off.
    pub attention: &'a Attention,
    /// Who is in which team.
    pub directory: &'a Directory,
    /// When.
    pub now: Timestamp,
}

/// All lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Arc<Line>>", into = "Vec<Arc<Line>>")]
pub struct Lines {
    lines: BTreeMap<String, Arc<Line>>,
    /// The conversations of each unit.
    units: BTreeMap<u32, BTreeSet<String>>,
}

impl Lines {
    /// The lines, by conversation.
    pub fn lines(&self) -> impl Iterator<Item = &Arc<Line>> {
        self.lines.values()
    }

    /// The line of a conversation, if it is on the desk.
    pub fn line(&self, conversation: &str) -> Option<&Arc<Line>> {
        self.lines.get(conversation)
    }

    /// Forgets the lines of units that are folded anew.
    pub fn forget(&mut self, units: impl IntoIterator<Item = u32>) {
        for unit in units {
            for conversation in self.units.remove(&unit).into_iter().flatten() {
                self.lines.remove(&conversation);
            }
        }
    }

    /// Adds a line, or replaces the one of its conversation.
    pub fn add(&mut self, line: Line) {
        let conversation = line.conversation.to_string();
        let unit = self.units.entry(line.unit).or_default();
        unit.insert(conversation.clone());
        self.lines.insert(conversation, Arc::new(line));
    }
}

impl From<Vec<Arc<Line>>> for Lines {
    fn from(lines: Vec<Arc<Line>>) -> Self {
        let mut desk = Self::default();
        for line in lines {
            let conversation = line.conversation.to_string();
            let unit = desk.units.entry(line.unit).or_default();
            unit.insert(conversation.clone());
            desk.lines.insert(conversation, line);
        }
        desk
    }
}

impl From<Lines> for Vec<Arc<Line>> {
    fn from(desk: Lines) -> Self {
        desk.lines.into_values().collect()
    }
}
