//! `svar serve`: the server over a data folder, from its start to its orderly stop.

mod again;
mod commands;
mod sample;
mod stop;
mod tls;

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::map_request;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::context::Context;
use super::wrong::Wrong;
use super::{human, output};
use crate::app::{App, Folder, ServerNote};
use crate::notify::{self, Notifying};
use crate::web;
use crate::work::{self, Working};
use again::Again;
use stop::{Stop, StopTime};
use tls::{Peer, TlsListener};

/// Serve the pages and the API over a data folder
///
/// One server owns a folder at a time; the other commands ask it while it runs.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  svar serve\n  svar serve --demo --data sample --listen 127.0.0.1:0"
)]
pub(super) struct Args {
    /// Where to listen; port 0 takes any that is free. Other machines are let in once there is an
    /// admin who can sign in
    /// [default: `listen` of svar.toml, 127.0.0.1:7878]
    #[arg(long, value_name = "ADDRESS", overrides_with = "listen")]
    listen: Option<String>,
    /// Fill an empty folder with the sample desk; one that was filled so is served as it is
    #[arg(long)]
    demo: bool,
    /// The file with the certificate to encrypt with, and those above it, in PEM
    /// [default: `tls_cert` of svar.toml; it does not encrypt]
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// The file with the certificate's key, in PEM [default: `tls_key` of svar.toml]
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,
}

/// Runs the command until it is asked to stop.
pub(super) fn run(context: &Context, args: &Args) -> anyhow::Result<()> {
    context.only_here("serve")?;
    let began = Instant::now();
    let context = &args.over(context);
    let wanted = address(&context.config.listen())?;
    let tls = tls::settings(&context.config)?;
    if !Folder::is_data(&context.data()) {
        // Nobody can sign in to a desk that is not there, and none is made for that.
        refuse_elsewhere(wanted)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the server's threads")?;
    let listener = runtime
        .block_on(TcpListener::bind(wanted))
        .with_context(|| format!("cannot listen on {wanted}"))?;
    let address = listener.local_addr()?;
    let app = Arc::new(context.open()?);
    admit(&app, wanted)?;
    if args.demo {
        sample::fill(&app)?;
    }
    let working = work::start(&app);
    let notifying = notify::start(&app);
    if let Some(fault) = app.knowledge().phrasing().and_then(|view| view.fault) {
        output::say(format_args!("note: answers are not phrased: {fault}"));
    }
    if let Some(note) = app.knowledge().endpoint_note() {
        output::say(format_args!("note: {note}"));
    }
    if let Some(fault) = app.provider_fault() {
        output::say(format_args!("note: nobody signs in by a provider: {fault}"));
    }
    // Until here a signal ends the process as it is, which the journal is made for.
    let stop = runtime.block_on(async { Stop::listen() })?;
    let again = Again::default();
    runtime.block_on(async { stop.when(again.wanted(&app)) });
    let listening = Listening { listener, tls };
    runtime.block_on(announce(&app, &listening, began))?;
    web::prepare(&app);
    let stopped = runtime.block_on(serve(listening, &app, stop));
    app.folder().retract();
    let running = Running {
        app,
        working,
        notifying,
    };
    finish(runtime, running, stopped?)?;
    again.start(address)
}

/// Says where the server is, to people and to the command line.
async fn announce(app: &Arc<App>, listening: &Listening, began: Instant) -> anyhow::Result<()> {
    let address = listening.listener.local_addr()?;
    // The command line is answered without encryption, on this machine and by its token only.
    let commands = match listening.tls {
        Some(_) => commands::serve(app).await?,
        None => address,
    };
    app.folder().announce(&ServerNote {
        pid: std::process::id(),
        address: commands.to_string(),
        token: app.admin_token().to_owned(),
    })?;
    let scheme = if listening.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let url = format!("{scheme}://{address}");
    let took = human::duration(began.elapsed().as_secs_f64());
    output::say(format_args!(
        "Svar is listening on {url} (started in {took})"
    ));
    if let Some(path) = app.set_up_path() {
        output::say(format_args!(
            "Nobody signs in here yet. To make the first admin, open {url}{path} within an hour"
        ));
    }
    Ok(())
}

/// What is ended with the server.
struct Running {
    app: Arc<App>,
    /// What happens by itself.
    working: Working,
    /// What leaves the machine by itself.
    notifying: Notifying,
}

/// Answers until the stop is asked for and what was asked before is answered.
async fn serve(listening: Listening, app: &Arc<App>, stop: Stop) -> anyhow::Result<StopTime> {
    let (requested, looked_on) = (stop.requested(), Arc::clone(app));
    let stopping = async move {
        requested.await;
        // Whoever looks on live would keep the server for ever.
        looked_on.end_news();
    };
    tokio::select! {
        served = listening.serve(web::router(app), stopping) => served.context("the server failed")?,
        () = stop.connections_are_over() => {
            output::say("some connections were still open and are cut off");
        }
    }
    Ok(stop.stopped())
}

/// Where connections come in, and how.
struct Listening {
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
}

impl Listening {
    /// Answers until it is to stop. Where a request comes from is counted for sign-ins.
    async fn serve(
        self,
        router: Router,
        stopping: impl Future<Output = ()> + Send + 'static,
    ) -> anyhow::Result<()> {
        let Some(tls) = self.tls else {
            let router = router.into_make_service_with_connect_info::<SocketAddr>();
            let served = axum::serve(self.listener, router);
            return Ok(served.with_graceful_shutdown(stopping).await?);
        };
        let router = router.layer(map_request(from_peer));
        let router = router.into_make_service_with_connect_info::<Peer>();
        let served = axum::serve(TlsListener::over(self.listener, tls)?, router);
        Ok(served.with_graceful_shutdown(stopping).await?)
    }
}

/// The request with where it comes from, as it has without encryption.
async fn from_peer(mut request: Request) -> Request {
    let peer = request.extensions().get::<ConnectInfo<Peer>>().copied();
    if let Some(ConnectInfo(Peer(address))) = peer {
        request.extensions_mut().insert(ConnectInfo(address));
    }
    request
}

/// Writes everything out, as long as there is time: what is journalled is safe anyhow.
fn finish(runtime: Runtime, running: Running, stopped: StopTime) -> anyhow::Result<()> {
    let left = stopped.time_left();
    let closing = runtime.spawn_blocking(move || {
        drop(running.notifying);
        drop(running.working);
        running.app.close()
    });
    let closed = runtime.block_on(async { tokio::time::timeout(left, closing).await });
    runtime.shutdown_background();
    match closed {
        Ok(closed) => {
            closed.context("the stop failed")??;
            output::say("Svar has stopped");
        }
        Err(_late) => {
            output::say("Svar has stopped before all was counted; the next start catches up");
        }
    }
    Ok(())
}

/// The address to listen on.
fn address(text: &str) -> anyhow::Result<SocketAddr> {
    let mut addresses = text.to_socket_addrs().map_err(|error| {
        Wrong::new(format!(
            "`{text}` is no address to listen on, such as 127.0.0.1:7878: {error}"
        ))
    })?;
    let first = addresses.next();
    Ok(first.ok_or_else(|| Wrong::new(format!("`{text}` is no address to listen on")))?)
}

impl Args {
    /// The settings of this machine with the flags over them.
    fn over(&self, context: &Context) -> Context {
        let mut config = context.config.clone();
        config.listen = self.listen.clone().or(config.listen);
        config.tls_cert = self.tls_cert.clone().or(config.tls_cert);
        config.tls_key = self.tls_key.clone().or(config.tls_key);
        context.with(config)
    }
}

/// Refuses to be reached from elsewhere as long as nobody has to sign in.
fn admit(app: &App, address: SocketAddr) -> Result<(), Wrong> {
    if app.people().has_sign_in() {
        return Ok(());
    }
    refuse_elsewhere(address)
}

/// Refuses an address that others reach.
fn refuse_elsewhere(address: SocketAddr) -> Result<(), Wrong> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    Err(Wrong::new(format!(
        "cannot listen on `{address}` yet: nobody has to sign in, so whoever reaches the port could \
         read and change everything; make the first admin with `svar user add EMAIL --role admin \
         --password-file FILE`, or serve on 127.0.0.1 and open the link that is printed"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["127.0.0.1:0", "[::1]:7878", "localhost:80", "0.0.0.0:7878"] {
            assert!(address(text).is_ok(), "{text}");
        }
        for text in ["", "7878", "127.0.0.1", "127.0.0.1:x"] {
            assert!(address(text).unwrap_err().is::<Wrong>(), "{text}");
        }
    }
}
