//! What the command line asks of a server that encrypts: over a listener of its own on this machine,
//! which answers nobody but who sends the token of this run.
//!
//! The certificate is made out to the name by which people reach the server, which the command line
//! does not go by.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::net::TcpListener;

use crate::app::App;
use crate::web;

/// Begins to answer; where.
pub(super) async fn serve(app: &Arc<App>) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.context("cannot listen on this machine for the command line")?;
    let address = listener.local_addr()?;
    let router = web::for_commands(app).into_make_service();
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::warn!(%error, "the command line is not answered any more");
        }
    });
    Ok(address)
}
