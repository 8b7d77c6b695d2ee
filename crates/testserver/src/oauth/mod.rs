//! An authorisation server (OAuth2) on loopback: the real protocol, with a
//! person in the browser who does what the test says.

mod grants;
mod http;
mod token;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use self::grants::Grants;
use crate::Error;
use crate::tls::Tls;

/// What the token endpoint does next instead of its work.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenFault {
    /// Refuses with this word (RFC 6749 §5.2): `invalid_grant`.
    Refuse(String),
    /// Answers with this status and a page that is no JSON.
    Status(u16),
    /// Does its work, and hangs up before the answer: a refresh token was
    /// replaced, and nobody has the new one.
    HangUp,
}

/// A running authorisation server; it ends when dropped.
///
/// It knows one client (`client`, with the secret `client-secret`) and serves
/// the authorisation code flow with PKCE (RFC 6749, RFC 7636: S256 or not at
/// all), device codes (RFC 8628), refresh tokens that are good once and whose
/// second use revokes everything (RFC 9700 §4.14.2), introspection (RFC 7662)
/// and revocation (RFC 7009).
#[derive(Debug)]
pub struct AuthServer {
    address: SocketAddr,
    ca_pem: String,
    grants: Arc<Mutex<Grants>>,
    tasks: JoinSet<()>,
}

impl AuthServer {
    /// The one client's id.
    pub const CLIENT: &str = "client";
    /// Its secret.
    pub const SECRET: &str = "client-secret";

    /// Starts it on a free port of 127.0.0.1, as a task of the current
    /// runtime. `person` is who sits in front of the browser; browsers come
    /// back to `redirect_url`.
    ///
    /// # Errors
    /// [`Error::Listen`], [`Error::Certificates`].
    pub async fn start(person: &str, redirect_url: &str) -> Result<Self, Error> {
        let tls = Tls::new()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.map_err(Error::Listen)?;
        let address = listener.local_addr().map_err(Error::Listen)?;
        let grants = Arc::new(Mutex::new(Grants::new(
            person,
            redirect_url,
            &format!("https://localhost:{}", address.port()),
        )));
        let mut tasks = JoinSet::new();
        tasks.spawn(http::listen(listener, tls.acceptor, Arc::clone(&grants)));
        Ok(Self {
            address,
            ca_pem: tls.ca_pem,
            grants,
            tasks,
        })
    }

    fn grants(&self) -> MutexGuard<'_, Grants> {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate of its authority, as PEM.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The address of one of its pages: `authorize`, `token`, `device`,
    /// `introspect`, `revoke`.
    pub fn url(&self, page: &str) -> String {
        format!("https://localhost:{}/{page}", self.address.port())
    }

    /// How long access tokens are good from now on (default: an hour).
    pub fn set_lifetime(&self, lifetime: Duration) {
        self.grants().lifetime = lifetime;
    }

    /// Whether the person says no from now on.
    pub fn set_denies(&self, denies: bool) {
        self.grants().denies = denies;
    }

    /// The person types a device's code.
    pub fn type_code(&self, user_code: &str) {
        self.grants().type_code(user_code);
    }

    /// The person withdraws all that was granted.
    pub fn revoke_everything(&self) {
        self.grants().revoke_everything();
    }

    /// Every access token has run out; what renews them has not.
    pub fn expire_access(&self) {
        self.grants().expire_access();
    }

    /// What the token endpoint does at its next requests, in order.
    pub fn fail_next(&self, fault: TokenFault) {
        self.grants().faults.push_back(fault);
    }

    /// Called with every access token that is made, and with its user: for a
    /// mail server that is to take it.
    pub fn on_token(&self, told: impl Fn(&str, &str) + Send + 'static) {
        self.grants().on_token = Some(Box::new(told));
    }

    /// How often tokens were renewed.
    pub fn renewals(&self) -> u64 {
        self.grants().renewals
    }

    /// The newest access token, where there is one.
    pub fn newest_token(&self) -> Option<String> {
        self.grants().newest()
    }

    /// Every token that was made, of both kinds.
    pub fn all_tokens(&self) -> Vec<String> {
        self.grants().all()
    }

    /// Ends it and everything it serves.
    pub async fn shutdown(mut self) {
        self.tasks.shutdown().await;
    }
}
