//! A condition: a tree of filters, as data.

use std::collections::BTreeSet;

use inboxlink_model::{Class, Direction, InboxId, OwnerId, ThreadId};

use crate::{Hours, Period, SenderRelation};

/// A condition on a mail: an operator over conditions, or a filter.
///
/// It is data: read from JSON, built with [`when`](crate::when), changed by a form. What is
/// wrong with it is said by [`compile`](crate::compile).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The node's id, where the one who made it gave it one. Without one, the
    /// node is called by its place, as a JSON Pointer (RFC 6901).
    pub id: Option<String>,
    /// What it asks.
    pub test: Test,
}

/// What a node asks. The operators are those of JMAP (RFC 8620 §5.5).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Test {
    /// All hold.
    And(Vec<Condition>),
    /// One holds, or more.
    Or(Vec<Condition>),
    /// None holds.
    Not(Vec<Condition>),
    /// The filter holds.
    Filter(Filter),
}

/// A single question. The first six are those of JMAP Mail (RFC 8621 §4.4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Filter {
    /// The author: a word of their name, an address (`ann@example.com`), or a
    /// domain (`@example.com`).
    From(String),
    /// A recipient in To, likewise.
    To(String),
    /// A recipient in Cc, likewise.
    Cc(String),
    /// Words in the subject.
    Subject(String),
    /// Words in what the author wrote here, quotations and signature left out.
    Body(String),
    /// Whether a file is attached.
    HasAttachment(bool),
    /// A header is there, and holds the text where one is given.
    Header {
        /// Its name; case does not matter.
        name: String,
        /// Words in it.
        text: Option<String>,
    },
    /// The kind of mail is one of these.
    Class(BTreeSet<Class>),
    /// The author is one of these to the mail of ours that they answer.
    Sender(BTreeSet<SenderRelation>),
    /// The mail answers one of these mails of ours, named by Message-ID or by
    /// identity (32 hexadecimal digits).
    RepliedTo(Vec<String>),
    /// Whether the mail answers one of ours.
    Reply(bool),
    /// The mail answers one of ours, and is, counted in its thread, the n-th
    /// answer from there.
    NthReply {
        /// At least the how many-th, from 1.
        at_least: u32,
        /// At most the how many-th.
        at_most: Option<u32>,
    },
    /// Our mail has had no answer for so long. Not a question about a mail that
    /// came in, but about one that did not: a timer asks it.
    NotRepliedWithin {
        /// How long.
        period: Period,
        /// The IANA time zone in which days are counted, so that three days
        /// end at the same time of day over a change of the clocks. Without
        /// one, a day has 24 hours.
        time_zone: Option<String>,
    },
    /// Which way the mail went.
    Direction(Direction),
    /// The author's domain is one of these, or below one of these.
    Domain(BTreeSet<String>),
    /// The mail belongs to one of these threads.
    Thread(BTreeSet<ThreadId>),
    /// It came to one of these inboxes.
    Inbox(BTreeSet<InboxId>),
    /// It came to an inbox of one of these team members.
    Owner(BTreeSet<OwnerId>),
    /// The server received it within these hours.
    BusinessHours(Hours),
    /// At least so many of these words or phrases are found.
    KeywordGroup {
        /// The words.
        words: Vec<String>,
        /// Where to look; all places together count.
        within: BTreeSet<Place>,
        /// How many different ones must be found.
        at_least: usize,
    },
}

/// Where keywords are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Place {
    /// The subject.
    Subject,
    /// What the author wrote here.
    Body,
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 2] = [Self::Subject, Self::Body];

    /// The name as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Body => "body",
        }
    }
}

impl Filter {
    /// The filter's name as in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::From(_) => "from",
            Self::To(_) => "to",
            Self::Cc(_) => "cc",
            Self::Subject(_) => "subject",
            Self::Body(_) => "body",
            Self::HasAttachment(_) => "hasAttachment",
            Self::Header { .. } => "header",
            Self::Class(_) => "class",
            Self::Sender(_) => "sender",
            Self::RepliedTo(_) => "repliedTo",
            Self::Reply(_) => "reply",
            Self::NthReply { .. } => "nthReply",
            Self::NotRepliedWithin { .. } => "notRepliedWithin",
            Self::Direction(_) => "direction",
            Self::Domain(_) => "domain",
            Self::Thread(_) => "thread",
            Self::Inbox(_) => "inbox",
            Self::Owner(_) => "owner",
            Self::BusinessHours(_) => "businessHours",
            Self::KeywordGroup { .. } => "keywordGroup",
        }
    }
}

impl From<Test> for Condition {
    fn from(test: Test) -> Self {
        Self { id: None, test }
    }
}

impl From<Filter> for Condition {
    fn from(filter: Filter) -> Self {
        Test::Filter(filter).into()
    }
}

impl Condition {
    /// This, and that too.
    #[must_use]
    pub fn and(self, other: impl Into<Self>) -> Self {
        match self {
            Self {
                id: None,
                test: Test::And(mut all),
            } => {
                all.push(other.into());
                Test::And(all).into()
            }
            first => Test::And(vec![first, other.into()]).into(),
        }
    }

    /// This, or that, or both.
    #[must_use]
    pub fn or(self, other: impl Into<Self>) -> Self {
        match self {
            Self {
                id: None,
                test: Test::Or(mut any),
            } => {
                any.push(other.into());
                Test::Or(any).into()
            }
            first => Test::Or(vec![first, other.into()]).into(),
        }
    }

    /// The same under an id.
    #[must_use]
    pub fn named(self, id: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            ..self
        }
    }
}
