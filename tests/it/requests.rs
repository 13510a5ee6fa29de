//! Services and requests: an admin keeps the list, anybody asks by the form of the page or the
//! widget, and which jobs are wanted holds for both.

use serde_json::{Value, json};

use crate::browser::{axe, faults};
use crate::chrome::Browser;
use crate::desk::{Answer, Desk, Server, agent, answer};
use crate::widget::{INSIDE, Page, let_look_inside};

const STORY: &str = "20 09:00 rep.upserted rep=ada name=Ada";
const PAGE: &str = "/widget/request";

fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    desk.tick();
    let answer = server.post(&format!("/api/v1{path}"), body);
    desk.tick();
    answer
}

/// A service that may be asked for; gives its id.
fn published(desk: &Desk, server: &Server, name: &str) -> String {
    let draft = json!({"name": name, "published": true, "description": "In two weeks.",
        "price_from": {"amount": 900, "currency": "EUR"}});
    let saved = post(desk, server, "/services", &draft);
    assert_eq!(saved.status, 200, "{}", saved.body);
    saved.json()["id"].as_str().unwrap().to_owned()
}

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&start).unwrap_or_else(|| panic!("{page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// What a form says besides its token and id.
fn typed(service: &str) -> Vec<(&str, &str)> {
    vec![
        ("name", "Pia Holm"),
        ("email", "pia@fjord.example"),
        ("company", "Fjord"),
        ("url", "https://fjord.example"),
        ("service", service),
        ("text", "A shop with\r\ntwo hundred things."),
    ]
}

/// Sends the form of a page that was opened.
fn send(server: &Server, page: &str, fields: &[(&str, &str)]) -> Answer {
    let (token, id) = (hidden(page, "token"), hidden(page, "id"));
    let mut pairs = vec![("token", token.as_str()), ("id", id.as_str())];
    pairs.extend(fields);
    server.form(PAGE, &pairs)
}

fn conversations(server: &Server) -> Vec<Value> {
    let list = server.get("/api/v1/conversations").json();
    list["items"].as_array().unwrap().clone()
}

fn jobs(server: &Server) -> Vec<Value> {
    let list = server.get("/api/v1/tickets?view=all&pipeline=jobs").json();
    let items = list["items"].as_array().unwrap().iter();
    let ids = items.map(|one| one["ticket"].as_str().unwrap().to_owned());
    ids.map(|id| server.get(&format!("/api/v1/tickets/{id}")).json())
        .collect()
}

#[test]
fn an_admin_keeps_the_list_of_services_and_odd_ones_are_refused_by_name() {
    let (desk, server) = Desk::served(STORY);
    let id = published(&desk, &server, " Shop set-up ");
    let plain = post(&desk, &server, "/services", &json!({"name": "Advice"}));
    assert_eq!(plain.status, 200, "{}", plain.body);
    for (draft, word, status) in [
        (json!({"name": " "}), "name", 400),
        (json!({"name": "shop SET-UP"}), "another service", 409),
        (
            json!({"name": "x", "price_from": {"amount": -1, "currency": "EUR"}}),
            "price_from.amount",
            400,
        ),
        (
            json!({"name": "x", "price_from": {"amount": 1, "currency": "euro"}}),
            "price_from.currency",
            400,
        ),
        (
            json!({"name": "x", "price_from": {"amount": 1}}),
            "currency",
            400,
        ),
        (json!({"name": "x", "colour": 1}), "colour", 400),
    ] {
        let refused = post(&desk, &server, "/services", &draft);
        assert_eq!(refused.status, status, "{draft}: {}", refused.body);
        assert!(refused.body.contains(word), "{draft}: {}", refused.body);
    }
    // Changed under its id it stays one.
    let draft = json!({"id": id, "name": "Shop set-up", "published": false});
    assert_eq!(post(&desk, &server, "/services", &draft).status, 200);
    let gone = post(&desk, &server, "/services/none/remove", &json!({}));
    assert_eq!(gone.status, 404, "{}", gone.body);
    drop(server);
    let desk = desk.reopened();
    let server = Server::start(&desk.app);
    let list = server.get("/api/v1/services").json();
    let told = |place: usize, field: &str| list["items"][place][field].clone();
    assert_eq!(
        (told(0, "name"), told(1, "name")),
        (json!("Advice"), json!("Shop set-up"))
    );
    assert_eq!(
        (told(1, "published"), told(1, "price_from")),
        (json!(false), Value::Null)
    );
    let removed = post(
        &desk,
        &server,
        &format!("/services/{id}/remove"),
        &json!({}),
    );
    assert_eq!(removed.status, 200, "{}", removed.body);
    let list = server.get("/api/v1/services").json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[test]
fn the_page_of_services_writes_publishes_and_removes_and_says_whether_the_form_is_open() {
    let (desk, server) = Desk::served(STORY);
    let shown = server.get("/settings/services").body;
    assert!(
        shown.contains("The form is closed: publish a service"),
        "{shown}"
    );
    desk.tick();
    let form = [
        ("do", "save"),
        ("name", "Advice"),
        ("amount", "12.5"),
        ("currency", "eur"),
        ("published", "yes"),
    ];
    let saved = server.form("/settings/services", &form);
    assert_eq!(saved.status, 303, "{}", saved.body);
    desk.tick();
    let shown = server.get("/settings/services?done=save").body;
    assert!(
        shown.contains("from 12.5 EUR") && shown.contains("The form is open"),
        "{shown}"
    );
    let id = server.get("/api/v1/services").json()["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let edited = server.get(&format!("/settings/services?edit={id}")).body;
    assert!(
        edited.contains("value=\"12.5\"") && edited.contains("checked"),
        "{edited}"
    );
    let odd = server.form(
        "/settings/services",
        &[("do", "save"), ("name", "Kept"), ("amount", "much")],
    );
    assert!(
        odd.status == 200 && odd.body.contains("amount") && odd.body.contains("Kept"),
        "{}",
        odd.body
    );
    let removed = server.form("/settings/services", &[("do", "remove"), ("id", &id)]);
    assert_eq!(removed.status, 303, "{}", removed.body);
    desk.tick();
    assert_eq!(server.get("/api/v1/services").json()["items"], json!([]));
}

/// What a conversation that was begun by the form says of who asked, and for what.
fn is_as_typed(server: &Server, id: &str) {
    let told = server.get(&format!("/api/v1/conversations/{id}")).json();
    assert_eq!(
        (&told["channel"], &told["direction"], &told["subject"]),
        (&json!("form"), &json!("inbound"), &json!("Shop set-up"))
    );
    let first = &told["messages"][0];
    assert_eq!(first["text"], "A shop with\ntwo hundred things.");
    assert_eq!(first["author"]["kind"], "contact");
    let contact = told["contact"].as_str().unwrap();
    let contact = server.get(&format!("/api/v1/contacts/{contact}")).json();
    assert_eq!(
        (&contact["name"], &contact["email"]),
        (&json!("Pia Holm"), &json!("pia@fjord.example"))
    );
    let company = json!({"name": "Fjord", "url": "https://fjord.example"});
    assert_eq!(contact["company"], company);
}

#[test]
fn the_form_is_closed_while_nothing_is_offered_and_says_what_to_do() {
    let (desk, server) = Desk::served(STORY);
    let closed = server.get(PAGE).body;
    assert!(closed.contains("No service is offered here"), "{closed}");
    assert!(closed.contains("/settings/services"), "{closed}");
    assert!(!closed.contains("<form"), "{closed}");
    published(&desk, &server, "Shop set-up");
    let open = server.get(PAGE).body;
    assert!(open.contains("Shop set-up (from 900 EUR)"), "{open}");
    assert!(open.contains("In two weeks."), "{open}");
}

#[test]
fn a_form_without_a_script_begins_a_conversation_and_a_job_and_is_there_once() {
    let (desk, server) = Desk::served(STORY);
    let service = published(&desk, &server, "Shop set-up");
    let position = desk.app.position();
    let page = server.get(PAGE).body;
    assert_eq!(desk.app.position(), position, "opening it writes nothing");
    for _ in 0..2 {
        desk.tick();
        let sent = send(&server, &page, &typed(&service));
        assert_eq!(sent.status, 303, "{}", sent.body);
        assert_eq!(sent.header("location"), "/widget/request?done=yes&lang=en");
    }
    desk.tick();
    assert!(
        server
            .get("/widget/request?done=yes")
            .body
            .contains("Thank you.")
    );
    let list = conversations(&server);
    let [line] = list.as_slice() else {
        panic!("{list:?}")
    };
    let id = line["conversation"].as_str().unwrap();
    is_as_typed(&server, id);
    let jobs = jobs(&server);
    let [job] = jobs.as_slice() else {
        panic!("{jobs:?}")
    };
    assert_eq!(
        (&job["request"], &job["service"], &job["conversation"]),
        (&json!("direct"), &json!("Shop set-up"), &json!(id))
    );
    let received = desk.report("jobs_received", "from=2026-10-01&to=2026-12-01");
    assert_eq!(received["total"]["value"], 1);
    // Without a service it is a conversation, and no job.
    let page = server.get("/widget/request?lang=nb").body;
    assert!(
        page.contains("lang=\"nb\"") && page.contains("Navnet ditt"),
        "{page}"
    );
    desk.tick();
    let sent = send(&server, &page, &typed(""));
    assert_eq!(sent.status, 303, "{}", sent.body);
    desk.tick();
    assert_eq!(
        (conversations(&server).len(), self::jobs(&server).len()),
        (2, 1)
    );
}

/// Fields and a file in parts, cut by `cut`.
fn in_parts(fields: &[(&str, &str)], (name, kind): (&str, &str)) -> String {
    let fields = fields.iter().map(|(name, value)| {
        format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    });
    let file = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"{name}\"\r\n\
        Content-Type: {kind}\r\n\r\nbytes\r\n--cut--\r\n"
    );
    fields.chain([file]).collect()
}

#[test]
fn files_of_a_form_arrive_in_parts_and_a_refused_form_keeps_what_was_typed() {
    let (desk, server) = Desk::served(STORY);
    let service = published(&desk, &server, "Shop set-up");
    let page = server.get(PAGE).body;
    let (token, id) = (hidden(&page, "token"), hidden(&page, "id"));
    let sent = |email: &str, file: (&str, &str)| {
        let fields = [
            ("token", token.as_str()),
            ("id", &id),
            ("name", "Pia"),
            ("email", email),
            ("service", &service),
            ("text", "See the plan"),
        ];
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        let request = agent
            .post(server.url(PAGE))
            .header("content-type", "multipart/form-data; boundary=cut");
        answer(request.send(in_parts(&fields, file)))
    };
    desk.tick();
    let odd = sent("pia@fjord.example", ("plan.svg", "image/svg+xml"));
    assert!(
        odd.status == 200 && odd.body.contains("could not be taken"),
        "{}",
        odd.body
    );
    assert!(
        odd.body.contains("expected one of gif") && odd.body.contains("See the plan"),
        "{}",
        odd.body
    );
    let odd = sent("nobody", ("plan.png", "image/png"));
    assert!(
        odd.status == 200 && odd.body.contains("email"),
        "{}",
        odd.body
    );
    assert!(
        odd.body.contains("plan.png") && hidden(&odd.body, "file").starts_with("f-"),
        "{}",
        odd.body
    );
    assert_eq!(conversations(&server).len(), 0);
    let taken = sent("pia@fjord.example", ("plan.png", "image/png"));
    assert_eq!(taken.status, 303, "{}", taken.body);
    desk.tick();
    let list = conversations(&server);
    let told = list[0]["conversation"].as_str().unwrap();
    let told = server.get(&format!("/api/v1/conversations/{told}")).json();
    let files = told["messages"][0]["attachments"].as_array().unwrap();
    assert_eq!((files.len(), &files[0]["name"]), (1, &json!("plan.png")));
}

#[test]
fn what_is_forged_or_odd_is_refused_by_name() {
    let (desk, server) = Desk::served(STORY);
    let service = published(&desk, &server, "Shop set-up");
    let page = server.get(PAGE).body;
    let (token, id) = (hidden(&page, "token"), hidden(&page, "id"));
    let with = |name: &str, value: &str| {
        let mut pairs = vec![("token", token.as_str()), ("id", id.as_str())];
        pairs.extend(typed(&service));
        let pairs: Vec<(&str, &str)> = pairs
            .into_iter()
            .map(|pair| {
                if pair.0 == name {
                    (pair.0, value)
                } else {
                    pair
                }
            })
            .collect();
        server.form(PAGE, &pairs)
    };
    let forged = with("token", "abc.def");
    assert!(
        forged.body.contains("token: it does not hold"),
        "{}",
        forged.body
    );
    // The next try is under a token that holds.
    assert_ne!(hidden(&forged.body, "token"), "abc.def");
    let long = "x".repeat(10_001);
    for (name, value, word) in [
        ("id", "../x", "id: expected"),
        ("service", "none", "no service `none`"),
        ("name", " ", "name: it has 0"),
        ("email", "a b@c", "email"),
        (
            "url",
            "javascript:alert(1)",
            "url: expected the address of a page",
        ),
        ("text", &long, "text: it has 10001"),
    ] {
        desk.tick();
        let refused = with(name, value);
        // What was refused for its words is counted; a minute gives one more.
        for _ in 0..60 {
            desk.tick();
        }
        desk.clock.set(desk.clock.now().plus_millis(60_000));
        assert_eq!(refused.status, 200, "{name}: {}", refused.body);
        assert!(refused.body.contains(word), "{name}: {}", refused.body);
    }
    assert_eq!(conversations(&server).len(), 0);
    // A page of another site sends nothing.
    let request = agent()
        .post(server.url(PAGE))
        .header("origin", "https://evil.example");
    let elsewhere = answer(request.send_form([("token", token.as_str())]));
    assert_eq!(elsewhere.status, 403, "{}", elsewhere.body);
}

#[test]
fn script_in_a_request_is_words() {
    let (desk, server) = Desk::served(STORY);
    published(&desk, &server, "<script>alert(1)</script>");
    let page = server.get(PAGE).body;
    assert!(!page.contains("<script>"), "{page}");
    let script = "<img src=x onerror=alert(1)>";
    let fields = [
        ("name", script),
        ("email", "pia@fjord.example"),
        ("company", script),
        ("service", ""),
        ("text", script),
    ];
    desk.tick();
    let sent = send(&server, &page, &fields);
    assert_eq!(sent.status, 303, "{}", sent.body);
    desk.tick();
    let told = conversations(&server)[0]["conversation"]
        .as_str()
        .unwrap()
        .to_owned();
    let shown = server.get(&format!("/conversations/{told}")).body;
    assert!(
        shown.contains("onerror") && !shown.contains("<img src=x"),
        "{shown}"
    );
}

#[test]
fn one_contact_asks_for_five_things_at_once_and_for_no_sixth() {
    let (desk, server) = Desk::served(STORY);
    let service = published(&desk, &server, "Shop set-up");
    let page = server.get(PAGE).body;
    let token = hidden(&page, "token");
    let mut answers = Vec::new();
    for number in 0..6 {
        desk.tick();
        let id = format!("n{number}");
        let mut pairs = vec![("token", token.as_str()), ("id", id.as_str())];
        pairs.extend(typed(&service));
        answers.push(server.form(PAGE, &pairs));
    }
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [303, 303, 303, 303, 303, 200]);
    assert!(
        answers[5].body.contains("Try again in"),
        "{}",
        answers[5].body
    );
}

/// A request by the API, with some fields besides those that it must have.
fn ask(desk: &Desk, server: &Server, fields: &Value) -> Answer {
    let mut draft = json!({"name": "Pia", "email": "pia@fjord.example", "text": "Please"});
    for (name, value) in fields.as_object().unwrap() {
        draft[name] = value.clone();
    }
    post(desk, server, "/requests", &draft)
}

fn prefer(desk: &Desk, server: &Server, preferences: &Value) {
    let set = post(desk, server, "/job-preferences", preferences);
    assert_eq!(set.status, 200, "{}", set.body);
}

#[track_caller]
fn refused(answer: &Answer, kind: &str, words: &str) {
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert_eq!(answer.json()["type"], kind, "{}", answer.body);
    assert!(answer.body.contains(words), "{}", answer.body);
}

#[test]
fn a_service_or_a_kind_of_customer_that_is_not_taken_is_refused_by_name() {
    let (desk, server) = Desk::served(STORY);
    let service = published(&desk, &server, "Shop set-up");
    let other = published(&desk, &server, "Painting");
    let ask = |fields: Value| ask(&desk, &server, &fields);
    let wanted = json!({"customers": ["Shops"], "services": ["shop set-up"]});
    prefer(&desk, &server, &wanted);
    refused(
        &ask(json!({"service": other})),
        "not_taken",
        "service: `Painting` is not taken here; expected one of shop set-up",
    );
    refused(
        &ask(json!({"customer": "Banks"})),
        "not_taken",
        "customer: `Banks` is not taken here; expected one of Shops",
    );
    assert_eq!(
        ask(json!({"service": service, "customer": "shops"})).status,
        200
    );
    assert_eq!(jobs(&server)[0]["attributes"]["customer"], "shops");
    // What is not taken is not offered.
    let shown = server.get(PAGE).body;
    assert!(
        !shown.contains("Painting") && shown.contains("<option>Shops"),
        "{shown}"
    );
    let matched = ask(json!({"request": "matching", "service": service}));
    let matched = matched.json()["ticket"].clone();
    assert!(matched.as_str().unwrap().starts_with("job-"), "{matched}");
    let nothing = ask(json!({"request": "matching"}));
    refused(&nothing, "not_taken", "service");
}

#[test]
fn where_no_work_is_taken_the_form_says_so_in_the_admins_words_and_imports_come_in() {
    let (desk, server) = Desk::served(STORY);
    let service = published(&desk, &server, "Shop set-up");
    let page = server.get(PAGE).body;
    let ask = |fields: Value| ask(&desk, &server, &fields);
    let prefer = |preferences: Value| prefer(&desk, &server, &preferences);
    let matching = || ask(json!({"request": "matching", "service": service}));
    prefer(json!({"matched": false, "closed_text": "Back in May."}));
    refused(&matching(), "not_available", "Back in May.");
    assert_eq!(ask(json!({"service": service})).status, 200);
    prefer(json!({"available": false}));
    refused(&ask(json!({})), "not_available", "Back in May.");
    let direct = json!({"pipeline": "jobs", "request": "direct"});
    let direct = post(&desk, &server, "/tickets", &direct);
    refused(&direct, "not_available", "Back in May.");
    let shown = server.get(PAGE).body;
    assert!(
        shown.contains("Back in May.") && !shown.contains("<form"),
        "{shown}"
    );
    let late = send(&server, &page, &typed(&service));
    assert!(
        late.status == 200 && late.body.contains("Back in May."),
        "{}",
        late.body
    );
    let before = jobs(&server).len();
    desk.post_story(
        "21 09:00 ticket.opened ticket=imported pipeline=jobs request=matching service=painting",
    );
    assert_eq!(jobs(&server).len(), before + 1);
    prefer(json!({"available": true, "closed_text": ""}));
    refused(
        &matching(),
        "not_available",
        "no jobs are matched to this desk",
    );
}

#[test]
fn a_visitor_asks_in_the_widget_is_answered_there_and_nobody_else_reads_it() {
    let (desk, server) = Desk::served(STORY);
    let page = Page::new(&server);
    let offered = |page: &Page<'_>| page.post("session", &json!({})).json()["request"].clone();
    assert_eq!(offered(&page), Value::Null);
    let service = published(&desk, &server, "Shop set-up");
    assert_eq!(
        offered(&page)["services"][0]["price_from"],
        json!({"amount": 900.0, "currency": "EUR"})
    );
    let body = json!({"id": "r1", "name": "Pia", "email": "pia@fjord.example", "service": service, "text": "Please"});
    for _ in 0..2 {
        desk.tick();
        let sent = page.post("requests", &body);
        assert_eq!(sent.status, 200, "{}", sent.body);
    }
    desk.tick();
    let thread = page.thread();
    assert_eq!(thread["messages"].as_array().unwrap().len(), 1, "{thread}");
    let id = thread["conversation"].as_str().unwrap();
    assert!(id.starts_with("form-"), "{id}");
    let reply = json!({"text": "Gladly.", "rep": "ada"});
    assert_eq!(
        post(
            &desk,
            &server,
            &format!("/conversations/{id}/messages"),
            &reply
        )
        .status,
        200
    );
    assert_eq!(page.thread()["messages"][1]["name"], "Ada");
    // They go on in it.
    let sent = page.post(
        "messages",
        &json!({"id": "m1", "text": "When can you begin?"}),
    );
    assert_eq!(sent.status, 200, "{}", sent.body);
    desk.tick();
    assert_eq!(page.thread()["messages"].as_array().unwrap().len(), 3);
    assert_eq!(jobs(&server)[0]["stage"], "awaiting_us");
    assert_eq!(Page::new(&server).thread()["messages"], json!([]));
    let set = post(&desk, &server, "/job-preferences", &json!({"shown": false}));
    assert_eq!(set.status, 200, "{}", set.body);
    assert_eq!(offered(&page), Value::Null);
    assert!(
        server.get(PAGE).body.contains("<form"),
        "who has the address may ask"
    );
}

#[test]
fn an_odd_request_of_a_visitor_is_refused_by_name_and_another_one_is_not_taken_for_the_first() {
    let (desk, server) = Desk::served(STORY);
    let page = Page::new(&server);
    published(&desk, &server, "Shop set-up");
    let body = json!({"id": "r1", "name": "Pia", "email": "pia@fjord.example", "text": "Please"});
    assert_eq!(page.post("requests", &body).status, 200);
    for (field, value) in [
        ("id", json!("a b")),
        ("email", json!("x")),
        ("request", json!("both")),
        ("colour", json!(1)),
    ] {
        let mut odd = body.clone();
        odd["id"] = json!("r2");
        odd[field] = value;
        let refused = page.post("requests", &odd);
        assert_eq!(refused.status, 400, "{field}: {}", refused.body);
        assert!(refused.body.contains(field), "{field}: {}", refused.body);
    }
    // Another one under the same name is not taken for the first.
    let mut other = body.clone();
    other["text"] = json!("Something else");
    desk.clock.set(desk.clock.now().plus_millis(300_000));
    assert_eq!(page.post("requests", &other).status, 409);
    let unknown = Page {
        token: "none".to_owned(),
        ..Page::new(&server)
    };
    assert_eq!(unknown.post("requests", &body).status, 401);
}

#[test]
fn a_user_puts_no_request_into_a_contacts_mouth() {
    let (desk, server) = Desk::served(STORY);
    published(&desk, &server, "Shop set-up");
    let ada = svar::command::UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        ..svar::command::UserDraft::default()
    };
    let cli = svar::command::Caller::live(svar::command::Identity::Cli, svar::command::Role::Admin);
    let user = desk.app.set_up(&cli, ada, "three good words").unwrap();
    let user = svar::command::Caller::live(
        svar::command::Identity::User(user.id.unwrap()),
        svar::command::Role::Admin,
    );
    let draft = svar::command::RequestDraft {
        name: "Pia".to_owned(),
        email: "pia@fjord.example".to_owned(),
        text: "Please".to_owned(),
        ..svar::command::RequestDraft::default()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refused = runtime
        .block_on(desk.app.take_request(user, draft))
        .unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("only a contact writes as a contact"),
        "{refused}"
    );
    // Nor does the page tell others than admins where it is opened.
    let id = server.get("/api/v1/services").status;
    assert_eq!(id, 401);
    let shown = server.get(PAGE).body;
    assert!(shown.contains("<form"), "{shown}");
}

/// What of the widget has this selector.
fn inside(css: &str) -> String {
    format!("{INSIDE}.querySelector('{css}')")
}

/// Opens the widget and its form.
fn open_form(browser: &Browser) {
    browser.wait("document.querySelector('svar-chat')");
    browser.run("SvarChat.open()");
    browser.wait(&format!("!{}.hidden", inside(".ask")));
    browser.run(&format!("{}.click()", inside(".ask")));
    browser.wait(&format!(
        "!{}.hidden && {}",
        inside(".request"),
        inside(".request select option:nth-child(2)")
    ));
}

#[test]
fn in_a_browser_what_is_typed_into_the_form_survives_a_reload_and_is_sent_once() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let (desk, server) = Desk::served(STORY);
    published(&desk, &server, "Shop set-up");
    let_look_inside(&browser);
    browser.open(&server.url("/widget/demo"));
    open_form(&browser);
    browser.run(&format!(
        "const form = {}; form.elements.name.value = 'Pia'; form.elements.email.value = 'pia@fjord.example'; \
         form.elements.text.value = 'A shop, please'; form.elements.service.selectedIndex = 1; \
         form.dispatchEvent(new Event('input')); window.isOld = true; location.reload(); return 1",
        inside(".request")
    ));
    browser.wait("!window.isOld && document.readyState === 'complete'");
    open_form(&browser);
    let kept = browser.run(&format!(
        "return {}.elements.text.value",
        inside(".request")
    ));
    assert_eq!(kept, "A shop, please");
    if let Some(axe) = axe() {
        assert_eq!(faults(&browser, &axe), Vec::<String>::new());
    }
    desk.tick();
    browser.run(&format!(
        "const file = new DataTransfer(); file.items.add(new File(['png'], 'plan.png', {{ type: 'image/png' }})); \
         {form}.elements.files.files = file.files; {form}.querySelector('.send').click(); {form}.querySelector('.send').click(); return 1",
        form = inside(".request")
    ));
    browser.wait(&format!(
        "{}.hidden && {}.textContent.includes('Thank you.')",
        inside(".request"),
        inside(".told")
    ));
    desk.tick();
    let list = conversations(&server);
    let [line] = list.as_slice() else {
        panic!("{list:?}")
    };
    let told = line["conversation"].as_str().unwrap();
    let told = server.get(&format!("/api/v1/conversations/{told}")).json();
    assert_eq!(told["messages"][0]["attachments"][0]["name"], "plan.png");
    assert_eq!(jobs(&server)[0]["service"], "Shop set-up");
    // What is answered is read where it was asked.
    let id = list[0]["conversation"].as_str().unwrap();
    let reply = json!({"text": "Gladly, from Monday.", "rep": "ada"});
    let path = format!("/conversations/{id}/messages");
    assert_eq!(post(&desk, &server, &path, &reply).status, 200);
    browser.wait(&format!(
        "{log}.innerText.includes('A shop, please') && {log}.innerText.includes('Gladly')",
        log = inside(".log")
    ));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
