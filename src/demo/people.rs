//! Who is at the desk: teams and reps of different pace, skill and hours; and the
//! contacts, each a function of the seed and a number.
//!
//! One rep moves to another team midway and one leaves at two thirds. Nobody is real:
//! reps have a first name, contacts a number, companies a word and `example.com`.

use super::language::Language;
use super::name::id;
use super::random::{Random, Stream};
use super::rhythm::Shift;
use crate::model::event::{Attributes, Company, ContactUpserted, Patch};
use crate::model::{ContactId, RepId, TeamId};

/// A team of reps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Team {
    /// Orders, deliveries, complaints.
    Care,
    /// Whatever does not work.
    Tech,
    /// Money.
    Billing,
    /// Plans and jobs.
    Sales,
}

impl Team {
    /// All teams.
    pub(super) const ALL: [Self; 4] = [Self::Care, Self::Tech, Self::Billing, Self::Sales];

    /// What it is called.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Care => "Customer care",
            Self::Tech => "Technical support",
            Self::Billing => "Billing",
            Self::Sales => "Sales and experts",
        }
    }

    /// Its id.
    pub(super) fn id(self) -> TeamId {
        let text = match self {
            Self::Care => "demo:care",
            Self::Tech => "demo:tech",
            Self::Billing => "demo:billing",
            Self::Sales => "demo:sales",
        };
        id(TeamId::parse, text)
    }
}

/// A rep and how they work.
#[derive(Debug)]
pub(super) struct Rep {
    /// Their id.
    key: &'static str,
    /// Their first name.
    pub(super) name: &'static str,
    /// Their team in the beginning.
    team: Team,
    /// Their team from the middle on.
    team_after: Team,
    /// How long they take, against the others.
    pub(super) pace: f64,
    /// How likely a contact is content with them.
    pub(super) skill: f64,
    /// When they work.
    pub(super) shift: Shift,
}

const fn shift(from_hour: u32, to_hour: u32, saturdays: bool) -> Shift {
    Shift {
        from_minute: from_hour * 60,
        to_minute: to_hour * 60,
        saturdays,
    }
}

const fn rep(
    names: (&'static str, &'static str),
    team: Team,
    work: (f64, f64),
    shift: Shift,
) -> Rep {
    Rep {
        key: names.0,
        name: names.1,
        team,
        team_after: team,
        pace: work.0,
        skill: work.1,
        shift,
    }
}

const EARLY: Shift = shift(8, 16, false);
const LATE: Shift = shift(9, 17, false);
const EVENING: Shift = shift(12, 20, true);

/// All reps.
pub(super) const REPS: &[Rep] = &[
    rep(("demo:anna", "Anna"), Team::Care, (0.7, 0.93), EARLY),
    rep(("demo:bjorn", "Bjørn"), Team::Care, (1.3, 0.85), LATE),
    rep(("demo:clara", "Clara"), Team::Care, (0.9, 0.90), EVENING),
    Rep {
        team_after: Team::Tech,
        ..rep(("demo:elin", "Elin"), Team::Care, (1.0, 0.88), LATE)
    },
    rep(("demo:david", "David"), Team::Tech, (1.6, 0.94), EARLY),
    rep(("demo:farid", "Farid"), Team::Tech, (0.8, 0.89), LATE),
    rep(("demo:kaisa", "Kaisa"), Team::Tech, (1.1, 0.82), EVENING),
    rep(("demo:greta", "Greta"), Team::Billing, (0.9, 0.91), EARLY),
    rep(("demo:henrik", "Henrik"), Team::Billing, (2.1, 0.72), LATE),
    rep((LEAVER, "Lars"), Team::Billing, (1.4, 0.80), EARLY),
    rep(("demo:ida", "Ida"), Team::Sales, (0.8, 0.92), LATE),
    rep(("demo:jonas", "Jonas"), Team::Sales, (1.5, 0.84), EARLY),
];

/// The rep who leaves at [`LEAVES_SHARE`] of the window.
const LEAVER: &str = "demo:lars";
/// When that is.
pub(super) const LEAVES_SHARE: f64 = 2.0 / 3.0;
/// When a rep changes teams.
pub(super) const MOVES_SHARE: f64 = 0.5;

impl Rep {
    /// Their id.
    pub(super) fn id(&self) -> RepId {
        id(RepId::parse, self.key)
    }

    /// Their address.
    pub(super) fn email(&self) -> String {
        let name = self.key.strip_prefix("demo:").unwrap_or(self.key);
        format!("{name}@example.com")
    }

    /// Their team at `share` of the window.
    pub(super) fn team_at(&self, share: f64) -> Team {
        if share < MOVES_SHARE {
            self.team
        } else {
            self.team_after
        }
    }

    /// Whether they change teams midway.
    pub(super) fn moves(&self) -> bool {
        self.team != self.team_after
    }

    /// Whether they leave at two thirds.
    pub(super) fn leaves(&self) -> bool {
        self.key == LEAVER
    }

    /// Whether they work here at `share` of the window.
    pub(super) fn is_here(&self, share: f64) -> bool {
        !self.leaves() || share < LEAVES_SHARE
    }

    /// Whether they keep the evening schedule.
    pub(super) fn works_evenings(&self) -> bool {
        self.shift.saturdays
    }
}

/// A contact's facts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contact {
    number: u32,
    /// What they speak.
    pub(super) language: Language,
    /// What they pay for.
    pub(super) plan: &'static str,
    company: Option<(&'static str, &'static str, &'static str)>,
}

const PLANS: &[(&str, u32)] = &[("free", 30), ("basic", 40), ("pro", 24), ("enterprise", 6)];
const PLACES: &[&str] = &[
    "Fjord", "Harbour", "Birch", "Meadow", "Granite", "Lantern", "Willow", "Island", "Copper",
    "Polar", "Orchard", "River",
];
const TRADES: &[&str] = &[
    "Bikes",
    "Books",
    "Bakery",
    "Furniture",
    "Toys",
    "Sports",
    "Coffee",
    "Design",
];
const ROLES: &[(&str, u32)] = &[("owner", 4), ("staff", 6), ("bookkeeper", 1)];

impl Contact {
    /// Contact number `number` of the desk with this seed.
    pub(super) fn new(seed: u64, number: u32) -> Self {
        let mut random = Random::new(seed, Stream::Contact, number);
        let company = random.chance(0.45).then(|| {
            let role = random.weighted(ROLES, "staff");
            (
                random.pick(PLACES, "River"),
                random.pick(TRADES, "Toys"),
                role,
            )
        });
        Self {
            number,
            language: random.weighted(Language::WEIGHTS, Language::En),
            plan: random.weighted(PLANS, "free"),
            company,
        }
    }

    /// Their id.
    pub(super) fn id(&self) -> ContactId {
        id(ContactId::parse, &format!("demo:p{}", self.number))
    }

    /// The event that fills them in.
    pub(super) fn upserted(&self) -> ContactUpserted {
        let mut attributes = Attributes::new();
        attributes.insert("plan".to_owned(), self.plan.into());
        attributes.insert(
            "newsletter".to_owned(),
            self.number.is_multiple_of(3).into(),
        );
        let company = self.company.map(|(place, trade, role)| Company {
            name: format!("{place} {trade}"),
            url: Some(format!("https://{place}-{trade}.example.com").to_lowercase()),
            role: Some(role.to_owned()),
        });
        ContactUpserted {
            contact: self.id(),
            name: Patch::Set(format!("Contact {}", self.number)),
            email: Patch::Set(format!("contact{}@example.org", self.number)),
            phone: Patch::Keep,
            company: company.map_or(Patch::Keep, Patch::Set),
            language: Patch::Set(self.language.code().to_owned()),
            attributes,
        }
    }
}
