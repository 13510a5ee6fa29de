//! The keys of one sealed segment, sorted, in a file of their own.
//!
//! Pages of 170 keys, each with its checksum, then the Bloom filter, the first
//! identity of each page, and a footer with the checksum of those two. An opening
//! reads what follows the pages; a lookup that passes the filter reads one page.
//! Written at a rotation; owned by `set`.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::bloom::{Bloom, Probe};
use super::{Identity, Key, SeqRange};
use crate::disk::{Access, Draft, temporary};
use crate::failpoint;

const PAGE: usize = 4096;
const PAGE_BODY: usize = PAGE - 4;
const KEY: usize = 24;
const KEYS_A_PAGE: usize = PAGE_BODY / KEY;
const MAGIC: u64 = u64::from_be_bytes(*b"SVARIDS1");
const FOOTER_WORDS: usize = 6;
const FOOTER: usize = FOOTER_WORDS * 8 + 4;

/// An open run.
pub(super) struct Run {
    first_seq: u64,
    file: File,
    count: usize,
    bloom: Bloom,
    fences: Vec<Identity>,
}

impl Run {
    /// Sorts `keys`, those of the records `seqs`, and writes them to `path`.
    ///
    /// Not synced: whatever a power cut leaves of it, the checksums tell.
    pub(super) fn write(path: &Path, seqs: SeqRange, keys: &mut [Key]) -> io::Result<Self> {
        keys.sort_unstable();
        let bloom = Bloom::new(keys.iter().map(|key| key.identity));
        let pages = keys.chunks(KEYS_A_PAGE);
        let fences: Vec<_> = pages
            .clone()
            .filter_map(|page| Some(page.first()?.identity))
            .collect();

        let mut bytes = Vec::with_capacity(fences.len() * (PAGE + 16) + keys.len() * 2 + 256);
        for page in pages {
            push_page(&mut bytes, page);
        }
        let index_at = bytes.len();
        let filter = bloom.to_bytes();
        bytes.extend_from_slice(&filter);
        bytes.extend(fences.iter().flat_map(|fence| fence.to_bytes()));
        let (count, filter) = (keys.len() as u64, filter.len() as u64);
        let footer = [MAGIC, seqs.first, seqs.last, count, index_at as u64, filter];
        bytes.extend(footer.iter().flat_map(|word| word.to_be_bytes()));
        let crc = crc32c::crc32c(bytes.get(index_at..).unwrap_or_default());
        bytes.extend_from_slice(&crc.to_be_bytes());

        // Not synced: one that is damaged is made again from its segment.
        let mut draft = Draft::create(&temporary(path), Access::Shared)?;
        draft.write_all(&bytes)?;
        failpoint::refuse("journal.run.written")?;
        let file = draft.rename(path)?;
        failpoint::pass("journal.run.renamed");
        Ok(Self {
            first_seq: seqs.first,
            file,
            count: keys.len(),
            bloom,
            fences,
        })
    }

    /// Opens the run of the records `seqs`, or says why it must be made again.
    pub(super) fn open(path: &Path, seqs: SeqRange) -> Result<Self, String> {
        let text = |error: io::Error| error.to_string();
        let file = File::open(path).map_err(text)?;
        let len = file.metadata().map_err(text)?.len();
        let footer_at = len
            .checked_sub(FOOTER as u64)
            .ok_or("it is shorter than its footer")?;
        let mut footer = [0; FOOTER];
        file.read_exact_at(&mut footer, footer_at).map_err(text)?;
        let (words, _) = footer.as_chunks::<8>();
        let mut words = words.iter().map(|word| u64::from_be_bytes(*word));
        let mut word = || words.next().unwrap_or_default();
        if word() != MAGIC {
            return Err("it does not end like a run".to_owned());
        }
        if (word(), word()) != (seqs.first, seqs.last) {
            return Err("it belongs to other records".to_owned());
        }
        let (count, index_at, filter) = (word(), word(), word());
        let fits = count.checked_sub(1) == seqs.last.checked_sub(seqs.first);
        let index_len = usize::try_from(footer_at.saturating_sub(index_at)).unwrap_or(0);
        let (Ok(count), true, true) = (usize::try_from(count), fits, index_at < footer_at) else {
            return Err("its footer is damaged".to_owned());
        };

        let mut index = vec![0; index_len];
        file.read_exact_at(&mut index, index_at).map_err(text)?;
        let crc = crc32c::crc32c_append(crc32c::crc32c(&index), footer.split_at(FOOTER - 4).0);
        if !footer.ends_with(&crc.to_be_bytes()) {
            return Err("its checksum does not fit".to_owned());
        }
        let parts = usize::try_from(filter).ok();
        let (filter, fences) = parts
            .and_then(|filter| index.split_at_checked(filter))
            .ok_or("its footer is damaged")?;
        let bloom = Bloom::from_bytes(filter).ok_or("its filter is damaged")?;
        let (fences, _) = fences.as_chunks::<16>();
        let fences = fences.iter().map(|fence| Identity::from_bytes(*fence));
        Ok(Self {
            first_seq: seqs.first,
            file,
            count,
            bloom,
            fences: fences.collect(),
        })
    }

    /// The records whose keys these are.
    pub(super) const fn seqs(&self) -> SeqRange {
        SeqRange {
            first: self.first_seq,
            last: self.first_seq + self.count as u64 - 1,
        }
    }

    /// The content hash of the probed identity, or why the run must be made again.
    pub(super) fn lookup(&self, probe: &Probe) -> Result<Option<u64>, String> {
        if !self.bloom.may_hold(probe) {
            return Ok(None);
        }
        let identity = probe.identity;
        let after = self.fences.partition_point(|fence| *fence <= identity);
        let Some(page) = after.checked_sub(1) else {
            return Ok(None);
        };
        let mut bytes = [0; PAGE];
        self.file
            .read_exact_at(&mut bytes, page as u64 * PAGE as u64)
            .map_err(|error| error.to_string())?;
        let (body, crc) = bytes.split_at(PAGE_BODY);
        if crc != crc32c::crc32c(body).to_be_bytes() {
            return Err(format!("the checksum of page {page} does not fit"));
        }
        let held = (self.count - page * KEYS_A_PAGE).min(KEYS_A_PAGE);
        let (keys, _) = body.as_chunks::<KEY>();
        let keys = keys.get(..held).unwrap_or_default();
        // A sound page in the wrong place would hide its keys.
        if keys.first().map(|key| read_key(key).identity) != self.fences.get(page).copied() {
            return Err(format!("page {page} is another page"));
        }
        let place = keys.binary_search_by_key(&identity, |key| read_key(key).identity);
        let key = place.ok().and_then(|at| keys.get(at)).map(read_key);
        Ok(key.map(|key| key.content))
    }
}

fn push_page(bytes: &mut Vec<u8>, page: &[Key]) {
    let start = bytes.len();
    for key in page {
        bytes.extend_from_slice(&key.identity.to_bytes());
        bytes.extend_from_slice(&key.content.to_be_bytes());
    }
    bytes.resize(start + PAGE_BODY, 0);
    let crc = crc32c::crc32c(bytes.get(start..).unwrap_or_default());
    bytes.extend_from_slice(&crc.to_be_bytes());
}

fn read_key(bytes: &[u8; KEY]) -> Key {
    let (identity, content) = bytes.split_at(16);
    Key {
        identity: Identity::from_bytes(identity.first_chunk().copied().unwrap_or_default()),
        content: u64::from_be_bytes(content.first_chunk().copied().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn key(n: u64) -> Key {
        Key {
            identity: Identity::of("s", &n.to_string()),
            content: n,
        }
    }

    #[test]
    fn run_finds_its_keys_and_no_others_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.ids");
        for count in [1, 169, 170, 171, 1000] {
            let mut keys: Vec<_> = (0..count).map(key).collect();
            let written = Run::write(
                &path,
                SeqRange {
                    first: 5,
                    last: 4 + count,
                },
                &mut keys,
            )
            .unwrap();
            let opened = Run::open(
                &path,
                SeqRange {
                    first: 5,
                    last: 4 + count,
                },
            )
            .unwrap();
            for run in [written, opened] {
                for n in 0..count {
                    assert_eq!(run.lookup(&Probe::new(key(n).identity)).unwrap(), Some(n));
                }
                for n in count..3000 {
                    assert_eq!(run.lookup(&Probe::new(key(n).identity)).unwrap(), None);
                }
            }
        }
    }

    #[test]
    fn every_damage_is_seen_or_harmless() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.ids");
        let mut keys: Vec<_> = (0..400).map(key).collect();
        drop(
            Run::write(
                &path,
                SeqRange {
                    first: 1,
                    last: 400,
                },
                &mut keys,
            )
            .unwrap(),
        );
        assert!(
            Run::open(
                &path,
                SeqRange {
                    first: 1,
                    last: 399
                }
            )
            .is_err()
        );
        let sound = fs::read(&path).unwrap();
        for at in (0..sound.len()).step_by(7) {
            let mut bad = sound.clone();
            bad[at] ^= 0x10;
            fs::write(&path, &bad).unwrap();
            let Ok(run) = Run::open(
                &path,
                SeqRange {
                    first: 1,
                    last: 400,
                },
            ) else {
                continue;
            };
            for n in 0..400 {
                let hit = run.lookup(&Probe::new(key(n).identity));
                assert!(hit.is_err() || hit == Ok(Some(n)), "byte {at}, key {n}");
            }
        }
        for len in (0..sound.len()).step_by(101) {
            fs::write(&path, &sound[..len]).unwrap();
            assert!(
                Run::open(
                    &path,
                    SeqRange {
                        first: 1,
                        last: 400
                    }
                )
                .is_err(),
                "length {len}"
            );
        }
    }
}
