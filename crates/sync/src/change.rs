//! What changed in a folder besides new mail.

use inboxlink_model::{Identity, Timestamp};

use crate::UidSet;

/// A mail's flags as the server has them now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagChange {
    /// The mail's UID.
    pub uid: u32,
    /// All of its flags as the server spells them, `\Recent` left out.
    pub flags: Vec<String>,
}

/// A mail that is known by what the server says of it, its body not fetched
/// again: found under a new UID after its folder was renumbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCopy {
    /// Its UID now.
    pub uid: u32,
    /// The message that it is.
    pub message: Identity,
    /// INTERNALDATE.
    pub internal_date: Option<Timestamp>,
    /// RFC822.SIZE in bytes.
    pub size: u64,
    /// Its flags.
    pub flags: Vec<String>,
    /// The server's own id of the message.
    pub provider_id: Option<String>,
}

/// What the server tells, unasked, of an open folder (RFC 9051 §7.5): in the
/// order in which it was told, since each removal renumbers what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// EXPUNGE: the mail with this sequence number is gone.
    Expunged(u32),
    /// VANISHED: the mails with these UIDs are gone (RFC 7162 §3.2.10).
    Vanished(UidSet),
    /// FETCH with FLAGS: by UID where the server gives it, else by sequence
    /// number.
    Flags {
        /// The sequence number.
        number: u32,
        /// The UID, where told.
        uid: Option<u32>,
        /// The flags.
        flags: Vec<String>,
    },
}

/// What notices come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Noticed {
    /// UIDs that are gone.
    pub vanished: UidSet,
    /// Flags as they are now, each UID once.
    pub flags: Vec<FlagChange>,
}

impl Noticed {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.vanished.is_empty() && self.flags.is_empty()
    }
}

/// Reads notices against the UIDs of the open folder, which sequence numbers
/// count; what is gone is taken out of `uids`. A number beyond them belongs
/// to mail that has not been fetched yet, and tells nothing of what has.
///
/// ```
/// use inboxlink_sync::{Notice, UidSet, read_notices};
/// let mut uids: UidSet = "3,5,9".parse().unwrap();
/// let seen = vec!["\\Seen".to_owned()];
/// let told = [
///     Notice::Expunged(2),
///     Notice::Flags { number: 2, uid: None, flags: seen },
/// ];
/// let noticed = read_notices(told, &mut uids);
/// assert_eq!(noticed.vanished.to_string(), "5");
/// assert_eq!(noticed.flags[0].uid, 9);
/// assert_eq!(uids.to_string(), "3,9");
/// ```
pub fn read_notices(notices: impl IntoIterator<Item = Notice>, uids: &mut UidSet) -> Noticed {
    let mut vanished = UidSet::new();
    let mut flags: std::collections::BTreeMap<u32, Vec<String>> = Default::default();
    for notice in notices {
        match notice {
            Notice::Expunged(number) => {
                if let Some(uid) = uids.nth(number) {
                    uids.remove(uid);
                    vanished.insert(uid);
                }
            }
            Notice::Vanished(gone) => {
                vanished = vanished.union(&uids.intersection(&gone));
                *uids = uids.difference(&gone);
            }
            Notice::Flags {
                number,
                uid,
                flags: now,
            } => {
                let uid = uid.filter(|uid| uids.contains(*uid));
                if let Some(uid) = uid.or_else(|| uids.nth(number)) {
                    flags.insert(uid, now);
                }
            }
        }
    }
    let flags = flags
        .into_iter()
        .filter(|(uid, _)| !vanished.contains(*uid))
        .map(|(uid, flags)| FlagChange { uid, flags })
        .collect();
    Noticed { vanished, flags }
}
