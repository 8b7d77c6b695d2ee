//! A session by a client that isn't ours: Python's imaplib and smtplib.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::io::Write as _;
use std::process::Command;

use inboxlink_testserver::{TestServer, User};

#[tokio::test]
#[ignore = "needs python3: cargo xtask test --install"]
async fn python_imaplib_and_smtplib_do_all_they_can() {
    let server = TestServer::builder()
        .user(User::new("anna@example.com", "secret"))
        .user(User::new("bo@example.com", "hidden"))
        .start()
        .await
        .unwrap();
    let mut ca = tempfile::NamedTempFile::new().unwrap();
    ca.write_all(server.ca_pem().as_bytes()).unwrap();
    let ports = [
        server.imaps_port(),
        server.imap_port(),
        server.smtps_port(),
        server.submission_port(),
    ];
    let mut python = Command::new("python3");
    python
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/foreign_client.py"
        ))
        .arg(ca.path())
        .args(ports.map(|port| port.to_string()));
    let output = tokio::task::spawn_blocking(move || python.output())
        .await
        .unwrap()
        .expect("python3 must be installed");
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said == "all well\n",
        "{complaint}"
    );
    let outbox = server.outbox();
    assert_eq!(outbox.len(), 1);
    assert_eq!(outbox[0].to, ["carl@example.org"]);
}
