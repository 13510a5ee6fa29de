//! Knowledge: from questions nobody could answer to an answer that is proved.

use serde_json::{Value, json};
use svar::app::{GapQuery, GapState, Incoming, Paging};
use svar::command::{AnswerDraft, KnowledgeSettings, Variant};
use svar::model::Timestamp;
use svar::model::event::Verdict;

use crate::commands::Commands as _;
use crate::desk::{Desk, Server, agent, answer};

/// Questions of two kinds, and one alone.
const QUESTIONS: [&str; 7] = [
    "How do I reset my password?",
    "How can I reset my password?",
    "I want to reset my password, how?",
    "When will my parcel arrive?",
    "When does my parcel arrive?",
    "My parcel, when will it arrive?",
    "Do you sell gift cards?",
];

/// A handed-off conversation with one unanswered question, closed an hour later; days of
/// October 2026 count on into November.
pub(crate) fn unanswered(number: usize, text: &str, day: u32) -> Vec<Value> {
    let (month, day) = if day > 31 { (11, day - 31) } else { (10, day) };
    let at = |time: &str| format!("2026-{month}-{day:02}T{time}Z");
    let conversation = format!("c{number}");
    let event = |kind: &str, time: &str, mut fields: Value| {
        fields["type"] = kind.into();
        fields["at"] = at(time).into();
        fields["source"] = "t".into();
        fields["id"] = format!("{number}-{kind}-{time}").into();
        fields["conversation"] = conversation.as_str().into();
        fields
    };
    vec![
        event(
            "conversation.started",
            "09:00:00",
            json!({"contact": format!("p{number}"), "channel": "chat"}),
        ),
        event(
            "message.added",
            "09:00:00",
            json!({"message": format!("m{number}"), "author": {"kind": "contact"}, "text": text}),
        ),
        event(
            "question.asked",
            "09:00:01",
            json!({"question": format!("q{number}"), "text": text, "outcome": "unanswered"}),
        ),
        event(
            "conversation.handed_off",
            "09:00:02",
            json!({"reason": "no_answer"}),
        ),
        event(
            "message.added",
            "09:30:00",
            json!({"message": format!("r{number}"), "author": {"kind": "rep", "id": "ann"}, "text": "So."}),
        ),
        event(
            "conversation.resolved",
            "10:00:02",
            json!({"by": {"kind": "rep", "id": "ann"}}),
        ),
    ]
}

fn desk() -> Desk {
    asked(&QUESTIONS)
}

/// A desk on which these were asked, a day each, that nobody has answered; they have their topics.
pub(crate) fn asked(questions: &[&str]) -> Desk {
    let desk = Desk::new();
    for (number, text) in questions.iter().enumerate() {
        let day = 20 + u32::try_from(number).unwrap();
        let taken = desk.post(&unanswered(number, text, day));
        assert_eq!(taken["rejected"], json!([]));
    }
    svar::work::group_questions(&desk.app).unwrap();
    later(&desk, 1);
    desk
}

/// Moves the clock by minutes, so that what Svar wrote has happened.
pub(crate) fn later(desk: &Desk, minutes: i64) {
    let now = desk.clock.now().plus_millis(minutes * 60_000);
    desk.clock.set(now);
    desk.app.settle().unwrap();
}

fn query() -> GapQuery {
    GapQuery {
        paging: Paging::first(50),
        ..GapQuery::default()
    }
}

fn titles(desk: &Desk, query: &GapQuery) -> Vec<String> {
    let gaps = desk.app.knowledge().gaps(query).items.into_iter();
    gaps.map(|gap| gap.title).collect()
}

fn topic_of(desk: &Desk, word: &str) -> String {
    let gaps = desk.app.knowledge().gaps(&GapQuery {
        words: word.to_owned(),
        ..query()
    });
    assert_eq!(gaps.items.len(), 1, "{word}: {gaps:#?}");
    gaps.items[0].topic.clone()
}

#[test]
fn unanswered_questions_become_topics_with_their_cost() {
    let desk = desk();
    let gaps = desk.app.knowledge().gaps(&query());
    assert_eq!(gaps.waiting, 0);
    let counts: Vec<usize> = gaps.items.iter().map(|gap| gap.questions).collect();
    assert_eq!(counts, [3, 3, 1], "{gaps:#?}");
    let password = desk
        .app
        .knowledge()
        .gap(&topic_of(&desk, "password"), Paging::first(10))
        .unwrap();
    assert_eq!(password.gap.conversations, 3);
    assert_eq!(password.gap.cost_secs, Some(3.0 * 600.0));
    assert_eq!(password.gap.language.as_deref(), Some("en"));
    assert_eq!(password.gap.state, GapState::Open);
    assert_eq!(password.gap.recent, 3);
    assert_eq!(password.items[0].text, QUESTIONS[2]);
    assert_eq!(password.items[0].conversation, "c2");
    assert!(password.gap.title.contains("password"));
}

#[test]
fn what_a_gap_costs_follows_what_reps_do_after_it_was_asked_for() {
    let desk = desk();
    let password = topic_of(&desk, "password");
    let cost = |desk: &Desk| {
        let gap = desk.app.knowledge().gap(&password, Paging::first(1));
        gap.unwrap().gap.cost_secs.unwrap()
    };
    let before = cost(&desk);
    // In all of them, as a gap of few conversations goes by the median of all.
    for number in 0..QUESTIONS.len() {
        let day = 20 + number;
        desk.post(&[json!({
            "type": "message.added", "at": format!("2026-10-{day}T09:50:00Z"), "source": "t",
            "id": format!("{number}-more"), "conversation": format!("c{number}"),
            "message": format!("x{number}"), "author": {"kind": "rep", "id": "ann"}, "text": "And so."
        })]);
    }
    let after = cost(&desk);
    assert!(after > before, "{before} {after}");
    // As a desk says that has kept nothing of it.
    let desk = desk.reopened();
    assert_eq!(cost(&desk).to_bits(), after.to_bits());
}

#[test]
fn a_rebuild_gives_the_same_topics_and_groups_nothing_anew() {
    let desk = desk();
    desk.app
        .rename_topic("admin", &topic_of(&desk, "parcel"), "Where is my parcel")
        .unwrap();
    let state_of = |desk: &Desk| serde_json::to_string(&*desk.app.snapshot().installation).unwrap();
    let before = state_of(&desk);
    let desk = desk.reopened();
    assert_eq!(state_of(&desk), before, "from the kept fold");
    desk.app.close().unwrap();
    std::fs::remove_dir_all(desk.folder.path().join("derived")).unwrap();
    let position = desk.app.position();
    let desk = desk.reopened();
    assert_eq!(state_of(&desk), before, "from the journal alone");
    assert_eq!(svar::work::group_questions(&desk.app).unwrap(), 0);
    assert_eq!(desk.app.position(), position);
}

#[test]
fn an_admin_merges_splits_moves_and_the_next_question_follows() {
    let desk = desk();
    let (password, parcel) = (topic_of(&desk, "password"), topic_of(&desk, "parcel"));
    let apart = desk
        .app
        .split_topic("admin", &password, &["q0".to_owned()])
        .unwrap();
    assert_eq!(
        desk.app
            .knowledge()
            .gap(&apart, Paging::first(9))
            .unwrap()
            .gap
            .questions,
        1
    );
    desk.app.merge_topics("admin", &apart, &password).unwrap();
    let whole = desk.app.knowledge().gap(&apart, Paging::first(9)).unwrap();
    assert_eq!(
        (whole.gap.topic, whole.gap.questions),
        (password.clone(), 3)
    );
    desk.app.move_question("admin", "q6", &parcel).unwrap();
    assert_eq!(
        desk.app
            .knowledge()
            .gap(&parcel, Paging::first(9))
            .unwrap()
            .gap
            .questions,
        4
    );
    desk.post(&unanswered(9, "How do I reset my password please?", 28));
    svar::work::group_questions(&desk.app).unwrap();
    let grown = desk
        .app
        .knowledge()
        .gap(&password, Paging::first(9))
        .unwrap();
    assert_eq!(grown.gap.questions, 4);
    let wrong = desk.app.merge_topics("admin", &parcel, &parcel);
    assert!(wrong.unwrap_err().to_string().contains("another one"));
    let unknown = desk.app.rename_topic("admin", "t999", "x");
    assert_eq!(unknown.unwrap_err().to_string(), "there is no topic `t999`");
}

#[test]
fn what_was_dismissed_stays_away_says_when_it_recurs_and_comes_back_when_restored() {
    let desk = desk();
    let parcel = topic_of(&desk, "parcel");
    let why = Some("the carrier's page says it");
    desk.app.dismiss_topic("admin", &parcel, why).unwrap();
    assert_eq!(titles(&desk, &query()).len(), 2);
    for number in 20..30 {
        desk.post(&unanswered(number, "When will my parcel arrive?", 36));
    }
    svar::work::group_questions(&desk.app).unwrap();
    desk.clock
        .set(Timestamp::parse("2026-11-06T00:00:00Z").unwrap());
    desk.app.settle().unwrap();
    assert_eq!(titles(&desk, &query()).len(), 2);
    let dismissed = desk.app.knowledge().gaps(&GapQuery {
        state: Some(GapState::Dismissed),
        ..query()
    });
    let dismissal = dismissed.items[0].dismissal.clone().unwrap();
    assert_eq!(dismissal.reason.as_deref(), why);
    assert_eq!((dismissal.asked_since, dismissal.recurs), (10, true));
    desk.app.restore_topic("admin", &parcel).unwrap();
    assert_eq!(titles(&desk, &query()).len(), 3);
    desk.app.dismiss_question("admin", "q20").unwrap();
    assert_eq!(
        desk.app
            .knowledge()
            .gap(&parcel, Paging::first(99))
            .unwrap()
            .gap
            .questions,
        12
    );
    desk.app.restore_question("admin", "q20").unwrap();
    assert_eq!(
        desk.app
            .knowledge()
            .gap(&parcel, Paging::first(99))
            .unwrap()
            .gap
            .questions,
        13
    );
}

#[test]
fn spam_makes_no_gap() {
    let desk = desk();
    let mark = json!({"type": "conversation.marked", "at": "2026-10-30T00:00:00Z", "source": "t",
        "id": "spam", "conversation": "c6", "mark": "spam", "on": true});
    desk.post(&[mark]);
    assert_eq!(titles(&desk, &query()).len(), 2);
}

#[test]
fn svars_own_events_stay_out_of_exports_and_do_not_come_in() {
    let desk = desk();
    let position = desk.app.position();
    let mut lines = Vec::new();
    let count = svar::app::export_events(desk.folder.path(), Some(position), None, |line| {
        lines.push(line.to_owned());
        Ok::<(), svar::app::Error>(())
    });
    assert_eq!(count.unwrap(), 7 * 6);
    assert!(lines.iter().all(|line| !line.contains("svar.")));
    let own =
        r#"{"type":"svar.topic_renamed","at":"2026-10-01T00:00:00Z","topic":"t1","title":"x"}"#;
    let taken = desk.app.take_body("test", own.as_bytes(), None).unwrap();
    assert_eq!((taken.accepted, taken.rejected.len()), (0, 1));
    assert_eq!(taken.rejected[0].field, "type");
}

fn draft(question: &str, text: &str, variants: &[&str]) -> AnswerDraft {
    AnswerDraft {
        question: question.to_owned(),
        text: text.to_owned(),
        variants: variants.iter().map(|text| (*text).to_owned()).collect(),
        ..AnswerDraft::default()
    }
}

#[test]
fn an_answer_keeps_its_versions_and_a_past_question_becomes_a_variant() {
    let desk = desk();
    let topic = topic_of(&desk, "password");
    let first = AnswerDraft {
        topic: Some(topic.clone()),
        ..draft("How do I reset my password?", "Press **Forgot**.", &[])
    };
    let id = desk.app.save_answer("ann", first.clone()).unwrap();
    assert_eq!(
        desk.app
            .knowledge()
            .gap(&topic, Paging::first(9))
            .unwrap()
            .gap
            .state,
        GapState::Open
    );
    desk.app
        .add_variant("bob", &id, Variant::Question("q2".to_owned()))
        .unwrap();
    desk.app.publish_answer("ann", &id).unwrap();
    let answer = desk.app.knowledge().answer(&id).unwrap();
    let actors: Vec<&str> = answer
        .versions
        .iter()
        .map(|one| one.actor.as_str())
        .collect();
    assert_eq!(actors, ["user:ann", "user:bob", "user:ann"]);
    assert_eq!(answer.version.variants, [QUESTIONS[2]]);
    assert!(answer.version.published && !answer.versions[1].published);
    let gap = desk
        .app
        .knowledge()
        .gap(&topic, Paging::first(9))
        .unwrap()
        .gap;
    assert_eq!(gap.state, GapState::Answered);
    assert_eq!(gap.answers[0].short_answer, id);
    let again = AnswerDraft {
        short_answer: Some(id.clone()),
        published: true,
        variants: vec![QUESTIONS[2].to_owned()],
        ..first
    };
    desk.app.save_answer("ann", again).unwrap();
    assert_eq!(
        desk.app.knowledge().answer(&id).unwrap().versions.len(),
        3,
        "nothing changed"
    );
    desk.app.delete_answer("ann", &id).unwrap();
    assert!(desk.app.knowledge().answer(&id).is_err());
    let empty = desk
        .app
        .save_answer("ann", draft("", "x", &[]))
        .unwrap_err();
    assert!(empty.to_string().starts_with("question: "), "{empty}");
}

#[test]
fn asking_says_what_the_agent_would_say_and_writes_nothing() {
    let desk = desk();
    let position = desk.app.position();
    assert_eq!(
        desk.app
            .knowledge()
            .ask("How do I reset my password?")
            .unwrap()
            .decision,
        "unanswered"
    );
    assert_eq!(
        desk.app.knowledge().ask("thanks").unwrap().decision,
        "nothing"
    );
    assert_eq!(desk.app.position(), position);
    let published = AnswerDraft {
        published: true,
        ..draft(
            "How do I reset my password?",
            "Press **Forgot**.",
            &QUESTIONS[1..3],
        )
    };
    let id = desk.app.save_answer("ann", published).unwrap();
    let view = desk
        .app
        .knowledge()
        .ask("Hello! How do I reset my password?")
        .unwrap();
    assert_eq!(view.decision, "answer", "{view:#?}");
    assert_eq!(view.short_answer, Some(id));
    assert_eq!(view.text.as_deref(), Some("Press **Forgot**."));
    assert!(view.confidence >= view.threshold);
}

#[test]
fn a_change_that_breaks_a_case_is_refused_by_the_case() {
    let desk = desk();
    desk.app
        .set_cases("ann", &[("When will my parcel arrive?", None)])
        .unwrap();
    let parcel = AnswerDraft {
        published: true,
        ..draft("When will my parcel arrive?", "Soon.", &QUESTIONS[4..6])
    };
    let refused = desk.app.save_answer("ann", parcel.clone()).unwrap_err();
    assert!(
        refused.to_string().contains("When will my parcel arrive?"),
        "{refused}"
    );
    let anyway = AnswerDraft {
        anyway: true,
        ..parcel
    };
    desk.app.save_answer("ann", anyway).unwrap();
    let cases = desk.app.knowledge().cases();
    assert!(!cases[0].holds && cases[0].expected.is_none() && cases[0].got.is_some());
}

#[test]
fn a_backtest_says_what_it_would_answer_take_and_catch_wrongly() {
    let desk = desk();
    desk.app.dismiss_question("admin", "q2").unwrap();
    let password = draft("How do I reset my password?", "Press.", &QUESTIONS[1..3]);
    let tried = desk.app.knowledge().backtest(&password, 30).unwrap();
    assert_eq!((tried.questions, tried.answered_before), (7, 0));
    assert_eq!(
        (tried.new, tried.taken, tried.wrong),
        (3, 0, 1),
        "{tried:#?}"
    );
    assert_eq!(tried.would_be_wrong[0].question, "q2");
    assert_eq!(tried.deflected_conversations, 2);
    assert_eq!(tried.deflected_secs, Some(1200.0));
    let published = AnswerDraft {
        published: true,
        ..password.clone()
    };
    desk.app.save_answer("ann", published).unwrap();
    let twin = desk.app.knowledge().backtest(&password, 30).unwrap();
    assert!(!twin.duplicates.is_empty());
    assert_eq!(
        desk.app
            .knowledge()
            .backtest(&password, 3)
            .unwrap()
            .questions,
        0
    );
    assert!(desk.app.knowledge().backtest(&password, 0).is_err());
}

fn said(desk: &Desk, conversation: &str, text: &str) -> svar::app::AgentTurn {
    let responded = desk.app.respond(&Incoming {
        conversation: conversation.to_owned(),
        contact: "p".to_owned(),
        channel: "chat".to_owned(),
        text: text.to_owned(),
    });
    later(desk, 1);
    responded.unwrap()
}

#[test]
fn what_the_agent_decided_is_explained_with_its_scores_and_can_be_reviewed() {
    let desk = desk();
    let published = AnswerDraft {
        published: true,
        ..draft(
            "How do I reset my password?",
            "Press **Forgot**.",
            &QUESTIONS[1..3],
        )
    };
    let id = desk.app.save_answer("ann", published).unwrap();
    said(&desk, "live", "Hello!");
    said(&desk, "live", "How do I reset my password?");
    let left = said(&desk, "live", "Do you deliver penguins to Antarctica?");
    assert_eq!(left.decision.unwrap().decision, "unanswered");
    let human = said(&desk, "live", "Are you there?");
    assert_eq!(human.decision, None, "a rep has it now");
    let explanation = desk.app.explain("live", None).unwrap();
    let decisions: Vec<&str> = explanation
        .decisions
        .iter()
        .map(|decided| decided.decision.decision.as_str())
        .collect();
    assert_eq!(decisions, ["nothing", "answer", "unanswered"]);
    assert!(explanation.decisions[1].decision.candidates[0].score > 0.9);
    let conversation = desk.app.conversation("live").unwrap();
    assert!(conversation.messages[0].ack);
    assert_eq!(conversation.messages[2].text, "Press **Forgot**.");
    assert_eq!(
        conversation.questions[0]
            .short_answer
            .as_ref()
            .unwrap()
            .as_str(),
        id
    );
    assert_eq!(conversation.handoff.unwrap().reason.as_str(), "no_answer");

    let reviews = || {
        desk.app
            .knowledge()
            .reviews(Some("answer"), Paging::first(9))
    };
    let queue = reviews();
    assert_eq!(
        (queue.total, &queue.items[0].short_answer),
        (1, &Some(id.clone()))
    );
    let question = queue.items[0].question.clone();
    desk.app.review("ann", &question, Verdict::Right).unwrap();
    assert_eq!(reviews().items[0].verdict, Some(Verdict::Right));
    let cases = desk.app.knowledge().cases();
    assert_eq!(
        (cases.len(), &cases[0].expected, cases[0].holds),
        (1, &Some(id), true)
    );
    let unknown = desk.app.review("ann", "q0", Verdict::Wrong).unwrap_err();
    assert!(
        unknown.to_string().contains("no decision on question `q0`"),
        "{unknown}"
    );
}

#[test]
fn hostile_words_find_a_topic_and_break_nothing() {
    let desk = Desk::new();
    let texts = [
        String::new(),
        "🙂".to_owned(),
        "a b ".repeat(200_000),
        "Where? ".repeat(10_000),
        "مرحبا hello 你好 привет".to_owned(),
        "\u{202e}\u{200b}\u{0}reset".to_owned(),
        "'; DROP TABLE questions; -- <b>x</b> (a+)+$".to_owned(),
    ];
    let hostile = texts.iter().enumerate();
    let mut events: Vec<Value> = hostile
        .flat_map(|(number, text)| unanswered(number, text, 20))
        .collect();
    for number in 100..700 {
        events.extend(unanswered(number, "Where is my parcel?", 21).drain(2..3));
    }
    assert_eq!(desk.post(&events)["rejected"], json!([]));
    svar::work::group_questions(&desk.app).unwrap();
    let gaps = desk.app.knowledge().gaps(&query());
    assert_eq!(gaps.waiting, 0);
    let largest = gaps.items.iter().map(|gap| gap.questions).max();
    assert!(largest >= Some(600), "the same question is one topic");
    assert!(
        gaps.items
            .iter()
            .all(|gap| gap.title.chars().count() <= 200)
    );
    for text in &texts {
        let said = desk.app.knowledge().ask(text).unwrap().decision;
        assert!(["nothing", "unanswered"].contains(&said), "{said}");
    }
}

/// Puts 144 cases into the regression set: half must be answered, half must not.
fn confirm(desk: &Desk) {
    let list = desk
        .app
        .knowledge()
        .answers("password", None, Paging::first(9));
    let password = list.items[0].short_answer.clone();
    let ways = [
        "reset my password",
        "the password reset",
        "my password to reset",
        "a new password",
    ];
    let places = [
        "on the phone",
        "in the shop",
        "at home",
        "today",
        "again",
        "please",
    ];
    let mut cases: Vec<(String, Option<&str>)> = Vec::new();
    for (number, way) in ways.iter().enumerate() {
        for place in places {
            for count in 0..3 {
                let text = format!("How do I {way} {place} {count}{number}");
                cases.push((text, Some(password.as_str())));
                let other = format!("What does the {place} menu {count} cost on day {number}");
                cases.push((other, None));
            }
        }
    }
    let pairs: Vec<(&str, Option<&str>)> = cases
        .iter()
        .map(|(text, expected)| (text.as_str(), *expected))
        .collect();
    desk.app.set_cases("ann", &pairs).unwrap();
}

fn settings_page(desk: &Desk) -> String {
    let server = Server::start(&desk.app);
    let page = agent().get(server.url("/knowledge/settings")).call();
    answer(page).body
}

#[test]
fn the_threshold_is_learned_from_a_hundred_confirmed_cases_and_kept() {
    let desk = desk();
    for (question, text) in [
        ("How do I reset my password?", "Press **Forgot**."),
        ("When will my parcel arrive?", "In two days."),
    ] {
        let answer = AnswerDraft {
            published: true,
            ..draft(question, text, &[])
        };
        desk.app.save_answer("ann", answer).unwrap();
    }
    let shipped = desk.app.knowledge().calibration();
    assert_eq!((shipped.from, shipped.cases), ("pooled", 0));
    assert!(settings_page(&desk).contains("Nothing is learned yet"));
    confirm(&desk);
    assert!(svar::work::recalibrate(&desk.app).unwrap());
    let learned = desk.app.knowledge().calibration();
    assert_eq!((learned.from, learned.cases), ("learned", 144));
    assert!(
        learned.threshold >= 0.85 && !learned.curve.is_empty(),
        "{learned:?}"
    );
    // The settings show the curve that it rests on: how many answers each score would give.
    let page = settings_page(&desk);
    assert_eq!(
        page.matches("<tr").count(),
        learned.curve.len() + 1,
        "{page}"
    );
    assert_eq!(page.matches("aria-current=\"true\"").count(), 1);
    assert!(
        !svar::work::recalibrate(&desk.app).unwrap(),
        "nothing new was confirmed"
    );
    assert_eq!(
        desk.app
            .knowledge()
            .ask("How do I reset my password?")
            .unwrap()
            .decision,
        "answer"
    );
    let desk = desk.reopened();
    assert_eq!(desk.app.knowledge().calibration(), learned);
    let odd = KnowledgeSettings {
        precision: Some(3.0),
        ..Default::default()
    };
    let refused = desk.app.set_knowledge("ann", odd).unwrap_err();
    assert!(refused.to_string().contains("from 0.5 to 1"), "{refused}");
}

#[test]
fn a_gap_whose_answer_does_not_hold_is_opened_again_until_it_is_answered_anew() {
    let desk = desk();
    let topic = topic_of(&desk, "password");
    let answer = AnswerDraft {
        published: true,
        topic: Some(topic.clone()),
        ..draft("How do I reset my password?", "Press.", &[])
    };
    let id = desk.app.save_answer("ann", answer).unwrap();
    let events: Vec<Value> = (40..52)
        .flat_map(|number| unanswered(number, "How do I reset my password?", 36))
        .collect();
    desk.post(&events);
    svar::work::group_questions(&desk.app).unwrap();
    desk.clock
        .set(Timestamp::parse("2026-11-06T00:00:00Z").unwrap());
    desk.app.settle().unwrap();
    assert_eq!(
        svar::work::reopen_failing(&desk.app).unwrap(),
        [topic.as_str()]
    );
    let gap = desk
        .app
        .knowledge()
        .gap(&topic, Paging::first(1))
        .unwrap()
        .gap;
    assert_eq!(gap.state, GapState::Reopened);
    assert!(gap.note.unwrap().contains("asked 12 times; 0 of them"));
    let listed = desk.app.knowledge().gaps(&query()).items;
    assert!(
        listed.iter().any(|gap| gap.topic == topic),
        "it is a gap again"
    );
    let better = AnswerDraft {
        topic: Some(topic.clone()),
        text: "Press **Forgot**.".to_owned(),
        ..desk.app.knowledge().draft_of(&id).unwrap()
    };
    desk.app.save_answer("ann", better).unwrap();
    let gap = desk
        .app
        .knowledge()
        .gap(&topic, Paging::first(1))
        .unwrap()
        .gap;
    assert_eq!(gap.state, GapState::Answered);
    assert_eq!(
        svar::work::reopen_failing(&desk.app).unwrap(),
        Vec::<String>::new(),
        "judged by what comes from now on"
    );
}
