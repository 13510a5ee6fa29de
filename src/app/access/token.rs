//! API tokens: made, shown once, recognised at each request.

use subtle::ConstantTimeEq;

use super::secret;
use super::view::{NewToken, TokenView};
use crate::app::{App, Error};
use crate::clock::Clock;
use crate::command::{Caller, Command, Identity, ScopeDraft, TokenCommand};
use crate::model::{DAY_MS, HOUR_MS, Invalid, Role, Timestamp};

/// What a token's text begins with, so that one that got out can be searched for.
const TOKEN_PREFIX: &str = "svar_";
/// How many hexadecimal digits a new token is called by.
const TOKEN_DIGITS: usize = 12;
/// That a token is used is noted so often.
const NOTE_EVERY_MS: i64 = HOUR_MS;
/// The longest life of a token that has one, in days.
const MAX_TOKEN_DAYS: u32 = 3_650;

/// A token to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenDraft {
    /// What it is for.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The rep whose conversations are its own, and in whose name it writes.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default)]
    pub rep: Option<String>,
    /// How much of the desk it sees; left out: everything.
    #[serde(default)]
    pub scope: Option<ScopeDraft>,
    /// For how many days it holds; left out: until it is revoked.
    #[schema(minimum = 1, maximum = 3650)]
    #[serde(default)]
    pub days: Option<u32>,
}

impl App {
    /// The caller of an API token's text, if it holds.
    pub fn token_caller(&self, text: &str) -> Option<Caller> {
        let (id, secret) = text.strip_prefix(TOKEN_PREFIX)?.split_once('_')?;
        let people = self.people();
        let token = people.token(id)?;
        let hash = secret::hash(secret);
        let is_it: bool = hash.as_bytes().ct_eq(token.secret_hash.as_bytes()).into();
        let now = self.clock.now();
        if !is_it || !token.holds_at(now) {
            return None;
        }
        let used = self.last_used(id);
        if used.is_none_or(|used| used.plus_millis(NOTE_EVERY_MS) <= now) {
            self.note(&token_key(id), &now);
        }
        let caller = Caller::live(Identity::Token(id.to_owned()), token.role);
        Some(caller.seeing(token.sight()))
    }

    fn last_used(&self, token: &str) -> Option<Timestamp> {
        let row = self.access.store.session(&token_key(token)).ok()??;
        serde_json::from_slice(&row).ok()
    }

    /// Makes a token that holds for so many days, or until it is revoked.
    pub fn create_token(&self, caller: &Caller, draft: &TokenDraft) -> Result<NewToken, Error> {
        let id = Clock::fresh_id();
        let id = id.get(..TOKEN_DIGITS).unwrap_or(&id);
        let secret = secret::fresh();
        if draft
            .days
            .is_some_and(|days| !(1..=MAX_TOKEN_DAYS).contains(&days))
        {
            let reason = format!("expected 1 to {MAX_TOKEN_DAYS} days, or nothing");
            return Err(Invalid::new("days", reason).into());
        }
        let ends = |days: u32| self.clock.now().plus_millis(i64::from(days) * DAY_MS);
        let command = TokenCommand::Create {
            token: id.to_owned(),
            name: draft.name.clone(),
            role: draft.role,
            rep: draft.rep.clone(),
            scope: draft.scope.clone().unwrap_or_default(),
            secret_hash: secret::hash(&secret),
            expires_at: draft.days.map(ends),
        };
        let written = self.write_now(caller, Command::Token(command))?;
        Ok(NewToken {
            token: id.to_owned(),
            secret: format!("{TOKEN_PREFIX}{id}_{secret}"),
            log_position: written.log_position,
        })
    }

    /// All tokens, the revoked ones too.
    pub fn tokens(&self) -> Vec<TokenView> {
        let people = self.people();
        let views = people.tokens().map(|token| {
            let last = self.last_used(token.token.as_str());
            TokenView::new(token, last)
        });
        views.collect()
    }
}

fn token_key(token: &str) -> String {
    format!("t:{token}")
}
