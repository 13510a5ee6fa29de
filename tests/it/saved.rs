//! What people keep of reports: saved ones, dashboards of them, and links that show them outside.

use serde_json::{Value, json};
use svar::app::{Error, NewLink};
use svar::command::{
    Caller, Command, DashboardDraft, Identity, Role, SavedCommand, SavedReportDraft, ScopeDraft,
    ScopeKind, UserCommand, UserDraft,
};
use svar::model::event::{Audience, DashboardPanel, LinkTarget, PanelSource, PanelWidth};
use svar::model::{DAY_MS, DashboardId, SavedReportId};

use crate::desk::{Answer, Desk, Server};
use crate::desk_cli::svar;

const STORY: &str = "
    20 09:00 rep.upserted rep=ada name=Ada-Lovelace
    20 09:00 rep.upserted rep=ben name=Ben
    20 09:00 conversation.started conversation=c1 contact=p1 channel=chat
    20 09:00 message.added conversation=c1 message=m1 author=contact
    20 09:10 message.added conversation=c1 message=m2 author=rep:ada
    21 09:00 conversation.started conversation=c2 contact=p2 channel=email
    21 09:00 message.added conversation=c2 message=m3 author=contact
    21 09:30 message.added conversation=c2 message=m4 author=rep:ben
";

fn post(desk: &Desk, server: &Server, path: &str, body: &Value) -> Answer {
    desk.tick();
    let sent = server.post(&format!("/api/v1/{path}"), body);
    desk.tick();
    sent
}

fn saved(desk: &Desk, server: &Server, path: &str, body: &Value) -> String {
    let sent = post(desk, server, path, body);
    assert_eq!(sent.status, 200, "{}", sent.body);
    sent.json()["id"].as_str().unwrap().to_owned()
}

/// Presses a button of a form; the page that it leads to.
fn press(desk: &Desk, server: &Server, path: &str, pairs: &[(&str, &str)]) -> Answer {
    desk.tick();
    let pressed = server.form(path, pairs);
    desk.tick();
    match pressed.header("location") {
        "" => pressed,
        next => server.get(next.split('#').next().unwrap()),
    }
}

/// Holds that a page says something.
fn has(page: &Answer, words: &str) {
    assert!(page.body.contains(words), "{words} in {}", page.body);
}

fn by_rep(id: Option<&str>) -> Value {
    let mut draft = json!({"name": "Who answers how fast", "report": "first_response_time",
        "parameters": {"range": "last_90", "by": "rep", "where.channel": "chat,email"},
        "target": 900, "audience": "everybody"});
    if let Some(id) = id {
        draft["id"] = json!(id);
    }
    draft
}

#[test]
fn a_report_is_kept_changed_taken_away_and_brought_back() {
    let (desk, server) = Desk::served(STORY);
    let id = saved(&desk, &server, "saved-reports", &by_rep(None));
    let path = format!("/api/v1/saved-reports/{id}");
    let kept = server.get(&path).json();
    assert_eq!(kept["parameters"]["where.channel"], "chat,email");
    assert_eq!(
        (&kept["target"], &kept["chart"]),
        (&json!(900.0), &json!("over_time"))
    );
    assert_eq!(kept["owner"]["by"], "api");
    let mut draft = by_rep(Some(&id));
    draft["name"] = json!("Another name");
    assert_eq!(saved(&desk, &server, "saved-reports", &draft), id);
    let list = server.get("/api/v1/saved-reports").json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["name"], "Another name");
    let removed = post(
        &desk,
        &server,
        &format!("saved-reports/{id}/remove"),
        &json!({}),
    );
    assert_eq!(removed.status, 200);
    assert_eq!(
        server.get("/api/v1/saved-reports").json()["items"],
        json!([])
    );
    assert!(server.get(&path).json()["owner"]["removed_at"].is_string());
    let again = post(
        &desk,
        &server,
        &format!("saved-reports/{id}/remove"),
        &json!({}),
    );
    assert_eq!(again.status, 404);
    let back = post(
        &desk,
        &server,
        &format!("saved-reports/{id}/restore"),
        &json!({}),
    );
    assert_eq!(back.status, 200);
    let back = post(
        &desk,
        &server,
        &format!("saved-reports/{id}/restore"),
        &json!({}),
    );
    assert_eq!(back.status, 409, "{}", back.body);
    drop(server);
    let desk = desk.reopened();
    let kept = desk
        .app
        .saved_reports(&Caller::live(Identity::Api, Role::Admin));
    assert_eq!(kept.len(), 1);
    assert_eq!(
        (kept[0].name.as_str(), kept[0].target),
        ("Another name", Some(900.0))
    );
}

#[test]
fn what_cannot_be_asked_is_not_saved() {
    let (desk, server) = Desk::served(STORY);
    let with = |field: &str, value: Value| {
        let mut draft = by_rep(None);
        match field.strip_prefix("parameters.") {
            Some(name) => draft["parameters"][name] = value,
            None => draft[field] = value,
        }
        draft
    };
    let refused = [
        (with("report", json!("no_such")), 404, "no_such"),
        (with("parameters.by", json!("colour")), 400, "colour"),
        (with("parameters.by", json!("service")), 400, "service"),
        (with("parameters.range", json!("last_12")), 400, "last_7"),
        (with("parameters.where.x", json!("y")), 400, "x"),
        (
            with("parameters.from", json!("2026-05-01T00:00:00Z")),
            400,
            "parameters.from",
        ),
        (with("parameters.from", json!("2026-05-01")), 400, "both"),
        (with("parameters.week_start", json!("sun")), 400, "Mondays"),
        (with("name", json!("  ")), 400, "name"),
        (with("name", json!("n".repeat(121))), 400, "121"),
        (with("extra", json!(1)), 400, "extra"),
    ];
    for (draft, status, word) in refused {
        let sent = post(&desk, &server, "saved-reports", &draft);
        assert_eq!(sent.status, status, "{draft}: {}", sent.body);
        assert!(sent.body.contains(word), "{word}: {}", sent.body);
    }
    let panel =
        |id: &str| json!({"name": "d", "panels": [{"shows": {"kind": "report", "id": id}}]});
    let sent = post(&desk, &server, "dashboards", &panel("no_such"));
    assert_eq!(sent.status, 400);
    assert!(sent.body.contains("panels.0.shows.id"), "{}", sent.body);
    let many = vec![json!({"shows": {"kind": "report", "id": "handled"}}); 25];
    let sent = post(
        &desk,
        &server,
        "dashboards",
        &json!({"name": "d", "panels": many}),
    );
    assert_eq!(sent.status, 400, "{}", sent.body);
    let mut shipped = panel("handled");
    shipped["id"] = json!("team");
    let sent = post(&desk, &server, "dashboards", &shipped);
    assert!(sent.body.contains("copy it"), "{}", sent.body);
    assert_eq!(
        server.get("/api/v1/saved-reports").json()["items"],
        json!([])
    );
    assert_eq!(server.get("/api/v1/dashboards").json()["items"], json!([]));
}

/// A desk with two viewers and an admin.
fn people() -> (Desk, [Caller; 3]) {
    let desk = Desk::new();
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let callers = [
        ("vera", Role::Viewer),
        ("rolf", Role::Rep),
        ("anna", Role::Admin),
    ];
    let callers = callers.map(|(name, role)| {
        let draft = UserDraft {
            email: format!("{name}@shop.example"),
            name: name.to_owned(),
            role,
            ..UserDraft::default()
        };
        desk.app.save_user(&cli, draft).unwrap();
        desk.tick();
        Caller::live(Identity::User(name.to_owned()), role)
    });
    desk.post_story(STORY);
    desk.tick();
    (desk, callers)
}

fn keep(desk: &Desk, caller: &Caller, command: SavedCommand) -> Result<(), Error> {
    desk.tick();
    let written = desk.app.write_now(caller, Command::Saved(command));
    desk.tick();
    written.map(drop)
}

fn report(id: &str, audience: Audience) -> SavedCommand {
    SavedCommand::SaveReport(SavedReportDraft {
        id: Some(id.to_owned()),
        name: format!("Report {id}"),
        report: "first_response_time".to_owned(),
        audience,
        ..SavedReportDraft::default()
    })
}

fn board(id: &str, shows: &str, audience: Audience) -> SavedCommand {
    SavedCommand::SaveDashboard(DashboardDraft {
        id: Some(id.to_owned()),
        name: format!("Board {id}"),
        panels: vec![DashboardPanel {
            shows: PanelSource::SavedReport {
                id: SavedReportId::parse(shows).unwrap(),
            },
            width: PanelWidth::Half,
        }],
        audience,
    })
}

#[test]
fn ones_own_is_nobody_elses_and_what_everybody_finds_is_changed_by_its_owner_only() {
    let (desk, [vera, rolf, anna]) = people();
    keep(&desk, &vera, report("own", Audience::Owner)).unwrap();
    keep(&desk, &vera, report("all", Audience::Everybody)).unwrap();
    let names = |caller: &Caller| -> Vec<String> {
        let reports = desk.app.saved_reports(caller).into_iter();
        reports.map(|one| one.id.to_string()).collect()
    };
    assert_eq!(names(&vera), ["all", "own"]);
    assert_eq!(names(&rolf), ["all"]);
    assert_eq!(names(&anna), ["all"]);
    let is_unknown = |tried: Result<(), Error>| {
        matches!(
            &tried,
            Err(Error::Refused(svar::command::Refusal::Unknown { .. }))
        ) || matches!(&tried, Err(Error::Unknown { .. }))
    };
    let remove = |id: &str| SavedCommand::RemoveReport { id: id.to_owned() };
    assert!(is_unknown(keep(&desk, &rolf, remove("own"))));
    assert!(is_unknown(keep(
        &desk,
        &rolf,
        report("own", Audience::Owner)
    )));
    assert!(desk.app.saved_report(&rolf, "own").is_err());
    let refused = keep(&desk, &rolf, remove("all")).unwrap_err().to_string();
    assert!(refused.contains("copy it"), "{refused}");
    // Others could not see what a dashboard of everybody's shows.
    let refused = keep(&desk, &vera, board("b", "own", Audience::Everybody));
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("Report own"), "{refused}");
    keep(&desk, &vera, board("b", "own", Audience::Owner)).unwrap();
    assert!(is_unknown(keep(
        &desk,
        &rolf,
        board("c", "own", Audience::Owner)
    )));
    keep(&desk, &rolf, board("c", "all", Audience::Everybody)).unwrap();
    // An admin looks after all of it.
    keep(&desk, &anna, remove("own")).unwrap();
    let share = |id: &str| SavedCommand::Share {
        link: format!("l-{id}"),
        shows: LinkTarget::Dashboard {
            id: DashboardId::parse(id).unwrap(),
        },
        expires_at: desk.app.clock().now().plus_millis(DAY_MS),
    };
    let refused = keep(&desk, &vera, share("b")).unwrap_err().to_string();
    assert!(
        refused.contains("`link.share` takes the role rep"),
        "{refused}"
    );
    assert!(is_unknown(keep(&desk, &rolf, share("b"))));
    keep(&desk, &rolf, share("c")).unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}

/// A dashboard of a rep's that is shown outside.
fn shared() -> (Desk, Server, [Caller; 3], NewLink) {
    let (desk, callers) = people();
    let server = Server::start(&desk.app);
    let rolf = &callers[1];
    keep(&desk, rolf, report("all", Audience::Everybody)).unwrap();
    keep(&desk, rolf, board("c", "all", Audience::Everybody)).unwrap();
    let shows = LinkTarget::Dashboard {
        id: DashboardId::parse("c").unwrap(),
    };
    desk.tick();
    let made = desk.app.share(rolf.clone(), shows, 7);
    let link = runtime().block_on(made).unwrap();
    desk.tick();
    (desk, server, callers, link)
}

#[test]
fn a_link_shows_figures_and_nothing_that_leads_into_the_desk() {
    let (desk, server, [_, rolf, anna], link) = shared();
    let page = server.get(&link.path);
    assert_eq!(page.status, 200);
    assert_eq!(page.header("x-robots-tag"), "noindex");
    assert_eq!(page.header("cache-control"), "no-store");
    for there in [
        "Board c",
        "Report all",
        "rolf",
        "value=\"1200\"",
        "name=\"robots\"",
    ] {
        has(&page, there);
    }
    for absent in [
        "/reports/",
        "/panels/",
        "/api/v1/",
        "<script",
        ">c1<",
        "Ada",
    ] {
        assert!(!page.body.contains(absent), "{absent} in {}", page.body);
    }
    let mut forged = link.path;
    forged.push('0');
    for path in [forged.as_str(), "/shared", "/shared?t=x.y"] {
        let page = server.get(path);
        assert_eq!(page.status, 404, "{path}");
        has(&page, "shows nothing");
    }
    for caller in [&rolf, &anna] {
        assert_eq!(desk.app.shared_links(caller).len(), 1);
    }
}

#[test]
fn a_link_ends_when_it_is_revoked_and_while_its_maker_may_not_sign_in() {
    let (desk, server, [_, rolf, anna], link) = shared();
    let suspend = |on| {
        let user = "rolf".to_owned();
        desk.tick();
        let command = Command::User(UserCommand::Suspend { user, on });
        desk.app.write_now(&anna, command).unwrap();
        desk.tick();
    };
    suspend(true);
    assert_eq!(server.get(&link.path).status, 404);
    suspend(false);
    assert_eq!(server.get(&link.path).status, 200);
    let revoke = SavedCommand::Revoke { link: link.id };
    keep(&desk, &rolf, revoke).unwrap();
    assert_eq!(server.get(&link.path).status, 404);
}

#[test]
fn a_link_ends_by_itself_and_with_what_it_shows() {
    let (desk, server) = Desk::served(STORY);
    let id = saved(&desk, &server, "saved-reports", &by_rep(None));
    let draft = json!({"shows": {"kind": "saved_report", "id": id}, "days": 7});
    let made = post(&desk, &server, "shared-links", &draft).json();
    let path = made["path"].as_str().unwrap().to_owned();
    assert_eq!(server.get(&path).status, 200);
    post(
        &desk,
        &server,
        &format!("saved-reports/{id}/remove"),
        &json!({}),
    );
    assert!(!server.get(&path).body.contains("<svg class=\"chart"));
    post(
        &desk,
        &server,
        &format!("saved-reports/{id}/restore"),
        &json!({}),
    );
    assert!(server.get(&path).body.contains("<svg class=\"chart"));
    desk.clock.set(desk.clock.now().plus_millis(8 * DAY_MS));
    assert_eq!(server.get(&path).status, 404);
    let links = server.get("/api/v1/shared-links").json();
    assert_eq!(links["items"][0]["holds"], false);
    for days in [json!(0), json!(367), json!("7")] {
        let draft = json!({"shows": {"kind": "saved_report", "id": id}, "days": days});
        assert_eq!(post(&desk, &server, "shared-links", &draft).status, 400);
    }
}

#[test]
fn a_link_shows_no_more_than_its_maker_sees() {
    let (desk, [_, rolf, _]) = people();
    keep(&desk, &rolf, report("all", Audience::Everybody)).unwrap();
    let Identity::User(id) = rolf.identity.clone() else {
        panic!("a user")
    };
    let story = format!("22 09:00 conversation.assigned conversation=c1 to=rep:{id}");
    desk.post_story(&story);
    let shows = LinkTarget::SavedReport {
        id: SavedReportId::parse("all").unwrap(),
    };
    desk.tick();
    let link = runtime()
        .block_on(desk.app.share(rolf.clone(), shows, 7))
        .unwrap();
    let server = Server::start(&desk.app);
    assert!(server.get(&link.path).body.contains("value=\"1200\""));
    let cli = Caller::live(Identity::Cli, Role::Admin);
    let draft = UserDraft {
        user: Some(id.clone()),
        rep: Some(id),
        email: "rolf@shop.example".to_owned(),
        name: "rolf".to_owned(),
        role: Role::Rep,
        ..own_scope()
    };
    desk.tick();
    desk.app.save_user(&cli, draft).unwrap();
    desk.tick();
    let page = server.get(&link.path);
    assert!(page.body.contains("value=\"600\""), "{}", page.body);
}

fn own_scope() -> UserDraft {
    UserDraft {
        scope: Some(ScopeDraft {
            kind: ScopeKind::Own,
            ..ScopeDraft::default()
        }),
        ..UserDraft::default()
    }
}

/// Somebody on this machine, as the pages know them.
fn here() -> Caller {
    Caller::live(Identity::Page, Role::Admin)
}

#[test]
fn a_page_is_saved_as_it_is_looked_at_and_opens_as_it_was() {
    let (desk, server) = Desk::served(STORY);
    let path = "/reports/first_response_time?range=last_90&by=rep&where.channel=chat&target=900";
    let page = server.get(path);
    has(&page, "name=\"p.where.channel\" value=\"chat\"");
    has(&page, "class=\"aim\"");
    let form = [
        ("do", "save"),
        ("name", "Chat by rep"),
        ("report", "first_response_time"),
        ("chart", "over_time"),
        ("p.range", "last_90"),
        ("p.by", "rep"),
        ("p.where.channel", "chat"),
        ("p.compare", "previous"),
        ("p.every", "day"),
        ("p.tz", "UTC"),
        ("target", "900"),
    ];
    let page = press(&desk, &server, "/saved", &form);
    has(&page, "<h1>Chat by rep</h1>");
    let id = desk.app.saved_reports(&here())[0].id.to_string();
    let opened = server.get(&format!("/saved/{id}"));
    has(&opened, "Chat by rep");
    has(&opened, "class=\"aim\"");
    let changed = "Changed since it was saved";
    assert!(!opened.body.contains(changed), "{}", opened.body);
    let other = format!("/reports/first_response_time?range=last_7&saved={id}");
    has(&server.get(&other), changed);
    let list = server.get("/saved");
    has(&list, "Chat by rep");
    has(&list, ">you<");
}

#[test]
fn on_the_page_of_what_is_saved_it_is_taken_away_brought_back_and_copied() {
    let (desk, server) = Desk::served(STORY);
    let id = saved(&desk, &server, "saved-reports", &by_rep(None));
    let name = "Who answers how fast";
    let pressed = |word: &str| press(&desk, &server, "/saved", &[("do", word), ("id", &id)]);
    let page = pressed("remove_report");
    has(&page, "Undo");
    assert!(!page.body.contains(name), "{}", page.body);
    has(&pressed("restore_report"), name);
    has(&pressed("copy"), &format!("<h1>Copy of {name}</h1>"));
    has(&pressed("nonsense"), "nonsense");
}

#[test]
fn a_dashboard_is_put_together_and_arranged_without_a_script() {
    let (desk, server) = Desk::served(STORY);
    let report = saved(&desk, &server, "saved-reports", &by_rep(None));
    let name = "Who answers how fast";
    let made = [("do", "dashboard"), ("name", "Monday")];
    has(&press(&desk, &server, "/saved", &made), "<h1>Monday</h1>");
    let id = desk.app.dashboards(&here())[0].id.to_string();
    let path = format!("/dashboards/{id}");
    let pressed = |form: &[(&str, &str)]| press(&desk, &server, &path, form);
    let add = |shows: &str, width: &str| {
        pressed(&[("do", "add"), ("shows", shows), ("width", width)]);
    };
    add("report:support_volume", "tile");
    add(&format!("saved:{report}"), "whole");
    pressed(&[("do", "down:0")]);
    pressed(&[("do", "width:1"), ("width.1", "third")]);
    let kept = server.get(&format!("/api/v1/dashboards/{id}")).json();
    let panels = json!([{"shows": {"kind": "saved_report", "id": report}, "width": "whole"},
        {"shows": {"kind": "report", "id": "support_volume"}, "width": "third"}]);
    assert_eq!(kept["panels"], panels);
    let page = pressed(&[("do", "drop:0")]);
    assert!(
        !page.body.contains(&format!("Take off {name}")),
        "{}",
        page.body
    );
    let put = [("do", "put"), ("id", &report), ("dashboard", &id)];
    has(&press(&desk, &server, "/saved", &put), name);
    let copied = press(&desk, &server, "/dashboards/team", &[("do", "copy")]);
    has(&copied, "Copy of Team");
    has(&pressed(&[("do", "remove")]), "Undo");
    has(&server.get(&path), "It was removed");
}

#[test]
fn a_dashboard_shows_what_its_reports_say() {
    let (desk, server) = Desk::served(STORY);
    let report = saved(&desk, &server, "saved-reports", &by_rep(None));
    let panels = json!([{"shows": {"kind": "saved_report", "id": report}, "width": "whole"},
        {"shows": {"kind": "report", "id": "support_volume"}, "width": "third"}]);
    let draft = json!({"name": "Monday", "panels": panels});
    let path = format!(
        "/dashboards/{}",
        saved(&desk, &server, "dashboards", &draft)
    );
    let asked = |report: &str, query: &str| {
        let path = format!("/api/v1/reports/{report}?{query}");
        let value = server.get(&path).json()["total"]["value"].as_f64().unwrap();
        format!("value=\"{value}\"")
    };
    let page = server.get(&path);
    let first = page.body.find("Who answers how fast").unwrap();
    let second = page.body.find("id=\"third-1-support_volume\"").unwrap();
    assert!(first < second, "{}", page.body);
    has(&page, &asked("support_volume", ""));
    // The saved one keeps its window of 90 days; the other has the page's.
    let own = "range=last_90&by=rep&where.channel=chat";
    has(
        &page,
        &asked("first_response_time", &format!("{own},email")),
    );
    let window = "3 Aug – 31 Oct 2026, UTC";
    has(&page, window);
    let narrow = server.get(&format!("{path}?range=last_7"));
    assert!(!narrow.body.contains(window), "{}", narrow.body);
    has(&narrow, "25–31 Oct 2026, UTC");
    let filtered = server.get(&format!("{path}?where.channel=chat"));
    has(&filtered, &asked("first_response_time", own));
}

#[test]
fn every_dashboard_that_comes_along_shows_all_its_panels() {
    let (_desk, server) = Desk::served(STORY);
    for shipped in svar::report::registry::SHIPPED_DASHBOARDS {
        let page = server.get(&format!("/dashboards/{}", shipped.id));
        assert_eq!(page.status, 200);
        let panels = page.body.matches("<section class=\"panel").count();
        assert_eq!(panels, shipped.panels.len(), "{}", shipped.id);
        assert!(!page.body.contains("class=\"trouble"), "{}", page.body);
    }
}

#[test]
fn a_saved_report_is_a_file_that_the_command_line_writes_and_runs() {
    let (desk, server) = Desk::served(STORY);
    let id = saved(&desk, &server, "saved-reports", &by_rep(None));
    drop(server);
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    let run = |args: &[&str]| svar(folder.path(), args).unwrap();
    let text = run(&["saved", "show", &id]);
    assert!(text.contains("report = \"first_response_time\""), "{text}");
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("weekly.toml");
    std::fs::write(&file, &text).unwrap();
    let file = file.to_str().unwrap();
    let asked = |args: &[&str]| -> Value {
        let args = [
            &[
                "report",
                "--format",
                "json",
                "--as-of",
                "2026-11-01T00:00:00Z",
            ],
            args,
        ]
        .concat();
        serde_json::from_str(&run(&args)).unwrap()
    };
    let direct = [
        "first_response_time",
        "--range",
        "last_90",
        "--by",
        "rep",
        "--where",
        "channel=chat,email",
    ];
    let series = asked(&["--saved", file])["series"].clone();
    assert_eq!(series, asked(&direct)["series"]);
    assert_eq!(series.as_array().unwrap().len(), 2);
    let narrow = asked(&["--saved", file, "--by", "none"]);
    assert_eq!(narrow["series"].as_array().unwrap().len(), 1);
    let early = [
        "--saved",
        file,
        "--from",
        "2026-01-01",
        "--to",
        "2026-02-01",
    ];
    assert_eq!(asked(&early)["window"]["from"], "2026-01-01T00:00:00Z");
    assert_eq!(run(&["saved", "save", file]).trim(), id);
    let list = run(&["saved", "list"]);
    assert!(list.contains("Who answers how fast"), "{list}");
    std::fs::write(file, "name = \"x\"\nreport = \"handled\"\ncolour = 1").unwrap();
    let refused = svar(folder.path(), &["report", "--saved", file]).unwrap_err();
    assert!(refused.contains("colour"), "{refused}");
}

#[test]
fn a_second_measure_is_drawn_on_a_scale_of_its_own() {
    let (_desk, server) = Desk::served(STORY);
    let days = "from=2026-10-19&until=2026-10-23";
    let page = |more: &str| server.get(&format!("/reports/first_response_time?{days}{more}"));
    let plain = page("&by=none");
    assert!(!plain.body.contains("tick second"), "{}", plain.body);
    // Its scale is on the right, its line beside the first, and its figures in tooltip and table.
    let both = page("&second=support_volume");
    for words in ["tick second s6", "line s6", "Support volume", "Columns"] {
        has(&both, words);
    }
    let odd = page("&second=nothing");
    assert!(
        odd.status == 400 && odd.body.contains("second"),
        "{}",
        odd.body
    );
    // What it cannot be asked is said, and the first is there all the same.
    let unfit = page("&second=support_volume&where.handled_by=rep");
    has(&unfit, "The second measure is not there");
    let picture = "/reports/first_response_time/chart.svg?from=2026-10-19&to=2026-10-24&every=day";
    let picture = server.get(&format!("{picture}&by=none&second=reply_count"));
    assert!(picture.body.contains("Replies"), "{}", picture.body);
}

#[test]
fn a_second_measure_and_columns_are_kept() {
    let (desk, server) = Desk::served(STORY);
    let odd = [
        ("second", json!("nothing"), "second"),
        ("columns", json!(["colour"]), "columns.0"),
    ];
    for (field, value, named) in odd {
        let draft = json!({"name": "x", "report": "handled", field: value});
        let refused = post(&desk, &server, "saved-reports", &draft);
        assert!(
            refused.status == 400 && refused.body.contains(named),
            "{}",
            refused.body
        );
    }
    let draft = json!({"name": "Speed and load", "report": "first_response_time",
        "parameters": {"from": "2026-10-19", "to": "2026-10-24", "by": "none"},
        "second": "reply_count", "columns": ["value", "p90"], "audience": "everybody"});
    let id = saved(&desk, &server, "saved-reports", &draft);
    let kept = server.get(&format!("/api/v1/saved-reports/{id}")).json();
    assert_eq!(kept["second"], "reply_count");
    assert_eq!(kept["columns"], json!(["value", "p90"]));
    has(&server.get(&format!("/saved/{id}")), "tick second s6");
    let board = json!({"name": "Monday", "panels": [
        {"shows": {"kind": "saved_report", "id": id}, "width": "whole"}]});
    let board = saved(&desk, &server, "dashboards", &board);
    has(
        &server.get(&format!("/dashboards/{board}")),
        "tick second s6",
    );
    // A copy and the form that saves it anew have it, too.
    let copy = press(&desk, &server, "/saved", &[("do", "copy"), ("id", &id)]);
    has(&copy, "name=\"second\" value=\"reply_count\"");
    let form = [
        ("do", "save"),
        ("name", "Alone"),
        ("report", "handled"),
        ("second", "handoffs"),
    ];
    has(
        &press(&desk, &server, "/saved", &form),
        "name=\"second\" value=\"handoffs\"",
    );
}

#[test]
fn the_file_of_a_saved_report_has_its_second_measure() {
    let (desk, server) = Desk::served(STORY);
    drop(server);
    desk.app.close().unwrap();
    let Desk { app, folder, .. } = desk;
    drop(app);
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("both.toml");
    let text = "name = \"Both\"\nreport = \"first_response_time\"\nsecond = \"reply_count\"\n";
    std::fs::write(&file, text).unwrap();
    let args = [
        "report",
        "--saved",
        file.to_str().unwrap(),
        "--as-of",
        "2026-11-01T00:00:00Z",
    ];
    let tables = svar(folder.path(), &args).unwrap();
    assert!(tables.contains("First response time"), "{tables}");
    assert!(tables.contains("Replies"), "{tables}");
}

#[test]
fn tables_keep_the_columns_that_are_wanted() {
    let (_desk, server) = Desk::served(STORY);
    let days = "/reports/first_response_time?from=2026-10-19&until=2026-10-23&by=rep";
    let heads = |page: &Answer| -> Vec<String> {
        let table = page.body.split("id=\"series\"").nth(1).unwrap();
        let head = table.split("</thead>").next().unwrap();
        let text = regex::Regex::new(r"<th[^>]*>(?:<a[^>]*>)?\s*([^<]+)").unwrap();
        let texts = text.captures_iter(head);
        texts.map(|hit| hit[1].trim().to_owned()).collect()
    };
    let all = heads(&server.get(days));
    assert!(all.len() > 5, "{all:?}");
    let page = server.get(&format!("{days}&columns=p90,count"));
    assert_eq!(heads(&page), ["Rep", "Count", "90th percentile"]);
    // Each choice of the menu turns one column; a name that is none is refused.
    has(&page, "columns=value,count,p90");
    has(&page, "columns=count\"");
    let odd = server.get(&format!("{days}&columns=colour"));
    assert!(
        odd.status == 400 && odd.body.contains("colour"),
        "{}",
        odd.body
    );
}
