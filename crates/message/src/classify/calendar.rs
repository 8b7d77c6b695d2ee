//! Invitations and their answers (RFC 6047).

use inboxlink_model::{Class, Evidence};

use super::{Finding, Mail};
use crate::Message;

/// A mail that is itself a calendar message. A calendar file that somebody
/// attached to their mail makes it none.
pub(super) fn calendar(mail: &Mail<'_>) -> Finding {
    let calendar = mail.message.calendar.as_ref()?;
    let method = calendar.method.as_deref().filter(|_| !calendar.attached)?;
    Some((Class::Calendar, Evidence::new("calendar_method", method)))
}

/// The words that its sender added: engagement, though no plain reply.
pub(super) fn comment(message: &Message) -> Option<Evidence> {
    let comment = message.calendar.as_ref()?.comment.as_deref()?;
    Some(Evidence::new("calendar_comment", comment))
}
