//! All users, their folders, and the mail that left.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::watch;

use super::login::Secrets;
use super::{Flags, Folder, Mail};
use crate::limits;
use crate::mime::{first, split_header};
use crate::profile::{Profile, SpecialUse};
use crate::records::{Submission, User};

/// The first folder's UIDVALIDITY; each later one gets the next number.
const FIRST_UID_VALIDITY: u32 = 1_700_000_000;

/// The first mail's number: as long as Gmail's.
const FIRST_MAIL: u64 = 1_700_000_000_000_000_000;

/// Everything the server knows.
#[derive(Debug)]
pub(crate) struct World {
    accounts: BTreeMap<String, Account>,
    /// Every address in lower case, and the account it belongs to.
    addresses: BTreeMap<String, String>,
    domains: BTreeSet<String>,
    outbox: Vec<Submission>,
    outbox_changed: watch::Sender<usize>,
    next_uid_validity: u32,
    next_date: i64,
    next_queue_id: u64,
    next_mail: u64,
    delimiter: char,
    prefix: String,
}

/// One user's mailbox.
#[derive(Debug)]
pub(crate) struct Account {
    pub(super) secrets: Secrets,
    pub(super) folders: BTreeMap<String, Folder>,
    /// Where every message lies too, and which conversation each began.
    pub(super) all_mail: Option<String>,
    threads: BTreeMap<Vec<u8>, u64>,
    bell: Bell,
}

/// Wakes the sessions that idle on an account.
#[derive(Debug)]
pub(crate) struct Bell(watch::Sender<()>);

impl Bell {
    pub(crate) fn ring(&self) {
        self.0.send_replace(());
    }
}

impl World {
    pub(crate) fn new(users: &[User], profile: &Profile, first_date: i64) -> Self {
        let mut world = Self {
            accounts: BTreeMap::new(),
            addresses: BTreeMap::new(),
            domains: BTreeSet::new(),
            outbox: Vec::new(),
            outbox_changed: watch::Sender::new(0),
            next_uid_validity: FIRST_UID_VALIDITY,
            next_date: first_date,
            next_queue_id: 1,
            next_mail: FIRST_MAIL,
            delimiter: profile.delimiter,
            prefix: profile.prefix.clone(),
        };
        for user in users {
            world.add_user(user, profile);
        }
        world
    }

    fn add_user(&mut self, user: &User, profile: &Profile) {
        let name = user.address.to_lowercase();
        for address in std::iter::once(&user.address).chain(&user.aliases) {
            let address = address.to_lowercase();
            if let Some((_, domain)) = address.rsplit_once('@') {
                self.domains.insert(domain.to_owned());
            }
            if profile.local_part_logs_in
                && let Some((local, _)) = address.split_once('@')
            {
                self.addresses.insert(local.to_owned(), name.clone());
            }
            self.addresses.insert(address, name.clone());
        }
        let mut account = Account {
            secrets: Secrets::new(user),
            folders: BTreeMap::new(),
            all_mail: profile.all_mail.clone(),
            threads: BTreeMap::new(),
            bell: Bell(watch::Sender::new(())),
        };
        let inbox = ("INBOX".to_owned(), None);
        for (folder, special_use) in std::iter::once(&inbox).chain(&profile.folders) {
            let mut made = Folder::new(self.take_uid_validity(), *special_use);
            made.selectable = !profile.not_selectable.contains(folder);
            account.folders.insert(folder.clone(), made);
        }
        self.accounts.insert(name, account);
    }

    /// The account of a login name: any of the user's addresses.
    pub(crate) fn account_name(&self, address: &str) -> Option<&str> {
        self.addresses
            .get(&address.to_lowercase())
            .map(String::as_str)
    }

    /// The account that mail to this address reaches: also `name+tag@domain`.
    pub(crate) fn recipient(&self, address: &str) -> Option<&str> {
        self.account_name(address).or_else(|| {
            let (local, domain) = address.rsplit_once('@')?;
            let (name, _) = local.split_once('+')?;
            self.account_name(&format!("{name}@{domain}"))
        })
    }

    /// Whether the server is the one to deliver mail for this address.
    pub(crate) fn is_local(&self, address: &str) -> bool {
        address
            .rsplit_once('@')
            .is_none_or(|(_, domain)| self.domains.contains(&domain.to_lowercase()))
    }

    pub(crate) fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.get(name)
    }

    pub(crate) fn account_mut(&mut self, name: &str) -> Option<&mut Account> {
        self.accounts.get_mut(name)
    }

    /// The next default INTERNALDATE: one second after the one before.
    pub(crate) fn take_date(&mut self) -> i64 {
        let date = self.next_date;
        self.next_date += 1;
        date
    }

    /// The next number for a Received header.
    pub(crate) fn take_queue_id(&mut self) -> u64 {
        let id = self.next_queue_id;
        self.next_queue_id += 1;
        id
    }

    fn take_uid_validity(&mut self) -> u32 {
        let value = self.next_uid_validity;
        self.next_uid_validity = self.next_uid_validity.saturating_add(1);
        value
    }

    /// Adds a message; `None` if there is no such account or folder.
    pub(crate) fn append(
        &mut self,
        account: &str,
        folder: &str,
        raw: Arc<[u8]>,
        flags: Flags,
        internal_date: Option<i64>,
    ) -> Option<Appended> {
        self.account(account)?.folder(folder)?;
        let date = internal_date.unwrap_or_else(|| self.take_date());
        let id = self.next_mail;
        self.next_mail += 1;
        let account = self.account_mut(account)?;
        let thread = account.thread(&raw, id);
        let mail = Mail { id, thread, raw };
        let uid = account.add(folder, mail, flags, date)?;
        let uid_validity = account.folder(folder)?.uid_validity;
        let appended = Appended { uid_validity, uid };
        account.announce();
        Some(appended)
    }

    /// Makes a folder and the parents it lacks.
    pub(crate) fn create_folder(
        &mut self,
        account: &str,
        name: &str,
        special_use: Option<SpecialUse>,
    ) -> Result<(), &'static str> {
        let delimiter = self.delimiter;
        check_name(name, delimiter)?;
        let name = canonical(name, delimiter);
        let inside = self.prefix.is_empty() || name.starts_with(&self.prefix) || name == "INBOX";
        if !inside {
            return Err("[CANNOT] Folders lie below INBOX");
        }
        let existing = self.account(account).ok_or("no such user")?;
        if existing.folders.contains_key(&name) {
            return Err("Mailbox already exists");
        }
        let mut ends: Vec<usize> = name.match_indices(delimiter).map(|(at, _)| at).collect();
        ends.push(name.len());
        for end in ends {
            let Some(path) = name.get(..end) else {
                continue;
            };
            let special_use = special_use.filter(|_| end == name.len());
            let uid_validity = self.take_uid_validity();
            let account = self.account_mut(account).ok_or("no such user")?;
            account
                .folders
                .entry(path.to_owned())
                .or_insert_with(|| Folder::new(uid_validity, special_use));
        }
        Ok(())
    }

    /// Renames a folder and those below it.
    pub(crate) fn rename_folder(
        &mut self,
        account: &str,
        from: &str,
        to: &str,
    ) -> Result<(), &'static str> {
        let delimiter = self.delimiter;
        let from = canonical(from, delimiter);
        if from == "INBOX" {
            return Err("INBOX cannot be renamed");
        }
        let below = format!("{from}{delimiter}");
        if canonical(to, delimiter).starts_with(&below) {
            return Err("A folder cannot move below itself");
        }
        if self
            .account(account)
            .and_then(|a| a.folder(&from))
            .is_none()
        {
            return Err("[NONEXISTENT] No such mailbox");
        }
        // Making the new name checks it and makes its parents.
        self.create_folder(account, to, None)?;
        let to = canonical(to, delimiter);
        let account = self.account_mut(account).ok_or("no such user")?;
        let moving: Vec<String> = account
            .folders
            .keys()
            .filter(|name| **name == from || name.starts_with(&below))
            .cloned()
            .collect();
        for old in moving {
            if let (Some(folder), Some(rest)) =
                (account.folders.remove(&old), old.strip_prefix(&from))
            {
                account.folders.insert(format!("{to}{rest}"), folder);
            }
        }
        account.announce();
        Ok(())
    }

    pub(crate) fn submit(&mut self, submission: Submission) {
        self.outbox.push(submission);
        self.outbox_changed.send_replace(self.outbox.len());
    }

    pub(crate) fn outbox(&self) -> &[Submission] {
        &self.outbox
    }

    pub(crate) fn outbox_changes(&self) -> watch::Receiver<usize> {
        self.outbox_changed.subscribe()
    }
}

/// Where an appended message lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Appended {
    pub(crate) uid_validity: u32,
    pub(crate) uid: u32,
}

impl Account {
    /// Folders by name; INBOX is INBOX in any case.
    pub(crate) fn folder(&self, name: &str) -> Option<&Folder> {
        self.folders.get(inbox_or(name))
    }

    pub(crate) fn folder_mut(&mut self, name: &str) -> Option<&mut Folder> {
        self.folders.get_mut(inbox_or(name))
    }

    /// A folder, and the bell to ring when it has changed.
    pub(crate) fn open(&mut self, name: &str) -> Option<(&Bell, &mut Folder)> {
        Some((&self.bell, self.folders.get_mut(inbox_or(name))?))
    }

    pub(crate) fn folders(&self) -> &BTreeMap<String, Folder> {
        &self.folders
    }

    /// The conversation of a mail: that of the one it answers, else its own.
    fn thread(&mut self, raw: &[u8], id: u64) -> u64 {
        let header = split_header(raw).0;
        let known = |name| self.threads.get(first(header, name)?.trim_ascii()).copied();
        let thread = known("in-reply-to").or_else(|| known("message-id"));
        let thread = thread.unwrap_or(id);
        if let Some(message_id) = first(header, "message-id") {
            self.threads
                .entry(message_id.trim_ascii().to_vec())
                .or_insert(thread);
        }
        thread
    }

    pub(crate) fn delete_folder(
        &mut self,
        name: &str,
        delimiter: char,
    ) -> Result<(), &'static str> {
        let name = inbox_or(name);
        if name == "INBOX" {
            return Err("INBOX cannot be deleted");
        }
        let below = format!("{name}{delimiter}");
        if self.folders.keys().any(|other| other.starts_with(&below)) {
            return Err("[HASCHILDREN] Mailbox has folders below it");
        }
        self.folders
            .remove(name)
            .ok_or("[NONEXISTENT] No such mailbox")?;
        self.announce();
        Ok(())
    }

    /// Wakes the sessions that idle on this account.
    pub(crate) fn announce(&self) {
        self.bell.ring();
    }

    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.bell.0.subscribe()
    }
}

pub(super) fn inbox_or(name: &str) -> &str {
    match name.eq_ignore_ascii_case("INBOX") {
        true => "INBOX",
        false => name,
    }
}

/// The name under which a folder is kept: no delimiter at its end (a client
/// may say thus that it will make folders below), INBOX in upper case.
fn canonical(name: &str, delimiter: char) -> String {
    let name = name.strip_suffix(delimiter).unwrap_or(name);
    match name.split_once(delimiter) {
        Some((top, rest)) if top.eq_ignore_ascii_case("INBOX") => format!("INBOX{delimiter}{rest}"),
        _ => inbox_or(name).to_owned(),
    }
}

fn check_name(name: &str, delimiter: char) -> Result<(), &'static str> {
    let name = name.strip_suffix(delimiter).unwrap_or(name);
    if name.is_empty() || name.split(delimiter).any(str::is_empty) {
        return Err("[CANNOT] A folder needs a name");
    }
    if name.len() > limits::FOLDER_NAME {
        return Err("[LIMIT] The name is too long");
    }
    if name
        .chars()
        .any(|c| c.is_control() || matches!(c, '*' | '%'))
    {
        return Err("[CANNOT] The name has characters that no folder may have");
    }
    Ok(())
}
