//! Sign-ins by a provider: the authorization code flow of OpenID Connect, with PKCE.
//!
//! A press begins it: the browser is sent to the provider with a random state, and keeps a cookie that
//! the way back has to bring along. What a flow is for is held here for some minutes, by the hash of
//! that state, and taken once. The code that comes back is exchanged for an ID token, which
//! `id_token` believes or not; who that is here is decided by `command`. Of what the provider sends
//! issuer and subject are kept, and name and address of somebody new.

mod client;
mod discovery;
mod entry;
mod error;
mod flow;
mod id_token;
mod key_set;

pub(super) use client::Provider;
pub use client::{PROVIDER_PATH, ProviderStart};
pub use entry::{ProviderOutcome, ProviderReturn, ProviderWish};
pub use error::ProviderError;
pub use flow::ProviderAim;
