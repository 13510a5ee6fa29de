//! The regression set: questions that must be answered so, or must not be answered.

use super::State;
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{answer_id, filled};
use crate::model::Body;
use crate::model::event::{CaseRemoved, CaseSet};

/// The longest question of a case, in characters.
const MAX_CASE: usize = 10_000;

/// A question that must be answered so, or must not be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The question's words.
    pub text: String,
    /// The short answer it must get; none: it must get none.
    pub short_answer: Option<String>,
}

/// Something done to the regression set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseCommand {
    /// Adds cases, or changes what their questions must get: all of them or none.
    Set(Vec<Case>),
    /// Takes a case out.
    Remove {
        /// Its question's words.
        text: String,
    },
}

impl CaseCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Set(_) => &role::CASE_SET,
            Self::Remove { .. } => &role::CASE_REMOVE,
        }
    }
}

pub(super) fn decide(state: &State<'_>, command: CaseCommand) -> Result<Vec<Body>, Refusal> {
    let knowledge = &*state.installation.knowledge;
    match command {
        CaseCommand::Set(cases) => cases.into_iter().map(|case| set(state, &case)).collect(),
        CaseCommand::Remove { text } => {
            let text = text.trim().to_owned();
            if !knowledge.cases.contains_key(&text) {
                return Err(Refusal::unknown("case", &text));
            }
            Ok(vec![Body::CaseRemoved(Box::new(CaseRemoved { text }))])
        }
    }
}

fn set(state: &State<'_>, case: &Case) -> Result<Body, Refusal> {
    let text = case.text.trim();
    filled("text", text, MAX_CASE)?;
    let short_answer = match &case.short_answer {
        None => None,
        Some(id) => {
            let id_of_answer = answer_id(id)?;
            let answer = state.installation.knowledge.answers.get(&id_of_answer);
            if answer
                .and_then(|answer| answer.current(state.now))
                .is_none()
            {
                return Err(Refusal::unknown("short answer", id));
            }
            Some(id_of_answer)
        }
    };
    Ok(Body::CaseSet(Box::new(CaseSet {
        text: text.to_owned(),
        short_answer,
    })))
}
