//! A small provider of sign-ins on loopback, with keys of its own, that can be told to lie, to fail
//! and to stall. The RSA key beside it is nobody's.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use svar::clock::Clock;

const RSA_KEY: &str = include_str!("rsa_key.pem");
pub(super) const CLIENT: &str = "svar";
/// With what a form would have to escape.
pub(super) const SECRET: &str = "s3cret:+%/";

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signing {
    Rs256,
    Es256,
    /// With no signature at all.
    Nothing,
    /// With a shared secret, which is what the public key is written as.
    PublicKeyAsSecret,
    /// By a key of its kind that is not published, under the name of one that is.
    Forged,
    /// By the right key, but something else is sent.
    Changed,
    /// Rightly, under a head that asks for more.
    Critical,
}

/// What the provider does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    Usual,
    /// Leads elsewhere.
    Redirecting,
    /// Sends more than anybody wants to read.
    Endless,
    /// Says nothing until it is dropped.
    Silent,
    /// Fails.
    Failing,
    /// Sends what is no JSON.
    Babbling,
}

/// What it was asked, and how it answers.
pub(super) struct Play {
    pub(super) signing: Signing,
    /// Laid over the claims of the next tokens; null takes one away.
    pub(super) claims: Value,
    /// Laid over what it says of itself.
    pub(super) document: Value,
    /// The path that is answered in this mood.
    pub(super) mood: (&'static str, Mood),
    /// The ES256 key that is used, and which of them are published.
    pub(super) key: usize,
    pub(super) published: Vec<usize>,
    pub(super) names_key: bool,
    /// How often each path was asked for.
    pub(super) asked: BTreeMap<String, usize>,
    /// Why a code was not taken.
    pub(super) refused: Vec<String>,
    /// Where browsers are sent to that come by themselves.
    pub(super) leads_to: String,
    codes: BTreeMap<String, Grant>,
}

/// What a code stands for.
struct Grant {
    nonce: String,
    challenge: String,
    back_to: String,
}

/// The provider, until it is dropped.
pub(super) struct Provider {
    pub(super) issuer: String,
    inner: Arc<Inner>,
}

struct Inner {
    clock: Clock,
    issuer: String,
    rsa: RsaKeyPair,
    curves: Vec<EcdsaKeyPair>,
    play: Mutex<Play>,
    /// Whoever waits for nothing is let go when the test ends.
    stalled: Mutex<Vec<TcpStream>>,
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn rsa() -> RsaKeyPair {
    let lines = RSA_KEY.lines().filter(|line| !line.starts_with('-'));
    let der = STANDARD.decode(lines.collect::<String>()).unwrap();
    RsaKeyPair::from_pkcs8(&der).unwrap()
}

fn curve() -> EcdsaKeyPair {
    let (kind, chance) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    let der = EcdsaKeyPair::generate_pkcs8(kind, &chance).unwrap();
    EcdsaKeyPair::from_pkcs8(kind, der.as_ref(), &chance).unwrap()
}

impl Provider {
    pub(super) fn new(clock: &Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}/realm", listener.local_addr().unwrap());
        let inner = Arc::new(Inner {
            clock: clock.clone(),
            issuer: issuer.clone(),
            rsa: rsa(),
            curves: (0..3).map(|_| curve()).collect(),
            play: Mutex::new(Play {
                signing: Signing::Es256,
                claims: json!({}),
                document: json!({}),
                mood: ("", Mood::Usual),
                key: 0,
                published: vec![0],
                names_key: true,
                asked: BTreeMap::new(),
                refused: Vec::new(),
                leads_to: String::new(),
                codes: BTreeMap::new(),
            }),
            stalled: Mutex::default(),
        });
        let shared = Arc::clone(&inner);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || {
                    if let Some((path, head, body)) = read(&stream) {
                        shared.answer(stream, &path, &head, &body);
                    }
                });
            }
        });
        Self { issuer, inner }
    }

    pub(super) fn play(&self) -> MutexGuard<'_, Play> {
        self.inner.play.lock().unwrap()
    }

    /// Whoever comes to the provider signs in there; gives the query that they come back with.
    pub(super) fn signs_in(&self, asked: &BTreeMap<String, String>) -> String {
        self.inner.signs_in(asked)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.inner.stalled.lock().unwrap().clear();
    }
}

impl Inner {
    fn signs_in(&self, asked: &BTreeMap<String, String>) -> String {
        let code = Clock::fresh_id();
        let grant = Grant {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            back_to: asked["redirect_uri"].clone(),
        };
        let mut play = self.play.lock().unwrap();
        play.codes.insert(code.clone(), grant);
        format!("state={}&code={code}", asked["state"])
    }

    fn answer(&self, mut stream: TcpStream, path: &str, head: &str, body: &str) {
        let mood = {
            let mut play = self.play.lock().unwrap();
            *play.asked.entry(path.to_owned()).or_default() += 1;
            if play.mood.0 == path {
                play.mood.1
            } else {
                Mood::Usual
            }
        };
        let reply = match mood {
            Mood::Usual => match path {
                "/realm/.well-known/openid-configuration" => ok(&self.document()),
                "/realm/keys" => ok(&self.keys()),
                "/realm/token" => self.token(head, body),
                "/realm/in" => self.sign_in(head),
                _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
            },
            Mood::Redirecting => format!(
                "HTTP/1.1 302 Found\r\nLocation: {}{path}?again\r\nContent-Length: 0\r\n\r\n",
                self.issuer.trim_end_matches("/realm")
            ),
            Mood::Endless => {
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[";
                let mut open = stream.write_all(head.as_bytes()).is_ok();
                while open {
                    open = stream.write_all(&[b' '; 4096]).is_ok();
                }
                return;
            }
            Mood::Silent => {
                self.stalled.lock().unwrap().push(stream);
                return;
            }
            Mood::Failing => {
                "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n".to_owned()
            }
            Mood::Babbling => "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwhat".to_owned(),
        };
        drop(stream.write_all(reply.as_bytes()));
    }

    /// Leads a browser back at once.
    fn sign_in(&self, head: &str) -> String {
        let target = head.split(' ').nth(1).unwrap();
        let back = self.signs_in(&pairs(target.split_once('?').unwrap().1));
        let leads_to = self.play.lock().unwrap().leads_to.clone();
        format!("HTTP/1.1 302 Found\r\nLocation: {leads_to}?{back}\r\nContent-Length: 0\r\n\r\n")
    }

    fn document(&self) -> Value {
        let issuer = &self.issuer;
        let mut document = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/in?of=us"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
        });
        lay_over(&mut document, &self.play.lock().unwrap().document);
        document
    }

    fn keys(&self) -> Value {
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(self.rsa.public());
        let mut keys = vec![
            json!({"kty": "oct", "kid": "shared", "k": "AAAA"}),
            json!("no key"),
            json!({"kty": "RSA", "kid": "rsa", "use": "sig", "alg": "RS256",
                "n": encode([vec![0], public.n].concat()), "e": encode(public.e)}),
        ];
        for number in &self.play.lock().unwrap().published {
            let point = self.curves[*number].public_key().as_ref();
            keys.push(
                json!({"kty": "EC", "crv": "P-256", "kid": format!("ec-{number}"),
                "x": encode(&point[1..33]), "y": encode(&point[33..])}),
            );
        }
        json!({"keys": keys})
    }

    /// The answer to a code, which is taken once and from whoever can show all that it takes.
    fn token(&self, head: &str, body: &str) -> String {
        let pairs = pairs(body);
        let mut play = self.play.lock().unwrap();
        let grant = pairs.get("code").and_then(|code| play.codes.remove(code));
        let wanted = "authorization: Basic ";
        let shown = head
            .lines()
            .find_map(|line| line.strip_prefix(wanted))
            .map(|text| String::from_utf8(STANDARD.decode(text).unwrap()).unwrap());
        let is_client = match &shown {
            Some(both) => *both == "svar:s3cret%3A%2B%25%2F",
            None => {
                pairs.get("client_id").is_some_and(|id| id == CLIENT)
                    && pairs
                        .get("client_secret")
                        .is_some_and(|text| text == SECRET)
            }
        };
        let fault = match &grant {
            None => "no such code",
            _ if !is_client => "no such client",
            Some(grant) => {
                let verifier = pairs.get("code_verifier").cloned().unwrap_or_default();
                if encode(Sha256::digest(verifier)) != grant.challenge {
                    "another verifier"
                } else if pairs.get("redirect_uri") != Some(&grant.back_to) {
                    "another redirect_uri"
                } else if pairs["grant_type"] != "authorization_code" {
                    "another grant_type"
                } else {
                    ""
                }
            }
        };
        if !fault.is_empty() {
            play.refused.push(fault.to_owned());
            let body = json!({"error": "invalid_grant"}).to_string();
            return format!(
                "HTTP/1.1 400 Bad Request\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
        }
        let id_token = self.id_token(&play, &grant.unwrap().nonce);
        ok(&json!({"access_token": "a", "token_type": "Bearer", "id_token": id_token}))
    }

    fn id_token(&self, play: &Play, nonce: &str) -> String {
        let now = self.clock.now().millis() / 1_000;
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": "subject-1", "nonce": nonce,
            "iat": now, "exp": now + 300,
        });
        lay_over(&mut claims, &play.claims);
        let (alg, kid) = match play.signing {
            Signing::Rs256 => ("RS256", "rsa".to_owned()),
            Signing::Nothing => ("none", "rsa".to_owned()),
            Signing::PublicKeyAsSecret => ("HS256", "rsa".to_owned()),
            _ => ("ES256", format!("ec-{}", play.key)),
        };
        let mut head = json!({"alg": alg, "typ": "JWT"});
        if play.names_key {
            head["kid"] = kid.into();
        }
        if play.signing == Signing::Critical {
            head["crit"] = json!(["b64"]);
        }
        let said = |claims: &Value| {
            format!(
                "{}.{}",
                encode(head.to_string()),
                encode(claims.to_string())
            )
        };
        let text = said(&claims);
        let chance = SystemRandom::new();
        let signature = match play.signing {
            Signing::Nothing => Vec::new(),
            Signing::Rs256 => {
                let mut signature = vec![0; self.rsa.public().modulus_len()];
                let signed =
                    self.rsa
                        .sign(&RSA_PKCS1_SHA256, &chance, text.as_bytes(), &mut signature);
                signed.unwrap();
                signature
            }
            Signing::PublicKeyAsSecret => {
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(self.rsa.public()).n;
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &public);
                ring::hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
            }
            Signing::Forged => {
                let signed = self.curves[2].sign(&chance, text.as_bytes());
                signed.unwrap().as_ref().to_vec()
            }
            Signing::Es256 | Signing::Changed | Signing::Critical => {
                let signed = self.curves[play.key].sign(&chance, text.as_bytes());
                signed.unwrap().as_ref().to_vec()
            }
        };
        if play.signing == Signing::Changed {
            claims["sub"] = "somebody else".into();
        }
        format!("{}.{}", said(&claims), encode(signature))
    }
}

fn lay_over(below: &mut Value, above: &Value) {
    for (name, value) in above.as_object().unwrap() {
        if value.is_null() {
            below.as_object_mut().unwrap().remove(name);
        } else {
            below[name] = value.clone();
        }
    }
}

fn ok(body: &Value) -> String {
    let body = body.to_string();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// The pairs of a query or a form.
pub(super) fn pairs(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    let plain = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text)
            .decode_utf8()
            .unwrap()
            .into_owned()
    };
    pairs
        .map(|(name, value)| (name.to_owned(), plain(value)))
        .collect()
}

/// Path, head and body of a request.
fn read(stream: &TcpStream) -> Option<(String, String, String)> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
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
    let target = head.split(' ').nth(1)?;
    let path = target.split('?').next()?.to_owned();
    Some((path, head, String::from_utf8(body).ok()?))
}
