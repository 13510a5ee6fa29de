//! A server of mails on loopback: takes what is handed in and keeps it, or refuses as a test wants.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A mail that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    /// The envelope's last recipient.
    pub(crate) to: String,
    /// All of them.
    pub(crate) recipients: Vec<String>,
    /// Where failures go back to.
    pub(crate) from: String,
    /// Names and values, unfolded and decoded.
    head: Vec<(String, String)>,
    /// Types and decoded texts.
    parts: Vec<(String, String)>,
}

/// What the server answers instead of taking a mail.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mood {
    /// To a connection.
    pub(crate) greeting: Option<&'static str>,
    /// To a recipient that has these words.
    pub(crate) recipient: Option<(&'static str, &'static str)>,
}

pub(crate) struct Smtp {
    address: SocketAddr,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    mails: Mutex<Vec<Mail>>,
    mood: Mutex<Mood>,
    is_over: AtomicBool,
}

impl Smtp {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let thread = std::thread::spawn(move || {
            let mut talks = Vec::new();
            for stream in listener.incoming() {
                if shared.is_over.load(Ordering::Acquire) {
                    break;
                }
                let shared = Arc::clone(&shared);
                talks.push(std::thread::spawn(move || {
                    // Who hangs up in the middle has handed nothing in.
                    drop(talk(&shared, &stream.unwrap()));
                }));
            }
            for talk in talks {
                talk.join().unwrap();
            }
        });
        let thread = Some(thread);
        Self {
            address,
            state,
            thread,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn be(&self, mood: Mood) {
        *self.state.mood.lock().unwrap() = mood;
    }

    /// What was taken so far.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.state.mails.lock().unwrap().clone()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.state.is_over.store(true, Ordering::Release);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// The address of a line.
fn named(line: &str) -> &str {
    line.split(['<', '>']).nth(1).unwrap_or_default()
}

fn talk(state: &State, stream: &TcpStream) -> std::io::Result<()> {
    // Who keeps a connection for the next mail does not keep the test.
    stream.set_read_timeout(Some(Duration::from_millis(500)))?;
    let mut lines = BufReader::new(stream);
    let say = |text: &str| -> std::io::Result<()> {
        let mut stream = stream;
        stream.write_all(format!("{text}\r\n").as_bytes())
    };
    let mood = state.mood.lock().unwrap().clone();
    if let Some(refusal) = mood.greeting {
        return say(refusal);
    }
    say("220 sink ESMTP")?;
    let (mut from, mut to) = (String::new(), Vec::new());
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let word = line.trim_end().to_ascii_uppercase();
        let mood = state.mood.lock().unwrap().clone();
        match word.get(..4).unwrap_or_default() {
            "EHLO" => say("250-sink\r\n250 8BITMIME")?,
            "MAIL" => {
                to.clear();
                named(&line).clone_into(&mut from);
                say("250 well")?;
            }
            "RCPT" => {
                let named = named(&line);
                let refused = mood.recipient.filter(|(words, _)| named.contains(words));
                if let Some((_, refusal)) = refused {
                    say(refusal)?;
                } else {
                    to.push(named.to_owned());
                    say("250 well")?;
                }
            }
            "DATA" => {
                say("354 go on")?;
                let mut text = String::new();
                loop {
                    let mut line = String::new();
                    if lines.read_line(&mut line)? == 0 {
                        return Ok(());
                    }
                    if line == ".\r\n" {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                }
                state
                    .mails
                    .lock()
                    .unwrap()
                    .push(Mail::read((&from, &to), &text));
                say("250 taken")?;
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 well")?,
        }
    }
}

impl Mail {
    fn read((from, to): (&str, &[String]), text: &str) -> Self {
        let (head, body) = halves(text);
        let kind = value(&head, "content-type");
        Self {
            from: from.to_owned(),
            to: to.last().cloned().unwrap_or_default(),
            recipients: to.to_vec(),
            parts: parts_of(&kind, &body),
            head,
        }
    }

    /// A field of its head; empty: it has none.
    pub(crate) fn head(&self, name: &str) -> String {
        value(&self.head, name)
    }

    /// The parts of a type.
    pub(crate) fn parts(&self, kind: &str) -> Vec<&str> {
        let parts = self.parts.iter();
        let parts = parts.filter(|(other, _)| other.starts_with(kind));
        parts.map(|(_, text)| text.as_str()).collect()
    }

    /// The part of a type.
    pub(crate) fn part(&self, kind: &str) -> &str {
        let mut parts = self.parts.iter();
        let part = parts.find(|(other, _)| other.starts_with(kind));
        part.map_or("", |(_, text)| text)
    }
}

/// The parts of a body that is several, those of its parts among them.
fn parts_of(kind: &str, body: &str) -> Vec<(String, String)> {
    let border = kind.split("boundary=\"").nth(1).unwrap_or_default();
    let border = format!("--{}", border.trim_end_matches('"'));
    let parts = body.split(&border).skip(1);
    let parts = parts.filter(|part| !part.starts_with("--"));
    let parts = parts.flat_map(|part| {
        let (head, body) = halves(part.trim_start_matches("\r\n"));
        let kind = value(&head, "content-type");
        if kind.starts_with("multipart/") {
            return parts_of(&kind, &body);
        }
        let coding = value(&head, "content-transfer-encoding");
        vec![(kind, decoded(&coding, &body))]
    });
    parts.collect()
}

fn halves(text: &str) -> (Vec<(String, String)>, String) {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let fields = lines.map(|(name, value)| (name.to_lowercase(), words(value.trim())));
    (fields.collect(), body.to_owned())
}

fn value(head: &[(String, String)], name: &str) -> String {
    let mut fields = head.iter();
    let field = fields.find(|(other, _)| other.eq_ignore_ascii_case(name));
    field.map_or_else(String::new, |(_, value)| value.clone())
}

/// A header's value with its encoded words read.
fn words(value: &str) -> String {
    let mut text = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("=?utf-8?b?") {
        // What stands between two encoded words is nothing.
        if !before.trim().is_empty() || text.is_empty() {
            text.push_str(before);
        }
        let (code, after) = after.split_once("?=").unwrap();
        text.push_str(&String::from_utf8(STANDARD.decode(code).unwrap()).unwrap());
        rest = after;
    }
    text + rest
}

fn decoded(coding: &str, body: &str) -> String {
    match coding {
        "base64" => {
            let code: String = body.split_whitespace().collect();
            String::from_utf8_lossy(&STANDARD.decode(code).unwrap()).into_owned()
        }
        "quoted-printable" => unquoted(body),
        _ => body.to_owned(),
    }
}

fn unquoted(body: &str) -> String {
    let mut bytes = Vec::new();
    let joined = body.replace("=\r\n", "");
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'=' && after.len() >= 2 {
            let code = std::str::from_utf8(&after[..2]).unwrap();
            bytes.push(u8::from_str_radix(code, 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}
