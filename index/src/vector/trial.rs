//! Texts by which an embedder is tried before anything goes by it.

/// A question, one that means the same in other words, and one that does not.
pub(super) const LIKE: [[&str; 3]; 3] = [
    [
        "where is my parcel",
        "my package has not arrived yet",
        "how do I reset my password",
    ],
    [
        "I want my money back",
        "how do I get a refund",
        "what are your opening hours",
    ],
    [
        "my card was declined",
        "why does my payment not go through",
        "the weather will be fine on the whole of the coast",
    ],
];

/// What people ask, of many things and in several languages: what their vectors share, all
/// vectors of an embedder share.
pub(super) const ORDINARY: [&str; 24] = [
    "How do I change my address?",
    "My order arrived damaged",
    "Can I pay with an invoice?",
    "The app crashes when I open it",
    "Do you have this in blue?",
    "I would like to book a table for four",
    "Why was I charged twice?",
    "Please delete my account",
    "Wie kann ich meine Bestellung stornieren?",
    "Der Newsletter kommt zu oft",
    "Haben Sie am Sonntag geöffnet?",
    "Mein Gutschein funktioniert nicht",
    "Hvordan endrer jeg abonnementet?",
    "Jeg får ikke logget inn",
    "Når sender dere varene?",
    "Var hittar jeg mitt kvitto?",
    "Skorna är för små, kan jag byta dem?",
    "Er der garanti på cyklen?",
    "Hvor finder jeg jeres adresse?",
    "Miten saan rahat takaisin?",
    "Lasku on väärin",
    "Milloin avaatte huomenna?",
    "Is the battery included?",
    "The weather on the coast will be fine",
];
