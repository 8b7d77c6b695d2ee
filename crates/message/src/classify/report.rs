//! Reports by their MIME parts. Parts of attached mails do not count: they
//! are not parts of the mail itself.

use inboxlink_model::{Class, Evidence};

use super::{Finding, Mail};

/// A feedback report (RFC 5965), or Outlook.com's complaints, which are none:
/// they carry the recipient in a header of their own.
pub(super) fn complaint(mail: &Mail<'_>) -> Finding {
    let mut parts = mail.message.attachments.iter();
    let report = parts.find(|part| part.content_type == "message/feedback-report");
    let seen = match report {
        Some(part) => Evidence::new("feedback_report", &part.content_type),
        None => Evidence::new(
            "feedback_recipient",
            mail.marker("x-hmxmroriginalrecipient")?,
        ),
    };
    Some((Class::Complaint, seen))
}

/// A delivery status notification (RFC 3464).
pub(super) fn delivery(mail: &Mail<'_>) -> Finding {
    let report = mail.message.delivery_report.as_ref()?;
    let facts = [&report.action, &report.status, &report.recipient];
    let facts: Vec<&str> = facts.into_iter().flatten().map(String::as_str).collect();
    Some((
        Class::Bounce,
        Evidence::new("delivery_status", facts.join(" ")),
    ))
}

/// A message disposition notification (RFC 8098); a Sieve `reject` is one too.
pub(super) fn disposition(mail: &Mail<'_>) -> Finding {
    let receipt = mail.message.read_receipt.as_ref()?;
    let disposition = receipt.disposition.as_deref().unwrap_or_default();
    Some((
        Class::ReadReceipt,
        Evidence::new("disposition", disposition),
    ))
}
