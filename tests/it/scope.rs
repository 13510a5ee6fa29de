//! What somebody of a limited scope is told: nothing, by any route, of what is out of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use svar::app::{App, TokenDraft};
use svar::command::{Caller, Identity, Role, ScopeDraft, ScopeKind, UserDraft};
use svar::web::access::{API, Rule};
use svar::web::page_access::PAGES;

use crate::desk::{Answer, Desk, Server, agent, answer};

/// Ben and Ann are in the team `x`, Cleo is in `y`. What Ben has and what is joined to it is
/// called `shown-…`, all else `hidden-…`, in ids and words.
const STORY: &str = "
    20 09:00 team.upserted team=x
    20 09:00 team.upserted team=y
    20 09:00 rep.upserted rep=ben team=x
    20 09:00 rep.upserted rep=ann team=x
    20 09:00 rep.upserted rep=cleo team=y
    20 09:00 contact.upserted contact=shown-p1 name=Shown-Name company={\"name\":\"Shown-Ltd\"}
    20 09:00 contact.upserted contact=hidden-p2 name=Hidden-Name company={\"name\":\"Hidden-Ltd\"} attributes={\"plan\":\"hidden-plan\"}
    20 09:00 contact.upserted contact=hidden-p5 name=Hidden-Five
    30 09:00 conversation.started conversation=shown-c1 contact=shown-p1 subject=Shown-subject
    30 09:00 message.added conversation=shown-c1 message=shown-m1 author=contact text=Where-is-the-parcel-shown
    30 09:01 question.asked conversation=shown-c1 question=shown-q1 text=Where-is-the-parcel-shown outcome=unanswered
    30 09:02 conversation.assigned conversation=shown-c1 to=rep:ben
    30 09:05 message.added conversation=shown-c1 message=shown-m2 author=rep:ben text=Shown-reply
    30 09:06 conversation.tagged conversation=shown-c1 tag=vip
    30 10:00 conversation.started conversation=hidden-c2 contact=hidden-p2 subject=Hidden-subject inbox=eu
    30 10:00 message.added conversation=hidden-c2 message=hidden-m2 author=contact text=Where-is-the-parcel-hidden
    30 10:01 question.asked conversation=hidden-c2 question=hidden-q2 text=Where-is-the-parcel-hidden outcome=unanswered
    30 10:02 conversation.assigned conversation=hidden-c2 to=rep:cleo
    30 10:05 message.added conversation=hidden-c2 message=hidden-m3 author=rep:cleo text=Hidden-reply
    30 10:06 csat.rated conversation=hidden-c2 score=5
    30 10:07 feedback.given conversation=hidden-c2 rating=so-so
    30 11:00 conversation.started conversation=hidden-c3 contact=hidden-p2
    30 11:00 message.added conversation=hidden-c3 message=hidden-m4 author=contact text=parcel-hidden-team
    30 11:01 conversation.assigned conversation=hidden-c3 to=team:x
    30 12:00 conversation.started conversation=hidden-c4 contact=hidden-p2
    30 12:00 message.added conversation=hidden-c4 message=hidden-m5 author=contact text=parcel-hidden-nobody
    30 13:00 conversation.started conversation=shown-c6 contact=shown-p1
    30 13:00 message.added conversation=shown-c6 message=shown-m6 author=contact text=parcel-shown-ticket
    30 13:01 conversation.assigned conversation=shown-c6 to=customer_agent
    30 13:02 ticket.opened ticket=shown-t6 conversation=shown-c6 owner=cleo
    30 13:03 ticket.assigned ticket=shown-t6 reps=cleo,ben
    30 14:00 ticket.opened ticket=hidden-t7 conversation=hidden-c2 owner=cleo contact=hidden-p2
    30 14:00 ticket.opened ticket=hidden-t8 owner=ann contact=hidden-p5
    30 15:00 conversation.started conversation=hidden-c9 contact=hidden-p2
    30 15:00 message.added conversation=hidden-c9 message=hidden-m9 author=contact text=parcel-hidden-merged
    30 15:01 conversation.assigned conversation=hidden-c9 to=rep:ben
    30 15:02 conversation.merged conversation=hidden-c9 into=hidden-c2
    30 16:00 conversation.started conversation=shown-c10 contact=shown-p1
    30 16:00 message.added conversation=shown-c10 message=shown-m10 author=contact text=parcel-shown-merged
    30 16:01 conversation.assigned conversation=shown-c10 to=rep:cleo
    30 16:02 conversation.merged conversation=shown-c10 into=shown-c1
";

const CONVERSATIONS: [&str; 8] = [
    "shown-c1",
    "hidden-c2",
    "hidden-c3",
    "hidden-c4",
    "shown-c6",
    "hidden-c9",
    "shown-c10",
    "none",
];
const PASSWORD: &str = "three good words";

fn admin() -> Caller {
    Caller::live(Identity::Cli, Role::Admin)
}

fn scope(kind: ScopeKind) -> ScopeDraft {
    ScopeDraft {
        kind,
        ..ScopeDraft::default()
    }
}

fn draft(name: &str, role: Role, kind: ScopeKind) -> UserDraft {
    UserDraft {
        email: format!("{name}@shop.example"),
        name: name.to_owned(),
        role,
        rep: Some(name.to_owned()),
        scope: Some(scope(kind)),
        ..UserDraft::default()
    }
}

/// The story, topics among it, with Ada as admin and Ben who sees his own.
fn desk() -> (Desk, Server) {
    let desk = Desk::new();
    desk.post_story(STORY);
    svar::work::group_questions(&desk.app).unwrap();
    let ada = UserDraft {
        email: "ada@shop.example".to_owned(),
        name: "Ada".to_owned(),
        ..UserDraft::default()
    };
    desk.app.set_up(&admin(), ada, PASSWORD).unwrap();
    desk.app
        .save_user(&admin(), draft("ben", Role::Rep, ScopeKind::Own))
        .unwrap();
    pass(&desk);
    let server = Server::start(&desk.app);
    (desk, server)
}

/// Lets a second pass: what is done at one instant of the clock is not seen before it moves.
fn pass(desk: &Desk) {
    desk.clock.set(desk.clock.now().plus_millis(1_000));
    desk.app.settle().unwrap();
}

/// Signs somebody in, and gives their cookie.
fn cookie(app: &App, user: &str) -> String {
    let link = app.invite(&admin(), user).unwrap().path;
    let link = link.split_once("link=").unwrap().1.to_owned();
    format!(
        "svar_session={}",
        app.join(&link, PASSWORD, "").unwrap().session().unwrap()
    )
}

/// A token of a rep's role with a scope, for the rep.
fn token(app: &App, rep: Option<&str>, scope: ScopeDraft) -> String {
    let draft = TokenDraft {
        name: "t".to_owned(),
        role: Role::Rep,
        rep: rep.map(str::to_owned),
        scope: Some(scope),
        days: None,
    };
    app.create_token(&admin(), &draft).unwrap().secret
}

fn get(server: &Server, path: &str, cookie: &str) -> Answer {
    let request = agent().get(server.url(path)).header("cookie", cookie);
    answer(request.call())
}

fn post(server: &Server, path: &str, cookie: &str, body: &Value) -> Answer {
    let request = agent().post(server.url(path)).header("cookie", cookie);
    let request = request.header("content-type", "application/json");
    answer(request.send(body.to_string()))
}

/// The conversations that somebody with a token lists, opens and counts.
fn seen(server: &Server, token: &str) -> BTreeSet<String> {
    let get = |path: &str| {
        let request = agent().get(server.url(path));
        answer(
            request
                .header("authorization", format!("Bearer {token}"))
                .call(),
        )
    };
    let opened = CONVERSATIONS
        .iter()
        .filter(|id| get(&format!("/api/v1/conversations/{id}")).status == 200);
    let opened: BTreeSet<String> = opened.map(|id| (*id).to_owned()).collect();
    let mut listed = BTreeSet::new();
    let mut counted = 0;
    for view in ["open", "agent", "closed", "spam"] {
        let list = get(&format!("/api/v1/conversations?view={view}")).json();
        let items = list["items"].as_array().unwrap().iter();
        listed.extend(items.map(|item| item["conversation"].as_str().unwrap().to_owned()));
        counted += list["counts"][view].as_u64().unwrap();
    }
    assert_eq!(counted, listed.len() as u64);
    // Merged ones are on no list, and can be opened.
    let merged = ["hidden-c9", "shown-c10"];
    let plain = opened.iter().filter(|id| !merged.contains(&id.as_str()));
    assert_eq!(plain.cloned().collect::<BTreeSet<_>>(), listed);
    opened
}

#[test]
fn each_scope_sees_what_it_says() {
    let (desk, server) = desk();
    let teams = |teams: &[&str], inboxes: &[&str]| ScopeDraft {
        kind: ScopeKind::Teams,
        teams: teams.iter().map(|id| (*id).to_owned()).collect(),
        inboxes: inboxes.iter().map(|id| (*id).to_owned()).collect(),
    };
    for (rep, scope, wanted) in [
        (
            Some("ben"),
            scope(ScopeKind::Own),
            &["shown-c1", "shown-c10", "shown-c6"][..],
        ),
        (
            Some("cleo"),
            scope(ScopeKind::Own),
            &["hidden-c2", "hidden-c9", "shown-c6"],
        ),
        (Some("ann"), scope(ScopeKind::Own), &[]),
        (
            Some("ann"),
            teams(&[], &[]),
            &["hidden-c3", "shown-c1", "shown-c10", "shown-c6"],
        ),
        (None, teams(&[], &["eu"]), &["hidden-c2", "hidden-c9"]),
        (
            None,
            teams(&["y"], &[]),
            &["hidden-c2", "hidden-c9", "shown-c6"],
        ),
        (
            Some("ben"),
            scope(ScopeKind::All),
            &[
                "hidden-c2",
                "hidden-c3",
                "hidden-c4",
                "hidden-c9",
                "shown-c1",
                "shown-c10",
                "shown-c6",
            ],
        ),
    ] {
        let token = token(&desk.app, rep, scope.clone());
        let wanted = wanted.iter().map(|id| (*id).to_owned()).collect();
        assert_eq!(seen(&server, &token), wanted, "{rep:?} {scope:?}");
    }
}

/// The paths of a rule about reports: each report, cut and filtered in all kinds of ways.
fn report_paths(rule: &Rule) -> Option<Vec<String>> {
    let path = rule.path;
    let reports: Vec<&str> = svar::report::registry::all()
        .map(|report| report.id)
        .collect();
    if path.starts_with("/panels") {
        return Some(reports.iter().map(|id| format!("/panels/{id}")).collect());
    }
    if !path.starts_with("/reports/{id}") {
        return None;
    }
    let window = "from=2026-10-01&to=2026-11-02";
    let at = |id: &str, rest: &str| format!("{}?{window}{rest}", path.replace("{id}", id));
    let mut all = Vec::new();
    for id in &reports {
        for rest in [
            "",
            "&by=contact",
            "&by=company",
            "&by=rep",
            "&by=inbox",
            "&by=attr.plan",
            "&state=excluded",
            "&state=open",
            "&state=pending",
            "&state=unconcerned",
            "&as_of=2026-10-30T18:00:00Z",
            "&profile=zendesk-72h",
        ] {
            all.push(at(id, rest));
        }
        if path == "/reports/{id}" {
            all.push(at(&format!("{id}.csv"), "&by=contact"));
        }
    }
    Some(all)
}

/// The paths of a list of the desk, in all its views.
fn list_paths(path: &str) -> Option<Vec<String>> {
    let queries: &[&str] = match path {
        "/conversations" | "/inbox" => &[
            "view=open",
            "view=agent",
            "view=closed",
            "view=unassigned",
            "view=waiting",
            "view=mine",
            "view=unread",
            "view=snoozed",
            "view=open&q=hidden",
            "view=open&q=parcel",
        ],
        "/tickets" => &[
            "view=all",
            "view=at_risk",
            "view=closed",
            "q=hidden",
            "q=parcel",
            "view=all&sort=due&rep=cleo",
            "view=board&pipeline=support",
        ],
        _ => return None,
    };
    let paths = queries.iter().map(|query| format!("{path}?{query}"));
    Some(paths.collect())
}

/// Every path of a rule, for each thing that is shown: conversations, tickets, contacts, topics,
/// reports; and with each report's rows.
fn paths(rule: &Rule, topic: &str) -> Vec<String> {
    let path = rule.path;
    let each = |ids: &[&str]| ids.iter().map(|id| path.replace("{id}", id)).collect();
    if path.starts_with("/conversations/{id}") {
        return each(&["shown-c1", "shown-c6", "shown-c10"]);
    }
    if path.starts_with("/tickets/") {
        return each(&["shown-t6"]);
    }
    if path.starts_with("/contacts") {
        return each(&["shown-p1"]);
    }
    if path.starts_with("/dashboards/{id}") {
        return each(&["team", "customer-agent", "sla", "jobs", "knowledge"]);
    }
    if path.contains("{topic}") {
        return vec![path.replace("{topic}", topic)];
    }
    if let Some(all) = report_paths(rule) {
        return all;
    }
    if path == "/search" {
        let of = |rest: &str| format!("/search?q=parcel{rest}");
        return vec![
            of(""),
            of("&kind=message"),
            of("&limit=1"),
            "/search?q=hidden".to_owned(),
        ];
    }
    if path == "/knowledge/gaps" {
        let of = |rest: &str| format!("/knowledge/gaps?q={rest}");
        return vec![of(""), of("parcel"), of(&format!("&topic={topic}"))];
    }
    if let Some(all) = list_paths(path) {
        return all;
    }
    if path == "/inbox/new" {
        return vec!["/inbox/new?q=parcel".to_owned(), path.to_owned()];
    }
    let is_desks = ["alerts", "answers", "tasks", "canned-replies", "saved"]
        .iter()
        .any(|word| path.contains(word));
    assert!(!path.contains("{id}") || is_desks, "{path} has no row here");
    vec![path.replace("{id}", "none").replace("{name}", "none")]
}

#[test]
fn nothing_that_can_be_asked_tells_of_what_is_out_of_scope() {
    let (desk, server) = desk();
    let gaps = desk.app.knowledge().gaps(&svar::app::GapQuery {
        paging: svar::app::Paging::first(10),
        ..svar::app::GapQuery::default()
    });
    let topic = &gaps.items[0].topic;
    assert_eq!(gaps.items[0].questions, 2, "{gaps:?}");
    let ben = cookie(&desk.app, "ben");
    let ada = cookie(&desk.app, "ada");
    let mut asked = 0;
    let mut shown = 0;
    let rules = API.iter().map(|rule| ("/api/v1", rule));
    let rules = rules.chain(PAGES.iter().map(|rule| ("", rule)));
    for (root, rule) in rules.filter(|(_, rule)| rule.method == "GET") {
        let is_open = rule.least.is_some_and(|least| least <= Role::Rep);
        // What is told live has its own test.
        let is_probe = ["/metrics", "/stream"].contains(&rule.path);
        if !is_open || is_probe {
            continue;
        }
        for path in paths(rule, topic) {
            let path = format!("{root}{path}");
            let told = get(&server, &path, &ben);
            assert_ne!(told.status, 500, "{path}: {}", told.body);
            let body = told.body.to_lowercase();
            // What was sought stands in the field.
            let body = body
                .replace("value=\"hidden\"", "")
                .replace("“hidden”", "")
                .replace("q=hidden", "");
            for word in ["hidden-", "parcel-hidden"] {
                if let Some(at) = body.find(word) {
                    let around = body.get(at.saturating_sub(200)..at + 40);
                    panic!("{path}: …{}…", around.unwrap_or_default());
                }
            }
            asked += 1;
            shown += usize::from(body.contains("shown-"));
        }
    }
    assert!(asked > 500 && shown > 100, "{asked} {shown}");
    // CSV of rows is by the head of the request.
    for (who, has) in [(&ben, false), (&ada, true)] {
        let request = agent().get(
            server.url("/api/v1/reports/unanswered_questions/rows?from=2026-10-01&by=contact"),
        );
        let csv = answer(
            request
                .header("cookie", who)
                .header("accept", "text/csv")
                .call(),
        );
        assert_eq!(csv.status, 200, "{}", csv.body);
        assert!(csv.body.contains("shown-c1"), "{}", csv.body);
        assert_eq!(csv.body.contains("hidden-c2"), has, "{}", csv.body);
    }
}

/// What is sent to each route that changes something of a conversation, ticket or contact.
fn body_of(path: &str) -> Option<Value> {
    let end = path.split_once("{id}").map_or("", |(_, end)| end);
    Some(match end {
        "/assign" if path.starts_with("/tickets") => json!({"reps": []}),
        "/assign" => json!({"to": {"kind": "nobody"}}),
        "/feedback" => json!({"rating": "helpful"}),
        "/handoff" => json!({"reason": "asked"}),
        "/mark" => json!({"mark": "spam", "on": true}),
        "/merge" => json!({"into": "shown-c6"}),
        "/attendees" => json!({"state": "viewing"}),
        "/messages/{message}/forward" => json!({"to": ["x@y.example"]}),
        "/messages" | "/messages/{message}/edit" | "/draft" | "/send" | "/files" => {
            json!({"text": "x"})
        }
        "/split" => json!({"from_message": "hidden-m3"}),
        "/block" => json!({"name": "x"}),
        "/apply" => json!({"canned_reply": "none"}),
        "/snooze" | "/read" => json!({"until": "2036-01-01T00:00:00Z"}),
        "/stage" => json!({"stage": "closed"}),
        "/update" => json!({"subject": "x"}),
        "/review" => json!({"communication": 1, "quality": 1}),
        "/tags" => json!({"add": ["x"]}),
        "/messages/{message}/redact"
        | "/reopen"
        | "/survey"
        | "/remind"
        | "/take-back"
        | "/resolve"
        | "/unmerge"
        | "/unread"
        | "/wake"
        | "/take"
        | "/view"
        | "/decline"
        | "/complete"
        | "/proposals"
        | "/invoices"
        | "/proposals/{part}/accept"
        | "/proposals/{part}/decline"
        | "/proposals/{part}/withdraw"
        | "/invoices/{part}/pay"
        | "/invoices/{part}/void" => json!({}),
        _ => return None,
    })
}

#[test]
fn an_id_of_another_scope_is_404_on_every_route_as_one_that_is_not_there() {
    let (desk, server) = desk();
    let ben = cookie(&desk.app, "ben");
    let plain = |text: &str, id: &str| {
        let text = text.replace(id, "ID");
        let cut = regex::Regex::new(r#""request_id":"[^"]*""#).unwrap();
        cut.replace_all(&text, "").into_owned()
    };
    let before = desk.app.position();
    let mut routes = 0;
    for (root, rules) in [("/api/v1", API), ("", PAGES)] {
        for rule in rules {
            let things = [
                ("/conversations/{id}", ["hidden-c2", "hidden-c9"]),
                ("/tickets/{id}", ["hidden-t7", "hidden-t8"]),
                ("/contacts/{id}", ["hidden-p2", "hidden-p5"]),
            ];
            let thing = things
                .iter()
                .find(|(start, _)| rule.path.starts_with(start));
            let Some((_, ids)) = thing.filter(|_| rule.least <= Some(Role::Rep)) else {
                continue;
            };
            routes += 1;
            for id in ids {
                let ask = |id: &str| {
                    let path = rule
                        .path
                        .replace("{id}", id)
                        .replace("{message}", "hidden-m3");
                    let path = format!("{root}{path}");
                    if rule.method == "GET" {
                        return get(&server, &path, &ben);
                    }
                    if root.is_empty() {
                        let request = agent().post(server.url(&path)).header("cookie", &ben);
                        return answer(request.send_form([("do", "resolve")]));
                    }
                    let body = body_of(rule.path);
                    let body = body.unwrap_or_else(|| panic!("{} has no body here", rule.path));
                    post(&server, &path, &ben, &body)
                };
                let (there, nowhere) = (ask(id), ask("nowhere"));
                assert_eq!(there.status, 404, "{rule:?} {id}: {}", there.body);
                assert_eq!(nowhere.status, 404, "{rule:?}: {}", nowhere.body);
                assert_eq!(
                    plain(&there.body, id),
                    plain(&nowhere.body, "nowhere"),
                    "{rule:?}"
                );
            }
        }
    }
    assert!(routes >= 20, "{routes}");
    assert_eq!(desk.app.position(), before, "nothing was written");
}

#[test]
fn what_another_conversation_is_named_by_tells_nothing_either() {
    let (desk, server) = desk();
    let ben = cookie(&desk.app, "ben");
    // Whom a conversation would go into has to be seen as well, and its id cannot be guessed.
    let merge = post(
        &server,
        "/api/v1/conversations/shown-c6/merge",
        &ben,
        &json!({"into": "hidden-c2"}),
    );
    assert_eq!(merge.status, 404, "{}", merge.body);
    let split = json!({"from_message": "shown-m2", "into": "hidden-c2"});
    let split = post(
        &server,
        "/api/v1/conversations/shown-c1/split",
        &ben,
        &split,
    );
    assert_eq!(split.status, 400, "{}", split.body);
    assert!(!split.body.contains("there already"), "{}", split.body);
}

#[test]
fn who_gives_a_conversation_away_sees_it_no_more_and_who_gets_one_does_at_once() {
    let (desk, server) = desk();
    let ben = cookie(&desk.app, "ben");
    let cleo = json!({"to": {"kind": "rep", "id": "cleo"}});
    pass(&desk);
    let given = post(
        &server,
        "/api/v1/conversations/shown-c1/assign",
        &ben,
        &cleo,
    );
    assert_eq!(given.status, 200, "{}", given.body);
    assert_eq!(
        post(
            &server,
            "/api/v1/conversations/shown-c1/resolve",
            &ben,
            &json!({})
        )
        .status,
        404
    );
    pass(&desk);
    assert_eq!(get(&server, "/conversations/shown-c1", &ben).status, 404);
    let rows = get(
        &server,
        "/api/v1/reports/messages_by_hour/rows?from=2026-10-01",
        &ben,
    )
    .body;
    assert!(!rows.contains("shown-c1"), "{rows}");
    let command = svar::command::ConversationCommand {
        conversation: "hidden-c4".to_owned(),
        rep: None,
        action: svar::command::ConversationAction::Assign(svar::model::event::Assignee::Rep {
            id: svar::model::RepId::parse("ben").unwrap(),
        }),
    };
    pass(&desk);
    desk.app
        .write_now(&admin(), svar::command::Command::Conversation(command))
        .unwrap();
    pass(&desk);
    assert_eq!(get(&server, "/conversations/hidden-c4", &ben).status, 200);
    // Another scope holds from the next request on.
    let all = UserDraft {
        user: Some("ben".to_owned()),
        ..draft("ben", Role::Rep, ScopeKind::All)
    };
    desk.app.save_user(&admin(), all).unwrap();
    assert_eq!(get(&server, "/conversations/hidden-c2", &ben).status, 200);
}

#[test]
fn a_viewers_figures_are_of_what_they_see_and_the_page_says_so() {
    let (desk, server) = desk();
    let vic = UserDraft {
        rep: Some("ben".to_owned()),
        ..draft("vic", Role::Viewer, ScopeKind::Own)
    };
    desk.app.save_user(&admin(), vic).unwrap();
    let vic = cookie(&desk.app, "vic");
    let ada = cookie(&desk.app, "ada");
    let count = |who: &str, id: &str| {
        let path = format!("/api/v1/reports/{id}?from=2026-10-30&to=2026-10-31");
        get(&server, &path, who).json()["total"]["value"].clone()
    };
    // Two contact's messages and one reply; of the whole desk seven and two besides the merged.
    assert_eq!(count(&vic, "unanswered_questions"), 1);
    assert_eq!(count(&ada, "unanswered_questions"), 2);
    let page = get(&server, "/reports/unanswered_questions", &vic).body;
    assert!(page.contains("You see a part of the desk"), "{page}");
    let page = get(&server, "/reports/unanswered_questions", &ada).body;
    assert!(!page.contains("You see a part of the desk"));
    assert_eq!(get(&server, "/api/v1/me", &vic).json()["sees_all"], false);
}

/// Saves Eli, a rep, with other fields.
fn new_user(server: &Server, who: &str, fields: &Value) -> Answer {
    let mut body = json!({"email": "eli@shop.example", "name": "Eli", "role": "rep"});
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    post(server, "/api/v1/users", who, &body)
}

#[test]
fn a_scope_that_cannot_be_is_refused() {
    let (desk, server) = desk();
    let ada = cookie(&desk.app, "ada");
    let user = |fields: Value| new_user(&server, &ada, &fields);
    for (fields, field) in [
        (json!({"role": "admin", "scope": {"kind": "own"}}), "scope"),
        (json!({"role": "viewer", "scope": {"kind": "own"}}), "rep"),
        (json!({"scope": {"kind": "own", "teams": ["x"]}}), "teams"),
        (
            json!({"scope": {"kind": "all", "inboxes": ["x"]}}),
            "inboxes",
        ),
        (json!({"scope": {"kind": "teams", "teams": [""]}}), "teams"),
        (json!({"scope": {"kind": "mine"}}), "scope"),
        (json!({"scope": {"kind": "own", "more": 1}}), "scope"),
    ] {
        let refused = user(fields.clone());
        assert_eq!(refused.status, 400, "{fields}: {}", refused.body);
        assert!(refused.body.contains(field), "{fields}: {}", refused.body);
    }
}

#[test]
fn a_scope_is_set_by_api_and_page_and_stays_through_a_restart() {
    let (desk, server) = desk();
    let ada = cookie(&desk.app, "ada");
    let user = |fields: Value| new_user(&server, &ada, &fields);
    let teams = json!({"kind": "teams", "teams": ["y"], "inboxes": ["eu"]});
    let added = user(json!({"scope": teams}));
    assert_eq!(added.status, 200, "{}", added.body);
    let scope_of = |id: &str| {
        let list = get(&server, "/api/v1/users", &ada).json();
        let users = list["items"].as_array().unwrap().clone();
        users.into_iter().find(|user| user["user"] == id).unwrap()["scope"].clone()
    };
    assert_eq!(scope_of("eli"), teams);
    // Left out, it stays.
    assert_eq!(user(json!({"user": "eli", "name": "Elias"})).status, 200);
    assert_eq!(scope_of("eli"), teams);
    let form = [
        ("do", "save"),
        ("user", "eli"),
        ("name", "Eli"),
        ("email", "eli@shop.example"),
        ("rep", "eli"),
        ("role", "rep"),
        ("scope", "teams"),
        ("teams", "x, y"),
        ("inboxes", ""),
    ];
    let plain = ureq::Agent::config_builder()
        .max_redirects(0)
        .build()
        .new_agent();
    let request = plain.post(server.url("/people")).header("cookie", &ada);
    assert_eq!(answer(request.send_form(form)).status, 303);
    let page = get(&server, "/people", &ada);
    assert!(page.body.contains(r#"value="x, y""#), "{}", page.body);
    let before = scope_of("eli");
    assert_eq!(
        before,
        json!({"kind": "teams", "teams": ["x", "y"], "inboxes": []})
    );
    let audit = get(&server, "/audit", &ada).body;
    assert!(audit.contains("teams"), "{audit}");
    drop(server);
    let desk = desk.reopened();
    let people = desk.app.people();
    let kept = ScopeDraft::from(&people.user("eli").unwrap().scope);
    assert_eq!(serde_json::to_value(kept).unwrap(), before);
}

#[test]
fn a_token_of_a_rep_writes_in_that_reps_name_only() {
    let (desk, server) = desk();
    let token = token(&desk.app, Some("ben"), scope(ScopeKind::Own));
    let send = |body: Value| {
        let request = agent().post(server.url("/api/v1/conversations/shown-c1/messages"));
        let request = request.header("authorization", format!("Bearer {token}"));
        answer(
            request
                .header("content-type", "application/json")
                .send(body.to_string()),
        )
    };
    assert_eq!(send(json!({"text": "x", "rep": "cleo"})).status, 400);
    assert_eq!(send(json!({"text": "by ben"})).status, 200);
    pass(&desk);
    let one = desk.app.conversation("shown-c1").unwrap();
    let last = one.messages.last().unwrap();
    assert_eq!(last.author.id.as_deref(), Some("ben"));
}

/// Reads that show everything are for whoever has the folder in hand: a front has to say who asks.
#[test]
fn no_front_reads_without_saying_for_whom() {
    let unscoped = regex::Regex::new(
        r"app\s*\.(conversation|ticket|contact_view|search|ask_report|ask_rows|ask_why|report|rows|explain|present)\(",
    )
    .unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web");
    let files = crate::source::rust_files(&root);
    assert!(files.len() > 60);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        // Drawn for whoever has the app in hand.
        let is_crates = file.ends_with("page/picture.rs");
        if let Some(hit) = unscoped.find(&text).filter(|_hit| !is_crates) {
            panic!("{}: {}", file.display(), hit.as_str());
        }
    }
}

/// The synthetic desk, and as much of it as somebody of a scope sees, as a desk of its own.
fn whole_and_part(sight: &svar::command::Sight) -> (Desk, Desk) {
    let until = svar::model::Timestamp::parse(crate::desk::NOW).unwrap();
    let options = svar::demo::Options {
        conversations: 600,
        ..svar::demo::Options::new(until)
    };
    let events: Vec<_> = svar::demo::events(&options)
        .map(std::sync::Arc::new)
        .collect();
    let take = |events: &[std::sync::Arc<svar::model::Event>]| {
        let desk = Desk::new();
        desk.app
            .take(svar::app::Via::Import, "test", events)
            .unwrap();
        desk.app.settle().unwrap();
        desk
    };
    let whole = take(&events);
    let present = whole.app.present_to(sight);
    let kept = events.into_iter().filter(|event| {
        let body = &event.body;
        match (body.ticket(), body.conversation()) {
            (Some(ticket), _) => whole.app.ticket_at(&present, ticket).is_ok(),
            (None, Some(id)) => whole.app.conversation_at(&present, id).is_ok(),
            (None, None) => true,
        }
    });
    let kept: Vec<_> = kept.collect();
    let part = take(&kept);
    (whole, part)
}

#[test]
fn a_reports_figures_are_those_of_a_desk_that_has_nothing_else() {
    let scope = svar::command::Scope::Teams {
        teams: [svar::model::TeamId::parse("support").unwrap()].into(),
        inboxes: BTreeSet::new(),
    };
    let sight = scope.sight(None);
    let (whole, part) = whole_and_part(&sight);
    let present = whole.app.present_to(&sight);
    let mut differing = BTreeSet::new();
    let mut counted = 0;
    for report in svar::report::registry::all() {
        for query in ["", "every=week", "by=channel", "basis=", "compare=previous"] {
            let query = format!("from=2026-08-01&to=2026-11-01&{query}");
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let Ok(query) = svar::report::Query::parse(pairs, chrono_tz::Tz::UTC) else {
                panic!("{query}");
            };
            let told = |asked: Result<svar::app::Delivery<svar::report::ReportResult>, _>| {
                let Ok(svar::app::Delivery::Result(result)) = asked else {
                    return Value::Null;
                };
                let mut told = serde_json::to_value(result).unwrap();
                told["log_position"] = Value::Null;
                told
            };
            let all = told(whole.app.ask_report(report.id, &query));
            let seen = told(whole.app.ask_report_at(&present, report.id, &query));
            let own = told(part.app.ask_report(report.id, &query));
            counted += usize::from(all != seen);
            if seen != own {
                differing.insert(report.id);
            }
        }
    }
    // Of reps' statuses only those of the team's are told.
    let known = [
        "peak_available_reps",
        "rep_availability",
        "working_hours_availability",
    ];
    assert_eq!(differing, known.into(), "{differing:?}");
    assert!(counted > 100, "{counted}");
}
