//! Bounces that are no delivery status notification: what servers wrote
//! before RFC 3464, and still write.

use inboxlink_model::{Class, Evidence};

use super::{
    Finding, Mail, notification,
    phrases::{BOUNCE_SUBJECTS, BOUNCE_TEXTS, UNDELIVERED, contained},
};

/// Addresses that only servers write from.
const DAEMONS: [&str; 6] = [
    "mailer-daemon",
    "mailer_daemon",
    "maildaemon",
    "mail-daemon",
    "mail.delivery.system",
    "mdaemon",
];

/// Addresses that servers share with the people who look after them.
const POSTMASTERS: [&str; 6] = [
    "postmaster",
    "post_master",
    "\"system administrator\"",
    "ndr",
    "bounce",
    "bounces",
];

/// Names under which servers write.
const NAMES: [&str; 6] = [
    "mail delivery system",
    "mail delivery subsystem",
    "mail delivery service",
    "delivery subsystem",
    "mailer-daemon",
    "mailer daemon",
];

/// The longest way from a text's beginning to what makes it a bounce's, where
/// nothing but the text does.
const MAX_START_CHARS: usize = 200;

/// X-Failed-Recipients; a daemon's address; or a postmaster, the null path or
/// a bounce's subject, any two of these or one with a bounce's phrase.
pub(super) fn bounce(mail: &Mail<'_>) -> Finding {
    let automation = &mail.message.automation;
    let seen = if let Some(recipients) = &automation.failed_recipients {
        Evidence::new("failed_recipients", recipients)
    } else if let Some(daemon) = daemon(mail) {
        Evidence::new("daemon_address", daemon)
    } else if mail.ses() == Some("bounce") {
        Evidence::new("ses_notification", "bounce")
    } else {
        by_phrases(mail).or_else(|| by_opening(mail))?
    };
    Some((Class::Bounce, seen))
}

fn daemon<'a>(mail: &Mail<'a>) -> Option<&'a str> {
    let author = mail.message.author();
    if let Some(author) = author {
        let local = author.address.local();
        let name = author.name.to_lowercase();
        let known = DAEMONS.contains(&local) || NAMES.contains(&name.as_str());
        return known.then_some(author.address.as_str());
    }
    // `From: MAILER-DAEMON` and `From: Mail Delivery System <>` hold no address.
    let mut markers = mail.message.automation.markers.iter();
    let (_, from) = markers.find(|(name, _)| name == "from")?;
    let lower = from.to_lowercase();
    let known = NAMES
        .iter()
        .chain(&DAEMONS)
        .any(|name| lower.contains(name));
    known.then_some(from.as_str())
}

fn by_phrases(mail: &Mail<'_>) -> Option<Evidence> {
    let subject = mail.subject();
    let starts = |start: &&&str| subject.starts_with(**start);
    let subject = BOUNCE_SUBJECTS.iter().find(starts).copied();
    let local = mail.local_part();
    // Without an author at all, nobody signs for it.
    let postmaster = POSTMASTERS.contains(&local) || mail.message.author().is_none();
    // An address that nobody reads sends nobody's mail back but a server's.
    let returns = || mail.returns_a_mail() && notification::is_no_reply(local);
    let sender = postmaster || mail.null_path() || returns();
    if !sender && subject.is_none() {
        return None;
    }
    let phrase = contained(mail.opening(), &BOUNCE_TEXTS);
    match (sender, subject, phrase) {
        (_, Some(subject), Some(_)) | (true, Some(subject), None) => {
            Some(Evidence::new("bounce_subject", subject))
        }
        (true, None, Some(phrase)) => Some(Evidence::new("bounce_phrase", phrase)),
        _ => None,
    }
}

/// A mail that begins by saying that a message did not reach an address, from
/// an address without a name, in answer to nothing. People who say so write
/// under their names, or answer.
fn by_opening(mail: &Mail<'_>) -> Option<Evidence> {
    let nameless = mail.message.author().is_some_and(|a| a.name.is_empty());
    if !nameless || mail.is_reply() {
        return None;
    }
    let opening = mail.opening();
    UNDELIVERED.iter().copied().find_map(|phrase| {
        let at = opening.find(phrase).filter(|at| *at <= MAX_START_CHARS)?;
        let next = opening
            .get(at + phrase.len()..)?
            .split_whitespace()
            .next()?;
        let address = next.trim_matches(|c: char| !c.is_alphanumeric());
        address
            .contains('@')
            .then(|| Evidence::new("bounce_opening", phrase))
    })
}
