//! Copies that come and go.

use inboxlink_engine::{
    Changes, Departed, DepartedCopy, LocationRow, Settled, limits::SETTLED_AT_ONCE,
};
use inboxlink_model::{FolderId, Identity, InboxId, Location};

use super::workspace::Workspace;

/// A copy that is gone.
#[derive(Debug, Clone)]
pub(super) struct Gone {
    row: LocationRow,
    told: Told,
}

/// Whether it was told what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    NotYet,
    Deleted,
    /// It was told to be deleted, and is back.
    Returned,
}

impl Workspace {
    /// Takes away the copies that are gone and keeps them as departed.
    pub(super) fn depart(&mut self, changes: &Changes) {
        let goes = |at: &Location| {
            changes.gone.contains(at)
                || changes.forgotten.iter().any(|(inbox, folder, stays)| {
                    at.inbox == *inbox && at.folder == *folder && at.uid_validity != *stays
                })
        };
        let gone: Vec<Location> = self
            .locations
            .keys()
            .filter(|at| goes(at))
            .copied()
            .collect();
        for at in gone {
            if let Some(row) = self.locations.remove(&at) {
                let told = Told::NotYet;
                self.departed.insert(at, Gone { row, told });
            }
        }
    }

    /// Forgets the departed copies of messages.
    pub(super) fn forget_departed(&mut self, of: impl Fn(&Location, &Identity) -> bool) {
        self.departed.retain(|at, gone| !of(at, &gone.row.message));
    }

    /// Writes flags, what came back, and what was settled.
    pub(super) fn change_copies(
        &mut self,
        flags: &[(Location, Vec<String>)],
        returned: &[Identity],
        settled: &[Settled],
    ) {
        for (at, flags) in flags {
            if let Some(copy) = self.locations.get_mut(at) {
                copy.flags.clone_from(flags);
            }
        }
        for gone in self.departed.values_mut() {
            if gone.told == Told::Deleted && returned.contains(&gone.row.message) {
                gone.told = Told::Returned;
            }
        }
        for settled in settled {
            match (settled.deleted, self.departed.get_mut(&settled.from)) {
                (true, Some(gone)) => gone.told = Told::Deleted,
                _ => drop(self.departed.remove(&settled.from)),
            }
        }
    }

    pub(super) fn is_deleted(&self, message: Identity) -> bool {
        let mut gone = self.departed.values();
        gone.any(|gone| gone.row.message == message && gone.told == Told::Deleted)
    }

    /// The copies of an inbox of which it was not told what became of them.
    pub(super) fn untold(&self, inbox: InboxId) -> Vec<Departed> {
        let mut all = self.all_departed(|at, gone| at.inbox == inbox && gone.told != Told::Deleted);
        all.truncate(SETTLED_AT_ONCE);
        all
    }

    /// All of them, to export.
    pub(super) fn every_departed(&self) -> Vec<Departed> {
        self.all_departed(|_, _| true)
    }

    fn all_departed(&self, wanted: impl Fn(&Location, &Gone) -> bool) -> Vec<Departed> {
        let rows = self.departed.iter().filter(|(at, gone)| wanted(at, gone));
        rows.map(|(at, gone)| Departed {
            from: *at,
            message: gone.row.message,
            returned: gone.told == Told::Returned,
            now: self.locations_of(gone.row.message),
        })
        .collect()
    }

    /// What the departed copies of a folder are recognised by.
    pub(super) fn departed_of(
        &self,
        inbox: InboxId,
        folder: FolderId,
        limit: usize,
    ) -> Vec<DepartedCopy> {
        let here = self.departed.iter().filter(|(at, gone)| {
            at.inbox == inbox && at.folder == folder && gone.told != Told::Deleted
        });
        here.take(limit)
            .filter_map(|(_, gone)| {
                let message = self.messages.get(&gone.row.message)?;
                Some(DepartedCopy {
                    message: gone.row.message,
                    header_digest: message.message.header_digest,
                    internal_date: gone.row.internal_date,
                    size: gone.row.size,
                    provider_id: gone.row.provider_id.clone(),
                })
            })
            .collect()
    }
}
