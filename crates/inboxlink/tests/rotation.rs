//! Keys are rotated while inboxes are opened, and whoever does it is killed
//! in the middle of it, again and again: every password opens still.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // a test may stop at the first surprise

use std::{
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use inboxlink::{
    ConnectionSettings, HostPolicy, InboxId, MasterKeys, Options, Service, SqliteStore, Workspace,
};
use inboxlink_testserver::{TestServer, User};

/// Where the killed process finds the database.
const FILE: &str = "INBOXLINK_ROTATION_TEST_FILE";
const KILLS: u64 = 12;
const INBOXES: usize = 6;

fn workspace(file: &Path) -> Workspace {
    let mut options = Options::default();
    options.host_policy = HostPolicy::allowing_private();
    options.tests_per_minute = 10_000;
    let two = format!("{} {}", "02".repeat(32), "01".repeat(32));
    options.key_provider = Some(Arc::new(MasterKeys::parse(&two).unwrap()));
    Service::with_options(SqliteStore::open(file).unwrap(), options).workspace(1)
}

/// Rotates until it is killed: not a test but the process that one starts.
#[tokio::test]
async fn rotates_for_ever_where_it_is_told_to() {
    let Ok(file) = std::env::var(FILE) else {
        return;
    };
    let workspace = workspace(Path::new(&file));
    println!("rotating");
    loop {
        workspace.rotate_key().await.unwrap();
        workspace.rewrap_keys().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_loses_no_password() {
    let mut builder = TestServer::builder();
    let user = |n: usize| format!("user{n}@example.com");
    for n in 0..INBOXES {
        builder = builder.user(User::new(user(n), format!("password {n}")));
    }
    let server = builder.start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crm.db");
    let ours = workspace(&file);
    let mut inboxes: Vec<InboxId> = Vec::new();
    for n in 0..INBOXES {
        let settings = ConnectionSettings::builder()
            .host("localhost")
            .port(server.imaps_port())
            .username(user(n))
            .password(format!("password {n}"))
            .owner(1)
            .extra_ca(server.ca_pem())
            .build(&HostPolicy::allowing_private())
            .unwrap();
        inboxes.push(ours.connect(settings).await.unwrap().id());
    }
    for kill in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "rotates_for_ever_where_it_is_told_to",
                "--nocapture",
            ])
            .env(FILE, &file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // While it rotates, inboxes are opened, and one is connected anew.
        let until = tokio::time::Instant::now() + Duration::from_millis(60 + kill * 37);
        while tokio::time::Instant::now() < until {
            for inbox in &inboxes {
                ours.reopen(*inbox).await.unwrap();
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for inbox in &inboxes {
            let opened = ours.reopen(*inbox).await.unwrap();
            opened.test(&mut |_| {}).await.unwrap();
        }
    }
    // The last one is finished by whoever comes next.
    ours.rotate_key().await.unwrap();
    for inbox in &inboxes {
        ours.reopen(*inbox).await.unwrap();
    }
}
