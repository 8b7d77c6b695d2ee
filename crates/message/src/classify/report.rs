//! Reports by their MIME parts. Parts of attached mails do not count: they
//! are not parts of the mail itself.

use inboxlink_model::{Class, Evidence};

use super::{Finding, Mail};
use crate::{Attachment, AttachmentKind};

/// A feedback report (RFC 5965), or one of Outlook.com's complaints, which
/// are none: the mail complained of, attached under a fixed subject.
pub(super) fn complaint(mail: &Mail<'_>) -> Finding {
    let parts = &mail.message.attachments;
    let report = |part: &&Attachment| part.content_type == "message/feedback-report";
    if let Some(part) = parts.iter().find(report) {
        let seen = Evidence::new("feedback_report", &part.content_type);
        return Some((Class::Complaint, seen));
    }
    if mail.ses() == Some("complaint") {
        let seen = Evidence::new("ses_notification", "complaint");
        return Some((Class::Complaint, seen));
    }
    let subject = mail.subject();
    let attached = parts
        .iter()
        .any(|part| part.kind == AttachmentKind::Message);
    let complaint = attached && subject.starts_with("complaint about message from");
    complaint.then(|| {
        (
            Class::Complaint,
            Evidence::new("complaint_subject", subject),
        )
    })
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
