//! Whatever is typed, the server parses one command, and in it what was typed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use inboxlink_imap::{ConnectOptions, Endpoint, ImapError, connect};
use inboxlink_settings::{ConnectionSettings, HostPolicy, Security, SettingsForm, validate};
use inboxlink_testserver::{Profile, TestServer, User};
use proptest::{prelude::*, test_runner::TestRunner};
use secrecy::ExposeSecret;

const USER: &str = "anna@example.com";
const REFUSED: &str = "[AUTHENTICATIONFAILED] this very text";

/// Logs in at the server, which parses with a parser of its own.
async fn log_in(server: &TestServer, settings: &ConnectionSettings) -> Result<(), ImapError> {
    let endpoint = Endpoint {
        host: settings.host().to_owned(),
        port: settings.port(),
        security: Security::Tls,
    };
    let mut options = ConnectOptions::default();
    options.host_policy = HostPolicy::allowing_private();
    options.extra_ca = vec![server.ca_pem().as_bytes().to_vec()];
    let connection = connect(&endpoint, &options, &mut |_| {}).await?;
    let mut session = connection
        .login(settings.username(), settings.password(), &mut |_| {})
        .await?;
    // A line too many would be answered before this.
    assert!(
        session
            .list()
            .await?
            .iter()
            .any(|folder| folder.raw_name == "INBOX")
    );
    session.logout().await;
    Ok(())
}

/// Text with what ends, quotes or lengthens commands in it, more often than
/// chance would have it.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[ -~]{0,12}",
        prop::sample::select(vec![
            "\r\n",
            "\n",
            "\0",
            "\"",
            "\\",
            "{5}",
            "{5+}",
            "a2 LOGOUT",
            "é",
            "☃️",
            " ",
            "@",
            "(",
            "*",
            "%",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
}

#[test]
fn any_text_as_user_name_or_password_is_one_command_or_a_fault() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // AUTHENTICATE PLAIN in one line, in two, and LOGIN.
    let servers = ["SASL-IR AUTH=PLAIN", "AUTH=PLAIN", ""].map(|way| {
        let mut profile = Profile::default();
        profile.capabilities_before_login = format!("IMAP4rev1 {way}")
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        profile.login_refusal = REFUSED.to_owned();
        let builder = TestServer::builder()
            .profile(profile)
            .user(User::new(USER, "secret"));
        runtime.block_on(builder.start()).unwrap()
    });
    let config = ProptestConfig::with_cases(100);
    let check = |(typed, as_password): (String, bool)| {
        for server in &servers {
            let mut form = SettingsForm {
                name: "Sales".into(),
                host: "localhost".into(),
                port: server.imaps_port().to_string(),
                username: USER.into(),
                password: "secret".to_owned().into(),
                owner: "7".into(),
                ..SettingsForm::default()
            };
            match as_password {
                true => form.password = typed.clone().into(),
                false => form.username = typed.clone(),
            }
            let Ok(settings) = validate(&form, &HostPolicy::allowing_private()) else {
                return Ok(());
            };
            let password = settings.password().expose_secret();
            server.set_password(USER, password).unwrap();
            let answer = runtime.block_on(log_in(server, &settings));
            if as_password {
                prop_assert!(answer.is_ok(), "{:?}", answer);
            } else if settings.username() != USER {
                // NO with this text: the command was understood.
                let error = answer.unwrap_err();
                prop_assert_eq!(error.server_text().unwrap().as_str(), REFUSED);
            }
        }
        Ok(())
    };
    TestRunner::new(config)
        .run(&(text(), any::<bool>()), check)
        .unwrap();
}
