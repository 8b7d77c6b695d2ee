//! What can keep a test server from running.

use std::io;
use std::path::PathBuf;

/// Why a server could not be started, filled or spoken to. The text says what
/// to do where there is something to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestkitError {
    /// A program isn't on this machine.
    #[error(
        "{program} is not installed. Install it with `apt-get install {package}`, \
         or everything the tests need with `cargo xtask test --install`"
    )]
    NotInstalled {
        /// The program looked for.
        program: &'static str,
        /// The Debian package that brings it.
        package: &'static str,
    },
    /// The file system, a socket or a process refused.
    #[error("could not {what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// A certificate could not be made.
    #[error("could not make a certificate: {0}")]
    Certificate(String),
    /// The server ended, or didn't answer in time.
    #[error("{program} did not start; its log:\n{log}")]
    DidNotStart {
        /// The server's program.
        program: &'static str,
        /// What it wrote before it ended.
        log: String,
    },
    /// A user's or folder's name that can't be written into a configuration
    /// file or onto a disk.
    #[error("{name:?} cannot be used as {role}")]
    BadName {
        /// What the name was to be.
        role: &'static str,
        /// The name.
        name: String,
    },
    /// The server would not take a mail.
    #[error("the server refused the mail: {reply}")]
    Refused {
        /// Its answer.
        reply: String,
    },
    /// A mail client ended with an error.
    #[error("{program} failed: {output}")]
    ClientFailed {
        /// The client's program.
        program: &'static str,
        /// What it wrote to stderr.
        output: String,
    },
}

impl TestkitError {
    /// For `map_err`: the I/O error of doing `what`.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// Where `program` stands: on `PATH` or where Debian keeps servers.
pub(crate) fn find_program(
    program: &'static str,
    package: &'static str,
) -> Result<PathBuf, TestkitError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        // Not on PATH for ordinary users.
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
        .ok_or(TestkitError::NotInstalled { program, package })
}
