//! What contacts are written, in their language.

use super::letter::Letter;
use super::words;
use crate::app::{App, Error};
use crate::model::event::DropReason;
use crate::model::{Language, MailAbout};

/// The scores of a survey, from bad to very good. A link only shows its score as chosen.
const SCORES: [&str; 5] = ["1", "2", "3", "4", "5"];

/// What a mail to a contact says; else why there is none.
pub(super) fn letter(app: &App, about: &MailAbout) -> Result<Result<Letter, DropReason>, Error> {
    let mail = match app.contact_mail(about)? {
        Ok(mail) => mail,
        Err(reason) => return Ok(Err(reason)),
    };
    let language = mail.language.as_deref().and_then(Language::of_tag);
    let language = language.unwrap_or_default();
    let say = |text: &str| words::say(language, &format!("{}.{text}", about.kind()));
    let config = app.mail_config();
    let sender = config.map_or("", |config| match config.sender_name() {
        "" => config.address(),
        name => name,
    });
    let what = mail.what.unwrap_or_default();
    let about_what = match what.as_str() {
        "" => String::new(),
        what => say("what").replace("{what}", what),
    };
    let lead = [say("lead").to_owned(), about_what];
    Ok(Ok(Letter {
        to: mail.to,
        language: language.code(),
        subject: say("subject").replace("{sender}", sender),
        lead: lead.into_iter().filter(|line| !line.is_empty()).collect(),
        items: Vec::new(),
        choices: choices(about, &mail.url),
        press: say("press").to_owned(),
        url: mail.url,
        attachments: Vec::new(),
        why: say("why").replace("{sender}", sender),
        unsubscribe: None,
    }))
}

fn choices(about: &MailAbout, url: &str) -> Vec<(&'static str, String)> {
    match about {
        MailAbout::Survey { .. } => SCORES
            .into_iter()
            .map(|score| (score, format!("{url}&score={score}")))
            .collect(),
        _ => Vec::new(),
    }
}
