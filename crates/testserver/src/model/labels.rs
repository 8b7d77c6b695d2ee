//! Adding, copying and moving; and Gmail's way of it, where a folder is a
//! label on All Mail.

use std::sync::Arc;

use super::{Account, Flags, Folder, Mail, Message};
use crate::profile::SpecialUse;

impl Account {
    /// Adds a mail to a folder; its UID there, `None` without such a folder.
    pub(crate) fn add(
        &mut self,
        folder: &str,
        mail: Mail,
        flags: Flags,
        internal_date: i64,
    ) -> Option<u32> {
        let all_mail = self.all_mail.clone();
        let is_bin = self.folder(folder)?.is_bin();
        if let Some(all_mail) = all_mail {
            if is_bin {
                self.forget(mail.id, folder);
            } else if let Some(there) = self.holds(folder, mail.id) {
                // A label is put on once.
                return Some(there);
            } else if folder != all_mail && self.holds(&all_mail, mail.id).is_none() {
                let all = self.folder_mut(&all_mail)?;
                all.add(mail.clone(), flags.clone(), internal_date);
            }
        }
        Some(self.folder_mut(folder)?.add(mail, flags, internal_date))
    }

    /// Copies messages; their UIDs there, in the same order.
    pub(crate) fn copy(&mut self, messages: &[Arc<Message>], into: &str) -> Option<Vec<u32>> {
        self.folder(into)?;
        messages
            .iter()
            .map(|m| self.add(into, m.mail.clone(), m.flags.clone(), m.internal_date))
            .collect()
    }

    /// Takes away what was moved to another folder. Nothing leaves All Mail
    /// but for Junk and Trash.
    pub(crate) fn remove_moved(&mut self, from: &str, uids: &[u32], into: &str) {
        let stays = self.all_mail.as_deref() == Some(from)
            && !self.folder(into).is_some_and(Folder::is_bin);
        if let (false, Some(folder)) = (stays, self.folder_mut(from)) {
            folder.remove(|m| uids.contains(&m.uid));
        }
    }

    /// X-GM-LABELS of a message that is looked at in a folder, which is not
    /// among them.
    pub(crate) fn labels(&self, id: u64, looked_at: &str) -> Vec<String> {
        let all_mail = self.all_mail.as_deref();
        let folders = self.folders.iter();
        let others = folders.filter(|(name, folder)| {
            *name != looked_at && Some(name.as_str()) != all_mail && folder.find(id).is_some()
        });
        others.map(|(name, folder)| label(name, folder)).collect()
    }

    fn holds(&self, folder: &str, id: u64) -> Option<u32> {
        self.folder(folder)?.find(id)
    }

    /// Takes a mail out of every folder but one.
    fn forget(&mut self, id: u64, but: &str) {
        for (name, folder) in &mut self.folders {
            if name != but {
                folder.remove(|m| m.mail.id == id);
            }
        }
    }
}

impl Folder {
    /// Whether it is apart from All Mail.
    fn is_bin(&self) -> bool {
        matches!(self.special_use, Some(SpecialUse::Junk | SpecialUse::Trash))
    }
}

fn label(name: &str, folder: &Folder) -> String {
    match folder.special_use {
        _ if name == "INBOX" => "\\Inbox".to_owned(),
        Some(SpecialUse::Drafts) => "\\Draft".to_owned(),
        Some(SpecialUse::Flagged) => "\\Starred".to_owned(),
        Some(SpecialUse::Sent) => "\\Sent".to_owned(),
        _ => name.to_owned(),
    }
}
