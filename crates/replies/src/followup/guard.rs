//! Who is never answered by a machine (RFC 3834 §2).

use inboxlink_model::{Class, Mailbox};

use crate::followup::Answered;

/// Why a mail is not answered automatically.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoopGuard {
    /// No person wrote it to us.
    #[error("a mail of class {0} is not answered: no person wrote it to us")]
    NotHuman(Class),
    /// It was sent with the null return path: its sender wants no answer.
    #[error("a mail with an empty return path asks for no answer")]
    NullReturnPath,
    /// The answer would go to ourselves.
    #[error("the answer would go to an address of our own")]
    OwnAddress,
    /// The answer would go to an address that nobody reads.
    #[error("the answer would go to an address that takes no answers")]
    NoReplyAddress,
}

/// Local parts behind which nobody reads; also with a tag or suffix after them.
const NOBODY: [&str; 9] = [
    "bounce",
    "bounces",
    "do-not-reply",
    "donotreply",
    "mailer-daemon",
    "no-reply",
    "no_reply",
    "noreply",
    "postmaster",
];

pub(super) fn check(
    answered: &Answered<'_>,
    to: &Mailbox,
    from: &Mailbox,
) -> Result<(), LoopGuard> {
    let message = answered.message;
    if !answered.verdict.human {
        return Err(LoopGuard::NotHuman(answered.verdict.class));
    }
    if message.automation.return_path.as_deref() == Some("") {
        return Err(LoopGuard::NullReturnPath);
    }
    let author = message.author().map(|author| &author.address);
    let ours = [author, Some(&to.address)]
        .into_iter()
        .flatten()
        .any(|address| *address == from.address || answered.own.contains(address));
    if ours {
        return Err(LoopGuard::OwnAddress);
    }
    somebody_reads(to)
}

/// Refuses addresses that nobody reads.
pub(super) fn somebody_reads(to: &Mailbox) -> Result<(), LoopGuard> {
    let local = to.address.local();
    let bare = local.split(['+', '=']).next().unwrap_or(local);
    if NOBODY.contains(&bare) {
        return Err(LoopGuard::NoReplyAddress);
    }
    Ok(())
}
