//! A condition: a tree of filters, as data.

use std::collections::BTreeSet;

use inboxlink_model::{Class, Direction};

use crate::SenderRelation;

/// A condition on a mail: an operator over conditions, or a filter.
///
/// It is data: read from JSON, built with [`when`], changed by a form. What is
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
    /// Which way the mail went.
    Direction(Direction),
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
            Self::Direction(_) => "direction",
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

/// Conditions in words.
///
/// ```
/// use inboxlink_replies::when::{body, either, not, reply, subject};
/// let condition = reply()
///     .and(either([subject("price"), body("price")]))
///     .and(not(body("unsubscribe")));
/// let compiled = inboxlink_replies::compile(&condition)?;
/// # Ok::<(), inboxlink_replies::CompileError>(())
/// ```
pub mod when {
    use super::{Class, Condition, Direction, Filter, Place, SenderRelation, Test};

    /// A person answers a mail of ours: see [the crate](crate) for what that
    /// means by default.
    pub fn reply() -> Condition {
        Filter::Reply(true).into()
    }

    /// A person answers this mail of ours, by its Message-ID or identity.
    pub fn replied_to(id: impl ToString) -> Condition {
        Filter::RepliedTo(vec![id.to_string()]).into()
    }

    /// The author's name, address or `@domain`.
    pub fn from(text: impl Into<String>) -> Condition {
        Filter::From(text.into()).into()
    }

    /// A recipient's name, address or `@domain`.
    pub fn to(text: impl Into<String>) -> Condition {
        Filter::To(text.into()).into()
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
        let words = words.into_iter().map(Into::into).collect();
        let within = Place::ALL.into();
        let at_least = 1;
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
}
