//! The connection to a server of mailboxes: bytes in and out, plain or by TLS, and its replies whole.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::ImapError;

/// How much is read at once.
const CHUNK: usize = 64 << 10;
/// The longest reply: a list of all mails of a large folder, or a mail of the largest size that is read.
const MOST_REPLY: usize = 128 << 20;
/// How long a server may take for what it is asked.
const PATIENCE: Duration = Duration::from_mins(1);

/// A reply of the server: its text, and what it gave as counted bytes, for each of which the text has a
/// zero character.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) text: String,
    pub(super) literals: Vec<Vec<u8>>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => &stream.sock,
        }
    }

    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(into),
            Self::Tls(stream) => stream.read(into),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.write_all(bytes),
            Self::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }
}

/// The connection.
pub(super) struct Wire {
    stream: Option<Stream>,
    /// What was read and is of no reply yet.
    held: Vec<u8>,
}

impl Wire {
    /// To a server; nothing was said yet.
    pub(super) fn open(host: &str, port: u16) -> Result<Self, ImapError> {
        let addresses = (host, port).to_socket_addrs();
        let addresses = addresses.map_err(|_odd| down(&format!("`{host}` is not known")))?;
        let mut last = None;
        for address in addresses {
            match TcpStream::connect_timeout(&address, PATIENCE / 2) {
                Ok(stream) => {
                    drop(stream.set_nodelay(true));
                    let wire = Self {
                        stream: Some(Stream::Plain(stream)),
                        held: Vec::new(),
                    };
                    wire.patience(PATIENCE)?;
                    return Ok(wire);
                }
                Err(error) => last = Some(error),
            }
        }
        let why = last.map_or_else(|| "it has no address".to_owned(), |one| one.to_string());
        Err(down(&format!("it cannot be reached ({why})")))
    }

    /// Encrypts what follows.
    pub(super) fn encrypt(&mut self, host: &str) -> Result<(), ImapError> {
        if !self.held.is_empty() {
            // Somebody on the way has said something before it was encrypted.
            return Err(down("it said more than it was asked before the encryption"));
        }
        let Some(Stream::Plain(stream)) = self.stream.take() else {
            return Err(down("the connection is encrypted already"));
        };
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|_odd| down(&format!("`{host}` is no name of a server")))?;
        let tls = ClientConnection::new(Arc::new(tls()?), name);
        let tls = tls.map_err(|error| down(&format!("no encrypted connection ({error})")))?;
        let mut stream = StreamOwned::new(tls, stream);
        while stream.conn.is_handshaking() {
            let shaken = stream.conn.complete_io(&mut stream.sock);
            shaken.map_err(|error| down(&format!("no encrypted connection ({error})")))?;
        }
        self.stream = Some(Stream::Tls(Box::new(stream)));
        Ok(())
    }

    /// How long the next bytes may take.
    pub(super) fn patience(&self, patience: Duration) -> Result<(), ImapError> {
        let Some(stream) = &self.stream else {
            return Err(down("the connection is closed"));
        };
        let socket = stream.socket();
        let set = socket
            .set_read_timeout(Some(patience))
            .and_then(|()| socket.set_write_timeout(Some(PATIENCE)));
        set.map_err(|error| down(&error.to_string()))
    }

    /// As long as what is asked may take.
    pub(super) fn usual_patience(&self) -> Result<(), ImapError> {
        self.patience(PATIENCE)
    }

    pub(super) fn say(&mut self, bytes: &[u8]) -> Result<(), ImapError> {
        let Some(stream) = &mut self.stream else {
            return Err(down("the connection is closed"));
        };
        let said = stream.write(bytes);
        said.map_err(|error| down(&format!("the connection broke ({error})")))
    }

    /// The next reply.
    pub(super) fn hear(&mut self) -> Result<Reply, ImapError> {
        let heard = self.hear_within()?;
        heard.ok_or_else(|| down("it took too long to answer"))
    }

    /// The next reply; none: it does not come within the patience.
    pub(super) fn hear_within(&mut self) -> Result<Option<Reply>, ImapError> {
        loop {
            match reply_of(&self.held) {
                Cut::Whole(reply, used) => {
                    self.held.drain(..used);
                    return Ok(Some(reply));
                }
                Cut::Odd => return Err(down("it does not speak IMAP as it should")),
                Cut::Part(missing) => {
                    if self.held.len().saturating_add(missing) > MOST_REPLY {
                        return Err(down("its reply is too long"));
                    }
                    if !self.fill(missing)? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Reads more, so many bytes at least; whether any came within the patience.
    fn fill(&mut self, missing: usize) -> Result<bool, ImapError> {
        let Some(stream) = &mut self.stream else {
            return Err(down("the connection is closed"));
        };
        let mut missing = missing.max(1);
        while missing > 0 {
            let before = self.held.len();
            self.held
                .resize(before + CHUNK.max(missing.min(1 << 20)), 0);
            let into = self.held.get_mut(before..).unwrap_or_default();
            let read = stream.read(into);
            let length = read.as_ref().copied().unwrap_or_default();
            self.held.truncate(before + length);
            match read {
                Ok(0) => return Err(down("it closed the connection")),
                Ok(length) => missing = missing.saturating_sub(length),
                Err(error) if is_late(&error) => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(down(&format!("the connection broke ({error})"))),
            }
        }
        Ok(true)
    }
}

fn is_late(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

fn down(reason: &str) -> ImapError {
    ImapError::Down(reason.to_owned())
}

/// By the certificates that the machine trusts.
fn tls() -> Result<ClientConfig, ImapError> {
    let mut roots = RootCertStore::empty();
    let (_taken, odd) =
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if odd > 0 {
        tracing::warn!(odd, "some certificates of the machine cannot be read");
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| down(&error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// What the bytes that are held begin with.
#[derive(Debug, PartialEq, Eq)]
enum Cut {
    /// A reply, of so many bytes.
    Whole(Reply, usize),
    /// The beginning of one; so many bytes more are of it at least.
    Part(usize),
    /// Nothing that a server would say.
    Odd,
}

fn reply_of(held: &[u8]) -> Cut {
    let mut reply = Reply::default();
    let mut at = 0;
    loop {
        let rest = held.get(at..).unwrap_or_default();
        let Some(end) = memchr::memchr(b'\n', rest) else {
            return Cut::Part(1);
        };
        let line = rest.get(..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        at += end + 1;
        let Some((text, length)) = counted(line) else {
            reply.text.push_str(&clean(line));
            return Cut::Whole(reply, at);
        };
        let Some(length) = length.filter(|length| *length <= MOST_REPLY) else {
            return Cut::Odd;
        };
        let Some(literal) = held.get(at..at + length) else {
            return Cut::Part(at + length - held.len());
        };
        reply.text.push_str(&clean(text));
        reply.text.push('\0');
        reply.literals.push(literal.to_vec());
        at += length;
    }
}

fn clean(line: &[u8]) -> String {
    String::from_utf8_lossy(line).replace('\0', "")
}

/// A line that counts the bytes which follow it: what stands before the number, and it.
fn counted(line: &[u8]) -> Option<(&[u8], Option<usize>)> {
    let inner = line.strip_suffix(b"}")?;
    let open = memchr::memrchr(b'{', inner)?;
    let (text, number) = inner.split_at_checked(open)?;
    let number = std::str::from_utf8(number.get(1..)?).ok()?;
    let number = number.trim_end_matches('+');
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| (text, number.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_whole_with_all_its_counted_bytes() {
        let held = b"* 1 FETCH (UID 7 BODY[] {5}\r\na\r\n}b FLAGS ())\r\n* 2 EXISTS\r\n";
        let Cut::Whole(reply, used) = reply_of(held) else {
            panic!("it is not whole")
        };
        assert_eq!(reply.text, "* 1 FETCH (UID 7 BODY[] \0 FLAGS ())");
        assert_eq!(reply.literals, [b"a\r\n}b".to_vec()]);
        assert_eq!(&held[used..], b"* 2 EXISTS\r\n");
        for end in 0..used {
            assert!(matches!(reply_of(&held[..end]), Cut::Part(_)), "{end}");
        }
        // So many bytes are missing at least that a large mail is read in few steps.
        assert_eq!(reply_of(b"* 1 FETCH (BODY[] {1000}\r\nab"), Cut::Part(998));
        assert_eq!(reply_of(b"* x {99999999999999999999}\r\n"), Cut::Odd);
        let plain = reply_of(b"* OK {not a number}\n");
        assert!(matches!(plain, Cut::Whole(reply, 20) if reply.text == "* OK {not a number}"));
    }
}
