//! Satisfaction surveys: whom they ask, that somebody is asked, and what they say.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kin::{check_reachable, group, holdings, root};
use super::mail::addressee;
use super::refusal::Refusal;
use super::role::{self, Right};
use super::text::{channel, conversation_id, inbox_id, short, team_id};
use super::{Caller, State, scope};
use crate::model::conversation::{Conversation, Status};
use crate::model::event::{
    ActorKind, Assignee, CsatRated, CsatSent, SurveyHeldBack, SurveyRule, SurveySet, Visibility,
};
use crate::model::survey::{MAX_EVERY_DAYS, OPEN_MS};
use crate::model::{
    Body, ConversationId, DAY_MS, Invalid, MailAbout, RepId, TeamId, Timestamp, whole_number,
};

/// The channels on which a contact is asked where they write.
const CARRIERS: [&str; 1] = ["chat"];
/// The channels on which they are asked by mail, where mails can go out and their address is known.
const MAILED: [&str; 2] = ["email", "form"];
/// The most rules.
const MAX_RULES: usize = 50;
/// The longest delay, in seconds: a week.
const MAX_DELAY_SECS: u32 = 604_800;
/// The longest words with a rating, in characters.
const MAX_WORDS: usize = 2_000;

/// Whether contacts are asked; what is left out is not looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyRuleDraft {
    /// On which channel.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// In which inbox.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbox: Option<String>,
    /// Of which team.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Whether they are asked.
    pub ask: bool,
}

/// Settings of satisfaction surveys to change; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyDraft {
    /// Who is asked: the first rule that fits holds; where none does, nobody. Chats carry a survey,
    /// and so do mails to those who wrote by mail or by a form, where they can go out.
    #[schema(max_items = 50)]
    #[serde(default)]
    pub rules: Option<Vec<SurveyRuleDraft>>,
    /// How long after the end of a conversation, in seconds.
    #[schema(maximum = 604_800)]
    #[serde(default, deserialize_with = "whole_number")]
    pub delay_secs: Option<u32>,
    /// A contact is asked at most once in so many days; 0: each time.
    #[schema(maximum = 365)]
    #[serde(default, deserialize_with = "whole_number")]
    pub every_days: Option<u32>,
    /// Whether they are asked where the customer agent alone answered.
    #[serde(default)]
    pub of_agent: Option<bool>,
    /// Whether they are asked where a machine brought it to its end.
    #[serde(default)]
    pub of_automation: Option<bool>,
}

/// Something about surveys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SurveyCommand {
    /// Changes whom they ask.
    Set(SurveyDraft),
    /// Asks the contact of a conversation that has ended.
    Ask {
        /// Which.
        conversation: String,
        /// Whether mails can go out.
        can_mail: bool,
    },
    /// Asks by a link that somebody hands to the contact; one who is asked already is not asked anew.
    AskByLink {
        /// About which conversation.
        conversation: String,
    },
}

impl SurveyCommand {
    /// Its row in the table of roles.
    pub(super) const fn right(&self) -> &'static Right {
        match self {
            Self::Set(_) => &role::SURVEY_SET,
            Self::Ask { .. } => &role::SURVEY_ASK,
            Self::AskByLink { .. } => &role::SURVEY_ASK_BY_LINK,
        }
    }
}

pub(super) fn decide(
    state: &State<'_>,
    caller: &Caller,
    command: SurveyCommand,
) -> Result<Vec<Body>, Refusal> {
    match command {
        SurveyCommand::Set(draft) => set(draft),
        SurveyCommand::Ask {
            conversation,
            can_mail,
        } => {
            let id = conversation_id(&conversation)?;
            let known = scope::conversation(state, caller, id.as_str())?;
            ask(state, &known, can_mail)
        }
        SurveyCommand::AskByLink { conversation } => {
            let id = conversation_id(&conversation)?;
            let known = scope::conversation(state, caller, id.as_str())?;
            ask_by_link(state, &known)
        }
    }
}

/// Asks on any channel, because somebody hands the link over; within what holds for all surveys.
fn ask_by_link(state: &State<'_>, known: &Conversation) -> Result<Vec<Body>, Refusal> {
    check_reachable(state, &known.contact)?;
    if known.merged_into.is_some() {
        return Err(Refusal::conflict(
            "the conversation was merged into another; ask about that one",
        ));
    }
    let sent = state.installation.surveys.sent_at(&known.id);
    if sent.is_some_and(|sent| state.now < sent.plus_millis(OPEN_MS)) {
        return Ok(Vec::new());
    }
    if known.status != Status::Resolved || !known.marks.is_empty() {
        return Err(Refusal::conflict(
            "the conversation goes on, or is marked as none that counts; resolve it first",
        ));
    }
    if was_asked_lately(state, known)? {
        return Err(Refusal::conflict(
            "the contact was asked not long ago; the settings of surveys say how often",
        ));
    }
    Ok(vec![sent_now(known)])
}

fn sent_now(known: &Conversation) -> Body {
    Body::CsatSent(Box::new(CsatSent {
        conversation: Some(known.id.clone()),
        ticket: None,
        text: None,
    }))
}

/// What a contact says of a conversation; until two weeks after they were asked, and what they
/// said last holds.
pub(super) fn rate(
    state: &State<'_>,
    known: &Conversation,
    score: u8,
    text: Option<String>,
) -> Result<Vec<Body>, Refusal> {
    if !(1..=5).contains(&score) {
        let reason = format!("it is {score}; expected 1 to 5");
        return Err(Invalid::new("score", reason).into());
    }
    let text = text.map(|text| text.trim().to_owned());
    let text = text.filter(|text| !text.is_empty());
    short("text", text.as_deref().unwrap_or_default(), MAX_WORDS)?;
    let sent = state.installation.surveys.sent_at(&known.id);
    if sent.is_none_or(|sent| sent.plus_millis(OPEN_MS) <= state.now) {
        return Err(Refusal::conflict(
            "nobody is asked about this conversation now, so there is nothing to rate",
        ));
    }
    let last = known.ratings.last().filter(|last| Some(last.at) >= sent);
    if last.is_some_and(|last| last.score == score && last.text == text) {
        return Ok(Vec::new());
    }
    Ok(vec![Body::CsatRated(Box::new(CsatRated {
        conversation: Some(known.id.clone()),
        ticket: None,
        score,
        text,
    }))])
}

/// Asks, or says why not: whoever is not to be asked is passed over in silence, but one who was
/// asked not long ago is counted.
fn ask(state: &State<'_>, known: &Conversation, can_mail: bool) -> Result<Vec<Body>, Refusal> {
    let surveys = &state.installation.surveys;
    let settings = &surveys.settings;
    let carries = CARRIERS.contains(&known.channel.as_str());
    let is_mailed = can_mail && MAILED.contains(&known.channel.as_str());
    let is_over = known.status == Status::Resolved && known.merged_into.is_none();
    let by_machine = known
        .resolved_by
        .as_ref()
        .is_some_and(|by| by.kind == ActorKind::Automation);
    let mut public = known.messages.iter();
    let has_rep = public.any(|message| {
        message.visibility == Visibility::Public && message.author.kind == ActorKind::Rep
    });
    let team = team_of(state, known);
    let is_wanted = (carries || is_mailed)
        && is_over
        && known.marks.is_empty()
        && (settings.of_automation || !by_machine)
        && (settings.of_agent || has_rep)
        && settings.asks(&known.channel, known.inbox.as_ref(), team.as_ref());
    if !is_wanted || check_reachable(state, &known.contact).is_err() {
        return Ok(Vec::new());
    }
    if is_mailed && addressee(state, &known.contact)?.is_none() {
        return Ok(Vec::new());
    }
    if was_asked_lately(state, known)? {
        let conversation = known.id.clone();
        let held = SurveyHeldBack { conversation };
        return Ok(vec![Body::SurveyHeldBack(Box::new(held))]);
    }
    let mut bodies = vec![sent_now(known)];
    if is_mailed {
        let conversation = known.id.clone();
        bodies.push(MailAbout::Survey { conversation }.queued());
    }
    Ok(bodies)
}

/// The team that has a conversation, or whose rep does.
fn team_of(state: &State<'_>, known: &Conversation) -> Option<TeamId> {
    match &known.assigned_to {
        Assignee::Team { id } => Some(id.clone()),
        Assignee::Rep { id } => team_of_rep(state, id),
        Assignee::CustomerAgent { .. } | Assignee::Nobody {} => None,
    }
}

fn team_of_rep(state: &State<'_>, rep: &RepId) -> Option<TeamId> {
    let directory = state.conversations.directory();
    let team = directory.team_at(rep.as_str(), state.now)?;
    TeamId::parse(team).ok()
}

fn was_asked_lately(state: &State<'_>, known: &Conversation) -> Result<bool, Refusal> {
    let surveys = &state.installation.surveys;
    let days = i64::from(surveys.settings.every_days);
    if days == 0 {
        return Ok(false);
    }
    let since: Timestamp = state.now.plus_millis(-days * DAY_MS);
    let theirs = group(state, &root(state, &known.contact)?)?;
    let held = holdings(state, &theirs)?;
    let mut sent = held.conversations.iter().filter_map(|conversation| {
        let id = ConversationId::parse(conversation).ok()?;
        surveys.sent_at(&id)
    });
    Ok(sent.any(|sent| sent > since))
}

fn set(draft: SurveyDraft) -> Result<Vec<Body>, Refusal> {
    if draft == SurveyDraft::default() {
        let reason = "nothing is to be changed; expected a setting such as `rules`";
        return Err(Invalid::new("body", reason).into());
    }
    let most = |field: &str, value: Option<u32>, most: u32| match value {
        Some(value) if value > most => {
            let reason = format!("it is {value}; at most {most} is expected");
            Err(Invalid::new(field, reason))
        }
        other => Ok(other),
    };
    Ok(vec![Body::SurveySet(Box::new(SurveySet {
        rules: draft.rules.map(rules).transpose()?,
        delay_secs: most("delay_secs", draft.delay_secs, MAX_DELAY_SECS)?,
        every_days: most("every_days", draft.every_days, MAX_EVERY_DAYS)?,
        of_agent: draft.of_agent,
        of_automation: draft.of_automation,
    }))])
}

fn rules(rules: Vec<SurveyRuleDraft>) -> Result<Vec<SurveyRule>, Invalid> {
    if rules.len() > MAX_RULES {
        let reason = format!(
            "there are {}; at most {MAX_RULES} are expected",
            rules.len()
        );
        return Err(Invalid::new("rules", reason));
    }
    let rules = rules.into_iter().enumerate().map(|(place, rule)| {
        let field = |name: &str| format!("rules[{place}].{name}");
        let inbox = rule
            .inbox
            .as_deref()
            .map(|id| inbox_id(&field("inbox"), id));
        let team = rule.team.as_deref().map(|id| team_id(&field("team"), id));
        Ok(SurveyRule {
            channel: channel(&field("channel"), rule.channel)?,
            inbox: inbox.transpose()?,
            team: team.transpose()?,
            ask: rule.ask,
        })
    });
    rules.collect()
}
