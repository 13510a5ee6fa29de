//! The pages in a real browser: by keyboard, from a number to a conversation, without a
//! complaint of the console.
//!
//! Speaks the `WebDriver` protocol to chromedriver, which is plain JSON over HTTP; a
//! machine without it skips, and says so.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::desk::{Desk, Server, agent};
use crate::ui::fill;

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const RIGHT: &str = "\u{e014}";

/// The key under which the protocol names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser that ends with its test.
struct Browser {
    driver: Child,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts one; `None`, with a line that says so, where there is no chromedriver.
    fn start() -> Option<Self> {
        let driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut driver) = driver else {
            println!("skipped: there is no chromedriver on this machine");
            return None;
        };
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let port = line.split_once("started successfully on port ")?.1;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let profile = tempfile::tempdir().unwrap();
        let folder = format!("--user-data-dir={}", profile.path().display());
        let options = json!({"args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--window-size=1280,900", folder]});
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}});
        let driver_url = format!("http://127.0.0.1:{}/session", port.unwrap());
        let answer = send("POST", &driver_url, &wanted);
        let id = answer["sessionId"].as_str().unwrap();
        Some(Self {
            driver,
            session: format!("{driver_url}/{id}"),
            _profile: profile,
        })
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        send("POST", &format!("{}/{path}", self.session), body)
    }

    fn open(&self, url: &str) {
        self.post("url", &json!({"url": url}));
    }

    fn find(&self, css: &str) -> String {
        let found = self.post("element", &json!({"using": "css selector", "value": css}));
        let id = found[ELEMENT].as_str();
        id.unwrap_or_else(|| panic!("no {css}: {found}")).to_owned()
    }

    fn press(&self, css: &str, key: &str) {
        let element = self.find(css);
        self.post(&format!("element/{element}/value"), &json!({"text": key}));
    }

    /// Follows the link, as a click on it would.
    fn follow(&self, css: &str) {
        let element = self.find(css);
        self.post(&format!("element/{element}/click"), &json!({}));
    }

    fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({"script": script, "args": []}))
    }

    /// Waits in the browser until `condition` holds.
    fn wait(&self, condition: &str) {
        let script = format!(
            "const done = arguments[0]; const look = () => ({condition}) ? done(true) \
             : requestAnimationFrame(look); look();"
        );
        let held = self.post("execute/async", &json!({"script": script, "args": []}));
        assert_eq!(held, json!(true), "{condition}");
    }

    /// What the console has to say, violations of the policy among it.
    fn complaints(&self) -> Vec<String> {
        let log = self.post("se/log", &json!({"type": "browser"}));
        let entries = log.as_array().unwrap().iter();
        entries.map(|entry| entry["message"].to_string()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(agent().delete(&self.session).call());
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

fn send(method: &str, url: &str, body: &Value) -> Value {
    assert_eq!(method, "POST");
    let mut answer = agent().post(url).send_json(body).unwrap();
    let answer: Value = answer.body_mut().read_json().unwrap();
    answer["value"].clone()
}

#[test]
fn a_reader_gets_from_a_number_to_its_definition_its_rows_and_a_conversation() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let desk = Desk::new();
    fill(&desk);
    let server = Server::start(&desk.app);
    browser.open(&server.url("/"));

    browser.press("#tile-handled .about summary", ENTER);
    browser.wait("document.querySelector('#tile-handled .about').open");
    let told = browser.run("return document.querySelector('#tile-handled .about').innerText");
    for words in [
        "Episodes that the customer agent handled",
        "Profile",
        "As of",
        "Left out",
    ] {
        assert!(told.as_str().unwrap().contains(words), "{words}: {told}");
    }
    browser.press("#tile-handled .about summary", ESCAPE);
    browser.wait("!document.querySelector('#tile-handled .about').open");

    browser.press("#whole-rates .at", RIGHT);
    browser.wait("!document.getElementById('tip').hidden");
    let tip = browser.run("return document.getElementById('tip').innerText");
    assert!(tip.as_str().unwrap().contains("Resolution"), "{tip}");

    browser.follow("#whole-rates [data-swap]");
    browser.wait("document.querySelector('#whole-rates .band')");

    browser.follow("[data-theme-toggle]");
    browser.wait("document.documentElement.dataset.theme === 'dark'");

    browser.follow("#tile-handled .doors a");
    browser.wait("location.pathname === '/reports/handled/rows'");
    browser.follow("td a[href^='/conversations/']");
    browser.wait("location.pathname.startsWith('/conversations/')");
    browser.wait("document.querySelector('.message.contact')");
    let theme = browser.run("return document.documentElement.dataset.theme");
    assert_eq!(theme, "dark", "the theme is kept from page to page");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn no_page_is_wider_than_its_window() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let desk = Desk::new();
    fill(&desk);
    let server = Server::start(&desk.app);
    let wanted = svar::report::RowQuery {
        limit: 1,
        ..svar::report::RowQuery::default()
    };
    let rows = desk
        .app
        .rows("handoff_outcomes", &svar::report::Query::default(), &wanted);
    let conversation = rows.unwrap().items[0].conversation.clone().unwrap();
    let ticket = conversation.replace(":c", ":t");
    let mut paths = vec![
        "/".to_owned(),
        "/reports".to_owned(),
        "/design".to_owned(),
        "/search?q=invoice".to_owned(),
        "/reports/handled/rows".to_owned(),
        format!("/conversations/{conversation}"),
        format!("/tickets/{ticket}"),
    ];
    paths.extend(svar::report::registry::all().map(|report| format!("/reports/{}", report.id)));
    let mut wide = Vec::new();
    for width in [1280, 390] {
        browser.post("window/rect", &json!({"width": width, "height": 900}));
        for path in &paths {
            browser.open(&server.url(path));
            let over = browser.run(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth",
            );
            if over.as_i64().unwrap() > 0 {
                wide.push(format!("{path} at {width}: {over} px too wide"));
            }
        }
    }
    assert_eq!(wide, Vec::<String>::new());
}
