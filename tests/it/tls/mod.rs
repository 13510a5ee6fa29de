//! A server that encrypts by itself: who comes by https is answered, the command line finds it, and
//! files that cannot be used are named. The certificate here is of nobody, for `localhost`.

use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

const CERT: &str = include_str!("cert.pem");

/// A data folder with the files beside it.
struct Place(TempDir);

/// A server, until it is dropped.
struct Server {
    child: Child,
    port: String,
    _rest: std::thread::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/tls");
    folder.join(name).to_str().unwrap().to_owned()
}

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_svar"));
        command.args(arguments).current_dir(self.0.path());
        for name in ["SVAR_CONFIG", "SVAR_LISTEN", "SVAR_LOG"] {
            command.env_remove(name);
        }
        command.env("SVAR_DATA", self.data());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn serve(&self) -> Server {
        let (cert, key) = (file("cert.pem"), file("key.pem"));
        let arguments = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--tls-cert",
            &cert,
            "--tls-key",
            &key,
        ];
        let mut command = self.command(&arguments);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let port = loop {
            let mut line = String::new();
            assert!(
                stderr.read_line(&mut line).unwrap() > 0,
                "the server ended: {said}"
            );
            said.push_str(&line);
            if let Some((_, rest)) = line.split_once("listening on https://127.0.0.1:") {
                break rest.split_whitespace().next().unwrap().to_owned();
            }
        };
        let rest = std::thread::spawn(move || {
            let mut line = String::new();
            drop(stderr.read_to_string(&mut line));
        });
        Server {
            child,
            port,
            _rest: rest,
        }
    }
}

/// Somebody who trusts the certificate.
fn agent() -> ureq::Agent {
    let root = Certificate::from_pem(CERT.as_bytes()).unwrap();
    let provider = rustls::crypto::ring::default_provider();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&[root]))
        .unversioned_rustls_crypto_provider(std::sync::Arc::new(provider))
        .build();
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .tls_config(tls)
        .build()
        .new_agent()
}

#[test]
fn who_comes_by_https_is_answered_and_signed_in_by_a_cookie_that_stays_on_it() {
    let place = Place::new();
    std::fs::write(place.0.path().join("password"), "three good words\n").unwrap();
    let made = place.run(&[
        "user",
        "add",
        "ada@shop.example",
        "--name",
        "Ada",
        "--role",
        "admin",
        "--password-file",
        "password",
    ]);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let server = place.serve();
    let url = |path: &str| format!("https://localhost:{}{path}", server.port);
    assert_eq!(agent().get(url("/healthz")).call().unwrap().status(), 200);
    let form = [
        ("email", "ada@shop.example"),
        ("password", "three good words"),
    ];
    let signed = agent().post(url("/sign-in")).send_form(form).unwrap();
    assert_eq!(signed.status(), 303);
    let cookie = signed
        .headers()
        .get("set-cookie")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        cookie.contains("Secure") && cookie.contains("HttpOnly"),
        "{cookie}"
    );
    let session = cookie.split(';').next().unwrap();
    let people = agent()
        .get(url("/people"))
        .header("cookie", session)
        .call()
        .unwrap();
    assert_eq!(people.status(), 200);
    // Without encryption nobody is answered there.
    let plain = ureq::get(format!("http://localhost:{}/healthz", server.port)).call();
    assert!(plain.is_err(), "{plain:?}");
    // A handshake that hangs holds nobody up.
    let _hanging = std::net::TcpStream::connect(format!("127.0.0.1:{}", server.port)).unwrap();
    assert_eq!(agent().get(url("/readyz")).call().unwrap().status(), 200);
}

#[test]
fn the_command_line_finds_a_server_that_encrypts_and_nobody_else_gets_in_that_way() {
    let place = Place::new();
    let server = place.serve();
    let ran = place.run(&["report", "handled", "--format", "json"]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{said}");
    assert!(said.contains("is served by a running svar"), "{said}");
    let note = std::fs::read_to_string(place.data().join("server.json")).unwrap();
    let note: serde_json::Value = serde_json::from_str(&note).unwrap();
    let address = note["address"].as_str().unwrap();
    assert!(
        !address.ends_with(&format!(":{}", server.port)),
        "{address}"
    );
    let asked = |token: &str| {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build();
        let request = config
            .new_agent()
            .get(format!("http://{address}/api/v1/reports"));
        request
            .header("authorization", format!("Bearer {token}"))
            .call()
            .unwrap()
            .status()
    };
    assert_eq!(asked("made-up"), 401);
    assert_eq!(asked(note["token"].as_str().unwrap()), 200);
}

#[test]
fn files_that_cannot_be_used_are_named_and_nothing_is_made() {
    let place = Place::new();
    let (cert, key, other) = (file("cert.pem"), file("key.pem"), file("other_key.pem"));
    let none = file("mod.rs");
    for (arguments, words) in [
        (vec!["--tls-cert", &cert], "tls_key: it is left out"),
        (vec!["--tls-key", &key], "tls_cert: it is left out"),
        (
            vec!["--tls-cert", "nowhere.pem", "--tls-key", &key],
            "`nowhere.pem` has no certificate",
        ),
        (
            vec!["--tls-cert", &none, "--tls-key", &key],
            "there is none in it",
        ),
        (
            vec!["--tls-cert", &cert, "--tls-key", &none],
            "has no key in PEM",
        ),
        (
            vec!["--tls-cert", &cert, "--tls-key", &other],
            "do not go together",
        ),
    ] {
        let whole = [vec!["serve", "--listen", "127.0.0.1:0"], arguments].concat();
        let ran = place.run(&whole);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(2), "{whole:?}: {said}");
        assert!(said.contains(words), "{whole:?}: {said}");
    }
    assert!(!place.data().exists());
}

#[test]
fn who_may_not_be_reached_from_elsewhere_leaves_no_new_folder_behind() {
    let place = Place::new();
    let ran = place.run(&["serve", "--listen", "0.0.0.0:0"]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("nobody has to sign in"), "{said}");
    assert!(!place.data().exists());
}
