//! What can keep a benchmark from its end.

use std::io;

use inboxlink_testkit::TestkitError;

/// Why a benchmark stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BenchError {
    /// The server or a peer isn't there or refused.
    #[error(transparent)]
    Testkit(#[from] TestkitError),
    /// The file system or a process refused.
    #[error("could not {what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// Something else.
    #[error("{0}")]
    Other(String),
    /// A measured program failed.
    #[error("{command} ended with {status}: {stderr}")]
    Failed {
        /// The program and its arguments.
        command: String,
        /// How it ended.
        status: String,
        /// What it wrote to stderr.
        stderr: String,
    },
    /// A measured program did something else than was asked.
    #[error("{program} brought {found} mails instead of {expected}")]
    Wrong {
        /// The program.
        program: String,
        /// The mails it should have brought.
        expected: usize,
        /// The mails it says it brought.
        found: usize,
    },
}

impl BenchError {
    /// For `map_err`: the I/O error of doing `what`.
    pub fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
