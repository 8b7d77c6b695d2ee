//! How a folder's cursor moves.
//!
//! The laws, each a test in `tests/laws.rs`: a UID is stored, failed or still
//! to fetch, and only one of these; wherever the work is interrupted, taking
//! it up again ends in the same state; a folder renumbered by its server
//! fires nothing twice.

use crate::{FailedUid, FolderPolicy, FolderState, UidSet, limits::MAX_TRIES};

/// What a server tells of a folder when it is opened (EXAMINE) or asked for
/// its STATUS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerFolder {
    /// UIDVALIDITY: the numbering in force (RFC 9051 §2.3.1.1).
    pub uid_validity: u32,
    /// UIDNEXT, where the server gives it.
    pub uid_next: Option<u32>,
    /// How many messages are in the folder.
    pub exists: u32,
    /// HIGHESTMODSEQ (RFC 7162), where the server keeps one.
    pub highest_modseq: Option<u64>,
}

/// What a visit to a folder found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The server gave its messages new UIDs: the locations stored so far
    /// name nothing any more. Every mail is fetched anew, meets the message
    /// it already is, and counts as history.
    pub renumbered: bool,
    /// UIDs that were stored and are on the server no more.
    pub vanished: UidSet,
    /// UIDs to fetch now: see [`batches`](crate::batches).
    pub missing: UidSet,
}

/// How a folder's messages stand:
/// `server = stored + skipped + failed + pending`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// On the server.
    pub server: u64,
    /// Stored, in this session or before.
    pub stored: u64,
    /// Left on the server: older than what is wanted, or in a folder that is
    /// not fetched.
    pub skipped: u64,
    /// Tried and not stored: named in [`FolderState::failed`].
    pub failed: u64,
    /// Not tried yet: none, unless the work was cut short.
    pub pending: u64,
}

impl FolderState {
    /// Begins a visit: call it once a session with what the server says and
    /// every UID it holds.
    pub fn open(&mut self, server: &ServerFolder, on_server: &UidSet) -> Opened {
        let renumbered = self
            .uid_validity
            .is_some_and(|known| known != server.uid_validity);
        if self.uid_validity != Some(server.uid_validity) {
            self.uid_validity = Some(server.uid_validity);
            // Whatever lies in the folder now is history, read or not.
            self.live_from = server
                .uid_next
                .unwrap_or_else(|| on_server.max().map_or(1, |uid| uid.saturating_add(1)));
            self.stored = UidSet::new();
            self.failed = Vec::new();
            self.caught_up = false;
            // Each mail comes with its flags: changes are known from here on.
            self.highest_modseq = server.highest_modseq;
        }
        // A server that stops counting changes has none to begin from.
        if server.highest_modseq.is_none() {
            self.highest_modseq = None;
        }
        self.uid_next = server.uid_next;
        let vanished = self.reconcile(on_server);
        Opened {
            renumbered,
            vanished,
            missing: self.missing(on_server),
        }
    }

    /// Leaves mail on the server that is older than what is wanted: said at
    /// each visit before it is [opened](Self::open), and forgotten by saying
    /// less. What is stored already stays.
    pub fn leave_out(&mut self, too_old: &UidSet) {
        self.left_out = too_old.clone();
    }

    /// Takes in what the server holds now: forgets UIDs that are gone, and
    /// returns those of them that were stored.
    pub fn reconcile(&mut self, on_server: &UidSet) -> UidSet {
        let vanished = self.stored.difference(on_server);
        self.stored = self.stored.difference(&vanished);
        self.failed.retain(|failed| on_server.contains(failed.uid));
        self.left_out = self.left_out.intersection(on_server);
        self.server_count = u32::try_from(on_server.len()).unwrap_or(u32::MAX);
        vanished
    }

    /// The server has removed these: forgets them, and returns those of them
    /// that were stored.
    pub fn remove(&mut self, vanished: &UidSet) -> UidSet {
        let known = self.known_uids().intersection(vanished);
        let gone = self.stored.intersection(vanished);
        self.stored = self.stored.difference(vanished);
        self.left_out = self.left_out.difference(vanished);
        self.failed.retain(|failed| !vanished.contains(failed.uid));
        let fewer = u32::try_from(known.len()).unwrap_or(u32::MAX);
        self.server_count = self.server_count.saturating_sub(fewer);
        gone
    }

    /// Every change of flags up to this modification sequence is stored.
    pub fn know_changes(&mut self, modseq: u64) {
        // Two connections may look: the one that saw less tells nothing new.
        self.highest_modseq = self.highest_modseq.max(Some(modseq));
    }

    /// The UIDs to fetch in this session: neither stored nor given up.
    pub fn missing(&self, on_server: &UidSet) -> UidSet {
        let given_up = self
            .failed
            .iter()
            .filter(|failed| failed.tries >= MAX_TRIES)
            .map(|failed| failed.uid)
            .collect();
        on_server
            .difference(&self.stored)
            .difference(&self.left_out)
            .difference(&given_up)
    }

    /// Whether a UID's mail was there before the inbox was connected (or
    /// renumbered): it fires nothing.
    pub const fn is_historical(&self, uid: u32) -> bool {
        uid < self.live_from
    }

    /// These UIDs' mails are stored.
    pub fn mark_stored(&mut self, uids: &UidSet) {
        self.stored = self.stored.union(uids);
        self.failed.retain(|failed| !uids.contains(failed.uid));
        // New mail may arrive after the server was last asked for its count.
        let known = self.stored.len() + self.failed.len() as u64;
        let known = u32::try_from(known).unwrap_or(u32::MAX);
        self.server_count = self.server_count.max(known);
    }

    /// This UID's mail was tried in this session and could not be stored. It
    /// is listed from the first time on, and tried in
    /// [`MAX_TRIES`](crate::limits::MAX_TRIES) sessions.
    pub fn mark_failed(&mut self, uid: u32, reason: impl Into<String>) {
        if self.stored.contains(uid) {
            return;
        }
        let reason = reason.into();
        match self.failed.binary_search_by_key(&uid, |failed| failed.uid) {
            Ok(at) => {
                if let Some(failed) = self.failed.get_mut(at) {
                    failed.tries = failed.tries.saturating_add(1);
                    failed.reason = reason;
                }
            }
            Err(at) => {
                let tries = 1;
                self.failed.insert(at, FailedUid { uid, tries, reason });
            }
        }
    }

    /// Ends a visit: notes whether everything is worked through. Returns
    /// whether it is.
    pub fn close(&mut self) -> bool {
        self.caught_up |= self.counts().pending == 0;
        self.caught_up
    }

    /// How the folder's messages stand.
    pub fn counts(&self) -> Counts {
        let server = u64::from(self.server_count);
        if self.policy != FolderPolicy::Sync {
            return Counts {
                server,
                skipped: server,
                ..Counts::default()
            };
        }
        let (stored, failed) = (self.stored.len(), self.failed.len() as u64);
        let failing: UidSet = self.failed.iter().map(|failed| failed.uid).collect();
        let left_out = self.left_out.difference(&self.stored).difference(&failing);
        let skipped = left_out.len();
        Counts {
            server,
            stored,
            failed,
            skipped,
            pending: server.saturating_sub(stored + failed + skipped),
        }
    }
}
