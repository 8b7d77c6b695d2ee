//! What tests do to the mailboxes behind the clients' backs.

use std::sync::Arc;

use crate::Error;
use crate::model::{Account, Flags, Folder, Message};
use crate::profile::SpecialUse;
use crate::records::{StoredMessage, Submission};
use crate::server::Shared;

/// The mailboxes of a [`TestServer`](crate::TestServer), which dereferences to
/// this. What is done to them takes effect at once.
///
/// Folder names are as a person reads them (`Entwürfe`), with the profile's
/// delimiter (`Clients/Acme`).
#[derive(Clone)]
pub struct Mailboxes {
    pub(crate) shared: Arc<Shared>,
}

impl std::fmt::Debug for Mailboxes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailboxes").finish_non_exhaustive()
    }
}

impl Mailboxes {
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
        self.copied(user, from, uid, to, true)
    }

    /// Copies a message, as another mail program of the user's would; on
    /// Gmail, puts a label on. Returns its UID there.
    ///
    /// # Errors
    /// [`Error::UnknownUser`], [`Error::UnknownFolder`],
    /// [`Error::UnknownMessage`]
    pub fn copy_message(&self, user: &str, from: &str, uid: u32, to: &str) -> Result<u32, Error> {
        self.copied(user, from, uid, to, false)
    }

    fn copied(
        &self,
        user: &str,
        from: &str,
        uid: u32,
        to: &str,
        moving: bool,
    ) -> Result<u32, Error> {
        let message = self.change(user, from, |folder| folder.get(uid).cloned())?;
        let message = message.ok_or_else(|| unknown_message(from, uid))?;
        let name = self.account(user)?;
        let mut world = self.shared.world();
        let account = world.account_mut(&name).ok_or_else(|| unknown_user(user))?;
        let copies = account.copy(&[message], to);
        let copy = copies.and_then(|uids| uids.first().copied());
        let copy = copy.ok_or_else(|| unknown_folder(user, to))?;
        if moving {
            account.remove_moved(from, &[uid], to);
        }
        account.announce();
        Ok(copy)
    }

    /// Renames a folder and those below it.
    ///
    /// # Errors
    /// [`Error::UnknownUser`]; [`Error::Folder`] if it isn't there or the new
    /// name can't be one.
    pub fn rename_folder(&self, user: &str, from: &str, to: &str) -> Result<(), Error> {
        let account = self.account(user)?;
        let renamed = self.shared.world().rename_folder(&account, from, to);
        renamed.map_err(|why| Error::Folder {
            folder: from.to_owned(),
            why,
        })
    }

    /// Deletes a folder with its messages.
    ///
    /// # Errors
    /// [`Error::UnknownUser`]; [`Error::Folder`] if it isn't there or has
    /// folders below it.
    pub fn delete_folder(&self, user: &str, name: &str) -> Result<(), Error> {
        let delimiter = self.shared.profile.delimiter;
        let deleted = self.on_account(user, |account| account.delete_folder(name, delimiter))?;
        deleted.map_err(|why| Error::Folder {
            folder: name.to_owned(),
            why,
        })
    }

    /// A folder's UIDVALIDITY.
    ///
    /// # Errors
    /// [`Error::UnknownUser`], [`Error::UnknownFolder`]
    pub fn uid_validity(&self, user: &str, folder: &str) -> Result<u32, Error> {
        self.change(user, folder, |folder| folder.uid_validity)
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
        self.on_account(user, |account| account.set_password(password))
    }

    /// Changes a user's access token; `None` takes no token any more.
    ///
    /// # Errors
    /// [`Error::UnknownUser`]
    pub fn set_access_token(&self, user: &str, token: Option<&str>) -> Result<(), Error> {
        self.on_account(user, |account| account.set_access_token(token))
    }

    /// Answers every IMAP login of a user with these words from here on,
    /// `NO …` or `BAD …`, whatever the password: see [`texts`](crate::texts).
    /// `None` ends that.
    ///
    /// # Errors
    /// [`Error::UnknownUser`]
    pub fn refuse_logins(&self, user: &str, answer: Option<&str>) -> Result<(), Error> {
        self.on_account(user, |account| account.refuse_logins(answer))
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

    fn on_account<T>(&self, user: &str, run: impl FnOnce(&mut Account) -> T) -> Result<T, Error> {
        let name = self.account(user)?;
        let mut world = self.shared.world();
        let account = world.account_mut(&name).ok_or_else(|| unknown_user(user))?;
        Ok(run(account))
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
        id: message.mail.id,
        bytes: Arc::clone(&message.mail.raw),
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
