//! The embedded default: SQLite, in one file.
//!
//! A thread of its own writes, another one reads, so that a page of a
//! timeline never waits for a commit; SQLite's write-ahead log lets both go
//! on at once. An asynchronous caller waits for an answer, never for a disk.

mod contacts;
mod departed;
mod enrolments;
mod erase;
mod follow_ups;
mod load;
mod reads;
mod rules;
mod schema;
mod secrets;
mod threads;
mod timelines;
mod values;
mod worker;
mod write;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use inboxlink_engine::{
    AddressRow, BoxFuture, Changes, ContactPlace, ContactView, Counts, DepartedCopy, EnrolmentPage,
    Event, Export, FollowUp, FollowUpPage, Keys, Neighbourhood, Page, Store, StoreError,
    StoredMessage, ThreadLevel, TimelinePage, TimelinePlace, WorkspaceConfig,
};
use inboxlink_model::{
    Address, ContactId, EnrolmentId, FolderId, FollowUpId, Identity, InboxId, ThreadId, Timestamp,
    WorkspaceId,
};
use inboxlink_replies::Rule;
use inboxlink_sync::FolderState;
use rusqlite::Connection;

use self::{rules::RuleCache, values::Failure, worker::Worker};

/// A store in an SQLite database.
///
/// Several processes may open one file; commits are refused and taken again
/// where they would overwrite each other.
///
/// ```
/// # use inboxlink_store::SqliteStore;
/// let store = SqliteStore::in_memory()?;
/// # Ok::<(), inboxlink_engine::StoreError>(())
/// ```
#[derive(Debug)]
pub struct SqliteStore {
    writer: Worker,
    /// `None` for a database in memory, which has one connection only.
    reader: Option<Worker>,
    rules: Arc<RuleCache>,
}

impl SqliteStore {
    /// Opens a database file, makes it where it is missing, and brings its
    /// schema up to date.
    ///
    /// # Errors
    /// If the file cannot be opened or written, is no database, or was made
    /// by a newer version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_at(path.as_ref(), |_| {})
    }

    /// Opens a database file, and calls `before` with every statement just
    /// before it runs, those that prepare the file included: for logs, and for
    /// tests that end the process in between. It runs on the store's threads.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    #[cfg(feature = "trace")]
    pub fn open_traced(path: impl AsRef<Path>, before: fn(&str)) -> Result<Self, StoreError> {
        // What replaces it takes no function of another crate than rusqlite.
        #[expect(deprecated)]
        Self::open_at(path.as_ref(), |db| db.trace(Some(before)))
    }

    fn open_at(path: &Path, on_opening: impl Fn(&mut Connection)) -> Result<Self, StoreError> {
        let cannot = |error: Failure| {
            error.into_error(&format!("cannot open the database {}", path.display()))
        };
        let mut connection = Connection::open(path)
            .map_err(Failure::from)
            .map_err(cannot)?;
        on_opening(&mut connection);
        schema::prepare(&mut connection).map_err(cannot)?;
        let mut reader = Connection::open(path)
            .map_err(Failure::from)
            .map_err(cannot)?;
        on_opening(&mut reader);
        schema::tune(&reader).map_err(cannot)?;
        Ok(Self {
            writer: Worker::start("inboxlink-write", connection)?,
            reader: Some(Worker::start("inboxlink-read", reader)?),
            rules: Arc::default(),
        })
    }

    /// A database that lives as long as the store.
    ///
    /// # Errors
    /// If SQLite cannot make one.
    pub fn in_memory() -> Result<Self, StoreError> {
        let cannot = |error: Failure| error.into_error("cannot make a database in memory");
        let mut connection = Connection::open_in_memory()
            .map_err(Failure::from)
            .map_err(cannot)?;
        schema::prepare(&mut connection).map_err(cannot)?;
        Ok(Self {
            writer: Worker::start("inboxlink-write", connection)?,
            reader: None,
            rules: Arc::default(),
        })
    }

    fn read<T: Send + 'static>(
        &self,
        what: &'static str,
        job: impl FnOnce(&mut Connection) -> Result<T, Failure> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        self.reader.as_ref().unwrap_or(&self.writer).run(what, job)
    }
}

impl Store for SqliteStore {
    fn load(&self, keys: Keys) -> BoxFuture<'_, Result<Neighbourhood, StoreError>> {
        // On the writing connection, whose cache holds what was written last.
        let rules = Arc::clone(&self.rules);
        self.writer
            .run("read the neighbourhood of a batch", move |db| {
                load::load(db, &keys, &rules)
            })
    }

    fn commit(&self, changes: Changes) -> BoxFuture<'_, Result<u64, StoreError>> {
        let rules = Arc::clone(&self.rules);
        self.writer
            .run("commit", move |db| write::commit(db, changes, &rules))
    }

    fn config(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<WorkspaceConfig, StoreError>> {
        self.read("read the settings", move |db| reads::config(db, workspace))
    }

    fn rules(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<Vec<Rule>, StoreError>> {
        self.read("read the rules", move |db| rules::list(db, workspace))
    }

    fn folders(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
    ) -> BoxFuture<'_, Result<Vec<FolderState>, StoreError>> {
        self.read("read the folders", move |db| {
            reads::folders(db, workspace, inbox)
        })
    }

    fn departed(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
        folder: FolderId,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<DepartedCopy>, StoreError>> {
        self.read("read the copies that are gone", move |db| {
            departed::of_folder(db, workspace, inbox, folder, limit)
        })
    }

    fn addresses_without_contact(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
        after: Option<Address>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Address>, StoreError>> {
        self.read("list addresses without a contact", move |db| {
            contacts::without(db, workspace, inbox, after, limit)
        })
    }

    fn contacts(
        &self,
        workspace: WorkspaceId,
        after: Option<ContactId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Page<ContactView, ContactId>, StoreError>> {
        self.read("list the contacts", move |db| {
            contacts::list(db, workspace, after, limit)
        })
    }

    fn recent_contacts(
        &self,
        workspace: WorkspaceId,
        search: String,
        before: Option<ContactPlace>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Page<ContactView, ContactPlace>, StoreError>> {
        self.read("list the contacts", move |db| {
            contacts::recent(db, workspace, &search, before, limit)
        })
    }

    fn contact(
        &self,
        workspace: WorkspaceId,
        contact: ContactId,
    ) -> BoxFuture<'_, Result<Option<ContactView>, StoreError>> {
        self.read("read a contact", move |db| {
            contacts::one(db, workspace, contact)
        })
    }

    fn contact_of(
        &self,
        workspace: WorkspaceId,
        address: Address,
    ) -> BoxFuture<'_, Result<Option<ContactView>, StoreError>> {
        self.read("find a contact", move |db| {
            contacts::of_address(db, workspace, &address)
        })
    }

    fn timeline(
        &self,
        workspace: WorkspaceId,
        contact: ContactId,
        before: Option<TimelinePlace>,
        limit: usize,
    ) -> BoxFuture<'_, Result<TimelinePage, StoreError>> {
        self.read("read a timeline", move |db| {
            timelines::of_contact(db, workspace, contact, before, limit)
        })
    }

    fn inbox_timeline(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
        before: Option<TimelinePlace>,
        limit: usize,
    ) -> BoxFuture<'_, Result<TimelinePage, StoreError>> {
        self.read("read an inbox's mail", move |db| {
            timelines::of_inbox(db, workspace, inbox, before, limit)
        })
    }

    fn keep_snippets(
        &self,
        workspace: WorkspaceId,
        snippets: Vec<(Identity, String)>,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.writer.run("keep snippets", move |db| {
            timelines::keep_snippets(db, workspace, &snippets)
        })
    }

    fn addresses(
        &self,
        workspace: WorkspaceId,
        addresses: BTreeSet<Address>,
    ) -> BoxFuture<'_, Result<BTreeMap<Address, AddressRow>, StoreError>> {
        self.read("look up addresses", move |db| {
            timelines::addresses(db, workspace, &addresses)
        })
    }

    fn original(
        &self,
        workspace: WorkspaceId,
        message: Identity,
    ) -> BoxFuture<'_, Result<Option<Vec<u8>>, StoreError>> {
        self.read("read a mail as it came", move |db| {
            match reads::number(db, workspace)? {
                Some(ws) => erase::original(db, ws, message),
                None => Ok(None),
            }
        })
    }

    fn thread_levels(
        &self,
        workspace: WorkspaceId,
        threads: BTreeSet<ThreadId>,
    ) -> BoxFuture<'_, Result<BTreeMap<ThreadId, Vec<ThreadLevel>>, StoreError>> {
        self.read("read what is private", move |db| {
            timelines::levels(db, workspace, &threads)
        })
    }

    fn thread(
        &self,
        workspace: WorkspaceId,
        thread: ThreadId,
    ) -> BoxFuture<'_, Result<Vec<StoredMessage>, StoreError>> {
        self.read("read a thread", move |db| {
            reads::thread(db, workspace, thread)
        })
    }

    fn message(
        &self,
        workspace: WorkspaceId,
        message: Identity,
    ) -> BoxFuture<'_, Result<Option<StoredMessage>, StoreError>> {
        self.read("read a message", move |db| {
            reads::message(db, workspace, message)
        })
    }

    fn follow_ups(
        &self,
        workspace: WorkspaceId,
        before: Option<(Timestamp, FollowUpId)>,
        limit: usize,
    ) -> BoxFuture<'_, Result<FollowUpPage, StoreError>> {
        self.read("list the follow-ups", move |db| {
            follow_ups::list(db, workspace, before, limit)
        })
    }

    fn follow_up(
        &self,
        workspace: WorkspaceId,
        id: FollowUpId,
    ) -> BoxFuture<'_, Result<Option<FollowUp>, StoreError>> {
        self.read("read a follow-up", move |db| {
            follow_ups::one(db, workspace, id)
        })
    }

    fn follow_ups_under_way(
        &self,
        workspace: WorkspaceId,
        inbox: InboxId,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<FollowUp>, StoreError>> {
        self.read("find the follow-ups to be sent", move |db| {
            follow_ups::under_way(db, workspace, inbox, limit)
        })
    }

    fn enrolments(
        &self,
        workspace: WorkspaceId,
        before: Option<(Timestamp, EnrolmentId)>,
        limit: usize,
    ) -> BoxFuture<'_, Result<EnrolmentPage, StoreError>> {
        self.read("list what waits for an answer", move |db| {
            enrolments::list(db, workspace, before, limit)
        })
    }

    fn next_due(
        &self,
        workspace: WorkspaceId,
    ) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>> {
        self.read("find what is due", move |db| {
            enrolments::next_due(db, workspace)
        })
    }

    fn events(
        &self,
        workspace: WorkspaceId,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
        self.read("read the events", move |db| {
            reads::events(db, workspace, after, limit)
        })
    }

    fn newest_event(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.read("read the newest event", move |db| {
            reads::newest_event(db, workspace)
        })
    }

    fn counts(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<Counts, StoreError>> {
        self.read("count", move |db| reads::counts(db, workspace))
    }

    fn secrets(
        &self,
        workspace: WorkspaceId,
    ) -> BoxFuture<'_, Result<BTreeMap<String, Vec<u8>>, StoreError>> {
        self.read("read the sealed secrets", move |db| {
            secrets::all(db, workspace)
        })
    }

    fn swap_secret(
        &self,
        workspace: WorkspaceId,
        name: String,
        old: Option<Vec<u8>>,
        new: Option<Vec<u8>>,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.writer.run("store a sealed secret", move |db| {
            secrets::swap(db, workspace, &name, old.as_deref(), new.as_deref())
        })
    }

    fn export(&self, workspace: WorkspaceId) -> BoxFuture<'_, Result<Export, StoreError>> {
        self.read("export the workspace", move |db| {
            reads::export(db, workspace)
        })
    }
}
