#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod folder;
mod mail;
mod uid_set;

pub use folder::{FailedUid, FolderPolicy, FolderState, SkipReason};
pub use mail::RawMail;
pub use uid_set::{ParseUidSetError, UidSet};
