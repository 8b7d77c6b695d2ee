//! Both flows, and tokens that stay good, against a server that speaks the
//! protocol.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use inboxlink_dial::{Https, Tls};
use inboxlink_oauth::{Issuer, Keep, Keeper, Keeping, OAuthApp, OAuthError, Tokens};
use inboxlink_settings::HostPolicy;
use inboxlink_testserver::{AuthServer, TokenFault};
use secrecy::ExposeSecret as _;

const ANNA: &str = "anna@example.com";
const BACK: &str = "https://crm.example.com/oauth/callback";

async fn server() -> AuthServer {
    AuthServer::start(ANNA, BACK).await.unwrap()
}

fn app(server: &AuthServer) -> OAuthApp {
    let issuer = Issuer::new("test", server.url("authorize"), server.url("token"))
        .device_url(server.url("device"))
        .scopes(&["mail", "offline_access"]);
    OAuthApp::new(issuer, AuthServer::CLIENT, BACK).with_secret(AuthServer::SECRET)
}

fn https(server: &AuthServer) -> Https {
    let policy = HostPolicy::public_only().allowing(server.address());
    let tls = Tls::new(&[server.ca_pem().as_bytes().to_vec()], None).unwrap();
    Https::new(&policy, tls, Duration::from_secs(20))
}

/// What the browser does: opens the page, and comes back.
async fn browse(server: &AuthServer, url: &str) -> String {
    let request = http::Request::get(url).body(Vec::new()).unwrap();
    let answer = https(server).send(request).await.unwrap();
    assert_eq!(answer.status(), 302);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

async fn signed_in(server: &AuthServer) -> Tokens {
    let begun = app(server).begin(Some(ANNA)).unwrap();
    let back = browse(server, begun.url()).await;
    begun.finish(&back, &https(server)).await.unwrap()
}

/// Keeps tokens in memory, and whatever was kept before them.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<Tokens>>>);

impl Keep for Memory {
    fn load(&self) -> Keeping<'_, Option<Tokens>> {
        let newest = self.0.lock().unwrap().last().cloned();
        Box::pin(async { Ok(newest) })
    }

    fn store<'a>(&'a self, tokens: &'a Tokens) -> Keeping<'a, ()> {
        self.0.lock().unwrap().push(tokens.clone());
        Box::pin(async { Ok(()) })
    }
}

fn keeper(server: &AuthServer, memory: &Memory, tokens: Tokens) -> Arc<Keeper> {
    memory.0.lock().unwrap().push(tokens.clone());
    Keeper::new(app(server), https(server), memory.clone(), tokens)
}

#[tokio::test]
async fn a_code_is_good_once_and_for_who_began() {
    let server = server().await;
    let tokens = signed_in(&server).await;
    assert_eq!(
        Some(tokens.access.expose_secret()),
        server.newest_token().as_deref()
    );
    assert!(tokens.refresh.is_some() && tokens.renew_at.is_some());

    // Another person's code in this one's session: PKCE, and the state.
    let theirs = app(&server).begin(None).unwrap();
    let ours = app(&server).begin(None).unwrap();
    let back = browse(&server, theirs.url()).await;
    let mixed = back.replace(theirs.state(), ours.state());
    let refused = ours.finish(&mixed, &https(&server)).await;
    assert_eq!(refused.unwrap_err(), OAuthError::Expired);
    let foreign = app(&server).begin(None).unwrap();
    let refused = foreign.finish(&back, &https(&server)).await;
    assert_eq!(refused.unwrap_err(), OAuthError::Foreign);
    // Their code was used up by the first of these.
    let refused = theirs.finish(&back, &https(&server)).await;
    assert_eq!(refused.unwrap_err(), OAuthError::Expired);

    server.set_denies(true);
    let begun = app(&server).begin(None).unwrap();
    let back = browse(&server, begun.url()).await;
    let denied = begun.finish(&back, &https(&server)).await.unwrap_err();
    assert_eq!(denied, OAuthError::Denied);
}

#[tokio::test]
async fn what_the_token_endpoint_says_is_understood() {
    let server = server().await;
    for (fault, expected) in [
        (TokenFault::Status(503), OAuthError::Answer),
        (
            TokenFault::Refuse("temporarily_unavailable".into()),
            OAuthError::Unavailable,
        ),
        (
            TokenFault::Refuse("invalid_scope".into()),
            OAuthError::Setup("invalid_scope".into()),
        ),
        (
            TokenFault::Refuse("<b>x</b>".into()),
            OAuthError::Setup("bxb".into()),
        ),
        (TokenFault::HangUp, OAuthError::Unavailable),
    ] {
        let begun = app(&server).begin(None).unwrap();
        let back = browse(&server, begun.url()).await;
        server.fail_next(fault.clone());
        let failed = begun.finish(&back, &https(&server)).await.unwrap_err();
        assert_eq!(failed, expected, "{fault:?}");
    }
    let wrong = Issuer::new("test", server.url("authorize"), server.url("token"));
    let wrong = OAuthApp::new(wrong, AuthServer::CLIENT, BACK).with_secret("wrong");
    let begun = wrong.begin(None).unwrap();
    let back = browse(&server, begun.url()).await;
    let failed = begun.finish(&back, &https(&server)).await.unwrap_err();
    assert_eq!(failed, OAuthError::Setup("invalid_client".into()));
    // No device codes there: said before anything is asked.
    let failed = wrong.begin_by_device(&https(&server)).await.unwrap_err();
    assert_eq!(failed, OAuthError::Setup("device_url".into()));
}

#[tokio::test]
async fn a_code_is_typed_on_another_machine() {
    let server = server().await;
    let begun = app(&server).begin_by_device(&https(&server)).await.unwrap();
    assert!(begun.url().starts_with("https://localhost:"));
    let https = https(&server);
    let waiting = begun.wait(&https);
    let typing = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        server.type_code(begun.code());
    };
    let (tokens, ()) = tokio::join!(waiting, typing);
    assert!(tokens.unwrap().refresh.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_connections_renew_once() {
    let server = server().await;
    let tokens = signed_in(&server).await;
    let memory = Memory::default();
    let keeper = keeper(&server, &memory, tokens.clone());
    // All good: nobody is asked.
    keeper.token().await.unwrap();
    assert_eq!(server.renewals(), 0);
    // A mail server refuses it, to all of them at once.
    let refused = tokens.access.clone();
    let asked: Vec<_> = (0..50)
        .map(|_| {
            let (keeper, refused) = (Arc::clone(&keeper), refused.clone());
            tokio::spawn(async move { keeper.instead_of(&refused).await.unwrap() })
        })
        .collect();
    for task in asked {
        let token = task.await.unwrap();
        assert_eq!(
            Some(token.expose_secret()),
            server.newest_token().as_deref()
        );
    }
    assert_eq!(server.renewals(), 1);
    // Stored before it was used, the new refresh token with it.
    let kept = memory.0.lock().unwrap().last().cloned().unwrap();
    assert_eq!(
        Some(kept.access.expose_secret()),
        server.newest_token().as_deref()
    );
    assert_ne!(
        kept.refresh.unwrap().expose_secret(),
        tokens.refresh.unwrap().expose_secret()
    );
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_end() {
    let server = server().await;
    // Half of two seconds is left when it is renewed.
    server.set_lifetime(Duration::from_secs(2));
    let memory = Memory::default();
    let keeper = keeper(&server, &memory, signed_in(&server).await);
    let first = keeper.token().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let second = keeper.token().await.unwrap();
    assert_ne!(first.expose_secret(), second.expose_secret());
    assert_eq!(server.renewals(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_loses_patience_loses_no_refresh_token() {
    let server = server().await;
    let tokens = signed_in(&server).await;
    let memory = Memory::default();
    let keeper = keeper(&server, &memory, tokens.clone());
    for wait in 0..40 {
        let refused = memory.0.lock().unwrap().last().unwrap().access.clone();
        // Dropped somewhere on the way.
        let asked = keeper.instead_of(&refused);
        let _ = tokio::time::timeout(Duration::from_micros(wait * 250), asked).await;
        // What was begun ends, and is stored: else the next one would use the
        // old refresh token again, and everything would be revoked.
        let token = keeper.token().await.unwrap();
        let kept = memory.0.lock().unwrap().last().cloned().unwrap();
        assert_eq!(kept.access.expose_secret(), token.expose_secret());
    }
    assert!(server.renewals() > 0);
}

#[tokio::test]
async fn two_processes_do_not_revoke_each_other() {
    let server = server().await;
    let tokens = signed_in(&server).await;
    let memory = Memory::default();
    let one = keeper(&server, &memory, tokens.clone());
    let two = Keeper::new(app(&server), https(&server), memory.clone(), tokens.clone());
    let first = one.instead_of(&tokens.access).await.unwrap();
    // The other one finds what the first has stored.
    let second = two.instead_of(&tokens.access).await.unwrap();
    assert_eq!(first.expose_secret(), second.expose_secret());
    assert_eq!(server.renewals(), 1);
}

#[tokio::test]
async fn a_revoked_grant_needs_a_person() {
    let server = server().await;
    let tokens = signed_in(&server).await;
    let memory = Memory::default();
    let keeper = keeper(&server, &memory, tokens.clone());
    server.fail_next(TokenFault::Status(500));
    let failed = keeper.instead_of(&tokens.access).await.unwrap_err();
    assert!(failed.is_transient(), "{failed}");
    server.revoke_everything();
    let failed = keeper.instead_of(&tokens.access).await.unwrap_err();
    assert_eq!(failed, OAuthError::Revoked);
    assert!(!failed.is_transient());
    // Signed in again, the same keeper goes on.
    let fresh = signed_in(&server).await;
    keeper.replace(fresh.clone()).await.unwrap();
    let token = keeper.instead_of(&tokens.access).await.unwrap();
    assert_eq!(token.expose_secret(), fresh.access.expose_secret());
}

#[tokio::test]
async fn an_issuer_inside_is_not_asked() {
    let server = server().await;
    let tls = Tls::new(&[server.ca_pem().as_bytes().to_vec()], None).unwrap();
    let outside = Https::new(&HostPolicy::public_only(), tls, Duration::from_secs(20));
    let begun = app(&server).begin_by_device(&outside).await;
    assert_eq!(begun.unwrap_err(), OAuthError::Unavailable);
    assert!(server.all_tokens().is_empty());
}
