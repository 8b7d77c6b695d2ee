//! What tests do to the mailboxes behind the clients' backs.

use std::sync::Arc;

use crate::Error;
use crate::model::{Flags, Folder, Message};
use crate::profile::SpecialUse;
use crate::records::{StoredMessage, Submission};
use crate::server::TestServer;

/// The mailboxes. Folder names are as a person reads them (`Entwürfe`), with
/// the profile's delimiter (`Clients/Acme`).
impl TestServer {
    /// Delivers a mail into INBOX, its bytes as they are. Returns its UID.
    ///
    /// # Errors
    /// [`Error::UnknownUser`]
    pub fn deliver(&self, user: &str, mail: impl AsRef<[u8]>) -> Result<u32, Error> {
        self.append(user, "INBOX", mail, &[], None)
    }

    /// Adds a mail to a folder, its bytes as they are. Returns its UID.
    /// `internal_date` is in seconds since 1970 UTC; without one it is dated
    /// a second after the last undated mail.
    ///
    /// # Errors
    /// [`Error::UnknownUser`], [`Error::UnknownFolder`]
    pub fn append(
        &self,
        user: &str,
        folder: &str,
        mail: impl AsRef<[u8]>,
        flags: &[&str],
        internal_date: Option<i64>,
    ) -> Result<u32, Error> {
        let raw: Arc<[u8]> = mail.as_ref().into();
        let account = self.account(user)?;
        self.shared
            .world()
            .append(&account, folder, raw, Flags::new(flags), internal_date)
            .map(|appended| appended.uid)
            .ok_or_else(|| unknown_folder(user, folder))
    }

    /// The names of a user's folders, in alphabetical order.
    ///
    /// # Errors
    /// [`Error::UnknownUser`]
    pub fn folders(&self, user: &str) -> Result<Vec<String>, Error> {
        let account = self.account(user)?;
        let world = self.shared.world();
        let account = world.account(&account).ok_or_else(|| unknown_user(user))?;
        Ok(account.folders().keys().cloned().collect())
    }

    /// The messages of a folder by ascending UID.
    ///
    /// # Errors
    /// [`Error::UnknownUser`], [`Error::UnknownFolder`]
    pub fn messages(&self, user: &str, folder: &str) -> Result<Vec<StoredMessage>, Error> {
        let account = self.account(user)?;
        let world = self.shared.world();
        let folder = world
            .account(&account)
            .and_then(|account| account.folder(folder))
            .ok_or_else(|| unknown_folder(user, folder))?;
        Ok(folder.messages().iter().map(|m| stored(m)).collect())
    }

    /// Makes a folder and the parents it lacks.
    ///
    /// # Errors
    /// [`Error::UnknownUser`]; [`Error::Folder`] if it exists or the name
    /// can't be one.
    pub fn create_folder(
        &self,
        user: &str,
        name: &str,
        special_use: Option<SpecialUse>,
    ) -> Result<(), Error> {
        let account = self.account(user)?;
        self.shared
            .world()
            .create_folder(&account, name, special_use)
            .map_err(|why| Error::Folder {
                folder: name.to_owned(),
                why,
            })
    }

    /// Deletes a message for good. Returns whether it was there.
    ///
    /// # Errors
    /// [`Error::UnknownUser`], [`Error::UnknownFolder`]
    pub fn expunge(&self, user: &str, folder: &str, uid: u32) -> Result<bool, Error> {
        self.change(user, folder, |folder| {
            !folder.remove(|m| m.uid == uid).is_empty()
        })
    }

    /// Replaces a message's flags.
    ///
    /// # Errors
    /// [`Error::UnknownUser`], [`Error::UnknownFolder`],
    /// [`Error::UnknownMessage`]
    pub fn set_flags(
        &self,
        user: &str,
        folder: &str,
        uid: u32,
        flags: &[&str],
    ) -> Result<(), Error> {
        let found = self.change(user, folder, |folder| {
            folder.set_flags(uid, Flags::new(flags));
            folder.get(uid).is_some()
        })?;
        match found {
            true => Ok(()),
            false => Err(unknown_message(folder, uid)),
        }
    }

    /// Moves a message, as another mail program of the user's would. Returns
    /// its UID there.
    ///
    /// # Errors
    /// [`Error::UnknownUser`], [`Error::UnknownFolder`],
    /// [`Error::UnknownMessage`]
    pub fn move_message(&self, user: &str, from: &str, uid: u32, to: &str) -> Result<u32, Error> {
        // Looked up first: nothing may vanish on the way.
        self.change(user, to, |_| ())?;
        let moved = self.change(user, from, |folder| folder.remove(|m| m.uid == uid))?;
        let moved = moved.first().ok_or_else(|| unknown_message(from, uid))?;
        self.change(user, to, |folder| {
            folder.add(
                Arc::clone(&moved.raw),
                moved.flags.clone(),
                moved.internal_date,
            )
        })
    }

    /// Gives a folder a new UIDVALIDITY and numbers its messages afresh from 1,
    /// as after a server's loss of its index. Sessions that have it open are
    /// ended with BYE.
    ///
    /// # Errors
    /// [`Error::UnknownUser`], [`Error::UnknownFolder`]
    pub fn set_uid_validity(&self, user: &str, folder: &str, value: u32) -> Result<(), Error> {
        self.change(user, folder, |folder| folder.renumber(value))
    }

    /// Changes a user's password; sessions go on.
    ///
    /// # Errors
    /// [`Error::UnknownUser`]
    pub fn set_password(&self, user: &str, password: &str) -> Result<(), Error> {
        let account = self.account(user)?;
        let mut world = self.shared.world();
        let account = world
            .account_mut(&account)
            .ok_or_else(|| unknown_user(user))?;
        account.set_password(password);
        Ok(())
    }

    /// The mails that were submitted for recipients elsewhere, oldest first.
    pub fn outbox(&self) -> Vec<Submission> {
        self.shared.world().outbox().to_vec()
    }

    /// Waits until the outbox holds that many mails, and returns them all.
    /// Cancel-safe.
    pub async fn outbox_of(&self, count: usize) -> Vec<Submission> {
        let mut changes = self.shared.world().outbox_changes();
        // The sender lives as long as this server does.
        let _ = changes.wait_for(|length| *length >= count).await;
        self.outbox()
    }

    fn account(&self, user: &str) -> Result<String, Error> {
        let world = self.shared.world();
        let name = world.account_name(user).ok_or_else(|| unknown_user(user))?;
        Ok(name.to_owned())
    }

    fn change<T>(
        &self,
        user: &str,
        folder: &str,
        run: impl FnOnce(&mut Folder) -> T,
    ) -> Result<T, Error> {
        let account = self.account(user)?;
        let mut world = self.shared.world();
        let (bell, folder) = world
            .account_mut(&account)
            .and_then(|account| account.open(folder))
            .ok_or_else(|| unknown_folder(user, folder))?;
        let result = run(folder);
        bell.ring();
        Ok(result)
    }
}

fn stored(message: &Message) -> StoredMessage {
    StoredMessage {
        uid: message.uid,
        flags: message.flags.iter().map(str::to_owned).collect(),
        internal_date: message.internal_date,
        bytes: Arc::clone(&message.raw),
    }
}

fn unknown_user(user: &str) -> Error {
    Error::UnknownUser(user.to_owned())
}

fn unknown_folder(user: &str, folder: &str) -> Error {
    Error::UnknownFolder {
        user: user.to_owned(),
        folder: folder.to_owned(),
    }
}

fn unknown_message(folder: &str, uid: u32) -> Error {
    Error::UnknownMessage {
        folder: folder.to_owned(),
        uid,
    }
}
