//! Taking a contact's or an inbox's mail away, in open formats.

use std::{collections::BTreeMap, io::Write};

use inboxlink_engine::{SeenMail, TimelinePlace, Viewer};
use inboxlink_imap::FetchEvent;
use inboxlink_model::{FolderId, Identity, Location};
use inboxlink_sync::UidSet;
use serde::Serialize;

use crate::{ConnectedInbox, Error, MailOf, Workspace, limits::EXPORTED_AT_ONCE};

/// A line of an export.
#[derive(Serialize)]
struct Line<'a> {
    /// The name that the mail's `.eml` has, where there is one.
    id: Identity,
    /// The inboxes that hold it, by name.
    held_by: Vec<&'a str>,
    #[serde(flatten)]
    seen: &'a SeenMail,
}

impl Workspace {
    /// Writes mail as JSON lines, newest first: each what the viewer sees of a
    /// message, with its text, addresses, thread, attachments' names and places
    /// on the servers. Answers the messages written, and where their copies
    /// lie: [`original`](Self::original) and [`ConnectedInbox::originals`] give
    /// the `.eml` of each, where it was kept or is still on the server.
    ///
    /// # Errors
    /// The store's; or where `out` cannot be written.
    pub async fn export_mail(
        &self,
        viewer: Viewer,
        whose: MailOf,
        out: &mut (dyn Write + Send),
    ) -> Result<Vec<(Identity, Vec<Location>)>, Error> {
        let config = self.config().await?;
        let mut written = Vec::new();
        let mut before: Option<TimelinePlace> = None;
        loop {
            let page = self
                .entry_places(viewer, whose, before, EXPORTED_AT_ONCE)
                .await?;
            for message in page.items {
                let Some(seen) = self.message(viewer, message).await? else {
                    continue;
                };
                let held_by = seen.mail.inboxes.iter();
                let held_by = held_by.filter_map(|id| config.inbox(*id));
                let line = Line {
                    id: message,
                    held_by: held_by.map(|inbox| inbox.name.as_str()).collect(),
                    seen: &seen,
                };
                let mut line = serde_json::to_vec(&line).map_err(Error::export)?;
                line.push(b'\n');
                out.write_all(&line).map_err(Error::export)?;
                if seen.visibility.shows_content() {
                    written.push((message, seen.mail.locations));
                }
            }
            before = page.next;
            if before.is_none() {
                return Ok(written);
            }
        }
    }

    /// A mail as it came, where [`keep_originals`](crate::Options::keep_originals)
    /// kept it and the viewer sees all of it.
    ///
    /// # Errors
    /// The store's.
    pub async fn original(
        &self,
        viewer: Viewer,
        message: Identity,
    ) -> Result<Option<Vec<u8>>, Error> {
        match self.message(viewer, message).await? {
            Some(seen) if seen.visibility.shows_content() => {
                Ok(self.shared.store.original(self.id, message).await?)
            }
            _ => Ok(None),
        }
    }
}

impl ConnectedInbox {
    /// Fetches mails whole, as they lie on the server, and hands each on.
    /// Places of other inboxes, and of folders that were renumbered since, are
    /// passed over: their mail comes under another place. Who may see them is
    /// the caller's to know; [`Workspace::export_mail`] tells.
    ///
    /// # Errors
    /// The server's, or what `each` answers.
    pub async fn originals(
        &self,
        places: &[Location],
        mut each: impl FnMut(Location, Vec<u8>) -> Result<(), Error> + Send,
    ) -> Result<(), Error> {
        let mut by_folder: BTreeMap<(FolderId, u32), Vec<u32>> = BTreeMap::new();
        for place in places.iter().filter(|place| place.inbox == self.id) {
            let uids = by_folder.entry((place.folder, place.uid_validity));
            uids.or_default().push(place.uid);
        }
        if by_folder.is_empty() {
            return Ok(());
        }
        let store = &self.workspace.shared.store;
        let folders = store.folders(self.workspace.id, self.id).await?;
        let mut session = self.open(&mut |_| {}).await?;
        for ((folder, uid_validity), uids) in by_folder {
            let Some(known) = folders.iter().find(|known| known.id == folder) else {
                continue;
            };
            let opened = session.examine(&known.raw_name).await;
            if opened.map_err(|error| self.failed(error))?.uid_validity != uid_validity {
                continue;
            }
            // One at a time: a mail can be large.
            let sets = uids.into_iter().map(|uid| UidSet::from_iter([uid]));
            let mut fetch = session.fetch(sets, None);
            while let Some(event) = fetch.next().await.map_err(|error| self.failed(error))? {
                let FetchEvent::Mail(raw) = event else {
                    continue;
                };
                let place = Location {
                    inbox: self.id,
                    folder,
                    uid_validity,
                    uid: raw.uid,
                };
                each(place, raw.bytes)?;
            }
        }
        session.logout().await;
        Ok(())
    }
}
