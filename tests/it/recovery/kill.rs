//! `kill -9` between any two writes, and at any moment under load.
//!
//! A failpoint makes the moment exact: the process sends itself SIGKILL at the n-th passage
//! of a named point. Each test kills one folder again and again, and looks after each kill.

use std::time::Instant;

use super::*;

/// Points that a server passes while events are posted, with the passages at which it dies.
const COMMITS: &[(&str, &[u32])] = &[
    ("journal.write", &[1, 2, 5]),
    ("journal.write.half", &[1, 2, 3, 6]),
    ("journal.written", &[1, 2, 5]),
    ("journal.synced", &[1, 2, 5]),
    ("journal.acknowledged", &[1, 2, 5]),
    ("store.apply", &[1, 3, 5]),
    ("store.applied", &[1, 3, 5]),
    ("fold.commit", &[2, 3]),
    ("fold.committed", &[1, 2, 3]),
    ("fold.published", &[1, 2]),
];
const ROTATIONS: &[(&str, &[u32])] = &[
    ("journal.run.written", &[1, 2, 4]),
    ("journal.run.renamed", &[1, 2, 4]),
    ("journal.rotate.created", &[1, 2, 4]),
    ("journal.rotate.synced", &[1, 2, 4]),
    ("journal.seal.compressed", &[1, 2, 4]),
    ("journal.seal.renamed", &[1, 2, 4]),
    ("journal.seal.synced", &[1, 2, 4]),
    ("journal.seal.removed", &[1, 2, 4]),
];
/// Points that a server passes as it starts, and what must have happened before.
const STARTS: &[(&str, Before, u32)] = &[
    ("folder.format", Before::Nothing, 2),
    ("journal.open.created", Before::Nothing, 2),
    ("journal.open.tidied", Before::TornWrite, 2),
    ("journal.open.cut", Before::TornWrite, 2),
    ("folder.unclean", Before::CleanStop, 2),
    ("store.open", Before::LostFolds, 2),
    ("store.made", Before::LostFolds, 2),
    ("store.marked", Before::LostFolds, 2),
    ("store.aside", Before::BadStore, 2),
    ("fold.replayed", Before::LostFolds, 2),
    ("fold.commit", Before::LostFolds, 2),
    ("fold.committed", Before::LostFolds, 2),
    ("folder.announced", Before::CleanStop, 2),
];
/// Points that a server passes as it stops.
const STOPS: &[&str] = &[
    "folder.retract",
    "store.flush",
    "store.flushed",
    "columns.write",
    "columns.written",
    "columns.renamed",
    "folder.clean",
];
const REBUILDS: &[(&str, &[u32])] = &[
    ("rebuild.marked", &[1]),
    ("rebuild.cleared", &[1, 2]),
    ("rebuild.folding", &[1]),
    ("store.made", &[1]),
    ("fold.replayed", &[1]),
    ("fold.commit", &[1]),
    ("fold.committed", &[1]),
    ("rebuild.folded", &[1]),
];
const UPGRADES: &[(&str, &[u32])] = &[
    ("folder.upgrade", &[1, 2, 3]),
    ("folder.upgraded", &[1]),
    ("folder.format", &[1]),
];
/// How often a server under load is killed at a moment of no choice.
const RANDOM_KILLS: usize = 16;

/// What happens before a start.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Before {
    /// There is no folder yet.
    Nothing,
    CleanStop,
    /// A batch was half written.
    TornWrite,
    /// Store and index are gone.
    LostFolds,
    /// The store is no store any more.
    BadStore,
}

fn armed(point: &str, passage: u32) -> String {
    format!("{point}=kill@{passage}")
}

impl Place {
    /// Posts to a server that dies at the point on the way.
    fn die_while_posting(&mut self, point: &str, passage: u32) {
        let armed = armed(point, passage);
        let variables = [SMALL_SEGMENTS, ("SVAR_FAILPOINT", armed.as_str())];
        match self.try_serve(&variables) {
            Err(ran) => assert!(ran.is_killed(), "{armed}: {}", ran.stderr),
            Ok(mut server) => {
                let (began, mut posts) = (Instant::now(), 0);
                while !server.has_ended() {
                    // Counted, not timed, so that a folder lasts for many kills on a fast
                    // machine too: points that are passed now and then are waited for.
                    let (few, pause) = if posts < 25 { (4, 3) } else { (1, 20) };
                    if self.post(&server, few) {
                        std::thread::park_timeout(Duration::from_millis(pause));
                    }
                    posts += 1;
                    assert!(began.elapsed() < PATIENCE, "{armed} is never reached");
                }
                assert!(is_killed(server.wait()), "{armed}");
            }
        }
        self.kills += 1;
    }

    /// Runs a command that dies at the point.
    fn die_while_running(&mut self, arguments: &[&str], point: &str, passage: u32) {
        let armed = armed(point, passage);
        let variables = [SMALL_SEGMENTS, ("SVAR_FAILPOINT", armed.as_str())];
        let ran = self.run_with(arguments, &variables);
        assert!(ran.is_killed(), "{armed}: {}{}", ran.stdout, ran.stderr);
        self.kills += 1;
    }

    fn prepare(&mut self, before: Before) {
        let data = self.data();
        match before {
            Before::Nothing => {
                *self = Self {
                    kills: self.kills,
                    ..Self::new()
                };
            }
            Before::CleanStop => {
                let server = self.serve(&[SMALL_SEGMENTS]);
                assert!(self.post(&server, 5));
                assert!(server.stop().0.success());
            }
            Before::TornWrite => self.die_while_posting("journal.write.half", 2),
            Before::LostFolds => {
                fs::remove_dir_all(data.join("store")).unwrap();
                fs::remove_dir_all(data.join("derived")).unwrap();
            }
            Before::BadStore => {
                fs::write(data.join("store").join("db"), [0x5A; 10_000]).unwrap();
            }
        }
    }
}

fn kill_at_each(place: &mut Place, points: &[(&str, &[u32])]) {
    for (point, passages) in points {
        for passage in *passages {
            place.die_while_posting(point, *passage);
            place.verify();
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_a_commit_is_cut_off() {
    let mut place = Place::new();
    kill_at_each(&mut place, COMMITS);
    assert_eq!(place.kills, 29);
}

#[test]
fn nothing_acknowledged_is_lost_when_a_rotation_or_sealing_is_cut_off() {
    let mut place = Place::new();
    kill_at_each(&mut place, ROTATIONS);
    assert_eq!(place.kills, 24);
    let sealed = fs::read_dir(place.data().join("journal")).unwrap();
    assert!(sealed.count() > 20);
}

#[test]
fn a_start_that_is_cut_off_can_be_started_again() {
    let mut place = Place::filled();
    for (point, before, times) in STARTS {
        for _ in 0..*times {
            place.prepare(*before);
            let armed = armed(point, 1);
            let variables = [SMALL_SEGMENTS, ("SVAR_FAILPOINT", armed.as_str())];
            let ran = place.try_serve(&variables);
            let status = match ran {
                Err(ran) => ran.status,
                // It had listened for a moment.
                Ok(mut server) => server.wait(),
            };
            assert!(is_killed(status), "{armed}");
            place.kills += 1;
            if *before != Before::Nothing {
                place.verify();
            }
        }
        if *before == Before::Nothing {
            place = Place {
                kills: place.kills,
                ..Place::filled()
            };
        }
    }
    assert_eq!(place.kills, 30);
}

#[test]
fn a_stop_that_is_cut_off_loses_nothing() {
    let mut place = Place::new();
    for point in STOPS {
        for posts in [1, 4] {
            let armed = armed(point, 1);
            let server = place.serve(&[SMALL_SEGMENTS, ("SVAR_FAILPOINT", armed.as_str())]);
            for _ in 0..posts {
                assert!(place.post(&server, 10));
            }
            let (status, said) = server.stop();
            assert!(is_killed(status), "{armed}: {said}");
            place.kills += 1;
            place.verify();
        }
    }
    assert_eq!(place.kills, 14);
}

#[test]
fn a_rebuild_that_is_cut_off_is_gone_on_with() {
    let mut place = Place::filled();
    for (point, passages) in REBUILDS {
        for passage in *passages {
            place.die_while_running(&["rebuild"], point, *passage);
            let ran = place.run(&["rebuild"]).ok();
            let goes_on = ran.stderr.contains("going on with the rebuild");
            assert_eq!(
                goes_on,
                !matches!(*point, "rebuild.marked" | "rebuild.cleared"),
                "{point}"
            );
            place.verify();
            // Killed again, and then simply served.
            place.die_while_running(&["rebuild"], point, *passage);
            assert!(place.serve(&[]).stop().0.success());
            place.verify();
            assert!(!place.data().join("rebuild").exists());
            assert!(!place.data().join("store.old").exists());
        }
    }
    assert_eq!(place.kills, 18);
}

#[test]
fn a_long_rebuild_goes_on_from_where_it_was_saved() {
    let mut place = Place::new();
    let desk = ["demo", "--conversations", "3200", "--until", "2026-06-30"];
    let events = place.run(&desk).ok().stdout;
    assert!(events.lines().count() > 35_000);
    fs::write(place.path("desk.jsonl"), events).unwrap();
    place.run(&["import", "desk.jsonl"]).ok();
    let whole = place.run(&["report", "handled", "--json"]);
    place.die_while_running(&["rebuild"], "fold.saved", 1);
    let variables = [("SVAR_FAILPOINT", "fold.saved=kill@1")];
    let ran = place.run_with(&["rebuild"], &variables).ok();
    assert!(ran.stderr.contains("going on"), "{}", ran.stderr);
    assert_eq!(
        place.run(&["report", "handled", "--json"]).stdout,
        whole.stdout
    );
}

/// Moves the segments to where a folder of format 0 has them.
fn downgrade(data: &Path) {
    let journal = data.join("journal");
    if journal.exists() {
        for entry in fs::read_dir(&journal).unwrap() {
            let path = entry.unwrap().path();
            svar::disk::rename(&path, &data.join(path.file_name().unwrap())).unwrap();
        }
        fs::remove_dir(journal).unwrap();
    }
    fs::remove_file(data.join("format")).unwrap();
}

#[test]
fn an_upgrade_that_is_cut_off_is_done_again() {
    let mut place = Place::filled();
    for (point, passages) in UPGRADES {
        for passage in *passages {
            downgrade(&place.data());
            place.die_while_running(&["report", "handled"], point, *passage);
            let ran = place.run(&["report", "handled"]).ok();
            assert!(
                ran.stderr.contains("was brought from format 0 to 1"),
                "{}",
                ran.stderr
            );
            place.verify();
        }
    }
    assert_eq!(place.kills, 5);
}

#[test]
fn a_server_under_load_is_killed_at_random() {
    let mut place = Place::new();
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    for _ in 0..RANDOM_KILLS {
        let mut server = place.serve(&[SMALL_SEGMENTS]);
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let life = Duration::from_millis(random % 400);
        let began = Instant::now();
        std::thread::scope(|scope| {
            let url = server.url.clone();
            let killer = scope.spawn(|| {
                while began.elapsed() < life {
                    std::thread::park_timeout(life.saturating_sub(began.elapsed()));
                }
                server.kill();
            });
            post_from_many(&mut place, &url);
            killer.join().unwrap();
        });
        assert!(is_killed(server.wait()));
        place.kills += 1;
        place.verify();
    }
    assert!(place.acknowledged.len() > 100);
}

/// Posts from four threads at once until the server is gone.
fn post_from_many(place: &mut Place, url: &str) {
    const THREADS: usize = 4;
    let mut parts: Vec<Vec<Event>> = vec![Vec::new(); THREADS];
    let from = place.waiting.len().saturating_sub(200);
    let next = place.waiting.split_off(from);
    for (at, event) in next.into_iter().rev().enumerate() {
        parts[at % THREADS].push(event);
    }
    let outcomes: Vec<(Vec<Event>, usize)> = std::thread::scope(|scope| {
        let posting: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(move || post_part(url, part)))
            .collect();
        posting
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let mut rest = Vec::new();
    for (part, acknowledged) in outcomes {
        place.sent.extend(part.iter().map(keyed));
        place
            .acknowledged
            .extend(part[..acknowledged].iter().map(keyed));
        rest.extend_from_slice(&part[acknowledged..]);
    }
    rest.reverse();
    place.waiting.extend(rest);
}

/// Posts two events a time; how many were acknowledged.
fn post_part(url: &str, part: Vec<Event>) -> (Vec<Event>, usize) {
    let mut acknowledged = 0;
    let agent = agent();
    for chunk in part.chunks(2) {
        let body: String = chunk.iter().map(|event| event.to_json() + "\n").collect();
        match read(agent.post(format!("{url}/api/v1/events")).send(body)) {
            Ok(answer) if answer.status == 200 => acknowledged += chunk.len(),
            _ => break,
        }
    }
    (part, acknowledged)
}

#[test]
fn every_failpoint_is_driven_and_there_are_a_hundred_kills() {
    let mut driven: BTreeSet<&str> = STOPS.iter().copied().collect();
    driven.extend(STARTS.iter().map(|(point, _, _)| *point));
    let tables = [
        COMMITS,
        ROTATIONS,
        REBUILDS,
        UPGRADES,
        backup::KILLS,
        connectors::KILLS,
        drafts::KILLS,
        erase::KILLS,
        files::KILLS,
        imports::KILLS,
        mail::KILLS,
        mailbox::KILLS,
        mail::DUE_KILLS,
        model::KILLS,
        webhooks::KILLS,
    ];
    let mut kills = RANDOM_KILLS + 2 * STOPS.len() + 2 * STARTS.len();
    for (point, passages) in tables.into_iter().flatten() {
        driven.insert(point);
        kills += passages.len();
    }
    // Next to those tables: in a long rebuild, and in the process that tries a store.
    driven.extend(["fold.saved", "store.probe"]);
    let points: BTreeSet<&str> = svar::failpoint::POINTS.iter().copied().collect();
    assert_eq!(driven, points);
    assert!(kills >= 100, "{kills}");
}
