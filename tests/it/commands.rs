//! Commands as people give them, for tests that need things done on the way; and that of two
//! who do the same thing at once only one gets it.

use std::path::Path;

use serde_json::json;
use svar::app::{App, Error, ModelView, WriteResult};
use svar::command::{
    AnswerCommand, AnswerDraft, Caller, Case, CaseCommand, Command, Identity, KnowledgeCommand,
    KnowledgeSettings, QuestionCommand, Role, TopicCommand, Variant,
};
use svar::model::event::Verdict;

use crate::desk::{Desk, Server, agent, answer};

/// An admin of this name.
pub(crate) fn admin(name: &str) -> Caller {
    Caller::live(Identity::User(name.to_owned()), Role::Admin)
}

/// What admins do; each takes who does it.
pub(crate) trait Commands {
    fn give(&self, who: &str, command: Command) -> Result<WriteResult, Error>;
    fn add(&self, who: &str, model: &Path) -> Result<ModelView, Error>;
    fn remove(&self, who: &str) -> Result<ModelView, Error>;
    fn go_by_endpoint(&self, who: &str) -> Result<ModelView, Error>;

    fn on_topic(&self, who: &str, command: TopicCommand) -> Result<WriteResult, Error> {
        self.give(who, Command::Topic(command))
    }

    fn dismiss_topic(
        &self,
        who: &str,
        topic: &str,
        why: Option<&str>,
    ) -> Result<WriteResult, Error> {
        let (topic, reason) = (topic.to_owned(), why.map(str::to_owned));
        self.on_topic(
            who,
            TopicCommand::Dismiss {
                topics: vec![topic],
                reason,
            },
        )
    }

    fn restore_topic(&self, who: &str, topic: &str) -> Result<WriteResult, Error> {
        let topic = topic.to_owned();
        self.on_topic(
            who,
            TopicCommand::Restore {
                topics: vec![topic],
            },
        )
    }

    fn rename_topic(&self, who: &str, topic: &str, title: &str) -> Result<WriteResult, Error> {
        let (topic, title) = (topic.to_owned(), title.to_owned());
        self.on_topic(who, TopicCommand::Rename { topic, title })
    }

    fn merge_topics(&self, who: &str, topic: &str, into: &str) -> Result<WriteResult, Error> {
        let (topic, into) = (topic.to_owned(), into.to_owned());
        self.on_topic(who, TopicCommand::Merge { topic, into })
    }

    fn split_topic(&self, who: &str, topic: &str, ids: &[String]) -> Result<String, Error> {
        let (topic, questions) = (topic.to_owned(), ids.to_vec());
        let written = self.on_topic(who, TopicCommand::Split { topic, questions })?;
        Ok(written.id.unwrap_or_default())
    }

    fn on_question(&self, who: &str, command: QuestionCommand) -> Result<WriteResult, Error> {
        self.give(who, Command::Question(command))
    }

    fn move_question(&self, who: &str, question: &str, topic: &str) -> Result<WriteResult, Error> {
        let (question, topic) = (question.to_owned(), topic.to_owned());
        self.on_question(who, QuestionCommand::Move { question, topic })
    }

    fn dismiss_question(&self, who: &str, question: &str) -> Result<WriteResult, Error> {
        let (question, reason) = (question.to_owned(), None);
        self.on_question(
            who,
            QuestionCommand::Dismiss {
                questions: vec![question],
                reason,
            },
        )
    }

    fn restore_question(&self, who: &str, question: &str) -> Result<WriteResult, Error> {
        let question = question.to_owned();
        self.on_question(
            who,
            QuestionCommand::Restore {
                questions: vec![question],
            },
        )
    }

    fn review(&self, who: &str, question: &str, verdict: Verdict) -> Result<WriteResult, Error> {
        let question = question.to_owned();
        self.on_question(who, QuestionCommand::Review { question, verdict })
    }

    fn save_answer(&self, who: &str, draft: AnswerDraft) -> Result<String, Error> {
        let command = AnswerCommand::Save { draft, seen: None };
        let written = self.give(who, Command::Answer(command))?;
        Ok(written.id.unwrap_or_default())
    }

    fn add_variant(&self, who: &str, id: &str, variant: Variant) -> Result<WriteResult, Error> {
        let short_answer = id.to_owned();
        let command = AnswerCommand::AddVariant {
            short_answer,
            variant,
        };
        self.give(who, Command::Answer(command))
    }

    fn publish_answer(&self, who: &str, id: &str) -> Result<WriteResult, Error> {
        let command = AnswerCommand::Publish {
            short_answer: id.to_owned(),
            published: true,
            anyway: false,
        };
        self.give(who, Command::Answer(command))
    }

    fn delete_answer(&self, who: &str, id: &str) -> Result<WriteResult, Error> {
        let short_answer = id.to_owned();
        self.give(who, Command::Answer(AnswerCommand::Delete { short_answer }))
    }

    fn set_cases(&self, who: &str, cases: &[(&str, Option<&str>)]) -> Result<WriteResult, Error> {
        let cases = cases.iter().map(|(text, answer)| Case {
            text: (*text).to_owned(),
            short_answer: answer.map(str::to_owned),
        });
        self.give(who, Command::Case(CaseCommand::Set(cases.collect())))
    }

    fn set_knowledge(&self, who: &str, settings: KnowledgeSettings) -> Result<WriteResult, Error> {
        self.give(who, Command::Knowledge(KnowledgeCommand::Set(settings)))
    }
}

impl Commands for App {
    fn give(&self, who: &str, command: Command) -> Result<WriteResult, Error> {
        self.write_now(&admin(who), command)
    }

    fn add(&self, who: &str, model: &Path) -> Result<ModelView, Error> {
        self.add_model(&admin(who), model)
    }

    fn remove(&self, who: &str) -> Result<ModelView, Error> {
        self.remove_model(&admin(who))
    }

    fn go_by_endpoint(&self, who: &str) -> Result<ModelView, Error> {
        self.choose_endpoint(&admin(who))
    }
}

#[test]
fn of_many_who_write_over_the_same_version_one_gets_it() {
    let desk = Desk::new();
    let draft = |text: &str| AnswerDraft {
        short_answer: Some("a".to_owned()),
        question: "Where?".to_owned(),
        text: text.to_owned(),
        ..AnswerDraft::default()
    };
    desk.app.save_answer("ann", draft("Here.")).unwrap();
    let seen = Some(desk.app.knowledge().answer("a").unwrap().version.at);
    let write = |number: usize| {
        let draft = draft(&format!("There, says number {number}."));
        let command = AnswerCommand::Save { draft, seen };
        desk.app.give("ann", Command::Answer(command))
    };
    let written: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| scope.spawn(move || write(number)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let refused: Vec<String> = written
        .into_iter()
        .filter_map(|written| Some(written.err()?.to_string()))
        .collect();
    assert_eq!(refused.len(), 7, "{refused:?}");
    assert!(refused[0].contains("changed meanwhile"), "{refused:?}");
    desk.clock.set(desk.clock.now().plus_millis(1_000));
    assert_eq!(desk.app.knowledge().answer("a").unwrap().versions.len(), 2);
}

#[test]
fn a_version_is_named_by_its_etag_and_another_is_refused() {
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    let path = "/api/v1/knowledge/answers";
    let body =
        |text: &str| json!({"short_answer": "a", "question": "Where?", "text": text}).to_string();
    let save = |tag: &str, text: &str| {
        let request = agent().post(server.url(path));
        let request = request.header("content-type", "application/json");
        let request = request.header("if-match", tag);
        answer(request.send(body(text))).status
    };
    assert_eq!(save("*", "Here."), 200);
    let first = answer(agent().get(server.url(&format!("{path}/a"))).call());
    let tag = first.header("etag").to_owned();
    assert_eq!(save(&tag, "There."), 200);
    assert_eq!(save(&tag, "Elsewhere."), 412);
    assert_eq!(save("yesterday", "Elsewhere."), 400);
}
