//! Conditions as JSON.

mod read;
mod write;

use inboxlink_model::Direction;

pub(crate) use read::{check_version, read_json, read_root, wrong_type};

/// The version of the format.
pub(crate) const VERSION: u64 = 1;

/// The filters' names.
pub(crate) const FILTERS: [&str; 20] = [
    "from",
    "to",
    "cc",
    "subject",
    "body",
    "hasAttachment",
    "header",
    "class",
    "sender",
    "repliedTo",
    "reply",
    "nthReply",
    "notRepliedWithin",
    "direction",
    "domain",
    "thread",
    "inbox",
    "owner",
    "businessHours",
    "keywordGroup",
];

pub(crate) const DIRECTIONS: [(&str, Direction); 3] = [
    ("inbound", Direction::Inbound),
    ("outbound", Direction::Outbound),
    ("internal", Direction::Internal),
];
