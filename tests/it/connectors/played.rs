//! A source on loopback, which plays pages, limits and faults.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) pairs: BTreeMap<String, String>,
    pub(super) head: String,
    pub(super) body: Value,
}

impl Heard {
    /// A value of its query.
    pub(super) fn value(&self, name: &str) -> &str {
        self.pairs.get(name).map_or("", String::as_str)
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    Json(Value),
    /// A file.
    Bytes(Vec<u8>),
    /// A status, with lines of the head.
    Status(u16, &'static str),
    /// The first half of what was to be said, which the head calls the whole.
    Half(Value),
    /// The same, and the connection breaks where more was promised.
    Cut(Value),
    /// Nothing, until the connection is closed.
    Silence,
}

type Fault = Box<dyn FnMut(&Heard) -> Option<Said> + Send>;

/// A source, as long as it is held.
pub(crate) struct Played {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Heard>>>,
    fault: Arc<Mutex<Fault>>,
}

impl Played {
    /// One that answers as `say` does.
    pub(super) fn new(say: impl Fn(&Heard) -> Said + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let none: Fault = Box::new(|_heard| None);
        let fault = Arc::new(Mutex::new(none));
        let (say, noted, odd) = (Arc::new(say), Arc::clone(&asked), Arc::clone(&fault));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (say, noted, odd) = (Arc::clone(&say), Arc::clone(&noted), Arc::clone(&odd));
                std::thread::spawn(move || {
                    let Some(heard) = hear(&stream) else { return };
                    noted.lock().unwrap().push(heard.clone());
                    let fault = (odd.lock().unwrap())(&heard);
                    answer(stream, fault.unwrap_or_else(|| say(&heard)));
                });
            }
        });
        Self { url, asked, fault }
    }

    /// Has it answer otherwise where `fault` says so.
    pub(crate) fn faults(&self, fault: impl FnMut(&Heard) -> Option<Said> + Send + 'static) {
        *self.fault.lock().unwrap() = Box::new(fault);
    }

    /// What it was asked since this was last called.
    pub(crate) fn asked(&self) -> Vec<Heard> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// How often paths with this in them were asked since then.
    pub(super) fn times(&self, part: &str) -> usize {
        let asked = self.asked();
        asked
            .iter()
            .filter(|heard| heard.path.contains(part))
            .count()
    }
}

fn hear(stream: &TcpStream) -> Option<Heard> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split_whitespace();
    let (method, address) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some((_, value)) = line.to_lowercase().split_once("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    Some(Heard {
        method,
        path: path.to_owned(),
        pairs: pairs
            .map(|(name, value)| (plain(name), plain(value)))
            .collect(),
        head,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    })
}

fn answer(mut stream: TcpStream, said: Said) {
    let head = |status: u16, length: usize, more: &str| {
        format!(
            "HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nConnection: close\r\n\
             {more}Content-Length: {length}\r\n\r\n"
        )
    };
    let text = match said {
        Said::Json(value) => {
            let body = value.to_string();
            head(200, body.len(), "") + &body
        }
        Said::Bytes(bytes) => {
            let mut all = head(200, bytes.len(), "").into_bytes();
            all.extend(bytes);
            drop(stream.write_all(&all));
            return;
        }
        Said::Status(status, more) => head(status, 2, more) + "{}",
        Said::Half(value) => {
            let body = half(&value);
            head(200, body.len(), "") + &body
        }
        Said::Cut(value) => {
            let length = value.to_string().len();
            head(200, length, "") + &half(&value)
        }
        Said::Silence => {
            drop(stream.read(&mut [0]));
            return;
        }
    };
    // A client that has seen enough hangs up.
    drop(stream.write_all(text.as_bytes()));
}

fn half(value: &Value) -> String {
    let body = value.to_string();
    body.chars().take(body.chars().count() / 2).collect()
}
