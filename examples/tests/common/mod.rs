//! Running the examples as a user would: as processes.

mod example;

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use inboxlink_testkit::Dovecot;
use serde_json::Value;

pub use example::example;

pub const USER: &str = "anna@example.com";
pub const PASSWORD: &str = "correct horse battery staple";

/// `sync` against a server, into a database.
pub fn sync(server: &Dovecot, db: &std::path::Path) -> Command {
    let mut command = example("sync");
    command.env("INBOXLINK_PASSWORD", PASSWORD);
    command.args([
        "--host",
        "127.0.0.1",
        "--allow-private-hosts",
        "--username",
        USER,
    ]);
    command.arg("--port").arg(server.imaps_port().to_string());
    command
        .arg("--ca")
        .arg(server.ca_path())
        .arg("--db")
        .arg(db);
    command
}

/// The last line of stdout as JSON.
pub fn last_line(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text
        .lines()
        .last()
        .unwrap_or_else(|| panic!("no output; stderr: {}", stderr(output)));
    serde_json::from_str(line).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Checks that every folder adds up, and answers the sum of a column.
pub fn sum(summary: &Value, column: &str) -> u64 {
    let folders = summary["folders"].as_array().unwrap();
    for folder in folders {
        let count = |name: &str| folder[name].as_u64().unwrap();
        assert_eq!(
            count("server"),
            count("stored") + count("skipped") + count("failed"),
            "{folder}"
        );
    }
    folders
        .iter()
        .map(|folder| folder[column].as_u64().unwrap())
        .sum()
}

/// A process whose lines can be waited for; killed when dropped.
pub struct Lines {
    pub child: Child,
    lines: Receiver<Value>,
}

impl Lines {
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = send.send(serde_json::from_str(&line).unwrap());
            }
        });
        Self { child, lines }
    }

    /// The next line; `None` where none comes in time.
    pub fn next(&self, within: Duration) -> Option<Value> {
        self.lines.recv_timeout(within).ok()
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
