//! The language of a text, where it can be detected.
//!
//! Short questions have few letters to go by, so small words vote first: each counts
//! for the languages that have it. Where they say nothing, letter statistics
//! (`whatlang`) decide, and below their certainty nobody does. Pure.

use std::collections::HashMap;
use std::sync::LazyLock;

use whatlang::{Detector, Lang};

/// Only so many bytes of a text are looked at.
const MAX_BYTES: usize = 2_000;

/// The letter statistics' own certainty from which they are believed.
const CERTAIN: f64 = 0.75;

/// So much further must the first language's votes be than the second's.
const LEAD: f32 = 0.34;

/// The languages distinguished by small words: those that a support desk of ours meets.
const SMALL_WORDS: &[(&str, &str)] = &[
    (
        "en",
        "the a an and or is are was were be been have has had do does did can could will would should my your our his her \
            their this that these those it its i you he she we they me him them us what when where why how which who not no yes \
            to of in on at for from with by about as if but so there here get got want need please any some more my i'm don't \
            can't won't didn't doesn't it's up out set tell show give make still just",
    ),
    (
        "nb",
        "jeg du han hun vi dere de meg deg oss dem min mitt mine din ditt dine og eller er var har hadde kan kunne vil ville \
            skal skulle må ikke en ei et det den dette denne disse på i til av fra for med om som hva når hvor hvorfor hvordan \
            hvilken hvem men så der her få fikk noen noe mer bare å blir ble vært etter ved mye nå også hvis være gjør fått ennå blitt hvilke noe min",
    ),
    (
        "da",
        "jeg du han hun vi i de mig dig os dem min mit mine din dit dine og eller er var har havde kan kunne vil ville skal \
            skulle må ikke en et det den dette denne disse på til af fra for med om som hvad hvornår hvor hvorfor hvordan \
            hvilken hvem men så der her få fik nogen noget mere kun at bliver blev været efter ved meget nu også hvis være gør",
    ),
    (
        "sv",
        "jag du han hon vi ni de mig dig oss dem min mitt mina din ditt dina och eller är var har hade kan kunde vill ville \
            ska skulle måste inte en ett det den detta denna dessa på i till av från för med om som vad när var varför hur \
            vilken vem men så där här få fick någon något mer bara att blir blev varit efter vid mycket nu också vara gör",
    ),
    (
        "fi",
        "minä sinä hän me te he minun sinun hänen ja tai on oli ovat olen olet ei en et että kun jos mitä mikä missä milloin \
            miksi miten kuka mutta niin siellä täällä saada sain voi voin voiko voinko onko tämä se nämä ne kanssa vain myös \
            minulla miten mihin mistä vielä nyt sitten kuin joka jotka olla tilaus",
    ),
    (
        "de",
        "ich du er sie wir ihr mich dich uns mir dir mein meine meinen meiner dein deine und oder ist sind war waren habe \
            hat hatte haben kann können will wollen soll sollen muss nicht kein keine ein eine einen einem einer der die das \
            dem den des dies diese auf in zu von aus für mit um als was wann wo warum wie welche wer aber so da hier bekommen \
            nur auch noch bei nach über wenn es bitte im am zum zur",
    ),
    (
        "nl",
        "ik jij je hij zij wij we jullie mij mijn jouw onze en of is zijn was waren heb heeft had hebben kan kunnen wil \
            willen zal moet niet geen een het de dit dat deze die op in te van uit voor met om als wat wanneer waar waarom hoe \
            welke wie maar zo daar hier krijgen alleen ook nog bij naar over er",
    ),
    (
        "fr",
        "je tu il elle nous vous ils elles me te mon ma mes ton ta tes notre votre et ou est sont était ai as a avez avons \
            ont peux peut veux ne pas un une des le la les du de ce cette ces sur dans à pour avec par que quoi quand où \
            pourquoi comment quel quelle qui mais plus aussi au aux en y c'est j'ai",
    ),
    (
        "es",
        "yo tú él ella nosotros ustedes me te mi mis tu tus su sus y o es son era está están he has ha hemos han puedo puede \
            quiero no un una unos el la los las del de este esta estos en a para con por que qué cuando cuándo donde dónde cómo \
            cual quién pero más también al lo se hay",
    ),
    (
        "it",
        "io tu lui lei noi voi loro mi ti mio mia miei tuo e o è sono era ho hai ha abbiamo hanno posso può voglio non un una \
            il lo la i gli le del della di questo questa in a per con da che cosa quando dove perché come quale chi ma più \
            anche al si c'è",
    ),
    (
        "pt",
        "eu você ele ela nós vocês me te meu minha meus seu sua e ou é são era está estão tenho tem temos posso pode quero \
            não um uma o a os as do da dos de este esta isso em no na para com por que quando onde porque como qual quem mas \
            mais também ao se há",
    ),
];

/// For each small word, whose it is; the vote of a word is shared among its languages.
static VOTES: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut votes: HashMap<&'static str, Vec<usize>> = HashMap::new();
    for (at, (_tag, words)) in SMALL_WORDS.iter().enumerate() {
        for word in words.split_whitespace() {
            let owners = votes.entry(word).or_default();
            if !owners.contains(&at) {
                owners.push(at);
            }
        }
    }
    votes
});

/// The languages that letter statistics choose from.
static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::with_allowlist(TAGS.iter().map(|&(lang, _)| lang).collect()));

/// Norwegian against Danish.
static NORTHERN: LazyLock<Detector> =
    LazyLock::new(|| Detector::with_allowlist(vec![Lang::Nob, Lang::Dan]));

const TAGS: &[(Lang, &str)] = &[
    (Lang::Ara, "ar"),
    (Lang::Bul, "bg"),
    (Lang::Ces, "cs"),
    (Lang::Cmn, "zh"),
    (Lang::Dan, "da"),
    (Lang::Deu, "de"),
    (Lang::Ell, "el"),
    (Lang::Eng, "en"),
    (Lang::Fin, "fi"),
    (Lang::Fra, "fr"),
    (Lang::Heb, "he"),
    (Lang::Hin, "hi"),
    (Lang::Hun, "hu"),
    (Lang::Ita, "it"),
    (Lang::Jpn, "ja"),
    (Lang::Kor, "ko"),
    (Lang::Nld, "nl"),
    (Lang::Nob, "nb"),
    (Lang::Pol, "pl"),
    (Lang::Por, "pt"),
    (Lang::Ron, "ro"),
    (Lang::Rus, "ru"),
    (Lang::Spa, "es"),
    (Lang::Swe, "sv"),
    (Lang::Tam, "ta"),
    (Lang::Tha, "th"),
    (Lang::Tur, "tr"),
    (Lang::Ukr, "uk"),
];

/// The language of `text` as a BCP 47 tag; none when it is too short or says nothing.
pub fn detect(text: &str) -> Option<&'static str> {
    let end = text.floor_char_boundary(MAX_BYTES);
    let text = text.get(..end).unwrap_or_default();
    by_words(text).or_else(|| by_letters(text))
}

/// Whether `word`, in lower case, is a small word of any of the languages.
pub(crate) fn is_small(word: &str) -> bool {
    VOTES.contains_key(word)
}

/// Whether `word`, in lower case, is a small word of the language called `tag`.
pub(crate) fn is_small_in(word: &str, tag: &str) -> bool {
    VOTES.get(word).is_some_and(|owners| {
        let mut tags = owners.iter().filter_map(|&owner| SMALL_WORDS.get(owner));
        tags.any(|owner| owner.0 == tag)
    })
}

/// The language of a few words, where the small ones among them tell it.
pub(crate) fn by_small_words(text: &str) -> Option<&'static str> {
    let end = text.floor_char_boundary(MAX_BYTES);
    by_words(text.get(..end).unwrap_or_default())
}

/// A tag without what it says of country and script: `de` of `de-AT`.
pub fn primary(tag: &str) -> String {
    let primary = tag.split(['-', '_']).next().unwrap_or(tag);
    match primary.to_ascii_lowercase().as_str() {
        "no" => "nb".to_owned(),
        other => other.to_owned(),
    }
}

/// The language without its region. Norwegian and Danish are read by either, and short
/// texts of one look like the other.
pub(crate) fn family(tag: &str) -> &str {
    match tag.split(['-', '_']).next().unwrap_or(tag) {
        "nb" | "nn" | "no" | "da" => "nb",
        other => other,
    }
}

fn by_words(text: &str) -> Option<&'static str> {
    let mut scores = [0.0_f32; SMALL_WORDS.len()];
    let lower = text.to_lowercase();
    for word in lower.split(|c: char| !c.is_alphanumeric() && c != '\'') {
        let Some(owners) = VOTES.get(word) else {
            continue;
        };
        for &owner in owners {
            if let Some(score) = scores.get_mut(owner) {
                *score += 1.0 / owners.len() as f32;
            }
        }
    }
    let mut ranked: Vec<(f32, &str)> = scores
        .into_iter()
        .zip(SMALL_WORDS.iter().map(|one| one.0))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (&(first, tag), &(second, other)) = (ranked.first()?, ranked.get(1)?);
    if first < 0.5 {
        return None;
    }
    if first - second >= LEAD {
        return Some(tag);
    }
    // Norwegian and Danish share most of their small words: what is one of both is told
    // by the letters, however few.
    let third = ranked.get(2).map_or(0.0, |one| one.0);
    let is_northern = [tag, other].iter().all(|tag| ["nb", "da"].contains(tag));
    (is_northern && first - third >= LEAD).then(|| {
        let danish = NORTHERN.detect_lang(text) == Some(Lang::Dan);
        if danish { "da" } else { "nb" }
    })
}

fn by_letters(text: &str) -> Option<&'static str> {
    let detection = DETECTOR.detect(text)?;
    let is_latin = detection.script() == whatlang::Script::Latin;
    if is_latin
        && (detection.confidence() < CERTAIN
            || text.chars().filter(|c| c.is_alphabetic()).count() < 12)
    {
        return None;
    }
    TAGS.iter()
        .find(|(lang, _)| *lang == detection.lang())
        .map(|&(_, tag)| tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_questions_are_told_by_their_small_words() {
        for (text, tag) in [
            ("Where is my order?", "en"),
            ("Hvorfor har jeg ikke fått pakken min ennå?", "nb"),
            ("Hvad koster det at sende pakken?", "da"),
            ("Var är mitt paket?", "sv"),
            ("Missä minun tilaus on?", "fi"),
            ("Wo ist mein Paket?", "de"),
            ("Où est mon colis ?", "fr"),
            ("¿Dónde está mi pedido?", "es"),
        ] {
            assert_eq!(detect(text), Some(tag), "{text}");
        }
    }

    #[test]
    fn other_scripts_are_told_by_their_letters() {
        assert_eq!(detect("Где моя посылка, пожалуйста?"), Some("ru"));
        assert_eq!(detect("我的包裹在哪里"), Some("zh"));
        assert_eq!(detect("איפה החבילה שלי"), Some("he"));
    }

    #[test]
    fn what_says_nothing_is_of_no_language() {
        for text in ["", "👍", "IBAN", "12345", "\u{0}\u{200D}", "xq zzv"] {
            assert_eq!(detect(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_long_text_costs_no_more_than_its_beginning() {
        assert_eq!(detect(&"Where is the parcel? ".repeat(50_000)), Some("en"));
    }
}
