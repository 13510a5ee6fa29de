//! Every event that is filed, in the order of the keys: to be compared with the journal.

use super::error::guarded;
use super::key::Kind;
use super::{Error, Store};

impl Store {
    /// Hands each filed event to `visit`, with its seq and its text.
    pub fn each_filed(&self, mut visit: impl FnMut(u64, &str)) -> Result<(), Error> {
        let folder = &self.codec.folder;
        guarded(folder, || {
            for row in self.db()?.scan_prefix([Kind::Event as u8]) {
                let (key, stored) = row.map_err(|error| Error::sled(folder, error))?;
                let seq = key.last_chunk::<8>().copied().map(u64::from_be_bytes);
                let seq = seq.ok_or_else(|| self.codec.unfit("a key in it cannot be read"))?;
                self.codec.with_text(&stored, |text| {
                    visit(seq, text);
                    Ok(())
                })?;
            }
            Ok(())
        })
    }
}
