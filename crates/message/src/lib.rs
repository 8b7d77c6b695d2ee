#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod digest;
mod message;

pub use digest::{Digest, node_of};
pub use message::{
    Attachment, AttachmentKind, Automation, Calendar, Defect, DeliveryReport, Message,
};
