//! Topics that ask the same in different languages.
//!
//! What a topic asks is what its questions mean by a list of words of several languages, each meaning
//! by how many of them have it and how rare it is. Two topics in different languages are sisters if each
//! is nearest to the other and that is near. They are only ever suggested: whether two topics are one
//! is for a person to say. Pure; measured in `benches/quality.md`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::language::family;
use crate::lexicon::{self, Meanings};

/// From which likeness on two topics that are nearest to each other are sisters.
pub const NEAR: f32 = 0.45;

/// What a topic asks, ready to be compared with topics in other languages.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    family: String,
    texts: f32,
    /// In how many of the texts something is meant.
    meanings: Meanings,
}

impl Profile {
    /// Of a topic's questions, in `language` or in the one that their words are of. None where that is a
    /// language of which no words are known.
    pub fn of<'a>(
        language: Option<&str>,
        texts: impl Iterator<Item = &'a str> + Clone,
    ) -> Option<Self> {
        let language = language.or_else(|| lexicon::language_of(texts.clone()))?;
        if !lexicon::has(language) {
            return None;
        }
        let mut profile = Self {
            family: family(language).to_owned(),
            texts: 0.0,
            meanings: Meanings::new(),
        };
        for text in texts {
            profile.texts += 1.0;
            for (meaning, count) in lexicon::meanings(text, language) {
                *profile.meanings.entry(meaning).or_default() += count.min(1.0);
            }
        }
        Some(profile)
    }
}

/// A topic that seems to ask the same as another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sister {
    /// Its place among those that are compared.
    pub place: usize,
    /// How near the two are, 0 to 1.
    pub likeness: f32,
}

/// Topics in several languages, compared with each other.
pub struct Sisters {
    topics: Vec<(Arc<Profile>, Meanings)>,
}

impl Sisters {
    /// Takes all topics.
    pub fn new(profiles: Vec<Arc<Profile>>) -> Self {
        // What is rare in one language may be common in another, so each is weighed by its own.
        let mut languages: BTreeMap<&str, (f32, HashMap<u32, f32>)> = BTreeMap::new();
        for profile in &profiles {
            let (texts, counts) = languages.entry(&profile.family).or_default();
            *texts += profile.texts;
            for (meaning, count) in &profile.meanings {
                *counts.entry(*meaning).or_default() += count;
            }
        }
        let weighed: Vec<Meanings> = profiles
            .iter()
            .map(|profile| {
                let language = languages.get(profile.family.as_str());
                language.map_or_else(Meanings::new, |(texts, counts)| {
                    weighed(profile, *texts, counts)
                })
            })
            .collect();
        Self {
            topics: profiles.into_iter().zip(weighed).collect(),
        }
    }

    /// The sisters of the topic at `place`, one a language at most, the nearest first. Pairs that are
    /// `apart` stand in nobody's way.
    pub fn of(&self, place: usize, apart: impl Fn(usize, usize) -> bool) -> Vec<Sister> {
        let mut sisters: Vec<Sister> = self
            .nearest(place, &apart)
            .into_iter()
            .filter(|(_, near)| near.likeness >= NEAR)
            .filter(|(_, near)| {
                let own = self.topics.get(place).map(|one| one.0.family.as_str());
                let back = self.nearest(near.place, &apart);
                let back = own.and_then(|own| back.get(own).copied());
                back.is_some_and(|back| back.place == place)
            })
            .map(|(_, near)| near)
            .collect();
        sisters.sort_by(|a, b| {
            b.likeness
                .total_cmp(&a.likeness)
                .then(a.place.cmp(&b.place))
        });
        sisters
    }

    /// The nearest topic in each other language.
    fn nearest(
        &self,
        place: usize,
        apart: &impl Fn(usize, usize) -> bool,
    ) -> BTreeMap<&str, Sister> {
        let mut nearest: BTreeMap<&str, Sister> = BTreeMap::new();
        let Some((own, meanings)) = self.topics.get(place) else {
            return nearest;
        };
        for (other, (profile, its)) in self.topics.iter().enumerate() {
            if profile.family == own.family {
                continue;
            }
            let likeness = cosine(meanings, its);
            let before = nearest.get(profile.family.as_str());
            let is_nearer = before.is_none_or(|before| likeness > before.likeness);
            if likeness > 0.0 && is_nearer && !apart(place, other) {
                let sister = Sister {
                    place: other,
                    likeness,
                };
                nearest.insert(&profile.family, sister);
            }
        }
        nearest
    }
}

/// What is meant in a topic, weighed and of unit length.
fn weighed(profile: &Profile, texts: f32, counts: &HashMap<u32, f32>) -> Meanings {
    let mut weighed = profile.meanings.clone();
    for (meaning, weight) in &mut weighed {
        let seen = counts.get(meaning).copied().unwrap_or_default();
        // Half of what rarity is worth among answers: a topic has few texts to tell what is rare by.
        *weight *= (1.0 + texts / (0.5 + seen)).ln().sqrt();
    }
    let length = weighed.values().map(|one| one * one).sum::<f32>().sqrt();
    for weight in weighed.values_mut() {
        *weight /= length.max(f32::EPSILON);
    }
    weighed
}

fn cosine(a: &Meanings, b: &Meanings) -> f32 {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let both = few
        .iter()
        .filter_map(|(meaning, one)| Some(one * many.get(meaning)?));
    both.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is asked, in each language twice.
    const ASKED: [[[&str; 2]; 6]; 8] = [
        [
            ["How do I delete my account?", "Please remove my profile"],
            [
                "Hvordan sletter jeg kontoen min?",
                "Vennligst fjern profilen min",
            ],
            ["Hur raderar jag mitt konto?", "Ta bort min profil tack"],
            [
                "Hvordan sletter jeg min konto?",
                "Fjern venligst min profil",
            ],
            ["Miten poistan tilini?", "Poistakaa profiilini kiitos"],
            [
                "Wie lösche ich mein Konto?",
                "Bitte entfernen Sie mein Benutzerkonto",
            ],
        ],
        [
            ["Where is my parcel?", "My package has not arrived yet"],
            ["Hvor er pakken min?", "Pakken har ikke kommet frem ennå"],
            ["Var är mitt paket?", "Paketet har inte kommit fram ännu"],
            ["Hvor er min pakke?", "Pakken er ikke kommet frem endnu"],
            ["Missä pakettini on?", "Paketti ei ole vielä saapunut"],
            ["Wo ist mein Paket?", "Das Paket ist noch nicht angekommen"],
        ],
        [
            ["I forgot my password", "Reset password please"],
            ["Jeg har glemt passordet mitt", "Nullstill passordet takk"],
            ["Jag har glömt mitt lösenord", "Återställ lösenordet tack"],
            ["Jeg har glemt min adgangskode", "Nulstil adgangskoden tak"],
            ["Unohdin salasanani", "Nollatkaa salasana kiitos"],
            [
                "Ich habe mein Passwort vergessen",
                "Passwort bitte zurücksetzen",
            ],
        ],
        [
            ["Can I get a copy of my invoice?", "The bill is wrong"],
            ["Kan jeg få en kopi av fakturaen?", "Regningen er gal"],
            ["Kan jag få en kopia av fakturan?", "Räkningen är felaktig"],
            ["Kan jeg få en kopi af fakturaen?", "Regningen er forkert"],
            ["Saanko kopion laskusta?", "Lasku on väärin"],
            [
                "Kann ich eine Kopie der Rechnung bekommen?",
                "Die Rechnung ist falsch",
            ],
        ],
        [
            [
                "When are you open on Sunday?",
                "What are your opening hours?",
            ],
            [
                "Når har dere åpent på søndag?",
                "Hva er åpningstidene deres?",
            ],
            ["När har ni öppet på söndag?", "Vilka är era öppettider?"],
            [
                "Hvornår har I åbent om søndagen?",
                "Hvad er jeres åbningstider?",
            ],
            [
                "Milloin olette auki sunnuntaina?",
                "Mitkä ovat aukioloajat?",
            ],
            [
                "Wann haben Sie am Sonntag geöffnet?",
                "Was sind Ihre Öffnungszeiten?",
            ],
        ],
        [
            [
                "How can I pay with a credit card?",
                "Do you accept credit cards for payment?",
            ],
            [
                "Hvordan kan jeg betale med kredittkort?",
                "Tar dere kredittkort som betaling?",
            ],
            [
                "Hur kan jag betala med kreditkort?",
                "Tar ni kreditkort som betalning?",
            ],
            [
                "Hvordan kan jeg betale med kreditkort?",
                "Tager I kreditkort som betaling?",
            ],
            [
                "Miten voin maksaa luottokortilla?",
                "Käykö luottokortti maksuun?",
            ],
            [
                "Wie kann ich mit Kreditkarte bezahlen?",
                "Nehmen Sie eine Kreditkarte als Zahlung?",
            ],
        ],
        [
            [
                "I want to change my delivery address",
                "Wrong address for my delivery",
            ],
            [
                "Jeg vil endre leveringsadressen",
                "Feil adresse på leveringen",
            ],
            [
                "Jag vill ändra leveransadressen",
                "Fel adress på leveransen",
            ],
            [
                "Jeg vil ændre leveringsadressen",
                "Forkert adresse på leveringen",
            ],
            [
                "Haluan vaihtaa toimitusosoitteen",
                "Väärä osoite toimituksessa",
            ],
            [
                "Ich möchte die Lieferadresse ändern",
                "Falsche Adresse bei der Lieferung",
            ],
        ],
        [
            ["The printer X200 shows error E42", "Error E42 on the X200"],
            ["Skriveren X200 viser feil E42", "Feil E42 på X200"],
            ["Skrivaren X200 visar fel E42", "Fel E42 på X200"],
            ["Printeren X200 viser fejl E42", "Fejl E42 på X200"],
            [
                "Tulostin X200 näyttää virheen E42",
                "Virhe E42 laitteessa X200",
            ],
            ["Der Drucker X200 zeigt Fehler E42", "Fehler E42 am X200"],
        ],
    ];

    const LANGUAGES: [&str; 6] = ["en", "nb", "sv", "da", "fi", "de"];

    fn profile(asked: usize, language: usize) -> Arc<Profile> {
        let texts = ASKED[asked][language];
        Arc::new(Profile::of(Some(LANGUAGES[language]), texts.into_iter()).unwrap())
    }

    #[test]
    fn what_is_asked_in_two_languages_is_found_and_nothing_else() {
        let (mut found, mut wanted) = (0, 0);
        for one in 0..LANGUAGES.len() {
            for other in 0..LANGUAGES.len() {
                let is_kin = family(LANGUAGES[one]) == family(LANGUAGES[other]);
                let own = (0..ASKED.len()).map(|asked| profile(asked, one));
                let its = (0..ASKED.len()).map(|asked| profile(asked, other));
                let sisters = Sisters::new(own.chain(its).collect());
                for (asked, texts) in ASKED.iter().enumerate() {
                    let near = sisters.of(asked, |_, _| false);
                    if is_kin {
                        assert_eq!(near, []);
                        continue;
                    }
                    wanted += 1;
                    found += near.len();
                    for sister in near {
                        let topics = (texts[one], ASKED[sister.place - 8][other]);
                        assert_eq!(sister.place, asked + ASKED.len(), "{topics:?}");
                    }
                }
            }
        }
        assert!(found * 10 >= wanted * 9, "{found} of {wanted}");
    }

    #[test]
    fn all_languages_of_one_question_stand_together() {
        let all =
            (0..ASKED.len()).flat_map(|asked| (0..LANGUAGES.len()).map(move |of| (asked, of)));
        let sisters = Sisters::new(all.map(|(asked, of)| profile(asked, of)).collect());
        // The account in German: English, Swedish, Finnish, and Norwegian or Danish, which count as one.
        let near = sisters.of(5, |_, _| false);
        let languages: Vec<&str> = near.iter().map(|one| LANGUAGES[one.place % 6]).collect();
        assert!(near.iter().all(|one| one.place < 6), "{near:?}");
        assert_eq!(near.len(), 4, "{languages:?}");
        for pair in near.windows(2) {
            assert!(pair[0].likeness >= pair[1].likeness);
        }
    }

    #[test]
    fn what_was_told_apart_is_nobodys_sister_and_bars_no_other() {
        let again = ["How to delete an account", "Account removal"];
        let again = Arc::new(Profile::of(Some("en"), again.into_iter()).unwrap());
        let topics = vec![
            profile(0, 0),
            again,
            profile(0, 5),
            profile(1, 0),
            profile(1, 5),
        ];
        let sisters = Sisters::new(topics);
        let nearest = sisters.of(2, |_, _| false);
        let first = nearest[0].place;
        assert!(first < 2, "{nearest:?}");
        let without = sisters.of(2, |one, other| {
            (one, other) == (2, first) || (one, other) == (first, 2)
        });
        assert_eq!(without.len(), 1, "{without:?}");
        assert_eq!(without[0].place, 1 - first);
        // Near as well, but not the nearest to the other.
        assert_eq!(sisters.of(1 - first, |_, _| false), []);
        assert_eq!(sisters.of(first, |_, _| true), []);
        assert_eq!(sisters.of(99, |_, _| false), []);
    }

    #[test]
    fn a_language_without_words_is_compared_with_none() {
        assert_eq!(
            Profile::of(Some("ja"), ["荷物はどこですか"].into_iter()),
            None
        );
        assert_eq!(
            Profile::of(None, ["¿Dónde está mi paquete?"].into_iter()),
            None
        );
        // Too short to be told by its small words; its other words are German.
        let short = Profile::of(None, ["Lösche alle Erinnerungen"].into_iter());
        assert_eq!(short.unwrap().family, "de");
        let empty = Profile::of(Some("en"), std::iter::empty()).unwrap();
        let sisters = Sisters::new(vec![Arc::new(empty), profile(0, 5)]);
        assert_eq!(sisters.of(0, |_, _| false), []);
    }
}
