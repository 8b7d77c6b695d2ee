//! Inboxes that are signed in to in the browser: connected, followed, opened
//! again, renewed, revoked; on a server of this process and on Dovecot.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::{path::Path, sync::Arc, time::Duration};

use inboxlink::{
    ConnectionSettings, Diagnosis, EventKind, HostPolicy, InboxState, Issuer, MasterKeys, OAuthApp,
    Options, Service, SignIn, SqliteStore, Workspace,
};
use inboxlink_dial::{Https, Tls};
use inboxlink_testkit::Dovecot;
use inboxlink_testserver::{AuthServer, Mailboxes, Profile, TestServer, User};

const ANNA: &str = "anna@example.com";
const BACK: &str = "https://crm.example.com/oauth/callback";

/// A mail server that takes the tokens of an authorisation server.
async fn servers(mechanisms: &[&str]) -> (TestServer, AuthServer) {
    let mut profile = Profile::default();
    let names = mechanisms.iter().map(|name| format!("AUTH={name}"));
    profile.capabilities_before_login.extend(names);
    let builder = TestServer::builder().profile(profile);
    let mail = builder
        .user(User::new(ANNA, "no password"))
        .start()
        .await
        .unwrap();
    let auth = AuthServer::start(ANNA, BACK).await.unwrap();
    let mailboxes = Mailboxes::clone(&mail);
    auth.on_token(move |user, token| {
        mailboxes.set_access_token(user, Some(token)).unwrap();
    });
    (mail, auth)
}

fn workspace(file: &Path, auth: &AuthServer, ca_pem: &str) -> Workspace {
    let issuer = Issuer::new("test", auth.url("authorize"), auth.url("token"))
        .device_url(auth.url("device"))
        .scopes(&["mail"]);
    let app = OAuthApp::new(issuer, AuthServer::CLIENT, BACK).with_secret(AuthServer::SECRET);
    let mut options = Options::default();
    options.host_policy = HostPolicy::allowing_private();
    options.extra_roots = vec![ca_pem.to_owned(), auth.ca_pem().to_owned()];
    options.key_provider = Some(Arc::new(MasterKeys::parse(&"5e".repeat(32)).unwrap()));
    options.oauth_apps.push(app);
    Service::with_options(SqliteStore::open(file).unwrap(), options).workspace(1)
}

fn settings(imaps: u16, smtps: u16) -> ConnectionSettings {
    ConnectionSettings::builder()
        .host("localhost")
        .port(imaps)
        .smtp_port(smtps)
        .username(ANNA)
        .sign_in(SignIn::OAuth2)
        .owner(1)
        .build(&HostPolicy::allowing_private())
        .unwrap()
}

/// What the browser does: opens the page, and comes back.
async fn browse(auth: &AuthServer, url: &str) -> String {
    let tls = Tls::new(&[auth.ca_pem().as_bytes().to_vec()], None).unwrap();
    let https = Https::new(
        &HostPolicy::allowing_private(),
        tls,
        Duration::from_secs(20),
    );
    let request = http::Request::get(url).body(Vec::new()).unwrap();
    let answer = https.send(request).await.unwrap();
    answer.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inbox_is_signed_in_to_and_stays_so() {
    for mechanisms in [
        &["XOAUTH2"][..],
        &["OAUTHBEARER"],
        &["XOAUTH2", "OAUTHBEARER"],
    ] {
        let (mail, auth) = servers(mechanisms).await;
        mail.deliver(ANNA, "From: bo@example.org\r\nSubject: Hi\r\n\r\nHello\r\n")
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("crm.db");
        let first = workspace(&file, &auth, mail.ca_pem());
        let settings = settings(mail.imaps_port(), mail.smtps_port());

        let begun = first.sign_in("test", settings).unwrap();
        let back = browse(&auth, begun.url()).await;
        let inbox = begun.finish(&back).await.unwrap();
        inbox.test_sending(&mut |_| {}).await.unwrap();
        assert!(inbox.sync(|_| {}).await.unwrap().is_complete());
        assert_eq!(first.counts().await.unwrap().messages, 1);
        assert_eq!(auth.renewals(), 0);

        // The program starts again; meanwhile the token has run out.
        let again = workspace(&file, &auth, mail.ca_pem());
        let inbox = again.reopen(inbox.id()).await.unwrap();
        mail.set_access_token(ANNA, Some("another")).unwrap();
        let tested = [(); 8].map(|()| inbox.clone());
        let tested = tested.map(|inbox| tokio::spawn(async move { inbox.test(&mut |_| {}).await }));
        for task in tested {
            task.await.unwrap().unwrap();
        }
        assert_eq!(auth.renewals(), 1, "once, however many connections ask");
        inbox.test_sending(&mut |_| {}).await.unwrap();
        // The same where sending finds out first.
        mail.set_access_token(ANNA, Some("another")).unwrap();
        inbox.test_sending(&mut |_| {}).await.unwrap();
        assert_eq!(auth.renewals(), 2);
        assert!(inbox.sync(|_| {}).await.unwrap().is_complete());
        // What was renewed outlives this process too.
        let third = workspace(&file, &auth, mail.ca_pem());
        let inbox = third.reopen(inbox.id()).await.unwrap();
        inbox.test(&mut |_| {}).await.unwrap();
        assert_eq!(auth.renewals(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_sign_in_is_told_once_and_begun_anew() {
    let (mail, auth) = servers(&["XOAUTH2"]).await;
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(&folder.path().join("crm.db"), &auth, mail.ca_pem());
    let settings = settings(mail.imaps_port(), mail.smtps_port());
    let begun = workspace.sign_in("test", settings.clone()).unwrap();
    let back = browse(&auth, begun.url()).await;
    let inbox = begun.finish(&back).await.unwrap();
    inbox.sync(|_| {}).await.unwrap();

    auth.revoke_everything();
    mail.set_access_token(ANNA, None).unwrap();
    for _ in 0..3 {
        let failed = inbox.sync(|_| {}).await.unwrap_err();
        assert!(failed.needs_user_action() && !failed.is_transient());
        assert_eq!(failed.diagnosis(), Some(Diagnosis::SignInAgain), "{failed}");
    }
    let told = |events: Vec<inboxlink::Event>| {
        let states = events.into_iter().filter_map(|event| match event.kind {
            EventKind::InboxStateChanged { state, .. } => Some(state),
            _ => None,
        });
        states.collect::<Vec<_>>()
    };
    let stopped = InboxState::NeedsAction(Diagnosis::SignInAgain);
    assert_eq!(told(workspace.export().await.unwrap().events), [stopped]);

    // The person says no, and then yes: the inbox goes on.
    auth.set_denies(true);
    let begun = workspace.sign_in("test", settings.clone()).unwrap();
    let back = browse(&auth, begun.url()).await;
    let failed = begun.finish(&back).await.unwrap_err();
    assert_eq!(failed.diagnosis(), Some(Diagnosis::SignInAgain));
    auth.set_denies(false);
    let begun = workspace.sign_in("test", settings).unwrap();
    let back = browse(&auth, begun.url()).await;
    let again = begun.finish(&back).await.unwrap();
    assert_eq!(again.id(), inbox.id());
    // Whoever held the old one goes on with the new tokens.
    inbox.sync(|_| {}).await.unwrap();
    let states = told(workspace.export().await.unwrap().events);
    assert_eq!(states, [stopped, InboxState::Connected]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_accounts_sign_in_changes_nothing() {
    let (mail, auth) = servers(&["XOAUTH2"]).await;
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(&folder.path().join("crm.db"), &auth, mail.ca_pem());
    let settings = settings(mail.imaps_port(), mail.smtps_port());
    let begun = workspace.sign_in("test", settings.clone()).unwrap();
    let back = browse(&auth, begun.url()).await;
    let inbox = begun.finish(&back).await.unwrap();

    // Tokens that this mailbox does not take.
    auth.on_token(|_, _| {});
    let begun = workspace.sign_in("test", settings).unwrap();
    let back = browse(&auth, begun.url()).await;
    let failed = begun.finish(&back).await.unwrap_err();
    assert_eq!(failed.diagnosis(), Some(Diagnosis::SignInAgain));
    inbox.sync(|_| {}).await.unwrap();
    // A server without it says so.
    let (mail, auth) = servers(&[]).await;
    let begun = workspace_of(&folder.path().join("other.db"), &mail, &auth);
    let back = browse(&auth, begun.url()).await;
    let failed = begun.finish(&back).await.unwrap_err();
    assert_eq!(failed.diagnosis(), Some(Diagnosis::OAuth2NotTaken));
}

fn workspace_of(file: &Path, mail: &TestServer, auth: &AuthServer) -> inboxlink::BrowserSignIn {
    let workspace = workspace(file, auth, mail.ca_pem());
    let settings = settings(mail.imaps_port(), mail.smtps_port());
    workspace.sign_in("test", settings).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_typed_elsewhere_connects_too() {
    let (mail, auth) = servers(&["OAUTHBEARER"]).await;
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(&folder.path().join("crm.db"), &auth, mail.ca_pem());
    let settings = settings(mail.imaps_port(), mail.smtps_port());
    let begun = workspace.sign_in_by_device("test", settings).await.unwrap();
    auth.type_code(begun.code());
    begun.finish().await.unwrap().sync(|_| {}).await.unwrap();
}

/// Dovecot asks the authorisation server about every token (RFC 7662).
fn dovecot(auth: &AuthServer, folder: &Path, mechanism: &str) -> Dovecot {
    let ca = folder.join("auth-ca.pem");
    std::fs::write(&ca, auth.ca_pem()).unwrap();
    let config = folder.join("dovecot-oauth2.conf.ext");
    let text = format!(
        "introspection_mode = post\nintrospection_url = {}\nactive_attribute = active\n\
         active_value = true\nusername_attribute = username\ntls_ca_cert_file = {}\n",
        auth.url("introspect"),
        ca.display()
    );
    std::fs::write(&config, text).unwrap();
    let lines = format!(
        "auth_mechanisms = plain {mechanism}\npassdb {{\n  driver = oauth2\n  mechanisms = {mechanism}\n  \
         args = {}\n}}\n",
        config.display()
    );
    Dovecot::builder()
        .user(ANNA, "no password")
        .config(&lines)
        .start()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Dovecot: cargo xtask test --install"]
async fn dovecot_takes_tokens_and_refuses_them() {
    use std::os::unix::fs::PermissionsExt as _;
    for mechanism in ["xoauth2", "oauthbearer"] {
        let auth = AuthServer::start(ANNA, BACK).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        // Dovecot reads its files as another user.
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).unwrap();
        let server = dovecot(&auth, folder.path(), mechanism);
        server
            .deliver(
                ANNA,
                b"From: bo@example.org\r\nSubject: Hi\r\n\r\nHello\r\n",
            )
            .unwrap();
        let workspace = workspace(&folder.path().join("crm.db"), &auth, server.ca_pem());

        let begun = workspace
            .sign_in("test", settings(server.imaps_port(), 465))
            .unwrap();
        let back = browse(&auth, begun.url()).await;
        let inbox = begun.finish(&back).await.unwrap_or_else(|error| {
            panic!(
                "{mechanism}: {error} {:?}\n{}",
                error.server_text(),
                server.log()
            )
        });
        assert!(inbox.sync(|_| {}).await.unwrap().is_complete());
        assert_eq!(workspace.counts().await.unwrap().messages, 1);

        // Access tokens are good no more, the refresh token is.
        auth.expire_access();
        inbox.sync(|_| {}).await.unwrap();
        assert_eq!(auth.renewals(), 1, "{mechanism}");
        auth.revoke_everything();
        let failed = inbox.sync(|_| {}).await.unwrap_err();
        assert_eq!(
            failed.diagnosis(),
            Some(Diagnosis::SignInAgain),
            "{mechanism}"
        );
    }
}
