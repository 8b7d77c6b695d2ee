//! An alarm that does not rest on what it watches: STATUS, over a connection
//! of its own, against the cursor that live mail should have moved.

use crate::{FolderState, FolderStatus, limits::ALARM_SECONDS};

/// How long a folder has been behind its server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Probe {
    /// UIDNEXT when it was first seen behind, and that second.
    behind: Option<(u32, i64)>,
    /// Whether that was told.
    told: bool,
}

/// A folder that fell behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alarm {
    /// The UID up to which the folder is known, one past it.
    pub known_to: u32,
    /// The server's UIDNEXT.
    pub uid_next: u32,
    /// For how many seconds at least.
    pub seconds: i64,
}

impl Probe {
    /// Takes a look in, at a second of any clock that only runs forward;
    /// answers the alarm, once for each time that the folder falls behind.
    pub fn look(&mut self, state: &FolderState, status: &FolderStatus, now: i64) -> Option<Alarm> {
        let known_to = state.known_to();
        let ahead = status
            .uid_next
            .filter(|next| *next > known_to && status.uid_validity == state.uid_validity);
        let Some(uid_next) = ahead else {
            *self = Self::default();
            return None;
        };
        // Behind what it was behind of before; newer mail may be on its way.
        let (missed, since) = match self.behind {
            Some((missed, since)) if missed > known_to => (missed, since),
            _ => (uid_next, now),
        };
        if self.behind != Some((missed, since)) {
            self.told = false;
        }
        self.behind = Some((missed, since));
        let seconds = now.saturating_sub(since);
        if self.told || seconds < ALARM_SECONDS {
            return None;
        }
        self.told = true;
        Some(Alarm {
            known_to,
            uid_next,
            seconds,
        })
    }
}

impl FolderState {
    /// One past the highest UID that was ever looked at: by UIDNEXT at the
    /// last visit, or by a mail stored or failed since.
    pub fn known_to(&self) -> u32 {
        let highest = self
            .known_uids()
            .max()
            .map_or(1, |uid| uid.saturating_add(1));
        highest.max(self.uid_next.unwrap_or(1))
    }
}
