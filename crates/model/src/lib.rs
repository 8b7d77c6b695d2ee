#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod address;
mod class;
mod day;
mod id;
mod location;
mod mail_policy;
mod mailbox;
mod message_id;
mod owner;
mod time;

pub use address::{Address, AddressError, MAX_ADDRESS_BYTES};
pub use class::{Class, Evidence, Verdict};
pub use day::{Day, ParseDayError};
pub use id::{
    ContactId, EnrolmentId, FollowUpId, Identity, InboxId, NodeId, OwnerId, ParseIdError, RuleId,
    ThreadId, WebhookId, WorkspaceId,
};
pub use location::{FolderId, FolderRole, Location};
pub use mail_policy::{Exclusions, FolderChoice, HistoryDepth, MailPolicy, Visibility};
pub use mailbox::Mailbox;
pub use message_id::{MAX_MESSAGE_ID_BYTES, MessageId};
pub use owner::{CreateContacts, Direction, OwnAddresses, Owner};
pub use time::{MailDate, Timestamp};
