#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod direction;
#[cfg(feature = "html")]
pub mod html;
mod limits;
mod reply;
mod snippet;
mod thread;
mod visibility;

pub use direction::{Participant, Role, direction, participants};
pub use limits::{
    MAX_HTML_DEPTH, MAX_REFERENCES, MAX_REPLY_LINES, MAX_SUBJECT_PREFIXES, RELATED_WINDOW_DAYS,
};
pub use reply::{ReplyText, Span, SpanKind, reply_text, reply_text_of, reply_text_of_html};
pub use snippet::{snippet, snippet_of};
pub use thread::{
    BaseSubject, Branch, Forest, Linker, Placed, Redirects, ThreadChanges, ThreadIds, ThreadMail,
    Voice, base_subject, quarantined, thread_ids, thread_tree,
};
pub use visibility::{Exclusions, Hidden, Holding, TimelinePolicy, Visibility, hidden, visibility};
