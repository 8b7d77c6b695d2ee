#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod apply;
mod bells;
mod budget;
mod clock;
mod connect;
#[cfg(feature = "discover")]
mod discover;
mod erase;
mod error;
mod events;
mod export;
mod follow;
mod harvest;
mod inbox;
mod keepers;
pub mod limits;
mod manage;
mod options;
mod reading;
mod remember;
mod report;
mod rules;
mod sealed;
mod send;
mod service;
mod sign_in;
mod sync;
mod test;
mod waits;
mod webhooks;
mod workspace;

pub use erase::MailOf;
pub use error::Error;
pub use events::Events;
pub use follow::Live;
pub use inbox::ConnectedInbox;
pub use options::Options;
pub use reading::ThreadView;
pub use report::{FolderReport, Progress, SendReport, SyncReport};
pub use service::Service;
pub use sign_in::{BrowserSignIn, DeviceSignIn};
pub use webhooks::{Webhook, WebhookUrlError};
pub use workspace::Workspace;

pub use inboxlink_contacts::Reason;
pub use inboxlink_dial::Trust;
pub use inboxlink_engine::{
    ContactPlace, ContactView, Counts, Enrolled, Event, EventKind, Export, FollowUp, Inbox,
    InboxChoices, InboxState, Page, PreviousOwner, SeenMail, Store, StoreError, StoredMessage,
    ThreadLevel, TimelineEntry, TimelinePlace, Viewer, WorkspaceConfig, dump,
};
pub use inboxlink_imap::StageReport;
pub use inboxlink_message::{Attachment, AttachmentKind, Message, parse};
pub use inboxlink_model::{
    Address, Class, ContactId, CreateContacts, Day, Direction, EnrolmentId, Evidence, Exclusions,
    FolderChoice, FolderRole, FollowUpId, HistoryDepth, Identity, InboxId, MailPolicy, Mailbox,
    MessageId, Owner, OwnerId, RuleId, ThreadId, Timestamp, Verdict, Visibility, WebhookId,
    WorkspaceId,
};
pub use inboxlink_oauth::{Issuer, OAuthApp, OAuthError};
pub use inboxlink_replies::enrolment::{AwayPolicy, EnrolmentState};
pub use inboxlink_replies::followup::{
    ContactCap, FollowUpState, FollowUpTemplate, SendPolicy, TemplateError,
};
pub use inboxlink_replies::{
    CompileError, Condition, DryRun, Evaluation, Filter, Hours, NodeTrace, Outcome, Period, Rule,
    RuleSet, Test, when,
};
pub use inboxlink_settings::discovery::Found;
pub use inboxlink_settings::{
    Advice, ConnectionSettings, Diagnosis, Fault, FaultCode, Faults, Field, HostPolicy, Provider,
    Security, SettingsForm, Side, SignIn, SmtpEndpoint, Stage, providers, validate,
};
pub use inboxlink_store::{MemoryStore, SqliteStore};
pub use inboxlink_timeline::{Participant, ReplyText, Role, Span, SpanKind, reply_text_of};
pub use inboxlink_vault::{KeyProvider, MasterKeys, VaultError};
