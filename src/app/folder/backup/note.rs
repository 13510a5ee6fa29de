//! What is noted of the last backup, in the data folder that it is of; in no backup itself.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::app::error::Error;
use crate::app::folder::write_whole;
use crate::disk::Access;
use crate::model::Timestamp;

/// The last backup.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupNote {
    /// When it was made.
    #[schema(value_type = String)]
    pub made_at: Timestamp,
    /// Where it is; left out of one that a former version made, as all that follows is.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    pub folder: Option<PathBuf>,
    /// How many files it has.
    #[serde(default)]
    pub files: u64,
    /// How many bytes they have.
    #[serde(default)]
    pub bytes: u64,
    /// The last record that it holds.
    #[serde(default)]
    pub log_position: u64,
    /// When every file of it was read again and compared with its checksum; none: it was not.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    pub proven_at: Option<Timestamp>,
}

impl BackupNote {
    /// Reads it; a former version noted the time alone.
    pub(in crate::app::folder) fn read(path: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(path).ok()?;
        let time_alone = || {
            let made_at = Timestamp::parse(text.trim()).ok()?;
            Some(Self {
                made_at,
                folder: None,
                files: 0,
                bytes: 0,
                log_position: 0,
                proven_at: None,
            })
        };
        serde_json::from_str(&text).ok().or_else(time_alone)
    }

    /// Writes it in place of the one before.
    pub(in crate::app::folder) fn write(&self, path: &Path) -> Result<(), Error> {
        let failed = |cause: serde_json::Error| Error::io("write", path, cause.into());
        let text = serde_json::to_vec(self).map_err(failed)?;
        write_whole(path, &text, Access::Private)
    }
}
