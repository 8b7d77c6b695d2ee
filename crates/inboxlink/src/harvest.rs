//! What comes from the network, gathered into batches and handed on: while
//! one batch is fetched another is parsed and a third is committed.

use inboxlink_engine::{Batch, Input, Mail, Visit};
use inboxlink_sync::{FolderState, RawMail};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::{
    ConnectedInbox, Error,
    apply::Prepared,
    limits::{BATCH_BYTES, BATCH_MAILS, BATCHES_IN_FLIGHT},
};

/// Batches on their way to the store, each being parsed on another thread.
pub(crate) type Parsing = mpsc::Receiver<JoinHandle<Prepared>>;

/// Gathers one folder's mails.
pub(crate) struct Harvest {
    inbox: ConnectedInbox,
    /// A batch of that folder with nothing in it.
    empty: Batch,
    mails: Vec<RawMail>,
    bytes: usize,
    failed: Vec<(u32, String)>,
    visit: Option<Visit>,
    out: mpsc::Sender<JoinHandle<Prepared>>,
}

impl Harvest {
    pub(crate) fn new(inbox: &ConnectedInbox, folder: &FolderState) -> (Self, Parsing) {
        let (out, parsing) = mpsc::channel(BATCHES_IN_FLIGHT);
        let empty = Batch::new(inbox.id, folder);
        let harvest = Self {
            inbox: inbox.clone(),
            empty,
            mails: Vec::new(),
            bytes: 0,
            failed: Vec::new(),
            visit: None,
            out,
        };
        (harvest, parsing)
    }

    /// Adds a mail; waits where the store is behind.
    pub(crate) async fn add(&mut self, mail: RawMail) -> Result<(), Error> {
        self.bytes += mail.bytes.len();
        self.mails.push(mail);
        if self.bytes >= BATCH_BYTES || self.mails.len() >= BATCH_MAILS {
            self.send(false).await?;
        }
        Ok(())
    }

    /// Notes a mail that cannot be fetched.
    pub(crate) fn fail(&mut self, uid: u32, reason: impl Into<String>) {
        self.failed.push((uid, reason.into()));
    }

    /// Notes what is left of what the folder held, where mails were removed
    /// before they could be fetched.
    pub(crate) fn left(&mut self, visit: Visit) {
        self.visit = Some(visit);
    }

    /// Hands on what is left. `finished`: everything there was has been tried.
    pub(crate) async fn end(mut self, finished: bool) -> Result<(), Error> {
        let told = !self.mails.is_empty() || !self.failed.is_empty() || self.visit.is_some();
        if finished || told {
            self.send(finished).await?;
        }
        Ok(())
    }

    async fn send(&mut self, finished: bool) -> Result<(), Error> {
        let mails = std::mem::take(&mut self.mails);
        let failed = std::mem::take(&mut self.failed);
        let visit = self.visit.take();
        self.bytes = 0;
        let prepared = prepare(
            &self.inbox,
            Batch {
                failed,
                visit,
                finished,
                ..self.empty.clone()
            },
            mails,
        );
        self.out.send(prepared).await.map_err(|_| Error::stopped())
    }
}

/// Parses mails into a batch, on a thread for such work.
pub(crate) fn prepare(
    inbox: &ConnectedInbox,
    batch: Batch,
    mails: Vec<RawMail>,
) -> JoinHandle<Prepared> {
    let workspace = inbox.workspace.id();
    let keep = inbox.workspace.shared.options.keep_originals;
    tokio::task::spawn_blocking(move || {
        let read = |raw: RawMail| {
            let mail = Mail::parse(&raw);
            if keep { mail.with_original(raw) } else { mail }
        };
        let mails = mails.into_iter().map(read).collect();
        Prepared::new(workspace, Input::Batch(Box::new(Batch { mails, ..batch })))
    })
}
