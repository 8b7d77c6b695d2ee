//! The Message-ID of a follow-up, the same after a crash.

use inboxlink_message::Digest;
use inboxlink_model::{Identity, MessageId, RuleId, WorkspaceId};

use crate::{firing_key, followup::PrepareError};

/// The Message-ID of the follow-up that a rule sends to a reply.
///
/// It depends on nothing else than its arguments, so that a follow-up made
/// again after a crash, or by another worker, is the same mail, and can be
/// looked for in the Sent folder. `domain` is the sender's.
///
/// # Errors
/// [`PrepareError::Unsendable`] where `domain` is no domain name.
pub fn message_id_for(
    workspace: WorkspaceId,
    rule: RuleId,
    reply: Identity,
    domain: &str,
) -> Result<MessageId, PrepareError> {
    let unsendable = || PrepareError::Unsendable(domain.to_owned());
    let domain = ascii_domain(domain).ok_or_else(unsendable)?;
    let digest = Digest::new("follow-up")
        .field(firing_key(workspace, rule, reply))
        .finish();
    let left = u128::from_be_bytes(digest);
    MessageId::new(&format!("{left:032x}@{domain}")).ok_or_else(unsendable)
}

/// A domain name as it stands in headers and commands: letters, digits and
/// hyphens, internationalised labels as `xn--`.
pub(super) fn ascii_domain(domain: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii(domain).ok()?;
    let label = |label: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
        (1..=63).contains(&label.len()) && label.bytes().all(fits)
    };
    (ascii.len() <= 253 && ascii.split('.').all(label)).then_some(ascii)
}
