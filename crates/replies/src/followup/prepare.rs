//! From a template and the mail that is answered to a mail that can be sent.

use inboxlink_message::Message;
use inboxlink_model::{Address, Mailbox, MessageId, OwnAddresses, Timestamp, Verdict};
use serde::{Deserialize, Serialize};

use crate::{
    followup::{
        FollowUpTemplate, LoopGuard, TemplateError, compose, guard,
        key::ascii_domain,
        subject,
        template::{Escape, Values},
    },
    limits::{MAX_FOLLOW_UP_BYTES, MAX_WRITTEN_REFERENCES},
};

/// The mail that a follow-up answers, and what is known about it.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    /// The mail.
    pub message: &'a Message,
    /// What kind of mail it is: only a person's is answered.
    pub verdict: &'a Verdict,
    /// Whose mail is the team's own: none of these is answered.
    pub own: &'a OwnAddresses,
}

/// A mail as it goes out. Store it before it is sent: another call would make
/// the same headers, but only what was stored can be looked for later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreparedMail {
    /// Its Message-ID, as in its header.
    pub message_id: MessageId,
    /// The envelope's sender (RFC 5321 §4.1.1.2).
    pub from: Address,
    /// The envelope's one recipient.
    pub to: Address,
    /// Header and body: ASCII, lines of at most 998 bytes that end in CRLF. A
    /// text in JSON.
    #[serde(with = "ascii")]
    pub bytes: Vec<u8>,
}

/// The bytes of a mail as a JSON string: they are ASCII, and can be read there.
mod ascii {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&String::from_utf8_lossy(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        String::deserialize(from).map(String::into_bytes)
    }
}

/// Why no follow-up was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// Answering could start a loop, or reach a machine.
    #[error(transparent)]
    Loop(#[from] LoopGuard),
    /// The template cannot be used.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The mail has no author to answer.
    #[error("the mail names no sender, so there is nobody to answer")]
    NoRecipient,
    /// The mail has no Message-ID that a reply could name.
    #[error("the mail has no Message-ID, so an answer would not join its thread")]
    NoMessageId,
    /// An address or Message-ID that can be sent only by extensions that few
    /// servers have (RFC 6531), or by none.
    #[error("{0} cannot stand in an e-mail header; only plain ASCII names can")]
    Unsendable(String),
    /// The text is too long.
    #[error("the follow-up has more than {MAX_FOLLOW_UP_BYTES} bytes")]
    TooLong,
}

/// Makes the follow-up to a mail: plain text, HTML beside it where the template
/// has some, threaded by In-Reply-To and
/// References (RFC 5322 §3.6.4), marked as automatic (RFC 3834 §5).
///
/// `message_id` is best made by [`message_id_for`](super::message_id_for);
/// `date` goes into the Date header, in whole seconds. The same arguments make
/// the same bytes. Whatever the mail and the template hold, it adds no header
/// and no recipient.
///
/// # Errors
/// [`PrepareError`]: the mail must not be answered, or cannot be.
pub fn prepare(
    template: &FollowUpTemplate,
    answered: &Answered<'_>,
    from: &Mailbox,
    message_id: MessageId,
    date: Timestamp,
) -> Result<PreparedMail, PrepareError> {
    let message = answered.message;
    let to = message.reply_to.first().or_else(|| message.author());
    let to = to.ok_or(PrepareError::NoRecipient)?;
    guard::check(answered, to, from)?;
    let addressee = message.author().unwrap_or(to);
    Draft {
        message,
        addressee,
        to,
        from,
        why: "auto-replied",
    }
    .write(template, message_id, date)
}

/// Makes the follow-up to a mail of ours that had no answer: to the first of
/// those it was sent to who is none of us, below that mail in its thread,
/// marked as sent by a machine (RFC 3834 §5). Otherwise as [`prepare`].
///
/// # Errors
/// [`PrepareError`]: there is nobody to remind, or they cannot be.
pub fn prepare_reminder(
    template: &FollowUpTemplate,
    reminded: &Message,
    own: &OwnAddresses,
    from: &Mailbox,
    message_id: MessageId,
    date: Timestamp,
) -> Result<PreparedMail, PrepareError> {
    let to = reminded_of(reminded, own).ok_or(PrepareError::NoRecipient)?;
    guard::somebody_reads(to)?;
    Draft {
        message: reminded,
        addressee: to,
        to,
        from,
        why: "auto-generated",
    }
    .write(template, message_id, date)
}

/// Whom a reminder of a mail of ours would go to.
pub fn reminded_of<'a>(message: &'a Message, own: &OwnAddresses) -> Option<&'a Mailbox> {
    let mut to = message.to.iter().chain(&message.cc).chain(&message.bcc);
    to.find(|to| !own.contains(&to.address))
}

/// A follow-up before its template is filled in.
struct Draft<'a> {
    /// The mail below which it stands.
    message: &'a Message,
    /// Whom it speaks to.
    addressee: &'a Mailbox,
    to: &'a Mailbox,
    from: &'a Mailbox,
    /// Why a machine sends it.
    why: &'static str,
}

impl Draft<'_> {
    fn write(
        &self,
        template: &FollowUpTemplate,
        message_id: MessageId,
        date: Timestamp,
    ) -> Result<PreparedMail, PrepareError> {
        let message = self.message;
        let (from, to) = (sendable(self.from)?, sendable(self.to)?);
        if !writable(&message_id) {
            return Err(PrepareError::Unsendable(message_id.to_string()));
        }
        let parent = message.message_id.as_ref().filter(|id| writable(id));
        let parent = parent.ok_or(PrepareError::NoMessageId)?;

        let thread_subject = subject::of_reply(&message.subject);
        let values = Values::new(self.addressee, &from, &thread_subject);
        let text = values.fill(&template.text, Escape::None)?;
        let html = template.html.as_deref();
        let html = html
            .map(|html| values.fill(html, Escape::Html))
            .transpose()?;
        let unsubscribe = values.unsubscribe(template)?;
        let subject = match &template.subject {
            Some(subject) => values.fill(subject, Escape::None)?,
            None => thread_subject,
        };
        let html_length = html.as_ref().map_or(0, String::len);
        if text.len() + html_length + subject.len() > MAX_FOLLOW_UP_BYTES {
            return Err(PrepareError::TooLong);
        }
        let bytes = compose::bytes(&compose::Parts {
            from: &from,
            to: &to,
            message_id: &message_id,
            date,
            parent,
            references: &references(message, parent),
            subject: &subject,
            text: &text,
            html: html.as_deref(),
            unsubscribe: unsubscribe.as_deref(),
            why: self.why,
        });
        Ok(PreparedMail {
            message_id,
            from: from.address,
            to: to.address,
            bytes,
        })
    }
}

/// The References of the answer (RFC 5322 §3.6.4): the parent's, else its
/// In-Reply-To if that is one id, and then the parent. Of many, the first,
/// which names the thread, and the last.
fn references<'a>(message: &'a Message, parent: &'a MessageId) -> Vec<&'a MessageId> {
    let chain = match (
        message.references.as_slice(),
        message.in_reply_to.as_slice(),
    ) {
        ([], [one]) => std::slice::from_ref(one),
        (references, _) => references,
    };
    let mut ids: Vec<_> = chain
        .iter()
        .filter(|id| writable(id) && *id != parent)
        .chain([parent])
        .collect();
    let excess = ids.len().saturating_sub(MAX_WRITTEN_REFERENCES);
    if excess > 0 {
        ids.drain(1..=excess);
    }
    ids
}

/// Whether an id can be written as it is: others have ids with angle brackets
/// or letters beyond ASCII, and folding at 998 bytes leaves room for a name.
fn writable(id: &MessageId) -> bool {
    let id = id.as_str();
    id.len() <= 900
        && id
            .bytes()
            .all(|b| b.is_ascii_graphic() && !b"<>".contains(&b))
}

/// A mailbox with its address as every server takes it: a dot-atom in ASCII
/// (RFC 5321 §4.1.2), the domain in its ASCII form.
fn sendable(mailbox: &Mailbox) -> Result<Mailbox, PrepareError> {
    let unsendable = || PrepareError::Unsendable(mailbox.address.to_string());
    let written = mailbox.to_send();
    let (local, domain) = written.rsplit_once('@').ok_or_else(unsendable)?;
    let atom = |atom: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
        !atom.is_empty() && atom.bytes().all(fits)
    };
    if local.len() > 64 || !local.split('.').all(atom) {
        return Err(unsendable());
    }
    let domain = ascii_domain(domain).ok_or_else(unsendable)?;
    Mailbox::new(&*mailbox.name, &format!("{local}@{domain}")).map_err(|_| unsendable())
}
