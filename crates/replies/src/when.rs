//! Conditions in words.
//!
//! ```
//! use inboxlink_replies::{Hours, when::{
//!     body, either, from_domain, no_reply_within, not, reply, subject, received_within,
//! }};
//!
//! let interested = reply()
//!     .and(either([subject("price"), body("price")]))
//!     .and(not(body("unsubscribe")))
//!     .and(received_within(Hours::office("Europe/Berlin")?));
//! let silent = no_reply_within("P3D".parse()?).and(not(from_domain("example.org")));
//! inboxlink_replies::compile(&interested)?;
//! inboxlink_replies::compile(&silent)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use inboxlink_model::{Class, Direction, InboxId, OwnerId, ThreadId};

use crate::{Condition, Filter, Hours, Period, Place, SenderRelation, Test};

/// A person answers a mail of ours: see [the crate](crate) for what that
/// means by default.
pub fn reply() -> Condition {
    Filter::Reply(true).into()
}

/// A person answers this mail of ours, by its Message-ID or identity.
pub fn replied_to(id: impl ToString) -> Condition {
    Filter::RepliedTo(vec![id.to_string()]).into()
}

/// A person answers, and it is the first answer in its thread.
pub fn first_reply() -> Condition {
    nth_reply(1)
}

/// A person answers, and it is the n-th answer in its thread, counted from 1.
pub fn nth_reply(n: u32) -> Condition {
    let (at_least, at_most) = (n, Some(n));
    Filter::NthReply { at_least, at_most }.into()
}

/// A mail of ours has had no answer for so long, days of 24 hours.
pub fn no_reply_within(period: Period) -> Condition {
    let time_zone = None;
    Filter::NotRepliedWithin { period, time_zone }.into()
}

/// Likewise, with the days of a time zone: `Europe/Berlin`.
pub fn no_reply_within_days_of(time_zone: impl Into<String>, period: Period) -> Condition {
    let time_zone = Some(time_zone.into());
    Filter::NotRepliedWithin { period, time_zone }.into()
}

/// The author's name, address or `@domain`.
pub fn from(text: impl Into<String>) -> Condition {
    Filter::From(text.into()).into()
}

/// The author's address lies at this domain, or at one below it.
pub fn from_domain(domain: impl Into<String>) -> Condition {
    Filter::Domain([domain.into()].into()).into()
}

/// A recipient's name, address or `@domain`.
pub fn to(text: impl Into<String>) -> Condition {
    Filter::To(text.into()).into()
}

/// Likewise of a recipient in Cc.
pub fn cc(text: impl Into<String>) -> Condition {
    Filter::Cc(text.into()).into()
}

/// Words in the subject.
pub fn subject(text: impl Into<String>) -> Condition {
    Filter::Subject(text.into()).into()
}

/// Words in what the author wrote here.
pub fn body(text: impl Into<String>) -> Condition {
    Filter::Body(text.into()).into()
}

/// Any of these words in subject or body.
pub fn mentions<W: Into<String>>(words: impl IntoIterator<Item = W>) -> Condition {
    mentions_at_least(1, words)
}

/// So many of these words, different ones, in subject and body together.
pub fn mentions_at_least<W: Into<String>>(
    at_least: usize,
    words: impl IntoIterator<Item = W>,
) -> Condition {
    let words = words.into_iter().map(Into::into).collect();
    let within = Place::ALL.into();
    Filter::KeywordGroup {
        words,
        within,
        at_least,
    }
    .into()
}

/// A file is attached.
pub fn has_attachment() -> Condition {
    Filter::HasAttachment(true).into()
}

/// The header is there, and holds the words where some are given.
pub fn header(name: impl Into<String>, words: Option<&str>) -> Condition {
    let (name, text) = (name.into(), words.map(str::to_owned));
    Filter::Header { name, text }.into()
}

/// The mail is of this kind.
pub fn class(class: Class) -> Condition {
    Filter::Class([class].into()).into()
}

/// The author is this to the mail of ours that they answer.
pub fn sender(relation: SenderRelation) -> Condition {
    Filter::Sender([relation].into()).into()
}

/// The mail went this way.
pub fn direction(direction: Direction) -> Condition {
    Filter::Direction(direction).into()
}

/// The mail belongs to this thread.
pub fn in_thread(thread: ThreadId) -> Condition {
    Filter::Thread([thread].into()).into()
}

/// The mail came to this inbox.
pub fn in_inbox(inbox: InboxId) -> Condition {
    Filter::Inbox([inbox].into()).into()
}

/// The mail came to an inbox of this team member.
pub fn owned_by(owner: OwnerId) -> Condition {
    Filter::Owner([owner].into()).into()
}

/// The server received the mail within these hours.
pub fn received_within(hours: Hours) -> Condition {
    Filter::BusinessHours(hours).into()
}

/// All of these hold.
pub fn all(conditions: impl IntoIterator<Item = Condition>) -> Condition {
    Test::And(conditions.into_iter().collect()).into()
}

/// One of these holds, or more.
pub fn either(conditions: impl IntoIterator<Item = Condition>) -> Condition {
    Test::Or(conditions.into_iter().collect()).into()
}

/// This does not hold.
pub fn not(condition: impl Into<Condition>) -> Condition {
    Test::Not(vec![condition.into()]).into()
}
