//! A blocked Bloom filter: "certainly not in this run" at the price of one cache line.
//!
//! An import of new events asks every run about every event, so that the common
//! answer must not touch more than one line of memory a run. Made and read by `run`;
//! never does I/O.

use super::Identity;

const WORDS: usize = 8;
const BLOCK_BYTES: usize = WORDS * 8;
const BLOCK_BITS: usize = BLOCK_BYTES * 8;
const BITS_A_KEY: usize = 10;
/// Seven probes of nine bits are what one 64-bit half of an identity holds.
const PROBES: u32 = 7;

/// One cache line.
#[derive(Clone, Copy)]
struct Block([u64; WORDS]);

/// An identity with its bits worked out, once for all the runs that are asked.
pub(super) struct Probe {
    pub(super) identity: Identity,
    bits: [u64; WORDS],
}

impl Probe {
    pub(super) fn new(identity: Identity) -> Self {
        Self {
            identity,
            bits: masks(identity),
        }
    }
}

/// The filter of one run.
pub(super) struct Bloom {
    blocks: Vec<Block>,
}

impl Bloom {
    /// A filter that holds `identities`, about one in a hundred others, and nothing else.
    pub(super) fn new(identities: impl ExactSizeIterator<Item = Identity>) -> Self {
        let blocks = (identities.len() * BITS_A_KEY).div_ceil(BLOCK_BITS).max(1);
        let mut bloom = Self {
            blocks: vec![Block([0; WORDS]); blocks],
        };
        for identity in identities {
            let at = bloom.block_of(identity);
            if let Some(block) = bloom.blocks.get_mut(at) {
                for (word, mask) in block.0.iter_mut().zip(masks(identity)) {
                    *word |= mask;
                }
            }
        }
        bloom
    }

    /// `false`: certainly not in the run.
    pub(super) fn may_hold(&self, probe: &Probe) -> bool {
        self.blocks
            .get(self.block_of(probe.identity))
            .is_none_or(|block| {
                let mut missing = 0;
                for (word, mask) in block.0.iter().zip(probe.bits) {
                    missing |= mask & !word;
                }
                missing == 0
            })
    }

    /// The filter as bytes, for [`Self::from_bytes`].
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let words = self.blocks.iter().flat_map(|block| block.0);
        words.flat_map(u64::to_le_bytes).collect()
    }

    /// The filter that was written; `None` if the length is no filter's.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (chunks, []) = bytes.as_chunks::<BLOCK_BYTES>() else {
            return None;
        };
        let block = |chunk: &[u8; BLOCK_BYTES]| {
            let mut words = chunk.as_chunks::<8>().0.iter();
            Block(std::array::from_fn(|_| {
                words.next().map_or(0, |word| u64::from_le_bytes(*word))
            }))
        };
        (!chunks.is_empty()).then(|| Self {
            blocks: chunks.iter().map(block).collect(),
        })
    }

    fn block_of(&self, identity: Identity) -> usize {
        let high = identity.0 >> 64;
        let at = (high * self.blocks.len() as u128) >> 64;
        usize::try_from(at).unwrap_or(usize::MAX)
    }
}

/// The bits of `identity` in its block, from its low half.
fn masks(identity: Identity) -> [u64; WORDS] {
    let mut masks = [0; WORDS];
    for probe in 0..PROBES {
        let bit = (identity.0 >> (probe * BLOCK_BITS.ilog2())) as usize % BLOCK_BITS;
        if let Some(mask) = masks.get_mut(bit / 64) {
            *mask |= 1 << (bit % 64);
        }
    }
    masks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filter_forgets_none_and_admits_few_strangers() {
        let of = |n: u32| Identity::of("s", &n.to_string());
        let bloom = Bloom::new((0..10_000).map(of).collect::<Vec<_>>().into_iter());
        let bloom = Bloom::from_bytes(&bloom.to_bytes()).unwrap();
        assert!((0..10_000).all(|n| bloom.may_hold(&Probe::new(of(n)))));
        let strangers = (10_000..20_000)
            .filter(|&n| bloom.may_hold(&Probe::new(of(n))))
            .count();
        assert!(strangers < 250, "{strangers} of 10,000");
    }

    #[test]
    fn bytes_of_a_wrong_length_are_no_filter() {
        assert!(Bloom::from_bytes(&[]).is_none());
        assert!(Bloom::from_bytes(&[0; 65]).is_none());
    }
}
