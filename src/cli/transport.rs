//! How a request reaches the routes: over HTTP to a running server, or in this process where no
//! server owns the folder. Both are the same requests and the same answers.

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use axum::Router;
use axum::body::Body;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use ureq::Agent;
use ureq::http::{Request, StatusCode, header};

use super::reading::Reading;
use super::wrong::Wrong;
use crate::web;

/// How long a server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest answer that is read.
const MAX_ANSWER: u64 = 1 << 30;
/// The name under which the routes are asked in this process.
const HERE: &str = "localhost";

/// An answer, whatever it says.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Where the routes are.
pub(super) enum Transport {
    /// In a server.
    There(There),
    /// In this process, which owns the folder meanwhile.
    Here(Box<Here>),
}

/// A server at an address.
#[derive(Clone, Debug)]
pub(super) struct There {
    agent: Agent,
    url: String,
}

/// The routes of this process over an open folder.
pub(super) struct Here {
    router: Router,
    runtime: Runtime,
    reading: Reading,
}

impl There {
    /// The server at `url`.
    pub(super) fn new(url: &str) -> Result<Self, Wrong> {
        if !url.starts_with("http://") {
            return Err(Wrong::new(format!(
                "`{url}` is no address that svar can ask; expected one such as http://127.0.0.1:7878"
            )));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT))
            .user_agent(concat!("svar/", env!("CARGO_PKG_VERSION")))
            .proxy(None)
            .build();
        Ok(Self {
            agent: config.into(),
            url: url.trim_end_matches('/').to_owned(),
        })
    }

    /// Its address.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    fn send(&self, request: Request<Vec<u8>>, limit: Duration) -> anyhow::Result<Answer> {
        let unreachable = |error: ureq::Error| {
            anyhow::Error::new(error).context(format!("cannot ask {}", self.url))
        };
        let (mut parts, body) = request.into_parts();
        let whole = format!("{}{}", self.url, parts.uri);
        parts.uri = whole
            .parse()
            .with_context(|| format!("`{whole}` is no address"))?;
        let request = Request::from_parts(parts, body);
        let request = self.agent.configure_request(request);
        let request = request.timeout_global(Some(limit)).build();
        let mut response = self.agent.run(request).map_err(unreachable)?;
        let location = response.headers().get(header::LOCATION);
        let location = location
            .and_then(|value| value.to_str().ok())
            // A location may be whole; only its path is followed, the token goes nowhere else.
            .map(|location| {
                location
                    .strip_prefix(&self.url)
                    .unwrap_or(location)
                    .to_owned()
            });
        let status = response.status();
        let body = response.body_mut().with_config().limit(MAX_ANSWER);
        let body = body.read_to_vec().map_err(unreachable)?;
        Ok(Answer {
            status,
            location,
            body,
        })
    }
}

impl Here {
    /// The routes over a folder that is open.
    pub(super) fn new(reading: Reading) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start the threads that answer")?;
        let router = {
            let _entered = runtime.enter();
            web::router(reading.shared())
        };
        Ok(Self {
            router,
            runtime,
            reading,
        })
    }

    /// The folder.
    pub(super) const fn reading(&self) -> &Reading {
        &self.reading
    }

    fn send(&self, request: Request<Vec<u8>>) -> anyhow::Result<Answer> {
        let changes = !matches!(request.method().as_str(), "GET" | "HEAD");
        let (mut parts, body) = request.into_parts();
        let host = header::HeaderValue::from_static(HERE);
        parts.headers.insert(header::HOST, host);
        let token = format!("Bearer {}", self.reading.admin_token());
        let token = token.parse().context("the token of this run")?;
        parts.headers.insert(header::AUTHORIZATION, token);
        let request = Request::from_parts(parts, Body::from(body));
        let answer = self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await?;
            let (parts, body) = response.into_parts();
            let limit = usize::try_from(MAX_ANSWER).unwrap_or(usize::MAX);
            let body = axum::body::to_bytes(body, limit).await;
            let body = body.map_err(|error| anyhow!(error))?;
            let location = parts.headers.get(header::LOCATION);
            anyhow::Ok(Answer {
                status: parts.status,
                location: location
                    .and_then(|value| value.to_str().ok())
                    .map(str::to_owned),
                body: body.to_vec(),
            })
        })?;
        if changes && answer.status.is_success() {
            // The next question of this command must see what it wrote.
            self.reading.settle()?;
        }
        Ok(answer)
    }
}

impl Transport {
    /// Sends a request whose address is a path, and waits at most `limit` for a server.
    pub(super) fn send(
        &self,
        request: Request<Vec<u8>>,
        limit: Duration,
    ) -> anyhow::Result<Answer> {
        match self {
            Self::There(there) => there.send(request, limit),
            Self::Here(here) => here.send(request),
        }
    }

    /// What it is called in messages.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::There(there) => &there.url,
            Self::Here(_) => "svar",
        }
    }
}
