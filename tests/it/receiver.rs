//! A program that webhooks are told to, on loopback: keeps what it is told, or fails as a test wants.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

/// What was told.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) path: String,
    head: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// How it answers.
#[derive(Clone, Debug)]
pub(crate) enum Mood {
    /// With a status, and further lines of its head.
    Answers(u16, String),
    /// So, if the body has these words; else it is well.
    Refuses(&'static str, u16),
    /// Not before the test ends.
    Hangs,
}

pub(crate) struct Receiver {
    address: SocketAddr,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

struct State {
    told: Mutex<Vec<Told>>,
    mood: Mutex<Mood>,
    is_over: AtomicBool,
}

impl Receiver {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            told: Mutex::default(),
            mood: Mutex::new(Mood::Answers(200, String::new())),
            is_over: AtomicBool::new(false),
        });
        let shared = Arc::clone(&state);
        let thread = std::thread::spawn(move || {
            let mut talks = Vec::new();
            for stream in listener.incoming() {
                if shared.is_over.load(Ordering::Acquire) {
                    break;
                }
                let shared = Arc::clone(&shared);
                talks.push(std::thread::spawn(move || {
                    // Who hangs up in the middle has told nothing.
                    drop(talk(&shared, &stream.unwrap()));
                }));
            }
            for talk in talks {
                talk.join().unwrap();
            }
        });
        Self {
            address,
            state,
            thread: Some(thread),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub(crate) fn be(&self, mood: Mood) {
        *self.state.mood.lock().unwrap() = mood;
    }

    /// It answers with this status from now on.
    pub(crate) fn answers(&self, status: u16) {
        self.be(Mood::Answers(status, String::new()));
    }

    /// What it was told so far, whatever it answered.
    pub(crate) fn told(&self) -> Vec<Told> {
        self.state.told.lock().unwrap().clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.state.is_over.store(true, Ordering::Release);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn talk(state: &State, stream: &TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream);
    let mut first = String::new();
    if lines.read_line(&mut first)? == 0 {
        return Ok(());
    }
    let mut head = BTreeMap::new();
    loop {
        let mut line = String::new();
        lines.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        head.insert(name.to_lowercase(), value.to_owned());
    }
    let length = head.get("content-length").map_or("0", String::as_str);
    let mut body = vec![0; length.parse().unwrap()];
    lines.read_exact(&mut body)?;
    let words = String::from_utf8_lossy(&body).into_owned();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    state.told.lock().unwrap().push(Told { path, head, body });
    let mood = state.mood.lock().unwrap().clone();
    let (status, more) = match mood {
        Mood::Answers(status, more) => (status, more),
        Mood::Refuses(named, status) if words.contains(named) => (status, String::new()),
        Mood::Refuses(..) => (204, String::new()),
        Mood::Hangs => {
            // Until whoever asks hangs up.
            return lines.read_to_end(&mut Vec::new()).map(|_read| ());
        }
    };
    let mut stream = stream;
    let answer =
        format!("HTTP/1.1 {status} x\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes())
}

impl Told {
    pub(crate) fn head(&self, name: &str) -> &str {
        self.head.get(name).map_or("", String::as_str)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Whether one of its signatures is by this secret, worked out as Standard Webhooks says.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD
            .decode(secret.strip_prefix("whsec_").unwrap())
            .unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        let (id, at) = (self.head("webhook-id"), self.head("webhook-timestamp"));
        mac.update(format!("{id}.{at}.").as_bytes());
        mac.update(&self.body);
        let right = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.head("webhook-signature")
            .split(' ')
            .any(|signature| signature == right)
    }
}
