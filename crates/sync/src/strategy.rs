//! How a folder is asked what changed in it since the last visit.

use serde::{Deserialize, Serialize};

use crate::{FolderState, ServerFolder, UidSet};

/// The ways to learn what changed, the cheapest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Strategy {
    /// QRESYNC (RFC 7162 §3.2): opening the folder tells what changed and
    /// what is gone.
    Qresync,
    /// CONDSTORE (RFC 7162 §3.1): changed flags are asked for; what is gone
    /// shows in the count.
    Condstore,
    /// Neither: UIDs are compared, flags are fetched on a timer.
    #[default]
    Plain,
}

/// What a server offers for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Offers {
    /// QRESYNC.
    pub qresync: bool,
    /// CONDSTORE.
    pub condstore: bool,
}

/// STATUS: a folder's numbers without opening it (RFC 9051 §7.3.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FolderStatus {
    /// MESSAGES.
    pub messages: Option<u32>,
    /// UIDNEXT, where told.
    pub uid_next: Option<u32>,
    /// UIDVALIDITY, where told.
    pub uid_validity: Option<u32>,
    /// HIGHESTMODSEQ, where told.
    pub highest_modseq: Option<u64>,
}

impl FolderState {
    /// How the next visit asks what changed: by modification sequence only
    /// where one is known and every message of the last visit was worked
    /// through; what is still to fetch is not in the server's answer.
    pub fn strategy(&self, offers: Offers) -> Strategy {
        let known = self.uid_validity.is_some() && self.highest_modseq.is_some_and(|m| m > 0);
        match offers {
            _ if !known || self.counts().pending > 0 => Strategy::Plain,
            Offers { qresync: true, .. } => Strategy::Qresync,
            Offers {
                condstore: true, ..
            } => Strategy::Condstore,
            _ => Strategy::Plain,
        }
    }

    /// The UIDs that the last visit left: stored, or failed.
    pub fn known_uids(&self) -> UidSet {
        let failed: UidSet = self.failed.iter().map(|failed| failed.uid).collect();
        self.stored.union(&failed).union(&self.left_out)
    }

    /// The UIDs on the server, out of those known, those that the server has
    /// told of since, and those that it says are gone. `None` where they do
    /// not come to the number that it holds: then all UIDs are to be asked
    /// for, so that neither a lost nor an invented notice is believed.
    pub fn conclude(
        &self,
        server: &ServerFolder,
        told: &UidSet,
        vanished: &UidSet,
    ) -> Option<UidSet> {
        let uids = self.known_uids().difference(vanished).union(told);
        (uids.len() == u64::from(server.exists)).then_some(uids)
    }

    /// Whether STATUS proves that nothing happened since the last visit: no
    /// mail came or went, and, where the server counts changes, no flag moved.
    pub fn is_unchanged(&self, status: &FolderStatus) -> bool {
        let same_mail = self.caught_up
            && self.counts().pending == 0
            && self.failed.is_empty()
            // Older mail may be wanted by now.
            && self.left_out.is_empty()
            && status.uid_validity.is_some()
            && status.uid_validity == self.uid_validity
            && status.uid_next.is_some()
            && status.uid_next == self.uid_next
            && status.messages == Some(self.server_count);
        same_mail && status.highest_modseq == self.highest_modseq
    }
}

/// Which flags of a folder that counts no changes are looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagScan {
    /// None yet.
    NotDue,
    /// Those of the newest mails, which change most.
    Newest,
    /// All.
    All,
}

impl FlagScan {
    /// What is due, by the seconds since the last look at the newest and at
    /// all; `None` where there was none.
    pub fn due(newest: Option<u64>, all: Option<u64>) -> Self {
        use crate::limits::{SCAN_ALL_SECONDS, SCAN_NEWEST_SECONDS};
        if all.is_none_or(|seconds| seconds >= SCAN_ALL_SECONDS) {
            Self::All
        } else if newest.is_none_or(|seconds| seconds >= SCAN_NEWEST_SECONDS) {
            Self::Newest
        } else {
            Self::NotDue
        }
    }
}
