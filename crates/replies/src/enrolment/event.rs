//! What happens to an enrolment, and what it wants done.

use std::collections::BTreeSet;

use inboxlink_model::{EnrolmentId, Identity, InboxId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Period, Silence};

/// What happened. Each may be told twice, and late; times of mail are those of
/// the servers that received it (INTERNALDATE).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
#[non_exhaustive]
pub enum Event {
    /// Our mail went out.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// A person answered it.
    Reply {
        /// Their mail.
        reply: Identity,
    },
    /// A machine answered it: out of office.
    AutoReply {
        /// The machine's mail.
        reply: Identity,
        /// The end of the absence, where it names one.
        away_until: Option<Timestamp>,
    },
    /// It did not reach its recipient: nobody can answer it.
    Bounced,
    /// The timer rang.
    TimerDue,
    /// All mail that an inbox's server received before a moment has been told.
    Watermark {
        /// The inbox.
        inbox: InboxId,
        /// The moment.
        at: Timestamp,
    },
    /// An inbox was disconnected: nothing will be heard of it any more.
    InboxGone {
        /// The inbox.
        inbox: InboxId,
    },
    /// Somebody stops the clock.
    Pause {
        /// When.
        now: Timestamp,
    },
    /// Somebody lets it run again.
    Resume {
        /// When.
        now: Timestamp,
    },
    /// Somebody ends it.
    Cancel,
}

/// What is to be done. Each may be done twice without harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "effect")]
#[non_exhaustive]
pub enum Effect {
    /// Set the timer, in place of where it was set.
    Arm {
        /// The timer.
        timer: EnrolmentId,
        /// When it is to ring. What is over rings at once.
        at: Timestamp,
    },
    /// Take the timer away.
    Disarm {
        /// The timer.
        timer: EnrolmentId,
    },
    /// Look into inboxes that have not been read far enough.
    Look {
        /// The inboxes.
        inboxes: BTreeSet<InboxId>,
    },
    /// Ask the rule's condition about our mail, with this silence.
    Fire {
        /// The silence that is certain.
        silence: Silence,
    },
    /// An answer came after all: withdraw what the firing began, where it has
    /// not been sent yet.
    Recall {
        /// The answer.
        reply: Identity,
    },
}

/// What an automatic answer does to a wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "automatic_answers")]
#[non_exhaustive]
pub enum AwayPolicy {
    /// Nothing.
    #[default]
    Ignore,
    /// The wait begins anew when the absence ends.
    Extend {
        /// How long an absence is taken to be whose end is not named; none:
        /// it changes nothing.
        unnamed: Option<Period>,
        /// How far the deadline may move in all.
        at_most: Period,
    },
}
