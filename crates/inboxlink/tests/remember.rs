//! A service that starts again need not ask for passwords.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // a test may stop at the first surprise

use std::{path::Path, sync::Arc};

use inboxlink::{
    ConnectionSettings, HostPolicy, InboxId, MasterKeys, Options, Security, Service, SqliteStore,
    Store, WorkspaceId,
};
use inboxlink_testserver::{TestServer, User};

const USER: &str = "anna\\\"x\"@example.com";
const PASSWORD: &str = "correct \\ \"horse\"";

fn start(file: &Path, master: Option<&str>) -> Service {
    let mut options = Options::default();
    options.host_policy = HostPolicy::allowing_private();
    let keys = master.map(|text| MasterKeys::parse(text).unwrap());
    if let Some(keys) = keys {
        options.key_provider = Some(Arc::new(keys));
    }
    Service::with_options(SqliteStore::open(file).unwrap(), options)
}

async fn server() -> TestServer {
    let builder = TestServer::builder().user(User::new(USER, PASSWORD));
    builder.start().await.unwrap()
}

fn settings(server: &TestServer) -> ConnectionSettings {
    ConnectionSettings::builder()
        .name("Sales")
        .host("localhost")
        .port(server.imap_port())
        .security(Security::StartTls)
        .smtp_port(server.smtps_port())
        .smtp_security(Security::Tls)
        .username(USER)
        .password(PASSWORD.to_owned())
        .owner(1)
        .extra_ca(server.ca_pem())
        .build(&HostPolicy::allowing_private())
        .unwrap()
}

/// Whether the inbox can be used by a service that starts now.
async fn works(file: &Path, master: Option<&str>, inbox: InboxId) -> bool {
    match start(file, master).workspace(1).reopen(inbox).await {
        Ok(inbox) => {
            inbox.test(&mut |_| {}).await.unwrap();
            inbox.test_sending(&mut |_| {}).await.unwrap();
            true
        }
        Err(error) => {
            assert!(error.needs_user_action() && !error.is_transient());
            assert!(!error.to_string().contains("horse"));
            false
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connected_inbox_outlives_a_restart() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crm.db");
    let (one, two) = ("01".repeat(32), "02".repeat(32));
    let inbox = start(&file, Some(&one))
        .workspace(1)
        .connect(settings(&server))
        .await
        .unwrap()
        .id();

    assert!(works(&file, Some(&one), inbox).await);
    // Without the key, with another one, in another workspace: not.
    assert!(!works(&file, None, inbox).await);
    assert!(!works(&file, Some(&two), inbox).await);
    let other = start(&file, Some(&one)).workspace(2);
    assert!(other.reopen(inbox).await.is_err());

    // A new data key; the old rows are sealed anew, and still open.
    let workspace = start(&file, Some(&one)).workspace(1);
    workspace.rotate_key().await.unwrap();
    assert!(works(&file, Some(&one), inbox).await);
    workspace.rotate_key().await.unwrap();
    assert!(works(&file, Some(&one), inbox).await);

    // Connected without a key provider: what was kept stays.
    start(&file, None)
        .workspace(1)
        .connect(settings(&server))
        .await
        .unwrap();
    assert!(works(&file, Some(&one), inbox).await);
    workspace.forget_password(inbox).await.unwrap();
    assert!(!works(&file, Some(&one), inbox).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_swapped_in_the_database_do_not_open() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crm.db");
    let key = "01".repeat(32);
    let service = start(&file, Some(&key));
    let mut inboxes = Vec::new();
    for workspace in [1, 2] {
        let connected = service
            .workspace(workspace)
            .connect(settings(&server))
            .await;
        inboxes.push(connected.unwrap().id());
    }
    drop(service);
    // Somebody with access to the database gives the first workspace what the
    // second one sealed: the password alone, then its key as well.
    let store = SqliteStore::open(&file).unwrap();
    let (mine, theirs) = (WorkspaceId::from(1), WorkspaceId::from(2));
    let mut here = store.secrets(mine).await.unwrap();
    let there = store.secrets(theirs).await.unwrap();
    assert_eq!((here.len(), there.len()), (2, 2));
    for (name, foreign) in there.iter().rev() {
        let target = match name.starts_with("inbox/") {
            true => format!("inbox/{}", inboxes[0]),
            false => name.clone(),
        };
        let old = here.insert(target.clone(), foreign.clone());
        let swapped = store
            .swap_secret(mine, target, old, Some(foreign.clone()))
            .await;
        assert!(swapped.unwrap());
        assert!(!works(&file, Some(&key), inboxes[0]).await);
    }
    let unchanged = start(&file, Some(&key))
        .workspace(2)
        .reopen(inboxes[1])
        .await;
    assert!(unchanged.is_ok());
    // A swap from what does not stand there does nothing.
    let swapped = store
        .swap_secret(mine, "key/0000000001".to_owned(), None, None)
        .await;
    assert!(!swapped.unwrap());
}
