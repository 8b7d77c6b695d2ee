#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod batch;
mod cursor;
mod folder;
pub mod limits;
mod listing;
mod mail;
mod role;
mod uid_set;
mod utf7;

pub use batch::{BatchLimits, batches, bisect};
pub use cursor::{Counts, Opened, ServerFolder};
pub use folder::{FailedUid, FolderPolicy, FolderState, SkipReason};
pub use listing::{ListedFolder, merge_listing};
pub use mail::RawMail;
pub use role::folder_policy;
pub use uid_set::{ParseUidSetError, UidSet};
pub use utf7::{decode_mailbox_name, encode_mailbox_name};
