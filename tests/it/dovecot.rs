//! A real server of mailboxes on loopback: Debian's dovecot, started by the test and ended with it.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Whose the mailboxes are where the test is root: mail is not read as root.
const NOBODY: u32 = 65_534;
/// Longer than a start takes on a machine that does other things, too.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) const USER: &str = "help";
pub(crate) const PASSWORD: &str = "a \"good\" one";

/// The server, with one mailbox.
pub(crate) struct Dovecot {
    child: Child,
    folder: TempDir,
    pub(crate) port: u16,
    pub(crate) tls_port: u16,
}

/// A port that nobody has.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A folder of the server.
fn make(path: &Path) {
    fs::create_dir_all(path).unwrap();
    if is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

/// The settings of a server whose files are in `place`.
fn config(place: &str, (port, tls_port): (u16, u16)) -> String {
    let tls = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/tls");
    let own = rustix::process::geteuid().as_raw();
    let (uid, gid) = if is_root() {
        (NOBODY, NOBODY)
    } else {
        (own, rustix::process::getegid().as_raw())
    };
    let who = if is_root() {
        "nobody".to_owned()
    } else {
        own_name()
    };
    format!(
        "base_dir = {place}/run\nlog_path = {place}/log\nprotocols = imap\nlisten = 127.0.0.1\n\
         ssl = yes\nssl_cert = <{tls}/cert.pem\nssl_key = <{tls}/key.pem\n\
         disable_plaintext_auth = no\nmail_location = maildir:{place}/mail/%u\n\
         mail_fsync = never\nfirst_valid_uid = 1\n\
         default_internal_user = {who}\ndefault_login_user = {who}\n\
         passdb {{\n driver = passwd-file\n args = scheme=plain username_format=%u {place}/users\n}}\n\
         userdb {{\n driver = static\n args = uid={uid} gid={gid} home={place}/mail/%u\n}}\n\
         service imap-login {{\n chroot =\n inet_listener imap {{\n port = {port}\n }}\n\
         inet_listener imaps {{\n port = {tls_port}\n ssl = yes\n }}\n}}\n\
         service anvil {{\n chroot =\n}}\nservice stats {{\n chroot =\n}}\n",
        tls = tls.display(),
    )
}

impl Dovecot {
    /// Starts one; a machine without it fails the test, for what is tested is nothing without it.
    pub(crate) fn start() -> Self {
        let path = Path::new("/usr/sbin/dovecot");
        assert!(
            path.exists(),
            "dovecot is missing: apt-get install dovecot-imapd"
        );
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let (port, tls_port) = (free_port(), free_port());
        let place = folder.path().to_str().unwrap();
        for name in [
            "mail",
            "mail/help",
            "mail/help/cur",
            "mail/help/new",
            "mail/help/tmp",
        ] {
            make(&folder.path().join(name));
        }
        let users = folder.path().join("users");
        fs::write(&users, format!("{USER}:{{PLAIN}}{PASSWORD}\n")).unwrap();
        fs::set_permissions(&users, fs::Permissions::from_mode(0o644)).unwrap();
        let config = config(place, (port, tls_port));
        let file = folder.path().join("dovecot.conf");
        fs::write(&file, config).unwrap();
        let child = Command::new(path)
            .args(["-F", "-c", file.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self {
            child,
            folder,
            port,
            tls_port,
        };
        server.wait();
        server
    }

    fn wait(&mut self) {
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.try_wait().unwrap();
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(ended.is_none(), "dovecot does not start: {log}");
            assert!(began.elapsed() < PATIENCE, "dovecot does not start: {log}");
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    fn mail(&self) -> PathBuf {
        self.folder.path().join("mail/help")
    }

    /// Puts a mail into a folder of the mailbox, as one that has just come; `number` orders them.
    #[expect(clippy::disallowed_methods, reason = "nothing here is to last")]
    pub(crate) fn deliver_to(&self, folder: &str, number: u32, mail: &str) {
        let place = match folder {
            "INBOX" => self.mail(),
            other => self.mail().join(format!(".{other}")),
        };
        for part in ["", "cur", "new", "tmp"] {
            if !place.join(part).exists() {
                make(&place.join(part));
            }
        }
        let name = format!("{}.M{number}.test", 1_000_000_000 + number);
        let (tmp, new) = (place.join("tmp").join(&name), place.join("new").join(&name));
        fs::write(&tmp, mail.replace('\n', "\r\n")).unwrap();
        if is_root() {
            chown(&tmp, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        fs::rename(tmp, new).unwrap();
    }

    pub(crate) fn deliver(&self, number: u32, mail: &str) {
        self.deliver_to("INBOX", number, mail);
    }

    /// Has the server number all mails anew, as after a restore or a move.
    pub(crate) fn renumber(&self) {
        let list = self.mail().join("dovecot-uidlist");
        let text = fs::read_to_string(&list).unwrap();
        let (head, rest) = text.split_once('\n').unwrap();
        let words = head.split(' ').map(|word| match word.strip_prefix('V') {
            Some(number) => format!("V{}", number.parse::<u32>().unwrap() + 1_000),
            None => word.to_owned(),
        });
        let head: Vec<String> = words.collect();
        fs::write(&list, format!("{}\n{rest}", head.join(" "))).unwrap();
        for name in [
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
            "dovecot-uidvalidity",
        ] {
            drop(fs::remove_file(self.mail().join(name)));
        }
    }
}

fn own_name() -> String {
    let id = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(id.stdout).unwrap().trim().to_owned()
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // It ends its own processes where it is asked to.
        let id = self.child.id().to_string();
        drop(Command::new("kill").args(["-TERM", &id]).status());
        drop(self.child.wait());
    }
}
