//! Connectors: accounts of other products, read through their APIs as a local server plays them,
//! with its pages, limits and faults. Nothing is lost, nothing is there twice.

mod attachments;
mod others;
mod played;
pub(crate) mod zendesk;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use svar::app::{ConnectorDeed, ConnectorDraft, ConnectorState, ConnectorView, Format};
use svar::clock::pause;
use svar::command::{Caller, Identity, Role};
use svar::model::DAY_MS;

use crate::desk::{Desk, Server};
use crate::imports::{exported, files_of, import, imported, total};
use played::Said;
use zendesk::Zendesk;

const TOKEN: &str = "tok-en-0123456789-secret";

/// The reports that a Zendesk desk fills.
const REPORTS: [&str; 5] = [
    "first_response_time",
    "time_to_close",
    "reopen_rate",
    "csat",
    "support_volume",
];

/// Whoever has the machine.
pub(crate) fn by_cli() -> Caller {
    Caller::live(Identity::Cli, Role::Admin)
}

fn draft(url: &str) -> ConnectorDraft {
    ConnectorDraft {
        product: "zendesk".to_owned(),
        url: Some(url.to_owned()),
        user: Some("ann@shop.example".to_owned()),
        token: Some(TOKEN.to_owned()),
        ..ConnectorDraft::default()
    }
}

/// A desk that reads a played one.
fn connected(zendesk: &Zendesk) -> Desk {
    let desk = Desk::new();
    desk.app
        .save_connector(&by_cli(), &draft(&zendesk.played.url))
        .unwrap();
    desk
}

/// Has the connector read until everything is here; the clock goes on while it waits.
fn read(desk: &Desk) -> ConnectorView {
    read_of(desk, "zendesk")
}

fn read_of(desk: &Desk, name: &str) -> ConnectorView {
    let waited = AtomicUsize::new(0);
    let view = desk.app.run_connector(&by_cli(), name, |left| {
        let millis = i64::try_from(left.as_millis()).unwrap() + 1;
        desk.clock.set(desk.clock.now().plus_millis(millis));
        waited.fetch_add(1, Ordering::Relaxed) < 200
    });
    desk.app.settle().unwrap();
    view.unwrap()
}

/// The ids of the desk's messages, one for each event.
fn messages(desk: &Desk) -> Vec<String> {
    let told = exported(desk).into_iter();
    let told = told.filter(|event| event["type"] == "message.added");
    let mut ids: Vec<String> = told
        .map(|event| event["message"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

#[track_caller]
fn same_reports(desk: &Desk, other: &Desk) {
    for report in REPORTS {
        assert_eq!(total(desk, report), total(other, report), "{report}");
    }
}

#[test]
fn a_connected_desk_gives_the_figures_of_its_export() {
    let zendesk = Zendesk::new();
    let desk = connected(&zendesk);
    let view = read(&desk);
    assert_eq!(
        (view.state, view.rejected),
        (ConnectorState::UpToDate, 0),
        "{view:?}"
    );
    let (other, _) = imported(Format::Zendesk);
    same_reports(&desk, &other);
    // It is accounted for as an import is, beside the source's own counts.
    let imports = Arc::clone(&desk.app.snapshot().installation.imports);
    let account = imports.latest().next().unwrap().completeness.clone();
    assert_eq!(
        (account.format.as_str(), &*account.files),
        ("zendesk", &["connection zendesk".to_owned()][..])
    );
    assert_eq!(account.imported, view.accepted);
    let replies = account
        .counters
        .iter()
        .find(|one| one.name == "metric_sets.replies");
    assert_eq!((replies.unwrap().compared, replies.unwrap().ours), (3, 4));
}

#[test]
fn an_import_and_a_connection_of_one_desk_meet_without_doubles() {
    let zendesk = Zendesk::new();
    // The export first: the connection finds everything there.
    let (desk, _) = imported(Format::Zendesk);
    let before = messages(&desk);
    desk.app
        .save_connector(&by_cli(), &draft(&zendesk.played.url))
        .unwrap();
    let view = read(&desk);
    assert_eq!((view.accepted, view.rejected), (0, 0), "{view:?}");
    assert!(view.duplicates > 50, "{view:?}");
    assert_eq!(messages(&desk), before);
    let (other, _) = imported(Format::Zendesk);
    same_reports(&desk, &other);
    // The connection first: the export adds what only it says, and no figure moves.
    let desk = connected(&zendesk);
    read(&desk);
    assert_eq!(messages(&desk), before);
    import(&desk, Format::Zendesk, &files_of(Format::Zendesk));
    assert_eq!(messages(&desk), before);
    same_reports(&desk, &other);
}

#[test]
fn a_round_goes_on_where_the_last_one_ended_and_reads_only_what_changed() {
    let zendesk = Zendesk::new();
    let desk = connected(&zendesk);
    read(&desk);
    let heard = zendesk.played.asked();
    let pages: Vec<_> = heard
        .iter()
        .filter(|one| one.path.contains("cursor.json"))
        .collect();
    // Six tickets, two a page; the first begins at the beginning, the others at a cursor.
    assert_eq!(pages.len(), 3);
    assert_eq!(
        (pages[0].value("start_time"), pages[0].value("cursor")),
        ("1", "")
    );
    assert_eq!(
        (pages[2].value("start_time"), pages[2].value("cursor")),
        ("", "4")
    );
    zendesk.reply(102, 1_099, "2026-10-20T08:00:00Z");
    let view = read(&desk);
    let heard = zendesk.played.asked();
    let audits = heard.iter().filter(|one| one.path.contains("audits"));
    let audits: Vec<&str> = audits.map(|one| one.path.as_str()).collect();
    // Four audits, three a page.
    assert_eq!(audits, ["/api/v2/tickets/102/audits.json"; 2]);
    assert!(
        heard.iter().all(|one| !one.path.contains("users.json")),
        "who is who is read once a day"
    );
    assert!(messages(&desk).contains(&"zendesk:1099".to_owned()));
    assert_eq!(view.rejected, 0, "{view:?}");
    // Also after a restart, where who is who is learned anew.
    zendesk.reply(101, 1_098, "2026-10-21T08:00:00Z");
    let desk = desk.reopened();
    read(&desk);
    let pages = zendesk.played.asked();
    let pages: Vec<_> = pages
        .iter()
        .filter(|one| one.path.contains("cursor.json"))
        .collect();
    assert_eq!(pages[0].value("cursor"), "7");
    assert!(messages(&desk).contains(&"zendesk:1098".to_owned()));
}

/// Reads the desk while the source has a fault, which must leave no trace.
fn through(
    fault: impl FnMut(&played::Heard) -> Option<Said> + Send + 'static,
) -> (Desk, Zendesk, ConnectorView) {
    let zendesk = Zendesk::new();
    zendesk.played.faults(fault);
    let desk = connected(&zendesk);
    let view = read(&desk);
    let (other, _) = imported(Format::Zendesk);
    assert_eq!(messages(&desk), messages(&other));
    same_reports(&desk, &other);
    assert_eq!(
        (view.state, &view.fault),
        (ConnectorState::UpToDate, &None),
        "{view:?}"
    );
    (desk, zendesk, view)
}

/// A fault of each third answer.
fn each_third(
    said: impl Fn() -> Said + Send + 'static,
) -> impl FnMut(&played::Heard) -> Option<Said> + Send {
    let mut count = 0;
    move |_heard| {
        count += 1;
        (count % 3 == 0).then(&said)
    }
}

#[test]
fn a_source_that_fails_now_and_then_is_asked_again_until_all_is_here() {
    through(each_third(|| Said::Status(500, "")));
    through(each_third(|| Said::Status(503, "Retry-After: 7\r\n")));
    through(each_third(|| {
        Said::Cut(json!({"tickets": [{"id": 1, "created_at": "2026-10-01T00:00:00Z"}]}))
    }));
    through(each_third(|| {
        Said::Half(json!({"tickets": [{"id": 1, "created_at": "2026-10-01T00:00:00Z"}]}))
    }));
    through(each_third(|| Said::Json(json!({"error": "unexpected"}))));
}

#[test]
fn a_limit_is_waited_for_as_long_as_the_source_says() {
    let zendesk = Zendesk::new();
    let mut count = 0;
    zendesk.played.faults(move |_heard| {
        count += 1;
        (count == 4).then_some(Said::Status(429, "Retry-After: 93\r\n"))
    });
    let desk = connected(&zendesk);
    let began = desk.clock.now();
    let mut waits = Vec::new();
    let view = desk.app.run_connector(&by_cli(), "zendesk", |left| {
        waits.push(left.as_secs());
        desk.clock.set(
            desk.clock
                .now()
                .plus_millis(i64::try_from(left.as_millis()).unwrap()),
        );
        true
    });
    assert_eq!(waits, [93]);
    assert_eq!(desk.clock.now().since(began), 93_000);
    // Being asked too much is no fault.
    assert_eq!(view.unwrap().fault, None);
}

/// The first page of the export, as the source gives it.
fn first_page(zendesk: &Zendesk) -> Value {
    let url = format!(
        "{}/api/v2/incremental/tickets/cursor.json",
        zendesk.played.url
    );
    let asked = crate::desk::agent().get(url).header("authorization", "x");
    crate::desk::answer(asked.call()).json()
}

#[test]
fn a_page_that_comes_twice_is_read_once() {
    let mut page = first_page(&Zendesk::new());
    // Behind this cursor comes the first page once more.
    page["after_cursor"] = "0".into();
    let mut is_first = true;
    let (_desk, zendesk, view) = through(move |heard| {
        let is_it = heard.path.contains("cursor.json") && std::mem::take(&mut is_first);
        is_it.then(|| Said::Json(page.clone()))
    });
    assert_eq!(view.rejected, 0, "{view:?}");
    let heard = zendesk.played.asked();
    let of = |part: &str| heard.iter().filter(|one| one.path.contains(part)).count();
    // Eight changes of 101 stand on three pages, the two of 102 before a merge on one.
    assert_eq!((of("cursor.json"), of("/101/audits")), (4, 3));
}

#[test]
fn a_cursor_that_stays_where_it_is_ends_the_round_and_the_next_one_goes_on() {
    let zendesk = Zendesk::new();
    let mut page = first_page(&zendesk);
    page["after_cursor"] = "2".into();
    let mut is_first = true;
    zendesk.played.faults(move |heard| {
        let is_it = heard.value("cursor") == "2" && std::mem::take(&mut is_first);
        is_it.then(|| Said::Json(page.clone()))
    });
    let desk = connected(&zendesk);
    read(&desk);
    let (other, _) = imported(Format::Zendesk);
    assert!(messages(&desk).len() < messages(&other).len());
    read(&desk);
    assert_eq!(messages(&desk), messages(&other));
}

#[test]
fn an_answer_that_leads_elsewhere_is_not_followed() {
    let other = Zendesk::new();
    let place = format!("Location: {}/api/v2/users.json\r\n", other.played.url);
    let place: &'static str = place.leak();
    let zendesk = Zendesk::new();
    zendesk
        .played
        .faults(move |_heard| Some(Said::Status(302, place)));
    let desk = connected(&zendesk);
    let view = read(&desk);
    assert_eq!(view.state, ConnectorState::Stopped);
    assert_eq!(view.fault.unwrap().reason, "it answered 302");
    assert_eq!(other.played.asked().len(), 0);
}

#[test]
fn a_wrong_token_stops_it_and_is_told_until_there_is_another() {
    let zendesk = Zendesk::new();
    zendesk.played.faults(|heard| {
        // ann@shop.example/token:right
        let is_right = heard
            .head
            .contains("YW5uQHNob3AuZXhhbXBsZS90b2tlbjpyaWdodA==");
        (!is_right).then_some(Said::Status(401, ""))
    });
    let desk = connected(&zendesk);
    let view = read(&desk);
    assert_eq!((view.state, view.next_at), (ConnectorState::Stopped, None));
    let fault = view.fault.unwrap();
    assert!(fault.reason.contains("refuses the token"), "{fault:?}");
    assert!(fault.advice.contains("make a new token"), "{fault:?}");
    assert_eq!(zendesk.played.asked().len(), 1, "it is not asked in vain");
    // Nor after a restart.
    let desk = desk.reopened();
    let view = desk.app.connector("zendesk").unwrap();
    assert_eq!((view.state, view.next_at), (ConnectorState::Stopped, None));
    let right = ConnectorDraft {
        token: Some("right".to_owned()),
        ..draft(&zendesk.played.url)
    };
    desk.app.save_connector(&by_cli(), &right).unwrap();
    assert_eq!(read(&desk).state, ConnectorState::UpToDate);
    let (other, _) = imported(Format::Zendesk);
    assert_eq!(messages(&desk), messages(&other));
}

#[test]
fn a_token_that_others_may_read_is_not_used() {
    let zendesk = Zendesk::new();
    let desk = connected(&zendesk);
    let token = desk.folder.path().join("connectors/zendesk/token");
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(token.clone()), 0o600);
    assert_eq!(mode(desk.folder.path().join("connectors/zendesk")), 0o700);
    fs::set_permissions(&token, fs::Permissions::from_mode(0o640)).unwrap();
    let view = read(&desk);
    assert_eq!(view.state, ConnectorState::Stopped);
    let reason = view.fault.unwrap().reason;
    assert!(
        reason.contains("can be read by others (mode 640)"),
        "{reason}"
    );
    assert_eq!(zendesk.played.asked().len(), 0);
    // Looked at each time, not once.
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(read(&desk).state, ConnectorState::UpToDate);
    fs::set_permissions(&token, fs::Permissions::from_mode(0o604)).unwrap();
    assert_eq!(read(&desk).state, ConnectorState::Stopped);
}

#[test]
fn the_token_is_told_nowhere() {
    let zendesk = Zendesk::new();
    let desk = connected(&zendesk);
    read(&desk);
    let told = serde_json::to_string(&desk.app.connectors()).unwrap();
    assert!(!told.contains(TOKEN), "{told}");
    let backup = tempfile::tempdir().unwrap();
    let to = backup.path().join("backup");
    desk.app.backup(&to).unwrap();
    let data = desk.folder.path().to_owned();
    desk.app.close().unwrap();
    let holders = |folder: &Path| -> Vec<String> {
        files_under(folder)
            .into_iter()
            .filter(|path| {
                let bytes = fs::read(path).unwrap();
                memchr::memmem::find(&bytes, TOKEN.as_bytes()).is_some()
            })
            .map(|path| path.strip_prefix(folder).unwrap().display().to_string())
            .collect()
    };
    assert_eq!(holders(&data), ["connectors/zendesk/token"]);
    assert_eq!(holders(&to), Vec::<String>::new());
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let within = |path: PathBuf| {
        if path.is_dir() {
            files_under(&path)
        } else {
            vec![path]
        }
    };
    entries.flat_map(within).collect()
}

#[test]
fn what_cannot_be_read_of_one_ticket_keeps_no_other_waiting_and_is_read_at_night() {
    let zendesk = Zendesk::new();
    let broken = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let flag = Arc::clone(&broken);
    zendesk.played.faults(move |heard| {
        let is_it = flag.load(Ordering::SeqCst) && heard.path.contains("/102/audits");
        is_it.then_some(Said::Status(500, ""))
    });
    let desk = connected(&zendesk);
    let view = read(&desk);
    assert_eq!(
        (view.state, &*view.missed),
        (ConnectorState::UpToDate, &["102".to_owned()][..])
    );
    let (other, _) = imported(Format::Zendesk);
    let missing = messages(&other).len() - messages(&desk).len();
    // Its three comments: the contact's, the merge's and the reply.
    assert_eq!(missing, 3);
    broken.store(false, Ordering::SeqCst);
    read(&desk);
    assert_eq!(
        messages(&other).len() - messages(&desk).len(),
        missing,
        "not before the night"
    );
    desk.clock.set(desk.clock.now().plus_millis(DAY_MS));
    let view = read(&desk);
    assert_eq!(view.missed, Vec::<String>::new());
    assert_eq!(messages(&desk), messages(&other));
    same_reports(&desk, &other);
}

#[test]
fn what_is_open_is_read_again_at_night_though_nothing_says_that_it_changed() {
    let zendesk = Zendesk::new();
    let desk = connected(&zendesk);
    read(&desk);
    // 105 is pending.
    zendesk
        .desk
        .lock()
        .unwrap()
        .write_quietly(105, 1_077, "2026-10-30T08:00:00Z");
    read(&desk);
    assert!(!messages(&desk).contains(&"zendesk:1077".to_owned()));
    desk.clock.set(desk.clock.now().plus_millis(DAY_MS));
    read(&desk);
    assert!(messages(&desk).contains(&"zendesk:1077".to_owned()));
    // The night's work is accounted for.
    let imports = Arc::clone(&desk.app.snapshot().installation.imports);
    let account = &imports.latest().next().unwrap().completeness;
    assert_eq!(account.imported, 1);
}

#[test]
fn rounds_that_bring_nothing_leave_no_account() {
    let zendesk = Zendesk::new();
    let desk = connected(&zendesk);
    read(&desk);
    let accounts = || desk.app.snapshot().installation.imports.latest().count();
    assert_eq!(accounts(), 1);
    let before = desk.app.position();
    read(&desk);
    assert_eq!((desk.app.position(), accounts()), (before, 1));
}

#[test]
fn one_that_rests_asks_nothing_and_one_that_is_removed_leaves_what_it_brought() {
    let zendesk = Zendesk::new();
    let desk = connected(&zendesk);
    read(&desk);
    desk.app
        .do_connector(&by_cli(), "zendesk", ConnectorDeed::Pause)
        .unwrap();
    let desk = desk.reopened();
    let view = desk.app.connector("zendesk").unwrap();
    assert_eq!((view.state, view.next_at), (ConnectorState::Paused, None));
    let had = messages(&desk);
    let working = svar::work::start(&desk.app);
    zendesk.played.asked();
    desk.app
        .do_connector(&by_cli(), "zendesk", ConnectorDeed::Resume)
        .unwrap();
    until(|| desk.app.connector("zendesk").unwrap().rounds == 1);
    assert!(zendesk.played.times("cursor.json") > 0);
    desk.app
        .do_connector(&by_cli(), "zendesk", ConnectorDeed::Remove)
        .unwrap();
    drop(working);
    assert!(!desk.folder.path().join("connectors/zendesk").exists());
    assert!(desk.app.connector("zendesk").is_err());
    assert_eq!(messages(&desk), had);
}

/// Waits for what happens by itself.
fn until(mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(
            began.elapsed() < Duration::from_mins(1),
            "it does not happen"
        );
        pause(Duration::from_millis(10));
    }
}

#[test]
fn a_server_reads_by_itself_and_its_end_waits_for_no_source() {
    let zendesk = Zendesk::new();
    let desk = connected(&zendesk);
    let working = svar::work::start(&desk.app);
    until(|| desk.app.connector("zendesk").unwrap().rounds == 1);
    let (other, _) = imported(Format::Zendesk);
    assert_eq!(messages(&desk), messages(&other));
    let is_silent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&is_silent);
    zendesk.played.faults(move |_heard| {
        count.fetch_add(1, Ordering::SeqCst);
        Some(Said::Silence)
    });
    desk.app
        .do_connector(&by_cli(), "zendesk", ConnectorDeed::Run)
        .unwrap();
    until(|| is_silent.load(Ordering::SeqCst) > 0);
    let began = Instant::now();
    drop(working);
    desk.app.close().unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn a_source_that_says_nothing_keeps_no_other_waiting() {
    let (silent, zendesk) = (Zendesk::new(), Zendesk::new());
    silent.played.faults(|_heard| Some(Said::Silence));
    let desk = Desk::new();
    // The one that hangs is due first.
    for (name, source) in [("a", &silent), ("b", &zendesk)] {
        let draft = ConnectorDraft {
            name: Some(name.to_owned()),
            ..draft(&source.played.url)
        };
        desk.app.save_connector(&by_cli(), &draft).unwrap();
    }
    let working = svar::work::start(&desk.app);
    until(|| silent.played.times("") > 0);
    until(|| desk.app.connector("b").unwrap().rounds == 1);
    let hanging = desk.app.connector("a").unwrap();
    assert_eq!((hanging.rounds, hanging.success_at), (0, None));
    // It still waits for its first answer: nobody has waited until it was given up.
    assert_eq!(hanging.fault, None);
    let (other, _) = imported(Format::Zendesk);
    desk.app.settle().unwrap();
    assert_eq!(messages(&desk), messages(&other));
    let began = Instant::now();
    drop(working);
    desk.app.close().unwrap();
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn what_a_connection_brings_is_as_silent_as_an_import() {
    let zendesk = Zendesk::new();
    let desk = connected(&zendesk);
    read(&desk);
    // Somebody writes right now, on a channel on which the agent is on duty.
    let now = desk.clock.now().to_string();
    zendesk
        .desk
        .lock()
        .unwrap()
        .add(json!({"id": 900, "created_at": now, "updated_at": now,
        "via": {"channel": "chat"}, "requester_id": 22, "status": "new", "subject": "Hello"}));
    zendesk.desk.lock().unwrap().ask(900, 22, &now);
    read(&desk);
    assert!(messages(&desk).contains(&"zendesk:9001".to_owned()));
    let snapshot = desk.app.snapshot();
    assert_eq!(
        snapshot
            .installation
            .customer_agent
            .waiting
            .after(0)
            .count(),
        0
    );
    assert_eq!(svar::work::answer_waiting(&desk.app).unwrap(), 0);
    assert!(
        exported(&desk)
            .iter()
            .all(|event| event["author"]["kind"] != "customer_agent")
    );
}

#[test]
fn the_api_lists_adds_and_steers_them_and_names_what_it_refuses() {
    let zendesk = Zendesk::new();
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    let url = &zendesk.played.url;
    for (body, words) in [
        (
            json!({"product": "zendisk", "url": url, "token": "x"}),
            "`zendisk` is none of",
        ),
        (
            json!({"product": "zendesk", "url": "http://shop.example", "token": "x"}),
            "only on this machine",
        ),
        (json!({"product": "zendesk", "token": "x"}), "url"),
        (json!({"product": "zendesk", "url": url}), "token"),
        (
            json!({"product": "zendesk", "url": url, "token": "two words"}),
            "it is no token",
        ),
        (
            json!({"product": "zendesk", "url": url, "token": "x", "name": "A/b"}),
            "`A/b` is no name",
        ),
        (
            json!({"product": "zendesk", "url": url, "token": "x", "since": "soon"}),
            "`soon` is no day",
        ),
        (
            json!({"product": "zendesk", "url": url, "token": "x", "colour": 1}),
            "colour",
        ),
    ] {
        let refused = server.post("/api/v1/connectors", &body);
        assert_eq!(refused.status, 400, "{words}: {}", refused.body);
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
        assert!(!refused.body.contains("two words"), "{}", refused.body);
    }
    let body = json!({"product": "zendesk", "url": url, "user": "ann@shop.example", "token": TOKEN,
        "name": "shop", "since": "2026-10-06"});
    let added = server.post("/api/v1/connectors", &body);
    assert_eq!(added.status, 200, "{}", added.body);
    assert!(!added.body.contains(TOKEN));
    assert_eq!(added.json()["since"], "2026-10-06T00:00:00Z");
    let other =
        json!({"product": "zendesk", "url": "https://b.example", "token": "x", "name": "shop"});
    assert_eq!(server.post("/api/v1/connectors", &other).status, 409);
    let list = server.get("/api/v1/connectors").json();
    assert_eq!(
        (&list["items"][0]["name"], &list["items"][0]["state"]),
        (&json!("shop"), &json!("reading"))
    );
    let post = |deed: &str| server.post(&format!("/api/v1/connectors/shop/{deed}"), &json!({}));
    assert_eq!(post("pause").json()["state"], "paused");
    assert_eq!(post("resume").json()["state"], "reading");
    assert_eq!(post("run").status, 200);
    assert_eq!(post("remove").status, 200);
    assert_eq!(post("run").status, 404);
    assert_eq!(server.get("/api/v1/connectors").json()["items"], json!([]));
}

/// The page.
const PAGE: &str = "/settings/connectors";

/// Sends the page's form for an account.
fn added(server: &Server, url: &str) -> crate::desk::Answer {
    let pairs = [
        ("do", "save"),
        ("product", "zendesk"),
        ("url", url),
        ("user", "ann@shop.example"),
        ("account", ""),
        ("token", TOKEN),
        ("name", ""),
        ("since", ""),
    ];
    server.form(PAGE, &pairs)
}

#[track_caller]
fn says(page: &str, all: &[&str]) {
    for words in all {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[test]
fn the_page_adds_an_account_and_never_shows_its_token() {
    let zendesk = Zendesk::new();
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    let refused = added(&server, "http://shop.example");
    assert_eq!(refused.status, 200);
    // What was typed stays, save the token.
    says(
        &refused.body,
        &["only on this machine", "value=\"ann@shop.example\""],
    );
    assert!(!refused.body.contains(TOKEN));
    let done = added(&server, &zendesk.played.url);
    let place = "/settings/connectors?done=save";
    assert_eq!((done.status, done.header("location")), (303, place));
    read(&desk);
    let page = server.get(PAGE).body;
    let reach = "Everything up to 2026-10-31T23:59:00Z is here, 1 m 00 s ago.";
    says(&page, &["up to date", reach, "Events: "]);
    assert!(!page.contains(TOKEN));
    let edit = server.get("/settings/connectors?edit=zendesk").body;
    says(&edit, &[&format!("value=\"{}\"", zendesk.played.url)]);
    assert!(!edit.contains(TOKEN));
    says(
        &server.get("/imports").body,
        &["href=\"/settings/connectors\""],
    );
}

#[test]
fn the_page_says_what_went_wrong_and_what_to_do() {
    let zendesk = Zendesk::new();
    let desk = Desk::new();
    let server = Server::start(&desk.app);
    added(&server, &zendesk.played.url);
    zendesk.played.faults(|_heard| Some(Said::Status(401, "")));
    let run = |deed: &str| {
        server
            .form(PAGE, &[("do", deed), ("name", "zendesk")])
            .status
    };
    assert_eq!(run("run"), 303);
    read(&desk);
    let wanted = [
        "stopped",
        "it refuses the token",
        "make a new token in the product",
    ];
    says(&server.get(PAGE).body, &wanted);
    let done = (run("pause"), run("resume"), run("remove"), run("run"));
    assert_eq!(done, (303, 303, 303, 404));
    says(&server.get(PAGE).body, &["No account is connected yet"]);
}

/// A desk that reads an account of another product, and what came of the first reading.
fn other(format: Format, played: &played::Played) -> (Desk, ConnectorView) {
    let desk = Desk::new();
    let draft = ConnectorDraft {
        product: format.as_str().to_owned(),
        user: None,
        account: (format == Format::Chatwoot).then(|| "1".to_owned()),
        ..draft(&played.url)
    };
    desk.app.save_connector(&by_cli(), &draft).unwrap();
    let view = read_of(&desk, format.as_str());
    (desk, view)
}

/// What a connection and an export of one desk have in common: messages and figures, in any order.
fn meets(format: Format, played: &played::Played, reports: &[&str]) -> (Desk, ConnectorView) {
    let (desk, view) = other(format, played);
    assert_eq!(
        (view.state, &view.fault),
        (ConnectorState::UpToDate, &None),
        "{view:?}"
    );
    let (export, _) = imported(format);
    assert_eq!(messages(&desk), messages(&export));
    let compare = |desk: &Desk| {
        for report in reports {
            assert_eq!(total(desk, report), total(&export, report), "{report}");
        }
    };
    compare(&desk);
    // Once more over the export: nothing comes twice.
    let both = Desk::new();
    import(&both, format, &files_of(format));
    let draft = ConnectorDraft {
        product: format.as_str().to_owned(),
        user: None,
        account: (format == Format::Chatwoot).then(|| "1".to_owned()),
        ..draft(&played.url)
    };
    both.app.save_connector(&by_cli(), &draft).unwrap();
    let again = read_of(&both, format.as_str());
    assert_eq!(again.accepted, 0, "{again:?}");
    assert_eq!(messages(&both), messages(&export));
    compare(&both);
    (desk, view)
}

#[test]
fn intercom_is_read_by_its_search_and_each_conversation_whole() {
    let played = others::intercom(&Arc::default());
    let reports = [
        "first_response_time",
        "handled",
        "handoff_rate",
        "csat",
        "reply_count",
    ];
    let (desk, _) = meets(Format::Intercom, &played, &reports);
    played.asked();
    read_of(&desk, "intercom");
    let heard = played.asked();
    let of = |part: &str| heard.iter().filter(|one| one.path.contains(part)).count();
    // From five minutes before the last change on, inclusive; of what has not changed no
    // conversation is asked for again, save the one that does not say as a number when it did.
    let search = heard
        .iter()
        .find(|one| one.path == "/conversations/search")
        .unwrap();
    assert_eq!(search.body["query"]["value"], 1_791_360_100 - 300 - 1);
    assert_eq!((of("/conversations/5"), of("/admins")), (0, 0));
}

#[test]
fn what_is_newest_waits_a_minute_and_what_appears_late_is_read() {
    let later = Arc::default();
    let played = others::intercom(&later);
    let (desk, _) = other(Format::Intercom, &played);
    let now = desk.clock.now().millis() / 1_000;
    let change = |id: u64, at: i64| {
        later
            .lock()
            .unwrap()
            .push(json!({"type": "conversation", "id": id.to_string(),
            "created_at": at, "updated_at": at, "state": "open", "contacts": [{"id": "u1"}],
            "source": {"type": "conversation", "id": id + 9_000, "body": "<p>Hello</p>",
                "delivered_as": "customer_initiated", "author": {"type": "user", "id": "u1"}},
            "conversation_parts": {"total_count": 0, "conversation_parts": []}}));
    };
    let read = |secs: i64| {
        desk.clock.set(desk.clock.now().plus_millis(secs * 1_000));
        read_of(&desk, "intercom");
        let told = messages(&desk).into_iter();
        let new = told.filter(|id| id.starts_with("intercom:source/6"));
        new.map(|id| id.split('/').nth(1).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    change(600, now - 30);
    assert_eq!(read(0), Vec::<String>::new());
    assert_eq!(read(60), ["600"]);
    // Three of one second, over the end of a page, and one that shows up with an instant before
    // the last that was read.
    for id in 601..=603 {
        change(id, now + 1);
    }
    change(604, now - 30 - 200);
    assert_eq!(read(60), ["600", "601", "602", "603", "604"]);
}

#[test]
fn chatwoot_is_read_backwards_until_what_was_read_before() {
    let played = others::chatwoot(0);
    let reports = ["first_response_time", "csat", "reply_count", "handled"];
    let (desk, _) = meets(Format::Chatwoot, &played, &reports);
    played.asked();
    read_of(&desk, "chatwoot");
    let heard = played.asked();
    let pages = heard
        .iter()
        .filter(|one| one.path.ends_with("/conversations"));
    // The second of the two on the first page is older than wanted.
    assert_eq!(pages.count(), 1);
    assert!(heard.iter().all(|one| !one.path.ends_with("/messages")));
}

#[test]
fn a_long_conversation_of_chatwoot_is_read_page_by_page_to_its_beginning() {
    let played = others::chatwoot(45);
    let (desk, _) = other(Format::Chatwoot, &played);
    let (export, _) = imported(Format::Chatwoot);
    assert_eq!(messages(&desk).len(), messages(&export).len() + 45);
    // 4 + 45 messages: 20, 20 and 9.
    assert_eq!(played.times("/301/messages"), 3);
}

#[test]
fn hubspot_is_read_by_its_search_with_the_history_of_tickets() {
    let played = others::hubspot();
    let reports = [
        "first_response_time",
        "time_to_close",
        "reopen_rate",
        "csat",
        "support_volume",
    ];
    let (_desk, _) = meets(Format::HubSpot, &played, &reports);
}

#[test]
fn what_was_missed_of_any_stream_is_asked_for_again_at_night() {
    let missing = |format: Format, played: &played::Played, part: &'static str, id: &str| {
        let broken = Arc::new(AtomicUsize::new(1));
        let flag = Arc::clone(&broken);
        played.faults(move |heard| {
            let is_it = flag.load(Ordering::SeqCst) > 0 && heard.path.ends_with(part);
            is_it.then_some(Said::Status(500, ""))
        });
        let (desk, view) = other(format, played);
        let (export, _) = imported(format);
        assert_eq!(view.missed, [id]);
        assert!(messages(&desk).len() < messages(&export).len());
        broken.store(0, Ordering::SeqCst);
        desk.clock.set(desk.clock.now().plus_millis(DAY_MS));
        let view = read_of(&desk, format.as_str());
        assert_eq!(view.missed, Vec::<String>::new());
        assert_eq!(messages(&desk), messages(&export));
    };
    // Closed and not changed since: nothing else would read them.
    let intercom = others::intercom(&Arc::default());
    missing(Format::Intercom, &intercom, "/conversations/502", "502");
    missing(Format::HubSpot, &others::hubspot(), "/903/messages", "903");
    missing(
        Format::Chatwoot,
        &others::chatwoot(0),
        "/301/messages",
        "301",
    );
}

/// The drafts of short answers, by id.
fn drafts(desk: &Desk) -> Vec<String> {
    let drafts = exported(desk).into_iter();
    let drafts = drafts.filter(|event| event["type"] == "short_answer.upserted");
    let mut ids: Vec<String> = drafts
        .map(|event| event["short_answer"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

#[test]
fn a_connection_brings_hours_agreements_and_knowledge_once_a_day() {
    let zendesk = Zendesk::new();
    let desk = connected(&zendesk);
    read(&desk);
    let (other, _) = imported(Format::Zendesk);
    let of = |desk: &Desk, kind: &str| -> Vec<Value> {
        let all = exported(desk).into_iter();
        all.filter(|event| event["type"] == kind).collect()
    };
    for kind in ["schedule.upserted", "sla.upserted", "short_answer.upserted"] {
        assert!(!of(&other, kind).is_empty(), "{kind}");
        // Of a schedule also its holidays, which do not say of which they are.
        assert_eq!(of(&desk, kind), of(&other, kind), "{kind}");
    }
    let asked = zendesk.played.asked();
    let of_lists = |asked: &[played::Heard]| {
        let lists = ["schedules", "policies", "articles", "macros", "holidays"];
        let is_list = |one: &&played::Heard| lists.iter().any(|list| one.path.contains(list));
        asked.iter().filter(is_list).count()
    };
    assert_eq!(of_lists(&asked), 5);
    read(&desk);
    assert_eq!(of_lists(&zendesk.played.asked()), 0, "on the same day");
    // What was changed there later is written over nothing here, and is no fault either.
    zendesk.desk.lock().unwrap().macros[0]["title"] = "Refund of all".into();
    desk.clock.set(desk.clock.now().plus_millis(DAY_MS));
    let view = read(&desk);
    assert_eq!(of_lists(&zendesk.played.asked()), 5);
    let snapshot = desk.app.snapshot();
    let account = &snapshot
        .installation
        .imports
        .latest()
        .next()
        .unwrap()
        .completeness;
    assert_eq!(view.rejected, 0, "{view:?} {account:?}");
    assert_eq!(
        of(&desk, "short_answer.upserted"),
        of(&other, "short_answer.upserted")
    );
}

#[test]
fn knowledge_of_others_comes_with_their_connections_page_by_page() {
    let (desk, view) = other(Format::Intercom, &others::intercom(&Arc::default()));
    let (whole, _) = imported(Format::Intercom);
    let articles = |desk: &Desk| -> Vec<String> {
        let mut all = drafts(desk);
        all.retain(|id| id.contains(":article:"));
        all
    };
    assert!(articles(&desk).len() > 1, "{view:?}");
    assert_eq!(articles(&desk), articles(&whole));
    // Twenty-six articles are two pages of Chatwoot's; the portal with the odd name is none.
    let played = others::chatwoot(25);
    let (desk, _) = other(Format::Chatwoot, &played);
    assert_eq!(articles(&desk).len(), 26);
    assert!(drafts(&desk).contains(&"chatwoot:canned:81".to_owned()));
    let asked = played.asked();
    assert!(asked.iter().all(|one| !one.path.contains("..")));
}

/// What is written down of connections, by whom.
fn audited(desk: &Desk) -> Vec<(String, String)> {
    desk.app.settle().unwrap();
    let snapshot = desk.app.snapshot();
    let entries = snapshot.installation.audit.latest();
    let entries = entries.filter(|entry| entry.kind == "svar.connector_changed");
    let mut all: Vec<_> = entries
        .map(|entry| {
            let change = entry.detail.split("change: ").nth(1).unwrap();
            let change = change.split(',').next().unwrap();
            (entry.actor.clone(), change.to_owned())
        })
        .collect();
    all.reverse();
    all
}

#[test]
fn who_did_what_with_a_connection_stands_in_the_audit_log() {
    let zendesk = Zendesk::new();
    let desk = connected(&zendesk);
    let ada = Caller::live(Identity::User("ada".to_owned()), Role::Admin);
    let app = &desk.app;
    let again = ConnectorDraft {
        token: Some("tok-en-of-another-day".to_owned()),
        ..draft(&zendesk.played.url)
    };
    app.save_connector(&ada, &again).unwrap();
    let fetching = ConnectorDraft {
        token: None,
        fetch_attachments: true,
        ..again
    };
    app.save_connector(&ada, &fetching).unwrap();
    // What changes nothing is nothing that was done.
    app.save_connector(&ada, &fetching).unwrap();
    for deed in [
        ConnectorDeed::Run,
        ConnectorDeed::Pause,
        ConnectorDeed::Pause,
        ConnectorDeed::Resume,
        ConnectorDeed::Pause,
        ConnectorDeed::Run,
        ConnectorDeed::Remove,
    ] {
        app.do_connector(&ada, "zendesk", deed).unwrap();
    }
    let wanted = [
        ("cli", "added"),
        ("user:ada", "token_replaced"),
        ("user:ada", "changed"),
        ("user:ada", "paused"),
        ("user:ada", "resumed"),
        ("user:ada", "paused"),
        ("user:ada", "resumed"),
        ("user:ada", "removed"),
    ];
    let wanted = wanted.map(|(who, what)| (who.to_owned(), what.to_owned()));
    assert_eq!(audited(&desk), wanted);
    let snapshot = desk.app.snapshot();
    let entry = snapshot.installation.audit.latest().next().unwrap();
    assert!(entry.detail.contains("connector: zendesk"), "{entry:?}");
    assert!(entry.detail.contains(&zendesk.played.url), "{entry:?}");
    assert!(!entry.detail.contains("tok-en"), "{entry:?}");
    // A rebuild knows it, too; no export does.
    let desk = desk.reopened();
    assert_eq!(audited(&desk), wanted);
    let mut events = exported(&desk).into_iter();
    assert!(events.all(|event| event["type"] != "svar.connector_changed"));
}

#[test]
fn a_connection_of_hubspot_reads_by_the_mapping_that_it_is_given() {
    let played = others::hubspot();
    let with = |mapping: Option<&str>| ConnectorDraft {
        product: "hubspot".to_owned(),
        user: None,
        mapping: mapping.map(str::to_owned),
        ..draft(&played.url)
    };
    let reps = |desk: &Desk| {
        let events = exported(desk).into_iter();
        let messages = events.filter(|event| event["type"] == "message.added");
        messages
            .filter(|event| event["author"]["kind"] == "rep")
            .count()
    };
    let (plain, _) = other(Format::HubSpot, &played);
    let mapped = Desk::new();
    let mapping = "[senders]\nAGENT = \"automation\"\n";
    mapped
        .app
        .save_connector(&by_cli(), &with(Some(mapping)))
        .unwrap();
    read_of(&mapped, "hubspot");
    assert!(reps(&plain) > 0);
    assert!(reps(&mapped) < reps(&plain));
    // It stays where a token alone is given, also after a restart, and goes where it is emptied.
    mapped.app.save_connector(&by_cli(), &with(None)).unwrap();
    let mapped = mapped.reopened();
    let kept = mapped.app.connector("hubspot").unwrap().mapping;
    assert_eq!(kept.as_deref(), Some(mapping.trim()));
    let view = mapped.app.save_connector(&by_cli(), &with(Some(" ")));
    assert_eq!(view.unwrap().mapping, None);
    let odd = |draft: &ConnectorDraft| {
        let fault = mapped.app.save_connector(&by_cli(), draft).unwrap_err();
        fault.to_string()
    };
    let fault = odd(&with(Some("[senders]\nAGENT = \"robot\"")));
    assert!(
        fault.contains("mapping") && fault.contains("robot"),
        "{fault}"
    );
    let fault = odd(&ConnectorDraft {
        mapping: Some(mapping.to_owned()),
        ..draft("https://shop.zendesk.com")
    });
    assert!(fault.contains("it is for hubspot"), "{fault}");
}
