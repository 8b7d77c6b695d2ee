//! Responses, ready to be sent.

use std::fmt::Display;

/// One response: a line, with its literals and its line end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response(Vec<u8>);

impl Response {
    /// `* text`
    pub(crate) fn untagged(text: impl Display) -> Self {
        Self(format!("* {text}\r\n").into_bytes())
    }

    /// `+ text`: the client may go on.
    pub(crate) fn go_on(text: &str) -> Self {
        Self(format!("+ {text}\r\n").into_bytes())
    }

    /// `tag text`
    pub(crate) fn tagged(tag: &str, text: impl Display) -> Self {
        Self(format!("{tag} {text}\r\n").into_bytes())
    }

    /// A whole line of bytes, `*` and line end included.
    pub(crate) fn raw(line: Vec<u8>) -> Self {
        Self(line)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Why a command isn't done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It was understood.
    No(String),
    /// It wasn't.
    Bad(String),
}

impl Refusal {
    pub(crate) fn no(text: impl Into<String>) -> Self {
        Self::No(text.into())
    }

    /// From `NO text` or `BAD text`; anything else is a NO.
    pub(crate) fn spelt(answer: &str) -> Self {
        match answer.strip_prefix("BAD ") {
            Some(text) => Self::bad(text),
            None => Self::no(answer.strip_prefix("NO ").unwrap_or(answer)),
        }
    }

    pub(crate) fn bad(text: impl Into<String>) -> Self {
        Self::Bad(text.into())
    }
}

/// The untagged responses of a command: some at once, and those of FETCH one
/// at a time, so that no mailbox stands in memory twice.
#[derive(Default)]
pub(crate) struct Untagged {
    pub(crate) first: Vec<Response>,
    pub(crate) then: Option<Box<dyn Iterator<Item = Response> + Send>>,
}

impl Untagged {
    pub(crate) fn push(&mut self, text: impl Display) {
        self.first.push(Response::untagged(text));
    }
}
