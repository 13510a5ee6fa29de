//! When each contact's inbound episodes began, all in one list.
//!
//! Contacts are numbered without gaps, so that the list is laid out by counting, and a contact's
//! part of it is found by its code.

use rayon::prelude::*;

use super::dictionary::NONE;
use crate::metrics::table::{Chunk, EpisodeRow, Row, Table, place_of};

/// The start of an inbound episode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Start {
    /// When, in milliseconds.
    pub at: i64,
    /// In which conversation.
    pub conversation: u32,
    /// Its place in it.
    pub ordinal: u32,
}

/// The starts of every contact's inbound episodes.
#[derive(Clone, Debug, Default)]
pub struct Starts {
    /// By contact, where its starts begin; one more for the end.
    begins: Vec<u32>,
    starts: Vec<Start>,
}

impl Starts {
    /// Of all inbound episodes of conversations that `contact_of` gives a contact of.
    pub(super) fn of(
        episodes: &Table<EpisodeRow>,
        contact_of: impl Fn(u32) -> Option<u32> + Sync,
    ) -> Self {
        let chunks = episodes.chunks().par_iter();
        let parts: Vec<Vec<(u32, Start)>> = chunks.map(|chunk| part(chunk, &contact_of)).collect();
        let contacts = parts
            .iter()
            .flatten()
            .map(|(contact, _)| *contact + 1)
            .max();
        let mut begins = vec![0_u32; contacts.unwrap_or_default() as usize + 1];
        for (contact, _) in parts.iter().flatten() {
            if let Some(count) = begins.get_mut(*contact as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        let mut next = begins.clone();
        let mut starts = vec![Start::default(); sum as usize];
        for (contact, start) in parts.into_iter().flatten() {
            if let Some(next) = next.get_mut(contact as usize) {
                if let Some(slot) = starts.get_mut(*next as usize) {
                    *slot = start;
                }
                *next += 1;
            }
        }
        // Rows lie in the order in which units were folded, which is any order.
        let mut rest = starts.as_mut_slice();
        for bounds in begins.windows(2) {
            let len = bounds.iter().rev().copied().reduce(|to, from| to - from);
            let (own, others) =
                rest.split_at_mut((len.unwrap_or_default() as usize).min(rest.len()));
            if !own.is_sorted() {
                own.sort_unstable();
            }
            rest = others;
        }
        Self { begins, starts }
    }

    /// Those of the contact that counts as `contact`, in order.
    pub fn get(&self, contact: u32) -> &[Start] {
        let begin = |contact: usize| self.begins.get(contact).map(|begin| *begin as usize);
        let place = contact as usize;
        let range = begin(place).zip(begin(place + 1));
        let range = range.map_or(0..0, |(from, to)| from..to);
        self.starts.get(range).unwrap_or_default()
    }
}

/// The starts of a chunk, each with the contact that it counts for.
fn part(chunk: &Chunk<EpisodeRow>, contact_of: impl Fn(u32) -> Option<u32>) -> Vec<(u32, Start)> {
    const fn place(name: &str) -> usize {
        place_of(EpisodeRow::FIELDS, name)
    }
    let code = |number: i64| u32::try_from(number).unwrap_or(NONE);
    let at = chunk.numbers(EpisodeRow::TIME);
    let conversations = chunk.numbers(const { place("conversation") });
    let ordinals = chunk.numbers(const { place("ordinal") });
    let outbound = chunk.numbers(const { place("outbound") });
    let rows = at
        .into_iter()
        .zip(conversations)
        .zip(ordinals)
        .zip(outbound);
    let valid = rows
        .enumerate()
        .filter(|(index, _)| !chunk.is_struck(*index));
    let starts = valid.filter_map(|(_, (((at, conversation), ordinal), outbound))| {
        let conversation = code(conversation);
        let contact = contact_of(conversation).filter(|_| outbound == 0)?;
        let start = Start {
            at,
            conversation,
            ordinal: code(ordinal),
        };
        Some((contact, start))
    });
    starts.collect()
}
