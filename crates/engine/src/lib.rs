#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod changes;
mod config;
mod conversation;
mod departed;
mod dump;
mod enrolled;
mod erasure;
mod event;
mod explain;
mod follow_up;
mod input;
mod keys;
pub mod limits;
mod neighbourhood;
mod read;
mod standing;
mod step;
mod store;
mod viewer;

pub use changes::{
    AddressRow, Changes, ContactRow, FollowUpChange, HoldingRow, LocationRow, MessageRow,
    OutboxRow, ParticipantRow, Settled, ThreadLevelRow, Versions, WaitingRow,
};
pub use config::{Inbox, InboxState, PreviousOwner, WorkspaceConfig};
pub use conversation::{Conversation, Said};
pub use departed::{Departed, DepartedCopy};
pub use dump::{Export, dump};
pub use enrolled::Enrolled;
pub use erasure::{Erasure, TombstoneKey};
pub use event::{Event, EventKind, SpeaksOf, outbox_keys};
pub use explain::{explain, explain_keys};
pub use follow_up::{FollowUp, correspondents};
pub use input::{Batch, InboxChange, InboxChoices, Input, Mail, Visit};
pub use keys::{Keys, keys};
pub use neighbourhood::{Neighbourhood, SentLately, WaitingReply};
pub use read::{ContactPlace, ContactView, Counts, Page, StoredMessage, TimelineEntry};
pub use standing::quarantine;
pub use step::step;
pub use store::{
    BoxFuture, EnrolmentPage, FollowUpPage, Store, StoreError, StoreErrorKind, TimelinePage,
    TimelinePlace,
};
pub use viewer::{SeenMail, Sight, ThreadLevel, Unseen, Viewer};
