//! A part of the lines of a file: what lists look at lies side by side.

use std::sync::Arc;

use super::filed::{Filed, FiledLine, Place};

/// A line in its file.
pub(super) struct Entry<'a, L: FiledLine> {
    pub(super) place: Place,
    pub(super) glance: &'a L::Glance,
    pub(super) text: &'a str,
    pub(super) filed: &'a Arc<Filed<L>>,
}

impl<L: FiledLine> Clone for Entry<'_, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L: FiledLine> Copy for Entry<'_, L> {}

impl<'a, L: FiledLine> Entry<'a, L> {
    pub(super) fn id(&self) -> &'a str {
        &self.filed.id
    }

    pub(super) fn line(&self) -> &'a Arc<L> {
        self.filed.line.get()
    }
}

/// A line that is to be filed.
pub(super) struct Placed<'a, L: FiledLine> {
    pub(super) place: Place,
    pub(super) glance: L::Glance,
    pub(super) text: &'a str,
    pub(super) filed: Arc<Filed<L>>,
}

/// A part of the lines: those whose ids belong into it.
#[derive(Debug)]
pub(super) struct Block<L: FiledLine> {
    places: Vec<Place>,
    glances: Vec<L::Glance>,
    /// The texts, one behind the other, and where each ends.
    texts: String,
    ends: Vec<usize>,
    filed: Vec<Arc<Filed<L>>>,
}

impl<L: FiledLine> Default for Block<L> {
    fn default() -> Self {
        Self::with_room(0)
    }
}

impl<L: FiledLine> Clone for Block<L> {
    fn clone(&self) -> Self {
        Self {
            places: self.places.clone(),
            glances: self.glances.clone(),
            texts: self.texts.clone(),
            ends: self.ends.clone(),
            filed: self.filed.clone(),
        }
    }
}

impl<L: FiledLine> Block<L> {
    /// For so many lines.
    pub(super) fn with_room(lines: usize) -> Self {
        Self {
            places: Vec::with_capacity(lines),
            glances: Vec::with_capacity(lines),
            texts: String::new(),
            ends: Vec::with_capacity(lines),
            filed: Vec::with_capacity(lines),
        }
    }

    pub(super) fn push(&mut self, placed: Placed<'_, L>) {
        self.places.push(placed.place);
        self.glances.push(placed.glance);
        self.texts.push_str(placed.text);
        self.ends.push(self.texts.len());
        self.filed.push(placed.filed);
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_, L>> {
        let begins = [0].iter().chain(&self.ends);
        let texts = begins.zip(&self.ends).map(|(from, until)| {
            let text = self.texts.get(*from..*until);
            text.unwrap_or_default()
        });
        let all = self.places.iter().zip(&self.glances);
        let all = all.zip(texts).zip(&self.filed);
        all.map(|(((place, glance), text), filed)| Entry {
            place: *place,
            glance,
            text,
            filed,
        })
    }

    /// Those whose glance is as wanted; nothing of the others is looked at.
    pub(super) fn entries_where(
        &self,
        is: impl Fn(&L::Glance) -> bool,
    ) -> impl Iterator<Item = Entry<'_, L>> {
        let wanted = self.glances.iter().enumerate();
        let wanted = wanted.filter(move |(_, glance)| is(glance));
        wanted.filter_map(|(nth, _)| self.entry(nth))
    }

    fn entry(&self, nth: usize) -> Option<Entry<'_, L>> {
        let begin = nth.checked_sub(1).and_then(|before| self.ends.get(before));
        let begin = begin.copied().unwrap_or_default();
        Some(Entry {
            place: *self.places.get(nth)?,
            glance: self.glances.get(nth)?,
            text: self.texts.get(begin..*self.ends.get(nth)?)?,
            filed: self.filed.get(nth)?,
        })
    }

    /// Those at a place, of which there is hardly ever more than one.
    pub(super) fn at(&self, place: Place) -> impl Iterator<Item = Entry<'_, L>> {
        self.entries().filter(move |entry| entry.place == place)
    }

    /// Takes the first out that is at a place and as wanted.
    pub(super) fn take_out(
        &mut self,
        place: Place,
        is: impl Fn(&Filed<L>) -> bool,
    ) -> Option<Arc<Filed<L>>> {
        let mut entries = self.entries();
        let nth = entries.position(|entry| entry.place == place && is(entry.filed))?;
        drop(entries);
        let begin = nth.checked_sub(1).and_then(|before| self.ends.get(before));
        let begin = begin.copied().unwrap_or_default();
        let end = self.ends.remove(nth);
        self.texts.replace_range(begin..end, "");
        for later in self.ends.iter_mut().skip(nth) {
            *later -= end - begin;
        }
        self.places.remove(nth);
        self.glances.remove(nth);
        Some(self.filed.remove(nth))
    }
}
