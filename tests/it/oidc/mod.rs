//! Sign-in by a provider that speaks OpenID Connect: who is let in, who is not, and what of a
//! provider that lies, fails or stalls is believed.

mod linking;
mod persons;
mod provider;
mod trust;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};
use svar::app::{App, Network, Options, PublicUrl, SignIn};
use svar::clock::Clock;
use svar::command::{Caller, Command, Identity, Role, UserCommand, UserDraft};
use svar::config::OidcConfig;
use svar::model::Timestamp;
use tempfile::TempDir;

use crate::desk::{Answer, NOW, Server, answer};
use provider::{CLIENT, Provider, SECRET, pairs};

const PASSWORD: &str = "three good words";
const PUBLIC: &str = "https://shop.example/help";
const PLACE: &str = "/help/sign-in/oidc";

/// A desk under `https://shop.example/help`, on which Ada is admin by password, and its provider.
struct Place {
    folder: TempDir,
    clock: Clock,
    app: Arc<App>,
    server: Server,
    provider: Provider,
}

fn admin() -> Caller {
    Caller::live(Identity::Cli, Role::Admin)
}

fn roles() -> BTreeMap<String, Role> {
    let roles = [
        ("bosses", Role::Admin),
        ("agents", Role::Rep),
        ("lookers on", Role::Viewer),
    ];
    roles.map(|(group, role)| (group.to_owned(), role)).into()
}

fn config(provider: &Provider, folder: &TempDir) -> OidcConfig {
    let file: PathBuf = folder.path().join("secret");
    std::fs::write(&file, format!("{SECRET}\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    OidcConfig {
        issuer: provider.issuer.clone(),
        client_id: CLIENT.to_owned(),
        client_secret_file: Some(file),
        name: Some("Shop ID".to_owned()),
        roles: roles(),
        timeout_secs: Some(30),
        ..OidcConfig::default()
    }
}

fn open(folder: &TempDir, clock: &Clock, oidc: Option<OidcConfig>) -> Arc<App> {
    open_at(PUBLIC, folder, clock, oidc)
}

fn open_at(public: &str, folder: &TempDir, clock: &Clock, oidc: Option<OidcConfig>) -> Arc<App> {
    let options = Options {
        network: Network {
            public_url: Some(PublicUrl::parse(public).unwrap()),
            ..Network::default()
        },
        oidc,
        ..Options::default()
    };
    let data = folder.path().join("data");
    Arc::new(App::open_with(&data, clock.clone(), &options, |_, _| {}).unwrap())
}

impl Place {
    fn new() -> Self {
        Self::with(|_config| {})
    }

    fn with(change: impl FnOnce(&mut OidcConfig)) -> Self {
        Self::at(PUBLIC, change)
    }

    fn at(public: &str, change: impl FnOnce(&mut OidcConfig)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::parse(NOW).unwrap());
        let provider = Provider::new(&clock);
        let mut oidc = config(&provider, &folder);
        change(&mut oidc);
        let app = open_at(public, &folder, &clock, Some(oidc));
        let ada = UserDraft {
            email: "ada@shop.example".to_owned(),
            name: "Ada".to_owned(),
            ..UserDraft::default()
        };
        app.set_up(&admin(), ada, PASSWORD).unwrap();
        let server = Server::start(&app);
        Self {
            folder,
            clock,
            app,
            server,
            provider,
        }
    }

    /// Adds a user, who has no password.
    fn add(&self, email: &str, role: Role) -> String {
        let draft = UserDraft {
            email: email.to_owned(),
            name: email.to_owned(),
            role,
            ..UserDraft::default()
        };
        self.app.save_user(&admin(), draft).unwrap().id.unwrap()
    }

    /// Adds a user with a password.
    fn add_with_password(&self, email: &str, role: Role) -> String {
        let user = self.add(email, role);
        let link = self.app.invite(&admin(), &user).unwrap().path;
        let link = link.split_once("link=").unwrap().1;
        self.app.join(link, PASSWORD, "").unwrap();
        user
    }

    /// Who comes next, as the provider tells it: with an address that it has checked.
    fn comes(&self, subject: &str, email: &str, groups: &[&str]) {
        self.says(
            &json!({"sub": subject, "email": email, "email_verified": true,
            "name": "Eli Moe", "groups": groups}),
        );
    }

    fn says(&self, claims: &Value) {
        self.provider.play().claims = claims.clone();
    }

    fn give(&self, command: UserCommand) {
        self.app
            .write_now(&admin(), Command::User(command))
            .unwrap();
    }

    fn role_of(&self, user: &str) -> Role {
        self.app.people().user(user).unwrap().role
    }

    fn account_of(&self, user: &str) -> Option<String> {
        let people = self.app.people();
        let account = people.user(user)?.account.as_ref()?;
        assert_eq!(account.issuer, self.provider.issuer);
        Some(account.subject.clone())
    }

    fn pass(&self, secs: i64) {
        self.clock.set(self.clock.now().plus_millis(secs * 1_000));
    }

    fn browser(&self) -> Browser<'_> {
        Browser {
            server: &self.server,
            cookies: RefCell::default(),
        }
    }

    /// Somebody signs in by the provider in a browser of their own.
    fn sign_in(&self) -> (Browser<'_>, Answer) {
        let browser = self.browser();
        let asked = browser.press(&[]);
        let back = self.provider.signs_in(&asked);
        let answer = browser.get(&format!("{PLACE}?{back}"));
        (browser, answer)
    }

    /// The same, who is not let in; gives why.
    fn refused(&self) -> (u16, String) {
        let before = self.app.position();
        let (browser, answer) = self.sign_in();
        assert!(browser.session().is_none(), "{}", answer.body);
        assert_eq!(self.app.position(), before, "nothing is written");
        (answer.status, alert(&answer))
    }
}

/// What a page warns of.
fn alert(answer: &Answer) -> String {
    let found = regex::Regex::new(r#"role="alert">([^<]*)<"#).unwrap();
    found
        .captures(&answer.body)
        .map(|hit| hit[1].replace("&#39;", "'"))
        .unwrap_or_default()
}

/// A browser, which keeps cookies and follows nothing by itself.
struct Browser<'a> {
    server: &'a Server,
    cookies: RefCell<BTreeMap<String, String>>,
}

impl Browser<'_> {
    fn send(&self, method: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        let cookies: Vec<String> = self
            .cookies
            .borrow()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let escaped = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
        };
        let form: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{name}={}", escaped(value)))
            .collect();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(self.server.url(path))
            .header("host", "shop.example")
            .header("cookie", cookies.join("; "))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.join("&"))
            .unwrap();
        let answer = answer(agent.run(request));
        for set in answer.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (name, rest) = set.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            let mut kept = self.cookies.borrow_mut();
            if set.contains("Max-Age=0") {
                kept.remove(name);
            } else {
                kept.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[])
    }

    fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send("POST", path, form)
    }

    /// Presses the button; gives what the provider is asked.
    fn press(&self, form: &[(&str, &str)]) -> BTreeMap<String, String> {
        let answer = self.post(PLACE, form);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let (_, query) = answer.header("refresh").split_once("?of=us&").unwrap();
        pairs(query)
    }

    fn session(&self) -> Option<String> {
        self.cookies.borrow().get("svar_session").cloned()
    }

    /// Signs in with a password.
    fn enter(&self, email: &str) {
        let form = [("email", email), ("password", PASSWORD)];
        let answer = self.post("/help/sign-in", &form);
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    /// Who is signed in.
    fn me(&self) -> Value {
        let answer = self.get("/help/api/v1/me");
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }
}

/// Whether a password still lets somebody in.
fn password_works(app: &App, email: &str) -> bool {
    let attempt = SignIn {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        address: None,
        agent: String::new(),
    };
    app.sign_in(&attempt).is_ok()
}
