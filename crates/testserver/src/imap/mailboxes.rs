//! Commands on folders, and the way to those on messages.

use std::sync::Arc;

use super::parse::{Command, Qresync};
use super::response::{Refusal, Response, Untagged};
use super::session::Session;
use super::view::{Knows, View, vanished};
use crate::model::{Account, Folder};

impl Session {
    pub(crate) fn dispatch_logged_in(
        &mut self,
        tag: &str,
        command: Command,
        out: &mut Untagged,
    ) -> Result<String, Refusal> {
        match command {
            Command::Namespace => {
                let delimiter = self.shared.profile.delimiter;
                let prefix = &self.shared.profile.prefix;
                out.push(format_args!(
                    "NAMESPACE ((\"{prefix}\" \"{delimiter}\")) NIL NIL"
                ));
                Ok("Namespace completed".to_owned())
            }
            Command::Enable(capabilities) => Ok(self.enable(&capabilities, out)),
            Command::Select {
                mailbox,
                read_only,
                condstore,
                qresync,
            } => {
                self.condstore |= condstore;
                self.select(&mailbox, read_only, qresync.as_ref(), out)
            }
            Command::Create(name) => self.create(&name),
            Command::Delete(name) => self.delete(&name),
            Command::Rename { from, to } => self.rename(&from, &to),
            Command::Subscribe { mailbox, on } => self.with_folder(&mailbox, |folder| {
                folder.subscribed = on;
                Ok("Completed".to_owned())
            }),
            Command::List(list) => self.list(&list, out),
            Command::Lsub { reference, pattern } => self.lsub(&reference, &pattern, out),
            Command::Status { mailbox, items } => self.status(&mailbox, &items, out),
            Command::Append(append) => self.append(append),
            Command::Idle => Ok(String::new()),
            _ if self.view.is_none() => Err(Refusal::bad("Select a mailbox first")),
            Command::Unselect => {
                self.view = None;
                Ok("Unselected".to_owned())
            }
            Command::Close => self.close(),
            Command::Expunge(set) => self.expunge(set.as_ref(), out),
            Command::Search { uid, search } => self.search(tag, uid, &search, out),
            Command::Fetch {
                uid,
                set,
                items,
                changed_since,
            } => self.fetch(uid, &set, items, changed_since, out),
            Command::Store(store) => self.store(&store, out),
            Command::Copy {
                uid,
                set,
                mailbox,
                moving,
            } => self.copy(uid, &set, &mailbox, moving, out),
            _ => Err(Refusal::bad("Unknown command")),
        }
    }

    /// Runs something on the account that is logged in.
    pub(crate) fn with_account<T>(
        &self,
        run: impl FnOnce(&mut Account) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let name = self.account.as_deref().unwrap_or_default();
        let mut world = self.shared.world();
        run(world
            .account_mut(name)
            .ok_or_else(|| Refusal::no("No such user"))?)
    }

    /// Runs something on a folder of the account.
    pub(crate) fn with_folder<T>(
        &self,
        name: &str,
        run: impl FnOnce(&mut Folder) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.with_account(|account| {
            run(account
                .folder_mut(name)
                .ok_or_else(|| Refusal::no("[NONEXISTENT] No such mailbox"))?)
        })
    }

    fn enable(&mut self, capabilities: &[String], out: &mut Untagged) -> String {
        let mut enabled = "ENABLED".to_owned();
        for capability in capabilities {
            if !self.offers(capability) {
                continue;
            }
            match capability.as_str() {
                "CONDSTORE" => self.condstore = true,
                "QRESYNC" => (self.condstore, self.qresync) = (true, true),
                _ => continue,
            }
            enabled.push_str(&format!(" {capability}"));
        }
        out.push(enabled);
        "Enabled".to_owned()
    }

    fn select(
        &mut self,
        name: &str,
        read_only: bool,
        qresync: Option<&Qresync>,
        out: &mut Untagged,
    ) -> Result<String, Refusal> {
        // A failed SELECT leaves no folder open (RFC 3501 §6.3.1).
        self.view = None;
        if self.shared.profile.id_required && !self.identified {
            return Err(Refusal::no(&self.shared.profile.id_refusal));
        }
        if qresync.is_some() && !self.qresync {
            return Err(Refusal::bad("ENABLE QRESYNC first"));
        }
        let (modseq, object_id) = (self.offers("CONDSTORE"), self.offers("OBJECTID"));
        let (shared, knows) = (Arc::clone(&self.shared), self.knows());
        let profile = &shared.profile;
        let view = self.with_folder(name, |folder| {
            if !folder.selectable {
                return Err(Refusal::no("[NONEXISTENT] It holds folders only"));
            }
            let view = View::open(name, folder, read_only, profile.newest);
            let system = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";
            out.push(format_args!("FLAGS ({system})"));
            out.push(match read_only {
                true => "OK [PERMANENTFLAGS ()] Read-only mailbox".to_owned(),
                false => format!("OK [PERMANENTFLAGS ({system} \\*)] Flags permitted"),
            });
            out.push(format_args!("{} EXISTS", view.exists()));
            out.push("0 RECENT");
            let unseen = |(_, uid): &(u32, u32)| {
                let message = folder.get(*uid);
                message.is_some_and(|m| !m.flags.contains("\\Seen"))
            };
            if let Some((number, _)) = view.rows().find(unseen) {
                out.push(format_args!("OK [UNSEEN {number}] First unseen"));
            }
            out.push(format_args!(
                "OK [UIDVALIDITY {}] UIDs valid",
                folder.uid_validity
            ));
            if profile.tells_uid_next {
                out.push(format_args!("OK [UIDNEXT {}] Next UID", folder.uid_next));
            }
            if object_id {
                let id = folder.uid_validity;
                out.push(format_args!("OK [MAILBOXID (F{id})] Its id"));
            }
            if modseq {
                out.push(format_args!(
                    "OK [HIGHESTMODSEQ {}] Highest",
                    folder.highest_modseq
                ));
            }
            let known = qresync.filter(|known| known.uid_validity == folder.uid_validity);
            if let Some(known) = known {
                out.first.extend(resynced(known, folder, &view, knows));
            }
            Ok(view)
        })?;
        self.view = Some(view);
        Ok(match read_only {
            true => "[READ-ONLY] Examine completed".to_owned(),
            false => "[READ-WRITE] Select completed".to_owned(),
        })
    }

    fn create(&self, name: &str) -> Result<String, Refusal> {
        let account = self.account.as_deref().unwrap_or_default();
        let mut world = self.shared.world();
        world
            .create_folder(account, name, None)
            .map_err(Refusal::no)?;
        Ok("Create completed".to_owned())
    }

    fn delete(&mut self, name: &str) -> Result<String, Refusal> {
        let delimiter = self.shared.profile.delimiter;
        self.with_account(|account| account.delete_folder(name, delimiter).map_err(Refusal::no))?;
        self.close_if_open(name);
        Ok("Delete completed".to_owned())
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<String, Refusal> {
        let account = self.account.as_deref().unwrap_or_default();
        let shared = Arc::clone(&self.shared);
        shared
            .world()
            .rename_folder(account, from, to)
            .map_err(Refusal::no)?;
        self.close_if_open(from);
        Ok("Rename completed".to_owned())
    }

    fn close_if_open(&mut self, name: &str) {
        self.view = self.view.take().filter(|view| view.folder != name);
    }
}

/// What has become of a folder since the client knew it (RFC 7162 §3.2.5.1).
fn resynced(known: &Qresync, folder: &Folder, view: &View, knows: Knows) -> Vec<Response> {
    let mut told = Vec::new();
    let uids = known.known.as_ref().map(|set| set.resolve(view.last_uid()));
    let is_known = |uid: u32| uids.as_ref().is_none_or(|uids| uids.contains(uid));
    let gone: Vec<u32> = folder
        .expunged_since(known.modseq)
        .filter(|uid| is_known(*uid))
        .collect();
    if !gone.is_empty() {
        told.push(vanished("(EARLIER) ", gone, knows));
    }
    for (number, uid) in view.rows().filter(|(_, uid)| is_known(*uid)) {
        if let Some(message) = folder.get(uid).filter(|m| m.modseq > known.modseq) {
            let (flags, modseq) = (message.flags.list(), message.modseq);
            told.push(Response::untagged(format_args!(
                "{number} FETCH (UID {uid} FLAGS {flags} MODSEQ ({modseq}))"
            )));
        }
    }
    told
}
