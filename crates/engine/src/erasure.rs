//! Erasing mail for good: what is deleted, and what keeps it from coming back.

use std::{collections::BTreeSet, fmt};

use inboxlink_message::Digest;
use inboxlink_model::{Address, ContactId, Identity, InboxId};

/// What to erase. The messages are gone with everything that was made of them;
/// what other mail tells of the same people stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erasure {
    /// Messages to erase.
    pub messages: BTreeSet<Identity>,
    /// `None`: from the whole workspace. Else the mail of this inbox: what
    /// another inbox holds as well is only let go.
    pub inbox: Option<InboxId>,
    /// A contact that goes with its mail.
    pub contact: Option<ContactId>,
    /// Addresses that go with it.
    pub addresses: BTreeSet<Address>,
    /// The key of the workspace's tombstones, where it has none yet: random
    /// bytes. It keeps the one that it has.
    pub key: TombstoneKey,
}

/// The key under which a workspace's tombstones are hashed: without it a
/// tombstone does not tell of which mail it is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct TombstoneKey([u8; 32]);

impl TombstoneKey {
    /// From random bytes.
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// Its bytes, to be stored.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The tombstone of a message: of the whole workspace, or of one inbox.
    /// SHA-256 over key and ids, cut to 128 bits, so that it cannot be extended.
    pub fn tombstone(&self, inbox: Option<InboxId>, message: Identity) -> [u8; 16] {
        let inbox = inbox.map(InboxId::to_bytes);
        Digest::new("tombstone")
            .field(self.0)
            .field(inbox.as_ref().map_or(&[][..], |bytes| &bytes[..]))
            .field(message.to_bytes())
            .finish()
    }
}

impl fmt::Debug for TombstoneKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TombstoneKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tombstones_differ_by_key_inbox_and_message() {
        let (one, other) = (TombstoneKey::new([1; 32]), TombstoneKey::new([2; 32]));
        let all = [
            one.tombstone(None, Identity::from(1)),
            one.tombstone(None, Identity::from(2)),
            one.tombstone(Some(InboxId::from(1)), Identity::from(1)),
            other.tombstone(None, Identity::from(1)),
        ];
        assert_eq!(BTreeSet::from(all).len(), 4);
        assert_eq!(format!("{one:?}"), "TombstoneKey(…)");
    }
}
