//! The `connect` example against a real server, with each mistake that people
//! make. `-- --nocapture` shows what they read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    unreachable_pub
)] // a test may stop at the first surprise

mod common;

use common::{PASSWORD, USER, example, last_line, stderr};
use inboxlink_testkit::{Dovecot, Tls};

fn server(tls: Tls) -> Dovecot {
    let builder = Dovecot::builder().user(USER, PASSWORD).tls(tls);
    builder.start().unwrap()
}

/// What `connect` finds out; `None` where all is well.
fn found(server: &Dovecot, port: u16, change: &[&str], password: &str) -> Option<String> {
    let mut command = example("connect");
    command.arg("--allow-private-hosts");
    command.arg("--port").arg(port.to_string());
    command.arg("--ca").arg(server.ca_path()).args(change);
    for usual in [["--host", "localhost"], ["--username", USER]] {
        if !change.contains(&usual[0]) {
            command.args(usual);
        }
    }
    let output = command
        .env("INBOXLINK_PASSWORD", password)
        .output()
        .unwrap();
    let line = last_line(&output);
    println!("{change:?} on {port}:\n  {line}");
    match line["diagnosis"].as_str() {
        Some(diagnosis) => {
            assert_eq!(output.status.code(), Some(1));
            assert_eq!(stderr(&output).trim(), line["say"].as_str().unwrap());
            Some(diagnosis.to_owned())
        }
        None => {
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            assert_eq!(line["ok"], true);
            None
        }
    }
}

#[test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
fn dovecot_every_mistake_is_told() {
    let good = server(Tls::Trusted);
    let (tls, plain, lmtp) = (good.imaps_port(), good.imap_port(), good.lmtp_port());
    let closed = {
        let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        unused.local_addr().unwrap().port()
    };
    for (port, change, password, expected) in [
        (tls, &[][..], PASSWORD, None),
        (plain, &["--starttls"][..], PASSWORD, None),
        (tls, &[], "wrong", Some("wrong_password")),
        (
            tls,
            &["--username", "nobody@example.com"],
            PASSWORD,
            Some("wrong_password"),
        ),
        (plain, &[], PASSWORD, Some("use_starttls")),
        (tls, &["--starttls"], PASSWORD, Some("use_tls")),
        (lmtp, &[], PASSWORD, Some("not_an_imap_server")),
        (closed, &[], PASSWORD, Some("connection_refused")),
        (
            tls,
            &["--host", "nowhere.invalid"],
            PASSWORD,
            Some("host_not_found"),
        ),
    ] {
        let found = found(&good, port, change, password);
        assert_eq!(found.as_deref(), expected, "{change:?} on {port}");
    }
    for tls in [Tls::Expired, Tls::SelfSigned, Tls::WrongHost] {
        let bad = server(tls);
        let found = found(&bad, bad.imaps_port(), &[], PASSWORD);
        assert_eq!(found.as_deref(), Some("certificate_invalid"), "{tls:?}");
    }
}
