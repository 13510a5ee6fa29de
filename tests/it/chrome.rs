//! A real browser, driven over the `WebDriver` protocol, which is plain JSON over HTTP to chromedriver; a
//! machine without it skips, and says so.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::desk::agent;

/// The key under which the protocol names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long a page may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A browser that ends with its test.
pub(crate) struct Browser {
    driver: Child,
    session: String,
    _profile: tempfile::TempDir,
}

/// A driver, and the port that it answers on; `None`, with a line that says so, where there is none.
///
/// It looks for a port that is free on IPv4, and ends where another has that one on IPv6; the next one
/// finds another.
fn driver() -> Option<(Child, u16)> {
    for _ in 0..10 {
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
        if let Some(port) = port {
            return Some((driver, port));
        }
        driver.wait().unwrap();
    }
    panic!("no chromedriver starts");
}

impl Browser {
    /// Starts one; `None`, with a line that says so, where there is no chromedriver.
    pub(crate) fn start() -> Option<Self> {
        let (driver, port) = driver()?;
        let profile = tempfile::tempdir().unwrap();
        let folder = format!("--user-data-dir={}", profile.path().display());
        let options = json!({"args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--window-size=1280,900", folder]});
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}});
        let driver_url = format!("http://127.0.0.1:{port}/session");
        let answer = send(&driver_url, &wanted);
        let id = answer["sessionId"].as_str().unwrap();
        Some(Self {
            driver,
            session: format!("{driver_url}/{id}"),
            _profile: profile,
        })
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        send(&format!("{}/{path}", self.session), body)
    }

    pub(crate) fn open(&self, url: &str) {
        self.post("url", &json!({"url": url}));
    }

    fn find(&self, css: &str) -> String {
        let response = self.post("element", &json!({"using": "css selector", "value": css}));
        let id = response[ELEMENT].as_str();
        id.unwrap_or_else(|| panic!("no {css}: {response}"))
            .to_owned()
    }

    pub(crate) fn press(&self, css: &str, key: &str) {
        self.loaded();
        let element = self.find(css);
        self.post(&format!("element/{element}/value"), &json!({"text": key}));
    }

    /// Follows the link, as a click on it would.
    pub(crate) fn follow(&self, css: &str) {
        self.loaded();
        let element = self.find(css);
        self.post(&format!("element/{element}/click"), &json!({}));
    }

    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({"script": script, "args": []}))
    }

    /// Waits until the page is whole: what is clicked before may not be what stays.
    fn loaded(&self) {
        self.wait(
            "document.readyState === 'complete' && !('going' in document.documentElement.dataset)",
        );
    }

    /// Looks until `condition` holds, on whatever page the browser is by then: a script that waits in a page
    /// goes with it when the next one comes, and is never heard of again.
    pub(crate) fn wait(&self, condition: &str) {
        let script = format!("return Boolean({condition})");
        let begun = Instant::now();
        while self.run(&script) != json!(true) {
            let is_late = begun.elapsed() > PATIENCE;
            assert!(!is_late, "{condition}: {}", self.seen());
            svar::clock::pause(Duration::from_millis(10));
        }
    }

    /// Where it is and what somebody would read there.
    fn seen(&self) -> Value {
        self.run(
            "return location.href + ' ' + document.readyState + ': ' + document.body.innerText \
             + [...document.querySelectorAll('input')].map(i => ' ' + i.name + '=' + i.value)",
        )
    }

    /// Keeps what is seen of a page as a picture, where `SVAR_TEST_SCREENSHOTS` names a folder for it.
    #[expect(
        clippy::disallowed_methods,
        reason = "only the caller knows whether somebody wants to see the pages"
    )]
    pub(crate) fn keep_picture(&self, name: &str) {
        let Ok(folder) = std::env::var("SVAR_TEST_SCREENSHOTS") else {
            return;
        };
        let asked = agent().get(format!("{}/screenshot", self.session)).call();
        let shot = value(asked.unwrap());
        let picture = BASE64_STANDARD.decode(shot.as_str().unwrap()).unwrap();
        let fits = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = name.chars().take(80).map(fits).collect();
        std::fs::create_dir_all(&folder).unwrap();
        let file = std::path::Path::new(&folder).join(format!("{}.png", name.trim_matches('-')));
        std::fs::write(file, picture).unwrap();
    }

    /// What the console has to say, violations of the policy among it.
    pub(crate) fn complaints(&self) -> Vec<String> {
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

fn send(url: &str, body: &Value) -> Value {
    value(agent().post(url).send_json(body).unwrap())
}

fn value(mut answer: ureq::http::Response<ureq::Body>) -> Value {
    let answer: Value = answer.body_mut().read_json().unwrap();
    answer["value"].clone()
}
