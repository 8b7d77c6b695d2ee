//! mbsync, the peer of the benchmarks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::error::find_program;
use crate::{Dovecot, TestkitError};

/// mbsync, configured to pull everything of one user of a [`Dovecot`] into a
/// Maildir of its own. Run twice, the second run is a resync.
#[derive(Debug)]
pub struct Mbsync {
    program: PathBuf,
    folder: TempDir,
}

impl Mbsync {
    /// Writes the configuration: IMAPS, the server's CA, pull only, no fsync.
    ///
    /// # Errors
    /// [`TestkitError::NotInstalled`] names the package that is missing.
    pub fn new(server: &Dovecot, user: &str, password: &str) -> Result<Self, TestkitError> {
        let program = find_program("mbsync", "isync")?;
        let folder = tempfile::Builder::new()
            .prefix("inboxlink-mbsync-")
            .tempdir()
            .map_err(TestkitError::io("make a temporary folder"))?;
        let root = folder.path().display();
        let port = server.imaps_port();
        let ca = server.ca_path();
        let ca = ca.display();
        let config = format!(
            "\
FSync no

IMAPAccount server
Host localhost
Port {port}
User {user}
Pass {password}
SSLType IMAPS
SystemCertificates no
CertificateFile {ca}

IMAPStore far
Account server

MaildirStore near
Path {root}/mail/
Inbox {root}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Near
Sync Pull
SyncState *
"
        );
        fs::write(folder.path().join("mbsyncrc"), config)
            .and_then(|()| fs::create_dir(folder.path().join("mail")))
            .map_err(TestkitError::io("write mbsync's configuration"))?;
        Ok(Self { program, folder })
    }

    /// The command, for a caller who wants to measure it.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg("--config")
            .arg(self.folder.path().join("mbsyncrc"))
            .args(["--quiet", "all"]);
        command
    }

    /// Pulls once.
    ///
    /// # Errors
    /// [`TestkitError::ClientFailed`] with what mbsync said.
    pub fn run(&self) -> Result<(), TestkitError> {
        let output = self
            .command()
            .output()
            .map_err(TestkitError::io("start mbsync"))?;
        if output.status.success() {
            return Ok(());
        }
        Err(TestkitError::ClientFailed {
            program: "mbsync",
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Where the mail goes: one Maildir per folder.
    #[must_use]
    pub fn mail(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    /// How many mails have come so far.
    ///
    /// # Errors
    /// [`TestkitError::Io`] if the folder cannot be read.
    pub fn count(&self) -> Result<usize, TestkitError> {
        count_mails(&self.mail())
    }
}

fn count_mails(folder: &Path) -> Result<usize, TestkitError> {
    let what = || format!("read {}", folder.display());
    let is_mailbox = matches!(
        folder.file_name().and_then(|name| name.to_str()),
        Some("cur" | "new")
    );
    let mut count = 0;
    for entry in fs::read_dir(folder).map_err(TestkitError::io(what()))? {
        let path = entry.map_err(TestkitError::io(what()))?.path();
        if path.is_dir() {
            count += count_mails(&path)?;
        } else if is_mailbox {
            count += 1;
        }
    }
    Ok(count)
}
