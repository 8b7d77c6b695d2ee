#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod addresses;
mod attachments;
mod authentication;
mod automation;
mod away;
mod body;
mod bounce;
mod calendar;
mod charset;
mod classify;
mod digest;
mod field;
mod flowed;
mod guard;
mod header;
pub mod html;
mod identity;
mod ids;
mod limits;
mod lines;
mod message;
mod parse;
mod reading;
mod report;
mod role;
mod structure;
mod transfer;

pub use away::{Day, away_until};
pub use bounce::{Bounce, BounceKind, bounce_of};
pub use classify::{Context, classify};
pub use digest::{Digest, node_of};
pub use message::{
    Attachment, AttachmentKind, Authentication, AuthenticationResult, Automation, Calendar, Defect,
    DeliveryReport, Message, ReadReceipt,
};
pub use parse::parse;
pub use reading::{has_text, text_for_reading};
