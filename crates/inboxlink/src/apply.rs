//! One input's way through: read what is around it, step, commit; once more
//! where another writer was faster.

use std::{collections::BTreeSet, sync::Arc};

use inboxlink_engine::{FollowUpChange, Input, Keys, Store, StoreErrorKind, keys, step};
use inboxlink_model::{InboxId, WorkspaceId};

use crate::{clock, error::Error, limits::COMMIT_TRIES};

/// An input with its keys, ready to be applied.
pub(crate) struct Prepared {
    workspace: WorkspaceId,
    input: Arc<Input>,
    keys: Keys,
}

impl Prepared {
    pub(crate) fn new(workspace: WorkspaceId, input: Input) -> Self {
        let keys = keys(workspace, &input);
        Self {
            workspace,
            input: Arc::new(input),
            keys,
        }
    }

    /// How many mails it brings.
    pub(crate) fn mails(&self) -> usize {
        match &*self.input {
            Input::Batch(batch) => batch.mails.len(),
            _ => 0,
        }
    }

    /// Whether a mail of it refers to another one.
    pub(crate) fn refers(&self) -> bool {
        match &*self.input {
            Input::Batch(batch) => batch.mails.iter().any(|mail| {
                !mail.message.in_reply_to.is_empty() || !mail.message.references.is_empty()
            }),
            _ => false,
        }
    }
}

/// What was written.
pub(crate) struct Applied {
    /// The newest event's number.
    pub(crate) seq: u64,
    /// The inboxes that have something new to send.
    pub(crate) senders: BTreeSet<InboxId>,
    /// The inboxes that are to be looked into now.
    pub(crate) look: BTreeSet<InboxId>,
    /// What became of follow-ups.
    pub(crate) follow_ups: Vec<FollowUpChange>,
}

/// Applies an input. Answers `None` where there was nothing to write.
///
/// Cancel-safe: dropped before the commit began it has done nothing, after
/// that everything.
pub(crate) async fn apply(store: &dyn Store, prepared: Prepared) -> Result<Option<Applied>, Error> {
    let Prepared {
        workspace,
        input,
        keys,
    } = prepared;
    for _ in 0..COMMIT_TRIES {
        let known = store.load(keys.clone()).await?;
        let input = Arc::clone(&input);
        // Classifying and matching a batch takes milliseconds: not on a
        // thread that other connections wait for.
        let stepped =
            tokio::task::spawn_blocking(move || step(workspace, &known, &input, clock::now()));
        let changes = stepped.await.map_err(|_| Error::stopped())?;
        if changes.is_empty() {
            return Ok(None);
        }
        let made = changes.follow_ups.iter();
        let senders = made.map(|follow_up| follow_up.inbox).collect();
        let look = changes.look.clone();
        let follow_ups = changes.follow_up_states.clone();
        match store.commit(changes).await {
            Err(error) if error.kind() == StoreErrorKind::Conflict => {}
            answer => {
                let seq = answer?;
                return Ok(Some(Applied {
                    seq,
                    senders,
                    look,
                    follow_ups,
                }));
            }
        }
    }
    Err(Error::contended())
}
