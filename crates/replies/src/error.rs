//! What is wrong with a condition, and where.

use crate::followup::TemplateError;
use crate::limits::{MAX_ATOMS, MAX_DEPTH, MAX_NODE_ID_BYTES, MAX_NODES, MAX_TEXT_BYTES};

/// A condition that cannot be used, with the node that is to blame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {problem}", place(at))]
pub struct CompileError {
    /// The node's place, as a JSON Pointer (RFC 6901); empty for the root.
    pub at: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The text is no JSON.
    #[error("this is not JSON ({0})")]
    NotJson(String),
    /// A field of that name is not known.
    #[error("unknown field `{field}`; known are {known}")]
    UnknownField {
        /// The field.
        field: String,
        /// Those that may stand there.
        known: String,
    },
    /// Another type of value was expected.
    #[error("`{field}` must be {expected}")]
    WrongType {
        /// The field, or `condition` for a whole node.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// A value is none of the choices.
    #[error("`{field}` cannot be `{value}`; it is {known}")]
    UnknownValue {
        /// The field.
        field: &'static str,
        /// The value.
        value: String,
        /// The choices.
        known: String,
    },
    /// A field is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// Nothing stands in a text or list.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// A version of the format that is not known.
    #[error("version {0} of the format is not known; this is version 1")]
    Version(String),
    /// An operator and a filter stand in one node.
    #[error("an operator and the filter `{0}` cannot stand in one node")]
    Mixed(String),
    /// Nodes are nested too deep.
    #[error("conditions are nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// Too many nodes.
    #[error("the tree has more than {MAX_NODES} nodes")]
    TooManyNodes,
    /// Too many texts and values.
    #[error("the tree has more than {MAX_ATOMS} texts and values")]
    TooManyAtoms,
    /// A text is too long.
    #[error("`{0}` has more than {MAX_TEXT_BYTES} bytes")]
    TextTooLong(&'static str),
    /// More words are asked for than there are.
    #[error("`atLeast` must be from 1 to the number of words")]
    AtLeast,
    /// No count of answers.
    #[error("`nthReply` counts from 1, and `atMost` is not less than `atLeast`")]
    NthReply,
    /// Not an id.
    #[error("`{0}` must be an id or a list of ids: whole numbers, UUIDs or 32 hexadecimal digits")]
    Id(&'static str),
    /// A value that its own reader refuses.
    #[error("`{field}` cannot be used: {reason}")]
    Unusable {
        /// The field.
        field: &'static str,
        /// Why, in one sentence.
        reason: String,
    },
    /// A time zone that is not known.
    #[error("there is no time zone `{0}`; write one such as Europe/Berlin")]
    TimeZone(String),
    /// Not a domain.
    #[error("`{0}` is no domain; write one such as example.com")]
    Domain(String),
    /// Silence where it would hold for every mail.
    #[error("`notRepliedWithin` cannot stand under NOT: it would hold for every mail")]
    SilenceUnderNot,
    /// A node's id is too long, or begins with a slash as places do.
    #[error("an id has from 1 to {MAX_NODE_ID_BYTES} bytes and does not begin with `/`")]
    NodeId,
    /// Two nodes, or two rules, have one id.
    #[error("the id `{0}` is used twice")]
    DuplicateId(String),
    /// A follow-up that cannot be sent.
    #[error(transparent)]
    FollowUp(#[from] TemplateError),
    /// Not the id of a rule.
    #[error("`id` must be a whole number, a UUID or 32 hexadecimal digits")]
    RuleId,
}

/// A place in words, for one sentence.
fn place(at: &str) -> String {
    if at.is_empty() {
        "at the top".to_owned()
    } else {
        format!("at {at}")
    }
}

impl CompileError {
    pub(crate) fn new(at: impl Into<String>, problem: Problem) -> Self {
        Self {
            at: at.into(),
            problem,
        }
    }
}

/// The beginning of what somebody typed, for a message.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        shown.push('…');
    }
    shown
}
