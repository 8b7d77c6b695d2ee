//! Digests that make ids out of content.

use inboxlink_model::{MessageId, NodeId};
use sha2::{Digest as _, Sha256};

/// A SHA-256 cut to 128 bits over a domain and length-prefixed fields, so
/// that no two different lists of fields run into the same bytes.
#[derive(Clone)]
pub struct Digest(Sha256);

impl Digest {
    /// A digest for one purpose: the same fields under another domain differ.
    pub fn new(domain: &str) -> Self {
        Self(Sha256::new()).field(domain)
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    /// The first 128 bits.
    pub fn finish(self) -> [u8; 16] {
        let full: [u8; 32] = self.0.finalize().into();
        let mut out = [0; 16];
        for (to, from) in out.iter_mut().zip(full) {
            *to = from;
        }
        out
    }
}

/// The node that a Message-ID is in the thread graph. A local part in quotes
/// that needs none is the same as without (RFC 5322 §3.2.4).
pub fn node_of(id: &MessageId) -> NodeId {
    let digest = Digest::new("node");
    let digest = match unquoted(id.as_str()) {
        Some((local, host)) => digest.field(format!("{local}@{host}")),
        None => digest.field(id.as_str()),
    };
    NodeId::from_bytes(digest.finish())
}

/// The parts of `"local"@host` where the local part is a dot-atom.
fn unquoted(id: &str) -> Option<(&str, &str)> {
    let (local, host) = id.strip_prefix('"')?.split_once("\"@")?;
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    (!local.is_empty() && local.chars().all(atom)).then_some((local, host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_without_need_do_not_count() {
        let node = |id| node_of(&MessageId::new(id).unwrap());
        assert_eq!(node("\"a.b\"@example.com"), node("a.b@example.com"));
        assert_ne!(node("\"a,b\"@example.com"), node("a,b@example.com"));
        assert_ne!(node("A@example.com"), node("a@example.com"));
    }

    #[test]
    fn fields_do_not_run_together() {
        let a = Digest::new("d").field("ab").field("c").finish();
        let b = Digest::new("d").field("a").field("bc").finish();
        let c = Digest::new("e").field("ab").field("c").finish();
        assert_ne!(a, b);
        assert_ne!(a, c);
    }
}
