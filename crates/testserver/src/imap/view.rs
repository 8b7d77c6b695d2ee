//! What a session believes of its open folder, and what it must be told.

use super::parse::SequenceSet;
use super::response::{Refusal, Response};
use crate::model::{Folder, compact};

/// Which notices a client understands.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Knows {
    pub(crate) condstore: bool,
    pub(crate) qresync: bool,
    /// Whether VANISHED goes out malformed.
    pub(crate) empty_vanished: bool,
}

/// An open folder as the client knows it: its messages' numbers change only
/// by the responses it was sent.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) folder: String,
    pub(crate) read_only: bool,
    pub(crate) uid_validity: u32,
    /// UIDs in the order of message numbers.
    uids: Vec<u32>,
    uid_next: u32,
    modseq: u64,
    /// Whether messages are gone of which the client wasn't told yet.
    expunges_due: bool,
}

impl View {
    /// Opens a folder; of more than `newest` messages only those are seen.
    pub(crate) fn open(
        name: &str,
        folder: &Folder,
        read_only: bool,
        newest: Option<usize>,
    ) -> Self {
        let messages = folder.messages();
        let hidden = newest.map_or(0, |newest| messages.len().saturating_sub(newest));
        Self {
            folder: name.to_owned(),
            read_only,
            uid_validity: folder.uid_validity,
            uids: messages.iter().skip(hidden).map(|m| m.uid).collect(),
            uid_next: folder.uid_next,
            modseq: folder.highest_modseq,
            expunges_due: false,
        }
    }

    pub(crate) fn exists(&self) -> u32 {
        u32::try_from(self.uids.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn last_uid(&self) -> u32 {
        self.uids.last().copied().unwrap_or_default()
    }

    /// Message numbers and UIDs, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (u32, u32)> {
        (1..).zip(self.uids.iter().copied())
    }

    /// The messages that a command names. UIDs that aren't there are passed
    /// over; message numbers that aren't are an error (RFC 3501 §6.4.8, §9).
    pub(crate) fn choose(&self, set: &SequenceSet, uid: bool) -> Result<Vec<(u32, u32)>, Refusal> {
        let last = if uid { self.last_uid() } else { self.exists() };
        let chosen = set.resolve(last);
        if !uid && chosen.max() > self.exists() {
            return Err(Refusal::bad("No message of that number"));
        }
        Ok(self
            .rows()
            .filter(|row| chosen.contains(if uid { row.1 } else { row.0 }))
            .collect())
    }

    /// What has changed since the client was last told. Without `expunge` the
    /// message numbers stay as they are (RFC 3501 §7.4.1).
    pub(crate) fn catch_up(
        &mut self,
        folder: &Folder,
        expunge: bool,
        knows: Knows,
    ) -> Vec<Response> {
        let mut told = Vec::new();
        if folder.highest_modseq == self.modseq && !(expunge && self.expunges_due) {
            return told;
        }
        let gone: Vec<(u32, u32)> = self
            .rows()
            .filter(|(_, uid)| folder.get(*uid).is_none())
            .collect();
        self.expunges_due = !expunge && !gone.is_empty();
        if expunge && !gone.is_empty() {
            if knows.qresync {
                told.push(vanished("", gone.iter().map(|row| row.1), knows));
            } else {
                // From the end, so that the numbers before stay right.
                let expunges = gone.iter().rev().map(|(n, _)| format!("{n} EXPUNGE"));
                told.extend(expunges.map(Response::untagged));
            }
            self.uids.retain(|uid| folder.get(*uid).is_some());
        }
        let known = folder.messages().partition_point(|m| m.uid < self.uid_next);
        let (old, new) = folder
            .messages()
            .split_at_checked(known)
            .unwrap_or_default();
        if !new.is_empty() {
            self.uids.extend(new.iter().map(|m| m.uid));
            told.push(Response::untagged(format!("{} EXISTS", self.exists())));
            told.push(Response::untagged("0 RECENT"));
        }
        for message in old.iter().filter(|m| m.modseq > self.modseq) {
            let Ok(at) = self.uids.binary_search(&message.uid) else {
                continue;
            };
            let modseq = match knows.condstore {
                true => format!(" MODSEQ ({})", message.modseq),
                false => String::new(),
            };
            told.push(Response::untagged(format!(
                "{} FETCH (UID {} FLAGS {}{modseq})",
                at + 1,
                message.uid,
                message.flags.list()
            )));
        }
        self.uid_next = folder.uid_next;
        self.modseq = folder.highest_modseq;
        told
    }

    /// Notes that the client learns of the newest changes by a response of
    /// its own. To be called right after [`View::catch_up`] and a change.
    pub(crate) fn is_told(&mut self, folder: &Folder) {
        self.modseq = folder.highest_modseq;
    }
}

/// `VANISHED 3:5,9` (RFC 7162 §3.2.10).
pub(crate) fn vanished(
    earlier: &str,
    uids: impl IntoIterator<Item = u32>,
    knows: Knows,
) -> Response {
    let uids = match knows.empty_vanished {
        true => String::new(),
        false => compact(uids),
    };
    Response::untagged(format_args!("VANISHED {earlier}{uids}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Flags, Mail};

    fn folder(count: usize) -> Folder {
        let mut folder = Folder::new(1, None);
        for _ in 0..count {
            folder.add(mail(), Flags::default(), 0);
        }
        folder
    }

    fn mail() -> Mail {
        Mail {
            id: 1,
            thread: 1,
            raw: b"x".as_slice().into(),
        }
    }

    fn lines(told: Vec<Response>) -> Vec<String> {
        told.iter()
            .map(|r| String::from_utf8_lossy(r.bytes()).trim_end().to_owned())
            .collect()
    }

    #[test]
    fn numbers_stay_until_the_client_is_told() {
        let mut folder = folder(4);
        let mut view = View::open("INBOX", &folder, false, None);
        folder.remove(|m| m.uid == 2 || m.uid == 3);
        folder.add(mail(), Flags::default(), 0);
        folder.set_flags(4, Flags::new(["\\Seen"]));
        assert_eq!(
            lines(view.catch_up(&folder, false, Knows::default())),
            [
                "* 5 EXISTS",
                "* 0 RECENT",
                "* 4 FETCH (UID 4 FLAGS (\\Seen))"
            ]
        );
        assert_eq!(view.exists(), 5);
        assert_eq!(
            lines(view.catch_up(&folder, true, Knows::default())),
            ["* 3 EXPUNGE", "* 2 EXPUNGE"]
        );
        assert_eq!(view.rows().collect::<Vec<_>>(), [(1, 1), (2, 4), (3, 5)]);
        assert!(view.catch_up(&folder, true, Knows::default()).is_empty());
        folder.remove(|m| m.uid > 1);
        let knows = Knows {
            qresync: true,
            ..Knows::default()
        };
        assert_eq!(
            lines(view.catch_up(&folder, true, knows)),
            ["* VANISHED 4:5"]
        );
    }
}
