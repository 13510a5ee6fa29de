//! The form of a rule: what is typed in it, read from a rule or from a request.

use std::collections::BTreeMap;

use crate::command::{FIRST_LIMIT, RuleDraft};
use crate::model::event::{
    Direction, RuleAssignee, RuleConditions, RuleDeeds, RuleHours, RuleShare, RuleTrigger, RuleTurn,
};
use crate::model::routing::RoutingRule;
use crate::model::{CannedReplyId, InboxId, Invalid, RepId, TeamId};
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::page::field_of;
use crate::web::ui::text::fill;

/// A choice of a menu: its value, what it is called, and whether it is chosen.
pub(super) type Choice = (String, String, bool);

/// What stands in the form.
#[derive(Default)]
pub(super) struct RuleForm {
    pub(super) id: String,
    pub(super) name: String,
    trigger: String,
    pub(super) after: String,
    pub(super) channel: String,
    pub(super) inbox: String,
    pub(super) language: String,
    pub(super) company: String,
    pub(super) tag: String,
    pub(super) own: String,
    pub(super) text: String,
    pub(super) topic: String,
    hours: String,
    direction: String,
    assign: String,
    share: String,
    pub(super) tags: String,
    pub(super) priority: String,
    pub(super) say: String,
    reply: String,
    pub(super) hands_off: bool,
    pub(super) resolves: bool,
    pub(super) limit: String,
    pub(super) triggers: Vec<Choice>,
    pub(super) directions: Vec<Choice>,
    pub(super) hours_choices: Vec<Choice>,
    pub(super) assignees: Vec<Choice>,
    pub(super) turns: Vec<Choice>,
    pub(super) replies: Vec<Choice>,
}

impl RuleForm {
    /// As a rule is.
    pub(super) fn of(rule: &RoutingRule) -> Self {
        let set = &rule.set;
        let (when, then) = (&set.when, &set.then);
        let inboxes: Vec<&str> = when.inbox.iter().map(InboxId::as_str).collect();
        let own = when.attributes.iter();
        let own: Vec<String> = own.map(|(name, value)| format!("{name}={value}")).collect();
        let (assign, share) = then.assign.as_ref().map_or_else(Default::default, held);
        let word = |word: Option<&'static str>| word.unwrap_or_default().to_owned();
        Self {
            id: set.rule.to_string(),
            name: set.name.clone(),
            trigger: set.trigger.as_str().to_owned(),
            after: set.after_secs.map_or_else(String::new, minutes),
            channel: when.channel.join(", "),
            inbox: inboxes.join(", "),
            language: when.language.join(", "),
            company: when.company.join("\n"),
            tag: when.tag.join("\n"),
            own: own.join("\n"),
            text: when.text.join("\n"),
            topic: when.topic.join(", "),
            hours: word(when.hours.map(RuleHours::as_str)),
            direction: word(when.direction.map(Direction::as_str)),
            assign,
            share: word(share),
            tags: then.tags.join("\n"),
            priority: then.priority.clone().unwrap_or_default(),
            say: then.say.clone().unwrap_or_default(),
            reply: then
                .canned_reply
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            hands_off: then.hand_off,
            resolves: then.resolve,
            limit: set.limit_per_hour.to_string(),
            ..Self::default()
        }
    }

    /// As a new one is.
    pub(super) fn empty() -> Self {
        Self {
            limit: FIRST_LIMIT.to_string(),
            ..Self::default()
        }
    }

    /// As it was typed.
    pub(super) fn typed(form: &[(String, String)]) -> Self {
        let text = |name: &str| field_of(form, name).unwrap_or_default().to_owned();
        Self {
            id: text("rule"),
            name: text("name"),
            trigger: text("trigger"),
            after: text("after"),
            channel: text("channel"),
            inbox: text("inbox"),
            language: text("language"),
            company: text("company"),
            tag: text("tag"),
            own: text("own"),
            text: text("text"),
            topic: text("topic"),
            hours: text("hours"),
            direction: text("direction"),
            assign: text("assign"),
            share: text("share"),
            tags: text("tags"),
            priority: text("priority"),
            say: text("say"),
            reply: text("reply"),
            hands_off: field_of(form, "hands_off").is_some(),
            resolves: field_of(form, "resolves").is_some(),
            limit: text("limit"),
            ..Self::default()
        }
    }

    /// With what can be chosen on this desk.
    pub(super) fn with_choices(self, desk: &Desk) -> Self {
        let words = |field: &str, all: Vec<&'static str>, chosen: &str| {
            let all = all.into_iter();
            all.map(|word| (word.to_owned(), spoken(field, word), word == chosen))
                .collect::<Vec<Choice>>()
        };
        let snapshot = desk.app.snapshot();
        let replies = snapshot.installation.canned.all().into_iter();
        let replies = replies.map(|reply| {
            let id = reply.id.to_string();
            let is_chosen = id == self.reply;
            (id, reply.title.clone(), is_chosen)
        });
        Self {
            triggers: words(
                "trigger",
                RuleTrigger::ALL.map(RuleTrigger::as_str).into(),
                &self.trigger,
            ),
            directions: words(
                "started_by",
                Direction::ALL.iter().map(|one| one.as_str()).collect(),
                &self.direction,
            ),
            hours_choices: words(
                "hours",
                RuleHours::ALL.map(RuleHours::as_str).into(),
                &self.hours,
            ),
            turns: words(
                "turn",
                RuleTurn::ALL.map(RuleTurn::as_str).into(),
                &self.share,
            ),
            assignees: self.assignees(desk),
            replies: replies.collect(),
            ..self
        }
    }

    /// Teams and reps, and the reps who share it, if several do.
    fn assignees(&self, desk: &Desk) -> Vec<Choice> {
        let snapshot = desk.app.snapshot();
        let choice = |value: String, label: String| {
            let is_chosen = value == self.assign;
            (value, label, is_chosen)
        };
        let reps = snapshot.directory.reps();
        let reps = reps.map(|(id, name)| choice(format!("reps:{id}"), name.to_owned()));
        let teams = desk.teams_on_offer().map(|(id, name)| {
            let label = fill("compose.team", &[("name", name)]);
            choice(format!("team:{id}"), label)
        });
        let mut all: Vec<Choice> = teams.chain(reps).collect();
        all.sort_by(|one, other| one.1.cmp(&other.1));
        let several = self.assign.strip_prefix("reps:");
        if let Some(several) = several.filter(|ids| ids.lines().nth(1).is_some()) {
            let names = several.lines().map(|id| desk.rep(id));
            let names = names.collect::<Vec<_>>().join(", ");
            all.insert(0, (self.assign.clone(), names, true));
        }
        all
    }

    /// The rule that it says.
    pub(super) fn draft(&self) -> Result<RuleDraft, Invalid> {
        Ok(RuleDraft {
            id: some(&self.id),
            name: self.name.clone(),
            trigger: word(
                "trigger",
                &self.trigger,
                &RuleTrigger::ALL,
                RuleTrigger::as_str,
            )?,
            after_secs: match self.after.trim() {
                "" => None,
                text => Some(seconds("after", text)?),
            },
            when: self.conditions()?,
            then: self.deeds()?,
            limit_per_hour: match self.limit.trim() {
                "" => None,
                text => Some(number("limit", text)?),
            },
        })
    }

    fn conditions(&self) -> Result<RuleConditions, Invalid> {
        let inboxes = words(&self.inbox).into_iter().map(|id| {
            InboxId::parse(&id).map_err(|fault| Invalid::new("inbox", format!("`{id}`: {fault}")))
        });
        Ok(RuleConditions {
            channel: words(&self.channel),
            inbox: inboxes.collect::<Result<_, _>>()?,
            language: words(&self.language),
            company: lines(&self.company),
            tag: lines(&self.tag),
            attributes: self.attributes()?,
            text: lines(&self.text),
            topic: words(&self.topic),
            hours: some(&self.hours)
                .map(|text| word("hours", &text, &RuleHours::ALL, RuleHours::as_str))
                .transpose()?,
            direction: some(&self.direction)
                .map(|text| word("direction", &text, Direction::ALL, Direction::as_str))
                .transpose()?,
        })
    }

    fn deeds(&self) -> Result<RuleDeeds, Invalid> {
        let reply = some(&self.reply).map(|id| {
            CannedReplyId::parse(&id)
                .map_err(|fault| Invalid::new("reply", format!("`{id}`: {fault}")))
        });
        Ok(RuleDeeds {
            assign: self.assignee()?,
            tags: lines(&self.tags),
            priority: some(&self.priority),
            hand_off: self.hands_off,
            say: some(&self.say),
            canned_reply: reply.transpose()?,
            resolve: self.resolves,
        })
    }

    fn attributes(&self) -> Result<BTreeMap<String, String>, Invalid> {
        let pairs = lines(&self.own).into_iter().map(|line| {
            let Some((name, value)) = line.split_once('=') else {
                let reason = format!("`{line}` has no `=`; expected a name, `=` and a value");
                return Err(Invalid::new("own", reason));
            };
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        });
        pairs.collect()
    }

    fn assignee(&self) -> Result<Option<RuleAssignee>, Invalid> {
        let Some((kind, ids)) = self.assign.split_once(':') else {
            return Ok(None);
        };
        let fault = |fault: &str| Invalid::new("assign", format!("`{}`: {fault}", self.assign));
        let (mut team, mut reps) = (None, Vec::new());
        match kind {
            "team" => team = Some(TeamId::parse(ids).map_err(fault)?),
            "reps" => {
                let all = ids.lines().map(|id| RepId::parse(id).map_err(fault));
                reps = all.collect::<Result<Vec<_>, _>>()?;
            }
            _ => return Err(fault("expected a team or reps")),
        }
        let by = some(&self.share)
            .map(|text| word("share", &text, &RuleTurn::ALL, RuleTurn::as_str))
            .transpose()?;
        Ok(Some(match (by, team, reps.as_slice()) {
            (None, Some(team), _) => RuleAssignee::Team(team),
            (None, None, [rep]) => RuleAssignee::Rep(rep.clone()),
            (None, None, _) => {
                let reason = "several reps are named; expected whose turn it is";
                return Err(Invalid::new("share", reason));
            }
            (Some(by), team, _) => RuleAssignee::OneOf(RuleShare { team, reps, by }),
        }))
    }
}

/// To whom a rule gives something, and whose turn it is, as the form has it.
fn held(to: &RuleAssignee) -> (String, Option<&'static str>) {
    match to {
        RuleAssignee::Team(id) => (format!("team:{id}"), None),
        RuleAssignee::Rep(id) => (format!("reps:{id}"), None),
        RuleAssignee::OneOf(share) => {
            let reps: Vec<&str> = share.reps.iter().map(RepId::as_str).collect();
            let to = match &share.team {
                Some(id) => format!("team:{id}"),
                None => format!("reps:{}", reps.join("\n")),
            };
            (to, Some(share.by.as_str()))
        }
    }
}

/// A time in minutes, as in `5`; in seconds where it is no whole number of them, as in `90 s`.
fn minutes(secs: u32) -> String {
    if secs.is_multiple_of(60) {
        return (secs / 60).to_string();
    }
    format!("{secs} s")
}

/// Reads a time as [`minutes`] writes it.
fn seconds(field: &str, text: &str) -> Result<u32, Invalid> {
    match text.strip_suffix('s') {
        Some(secs) => number(field, secs.trim()),
        None => Ok(number(field, text)?.saturating_mul(60)),
    }
}

fn number(field: &str, text: &str) -> Result<u32, Invalid> {
    let wrong = |_odd| Invalid::new(field, format!("`{text}` is no whole number"));
    text.parse().map_err(wrong)
}

/// A text without blanks around it; none where nothing is left.
fn some(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// What stands between commas.
fn words(text: &str) -> Vec<String> {
    filled(text.split(','))
}

/// What stands in lines of its own.
fn lines(text: &str) -> Vec<String> {
    filled(text.lines())
}

fn filled<'a>(parts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let parts = parts.map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

fn word<T: Copy>(
    field: &str,
    text: &str,
    all: &[T],
    of: fn(T) -> &'static str,
) -> Result<T, Invalid> {
    let found = all.iter().copied().find(|one| of(*one) == text);
    found.ok_or_else(|| {
        let all: Vec<&str> = all.iter().map(|one| of(*one)).collect();
        let reason = format!("`{text}` is none of {}", all.join(", "));
        Invalid::new(field, reason)
    })
}
