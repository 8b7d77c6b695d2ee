//! Commands on the messages of the open folder.

use std::sync::Arc;

use super::fetch::Row;
use super::parse::{Append, ChangedSince, Item, Items, Search, SequenceSet, Store, StoreMode};
use super::response::{Refusal, Untagged};
use super::search::{self, Candidate};
use super::session::Session;
use super::view::{Knows, View, vanished};
use crate::limits;
use crate::model::{Bell, Folder, Message, World, compact};

impl Session {
    /// Runs something on the account and the open folder's view. The client
    /// is first told what has changed, without changing message numbers.
    fn on_view<T>(
        &mut self,
        out: &mut Untagged,
        run: impl FnOnce(&mut World, &str, &mut View) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let (Some(view), Some(name)) = (&mut self.view, &self.account) else {
            return Err(Refusal::bad("Select a mailbox first"));
        };
        let knows = Knows {
            condstore: self.condstore,
            qresync: self.qresync,
            empty_vanished: self.shared.profile.empty_vanished,
        };
        let mut world = self.shared.world();
        let folder = world
            .account(name)
            .and_then(|account| account.folder(&view.folder))
            .filter(|folder| folder.uid_validity == view.uid_validity)
            .ok_or_else(|| Refusal::no("The mailbox is gone"))?;
        out.first.extend(view.catch_up(folder, false, knows));
        run(&mut world, name, view)
    }

    pub(crate) fn fetch(
        &mut self,
        uid: bool,
        set: &SequenceSet,
        mut items: Items,
        changed_since: Option<ChangedSince>,
        out: &mut Untagged,
    ) -> Result<String, Refusal> {
        if uid {
            items.add(Item::Uid);
        }
        self.condstore |= items.0.contains(&Item::Modseq);
        let condstore = self.condstore;
        let mut gone_before = Vec::new();
        let rows = self.on_view(out, |world, account, view| {
            let chosen = view.choose(set, uid)?;
            let mark_seen = items.mark_seen() && !view.read_only;
            let labels = match items.0.contains(&Item::GmailLabels) {
                true => labels(world, account, view, &chosen),
                false => Vec::new(),
            };
            let mut labels = labels.into_iter();
            let (bell, folder) = opened(world, account, view)?;
            if let Some(since) = changed_since.filter(|since| since.vanished) {
                let asked = set.resolve(view.last_uid());
                let gone = folder.expunged_since(since.modseq);
                gone_before.extend(gone.filter(|uid| asked.contains(*uid)));
            }
            let mut rows = Vec::with_capacity(chosen.len());
            for (number, uid) in chosen {
                let labels = labels.next().unwrap_or_default();
                let Some(mut message) = folder.get(uid).cloned() else {
                    continue;
                };
                if changed_since.is_some_and(|since| message.modseq <= since.modseq) {
                    continue;
                }
                let mut changed = false;
                if mark_seen {
                    let mut flags = message.flags.clone();
                    flags.insert("\\Seen");
                    changed = folder.set_flags(uid, flags);
                    message = folder.get(uid).cloned().unwrap_or(message);
                }
                rows.push(Row {
                    number,
                    message,
                    show_flags: changed,
                    labels,
                });
            }
            view.is_told(folder);
            if rows.iter().any(|row| row.show_flags) {
                bell.ring();
            }
            Ok(rows)
        })?;
        if changed_since.is_some_and(|since| since.vanished) && !gone_before.is_empty() {
            out.first
                .push(vanished("(EARLIER) ", gone_before, self.knows()));
        }
        let rendered = rows
            .into_iter()
            .map(move |row| row.render(&items, condstore));
        out.then = Some(Box::new(rendered));
        Ok("Fetch completed".to_owned())
    }

    pub(crate) fn store(&mut self, store: &Store, out: &mut Untagged) -> Result<String, Refusal> {
        self.condstore |= store.unchanged_since.is_some();
        let condstore = self.condstore;
        let mut told = Vec::new();
        let modified = self.on_view(out, |world, account, view| {
            let chosen = writable(view)?.choose(&store.set, store.uid)?;
            let (bell, folder) = opened(world, account, view)?;
            let mut modified = Vec::new();
            for (number, uid) in chosen {
                let Some(message) = folder.get(uid) else {
                    continue;
                };
                if store
                    .unchanged_since
                    .is_some_and(|since| message.modseq > since)
                {
                    modified.push(if store.uid { uid } else { number });
                    continue;
                }
                let mut flags = message.flags.clone();
                match store.mode {
                    StoreMode::Replace => flags = store.flags.clone(),
                    StoreMode::Add => store.flags.iter().for_each(|flag| flags.insert(flag)),
                    StoreMode::Remove => store.flags.iter().for_each(|flag| flags.remove(flag)),
                }
                folder.set_flags(uid, flags);
                // With CONDSTORE even the silent form tells the new MODSEQ.
                if !store.silent || condstore {
                    let mut items = Items(vec![Item::Uid]);
                    if !store.silent {
                        items.add(Item::Flags);
                    }
                    if condstore {
                        items.add(Item::Modseq);
                    }
                    let message = folder.get(uid).cloned();
                    told.extend(message.map(|message| {
                        let row = Row {
                            number,
                            message,
                            show_flags: false,
                            labels: Vec::new(),
                        };
                        row.render(&items, condstore)
                    }));
                }
            }
            view.is_told(folder);
            bell.ring();
            Ok(modified)
        })?;
        out.first.extend(told);
        Ok(match modified.is_empty() {
            true => "Store completed".to_owned(),
            false => format!("[MODIFIED {}] Some had changed", compact(modified)),
        })
    }

    pub(crate) fn search(
        &mut self,
        tag: &str,
        uid: bool,
        search: &Search,
        out: &mut Untagged,
    ) -> Result<String, Refusal> {
        let Search { charset, key, .. } = search;
        if charset
            .as_ref()
            .is_some_and(|charset| charset != "UTF-8" && charset != "US-ASCII")
        {
            return Err(Refusal::no("[BADCHARSET (UTF-8 US-ASCII)] Unknown charset"));
        }
        self.condstore |= key.asks_modseq();
        let (candidates, exists, last_uid) = self.on_view(out, |world, account, view| {
            let (_, folder) = opened(world, account, view)?;
            let candidates: Vec<Candidate> = view
                .rows()
                .filter_map(|(number, uid)| {
                    let message = Arc::clone(folder.get(uid)?);
                    Some(Candidate { number, message })
                })
                .collect();
            Ok((candidates, view.exists(), view.last_uid()))
        })?;
        // Looking through text takes its time: the lock is free by now.
        let mut modseq = 0;
        let numbers: Vec<u32> = search::run(key, &candidates, exists, last_uid)
            .map(|candidate| {
                modseq = modseq.max(candidate.message.modseq);
                match uid {
                    true => candidate.message.uid,
                    false => candidate.number,
                }
            })
            .collect();
        let modseq = (key.asks_modseq() && modseq > 0).then_some(modseq);
        out.push(match &search.returned {
            Some(wanted) => search::extended(tag, uid, wanted, &numbers, modseq),
            None => search::plain(&numbers, modseq),
        });
        Ok("Search completed".to_owned())
    }

    pub(crate) fn copy(
        &mut self,
        uid: bool,
        set: &SequenceSet,
        target: &str,
        moving: bool,
        out: &mut Untagged,
    ) -> Result<String, Refusal> {
        let uidplus = self.offers("UIDPLUS");
        let code = self.on_view(out, |world, account, view| {
            let view = if moving { writable(view)? } else { view };
            let chosen = view.choose(set, uid)?;
            let missing = || Refusal::no("[TRYCREATE] No such mailbox");
            let (_, folder) = opened(world, account, view)?;
            let messages: Vec<Arc<Message>> = chosen
                .iter()
                .filter_map(|(_, uid)| folder.get(*uid).cloned())
                .collect();
            let account = world.account_mut(account).ok_or_else(missing)?;
            let uid_validity = account.folder(target).ok_or_else(missing)?.uid_validity;
            let copies = account.copy(&messages, target).ok_or_else(missing)?;
            let from: Vec<u32> = messages.iter().map(|m| m.uid).collect();
            if moving {
                account.remove_moved(&view.folder, &from, target);
            }
            account.announce();
            Ok((uidplus && !from.is_empty()).then(|| {
                let (from, copies) = (compact(from), compact(copies));
                format!("[COPYUID {uid_validity} {from} {copies}]")
            }))
        })?;
        Ok(match (moving, code) {
            // The client learns of the new UIDs before the old ones vanish
            // (RFC 6851 §4.3).
            (true, Some(code)) => {
                out.push(format_args!("OK {code} Moved"));
                "Move completed".to_owned()
            }
            (false, Some(code)) => format!("{code} Copy completed"),
            (true, None) => "Move completed".to_owned(),
            (false, None) => "Copy completed".to_owned(),
        })
    }

    pub(crate) fn expunge(
        &mut self,
        set: Option<&SequenceSet>,
        out: &mut Untagged,
    ) -> Result<String, Refusal> {
        self.on_view(out, |world, account, view| {
            let chosen = set.map(|set| set.resolve(view.last_uid()));
            let (bell, folder) = opened(world, account, writable(view)?)?;
            folder.remove(|message| {
                message.flags.contains("\\Deleted")
                    && chosen.as_ref().is_none_or(|set| set.contains(message.uid))
            });
            bell.ring();
            Ok("Expunge completed".to_owned())
        })
    }

    /// CLOSE: expunges silently, if the folder was opened for writing.
    pub(crate) fn close(&mut self) -> Result<String, Refusal> {
        if self.view.as_ref().is_some_and(|view| !view.read_only) {
            self.expunge(None, &mut Untagged::default())?;
        }
        self.view = None;
        Ok("Close completed".to_owned())
    }

    pub(crate) fn append(&mut self, append: Append) -> Result<String, Refusal> {
        if append.message.is_empty() || append.message.len() > limits::MESSAGE {
            return Err(Refusal::no("[CANNOT] No message of that size"));
        }
        let account = self.account.as_deref().unwrap_or_default();
        let appended = self
            .shared
            .world()
            .append(
                account,
                &append.mailbox,
                append.message.into(),
                append.flags,
                append.internal_date,
            )
            .ok_or_else(|| Refusal::no("[TRYCREATE] No such mailbox"))?;
        Ok(match self.offers("UIDPLUS") {
            true => format!(
                "[APPENDUID {} {}] Append completed",
                appended.uid_validity, appended.uid
            ),
            false => "Append completed".to_owned(),
        })
    }
}

/// Gmail's labels of each of the chosen messages.
fn labels(world: &World, account: &str, view: &View, chosen: &[(u32, u32)]) -> Vec<Vec<String>> {
    let account = world.account(account);
    let labels = |uid: u32| {
        let account = account?;
        let message = account.folder(&view.folder)?.get(uid)?;
        Some(account.labels(message.mail.id, &view.folder))
    };
    let each = chosen.iter().map(|(_, uid)| labels(*uid));
    each.map(Option::unwrap_or_default).collect()
}

/// The open folder, and the bell of its account.
fn opened<'w>(
    world: &'w mut World,
    account: &str,
    view: &View,
) -> Result<(&'w Bell, &'w mut Folder), Refusal> {
    world
        .account_mut(account)
        .and_then(|account| account.open(&view.folder))
        .ok_or_else(|| Refusal::no("The mailbox is gone"))
}

fn writable(view: &mut View) -> Result<&mut View, Refusal> {
    match view.read_only {
        true => Err(Refusal::no("[READ-ONLY] The mailbox is read-only")),
        false => Ok(view),
    }
}
