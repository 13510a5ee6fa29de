//! The chat widget's routes: a visitor writes and is answered, sees their own conversation and
//! nothing else, from the sites that an admin lists; and who lies about who they are is told so.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use svar::command::{AnswerDraft, Caller, Command, Identity, Role, UserDraft, WidgetDraft};
use svar::work::answer_waiting;

use crate::browser::{axe, faults};
use crate::chrome::Browser;
use crate::commands::Commands as _;
use crate::desk::{Answer, Desk, Server, agent, answer};
use crate::live::Onlooker;

const STORY: &str = "20 09:00 rep.upserted rep=ada name=Ada";
const SHOP: &str = "https://shop.example";

fn desk() -> (Desk, Server) {
    let (desk, server) = Desk::served(STORY);
    let draft = AnswerDraft {
        question: "How do I reset my password?".to_owned(),
        text: "Press **Forgot** on [the page](https://shop.example/f).".to_owned(),
        published: true,
        ..AnswerDraft::default()
    };
    desk.app.save_answer("ann", draft).unwrap();
    desk.tick();
    (desk, server)
}

/// A request of the widget on a page of `origin`, by whoever has the token.
pub(crate) struct Page<'a> {
    pub(crate) server: &'a Server,
    pub(crate) origin: Option<&'a str>,
    pub(crate) token: String,
}

impl<'a> Page<'a> {
    /// A visitor's page on which the widget has begun.
    pub(crate) fn new(server: &'a Server) -> Self {
        let mut page = Self {
            server,
            origin: None,
            token: String::new(),
        };
        let begun = page.post("session", &json!({"language": "en"}));
        assert_eq!(begun.status, 200, "{}", begun.body);
        page.token = begun.json()["token"].as_str().unwrap().to_owned();
        page
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        let mut request = agent().post(self.server.url(&format!("/widget/{path}")));
        if let Some(origin) = self.origin {
            request = request.header("origin", origin);
        }
        let request = request
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", self.token));
        answer(request.send(body.to_string()))
    }

    pub(crate) fn thread(&self) -> Value {
        let request = agent().get(self.server.url("/widget/conversation"));
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let got = answer(request.call());
        assert_eq!(got.status, 200, "{}", got.body);
        got.json()
    }

    /// Writes, and lets the customer agent answer.
    pub(crate) fn writes(&self, desk: &Desk, id: &str, text: &str) -> Value {
        desk.tick();
        let sent = self.post(
            "messages",
            &json!({"id": id, "text": text, "language": "en"}),
        );
        assert_eq!(sent.status, 200, "{}", sent.body);
        desk.tick();
        desk.tick();
        desk.tick();
        answer_waiting(&desk.app).unwrap();
        desk.tick();
        self.thread()
    }
}

/// Who wrote, in order.
fn authors(thread: &Value) -> Vec<String> {
    let messages = thread["messages"].as_array().unwrap().iter();
    messages
        .map(|message| message["from"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_visitor_is_answered_and_what_did_not_help_goes_to_a_human() {
    let (desk, server) = desk();
    let page = Page::new(&server);
    assert_eq!(page.thread()["messages"], json!([]));
    let thread = page.writes(&desk, "1", "How do I reset my password?");
    assert_eq!(authors(&thread), ["visitor", "agent"]);
    let body = json!([{"t": "p", "c": ["Press ", {"t": "strong", "c": ["Forgot"]}, " on ",
        {"t": "a", "h": "https://shop.example/f", "c": ["the page"]}, "."]}]);
    assert_eq!(thread["messages"][1]["body"], body);
    assert_eq!(thread["can_rate"], true);
    desk.tick();
    let rated = page.post(
        "feedback",
        &json!({"is_helpful": false, "text": "no mail comes"}),
    );
    assert_eq!(rated.status, 200, "{}", rated.body);
    desk.tick();
    let thread = page.thread();
    assert_eq!(thread["can_rate"], false);
    assert_eq!(thread["with_human"], true);
    let conversation = thread["conversation"].as_str().unwrap();
    let told = server
        .get(&format!("/api/v1/conversations/{conversation}"))
        .json();
    assert_eq!(told["channel"], "chat");
    assert_eq!(told["handoff"]["reason"], "negative_feedback");
}

#[test]
fn a_rep_is_read_as_words_and_a_note_not_at_all_and_a_closed_one_is_opened_by_writing() {
    let (desk, server) = desk();
    let page = Page::new(&server);
    let thread = page.writes(&desk, "1", "How do I reset my password?");
    let conversation = thread["conversation"].as_str().unwrap();
    for (path, body) in [
        (
            "messages",
            json!({"text": "<script>alert(1)</script>", "rep": "ada"}),
        ),
        (
            "messages",
            json!({"text": "they are angry", "note": true, "rep": "ada"}),
        ),
        ("resolve", json!({"rep": "ada"})),
    ] {
        desk.tick();
        let done = server.post(
            &format!("/api/v1/conversations/{conversation}/{path}"),
            &body,
        );
        assert_eq!(done.status, 200, "{}", done.body);
    }
    desk.tick();
    let thread = page.thread();
    assert_eq!(
        authors(&thread),
        ["visitor", "agent", "rep"],
        "a note is for reps"
    );
    let last = &thread["messages"][2];
    assert_eq!(last["name"], "Ada");
    assert_eq!(
        last["body"],
        json!([{"t": "p", "c": ["<script>alert(1)</script>"]}]),
        "words"
    );
    assert_eq!(thread["is_over"], true);
    let thread = page.writes(&desk, "2", "How do I reset my password?");
    assert_eq!(
        thread["conversation"], conversation,
        "it goes on where it was"
    );
    assert_eq!(
        authors(&thread)[3..],
        ["visitor", "agent"],
        "and the agent begins afresh"
    );
}

#[test]
fn a_message_that_is_sent_twice_is_there_once() {
    let (desk, server) = desk();
    let page = Page::new(&server);
    let words = json!({"id": "abc", "text": "Hello there, a question"});
    for _ in 0..2 {
        desk.tick();
        assert_eq!(page.post("messages", &words).status, 200);
    }
    desk.tick();
    assert_eq!(authors(&page.thread()).len(), 1);
    let other = page.post("messages", &json!({"id": "abc", "text": "Something else"}));
    assert_eq!(other.status, 409, "{}", other.body);
    for (body, field) in [
        (json!({"id": "a b", "text": "x"}), "id"),
        (json!({"id": "b", "text": "x".repeat(10_001)}), "text"),
        (json!({"id": "b", "text": "  "}), "text"),
    ] {
        let refused = page.post("messages", &body);
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert!(refused.body.contains(field), "{}", refused.body);
    }
}

#[test]
fn a_token_names_one_visitor_and_none_that_is_forged_or_old_does() {
    let (desk, server) = desk();
    let (pia, ola) = (Page::new(&server), Page::new(&server));
    pia.writes(&desk, "1", "How do I reset my password?");
    assert_eq!(ola.thread()["messages"], json!([]));
    let (said, signature) = pia.token.split_once('.').unwrap();
    let other = ola.token.split_once('.').unwrap().1;
    let again = Page {
        server: &server,
        origin: None,
        token: String::new(),
    };
    for token in [
        String::new(),
        "x".to_owned(),
        format!("{said}.{other}"),
        format!("{said}x.{signature}"),
        format!("{said}.{}", signature.to_uppercase()),
        said.to_owned(),
    ] {
        let page = Page { token, ..again };
        let refused = page.post("messages", &json!({"id": "2", "text": "x"}));
        assert_eq!(refused.status, 401, "{}: {}", page.token, refused.body);
    }
    let kept = again.post("session", &json!({"token": pia.token})).json();
    let same = Page {
        token: kept["token"].as_str().unwrap().to_owned(),
        ..again
    };
    assert_eq!(same.thread()["messages"].as_array().unwrap().len(), 2);
    desk.clock
        .set(desk.clock.now().plus_millis(181 * 86_400_000));
    let refused = pia.post("messages", &json!({"id": "3", "text": "x"}));
    assert_eq!(refused.status, 401, "{}", refused.body);
}

#[test]
fn only_pages_of_listed_sites_may_use_it_and_nothing_else_of_the_desk() {
    let (desk, server) = desk();
    let mut page = Page::new(&server);
    page.origin = Some(SHOP);
    let refused = page.post("session", &json!({}));
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains(SHOP), "{}", refused.body);
    assert_eq!(refused.header("access-control-allow-origin"), "");
    let listed = json!({"sites": ["https://Shop.example/", "http://localhost:3000"]});
    assert_eq!(server.post("/api/v1/widget", &listed).status, 200);
    desk.tick();
    let sites = server.get("/api/v1/widget").json();
    assert_eq!(sites["sites"], json!(["http://localhost:3000", SHOP]));
    let begun = page.post("session", &json!({}));
    assert_eq!(begun.status, 200, "{}", begun.body);
    assert_eq!(begun.header("access-control-allow-origin"), SHOP);
    let asked = ureq::http::Request::builder()
        .method("OPTIONS")
        .uri(server.url("/widget/messages"))
        .header("origin", SHOP)
        .body(String::new())
        .unwrap();
    let preflight = answer(agent().run(asked));
    assert_eq!(preflight.status, 204);
    let allowed = preflight.header("access-control-allow-headers");
    assert_eq!(allowed, "authorization, content-type");
    // The rest of the desk is as closed as before.
    let elsewhere = agent()
        .post(server.url("/api/v1/widget"))
        .header("origin", SHOP);
    let elsewhere = elsewhere.header("content-type", "application/json");
    assert_eq!(answer(elsewhere.send("{}")).status, 403);
    page.origin = Some("https://shop.example.evil.example");
    assert_eq!(page.post("session", &json!({})).status, 403);
    // Once people sign in, it is shown nowhere until a site is listed.
    let caller = Caller::live(Identity::Cli, Role::Admin);
    let ada = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        role: Role::Admin,
        ..UserDraft::default()
    };
    desk.app.set_up(&caller, ada, "a long enough word").unwrap();
    let none = WidgetDraft {
        sites: Some(Vec::new()),
        ..Default::default()
    };
    desk.app.write_now(&caller, Command::Widget(none)).unwrap();
    desk.tick();
    page.origin = None;
    let closed = page.post("session", &json!({}));
    assert_eq!(closed.status, 403);
    assert!(closed.body.contains("lists the sites"), "{}", closed.body);
}

/// A token of a host's user, signed with `secret`.
fn signed(secret: &str, head: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let said = format!("{}.{}", part(head), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(said.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{said}.{signature}")
}

fn now_secs(desk: &Desk) -> i64 {
    desk.clock.now().millis() / 1_000
}

#[test]
fn a_user_whom_the_host_signs_is_known_and_keeps_what_they_wrote_before() {
    let (desk, server) = desk();
    let secret = server.get("/api/v1/widget/secret").json();
    let secret = secret["secret"].as_str().unwrap().to_owned();
    let head = json!({"alg": "HS256", "typ": "JWT"});
    let user = |id: &str| {
        let claims = json!({"id": id, "name": "Pia Holm", "email": "pia@shop.example",
            "exp": now_secs(&desk) + 3_600});
        signed(&secret, &head, &claims)
    };
    let mut page = Page::new(&server);
    page.writes(&desk, "1", "How do I reset my password?");
    let unknown = page.token.clone();
    let begun = page.post(
        "session",
        &json!({"token": page.token, "user": user("4711")}),
    );
    assert_eq!(begun.status, 200, "{}", begun.body);
    assert_eq!(begun.json()["is_verified"], true);
    page.token = begun.json()["token"].as_str().unwrap().to_owned();
    desk.tick();
    assert_eq!(authors(&page.thread()), ["visitor", "agent"]);
    let contact = server.get("/api/v1/contacts/4711").json();
    assert_eq!(contact["name"], "Pia Holm");
    let position = desk.app.position();
    page.post(
        "session",
        &json!({"token": page.token, "user": user("4711")}),
    );
    assert_eq!(desk.app.position(), position, "nothing new is written");
    // Another user on the same machine is another contact, and gets nothing of the first.
    let other = page.post(
        "session",
        &json!({"token": page.token, "user": user("4712")}),
    );
    let other = other.json()["token"].as_str().unwrap().to_owned();
    desk.tick();
    let other = Page {
        server: &server,
        origin: None,
        token: other,
    };
    assert_eq!(other.thread()["messages"], json!([]));
    let known = server.get("/api/v1/contacts/4711").json();
    assert_eq!(known["merged_into"], Value::Null);
    // Without a signature the token of a user does not make one.
    let out = page.post("session", &json!({"token": page.token})).json();
    assert_eq!(out["is_verified"], false);
    let out = Page {
        server: &server,
        origin: None,
        token: out["token"].as_str().unwrap().to_owned(),
    };
    assert_eq!(out.thread()["messages"], json!([]));
    // The old token of somebody unknown leads to who they are by now: it is the same browser's.
    let before = Page {
        server: &server,
        origin: None,
        token: unknown,
    };
    assert_eq!(authors(&before.thread()).len(), 2);
}

#[test]
fn what_the_host_has_not_signed_rightly_is_refused_with_the_reason() {
    let (desk, server) = desk();
    let secret = desk.app.host_secret().unwrap();
    let now = now_secs(&desk);
    let head = json!({"alg": "HS256"});
    let good = json!({"id": "4711", "exp": now + 60});
    let page = Page::new(&server);
    let with = |key: &str, value: Value| {
        let mut claims = good.clone();
        claims[key] = value;
        claims
    };
    let none = signed(&secret, &json!({"alg": "none"}), &good);
    for (token, reason) in [
        (signed("guessed", &head, &good), "signature"),
        (none, "HS256"),
        (signed(&secret, &head, &with("exp", json!(now))), "expired"),
        (
            signed(&secret, &head, &with("exp", json!(now + 90_000))),
            "day ahead",
        ),
        (
            signed(&secret, &head, &with("iat", json!(now + 3_600))),
            "clock",
        ),
        (signed(&secret, &head, &json!({"exp": now + 60})), "`id`"),
        (signed(&secret, &head, &with("id", json!(""))), "id"),
        ("a.b".to_owned(), "three parts"),
        ("..".to_owned(), "signature"),
    ] {
        let refused = page.post("session", &json!({"user": token}));
        assert_eq!(refused.status, 400, "{reason}: {}", refused.body);
        assert!(refused.body.contains(reason), "{reason}: {}", refused.body);
    }
    let token = signed(&secret, &head, &good);
    assert_eq!(page.post("session", &json!({"user": token})).status, 200);
    let renew = json!({"renew_host_secret": true});
    assert_eq!(server.post("/api/v1/widget", &renew).status, 200);
    desk.tick();
    let old = page.post("session", &json!({"user": token}));
    assert_eq!(old.status, 400, "{}", old.body);
    assert_ne!(desk.app.host_secret().unwrap(), secret);
}

#[test]
fn who_writes_too_much_is_told_when_more_is_taken() {
    let (desk, server) = desk();
    let page = Page::new(&server);
    let send = |number: usize| {
        page.post(
            "messages",
            &json!({"id": number.to_string(), "text": format!("message {number}")}),
        )
    };
    for number in 0..30 {
        assert_eq!(send(number).status, 200);
    }
    let refused = send(30);
    assert_eq!(refused.status, 429, "{}", refused.body);
    assert!(refused.body.contains("try again in"), "{}", refused.body);
    assert_ne!(refused.header("retry-after"), "");
    desk.tick();
    desk.tick();
    assert_eq!(
        send(30).status,
        200,
        "nothing that was refused is lost: it is sent again"
    );
}

#[test]
fn a_conversation_is_followed_and_nobody_elses() {
    let (desk, server) = desk();
    let (pia, ola) = (Page::new(&server), Page::new(&server));
    pia.writes(&desk, "1", "How do I reset my password?");
    ola.writes(&desk, "1", "How do I reset my password?");
    let bearer = format!("Bearer {}", pia.token);
    let mut stream = Onlooker::of(&server, "/widget/stream", &[("Authorization", &bearer)]);
    let first = stream.next().unwrap();
    assert_eq!(first.name, "thread");
    assert_eq!(authors(&first.data).len(), 2);
    ola.writes(&desk, "2", "How do I reset my password?");
    pia.writes(
        &desk,
        "2",
        "Thanks a lot, that was it, but one more question",
    );
    let next = stream.next().unwrap();
    assert_eq!(authors(&next.data)[..3], ["visitor", "agent", "visitor"]);
    let refused = Onlooker::of(&server, "/widget/stream", &[]).line();
    assert_eq!(refused.unwrap(), "HTTP/1.1 401 Unauthorized");
}

/// The contact that a visitor is.
fn contact_of(server: &Server, thread: &Value) -> String {
    let conversation = thread["conversation"].as_str().unwrap();
    let told = server.get(&format!("/api/v1/conversations/{conversation}"));
    told.json()["contact"].as_str().unwrap().to_owned()
}

#[test]
fn who_is_signed_out_is_somebody_new_in_every_browser_and_nobody_else_is() {
    let (desk, server) = desk();
    let (pia, ola) = (Page::new(&server), Page::new(&server));
    let thread = pia.writes(&desk, "1", "How do I reset my password?");
    ola.writes(&desk, "1", "How do I reset my password?");
    let contact = contact_of(&server, &thread);
    let kept = pia.post("session", &json!({"token": pia.token})).json();
    let elsewhere = Page {
        server: &server,
        origin: None,
        token: kept["token"].as_str().unwrap().to_owned(),
    };
    let bearer = format!("Bearer {}", pia.token);
    let mut stream = Onlooker::of(&server, "/widget/stream", &[("Authorization", &bearer)]);
    assert_eq!(stream.next().unwrap().name, "thread");
    let nobody = server.post("/api/v1/contacts/nobody/sign-out", &json!({}));
    assert_eq!(nobody.status, 404, "{}", nobody.body);
    let page = server.get(&format!("/contacts/{contact}")).body;
    assert!(page.contains("Sign out everywhere"), "{page}");
    let out = server.form(&format!("/contacts/{contact}"), &[("do", "sign_out")]);
    assert_eq!(out.status, 303, "{}", out.body);
    let said = server.get(out.header("location")).body;
    assert!(said.contains("Signed out of the widget"), "{said}");
    for page in [&pia, &elsewhere] {
        let refused = page.post("messages", &json!({"id": "2", "text": "x"}));
        assert_eq!(refused.status, 401, "{}", refused.body);
    }
    assert_eq!(ola.thread()["messages"].as_array().unwrap().len(), 2);
    // What is said there from now on is not told to whoever looks on.
    desk.tick();
    let conversation = thread["conversation"].as_str().unwrap();
    let path = format!("/api/v1/conversations/{conversation}/messages");
    let reply = server.post(&path, &json!({"text": "For Pia alone", "rep": "ada"}));
    assert_eq!(reply.status, 200, "{}", reply.body);
    desk.tick();
    assert!(stream.next().is_none());
    // The widget begins again, as somebody else.
    let begun = pia.post("session", &json!({"token": pia.token})).json();
    let new = Page {
        server: &server,
        origin: None,
        token: begun["token"].as_str().unwrap().to_owned(),
    };
    assert_eq!(new.thread()["messages"], json!([]));
    let thread = new.writes(&desk, "1", "How do I reset my password?");
    assert_ne!(contact_of(&server, &thread), contact);
    // Also after a restart.
    let (pia, new) = (pia.token.clone(), new.token.clone());
    let now = desk.clock.now();
    drop(stream);
    drop(server);
    let desk = desk.reopened();
    desk.clock.set(now);
    let visitor = |token: &str| desk.app.visitor(token).unwrap();
    assert!(visitor(&pia).is_none() && visitor(&new).is_some());
}

#[test]
fn a_user_who_is_signed_out_comes_back_by_the_hosts_word_only_and_so_do_former_selves() {
    let (desk, server) = desk();
    let secret = server.get("/api/v1/widget/secret").json();
    let secret = secret["secret"].as_str().unwrap().to_owned();
    let head = json!({"alg": "HS256", "typ": "JWT"});
    let claims = json!({"id": "4711", "name": "Pia Holm", "exp": now_secs(&desk) + 3_600});
    let signed = signed(&secret, &head, &claims);
    let mut page = Page::new(&server);
    page.writes(&desk, "1", "How do I reset my password?");
    let unknown = page.token.clone();
    let begin = |page: &Page<'_>| {
        let begun = page.post("session", &json!({"token": page.token, "user": signed}));
        assert_eq!(begun.status, 200, "{}", begun.body);
        begun.json()["token"].as_str().unwrap().to_owned()
    };
    page.token = begin(&page);
    desk.tick();
    let out = server.post("/api/v1/contacts/4711/sign-out", &json!({}));
    assert_eq!(out.status, 200, "{}", out.body);
    desk.tick();
    // Who they were before they were known is signed out, too.
    for token in [&page.token, &unknown] {
        assert!(desk.app.visitor(token).unwrap().is_none());
    }
    page.token = begin(&page);
    assert_eq!(authors(&page.thread()), ["visitor", "agent"]);
}

#[test]
fn a_blocked_contact_writes_no_more() {
    let (desk, server) = desk();
    let page = Page::new(&server);
    let thread = page.writes(&desk, "1", "How do I reset my password?");
    let conversation = thread["conversation"].as_str().unwrap();
    let told = server
        .get(&format!("/api/v1/conversations/{conversation}"))
        .json();
    let contact = told["contact"].as_str().unwrap();
    let block = format!("/api/v1/contacts/{contact}/block");
    let blocked = server.post(&block, &json!({"name": contact}));
    assert_eq!(blocked.status, 200, "{}", blocked.body);
    desk.tick();
    let refused = page.post(
        "messages",
        &json!({"id": "2", "text": "You will hear from me"}),
    );
    assert_eq!(refused.status, 409, "{}", refused.body);
}

/// What is inside the widget's window; the test has the browser open its shadow root.
pub(crate) const INSIDE: &str = "document.querySelector('svar-chat').shadowRoot";

/// Has every page open the widget's shadow root.
pub(crate) fn let_look_inside(browser: &Browser) {
    let open = "const attach = Element.prototype.attachShadow; \
        Element.prototype.attachShadow = function () { return attach.call(this, { mode: 'open' }); };";
    browser.post(
        "goog/cdp/execute",
        &json!({"cmd": "Page.addScriptToEvaluateOnNewDocument", "params": {"source": open}}),
    );
}

#[test]
fn in_a_browser_it_is_typed_in_answered_and_kept_over_a_reload() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (desk, server) = desk();
    let_look_inside(&browser);
    browser.open(&server.url("/widget/demo"));
    browser.wait("document.querySelector('svar-chat')");
    let closed = format!("{INSIDE}.querySelector('.panel').hidden");
    assert_eq!(browser.run(&format!("return {closed}")), json!(true));
    browser.run(&format!("{INSIDE}.querySelector('.launch').click()"));
    browser.wait(&format!("{INSIDE}.activeElement.tagName === 'TEXTAREA'"));
    browser.wait(&format!(
        "{INSIDE}.querySelector('.log').innerText.includes('Hello!')"
    ));
    type_in(&browser, "How do I reset my password?");
    let reload = "location.reload(); return 1";
    browser.run(reload);
    browser.wait(&format!(
        "document.readyState === 'complete' && document.querySelector('svar-chat') && \
         {INSIDE}.querySelector('textarea').value === 'How do I reset my password?'"
    ));
    browser.wait(&format!("!{closed}"));
    type_in(&browser, "\u{e007}");
    browser.wait(&format!(
        "{INSIDE}.querySelectorAll('article.visitor').length === 1"
    ));
    for _ in 0..4 {
        desk.tick();
    }
    answer_waiting(&desk.app).unwrap();
    desk.tick();
    browser.wait(&format!("{INSIDE}.querySelector('.rate')"));
    let link = browser.run(&format!("return {INSIDE}.querySelector('article a').href"));
    assert_eq!(link, "https://shop.example/f");
    if let Some(axe) = axe() {
        assert_eq!(faults(&browser, &axe), Vec::<String>::new());
    }
    browser.run(&format!(
        "{INSIDE}.querySelector('.rate button:last-child').click()"
    ));
    desk.tick();
    desk.tick();
    browser.wait(&format!(
        "{INSIDE}.querySelector('.log').innerText.includes('passed this on')"
    ));
    browser.run("SvarChat.reset()");
    assert_eq!(browser.run(&format!("return {closed}")), json!(true));
    browser.run("SvarChat.open()");
    browser.wait(&format!(
        "{INSIDE}.querySelectorAll('article.visitor').length === 0"
    ));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

pub(crate) fn type_in(browser: &Browser, text: &str) {
    let keys: Vec<Value> = text
        .chars()
        .flat_map(|key| {
            let key = key.to_string();
            [
                json!({"type": "keyDown", "value": key}),
                json!({"type": "keyUp", "value": key}),
            ]
        })
        .collect();
    browser.post(
        "actions",
        &json!({"actions": [{"type": "key", "id": "keys", "actions": keys}]}),
    );
}
