//! The laws of the desk: whatever commands anybody gives in whatever order, these hold.
//!
//! 1. What is refused writes nothing, and whoever may not is always refused.
//! 2. What is written carries the actor of whoever gave the command.
//! 3. Each view's number is the length of its list, whatever it is narrowed to.
//! 4. Each conversation that is not deleted is in just one of the lists that are apart.
//! 5. A conversation has one assignee: the last one that it was given to.
//! 6. A conversation is resolved once until it is opened again.
//! 7. A ticket is taken only where nobody has it.
//! 8. What was live equals a rebuild.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::Value;
use svar::app::App;
use svar::command::{
    Caller, Command, ConversationAction, ConversationCommand, Identity, MessageDraft, Role,
    TagCommand, TicketAction, TicketCommand, UserDraft,
};
use svar::model::RepId;
use svar::model::desk::{DeskFilter, DeskQuery, DeskView, Line};
use svar::model::event::{Assignee, Mark};

use crate::desk::Desk;

const STORY: &str = "
    20 09:00 rep.upserted rep=zoe name=Zoe
    30 09:00 conversation.started conversation=c0 contact=p0 channel=email
    30 09:00 message.added conversation=c0 message=m0 author=contact
    30 09:00 conversation.assigned conversation=c0 to=nobody
    30 10:00 conversation.started conversation=c1 contact=p1
    30 10:00 message.added conversation=c1 message=m1 author=contact
    30 10:00 conversation.assigned conversation=c1 to=rep:zoe
    30 11:00 conversation.started conversation=c2 contact=p2
    30 11:00 message.added conversation=c2 message=m2 author=contact
    30 11:00 conversation.assigned conversation=c2 to=customer_agent
    31 09:00 ticket.opened ticket=t0 pipeline=support stage=new
    31 09:00 ticket.opened ticket=t1 pipeline=jobs contact=p1
";

/// Somebody, and what they want.
#[derive(Clone, Debug)]
struct Wish {
    caller: usize,
    thing: usize,
    deed: Deed,
}

#[derive(Clone, Debug)]
enum Deed {
    Conversation(ConversationAction),
    Ticket(TicketAction),
    Tag(TagCommand),
    ContactWrites,
}

fn callers() -> [Caller; 5] {
    let user = |name: &str, role| Caller::live(Identity::User(name.to_owned()), role);
    [
        user("ada", Role::Rep),
        user("ben", Role::Admin),
        user("vic", Role::Viewer),
        Caller::live(Identity::Token("k".to_owned()), Role::Rep),
        Caller::live(Identity::Cli, Role::Admin),
    ]
}

fn assignee() -> impl Strategy<Value = Assignee> {
    let rep = |id: &str| Assignee::Rep {
        id: RepId::parse(id).unwrap(),
    };
    prop_oneof![
        Just(Assignee::Nobody {}),
        Just(Assignee::CustomerAgent { id: None }),
        Just(rep("ada")),
        Just(rep("zoe")),
        Just(rep("nobody-of-this-name")),
    ]
}

fn tag() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("vip".to_owned()),
        Just("late".to_owned()),
        Just(" ".to_owned())
    ]
}

fn on_conversation() -> impl Strategy<Value = ConversationAction> {
    prop_oneof![
        any::<(u32, bool)>().prop_map(|(id, note)| ConversationAction::Write {
            message: format!("w{id}"),
            draft: MessageDraft {
                text: "Well.".to_owned(),
                note,
                cc: None,
                files: Vec::new(),
            },
        }),
        assignee().prop_map(ConversationAction::Assign),
        Just(ConversationAction::Resolve),
        Just(ConversationAction::Reopen),
        Just(ConversationAction::See { until: None }),
        Just(ConversationAction::Unsee),
        Just(ConversationAction::Snooze { until: None }),
        Just(ConversationAction::Wake),
        any::<bool>().prop_map(|on| ConversationAction::Mark {
            mark: Mark::Spam,
            on
        }),
        (tag(), any::<bool>()).prop_map(|(tag, on)| {
            let (add, remove) = if on {
                (vec![tag], vec![])
            } else {
                (vec![], vec![tag])
            };
            ConversationAction::Tag { add, remove }
        }),
        Just(ConversationAction::Merge {
            into: "c0".to_owned()
        }),
        Just(ConversationAction::Unmerge),
    ]
}

fn wish() -> impl Strategy<Value = Wish> {
    let reps = || prop_oneof![Just(vec![]), Just(vec!["ada".to_owned()])];
    let deed = prop_oneof![
        8 => on_conversation().prop_map(Deed::Conversation),
        1 => prop_oneof![
            Just(TicketAction::Take),
            Just(TicketAction::View),
            Just(TicketAction::Stage("closed".to_owned())),
            reps().prop_map(TicketAction::Assign),
        ].prop_map(Deed::Ticket),
        1 => prop_oneof![
            tag().prop_map(|tag| TagCommand::Create { tag }),
            tag().prop_map(|tag| TagCommand::Delete { tag }),
            Just(TagCommand::Rename { tag: "vip".to_owned(), to: "gold".to_owned() }),
        ].prop_map(Deed::Tag),
        1 => Just(Deed::ContactWrites),
    ];
    (0..5_usize, 0..3_usize, deed).prop_map(|(caller, thing, deed)| Wish {
        caller,
        thing,
        deed,
    })
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.post_story(STORY);
    let cli = Caller::live(Identity::Cli, Role::Admin);
    for (name, role) in [
        ("ada", Role::Rep),
        ("ben", Role::Admin),
        ("vic", Role::Viewer),
    ] {
        let draft = UserDraft {
            email: format!("{name}@shop.example"),
            name: name.to_owned(),
            role,
            ..UserDraft::default()
        };
        desk.app.save_user(&cli, draft).unwrap();
        desk.tick();
    }
    desk
}

/// The records of the journal: actor and event of each.
fn records(desk: &Desk) -> Vec<(String, Value)> {
    let mut files: Vec<_> = std::fs::read_dir(desk.folder.path().join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    files.sort();
    let text: String = files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    let records = lines.map(|(_, json)| {
        let record: Value = serde_json::from_str(json).unwrap();
        let actor = record["actor"].as_str().unwrap().to_owned();
        (actor, record["event"].clone())
    });
    records.collect()
}

/// Has one wish done, and looks whether what came of it may be (laws 1, 2 and 7).
fn grant(desk: &Desk, number: usize, wish: Wish) {
    desk.tick();
    let caller = callers()[wish.caller].clone();
    let ticket = format!("t{}", wish.thing % 2);
    let owner = desk.app.ticket_standing(&ticket).unwrap().ticket.owner;
    let is_take = matches!(wish.deed, Deed::Ticket(TicketAction::Take));
    let command = match wish.deed {
        Deed::ContactWrites => {
            let now = desk.clock.now();
            desk.post(&[
                serde_json::json!({"type": "message.added", "at": now.to_string(),
                "conversation": format!("c{}", wish.thing), "message": format!("x{number}"),
                "author": {"kind": "contact"}, "text": "Hello?"}),
            ]);
            return;
        }
        Deed::Conversation(action) => Command::Conversation(ConversationCommand {
            conversation: format!("c{}", wish.thing),
            rep: None,
            action,
        }),
        Deed::Ticket(action) => Command::Ticket(TicketCommand {
            ticket,
            rep: None,
            seen: None,
            action,
        }),
        Deed::Tag(command) => Command::Tag(command),
    };
    let before = records(desk).len();
    let done = desk.app.write_now(&caller, command);
    let written = records(desk).split_off(before);
    if done.is_err() {
        assert!(written.is_empty(), "law 1: {done:?} wrote {written:?}");
    }
    if caller.role == Role::Viewer {
        assert!(done.is_err(), "law 1: a viewer did something");
    }
    for (actor, event) in &written {
        assert_eq!(*actor, caller.actor(), "law 2: {event}");
    }
    if is_take && done.is_ok() {
        assert_eq!(owner, None, "law 7");
    }
}

fn listed(app: &App, view: DeskView, filter: &DeskFilter) -> (BTreeSet<String>, usize) {
    let query = DeskQuery {
        view,
        rep: Some("ada".to_owned()),
        reader: "rep:ada".to_owned(),
        filter: filter.clone(),
        limit: 100,
        ..DeskQuery::default()
    };
    let list = app.list_conversations_at(&app.present(), &query).unwrap();
    let ids = list.items.iter().map(|item| item.conversation.clone());
    (ids.collect(), list.counts[view.as_str()])
}

/// Laws 3 and 4.
fn lists_agree(app: &App) {
    let unread = DeskFilter {
        unread: Some(true),
        ..DeskFilter::default()
    };
    let tagged = DeskFilter {
        tags: vec!["vip".to_owned()],
        ..DeskFilter::default()
    };
    for filter in [DeskFilter::default(), unread, tagged] {
        for view in DeskView::ALL {
            let (ids, count) = listed(app, view, &filter);
            assert_eq!(ids.len(), count, "law 3: {view:?} {filter:?}");
        }
    }
    let mut seen = BTreeSet::new();
    let apart = [
        DeskView::Open,
        DeskView::Snoozed,
        DeskView::Agent,
        DeskView::Closed,
        DeskView::Spam,
    ];
    for view in apart {
        for id in listed(app, view, &DeskFilter::default()).0 {
            assert!(
                seen.insert(id.clone()),
                "law 4: {id} is in two lists, the second {view:?}"
            );
        }
    }
    let all = app.snapshot();
    let all: BTreeSet<String> = all
        .desk
        .lines()
        .map(|line| line.conversation.to_string())
        .collect();
    assert_eq!(seen, all, "law 4");
}

/// Laws 5 and 6, by the events.
fn history_agrees(desk: &Desk) {
    let mut assigned: BTreeMap<String, Value> = BTreeMap::new();
    let mut resolved: BTreeSet<String> = BTreeSet::new();
    let mut merged = false;
    for (_, event) in records(desk) {
        let kind = event["type"].as_str().unwrap();
        let id = event["conversation"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        match kind {
            "conversation.assigned" => drop(assigned.insert(id, event["to"].clone())),
            "conversation.resolved" => {
                assert!(resolved.insert(id.clone()), "law 6: {id} is resolved twice");
            }
            "conversation.reopened" => drop(resolved.remove(&id)),
            "message.added" if event["author"]["kind"] == "contact" => drop(resolved.remove(&id)),
            // What comes in by a merge, or goes by its end, opens and closes as it stands.
            "conversation.merged" | "conversation.unmerged" => {
                merged = true;
                resolved.clear();
            }
            _ => {}
        }
    }
    for line in desk.app.snapshot().desk.lines() {
        let to = serde_json::to_value(&line.assigned_to).unwrap();
        assert_eq!(
            to,
            assigned[line.conversation.as_str()],
            "law 5: {}",
            line.conversation
        );
        if !merged && line.resolved_at.is_none() {
            assert!(
                !resolved.contains(line.conversation.as_str()),
                "law 6: {}",
                line.conversation
            );
        }
    }
}

/// The lines and folds, without what numbers units.
fn folds(app: &App) -> (Vec<Line>, String) {
    let snapshot = app.snapshot();
    let lines = snapshot.desk.lines().map(|line| Line {
        unit: 0,
        ..(**line).clone()
    });
    let installation = &snapshot.installation;
    let told = serde_json::to_string(&(&installation.attention, &installation.tags)).unwrap();
    let mut lines: Vec<Line> = lines.collect();
    lines.sort_by(|one, other| one.conversation.cmp(&other.conversation));
    (lines, told)
}

proptest! {
    #![proptest_config(Config { cases: 8, max_shrink_iters: 40, ..Config::default() })]

    #[test]
    fn whatever_anybody_does_the_laws_of_the_desk_hold(wishes in prop::collection::vec(wish(), 1..30)) {
        let desk = desk();
        for (number, wish) in wishes.into_iter().enumerate() {
            grant(&desk, number, wish);
        }
        desk.tick();
        lists_agree(&desk.app);
        history_agrees(&desk);
        let (before, now) = (folds(&desk.app), desk.clock.now());
        desk.app.close().unwrap();
        let Desk { app, folder, .. } = desk;
        drop(app);
        for part in ["derived", "store"] {
            std::fs::remove_dir_all(folder.path().join(part)).unwrap();
        }
        let rebuilt = Desk::in_folder(folder);
        rebuilt.clock.set(now);
        rebuilt.tick();
        prop_assert_eq!(before, folds(&rebuilt.app), "law 8");
        lists_agree(&rebuilt.app);
    }
}
