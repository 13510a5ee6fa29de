//! The pages of settings as one whole: their front page, the list beside each, working hours, and what a
//! desk shows on which nothing has happened yet.

use serde_json::{Value, json};

use crate::desk::{Answer, Desk, NOW, Server};

#[test]
fn the_front_page_leads_to_every_page_of_settings() {
    let (_desk, server) = Desk::served("");
    let front = server.get("/settings");
    assert_eq!(front.status, 200);
    let pages = svar::web::page_access::PAGES.iter().map(|rule| rule.path);
    let pages = pages.filter(|path| path.starts_with("/settings/") && !path.ends_with("/picture"));
    let mut count = 0;
    for path in pages.chain(["/people", "/audit", "/imports", "/bill-check"]) {
        let link = format!("href=\"{path}\"");
        assert!(front.body.contains(&link), "{path}");
        // Beside it stands the same list, where it is the one that is shown.
        let page = server.get(path);
        assert_eq!(page.status, 200, "{path}");
        let shown = format!("href=\"{path}\" aria-current=\"page\"");
        assert!(page.body.contains(&shown), "{path}");
        assert!(page.body.contains("href=\"/settings/tags\""), "{path}");
        count += 1;
    }
    assert!(count > 20, "{count}");
    assert!(front.body.contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn working_hours_are_set_drawn_and_closed_on_holidays() {
    let (desk, server) = Desk::served("");
    let page = server.get("/settings/hours").body;
    assert!(
        page.contains("not saved yet") && !page.contains("<svg class=\"week\""),
        "{page}"
    );
    let form = |more: &[(&str, &str)]| {
        desk.tick();
        let mut pairs = vec![
            ("schedule", "default"),
            ("zone", "Europe/Oslo"),
            ("mon", "08:00-12:00, 13:00-16:00"),
        ];
        pairs.extend(more);
        let sent = server.form("/settings/hours", &pairs);
        desk.tick();
        sent
    };
    let sent = form(&[("exceptions", "2026-12-24 closed\n2026-12-31 09:00-12:00\n")]);
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, "/settings/hours?done=saved")
    );
    let page = server.get("/settings/hours").body;
    assert!(
        page.contains("7.0 hours a week") && page.contains("2 dates with other hours ahead"),
        "{page}"
    );
    assert_eq!(page.matches("class=\"open\"").count(), 2);
    // What is set is what working time goes by, from now on.
    let between = |start: &str, end: &str| {
        let asked = json!({"schedule": "default", "start": start, "end": end});
        server.post("/api/v1/schedules/between", &asked).json()["seconds"].clone()
    };
    assert_eq!(
        between("2026-11-09T00:00:00Z", "2026-11-10T00:00:00Z"),
        7 * 3600
    );
    assert_eq!(
        between("2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"),
        3 * 3600
    );
    let calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20261109\r\nSUMMARY:Day off\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let sent = form(&[("do", "calendar"), ("calendar", calendar)]);
    assert_eq!(
        sent.header("location"),
        "/settings/hours?done=calendar&added=1"
    );
    assert_eq!(between("2026-11-09T00:00:00Z", "2026-11-10T00:00:00Z"), 0);
    assert_eq!(
        between("2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"),
        3 * 3600
    );
    // What is no calendar is named, and stays where it was pasted.
    let wrong = form(&[("do", "calendar"), ("calendar", "no calendar at all")]);
    assert!(
        wrong.body.contains("role=\"alert\"")
            && wrong.body.contains("no calendar at all</textarea>"),
        "{}",
        wrong.body
    );
}

#[test]
fn wrong_working_hours_are_named_and_what_was_typed_stays() {
    let (desk, server) = Desk::served("");
    for (name, value, said) in [
        ("zone", "Oslo", "zone"),
        ("mon", "9 to 5", "week.mon"),
        ("exceptions", "2026-12-24", "has no hours after the date"),
        ("exceptions", "24.12. closed", "exceptions[0].date"),
    ] {
        desk.tick();
        let mut pairs = vec![
            ("schedule", "default"),
            ("zone", "Europe/Oslo"),
            ("tue", "07:11-08:22"),
        ];
        pairs.retain(|(field, _)| *field != name);
        pairs.push((name, value));
        let sent = server.form("/settings/hours", &pairs);
        assert_eq!(sent.status, 200, "{name}");
        assert!(
            sent.body.contains("role=\"alert\"") && sent.body.contains(said),
            "{name}: {}",
            sent.body
        );
        // Nothing that was typed is lost, right or wrong.
        assert!(sent.body.contains("value=\"07:11-08:22\""), "{name}");
        assert!(sent.body.contains(value), "{name}");
    }
    assert_eq!(desk.app.schedules(), []);
}

#[test]
fn a_desk_on_which_nothing_has_happened_says_how_to_begin() {
    let (desk, server) = Desk::served("");
    let page = server.get("/").body;
    for door in [
        "action=\"/imports\"",
        "/settings/connectors",
        "/settings/widget",
        "/settings/mailboxes",
    ] {
        assert!(page.contains(door), "{door}");
    }
    desk.post_story("05 09:00 conversation.started\n05 09:01 message.added author=contact");
    assert!(!server.get("/").body.contains("class=\"welcome\""));
}

#[test]
fn what_an_agreement_promises_is_set_and_counted() {
    let (desk, server) = Desk::served("01 08:00 team.upserted team=front name=Front");
    let sent = |pairs: &[(&str, &str)]| {
        desk.tick();
        let sent = server.form("/settings/agreements", pairs);
        desk.tick();
        sent
    };
    for (pairs, said) in [
        (vec![("sla", "fast")], "nothing is promised"),
        (vec![("sla", "fast"), ("first", "soon")], "no span"),
        (vec![("sla", ""), ("first", "1 h")], "sla"),
        (
            vec![("sla", "fast"), ("first", "1 h"), ("team", "nobody")],
            "nobody",
        ),
    ] {
        let answer = sent(&pairs);
        assert!(
            answer.status != 303 && answer.body.contains(said),
            "{said}: {}",
            answer.body
        );
    }
    let pairs = [
        ("sla", "fast"),
        ("first", "1 h"),
        ("close", "2 d"),
        ("team", "front"),
        ("paused", "waiting, on hold"),
    ];
    assert_eq!(
        sent(&pairs).header("location"),
        "/settings/agreements?done=saved"
    );
    let page = server.get("/settings/agreements?edit=fast").body;
    assert!(
        page.contains("Team Front") && page.contains("value=\"2 d\""),
        "{page}"
    );
    assert!(page.contains("value=\"waiting, on hold\""));
    let known = desk.app.agreements();
    assert_eq!(known.len(), 1);
    assert_eq!(
        (known[0].first_response_secs, known[0].close_secs),
        (Some(3_600), Some(172_800))
    );
}

/// The customer agent answers, and the contact is back two days later.
const BACK: &str = "
    05 09:00 conversation.started conversation=a contact=p1
    05 09:00 message.added conversation=a author=contact text=How?
    05 09:01 message.added conversation=a author=customer_agent:x text=So
    07 09:01 message.added conversation=a author=contact text=Why?
    07 09:02 message.added conversation=a author=customer_agent:x text=Thus
";

#[test]
fn the_effect_of_a_profile_is_shown_before_it_is_saved() {
    let (desk, server) = Desk::served(BACK);
    let tried = server
        .get("/settings/profiles?name=quick&quiet=1+d&reopen=1+d&try=yes")
        .body;
    // By three days of silence it is one episode; by one day the second message begins another.
    let row = |report: &str| {
        let row = tried.split(&format!("data-effect=\"{report}\"")).nth(1);
        let row = row.unwrap_or_else(|| panic!("{tried}"));
        let cells = row.split("<td class=\"number\">").skip(1).take(3);
        let cells = cells.map(|cell| cell.split('<').next().unwrap().to_owned());
        cells.collect::<Vec<_>>()
    };
    assert_eq!(row("resolved"), ["1", "2", "+1"]);
    assert!(
        desk.app.profiles().iter().all(|one| !one.own),
        "nothing is saved by trying"
    );
    let wrong = server
        .get("/settings/profiles?name=quick&quiet=soon&try=yes")
        .body;
    assert!(wrong.contains("quiet_secs") && wrong.contains("no span"));
    let form = |pairs: &[(&str, &str)]| {
        desk.tick();
        let sent = server.form("/settings/profiles", pairs);
        desk.tick();
        sent
    };
    let saved = form(&[
        ("do", "save"),
        ("name", "quick"),
        ("quiet", "1 d"),
        ("reopen", "1 d"),
    ]);
    assert_eq!(saved.header("location"), "/settings/profiles?done=saved");
    let page = server.get("/settings/profiles").body;
    assert!(page.contains("name=quick&#38;quiet=1%20d"), "{page}");
    assert_eq!(
        server
            .get("/api/v1/reports/resolved?range=last_90&profile=quick")
            .json()["total"]["count"],
        2
    );
    let taken = form(&[("do", "save"), ("name", "svar"), ("quiet", "1 d")]);
    assert!(taken.body.contains("comes with Svar"), "{}", taken.body);
    assert_eq!(
        form(&[("do", "remove"), ("name", "quick")]).header("location"),
        "/settings/profiles?done=removed"
    );
    assert!(desk.app.profiles().iter().all(|one| !one.own));
}

/// Two teams; Ada and Ben are in one, Cleo is in none and away.
const TEAMS: &str = "
    01 08:00 team.upserted team=front name=Front
    01 08:00 team.upserted team=back name=Back
    01 08:00 rep.upserted rep=ada name=Ada team=front
    01 08:00 rep.upserted rep=ben name=Ben team=front
    01 08:00 rep.upserted rep=cleo name=Cleo
    01 09:00 rep.status_changed rep=ben status=away detail=Lunch
    05 09:00 conversation.started conversation=c1 contact=p1
    05 09:00 message.added conversation=c1 author=contact
    05 09:01 conversation.assigned conversation=c1 to=team:front
";

/// A desk whose teams are set on their page.
struct Teams {
    desk: Desk,
    server: Server,
}

impl Teams {
    fn new() -> Self {
        let (desk, server) = Desk::served(TEAMS);
        Self { desk, server }
    }

    fn sent(&self, pairs: &[(&str, &str)]) -> Answer {
        self.desk.tick();
        let sent = self.server.form("/settings/teams", pairs);
        self.desk.tick();
        sent
    }

    /// A team's name, its reps, and whether it is archived.
    fn of(&self, team: &str) -> [Value; 3] {
        let all = self.server.get("/api/v1/teams").json();
        let items = all["items"].as_array().unwrap();
        let own = items.iter().find(|one| one["team"] == team).unwrap();
        ["name", "reps", "archived"].map(|field| own[field].clone())
    }

    fn assign(&self, to: &Value) -> Answer {
        self.desk.tick();
        let to = json!({ "to": to });
        self.server.post("/api/v1/conversations/c1/assign", &to)
    }
}

#[test]
fn teams_are_named_and_filled() {
    let teams = Teams::new();
    let page = teams.server.get("/settings/teams").body;
    for words in ["1 open conversation<", "Lunch", "In no team", "Cleo"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Who is moved is in the other team from then on, and in reports of before in the one they were in.
    let put = teams.sent(&[("do", "put"), ("rep", "ben"), ("team", "back")]);
    assert_eq!(put.header("location"), "/settings/teams?done=put");
    assert_eq!(
        teams.of("front"),
        [json!("Front"), json!(["ada"]), json!(false)]
    );
    assert_eq!(
        teams.of("back"),
        [json!("Back"), json!(["ben"]), json!(false)]
    );
    let rename = [("do", "rename"), ("team", "front"), ("name", "First line")];
    assert_eq!(teams.sent(&rename).status, 303);
    assert_eq!(teams.of("front")[0], "First line");
    let taken = teams.sent(&[("do", "rename"), ("team", "front"), ("name", "back")]);
    assert!(
        taken.body.contains("another team is called so"),
        "{}",
        taken.body
    );
    assert!(taken.body.contains("value=\"back\""), "{}", taken.body);
    // A new one has an id of its own.
    let add = [("do", "add"), ("name", "Night"), ("team", "night")];
    assert_eq!(teams.sent(&add).status, 303);
    assert_eq!(teams.of("night")[0], "Night");
}

#[test]
fn a_team_is_archived_once_nobody_and_no_rule_is_in_it() {
    let teams = Teams::new();
    let archive = [("do", "archive"), ("team", "front")];
    for rep in ["ada", "ben"] {
        let refused = teams.sent(&archive);
        assert!(
            refused.body.contains("still in the team: "),
            "{}",
            refused.body
        );
        assert_eq!(teams.sent(&[("do", "out"), ("rep", rep)]).status, 303);
    }
    let rule = json!({"name": "To the front", "trigger": "started", "when": {}, "then": {"assign": {"team": "front"}}});
    let rule = teams.server.post("/api/v1/routing/rules", &rule);
    assert_eq!(rule.status, 200, "{}", rule.body);
    let rule = rule.json()["id"].as_str().unwrap().to_owned();
    let refused = teams.sent(&archive);
    assert!(refused.body.contains("To the front"), "{}", refused.body);
    let remove = format!("/api/v1/routing/rules/{rule}/remove");
    teams.server.post(&remove, &json!({}));
    let archived = teams.sent(&archive);
    assert_eq!(archived.header("location"), "/settings/teams?done=archive");
    assert_eq!(teams.of("front"), [json!("Front"), json!([]), json!(true)]);
    // It is so after a start, too.
    let before = teams.desk.app.teams();
    assert!(before.iter().any(|team| team.archived));
    let Teams { desk, server } = teams;
    drop(server);
    let desk = desk.reopened_then();
    assert_eq!(desk.app.teams(), before);
}

#[test]
fn nothing_is_given_to_an_archived_team_and_what_it_has_stays() {
    let teams = Teams::new();
    for rep in ["ada", "ben"] {
        teams.sent(&[("do", "out"), ("rep", rep)]);
    }
    assert_eq!(
        teams.sent(&[("do", "archive"), ("team", "front")]).status,
        303
    );
    let page = teams.server.get("/conversations/c1").body;
    assert!(page.contains("value=\"team:front\" selected"), "{page}");
    let given = teams.assign(&json!({"kind": "nobody"}));
    assert_eq!(given.status, 200, "{}", given.body);
    let page = teams.server.get("/conversations/c1").body;
    assert!(!page.contains("team:front"), "{page}");
    let given = teams.assign(&json!({"kind": "team", "id": "front"}));
    assert_eq!(given.status, 409, "{}", given.body);
    assert!(given.body.contains("archived"), "{}", given.body);
    teams.desk.tick();
    let into = json!({"team": "front"});
    let into = teams.server.post("/api/v1/reps/ada/team", &into);
    assert_eq!(into.status, 409, "{}", into.body);
    assert_eq!(
        teams.sent(&[("do", "restore"), ("team", "front")]).status,
        303
    );
    assert_eq!(teams.of("front")[2], false);
}

/// Tickets in two stages of the pipeline that everybody begins with, and a job.
const STAGED: &str = "
    01 08:00 sla.upserted sla=fast applies={\"pipeline\":\"support\"} first_response_secs=3600
    05 09:00 ticket.opened ticket=t1 pipeline=support stage=new service=Repair
    05 09:00 ticket.opened ticket=t2 pipeline=support stage=waiting_on_us
";

/// A desk whose stages are set on their page.
struct Stages {
    desk: Desk,
    server: Server,
}

impl Stages {
    fn new() -> Self {
        let (desk, server) = Desk::served(STAGED);
        Self { desk, server }
    }

    /// The stages of the pipeline: what each is, how it is called, how many tickets stand in it.
    fn all(&self) -> Vec<(String, String, u64)> {
        let all = self.server.get("/api/v1/pipelines").json();
        let items = all["items"].as_array().unwrap();
        let own = items.iter().find(|one| one["pipeline"] == "support");
        let stages = own.unwrap()["stages"].as_array().unwrap().iter();
        let stages = stages.map(|one| {
            let word = |name: &str| one[name].as_str().unwrap().to_owned();
            let tickets = one["tickets"].as_u64().unwrap();
            (word("stage"), word("name"), tickets)
        });
        stages.collect()
    }

    fn ids(&self) -> Vec<String> {
        self.all().into_iter().map(|(stage, _, _)| stage).collect()
    }

    /// The page's form with a deed, as it is filled in without one.
    fn form(&self, deed: &str, more: &[(&str, &str)]) -> Answer {
        let known = self.all();
        let mut pairs = vec![("do", deed), ("pipeline", "support"), ("closed", "closed")];
        for (stage, name, _) in &known {
            pairs.extend([("stage", stage.as_str()), ("name", name.as_str())]);
        }
        pairs.extend(more);
        self.desk.tick();
        let sent = self.server.form("/settings/pipelines", &pairs);
        self.desk.tick();
        sent
    }

    /// A pipeline as the API takes it.
    fn post(&self, pipeline: &str, stages: &[Value], more: (&str, Value)) -> Answer {
        let mut draft = json!({"pipeline": pipeline, "stages": stages});
        draft[more.0] = more.1;
        self.desk.tick();
        self.server.post("/api/v1/pipelines", &draft)
    }
}

fn stage(id: &str, name: &str, closed: bool) -> Value {
    json!({"stage": id, "name": name, "closed": closed})
}

#[test]
fn stages_are_named_moved_added_and_kept_while_tickets_stand_in_them() {
    let stages = Stages::new();
    let page = stages.server.get("/settings/pipelines").body;
    for words in ["Repair (1)", "edit=fast", "stage=waiting_on_us"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let up = stages.form("up-2", &[]);
    let there = "/settings/pipelines?done=saved#pipeline-support";
    assert_eq!(up.header("location"), there);
    let moved = ["new", "waiting_on_us", "waiting_on_contact", "closed"];
    assert_eq!(stages.ids(), moved);
    let add = stages.form("save", &[("new_name", "On the bench")]);
    assert_eq!(add.status, 303);
    let added = stages.all().pop().unwrap();
    assert_eq!((added.0.as_str(), added.2), ("On the bench", 0));
    // Where tickets stand nothing is taken away, and how many do is said.
    let refused = stages.form("drop-1", &[]);
    assert_eq!(refused.status, 200);
    let why = "1 tickets stand in the stage `waiting_on_us`";
    assert!(refused.body.contains(why), "{}", refused.body);
    stages.desk.tick();
    let to = json!({"stage": "On the bench"});
    let moved = stages.server.post("/api/v1/tickets/t2/stage", &to);
    assert_eq!(moved.status, 200, "{}", moved.body);
    assert_eq!(stages.form("drop-1", &[]).status, 303);
    let left = ["new", "waiting_on_contact", "closed", "On the bench"];
    assert_eq!(stages.ids(), left);
    // It is so after a start, too.
    let Stages { desk, server } = stages;
    let before = desk.app.pipelines(&desk.app.present());
    drop(server);
    let desk = desk.reopened_then();
    assert_eq!(desk.app.pipelines(&desk.app.present()), before);
}

#[test]
fn stages_that_make_no_pipeline_are_refused_by_name() {
    let stages = Stages::new();
    let plain = |pipeline: &str| ("pipeline", json!(pipeline));
    let refused = |answer: &Answer, why: &str| {
        assert_eq!(answer.status, 400, "{why}: {}", answer.body);
        assert!(answer.body.contains(why), "{why}: {}", answer.body);
    };
    let (new, end) = (stage("a", "A", false), stage("b", "B", true));
    let twice = [new.clone(), stage("b", "a", true)];
    refused(
        &stages.post("support", &twice, plain("support")),
        "stages[1].name",
    );
    let open = [new.clone(), stage("b", "B", false)];
    refused(
        &stages.post("support", &open, plain("support")),
        "one that closes",
    );
    let other = stages.post("support", &[new, end], ("kind", json!("jobs")));
    refused(&other, "kind");
    let known = [
        stage("new", "A", false),
        stage("closed", "B", true),
        stage("waiting_on_us", "C", false),
    ];
    let expiring = stages.post("support", &known, ("expires_secs", json!(3600)));
    refused(&expiring, "only jobs expire");
    // A new one begins with the usual stages; of jobs only names and order change.
    stages.desk.tick();
    let begun = [
        ("do", "begin"),
        ("pipeline", "installations"),
        ("kind", "jobs"),
    ];
    let begun = stages.server.form("/settings/pipelines", &begun);
    assert_eq!(begun.status, 303);
    let job = [stage("new", "A", false), stage("declined", "B", true)];
    let job = stages.post("installations", &job, plain("installations"));
    refused(&job, "follows from what happens");
}

/// A desk whose backups go to a folder beside its own.
fn desk_with_backups(to: &std::path::Path) -> (Desk, Server) {
    let folder = tempfile::tempdir().unwrap();
    let clock = svar::clock::Clock::fixed(svar::model::Timestamp::parse(NOW).unwrap());
    let options = svar::app::Options {
        backup_folder: Some(to.to_owned()),
        ..svar::app::Options::default()
    };
    let app = svar::app::App::open_with(folder.path(), clock.clone(), &options, |_done, _total| {});
    let desk = Desk {
        app: std::sync::Arc::new(app.unwrap()),
        clock,
        folder,
    };
    let server = Server::start(&desk.app);
    (desk, server)
}

#[test]
fn a_backup_is_made_from_the_settings_and_proven() {
    let place = tempfile::tempdir().unwrap();
    let to = place.path().join("desk");
    let (desk, server) = desk_with_backups(&to);
    desk.post_story("05 09:00 conversation.started conversation=c1");
    std::fs::create_dir_all(desk.folder.path().join("keys")).unwrap();
    std::fs::write(desk.folder.path().join("keys/spare"), "as it was").unwrap();
    let page = server.get("/settings").body;
    assert!(page.contains("No backup was made yet") && page.contains("Back up now"));
    let begun = server.form("/settings", &[("do", "backup")]);
    assert_eq!(begun.header("location"), "/settings#backup");
    let view = || server.get("/api/v1/backup").json();
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while !view()["running"].is_null() {
        assert!(std::time::Instant::now() < deadline, "{}", view());
        std::thread::yield_now();
    }
    let made = view();
    assert!(made["fault"].is_null(), "{made}");
    assert_eq!(made["last"]["log_position"], 1);
    assert_eq!(made["last"]["folder"], to.to_str().unwrap());
    assert!(made["last"]["bytes"].as_u64().unwrap() > 0);
    assert!(made["last"]["proven_at"].is_string(), "{made}");
    let page = server.get("/settings").body;
    for words in [
        "The last backup was made",
        "It was proven",
        to.to_str().unwrap(),
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // One whose file is not what was copied is told, and what is in the folder is said not to be proven.
    desk.tick();
    for file in std::fs::read_dir(to.join("beside")).unwrap() {
        let file = file.unwrap().path();
        let length = std::fs::metadata(&file).unwrap().len();
        std::fs::write(&file, vec![b'x'; usize::try_from(length).unwrap()]).unwrap();
    }
    server.form("/settings", &[("do", "backup")]);
    while !view()["running"].is_null() {
        assert!(std::time::Instant::now() < deadline, "{}", view());
        std::thread::yield_now();
    }
    let made = view();
    assert!(
        made["fault"]
            .as_str()
            .unwrap()
            .contains("is not what was backed up"),
        "{made}"
    );
    assert!(made["last"]["proven_at"].is_null(), "{made}");
    assert!(server.get("/settings").body.contains("The backup failed"));
}

#[test]
fn where_no_folder_is_set_for_backups_the_line_to_add_is_said() {
    let (_desk, server) = Desk::served("");
    let page = server.get("/settings").body;
    assert!(page.contains("backup_folder = ") && !page.contains("Back up now"));
    let begun = server.post("/api/v1/backup/begin", &json!({}));
    assert_eq!(begun.status, 400, "{}", begun.body);
    assert!(begun.body.contains("backup_folder"), "{}", begun.body);
}
