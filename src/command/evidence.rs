//! What has to be worked out before a command is decided, because it takes long or needs more
//! than the state: the index, the files of a model.

use std::collections::BTreeMap;

use crate::model::event::Placed;

/// What was worked out for a command, off the committing thread.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Evidence {
    /// Nothing has to be.
    #[default]
    None,
    /// Where the index has put the questions that the command moves.
    Places(Vec<Placed>),
    /// The regression set was run and nothing broke; it holds as long as neither answers nor
    /// cases nor settings have changed since this record of the journal.
    Tested {
        /// [`crate::model::Knowledge::answering_changed`] when it was run.
        since: u64,
    },
    /// Which of the tags that the command names are on conversations.
    TagsInUse(Vec<String>),
    /// How many tickets stand in each stage of the pipeline that the command is about.
    StagesInUse(BTreeMap<String, usize>),
    /// The label of the embedder in use; none: the one that Svar comes with.
    Embedder(Option<String>),
}
