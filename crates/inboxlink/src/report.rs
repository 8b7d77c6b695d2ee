//! What a sync did, in numbers that add up.

use inboxlink_model::FolderRole;
use inboxlink_replies::followup::FollowUpState;
use inboxlink_sync::{FailedUid, FolderPolicy, FolderState, SkipReason};
use serde::Serialize;

/// What one sync did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SyncReport {
    /// Bytes received from the server, as they came over TLS.
    pub bytes_received: u64,
    /// Every folder of the inbox.
    pub folders: Vec<FolderReport>,
    /// The names of the folders that could not be opened this time.
    #[serde(skip)]
    pub unopened: Vec<String>,
}

impl SyncReport {
    /// Whether every message is stored, or skipped on purpose. A folder that
    /// could never be opened is not complete, whatever its numbers say.
    pub fn is_complete(&self) -> bool {
        let is_done = |folder: &FolderReport| folder.caught_up || folder.reason.is_some();
        let mut folders = self.folders.iter();
        folders.all(|folder| folder.failed == 0 && is_done(folder))
    }
}

/// One folder, reconciled: `stored + skipped + failed + pending = server`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FolderReport {
    /// Its name as a person reads it.
    pub name: String,
    /// What it is for.
    #[serde(skip)]
    pub role: FolderRole,
    /// Messages on the server now.
    pub server: u64,
    /// Messages stored, in this run or before.
    pub stored: u64,
    /// Messages left on the server: the whole folder is.
    pub skipped: u64,
    /// Messages that could not be stored.
    pub failed: u64,
    /// Messages still to come; none in the report of a sync.
    #[serde(skip)]
    pub pending: u64,
    /// Whether every message that it held when it was first opened has been
    /// worked through.
    #[serde(skip)]
    pub caught_up: bool,
    /// Why it is left on the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<SkipReason>,
    /// The messages that could not be stored, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<FailedUid>,
}

impl FolderReport {
    /// At the end of a sync. What was cut short failed in this run, whatever
    /// comes of it in the next one.
    pub(crate) fn new(state: &FolderState) -> Self {
        let now = Self::now(state);
        Self {
            failed: now.failed + now.pending,
            pending: 0,
            ..now
        }
    }

    /// At any moment.
    pub(crate) fn now(state: &FolderState) -> Self {
        let counts = state.counts();
        let reason = match state.policy {
            FolderPolicy::Sync => None,
            FolderPolicy::Skip(reason) => Some(reason),
        };
        Self {
            name: state.name.clone(),
            role: state.role,
            server: counts.server,
            stored: counts.stored,
            skipped: counts.skipped,
            failed: counts.failed,
            pending: counts.pending,
            caught_up: state.caught_up,
            reason,
            failures: state.failed.clone(),
        }
    }
}

/// What came of sending follow-ups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SendReport {
    /// Taken by the server.
    pub accepted: u64,
    /// Certainly not sent, and left at that.
    pub rejected: u64,
    /// Certainly not sent, and tried again later.
    pub later: u64,
    /// Nobody knows; a person has to look.
    pub unknown: u64,
    /// Copies put into the Sent folder, or found there.
    pub copied: u64,
}

impl SendReport {
    /// Counts a follow-up that has got so far.
    pub(crate) fn count(&mut self, state: &FollowUpState) {
        match state {
            FollowUpState::Accepted { .. } => self.accepted += 1,
            FollowUpState::Rejected { .. } => self.rejected += 1,
            FollowUpState::Prepared { .. } => self.later += 1,
            FollowUpState::Unknown { .. } => self.unknown += 1,
            _ => {}
        }
    }
}

/// How far a sync is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The folder being worked on.
    pub folder: String,
    /// Messages of it that are stored.
    pub stored: u64,
    /// Messages that it holds.
    pub server: u64,
}
