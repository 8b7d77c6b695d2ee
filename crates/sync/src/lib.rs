#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod backoff;
mod batch;
mod budget;
mod change;
mod cursor;
mod folder;
pub mod limits;
mod listing;
mod mail;
mod probe;
mod role;
mod strategy;
mod uid_set;
mod utf7;

pub use backoff::{Backoff, suggested_pause};
pub use batch::{BatchLimits, batches, bisect};
pub use budget::{Traffic, daily_budget};
pub use change::{FlagChange, KnownCopy, Notice, Noticed, read_notices};
pub use cursor::{Counts, Opened, ServerFolder};
pub use folder::{FailedUid, FolderPolicy, FolderState, SkipReason};
pub use listing::{ListedFolder, merge_listing};
pub use mail::RawMail;
pub use probe::{Alarm, Probe};
pub use role::folder_policy;
pub use strategy::{FlagScan, FolderStatus, Offers, Strategy};
pub use uid_set::{ParseUidSetError, UidSet};
pub use utf7::{decode_mailbox_name, encode_mailbox_name};
