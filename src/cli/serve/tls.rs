//! Encryption by the server itself, with a certificate and a key out of two files.
//!
//! A handshake is made beside the others, so that one that hangs holds nobody up.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::cli::wrong::Wrong;
use crate::config::Config;

/// How many handshakes are made at once.
const HANDSHAKES: usize = 256;
/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the two files hold; none: the server does not encrypt.
pub(super) fn settings(config: &Config) -> anyhow::Result<Option<Arc<ServerConfig>>> {
    let (cert, key) = match (&config.tls_cert, &config.tls_key) {
        (None, None) => return Ok(None),
        (Some(cert), Some(key)) => (cert, key),
        (Some(_), None) => return Err(half("tls_key", "the certificate's key")),
        (None, Some(_)) => return Err(half("tls_cert", "the certificate of the key")),
    };
    let chain = chain(cert)?;
    let secret = PrivateKeyDer::from_pem_file(key);
    let secret = secret.map_err(|error| odd(key, "key", &error.to_string()))?;
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions()?;
    let config = builder
        .with_no_client_auth()
        .with_single_cert(chain, secret);
    let mut config = config.map_err(|error| {
        let (cert, key) = (cert.display(), key.display());
        Wrong::new(format!("`{cert}` and `{key}` do not go together: {error}"))
    })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(Arc::new(config)))
}

fn chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, Wrong> {
    let read = CertificateDer::pem_file_iter(file);
    let read = read.and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = read.map_err(|error| odd(file, "certificate", &error.to_string()))?;
    if chain.is_empty() {
        return Err(odd(file, "certificate", "there is none in it"));
    }
    Ok(chain)
}

fn odd(file: &Path, what: &str, reason: &str) -> Wrong {
    let file = file.display();
    Wrong::new(format!(
        "`{file}` has no {what} in PEM that can be used: {reason}"
    ))
}

fn half(missing: &str, what: &str) -> anyhow::Error {
    Wrong::new(format!(
        "{missing}: it is left out; expected the file with {what}, too"
    ))
    .into()
}

/// Connections whose handshake is made.
pub(super) struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

/// Where a connection comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

impl TlsListener {
    /// Begins to take connections of `listener`.
    pub(super) fn over(listener: TcpListener, config: Arc<ServerConfig>) -> anyhow::Result<Self> {
        let address = listener
            .local_addr()
            .context("the listener has no address")?;
        let (made, ready) = mpsc::channel(HANDSHAKES);
        tokio::spawn(take(listener, TlsAcceptor::from(config), made));
        Ok(Self { ready, address })
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(made) => made,
            // The other end lives as long as the runtime does.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

/// Makes handshakes for as long as somebody takes them.
async fn take(
    mut listener: TcpListener,
    acceptor: TlsAcceptor,
    made: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let places = Arc::new(Semaphore::new(HANDSHAKES));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let (stream, peer) = Listener::accept(&mut listener).await;
        if made.is_closed() {
            return;
        }
        let (acceptor, made) = (acceptor.clone(), made.clone());
        tokio::spawn(async move {
            let handshake = tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await;
            drop(place);
            // Who does not get through it is no client; scanners come by all day.
            if let Ok(Ok(stream)) = handshake {
                drop(made.send((stream, peer)).await);
            }
        });
    }
}
