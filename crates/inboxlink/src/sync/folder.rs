//! One folder's sync: open it, compare, fetch what is missing.

use inboxlink_engine::{Batch, Input, Visit};
use inboxlink_imap::{ErrorKind, FetchEvent, ImapError, Session};
use inboxlink_message::has_text;
use inboxlink_model::HistoryDepth;
use inboxlink_sync::{BatchLimits, FolderState, RawMail, UidSet, batches};

use crate::{
    ConnectedInbox, Error, Progress,
    harvest::{Harvest, Parsing},
    limits::{POISON_RECONNECTS, TOP_UP_BYTES, TOP_UP_STEP},
};

pub(crate) struct FolderSync<'a> {
    inbox: &'a ConnectedInbox,
    folder: FolderState,
    /// Whether the server let it be opened.
    pub(crate) opened: bool,
    /// What it held when it was opened.
    found: Option<Visit>,
    history: HistoryDepth,
}

/// What is left of a session after a folder.
struct Fetched {
    session: Option<Session>,
    /// What ended the work early.
    error: Option<Error>,
}

impl<'a> FolderSync<'a> {
    pub(crate) fn new(
        inbox: &'a ConnectedInbox,
        folder: &FolderState,
        history: HistoryDepth,
    ) -> Self {
        Self {
            inbox,
            folder: folder.clone(),
            opened: false,
            found: None,
            history,
        }
    }

    /// Syncs the folder; hands back the session for the next one.
    pub(crate) async fn run(
        &mut self,
        mut session: Session,
        received: &mut u64,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<Session, Error> {
        let Some(missing) = self.visit(&mut session).await? else {
            return Ok(session);
        };
        if missing.is_empty() && self.folder.caught_up {
            return Ok(session);
        }
        let (harvest, parsing) = Harvest::new(self.inbox, &self.folder);
        let network = self.fetch(session, missing, harvest, received);
        let store = self.commit(parsing, progress);
        let (fetched, committed) = tokio::join!(network, store);
        committed?;
        match fetched {
            Fetched {
                error: Some(error), ..
            } => Err(error),
            Fetched {
                session: Some(session),
                ..
            } => Ok(session),
            Fetched { session: None, .. } => Err(Error::stopped()),
        }
    }

    /// Opens the folder and stores what was found; answers the UIDs to fetch,
    /// `None` where it cannot be opened.
    async fn visit(&mut self, session: &mut Session) -> Result<Option<UidSet>, Error> {
        let server = match session.examine(&self.folder.raw_name).await {
            Ok(server) => server,
            Err(error) if error.is_connection_alive() => return Ok(None),
            Err(error) => return Err(self.inbox.failed(error)),
        };
        let uids = session
            .uids()
            .await
            .map_err(|error| self.inbox.failed(error))?;
        self.opened = true;
        let too_old = match self.history {
            HistoryDepth::All => UidSet::new(),
            HistoryDepth::Since(day) => session
                .uids_before(day)
                .await
                .map_err(|error| self.inbox.failed(error))?,
        };
        self.folder.leave_out(&too_old);
        let opened = self.folder.open(&server, &uids);
        let visit = Some(Visit { server, uids });
        self.found.clone_from(&visit);
        let batch = Batch {
            visit,
            too_old: Some(too_old),
            ..Batch::new(self.inbox.id, &self.folder)
        };
        self.inbox
            .workspace
            .apply(Input::Batch(Box::new(batch)))
            .await?;
        Ok(Some(opened.missing))
    }

    /// Commits batches in the order in which they were fetched.
    async fn commit(
        &self,
        mut parsing: Parsing,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<(), Error> {
        let server = u64::from(self.folder.server_count);
        let mut stored = self.folder.stored.len();
        while let Some(batch) = parsing.recv().await {
            let prepared = batch.await.map_err(|_| Error::stopped())?;
            let mails = prepared.mails() as u64;
            self.inbox.workspace.apply_prepared(prepared).await?;
            stored += mails;
            progress(Progress {
                folder: self.folder.name.clone(),
                stored,
                server,
            });
        }
        Ok(())
    }

    /// Fetches, newest first. A mail that breaks the connection is found by
    /// fetching what was under way one by one, and named as failed.
    async fn fetch(
        &self,
        session: Session,
        mut missing: UidSet,
        mut harvest: Harvest,
        received: &mut u64,
    ) -> Fetched {
        let mut session = session;
        let mut alone = UidSet::new();
        let mut reconnects = 0;
        loop {
            let error = match self
                .fetch_some(&mut session, &mut missing, &mut alone, &mut harvest)
                .await
            {
                Ok(()) => {
                    let error = harvest.end(true).await.err();
                    return Fetched {
                        session: Some(session),
                        error,
                    };
                }
                Err(error) => error,
            };
            let poisoned = matches!(&error, Stop::Imap(error) if is_poison(error))
                && reconnects < POISON_RECONNECTS;
            if !poisoned {
                // What has arrived is worth keeping.
                let kept = harvest.end(false).await;
                let error = match error {
                    Stop::Imap(error) => self.inbox.failed(error),
                    Stop::Store(error) => error,
                };
                return Fetched {
                    session: None,
                    error: Some(kept.err().unwrap_or(error)),
                };
            }
            reconnects += 1;
            *received += session.received();
            match self.reopen().await {
                Ok(fresh) => session = fresh,
                Err(error) => {
                    let _ = harvest.end(false).await;
                    return Fetched {
                        session: None,
                        error: Some(error),
                    };
                }
            }
        }
    }

    async fn reopen(&self) -> Result<Session, Error> {
        let mut session = self.inbox.enter().await?;
        let server = session
            .examine(&self.folder.raw_name)
            .await
            .map_err(|error| self.inbox.failed(error))?;
        match self.folder.uid_validity == Some(server.uid_validity) {
            true => Ok(session),
            false => Err(Error::stopped()),
        }
    }

    async fn fetch_some(
        &self,
        session: &mut Session,
        missing: &mut UidSet,
        alone: &mut UidSet,
        harvest: &mut Harvest,
    ) -> Result<(), Stop> {
        // Those under suspicion first, one at a time: if the connection breaks
        // it is known by which.
        while let Some(uid) = alone.max() {
            alone.remove(uid);
            missing.remove(uid);
            let set: UidSet = [uid].into_iter().collect();
            if let Err(error) = self
                .fetch_sets(session, vec![set.clone()], &mut set.clone(), harvest)
                .await
            {
                if let Stop::Imap(error) = &error {
                    harvest.fail(uid, error.to_string());
                }
                return Err(error);
            }
        }
        let sets: Vec<UidSet> = batches(missing, BatchLimits::default(), |_| None).collect();
        let outcome = self.fetch_sets(session, sets, missing, harvest).await;
        if matches!(&outcome, Err(Stop::Imap(error)) if is_poison(error)) {
            let first = batches(missing, BatchLimits::default(), |_| None).next();
            *alone = first.unwrap_or_default();
        }
        outcome
    }

    /// Fetches sets of UIDs; what has arrived is taken out of `missing`.
    async fn fetch_sets(
        &self,
        session: &mut Session,
        sets: Vec<UidSet>,
        missing: &mut UidSet,
        harvest: &mut Harvest,
    ) -> Result<(), Stop> {
        let partial = self.inbox.workspace.shared.options.fetch_bytes;
        let mut without_text = Vec::new();
        let mut passed_over = UidSet::new();
        let mut fetch = session.fetch(sets, Some(partial));
        while let Some(event) = fetch.next().await? {
            match event {
                FetchEvent::Mail(mail) if mail.is_truncated() && !has_text(&mail.bytes) => {
                    without_text.push(mail)
                }
                FetchEvent::Mail(mail) => {
                    missing.remove(mail.uid);
                    harvest.add(mail).await?;
                }
                FetchEvent::Done { missing: none, .. } => passed_over = passed_over.union(&none),
                FetchEvent::Refused {
                    missing: none,
                    error,
                } => {
                    if none.len() > 1 {
                        return Err(error.into());
                    }
                    for uid in none.iter() {
                        missing.remove(uid);
                        harvest.fail(uid, error.to_string());
                    }
                }
                _ => {}
            }
        }
        for mut mail in without_text {
            top_up(session, &mut mail).await?;
            missing.remove(mail.uid);
            harvest.add(mail).await?;
        }
        // The server said OK and left these out: removed meanwhile, or ill.
        if !passed_over.is_empty() {
            let there = session.uids().await?;
            for uid in passed_over.iter() {
                missing.remove(uid);
                if there.contains(uid) {
                    harvest.fail(uid, "the server lists this mail and does not hand it out");
                }
            }
            if let Some(found) = &self.found {
                // What has come since is for the next visit.
                let uids = found.uids.intersection(&there);
                harvest.left(Visit {
                    uids,
                    ..found.clone()
                });
            }
        }
        Ok(())
    }
}

/// Why fetching stopped.
enum Stop {
    Imap(ImapError),
    Store(Error),
}

impl From<ImapError> for Stop {
    fn from(error: ImapError) -> Self {
        Self::Imap(error)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

/// Whether a single mail may be what broke it.
fn is_poison(error: &ImapError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Protocol | ErrorKind::Limit | ErrorKind::Command
    )
}

/// Fetches more of a mail whose text lies behind its attachments.
async fn top_up(session: &mut Session, mail: &mut RawMail) -> Result<(), ImapError> {
    while mail.is_truncated() && mail.bytes.len() < TOP_UP_BYTES && !has_text(&mail.bytes) {
        let offset = u32::try_from(mail.bytes.len()).unwrap_or(u32::MAX);
        match session.fetch_range(mail.uid, offset, TOP_UP_STEP).await? {
            Some(more) if !more.is_empty() => mail.bytes.extend(more),
            _ => return Ok(()),
        }
    }
    Ok(())
}
