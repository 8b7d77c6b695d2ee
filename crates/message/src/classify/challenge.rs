//! Challenges: a filter asks the sender to prove that they are a person. They
//! answer in the recipient's name and look like `Re:`.

use inboxlink_model::{Class, Evidence};

use super::{Finding, Mail, phrases::CHALLENGE_TEXTS};

/// Two of a challenge's phrases, and a link to follow. Some come in the form of
/// a delivery report, without the recipient that a report must name (RFC 3464
/// §2.3); one that names it is a bounce, whatever it says of filters.
pub(super) fn challenge(mail: &Mail<'_>) -> Finding {
    let report = mail.message.delivery_report.as_ref();
    if report.is_some_and(|report| report.recipient.is_some()) {
        return None;
    }
    if !mail.has_link() {
        return None;
    }
    let text = mail.opening();
    if !text.contains("http") {
        return None;
    }
    let mut found = CHALLENGE_TEXTS
        .iter()
        .filter(|phrase| text.contains(**phrase));
    let (first, second) = (found.next()?, found.next()?);
    let seen = format!("{first}; {second}");
    Some((Class::Challenge, Evidence::new("challenge_phrases", seen)))
}
