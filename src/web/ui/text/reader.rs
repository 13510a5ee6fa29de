//! Who reads what is being written: their language, and how they want the time of day.
//!
//! It goes along with the work that makes a page or a mail, from the request or the mail on, so
//! that each text and each number finds it. Where nobody is known, it is English.

use crate::model::people::User;
use crate::model::{ClockFormat, Language};

tokio::task_local! {
    static READER: Reader;
}

/// Who reads a page or a mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// In which language.
    pub language: Language,
    /// How the time of day is written.
    pub clock: ClockFormat,
}

impl Reader {
    /// Somebody who signs in, whose browser accepts `accepted`.
    pub fn of(user: Option<&User>, accepted: Option<Language>) -> Self {
        let habits = user.map(|user| &user.habits);
        let chosen = habits.and_then(|habits| habits.language.language());
        Self {
            language: chosen.or(accepted).unwrap_or_default(),
            clock: habits.map(|habits| habits.clock).unwrap_or_default(),
        }
    }

    /// Whoever reads what is being made.
    pub fn present() -> Self {
        READER.try_with(|reader| *reader).unwrap_or_default()
    }

    /// Does `work` for them.
    pub fn reads<T>(self, work: impl FnOnce() -> T) -> T {
        READER.sync_scope(self, work)
    }

    /// Has `work` done for them.
    pub async fn awaits<T>(self, work: impl Future<Output = T>) -> T {
        READER.scope(self, work).await
    }
}

/// Does what may block off the async threads, for the same reader.
pub(in crate::web::ui) fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    let reader = Reader::present();
    tokio::task::spawn_blocking(move || reader.reads(work))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_goes_along_to_other_threads() {
        let reader = Reader {
            language: Language::Finnish,
            clock: ClockFormat::Hours12,
        };
        let read = reader.awaits(async { blocking(Reader::present).await.unwrap() });
        assert_eq!(read.await, reader);
        assert_eq!(Reader::present(), Reader::default());
    }
}
