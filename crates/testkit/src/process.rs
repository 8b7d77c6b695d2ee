//! A server process that never outlives its test.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::TestkitError;

/// The shell stands between us and the server and watches its stdin, a pipe
/// that we hold: it closes when we drop it, and also when the test process is
/// killed. Then the whole process group is killed, shell and server; to be
/// asked politely, Dovecot takes between one second and six.
const WATCHED: &str = r#"
exec 3<&0
( cat <&3 >/dev/null; kill -9 0 ) &
exec 3<&-
"$@" </dev/null
"#;

/// A running server; dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Watched {
    shell: Child,
    lifeline: Option<ChildStdin>,
}

impl Watched {
    /// Starts `program args…`, with its output appended to `log`.
    pub(crate) fn start(
        program: &Path,
        args: &[&std::ffi::OsStr],
        log: &Path,
    ) -> Result<Self, TestkitError> {
        let output = File::options()
            .create(true)
            .append(true)
            .open(log)
            .map_err(TestkitError::io(format!("open {}", log.display())))?;
        let errors = output
            .try_clone()
            .map_err(TestkitError::io("share the log file"))?;
        let mut shell = Command::new("/bin/sh")
            .args(["-c", WATCHED, "sh"])
            .arg(program)
            .args(args)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(TestkitError::io(format!("start {}", program.display())))?;
        let lifeline = shell.stdin.take();
        Ok(Self { shell, lifeline })
    }

    /// Whether the server still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.shell.try_wait(), Ok(None))
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // Nothing can be done about a failure here.
        let _ = self.shell.wait();
    }
}
