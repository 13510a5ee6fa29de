//! Pages and mails in the reader's language: as they chose, else as their browser says, with numbers and
//! days written as they write them; and no sentence of English left in another language.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use svar::app::SignIn;
use svar::command::{Caller, Command, HabitsDraft, Identity, Role, UserCommand, UserDraft};
use svar::model::LanguageChoice;
use svar::work::tell_users;

use crate::browser::pages;
use crate::desk::{Answer, Desk, Server, agent, answer};
use crate::drafts::form as press;
use crate::mail::{Mailed, user};
use crate::ui::fill;

const PASSWORD: &str = "three good words";
const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada
    30 10:00 conversation.started conversation=c1 contact=p1 channel=email
    30 10:00 message.added conversation=c1 message=m1 author=contact
    30 10:20 message.added conversation=c1 message=m2 author=rep:ada
";
/// The languages besides English.
const OTHERS: [&str; 5] = ["nb", "sv", "da", "fi", "de"];

/// Ada, who is an admin; her session.
fn sign_in(desk: &Desk) -> String {
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let draft = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        rep: Some("ada".to_owned()),
        ..UserDraft::default()
    };
    desk.app.set_up(&cli, draft, PASSWORD).unwrap();
    desk.tick();
    let attempt = SignIn {
        email: "ada@shop.example".to_owned(),
        password: PASSWORD.to_owned(),
        address: None,
        agent: String::new(),
    };
    let session = desk.app.sign_in(&attempt).unwrap().session().unwrap();
    format!("svar_session={session}")
}

/// A page as a browser asks for it that accepts `accepted`.
fn page(server: &Server, path: &str, cookie: &str, accepted: &str) -> String {
    let asked = agent().get(server.url(path)).header("cookie", cookie);
    answer(asked.header("accept-language", accepted).call()).body
}

fn settle(server: &Server, cookie: &str, habits: &Value) -> Answer {
    let asked = agent().post(server.url("/api/v1/me/habits"));
    let asked = asked
        .header("cookie", cookie)
        .header("origin", server.url(""));
    answer(asked.send_json(habits))
}

#[test]
fn a_page_is_in_the_language_that_its_reader_chose_else_in_that_of_the_browser() {
    let (desk, server) = Desk::served(STORY);
    let ada = sign_in(&desk);
    let lang = |accepted: &str| {
        let page = page(
            &server,
            "/reports/first_response_time?from=2026-10-30&until=2026-10-30",
            &ada,
            accepted,
        );
        let lang = page
            .split("<html lang=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        (lang, page)
    };
    assert_eq!(lang("fr, sv;q=0.8, en;q=0.5").0, "sv");
    assert_eq!(lang("fr").0, "en");
    let english = lang("en").1;
    assert!(
        english.contains("30 Oct 2026")
            && english.contains("How long do contacts wait for a human?")
    );

    assert_eq!(
        settle(&server, &ada, &json!({"language": "nb", "clock": "12h"})).status,
        200
    );
    desk.tick();
    let (code, norwegian) = lang("sv");
    assert_eq!(code, "nb");
    for words in [
        "Oversikt",
        "30. okt. 2026",
        "Tid til første svar fra et menneske",
        "Hvor venter kundene lengst?",
        "Verdien er gjennomsnittet",
        "AM UTC",
    ] {
        assert!(norwegian.contains(words), "{words}: {norwegian}");
    }
    // Both see one number, in the report's zone, whatever their language.
    let figure = |page: &str| page.contains("20 m 00 s");
    assert!(figure(&english), "{english}");
    assert!(figure(&norwegian), "{norwegian}");
    // What is not there is refused by name, and whoever is not let in is told so in their language.
    let odd = settle(&server, &ada, &json!({"language": "fr"}));
    assert!(
        odd.status == 400 && odd.body.contains("language"),
        "{}",
        odd.body
    );
    assert!(page(&server, "/inbox", "", "de").contains("lang=\"de\""));
}

#[test]
fn the_account_page_takes_language_and_clock() {
    let (desk, server) = Desk::served(STORY);
    let ada = sign_in(&desk);
    let before = page(&server, "/account", &ada, "en");
    assert!(
        before.contains("<option value=\"browser\" selected"),
        "{before}"
    );
    let press = |pairs: &[(&str, &str)]| {
        let form: Vec<_> = [("do", "habits"), ("undo_secs", "10")]
            .iter()
            .chain(pairs)
            .copied()
            .collect();
        press(&server, "/account", &ada, &form)
    };
    let set = press(&[("language", "fi"), ("clock", "12h")]);
    assert_eq!(set.status, 303, "{}", set.body);
    desk.tick();
    let after = page(&server, "/account", &ada, "en");
    assert!(after.contains("<option value=\"fi\" selected"), "{after}");
    assert!(
        after.contains("Sivujen ja sähköpostien kieli")
            && after.contains("<option value=\"12h\" selected")
    );
    assert!(press(&[("language", "xx")]).body.contains("xx"));
}

#[test]
fn a_mail_is_in_the_language_of_whom_it_goes_to() {
    let mailed = Mailed::new(STORY);
    let ada = user(&mailed, "ada", Some("ada"));
    let Identity::User(id) = &ada.identity else {
        panic!("no user")
    };
    let habits = HabitsDraft {
        language: Some(LanguageChoice::De),
        ..HabitsDraft::default()
    };
    let user = id.clone();
    let settled = Command::User(UserCommand::Settle { user, habits });
    mailed.desk.app.write_now(&ada, settled).unwrap();
    mailed.later(120);
    let to = json!({"to": {"kind": "rep", "id": "ada"}});
    mailed.post("/conversations/c1/assign", &to);
    mailed.later(15);
    tell_users(&mailed.desk.app).unwrap();
    mailed.desk.tick();
    let mails = mailed.sent();
    let mail = mails.first().expect("a mail");
    let html = mail.part("text/html");
    for words in ["<html lang=\"de\">", "Mir keine solchen Mails mehr senden"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let text = mail.part("text/plain");
    assert!(text.contains("wurde Ihnen gegeben"), "{text}");
}

/// What the interface says in a language, by key.
fn catalogue(language: &str) -> Vec<(String, String)> {
    fn gather(place: &str, table: &toml::Table, into: &mut Vec<(String, String)>) {
        for (name, value) in table {
            match value {
                toml::Value::Table(inner) => gather(&format!("{place}.{name}"), inner, into),
                other => into.push((
                    format!("{place}.{name}"),
                    other.as_str().unwrap().to_owned(),
                )),
            }
        }
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/ui/text");
    let source = std::fs::read_to_string(format!("{folder}/{language}.toml")).unwrap();
    let mut texts = Vec::new();
    gather("", &source.parse().unwrap(), &mut texts);
    texts
}

#[test]
fn no_page_has_a_sentence_of_english_in_another_language() {
    let desk = Desk::new();
    fill(&desk);
    let server = Server::start(&desk.app);
    let paths = pages(&desk);
    let english = catalogue("en");
    for language in OTHERS {
        let own: BTreeSet<String> = catalogue(language)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        let foreign: Vec<_> = english
            .iter()
            .filter(|(_, text)| {
                text.split(' ').count() > 2 && !text.contains(['{', '%', '&', '<', '\'', '"'])
            })
            .filter(|(_, text)| !own.contains(text))
            .collect();
        assert!(foreign.len() > 500, "{language}: {}", foreign.len());
        for path in &paths {
            let page = page(&server, path, "", language);
            assert!(
                page.contains(&format!("lang=\"{language}\"")),
                "{path} is not in {language}"
            );
            let left: Vec<_> = foreign
                .iter()
                .filter(|(_, text)| page.contains(text))
                .collect();
            assert!(left.is_empty(), "{path} in {language} has {left:#?}");
        }
    }
}
