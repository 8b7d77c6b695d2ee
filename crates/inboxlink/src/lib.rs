#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod apply;
mod clock;
mod error;
mod events;
mod follow;
mod harvest;
mod inbox;
pub mod limits;
mod options;
mod report;
mod service;
mod sync;
mod workspace;

pub use error::Error;
pub use events::Events;
pub use follow::Live;
pub use inbox::ConnectedInbox;
pub use options::Options;
pub use report::{FolderReport, Progress, SyncReport};
pub use service::Service;
pub use workspace::Workspace;

pub use inboxlink_engine::{
    ContactView, Counts, Event, EventKind, Export, Inbox, Page, Store, StoreError, StoredMessage,
    TimelineEntry, WorkspaceConfig, dump,
};
pub use inboxlink_imap::StageReport;
pub use inboxlink_model::{
    Address, Class, ContactId, CreateContacts, Direction, Identity, InboxId, Owner, OwnerId,
    RuleId, ThreadId, Timestamp, WorkspaceId,
};
pub use inboxlink_replies::{CompileError, Condition, Rule, RuleSet, when};
pub use inboxlink_settings::{
    ConnectionSettings, Diagnosis, Faults, HostPolicy, Security, SettingsForm, validate,
};
pub use inboxlink_store::{MemoryStore, SqliteStore};
