//! Two short answers side by side, and putting one into the other.

use chrono_tz::Tz;

use super::answer_list::at;
use super::list::status;
use crate::app::{AnswerUse, Error, Preview};
use crate::command::{AnswerCommand, AnswerDraft, Caller, Command, Refusal};
use crate::model::Invalid;
use crate::web::ui::date;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::text::{fill, t};

/// One of the two.
pub(super) struct Side {
    pub(super) id: String,
    pub(super) href: String,
    pub(super) question: String,
    pub(super) variants: Vec<String>,
    html: String,
    pub(super) status: &'static str,
    pub(super) uses: String,
}

impl Side {
    /// Its text, as the visitor sees it.
    pub(super) fn html(&self) -> &str {
        &self.html
    }
}

/// Both.
pub(super) struct Compared {
    pub(super) sides: [Side; 2],
    /// What the index says of them.
    pub(super) said: String,
}

/// How often an answer was given and how that was received, in words.
pub(super) fn used(uses: &AnswerUse, zone: Tz) -> String {
    let Some(last) = uses.last_at else {
        return t("answers.never_used").to_owned();
    };
    let said = uses.helpful + uses.unhelpful;
    let values = [
        ("given", figure::count(uses.given as f64)),
        ("last", date::instant(last, zone)),
        ("helped", uses.helpful.to_string()),
        ("said", said.to_string()),
    ];
    let key = match said {
        0 => "answers.uses_unsaid",
        _ => "answers.uses",
    };
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    fill(key, &values)
}

impl Compared {
    pub(super) fn of(desk: &Desk, (one, other): (&str, &str), zone: Tz) -> Result<Self, Fault> {
        let (library, uses) = (desk.library(), desk.library().answer_uses());
        let side = |id: &str| -> Result<Side, Refusal> {
            let version = library.answer(id)?.version;
            Ok(Side {
                href: at(&[], &[("answer", id)]),
                html: Preview::of(&version.text).html,
                status: status(version.published),
                uses: used(&uses.get(id).copied().unwrap_or_default(), zone),
                question: version.question,
                variants: version.variants,
                id: id.to_owned(),
            })
        };
        let alike = library.alike_answers();
        let alike = alike.get(one).into_iter().flatten();
        let pair = alike.into_iter().find(|alike| alike.other == other);
        let said = pair.map(|pair| {
            let key = if pair.contradicts {
                "answers.they_contradict"
            } else {
                "answers.they_repeat"
            };
            fill(key, &[("way", &pair.way), ("other", &pair.other_way)])
        });
        Ok(Self {
            sides: [side(one)?, side(other)?],
            said: said.unwrap_or_default(),
        })
    }
}

/// Gives the answer that is kept the other's ways to ask and topics, and deletes the other.
pub(super) fn merge(desk: &Desk, caller: &Caller, keep: &str, other: &str) -> Result<(), Error> {
    if keep == other {
        let reason = format!("`{other}` is the answer itself; expected another one");
        return Err(Invalid::new("other", reason).into());
    }
    let library = desk.library();
    let gone = library.draft_of(other)?;
    let mut draft = library.draft_of(keep)?;
    draft.variants.push(gone.question);
    draft.variants.extend(gone.variants);
    let topics = library.topics_of(other);
    let save = |draft: AnswerDraft| {
        let command = AnswerCommand::Save { draft, seen: None };
        desk.app.write_now(caller, Command::Answer(command))
    };
    // The one that is kept knows all ways before the other is gone: no question is left without.
    save(draft.clone())?;
    for topic in topics {
        save(AnswerDraft {
            topic: Some(topic),
            ..draft.clone()
        })?;
    }
    let delete = AnswerCommand::Delete {
        short_answer: other.to_owned(),
    };
    desk.app.write_now(caller, Command::Answer(delete))?;
    Ok(())
}
