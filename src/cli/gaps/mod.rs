//! `svar gaps`: what nobody could answer, by topic, and what to do about it.

mod show;

use serde_json::{Value, json};

use super::client::{Client, Parameters, encoded};
use super::context::Context;
use super::human::plain;
use super::output;
use crate::command::AnswerDraft;
use show::{list_of, word};

/// Show the topics of questions that nobody could answer, and deal with them
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar gaps\n  svar gaps show t3\n  svar gaps answer t3 --text \"Press **Forgot password**.\" --publish\n  svar gaps dismiss t4 --reason \"not ours\""
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Option<Action>,
    /// Give the result as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List gaps, the costliest first
    List(ListArgs),
    /// Show a gap with its questions
    Show {
        /// The topic, such as t3
        topic: String,
    },
    /// Say that a gap needs no answer
    Dismiss {
        /// The topics, such as t3; with --question ids of questions. All of them or none
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Why
        #[arg(long)]
        reason: Option<String>,
        /// Dismiss one question, not a topic
        #[arg(long)]
        question: bool,
    },
    /// Take a dismissal back
    Restore {
        /// The topics, such as t3; with --question ids of questions. All of them or none
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Restore one question, not a topic
        #[arg(long)]
        question: bool,
    },
    /// Put a topic into another
    Merge {
        /// The topic that is no more
        topic: String,
        /// The one that has its questions then
        into: String,
    },
    /// Name a topic
    Rename {
        /// The topic, such as t3
        topic: String,
        /// Its name; empty: its most central question again
        title: String,
    },
    /// Write a short answer for a gap
    Answer(AnswerArgs),
    /// Run the regression set; ends with 1 if a case does not hold
    Test,
}

#[derive(Debug, Default, clap::Args)]
struct ListArgs {
    /// open, answered, reopened or dismissed [default: open and reopened]
    #[arg(long)]
    state: Option<String>,
    /// cost, questions, last, rising, title, language, agent, people or conversations
    #[arg(long, default_value = "cost")]
    sort: String,
    /// Of this language only
    #[arg(long)]
    language: Option<String>,
    /// Words of the title, the tags or a question
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
}

#[derive(Debug, clap::Args)]
struct AnswerArgs {
    /// The topic, such as t3
    topic: String,
    /// The answer, in Markdown
    #[arg(long)]
    text: String,
    /// The question [default: the topic's title]
    #[arg(long)]
    question: Option<String>,
    /// Another way to ask; may be given several times
    #[arg(long = "variant", value_name = "TEXT")]
    variants: Vec<String>,
    /// Publish it at once
    #[arg(long)]
    publish: bool,
    /// Only say what it would have done over the last DAYS
    #[arg(long, value_name = "DAYS")]
    try_on: Option<u32>,
}

/// Runs the command.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    let client = context.client()?;
    let list = Action::List(ListArgs {
        sort: "cost".to_owned(),
        limit: 50,
        ..ListArgs::default()
    });
    let deed = args.deed.as_ref().unwrap_or(&list);
    if let (Action::List(_), Some(app)) = (deed, client.folder()) {
        // No server has done it in the background.
        crate::work::mine_questions(app)?;
        crate::work::group_questions(app)?;
    }
    let answer = ask(&client, deed)?;
    if args.json {
        output::print_json(&answer)?;
    } else {
        output::print(shown(deed, &answer).trim_end())?;
    }
    let failing = list_of(&answer, "items")
        .iter()
        .filter(|case| case.get("holds") == Some(&false.into()));
    let failing = failing.count();
    anyhow::ensure!(
        !matches!(deed, Action::Test) || failing == 0,
        "{failing} of the regression set do not hold"
    );
    Ok(())
}

fn pairs(args: &ListArgs) -> Parameters {
    let parameters = [
        ("state", args.state.clone()),
        ("sort", Some(args.sort.clone())),
        ("language", args.language.clone()),
        ("q", args.search.clone()),
        ("limit", Some(args.limit.to_string())),
    ];
    let parameters = parameters.into_iter();
    parameters
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

/// The path of a thing and what is done to it.
fn path(kind: &str, id: &str, deed: &str) -> String {
    format!("/api/v1/knowledge/{kind}/{}/{deed}", encoded(id))
}

/// The path of what is done to several things at once.
fn many(question: bool, deed: &str) -> String {
    format!("/api/v1/knowledge/{}/{deed}", kind(question))
}

/// What the several are called there.
const fn listed(question: bool) -> &'static str {
    if question { "questions" } else { "topics" }
}

const fn kind(question: bool) -> &'static str {
    if question { "questions" } else { "gaps" }
}

fn ask(client: &Client, deed: &Action) -> anyhow::Result<Value> {
    match deed {
        Action::List(args) => client.json("/api/v1/knowledge/gaps", &pairs(args)),
        Action::Show { topic } => {
            let place = format!("/api/v1/knowledge/gaps/{}", encoded(topic));
            let mut gap = client.json(&place, &Parameters::new())?;
            let replies = client.json(&format!("{place}/replies"), &Parameters::new())?;
            if let Some(fields) = gap.as_object_mut() {
                fields.insert("replies".to_owned(), replies);
            }
            Ok(gap)
        }
        Action::Dismiss {
            ids,
            reason,
            question,
        } => client.send(
            &many(*question, "dismiss"),
            &json!({listed(*question): ids, "reason": reason}),
        ),
        Action::Restore { ids, question } => client.send(
            &many(*question, "restore"),
            &json!({listed(*question): ids}),
        ),
        Action::Merge { topic, into } => {
            client.send(&path("gaps", topic, "merge"), &json!({"into": into}))
        }
        Action::Rename { topic, title } => {
            client.send(&path("gaps", topic, "rename"), &json!({"title": title}))
        }
        Action::Answer(args) => {
            let draft = draft(args, || {
                let path = format!("/api/v1/knowledge/gaps/{}", encoded(&args.topic));
                let gap = client.json(&path, &Parameters::new())?;
                Ok(word(&gap, "title").to_owned())
            })?;
            match args.try_on {
                Some(days) => client.send(
                    "/api/v1/knowledge/answers/backtest",
                    &json!({"days": days, "answer": draft}),
                ),
                None => client.send("/api/v1/knowledge/answers", &serde_json::to_value(draft)?),
            }
        }
        Action::Test => client.json("/api/v1/knowledge/cases", &Parameters::new()),
    }
}

fn draft(
    args: &AnswerArgs,
    title: impl FnOnce() -> anyhow::Result<String>,
) -> anyhow::Result<AnswerDraft> {
    Ok(AnswerDraft {
        question: match &args.question {
            Some(question) => question.clone(),
            None => title()?,
        },
        text: args.text.clone(),
        variants: args.variants.clone(),
        published: args.publish,
        topic: Some(args.topic.clone()),
        ..AnswerDraft::default()
    })
}

fn shown(deed: &Action, answer: &Value) -> String {
    match deed {
        Action::List(_) => show::gaps(answer),
        Action::Show { .. } => show::gap(answer),
        Action::Answer(args) if args.try_on.is_some() => show::backtest(answer),
        Action::Answer(_) => format!("short answer {} is written", plain(word(answer, "id"))),
        Action::Test => show::cases(answer),
        _ => "done".to_owned(),
    }
}
