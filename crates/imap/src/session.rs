//! A logged-in session: folders, and what is in them. Nothing it does leaves
//! a mark on the server.

use inboxlink_model::Day;
use inboxlink_sync::{ListedFolder, ServerFolder, UidSet};

use crate::{
    ErrorKind, ImapError,
    command::{Attributes, Command, MailboxName},
    driver::{Driver, Event, OpenFolder},
    limits::{MAX_FOLDERS, MAX_MESSAGES, MAX_RANGE, SEARCH_TRIES, SEARCH_WINDOW},
    reply::{Code, Reply, StatusReply},
};

/// A session. Its futures are cancel-safe: one that is dropped half-way leaves
/// the session fit for the next command.
#[derive(Debug)]
pub struct Session {
    pub(crate) driver: Driver,
    capabilities: Vec<String>,
}

/// A folder's numbers without opening it (STATUS).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FolderStatus {
    /// How many messages are in it.
    pub messages: u32,
    /// UIDNEXT, where told.
    pub uid_next: Option<u32>,
    /// UIDVALIDITY, where told.
    pub uid_validity: Option<u32>,
}

impl Session {
    pub(crate) fn new(driver: Driver, capabilities: Vec<String>) -> Self {
        Self {
            driver,
            capabilities,
        }
    }

    /// A capability that does not work after all.
    pub(crate) fn renounce(&mut self, capability: &str) {
        self.capabilities.retain(|offered| offered != capability);
    }

    /// Whether the server offers a capability, named in upper case.
    pub fn offers(&self, capability: &str) -> bool {
        self.capabilities
            .iter()
            .any(|offered| offered == capability)
    }

    /// Bytes received, TLS taken off.
    pub fn received(&self) -> u64 {
        self.driver.received()
    }

    /// Bytes sent, before TLS.
    pub fn sent(&self) -> u64 {
        self.driver.sent()
    }

    pub(crate) fn attributes(&self) -> Attributes {
        Attributes {
            gmail: self.offers("X-GM-EXT-1"),
            email_id: self.offers("OBJECTID"),
        }
    }

    async fn run(
        &mut self,
        command: &Command,
        mut take: impl FnMut(&Reply),
    ) -> Result<StatusReply, ImapError> {
        self.driver.run(command, |reply| take(&reply)).await
    }

    /// Every folder, with its special use where the server tells (RFC 6154).
    ///
    /// # Errors
    /// A refusal, or what ended the connection.
    pub async fn list(&mut self) -> Result<Vec<ListedFolder>, ImapError> {
        let mut found = Vec::new();
        let command = Command::list(self.offers("SPECIAL-USE") && self.offers("LIST-EXTENDED"));
        self.run(&command, |reply| {
            if let Reply::Listed(folder) = reply
                && found.len() <= MAX_FOLDERS
            {
                found.push(folder.clone());
            }
        })
        .await?;
        if found.len() > MAX_FOLDERS {
            return Err(self.driver.error(ErrorKind::Limit).about("folders"));
        }
        Ok(found)
    }

    /// Opens a folder for reading only (EXAMINE).
    ///
    /// # Errors
    /// [`ErrorKind::Folder`] where it cannot be opened; a server that tells no
    /// UIDVALIDITY has broken off.
    pub async fn examine(&mut self, raw_name: &str) -> Result<ServerFolder, ImapError> {
        let command = Command::examine(&MailboxName::new(raw_name)?);
        let (mut exists, mut uid_validity, mut uid_next, mut highest_modseq) =
            (None, None, None, None);
        let done = self
            .run(&command, |reply| match reply {
                Reply::Exists(count) => exists = Some(*count),
                Reply::Status(status) => match status.code {
                    Some(Code::UidValidity(value)) => uid_validity = Some(value),
                    Some(Code::UidNext(value)) => uid_next = Some(value),
                    Some(Code::HighestModSeq(value)) => highest_modseq = Some(value),
                    _ => {}
                },
                _ => {}
            })
            .await;
        done.map_err(|error| match error.kind() {
            ErrorKind::Command => {
                let folder = inboxlink_sync::decode_mailbox_name(raw_name);
                self.driver
                    .error(ErrorKind::Folder)
                    .about(folder)
                    .saying(error.server_text().cloned())
            }
            _ => error,
        })?;
        let (Some(exists), Some(uid_validity)) = (exists, uid_validity) else {
            return Err(self.driver.broken("a folder opened without its numbers"));
        };
        if exists > MAX_MESSAGES {
            return Err(self
                .driver
                .error(ErrorKind::Limit)
                .about("messages in a folder"));
        }
        *self.driver.folder_mut() = OpenFolder {
            exists,
            ..OpenFolder::default()
        };
        Ok(ServerFolder {
            uid_validity,
            uid_next,
            exists,
            highest_modseq,
        })
    }

    /// Every UID of the open folder.
    ///
    /// # Errors
    /// A refusal; an answer that leaves messages out.
    pub async fn uids(&mut self) -> Result<UidSet, ImapError> {
        for _ in 0..SEARCH_TRIES {
            let before = self.driver.folder();
            let uids = self.search(before.exists, None).await?;
            let removed = self.driver.folder().expunged - before.expunged;
            // Fewer only where some were removed meanwhile: else an answer was
            // cut, and what it left out would be taken for removed.
            if uids.len() + u64::from(removed) < u64::from(before.exists) {
                return Err(self.driver.broken("a search that leaves messages out"));
            }
            // A removal moves every later message one number down, across the
            // border of two searches.
            if removed == 0 || before.exists <= SEARCH_WINDOW {
                return Ok(uids);
            }
        }
        Err(self.driver.error(ErrorKind::Unavailable))
    }

    /// The UIDs of the messages in the open folder that the server received
    /// before a day. One that is removed meanwhile may be in it or not.
    ///
    /// # Errors
    /// A refusal, or what ended the connection.
    pub async fn uids_before(&mut self, day: Day) -> Result<UidSet, ImapError> {
        let total = self.driver.folder().exists;
        self.search(total, Some(day)).await
    }

    /// The UIDs of the first so many messages, or of the old ones among them.
    async fn search(&mut self, total: u32, before: Option<Day>) -> Result<UidSet, ImapError> {
        let mut found: Vec<u32> = Vec::new();
        let mut first = 1;
        while first <= total {
            let last = first.saturating_add(SEARCH_WINDOW - 1).min(total);
            self.run(&Command::search(first, last, before), |reply| {
                if let Reply::Found(uids) = reply {
                    found.extend(uids.iter().take(SEARCH_WINDOW as usize));
                }
            })
            .await?;
            first = last.saturating_add(1);
        }
        Ok(found.into_iter().collect())
    }

    /// A folder's numbers without opening it.
    ///
    /// # Errors
    /// A refusal, or what ended the connection.
    pub async fn status(&mut self, raw_name: &str) -> Result<FolderStatus, ImapError> {
        let mut found = FolderStatus::default();
        let command = Command::status(&MailboxName::new(raw_name)?);
        self.run(&command, |reply| {
            if let Reply::FolderStatus(_, numbers) = reply {
                found = FolderStatus {
                    messages: numbers.messages.unwrap_or(0),
                    uid_next: numbers.uid_next,
                    uid_validity: numbers.uid_validity,
                };
            }
        })
        .await?;
        Ok(found)
    }

    /// A range of a mail's raw bytes; fewer where it ends before, `None` where
    /// the mail is gone.
    ///
    /// # Errors
    /// A refusal, or what ended the connection.
    pub async fn fetch_range(
        &mut self,
        uid: u32,
        offset: u32,
        len: u32,
    ) -> Result<Option<Vec<u8>>, ImapError> {
        let mut body = None;
        let command = Command::fetch_range(uid, offset, len.min(MAX_RANGE));
        self.run(&command, |reply| {
            if let Reply::Fetched(fetched) = reply
                && fetched.uid == Some(uid)
                && fetched.origin == offset
            {
                body.clone_from(&fetched.body);
            }
        })
        .await?;
        Ok(body)
    }

    /// Asks whether there is anything new, for servers without IDLE.
    ///
    /// # Errors
    /// What ended the connection.
    pub async fn noop(&mut self) -> Result<(), ImapError> {
        self.run(&Command::noop(), |_| {}).await.map(|_| ())
    }

    /// Ends the session politely, within the time for it.
    pub async fn logout(mut self) {
        let limit = self.driver.timeouts().done;
        let leave = async {
            self.driver.settle().await?;
            let tag = self.driver.leave();
            while !matches!(self.driver.reply().await?, Event::Done(done, _) if done == tag) {}
            Ok::<(), ImapError>(())
        };
        // A server that does not say good-bye is left all the same.
        let _ = tokio::time::timeout(limit, leave).await;
    }
}
