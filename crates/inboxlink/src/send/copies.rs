//! Copies of what was sent, for the account's Sent folder: where the server
//! makes none by itself, other mail programs would not show it.

use inboxlink_engine::FollowUp;
use inboxlink_imap::{ImapError, Session};
use inboxlink_model::FolderRole;
use inboxlink_replies::followup::{FollowUpEvent, FollowUpState};
use inboxlink_sync::{FolderPolicy, FolderState, SkipReason};

use crate::{
    ConnectedInbox, Error, SendReport,
    clock::{self, millis},
    limits::{COPY_PAUSE, COPY_TIME},
};

impl ConnectedInbox {
    /// Puts the copies that are due into the Sent folder, over one
    /// connection; answers whether any got further.
    pub(super) async fn make_copies(&self, report: &mut SendReport) -> Result<bool, Error> {
        let mut due = self.due().await?;
        due.retain(|follow_up| matches!(follow_up.state, FollowUpState::Accepted { .. }));
        if due.is_empty() {
            return Ok(false);
        }
        let mut moved = false;
        let folder = self.sent_folder().await?;
        let mut session = match &folder {
            Some(_) => self.enter().await.inspect_err(log).ok(),
            // Nobody knows before the first listing; after it there is none.
            None => None,
        };
        for follow_up in due {
            let claims = &self.workspace.shared.claims;
            let Some(_claim) = claims.claim(self.id, follow_up.id) else {
                continue;
            };
            let copied = match (&mut session, &folder) {
                (Some(session), Some(folder)) => copy(session, folder, &follow_up).await,
                _ => Ok(false),
            };
            let event = match copied {
                Ok(true) => {
                    report.copied += 1;
                    FollowUpEvent::SeenInSent
                }
                other => {
                    let _ = other.map_err(|error| log(&self.failed(error)));
                    let again = clock::now().plus_millis(millis(COPY_PAUSE));
                    let last = follow_up.created_at.plus_millis(millis(COPY_TIME));
                    let at = (again < last).then_some(again);
                    FollowUpEvent::CopyDue { at }
                }
            };
            let news = self.workspace.follow_up_event(&follow_up, event).await?;
            moved |= news.is_some();
        }
        if let Some(session) = session {
            session.logout().await;
        }
        Ok(moved)
    }

    /// The account's Sent folder, where it has one.
    async fn sent_folder(&self) -> Result<Option<FolderState>, Error> {
        let store = &self.workspace.shared.store;
        let folders = store.folders(self.workspace.id(), self.id).await?;
        let there = |folder: &FolderState| {
            let gone = FolderPolicy::Skip(SkipReason::Gone);
            folder.role == FolderRole::Sent && folder.policy != gone
        };
        Ok(folders.into_iter().find(there))
    }
}

/// Puts one copy there, unless one is there already; then one is.
async fn copy(
    session: &mut Session,
    folder: &FolderState,
    follow_up: &FollowUp,
) -> Result<bool, ImapError> {
    let mail = &follow_up.mail;
    session.examine(&folder.raw_name).await?;
    if !session.holds(&mail.message_id).await? {
        session.append(&folder.raw_name, &mail.bytes).await?;
    }
    Ok(true)
}

fn log(error: &Error) {
    tracing::info!(%error, "a follow-up has no copy in the Sent folder yet");
}
