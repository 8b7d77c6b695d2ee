//! The `sync` example and mbsync, alternately, on the same mailbox of the same
//! Dovecot: the first sync of everything, and a second that finds nothing new.
//!
//! `INBOXLINK_BENCH_MAILS` sets the number of mails, `INBOXLINK_EXAMPLES_DIR`
//! where the release examples stand (built here if it isn't set). Server and
//! clients write below `TMPDIR`, and it matters which: mbsync makes a file for
//! each mail, and on a busy disk one run may take ten times another.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Duration;

use inboxlink_benches::{BenchError, Mailbox, PASSWORD, Report, Row, USER, measure};
use inboxlink_testkit::Mbsync;
use serde_json::Value;

/// Enough for a median that one disturbance doesn't move.
const ROUNDS: usize = 5;

const OURS: &str = "inboxlink";
const FIRST: &str = "first sync";
const AGAIN: &str = "nothing new";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), BenchError> {
    let sync = sync_example()?;
    let mailbox = Mailbox::start()?;
    eprintln!(
        "{} mails, {:.1} MB, {}; {ROUNDS} rounds in {}",
        mailbox.mails,
        mailbox.bytes as f64 / 1e6,
        mailbox.source,
        std::env::temp_dir().display()
    );
    // Not counted: the server makes its indexes when first asked.
    Mbsync::new(&mailbox.server, USER, PASSWORD)?.run()?;

    let mut report = Report::default();
    for _ in 0..ROUNDS {
        ours(&sync, &mailbox, &mut report)?;
        mbsync(&mailbox, &mut report)?;
    }
    report.finish(OURS);
    Ok(())
}

/// Both syncs into a new database.
fn ours(sync: &Path, mailbox: &Mailbox, report: &mut Report) -> Result<(), BenchError> {
    let folder = tempfile::tempdir().map_err(BenchError::io("make a temporary folder"))?;
    for (what, expected) in [(FIRST, mailbox.mails), (AGAIN, 0)] {
        let mut command = Command::new(sync);
        command
            .env("INBOXLINK_PASSWORD", PASSWORD)
            .args(["--host", "localhost", "--username", USER])
            .args(["--port", &mailbox.server.imaps_port().to_string()])
            .arg("--allow-private-hosts")
            .arg("--ca")
            .arg(mailbox.server.ca_path())
            .arg("--db")
            .arg(folder.path().join("crm.db"));
        let run = measure(&mut command)?;
        check(OURS, new_locations(&run.stdout, what), expected)?;
        report.add(Row {
            client: OURS,
            what,
            mails: mailbox.mails,
            run,
        });
    }
    Ok(())
}

/// Both syncs into a new Maildir.
fn mbsync(mailbox: &Mailbox, report: &mut Report) -> Result<(), BenchError> {
    let mbsync = Mbsync::new(&mailbox.server, USER, PASSWORD)?;
    for what in [FIRST, AGAIN] {
        if what == AGAIN {
            // It waits out the second in which a Maildir last changed, which
            // is not what a resync costs it later.
            thread::sleep(Duration::from_millis(1500));
        }
        let run = measure(&mut mbsync.command())?;
        check("mbsync", mbsync.count()?, mailbox.mails)?;
        report.add(Row {
            client: "mbsync",
            what,
            mails: mailbox.mails,
            run,
        });
    }
    Ok(())
}

/// What the example's last line says it brought: after the first sync all that
/// its folders store (two mails may be one message), after that what is new.
fn new_locations(stdout: &str, what: &str) -> usize {
    let last = stdout.lines().last().unwrap_or_default();
    let summary: Value = serde_json::from_str(last).unwrap_or_default();
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let count = if what == FIRST {
        let folders = summary.get("folders").and_then(Value::as_array);
        let stored = folders
            .into_iter()
            .flatten()
            .filter_map(|it| it.get("stored"));
        stored.map(number).sum()
    } else {
        summary.get("messages").map(number).unwrap_or_default()
    };
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn check(program: &str, found: usize, expected: usize) -> Result<(), BenchError> {
    if found == expected {
        return Ok(());
    }
    Err(BenchError::Wrong {
        program: program.to_owned(),
        expected,
        found,
    })
}

/// The release build of the example.
fn sync_example() -> Result<PathBuf, BenchError> {
    if let Some(folder) = std::env::var_os("INBOXLINK_EXAMPLES_DIR") {
        return Ok(PathBuf::from(folder).join("sync"));
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--release", "--locked", "--example", "sync"]);
    build.args(["--package", "inboxlink-examples"]);
    measure(&mut build)?;
    // We are target/PROFILE/deps/sync_dovecot-HASH.
    let ourselves = std::env::current_exe().map_err(BenchError::io("find the target folder"))?;
    let target = ourselves.ancestors().nth(3).unwrap_or(Path::new("target"));
    Ok(target.join("release/examples/sync"))
}
