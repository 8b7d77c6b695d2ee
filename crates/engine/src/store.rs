//! The store: one read before a step, one commit after it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    future::Future,
    pin::Pin,
};

use inboxlink_model::{
    Address, ContactId, EnrolmentId, FolderId, FollowUpId, Identity, InboxId, ThreadId, Timestamp,
    WorkspaceId,
};
use inboxlink_replies::Rule;
use inboxlink_sync::FolderState;

use crate::{
    AddressRow, Changes, ContactPlace, ContactView, Counts, DepartedCopy, Enrolled, Event, Export,
    FollowUp, Keys, Neighbourhood, Page, StoredMessage, ThreadLevel, WorkspaceConfig,
};

/// A boxed future: what keeps [`Store`] usable as `dyn Store`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where a message stands on a timeline: the next page begins before it.
pub type TimelinePlace = (Timestamp, Identity);

/// A page of a timeline. A message whose snippet is made comes without its
/// bodies: a line of a timeline needs no more.
pub type TimelinePage = Page<StoredMessage, TimelinePlace>;

/// A page of follow-ups; the next one begins before a moment and an id.
pub type FollowUpPage = Page<FollowUp, (Timestamp, FollowUpId)>;

/// A page of waits for an answer; the next one begins before a moment and an id.
pub type EnrolmentPage = Page<Enrolled, (Timestamp, EnrolmentId)>;

/// Where workspaces are kept.
///
/// Every key begins with the workspace: nothing that is asked of one can
/// answer with rows of another. Reads see committed changes only. A future
/// that is dropped has either committed whole or not at all.
pub trait Store: Send + Sync {
    /// Everything that is known around the keys: one round trip.
    fn load(&self, keys: Keys) -> BoxFuture<'_, Result<Neighbourhood, StoreError>>;

    /// Applies the changes in one transaction: one round trip. Returns the
    /// sequence number of the workspace's newest event.
    ///
    /// # Errors
    /// [`StoreErrorKind::Conflict`] if a version that the step read has
    /// moved: load and step again.
    fn commit(&self, changes: Changes) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// The workspace's settings, inboxes and owners.
    fn config(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<WorkspaceConfig, StoreError>>;

    /// The rules.
    fn rules(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<Vec<Rule>, StoreError>>;

    /// The cursors of an inbox's folders, by their number.
    fn folders(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
    ) -> BoxFuture<'_, Result<Vec<FolderState>, StoreError>>;

    /// What is known of the copies that are gone from a folder and were not
    /// [settled](crate::Input::Settle) yet, at most so many: what a folder
    /// that was renumbered is recognised by.
    fn departed(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
        folder: FolderId,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<DepartedCopy>, StoreError>>;

    /// Addresses without a contact that take part in mail of an inbox, in
    /// their order; `after` is the last one of the page before.
    fn addresses_without_contact(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
        after: Option<Address>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Address>, StoreError>>;

    /// Contacts by id; `after` is the last one of the page before.
    fn contacts(
        &self,
        workspace: WorkspaceId,
        after: Option<ContactId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Page<ContactView, ContactId>, StoreError>>;

    /// Contacts whose name or addresses hold the search's words (see
    /// [`ContactView::matches`]), those with whom mail was exchanged last
    /// coming first; `before` is the place of the last one of the page before.
    fn recent_contacts(
        &self,
        workspace: WorkspaceId,
        search: String,
        before: Option<ContactPlace>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Page<ContactView, ContactPlace>, StoreError>>;

    /// One contact.
    fn contact(
        &self,
        workspace: WorkspaceId,
        contact: ContactId,
    ) -> BoxFuture<'_, Result<Option<ContactView>, StoreError>>;

    /// The contact that an address belongs to.
    fn contact_of(
        &self,
        workspace: WorkspaceId,
        address: Address,
    ) -> BoxFuture<'_, Result<Option<ContactView>, StoreError>>;

    /// The messages that a contact takes part in, newest first; `before` is
    /// the place of the last one of the page before. Whether somebody may see
    /// them is for a [`Sight`](crate::Sight) to say.
    fn timeline(
        &self,
        workspace: WorkspaceId,
        contact: ContactId,
        before: Option<TimelinePlace>,
        limit: usize,
    ) -> BoxFuture<'_, Result<TimelinePage, StoreError>>;

    /// The messages that an inbox holds, in the same way.
    fn inbox_timeline(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
        before: Option<TimelinePlace>,
        limit: usize,
    ) -> BoxFuture<'_, Result<TimelinePage, StoreError>>;

    /// Keeps snippets that were made on reading. No version moves: whoever
    /// makes one makes the same.
    fn keep_snippets(
        &self,
        workspace: WorkspaceId,
        snippets: Vec<(Identity, String)>,
    ) -> BoxFuture<'_, Result<(), StoreError>>;

    /// What is known of addresses, where something is.
    fn addresses(
        &self,
        workspace: WorkspaceId,
        addresses: BTreeSet<Address>,
    ) -> BoxFuture<'_, Result<BTreeMap<Address, AddressRow>, StoreError>>;

    /// A mail as it came, where it was kept.
    fn original(
        &self,
        workspace: WorkspaceId,
        message: Identity,
    ) -> BoxFuture<'_, Result<Option<Vec<u8>>, StoreError>>;

    /// What owners said of threads, for those of which any did. Where several
    /// threads of one owner's became one, the least that they said.
    fn thread_levels(
        &self,
        workspace: WorkspaceId,
        threads: BTreeSet<ThreadId>,
    ) -> BoxFuture<'_, Result<BTreeMap<ThreadId, Vec<ThreadLevel>>, StoreError>>;

    /// Every message of a thread, oldest first. An id that was redirected
    /// since answers with the thread it is part of now.
    fn thread(
        &self,
        workspace: WorkspaceId,
        thread: ThreadId,
    ) -> BoxFuture<'_, Result<Vec<StoredMessage>, StoreError>>;

    /// One message.
    fn message(
        &self,
        workspace: WorkspaceId,
        message: Identity,
    ) -> BoxFuture<'_, Result<Option<StoredMessage>, StoreError>>;

    /// Follow-ups, newest first; `before` is the last one of the page before.
    fn follow_ups(
        &self,
        workspace: WorkspaceId,
        before: Option<(Timestamp, FollowUpId)>,
        limit: usize,
    ) -> BoxFuture<'_, Result<FollowUpPage, StoreError>>;

    /// One follow-up.
    fn follow_up(
        &self,
        workspace: WorkspaceId,
        id: FollowUpId,
    ) -> BoxFuture<'_, Result<Option<FollowUp>, StoreError>>;

    /// The follow-ups of an inbox that are not at their end, the one that is
    /// [due](inboxlink_replies::followup::FollowUpState::due) first at the
    /// beginning.
    fn follow_ups_under_way(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<FollowUp>, StoreError>>;

    /// Waits for an answer, newest first; `before` is the last one of the page
    /// before.
    fn enrolments(
        &self,
        workspace: WorkspaceId,
        before: Option<(Timestamp, EnrolmentId)>,
        limit: usize,
    ) -> BoxFuture<'_, Result<EnrolmentPage, StoreError>>;

    /// When the next wait for an answer is to be looked at.
    fn next_due(
        &self,
        workspace: WorkspaceId,
    ) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>>;

    /// Events after a sequence number, in order.
    fn events(
        &self,
        workspace: WorkspaceId,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Event>, StoreError>>;

    /// The newest event's sequence number; 0 where there is none.
    fn newest_event(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// How much the workspace holds.
    fn counts(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<Counts, StoreError>>;

    /// What was sealed for the workspace, by name. The store keeps it and
    /// knows nothing of it; no export holds it.
    fn secrets(
        &self,
        workspace: WorkspaceId,
    ) -> BoxFuture<'_, Result<BTreeMap<String, Vec<u8>>, StoreError>>;

    /// Puts `new` in the place of `old` under a name, where that is what
    /// stands there (`None`: nothing); answers whether it did.
    fn swap_secret(
        &self,
        workspace: WorkspaceId,
        name: String,
        old: Option<Vec<u8>>,
        new: Option<Vec<u8>>,
    ) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Everything the workspace holds, to compare or to take away. It is all
    /// in memory at once.
    fn export(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<Export, StoreError>>;
}

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// A version that the step read has moved.
    Conflict,
    /// The database is busy, full, or out of reach for the moment.
    Unavailable,
    /// The database holds something that this version cannot read.
    Format,
    /// Anything else.
    Other,
}

/// A store's failure.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl StoreError {
    /// An error of a kind, with a sentence that says what could not be done.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// With the error that caused it.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// Whether trying the same again may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(
            self.kind,
            StoreErrorKind::Conflict | StoreErrorKind::Unavailable
        )
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
