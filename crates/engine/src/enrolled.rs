//! Enrolments: mails of ours that rules wait for answers to.

use inboxlink_model::{
    Address, ContactId, EnrolmentId, FollowUpId, InboxId, ThreadId, Timestamp, WorkspaceId,
};
use inboxlink_replies::enrolment::Enrolment;
use serde::{Deserialize, Serialize};

use crate::FollowUp;

/// A mail of ours that a rule waits for an answer to, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// What it waits for, and how far it is.
    pub enrolment: Enrolment,
    /// The thread that the mail is in.
    pub thread: ThreadId,
    /// The inbox whose account sent the mail.
    pub inbox: InboxId,
    /// Whom the mail went to: the first who is none of us.
    pub recipient: Address,
    /// The contact that this address belonged to then.
    pub contact: Option<ContactId>,
    /// When it is to be looked at next; `None` where nothing is to be done by
    /// itself.
    pub due: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Enrolled {
    /// Its id.
    pub fn id(&self) -> EnrolmentId {
        self.enrolment.id()
    }

    /// The follow-up that its rule sends when it fires.
    pub fn follow_up(&self, workspace: WorkspaceId) -> FollowUpId {
        FollowUp::id_for(workspace, self.enrolment.rule, self.enrolment.outbound)
    }
}
