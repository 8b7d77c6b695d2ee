//! One sync: every folder, newest mail first, until what is stored is what
//! the server holds.

mod folder;

use inboxlink_engine::Input;
use inboxlink_imap::Session;
use inboxlink_model::{FolderChoice, FolderRole};
use inboxlink_sync::{FolderPolicy, FolderState, SkipReason, merge_listing};

use self::folder::FolderSync;
use crate::{ConnectedInbox, Error, FolderReport, Progress, SyncReport, limits::BACKOFF_MIN};

impl ConnectedInbox {
    /// Fetches whatever is not stored yet, and reconciles every folder.
    /// Interrupted anywhere, the next call goes on where this one was.
    ///
    /// A connection that breaks is made once more. Folders that cannot be
    /// opened and mails that cannot be fetched are named in the report.
    ///
    /// # Errors
    /// What the connection failed of, with [`Error::diagnosis`]; the store's.
    pub async fn sync(
        &self,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<SyncReport, Error> {
        let mut received = 0;
        let mut tries = 1;
        loop {
            match self
                .sync_folders(|_| true, &mut received, &mut progress)
                .await
            {
                Err(error)
                    if error.is_transient()
                        && error.diagnosis().is_some()
                        && tries < self.workspace.shared.options.connect_tries =>
                {
                    tries += 1;
                    tokio::time::sleep(BACKOFF_MIN).await;
                }
                answer => return answer,
            }
        }
    }

    /// Syncs the folders that are chosen, over one connection (and new ones
    /// where a mail breaks it).
    pub(crate) async fn sync_folders(
        &self,
        chosen: impl Fn(&FolderState) -> bool,
        received: &mut u64,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<SyncReport, Error> {
        let mut session = self.enter().await?;
        self.workspace.look_again(self.id).await?;
        let mail = self.mail_policy().await?;
        let folders = self.list_folders(&mut session, &mail.folders).await?;
        let mut order: Vec<&FolderState> = folders
            .iter()
            .filter(|folder| folder.policy == FolderPolicy::Sync && chosen(folder))
            .collect();
        // What arrived, then what was sent: the mail that people ask for first.
        order.sort_by_key(|folder| match folder.role {
            FolderRole::Inbox => (0, folder.id),
            FolderRole::Sent => (1, folder.id),
            _ => (2, folder.id),
        });
        let mut unopened = Vec::new();
        for folder in order {
            let mut work = FolderSync::new(self, folder, mail.history);
            session = work.run(session, received, progress).await?;
            if !work.opened {
                unopened.push(folder.name.clone());
            }
        }
        *received += session.received();
        session.logout().await;
        let store = &self.workspace.shared.store;
        let folders = store.folders(self.workspace.id(), self.id).await?;
        let there = folders
            .iter()
            .filter(|folder| folder.policy != FolderPolicy::Skip(SkipReason::Gone));
        Ok(SyncReport {
            bytes_received: *received,
            folders: there.map(FolderReport::new).collect(),
            unopened,
        })
    }

    /// Lists the folders, and stores the listing.
    async fn list_folders(
        &self,
        session: &mut Session,
        choice: &FolderChoice,
    ) -> Result<Vec<FolderState>, Error> {
        let listed = session.list().await.map_err(|error| self.failed(error))?;
        let shared = &self.workspace.shared;
        let known = shared.store.folders(self.workspace.id(), self.id).await?;
        // The service's own choice outdoes the inbox's.
        let of_service = shared.options.folders.as_slice();
        let chosen = match choice {
            _ if !of_service.is_empty() => Some(of_service),
            FolderChoice::Only(names) => Some(names.as_slice()),
            _ => None,
        };
        let mut folders = merge_listing(&known, &listed, chosen);
        if let (FolderChoice::Except(names), None) = (choice, chosen) {
            leave_out(&mut folders, names);
        }
        for folder in &mut folders {
            let count = match folder.policy {
                FolderPolicy::Sync => continue,
                FolderPolicy::Skip(SkipReason::NotSelectable | SkipReason::Gone) => Ok(0),
                FolderPolicy::Skip(_) => session
                    .status(&folder.raw_name)
                    .await
                    .map(|status| status.messages),
            };
            match count {
                Ok(count) => folder.server_count = count,
                // A folder that cannot even be asked is no reason to stop.
                Err(error) if error.is_connection_alive() => folder.server_count = 0,
                Err(error) => return Err(self.failed(error)),
            }
        }
        let input = Input::Folders {
            inbox: self.id,
            folders: folders.clone(),
        };
        self.workspace.apply(input).await?;
        Ok(folders)
    }
}

/// Leaves folders of these names on the server.
fn leave_out(folders: &mut [FolderState], names: &[String]) {
    for folder in folders {
        let named = names.contains(&folder.name) || names.contains(&folder.raw_name);
        if named && folder.policy == FolderPolicy::Sync {
            folder.policy = FolderPolicy::Skip(SkipReason::NotChosen);
        }
    }
}
