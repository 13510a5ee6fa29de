//! The right side: a short answer being written, its look, and what it would have done.

use super::field_of;
use super::history::{VersionLine, history};
use super::topic::TopicPart;
use crate::app::{BacktestView, Error, Preview, QuestionChange, SetAsideView};
use crate::command::AnswerDraft;
use crate::model::Invalid;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{fill, t};
use crate::web::ui::url::encode;
use crate::web::ui::view::View;

/// How many of a topic's questions are offered as ways to ask.
const OFFERED: usize = 10;
/// How many questions of each kind a backtest shows.
const LISTED: usize = 12;
/// How many days a backtest looks back, where nothing else is asked.
pub(super) const DAYS: u32 = 30;

/// A question of a backtest.
pub(super) struct Line {
    pub(super) text: String,
    pub(super) href: String,
    pub(super) beside: String,
}

/// Questions of one kind.
pub(super) struct Kind {
    pub(super) title: String,
    pub(super) lines: Vec<Line>,
    pub(super) class: &'static str,
}

/// What a backtest says.
pub(super) struct BacktestText {
    pub(super) summary: String,
    pub(super) deflected: String,
    /// By what texts were compared.
    pub(super) compared_by: String,
    pub(super) kinds: Vec<Kind>,
    pub(super) warnings: Vec<String>,
}

/// The short answer being written.
pub(super) struct Editor {
    pub(super) id: String,
    pub(super) question: String,
    pub(super) variants: String,
    pub(super) text: String,
    pub(super) language: String,
    pub(super) is_published: bool,
    /// Why it is not given although it is published, if it is set aside.
    pub(super) set_aside: Option<String>,
    pub(super) days: u32,
    pub(super) html: String,
    pub(super) plain: String,
    pub(super) tested: Option<BacktestText>,
    pub(super) broken: Vec<String>,
    pub(super) versions: Vec<VersionLine>,
    /// What the customer agent is called.
    pub(super) agent: String,
    /// Whether it stands beside a gap.
    pub(super) in_gap: bool,
}

impl Editor {
    /// The answer that an address names, else the topic's, else a new one.
    pub(super) fn of(
        desk: &Desk,
        topic: &TopicPart,
        pairs: &[(String, String)],
    ) -> Result<Self, Fault> {
        let named = field_of(pairs, "answer").filter(|name| *name != "new");
        let first = topic.linked.first().map(|linked| linked.id.as_str());
        let first = first.filter(|_| field_of(pairs, "answer") != Some("new"));
        let reply = field_of(pairs, "reply").and_then(|message| topic.reply(message));
        let draft = match named.or(first) {
            Some(id) => desk.library().draft_of(id)?,
            None => AnswerDraft {
                question: topic.title.clone(),
                variants: offered(topic),
                text: reply.clone().unwrap_or_default(),
                // What a rep wrote is in the language of those who asked.
                language: topic.language.clone().filter(|_| reply.is_some()),
                ..AnswerDraft::default()
            },
        };
        Ok(Self {
            in_gap: true,
            ..Self::showing(desk, &draft, DAYS)
        })
    }

    /// A draft as the page shows it.
    pub(super) fn showing(desk: &Desk, draft: &AnswerDraft, days: u32) -> Self {
        let Preview { html, text: plain } = Preview::of(&draft.text);
        let id = draft.short_answer.clone().unwrap_or_default();
        let answer = desk.library().answer(&id).ok();
        let versions = answer.as_ref().map(|answer| answer.versions.as_slice());
        let zone = View::default().zone;
        let installation = &desk.present().snapshot().installation;
        let name = installation.customer_agent.settings.name.clone();
        Self {
            versions: history(desk, versions.unwrap_or_default(), zone),
            agent: name.unwrap_or_else(|| t("who.agent").to_owned()),
            in_gap: false,
            is_published: answer
                .as_ref()
                .is_some_and(|answer| answer.version.published),
            set_aside: answer.and_then(|answer| answer.set_aside).map(why),
            id,
            question: draft.question.clone(),
            variants: draft.variants.join("\n"),
            text: draft.text.clone(),
            language: draft.language.clone().unwrap_or_default(),
            days,
            html,
            plain,
            tested: None,
            broken: Vec::new(),
        }
    }

    /// Adds what the draft would have done.
    pub(super) fn test(&mut self, desk: &Desk, draft: &AnswerDraft) -> Result<(), Error> {
        let backtest = desk.library().backtest(draft, self.days)?;
        self.tested = Some(tested(&backtest));
        Ok(())
    }
}

/// Why an answer is set aside.
fn why(set_aside: SetAsideView) -> String {
    if set_aside.reason.is_empty() {
        return t("answers.no_reason").to_owned();
    }
    set_aside.reason
}

fn offered(topic: &TopicPart) -> Vec<String> {
    let mut offered: Vec<String> = Vec::new();
    for question in topic
        .questions
        .iter()
        .filter(|question| question.dismissed.is_empty())
    {
        let is_known = |text: &String| plain(text) == plain(&question.text);
        if plain(&question.text) != plain(&topic.title) && !offered.iter().any(is_known) {
            offered.push(question.text.clone());
        }
    }
    offered.truncate(OFFERED);
    offered
}

/// The letters and digits of a text, for telling whether two say the same.
fn plain(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The draft and the days that a form holds.
pub(super) fn read(form: &[(String, String)]) -> Result<(AnswerDraft, u32), Invalid> {
    let text = |name: &str| field_of(form, name).unwrap_or_default().to_owned();
    let days = match field_of(form, "days") {
        None => DAYS,
        Some(days) => days
            .trim()
            .parse()
            .map_err(|_error| Invalid::new("days", format!("`{days}` is no number of days")))?,
    };
    let variants = text("variants");
    let draft = AnswerDraft {
        short_answer: field_of(form, "short_answer").map(str::to_owned),
        question: text("question"),
        variants: variants.lines().map(str::to_owned).collect(),
        text: text("text").replace("\r\n", "\n"),
        language: field_of(form, "lang").map(str::to_owned),
        published: false,
        topic: field_of(form, "topic").map(str::to_owned),
        anyway: false,
    };
    Ok((draft, days))
}

fn line(tried: &QuestionChange) -> Line {
    Line {
        text: tried.text.clone(),
        href: format!("/conversations/{}", encode(&tried.conversation)),
        beside: match (tried.wrong, &tried.before) {
            (Some(wrong), _) => spoken("wrong", wrong),
            (None, Some(before)) => fill("gaps.instead", &[("answer", before)]),
            (None, None) => String::new(),
        },
    }
}

/// What a backtest says in one sentence.
fn summary(backtest: &BacktestView) -> String {
    let number = |count: usize| figure::count(count as f64);
    let (questions, days) = (number(backtest.questions), backtest.days.to_string());
    let people = number(backtest.people);
    let (before, after) = (
        number(backtest.answered_before),
        number(backtest.answered_after),
    );
    let values = [
        ("questions", questions.as_str()),
        ("days", &days),
        ("people", &people),
        ("before", &before),
        ("after", &after),
    ];
    fill("gaps.tested", &values)
}

fn tested(backtest: &BacktestView) -> BacktestText {
    let kinds = [
        (
            backtest.new,
            &backtest.would_answer,
            "gaps.would_answer",
            "",
        ),
        (
            backtest.taken,
            &backtest.would_take,
            "gaps.would_take",
            "worse",
        ),
        (
            backtest.lost,
            &backtest.would_lose,
            "gaps.would_lose",
            "worse",
        ),
        (
            backtest.wrong,
            &backtest.would_be_wrong,
            "gaps.would_be_wrong",
            "worse",
        ),
    ];
    let kinds = kinds.into_iter().filter(|(count, ..)| *count > 0);
    let kinds = kinds.map(|(count, list, key, class)| Kind {
        title: plural(key, count as u64),
        lines: list.iter().take(LISTED).map(line).collect(),
        class,
    });
    let saved = backtest
        .deflected_secs
        .map_or_else(|| "–".to_owned(), figure::round_duration);
    let conversations = plural(
        "gaps.conversations",
        backtest.deflected_conversations as u64,
    );
    let name = backtest.embedder_name.as_deref();
    let name = name.unwrap_or(t("settings.table"));
    BacktestText {
        summary: summary(backtest),
        compared_by: fill("gaps.compared_by", &[("name", name)]),
        deflected: fill(
            "gaps.deflected",
            &[("conversations", &conversations), ("time", &saved)],
        ),
        kinds: kinds.collect(),
        warnings: warnings(backtest),
    }
}

fn warnings(backtest: &BacktestView) -> Vec<String> {
    let near = backtest.duplicates.iter().take(LISTED).map(|near| {
        let values = [
            ("variant", near.variant.as_str()),
            ("other", &near.other),
            ("answer", &near.short_answer),
        ];
        fill("gaps.duplicate", &values)
    });
    let clashes = backtest.collisions.iter().take(LISTED).map(|clash| {
        let key = if clash.is_caught {
            "gaps.caught"
        } else {
            "gaps.collides"
        };
        let values = [
            ("variant", clash.variant.as_str()),
            ("other", &clash.other),
            ("answer", &clash.short_answer),
        ];
        fill(key, &values)
    });
    let broken = backtest
        .broken
        .iter()
        .map(|broken| fill("gaps.breaks", &[("case", &broken.text)]));
    let cut = backtest.is_cut.then(|| t("gaps.cut").to_owned());
    near.chain(clashes).chain(broken).chain(cut).collect()
}
