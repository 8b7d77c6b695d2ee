//! A process killed (kill -9) before every statement to the database and at
//! every command to the server: whoever takes the work up comes to the end
//! that an undisturbed run comes to, and the run after that writes nothing.
//!
//! The process is this test's own program, started again as its test
//! [`the_process_that_is_killed`].

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use inboxlink::{SqliteStore, Workspace};
use inboxlink_testserver::{Action, Faults, Incoming, Outgoing, Profile, Reaction};
use tokio::task::JoinSet;

use crate::rig::{Rig, Target, same, sync, text};

const DATABASE: &str = "INBOXLINK_KILLED_DATABASE";
const STATEMENT: &str = "INBOXLINK_KILLED_AT_STATEMENT";
const SERVER: &str = "INBOXLINK_KILLED_SERVER";
const AUTHORITY: &str = "INBOXLINK_KILLED_AUTHORITY";

/// Processes at once: as many as keep two cores busy.
const RIGS: u64 = 2;

static STATEMENTS: AtomicU64 = AtomicU64::new(0);
static LAST: OnceLock<u64> = OnceLock::new();

/// Counts statements; before the one that is meant this process ends.
fn count(_statement: &str) {
    let number = STATEMENTS.fetch_add(1, Ordering::Relaxed);
    if LAST.get() == Some(&number) {
        kill(std::process::id());
        // The signal is on its way; nothing else may be done meanwhile.
        loop {
            std::thread::park();
        }
    }
}

fn kill(process: u32) {
    let killed = Command::new("kill")
        .args(["-9", &process.to_string()])
        .status();
    assert!(killed.unwrap().success());
}

/// Syncs into a database where the surroundings ask for it.
#[tokio::test]
async fn the_process_that_is_killed() {
    let Ok(database) = std::env::var(DATABASE) else {
        return;
    };
    let of = |name: &str| std::env::var(name).unwrap();
    LAST.set(of(STATEMENT).parse().unwrap()).unwrap();
    let target = Target::new(of(SERVER).parse().unwrap(), of(AUTHORITY));
    let store = SqliteStore::open_traced(database, count).unwrap();
    let workspace = target.workspace_on(store).await;
    // Whether it gets to its end is seen from outside.
    let _ = sync(&target.inbox(&workspace)).await;
}

fn start(rig: &Rig, database: &Path, statement: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::the_process_that_is_killed"])
        .env(DATABASE, database)
        .env(STATEMENT, statement.to_string())
        .env(SERVER, rig.server.imaps_port().to_string())
        .env(AUTHORITY, rig.server.ca_pem())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits for a process; whether it was killed.
async fn was_killed(mut child: Child) -> bool {
    let wait = move || child.wait().unwrap().code().is_none();
    tokio::task::spawn_blocking(wait).await.unwrap()
}

async fn open(rig: &Rig, database: &Path) -> Workspace {
    rig.target()
        .workspace_on(SqliteStore::open(database).unwrap())
        .await
}

/// Takes up what a killed process left, and looks at what comes of it.
async fn is_taken_up(rig: &Rig, database: &Path, expected: &str, what: u64) {
    let workspace = open(rig, database).await;
    let inbox = rig.target().inbox(&workspace);
    assert!(sync(&inbox).await.unwrap().is_complete(), "{what}");
    same(&text(&workspace).await, expected, &what);
    drop((workspace, inbox));
    // Whether another connection has written since is SQLite's to say.
    let watcher = Mutex::new(rusqlite::Connection::open(database).unwrap());
    let ask = |pragma: &str| -> rusqlite::types::Value {
        let watcher = watcher.lock().unwrap();
        watcher.query_row(pragma, [], |row| row.get(0)).unwrap()
    };
    let version = || ask("PRAGMA data_version");
    let integrity = ask("PRAGMA integrity_check");
    assert_eq!(integrity, "ok".to_owned().into(), "{what}");
    let workspace = open(rig, database).await;
    let before = version();
    sync(&rig.target().inbox(&workspace)).await.unwrap();
    assert_eq!(version(), before, "{what}: the run after wrote something");
}

fn database(folder: &tempfile::TempDir, number: u64) -> PathBuf {
    folder.path().join(format!("{number}.db"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_every_statement() {
    let mut rigs = JoinSet::new();
    for first in 0..RIGS {
        rigs.spawn(async move {
            let rig = Rig::new().await;
            rig.fill();
            let expected = rig.undisturbed().await;
            let folder = tempfile::tempdir().unwrap();
            let mut number = first;
            loop {
                let path = database(&folder, number);
                let child = start(&rig, &path, number);
                if !was_killed(child).await {
                    return number;
                }
                is_taken_up(&rig, &path, &expected, number).await;
                number += RIGS;
            }
        });
    }
    let mut most = 0;
    while let Some(done) = rigs.join_next().await {
        most = most.max(done.unwrap());
    }
    println!("killed before each of {most} statements: same end, nothing written twice");
    assert!(most > 100, "only {most} statements");
}

/// Kills the process whose command arrives.
#[derive(Default)]
struct Killer {
    at: AtomicU64,
    child: Arc<Mutex<Option<Child>>>,
}

impl Faults for Killer {
    fn before(&self, _reply: &Outgoing<'_>) -> Action {
        Action::Send
    }

    fn command(&self, command: &Incoming<'_>) -> Reaction {
        let child = self.child.lock().unwrap();
        if let (Some(child), true) = (
            &*child,
            u64::from(command.number) == self.at.load(Ordering::Relaxed),
        ) {
            kill(child.id());
        }
        Reaction::Obey
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_command_to_the_server() {
    let killer = Arc::new(Killer::default());
    let rig = Rig::with(Profile::default(), Arc::clone(&killer) as _).await;
    rig.fill();
    let expected = rig.undisturbed().await;
    let folder = tempfile::tempdir().unwrap();
    for number in 1.. {
        let path = database(&folder, number);
        killer.at.store(number, Ordering::Relaxed);
        {
            // Held until the server can see whom to kill.
            let mut child = killer.child.lock().unwrap();
            *child = Some(start(&rig, &path, u64::MAX));
        }
        let waiting = Arc::clone(&killer.child);
        let killed = tokio::task::spawn_blocking(move || {
            loop {
                let done = waiting
                    .lock()
                    .unwrap()
                    .as_mut()
                    .unwrap()
                    .try_wait()
                    .unwrap();
                if let Some(status) = done {
                    return status.code().is_none();
                }
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        });
        let killed = killed.await.unwrap();
        killer.child.lock().unwrap().take();
        if !killed {
            assert!(number > 8, "a sync of only {number} commands");
            break;
        }
        is_taken_up(&rig, &path, &expected, number).await;
    }
}
