//! The pages of settings as one whole: their front page, the list beside each, working hours, and what a
//! desk shows on which nothing has happened yet.

use serde_json::json;

use crate::desk::Desk;

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
