//! What somebody with a part of the desk only may do to it: what is out of scope is for them as
//! if it were not there, in bulk, by macros, on tickets, in counts and in searches.

use svar::app::{BulkDeed, BulkOutcome, Error};
use svar::command::{
    Beginner, BulkAction, Caller, CannedReplyDraft, Command, ContactDraft, ConversationAction,
    ConversationCommand, Identity, Role, Scope, StartDraft, TicketAction, TicketCommand,
    TicketDraft, UserDraft,
};
use svar::model::RepId;

use crate::desk::Desk;

const STORY: &str = "
    30 09:00 contact.upserted contact=p1 name=Pia
    30 09:00 contact.upserted contact=p2 name=Quentin
    30 09:00 conversation.started conversation=c1 contact=p1
    30 09:00 message.added conversation=c1 message=m1 author=contact text=parcel
    30 09:00 conversation.tagged conversation=c1 tag=vip
    30 10:00 conversation.started conversation=c2 contact=p2
    30 10:00 message.added conversation=c2 message=m2 author=contact text=parcel
    30 10:00 conversation.assigned conversation=c2 to=rep:ben
    30 10:00 conversation.tagged conversation=c2 tag=vip
    30 10:00 conversation.tagged conversation=c2 tag=bens
    31 09:00 ticket.opened ticket=t1 pipeline=support conversation=c1
    31 09:00 ticket.opened ticket=t2 pipeline=support conversation=c2
";

/// A desk on which Ada sees her own conversations only; c1 is hers.
fn desk() -> (Desk, Caller, tokio::runtime::Runtime) {
    let desk = Desk::new();
    let cli = Caller::live(Identity::Cli, Role::Admin);
    for name in ["ada", "ben"] {
        let draft = UserDraft {
            email: format!("{name}@shop.example"),
            name: name.to_owned(),
            role: Role::Rep,
            ..UserDraft::default()
        };
        desk.app.save_user(&cli, draft).unwrap();
        desk.tick();
    }
    desk.post_story(STORY);
    desk.post_story("31 10:00 conversation.assigned conversation=c1 to=rep:ada");
    let own = Scope::Own.sight(Some(&RepId::parse("ada").unwrap()));
    let ada = Caller::live(Identity::User("ada".to_owned()), Role::Rep).seeing(own);
    desk.tick();
    (desk, ada, tokio::runtime::Runtime::new().unwrap())
}

fn is_unknown<T: std::fmt::Debug>(tried: &Result<T, Error>) -> bool {
    matches!(tried, Err(Error::Unknown { .. }))
}

#[test]
fn what_is_out_of_scope_is_not_there_for_any_deed() {
    let (desk, ada, runtime) = desk();
    let app = &desk.app;
    for action in [
        ConversationAction::See { until: None },
        ConversationAction::Unsee,
        ConversationAction::Snooze { until: None },
        ConversationAction::Wake,
    ] {
        let command = Command::Conversation(ConversationCommand {
            conversation: "c2".to_owned(),
            rep: None,
            action,
        });
        assert!(is_unknown(&app.write_now(&ada, command)));
    }
    let deeds = vec![BulkDeed {
        conversations: vec!["c1".to_owned(), "c2".to_owned(), "c9".to_owned()],
        action: BulkAction::Resolve {},
    }];
    let done = runtime.block_on(app.do_in_bulk(&ada, None, deeds)).unwrap();
    let outcomes: Vec<BulkOutcome> = done.items.iter().map(|item| item.outcome).collect();
    let refused = BulkOutcome::Refused;
    assert_eq!(outcomes, [BulkOutcome::Done, refused, refused]);
    // Another's is told as one that is not there is.
    let told = |place: usize| done.items[place].detail.clone().unwrap();
    assert_eq!(told(1).replace("c2", "c9"), told(2));
    for (ticket, is_there) in [("t1", true), ("t2", false), ("t9", false)] {
        let command = Command::Ticket(TicketCommand {
            ticket: ticket.to_owned(),
            rep: None,
            seen: None,
            action: TicketAction::Take,
        });
        let taken = app.write_now(&ada, command);
        assert_eq!(taken.is_ok(), is_there, "{ticket}: {taken:?}");
        assert!(is_there || is_unknown(&taken), "{ticket}: {taken:?}");
        let present = app.present_to(&ada.sight);
        let read = app.ticket_standing_at(&present, ticket);
        assert_eq!(read.is_ok(), is_there, "{ticket}");
    }
    let draft = TicketDraft {
        pipeline: "support".to_owned(),
        conversation: Some("c2".to_owned()),
        ..TicketDraft::default()
    };
    assert!(is_unknown(&runtime.block_on(app.open_ticket(ada, draft))));
}

#[test]
fn what_is_out_of_scope_is_neither_counted_nor_found_nor_written_to() {
    let (desk, ada, runtime) = desk();
    let app = &desk.app;
    let present = app.present_to(&ada.sight);
    let tags = app.tags_at(&present);
    assert_eq!((tags[0].tag.as_str(), tags[0].conversations), ("vip", 1));
    let found = app.find_on_desk(&ada.sight, "parcel").unwrap();
    assert!(found.conversations.contains("c1") && !found.conversations.contains("c2"));
    let found = app.find_on_desk(&ada.sight, "Quentin").unwrap();
    assert!(found.contacts.is_empty());
    let draft = CannedReplyDraft {
        title: "Hi".to_owned(),
        text: "Hi {{contact.name}}".to_owned(),
        ..CannedReplyDraft::default()
    };
    let saved = runtime
        .block_on(app.save_canned_reply(ada.clone(), draft))
        .unwrap();
    let reply = saved.id.unwrap();
    assert_eq!(app.filled_reply(&ada, "c1", &reply).unwrap().text, "Hi Pia");
    assert!(is_unknown(&app.filled_reply(&ada, "c2", &reply)));
    for (contact, is_there) in [("p1", true), ("p2", false)] {
        let draft = StartDraft {
            contact: ContactDraft {
                id: Some(contact.to_owned()),
                ..ContactDraft::default()
            },
            channel: "email".to_owned(),
            text: "Hello".to_owned(),
            ..StartDraft::default()
        };
        let begun = app.start_conversation(ada.clone(), Beginner::Rep, None, draft);
        let begun = runtime.block_on(begun);
        assert_eq!(begun.is_ok(), is_there, "{contact}: {begun:?}");
        assert!(is_there || is_unknown(&begun), "{contact}: {begun:?}");
    }
}

#[test]
fn what_lists_and_forms_offer_is_of_what_is_in_scope() {
    let (desk, ada, _runtime) = desk();
    let present = desk.app.present_to(&ada.sight);
    let seen = present.occurring();
    assert_eq!(seen.tags.into_iter().collect::<Vec<_>>(), ["vip"]);
    assert_eq!(seen.reps.into_iter().collect::<Vec<_>>(), ["ada"]);
    let all = desk.app.present();
    let all = all.occurring();
    assert_eq!(all.tags.into_iter().collect::<Vec<_>>(), ["bens", "vip"]);
    assert_eq!(all.reps.into_iter().collect::<Vec<_>>(), ["ada", "ben"]);
}
