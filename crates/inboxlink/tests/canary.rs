//! A password, an app password, access and refresh tokens: in no error, no
//! Debug, no log line, no panic, no file.
//!
//! Everything that is written while inboxes are connected, signed in to,
//! refused, synced and sent from is gathered and searched for all of them, in
//! twenty spellings.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::{
    error::Error as _,
    fmt::{self, Write as _},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE},
};
use inboxlink::{
    ConnectionSettings, Error, HostPolicy, Issuer, MasterKeys, OAuthApp, Options, Security,
    Service, SettingsForm, SqliteStore, validate,
};
use inboxlink_dial::{Https, Tls};
use inboxlink_testserver::{AuthServer, Mailboxes, Profile, TestServer, TokenFault, User};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

const USER: &str = "anna@example.com";
const PASSWORD: &str = "kanarienvogel-\"4711\"-zwitschert";
/// As Gmail shows one, and as it is used.
const APP_PASSWORD: (&str, &str) = ("qzkx vwpj hgfd ytrm", "qzkxvwpjhgfdytrm");

/// Everything that was written anywhere.
static WRITTEN: Mutex<String> = Mutex::new(String::new());

fn write(text: impl fmt::Display) {
    writeln!(WRITTEN.lock().unwrap(), "{text}").unwrap();
}

/// Takes down every span and event, at every level, with all fields.
struct Scribe;

struct Fields;

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write(format_args!("{field}={value:?}"));
    }
}

impl Subscriber for Scribe {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        span.record(&mut Fields);
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut Fields);
    }
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Fields);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// The same for the crates that write to `log`.
impl log::Log for Scribe {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        write(format_args!("{}: {}", record.target(), record.args()));
    }
    fn flush(&self) {}
}

/// A secret in twenty spellings.
fn spellings(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let hex = |gap: &str| {
        let pairs: Vec<_> = bytes.iter().map(|b| format!("{b:02x}")).collect();
        pairs.join(gap)
    };
    // Base64 of something longer: the secret at each of three offsets, without
    // the letters that its neighbours have a part in.
    let within = |offset: usize| {
        let coded = STANDARD.encode([&vec![b' '; offset][..], bytes].concat());
        coded[4..coded.len() - 4].to_owned()
    };
    let utf16: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let percent: String = bytes.iter().map(|b| format!("%{b:02X}")).collect();
    let quoted_printable: String = bytes.iter().map(|b| format!("={b:02X}")).collect();
    let plain_percent = secret.replace('"', "%22");
    vec![
        secret.to_owned(),
        secret.to_uppercase(),
        secret.chars().rev().collect(),
        STANDARD.encode(bytes),
        STANDARD_NO_PAD.encode(bytes),
        URL_SAFE.encode(bytes),
        within(0),
        within(1),
        within(2),
        hex(""),
        hex("").to_uppercase(),
        hex(" "),
        hex(":"),
        format!("{bytes:?}").trim_matches(['[', ']']).to_owned(),
        format!("{secret:?}").trim_matches('"').to_owned(),
        serde_json::to_string(secret)
            .unwrap()
            .trim_matches('"')
            .to_owned(),
        percent,
        plain_percent,
        quoted_printable,
        String::from_utf8(utf16).unwrap(),
    ]
}

fn search(what: &str, haystack: &[u8], tokens: &[String]) {
    let text = String::from_utf8_lossy(haystack);
    let passwords = [PASSWORD, APP_PASSWORD.0, APP_PASSWORD.1];
    for secret in passwords
        .into_iter()
        .chain(tokens.iter().map(String::as_str))
    {
        let all = spellings(secret);
        assert_eq!(all.len(), 20);
        for (n, spelling) in all.iter().enumerate() {
            let line = text.lines().find(|line| line.contains(spelling.as_str()));
            assert_eq!(line, None, "{what} holds spelling {n} of {secret}");
        }
    }
}

/// An error with everything that can be had of it.
fn write_error(error: &Error) {
    write(format_args!("{error} {error:?} {error:#?}"));
    write(format_args!(
        "{:?} {:?}",
        error.advice(),
        error.server_text()
    ));
    let mut source = error.source();
    while let Some(inner) = source {
        write(format_args!("{inner} {inner:?}"));
        source = inner.source();
    }
}

fn form(server: &TestServer, security: Security, password: &str) -> SettingsForm {
    let (imap, smtp) = match security {
        Security::Tls => (server.imaps_port(), server.smtps_port()),
        Security::StartTls => (server.imap_port(), server.submission_port()),
    };
    SettingsForm {
        name: "Sales".into(),
        host: "localhost".into(),
        port: imap.to_string(),
        security: security.as_str().into(),
        smtp_port: smtp.to_string(),
        smtp_security: security.as_str().into(),
        username: USER.into(),
        password: password.to_owned().into(),
        owner: "1".into(),
        extra_ca: server.ca_pem().to_owned(),
        ..SettingsForm::default()
    }
}

/// Signs in in the browser, renews, is refused and revoked; answers every token
/// that was made.
async fn signed_in(file: &Path) -> Vec<String> {
    const BACK: &str = "https://crm.example.com/oauth";
    let auth = AuthServer::start(USER, BACK).await.unwrap();
    let mut profile = Profile::default();
    let mechanisms = ["AUTH=XOAUTH2", "AUTH=OAUTHBEARER"].map(str::to_owned);
    profile.capabilities_before_login.extend(mechanisms);
    let builder = TestServer::builder().profile(profile);
    let server = builder.user(User::new(USER, "none")).start().await.unwrap();
    let mailboxes = Mailboxes::clone(&server);
    auth.on_token(move |user, token| {
        mailboxes.set_access_token(user, Some(token)).unwrap();
    });
    let issuer = Issuer::new("test", auth.url("authorize"), auth.url("token"));
    let app = OAuthApp::new(issuer, AuthServer::CLIENT, BACK).with_secret(AuthServer::SECRET);
    let mut options = Options::default();
    options.host_policy = HostPolicy::allowing_private();
    options.extra_roots = vec![auth.ca_pem().to_owned()];
    let master = MasterKeys::parse(&"5e".repeat(32)).unwrap();
    options.key_provider = Some(Arc::new(master));
    options.oauth_apps.push(app);
    let service = Service::with_options(SqliteStore::open(file).unwrap(), options);
    let workspace = service.workspace(2);
    let mut form = form(&server, Security::Tls, "");
    form.sign_in = "oauth2".into();
    let settings = validate(&form, &HostPolicy::allowing_private()).unwrap();
    let begun = workspace.sign_in("test", settings).unwrap();
    write(format_args!("{begun:?} {service:?}"));
    let tls = Tls::new(&[auth.ca_pem().as_bytes().to_vec()], None).unwrap();
    let https = Https::new(
        &HostPolicy::allowing_private(),
        tls,
        Duration::from_secs(20),
    );
    let page = http::Request::get(begun.url()).body(Vec::new()).unwrap();
    let back = https.send(page).await.unwrap();
    let back = back.headers()["location"].to_str().unwrap().to_owned();
    let inbox = begun.finish(&back).await.unwrap();
    inbox.test_sending(&mut |_| {}).await.unwrap();
    // Renewed, opened again, refused by a server that repeats the token.
    server.set_access_token(USER, None).unwrap();
    inbox.sync(|_| {}).await.unwrap();
    let inbox = workspace.reopen(inbox.id()).await.unwrap();
    inbox.test(&mut |_| {}).await.unwrap();
    write(format_args!("{inbox:?} {workspace:?}"));
    let token = auth.newest_token().unwrap();
    server
        .refuse_logins(USER, Some(&format!("NO bad token {token}")))
        .unwrap();
    auth.fail_next(TokenFault::Status(500));
    write_error(&inbox.test(&mut |_| {}).await.unwrap_err());
    auth.fail_next(TokenFault::Refuse("invalid_scope".into()));
    write_error(&inbox.test(&mut |_| {}).await.unwrap_err());
    // The refusal's words come back where no other token is to be had in time.
    server.refuse_logins(USER, None).unwrap();
    auth.on_token(|_, _| {});
    server.set_access_token(USER, None).unwrap();
    write_error(&inbox.test(&mut |_| {}).await.unwrap_err());
    write_error(&inbox.test_sending(&mut |_| {}).await.unwrap_err());
    auth.revoke_everything();
    write_error(&inbox.sync(|_| {}).await.unwrap_err());
    // What a panic of somebody's would print.
    let shown = format!("a panic with {inbox:?} {:?}", inbox.workspace());
    let panicked = tokio::spawn(async move { panic!("{shown}") })
        .await
        .unwrap_err();
    let text = panicked.into_panic();
    write(text.downcast_ref::<String>().unwrap());
    auth.all_tokens()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_stands_nowhere() {
    tracing::subscriber::set_global_default(Scribe).unwrap();
    log::set_boxed_logger(Box::new(Scribe)).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crm.db");

    for secret in [PASSWORD, APP_PASSWORD.1] {
        // A server that repeats what it refuses, in two spellings.
        let mut profile = Profile::default();
        let plain = STANDARD.encode(format!("\0{USER}\0{secret}"));
        profile.login_refusal = format!("bad password {secret} in {plain}");
        profile.smtp_login_refusal = format!("535 bad password {secret} in {plain}");
        let server = TestServer::builder()
            .profile(profile)
            .user(User::new(USER, secret))
            .start()
            .await
            .unwrap();
        server
            .deliver(USER, "From: bo@example.org\r\nSubject: Hi\r\n\r\nHello\r\n")
            .unwrap();

        let mut options = Options::default();
        options.host_policy = HostPolicy::allowing_private();
        // Kept for the next start: sealed.
        let master = MasterKeys::parse(&"5e".repeat(32)).unwrap();
        options.key_provider = Some(Arc::new(master));
        let service = Service::with_options(SqliteStore::open(&file).unwrap(), options);
        let workspace = service.workspace(1);
        for security in [Security::Tls, Security::StartTls] {
            let form = form(&server, security, secret);
            write(format_args!(
                "{form:?} {}",
                serde_json::to_string(&form).unwrap()
            ));
            let settings = validate(&form, &HostPolicy::allowing_private()).unwrap();
            write(format_args!("{settings:?} {settings:#?}"));
            let inbox = workspace.connect(settings).await.unwrap();
            inbox.test_sending(&mut |_| {}).await.unwrap();
            let inbox = workspace.reopen(inbox.id()).await.unwrap();
            let report = inbox.sync(|_| {}).await.unwrap();
            write(format_args!("{inbox:?} {service:?} {report:?}"));
        }
        // Refused, while the same password is sent.
        server.set_password(USER, "another").unwrap();
        for security in [Security::Tls, Security::StartTls] {
            let settings = validate(
                &form(&server, security, secret),
                &HostPolicy::allowing_private(),
            );
            let inbox = workspace.inbox(settings.unwrap());
            write_error(&inbox.test(&mut |_| {}).await.unwrap_err());
            write_error(&inbox.test_sending(&mut |_| {}).await.unwrap_err());
            write_error(&inbox.sync(|_| {}).await.unwrap_err());
        }
        server.shutdown().await;
    }
    let tokens = Box::pin(signed_in(&file)).await;
    // Refused by the form.
    for bad in [format!("{PASSWORD}\n{PASSWORD}"), PASSWORD.repeat(100)] {
        let form = SettingsForm {
            password: bad.into(),
            ..SettingsForm::default()
        };
        let faults = validate(&form, &HostPolicy::default()).unwrap_err();
        write(format_args!(
            "{faults} {faults:?} {}",
            serde_json::to_string(&faults).unwrap()
        ));
    }
    let builder = ConnectionSettings::builder().password(APP_PASSWORD.0.to_owned());
    write(format_args!("{builder:?}"));

    let written = WRITTEN.lock().unwrap().clone();
    // The scribes were at work: rustls and the server's words are there.
    assert!(
        written.contains("bad password …") && written.contains("ALPN"),
        "{written}"
    );
    assert!(written.contains("a panic with") && tokens.len() >= 6);
    search("what was written", written.as_bytes(), &tokens);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        // The database is written, and not a byte of it is hidden from us.
        search(&path.display().to_string(), &bytes, &tokens);
    }
    let database = std::fs::read(&file).unwrap();
    let wal = std::fs::read(file.with_extension("db-wal")).unwrap_or_default();
    let user = |bytes: &[u8]| bytes.windows(USER.len()).any(|w| w == USER.as_bytes());
    assert!(user(&database) || user(&wal));
}
