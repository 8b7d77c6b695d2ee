//! Why a command of ours stopped. Each is one sentence that says what to do.

use std::io;

/// Why a command of ours stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is no stage {0:?}; `cargo xtask test --list` names them")]
    NoSuchStage(String),
    #[error("missing: {missing}. Run `cargo xtask test --install`, or yourself: {by_hand}")]
    Missing { missing: String, by_hand: String },
    #[error("`{command}` could not be started: {source}")]
    Start { command: String, source: io::Error },
    #[error("`{command}` ended with {status}; what it said stands above")]
    Failed { command: String, status: String },
    #[error("`cargo fuzz list` failed; run it in the root to see why")]
    NoFuzzTargets,
    #[error("could not {what}: {source}")]
    Io { what: String, source: io::Error },
    #[error("the workspace could not be read: {0}")]
    Workspace(#[from] cargo_metadata::Error),
}
