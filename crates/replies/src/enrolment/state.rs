//! The state of an enrolment, and its steps.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_message::Digest;
use inboxlink_model::{EnrolmentId, Identity, InboxId, RuleId, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};

use super::{AwayPolicy, Effect, Event};
use crate::{Silence, Wait, limits::MAX_EXTENSIONS};

/// A mail of ours that a node of a rule waits for an answer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The mail.
    pub outbound: Identity,
    /// The rule.
    pub rule: RuleId,
    timer: EnrolmentId,
    wait: Wait,
    away: AwayPolicy,
    /// The inboxes that could hold the answer, each with the moment up to
    /// which it has been read.
    inboxes: BTreeMap<InboxId, Timestamp>,
    state: EnrolmentState,
}

/// Where an enrolment stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
#[non_exhaustive]
pub enum EnrolmentState {
    /// Our mail has not been sent.
    Unsent,
    /// It has, and no answer came.
    Waiting {
        /// When it was sent.
        since: Timestamp,
        /// The first moment at which the silence has lasted long enough.
        deadline: Timestamp,
        /// Automatic answers that have moved the deadline.
        extended_by: BTreeSet<Identity>,
        /// Since when the clock stands still.
        paused_at: Option<Timestamp>,
    },
    /// No answer came in time.
    Fired {
        /// The silence.
        silence: Silence,
    },
    /// A person answered.
    Replied {
        /// Their mail.
        reply: Identity,
    },
    /// Nobody can answer: the mail bounced.
    Undelivered,
    /// Somebody ended it.
    Cancelled,
}

impl EnrolmentState {
    /// The name as in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unsent => "unsent",
            Self::Waiting {
                paused_at: Some(_), ..
            } => "paused",
            Self::Waiting { .. } => "waiting",
            Self::Fired { .. } => "fired",
            Self::Replied { .. } => "replied",
            Self::Undelivered => "undelivered",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Long before any mail: nothing of an inbox has been read.
const NOTHING_READ: Timestamp = Timestamp(i64::MIN);

impl Enrolment {
    /// For a mail that will be or was sent. `inboxes`: all that could receive
    /// the answer, with what was read of them so far told as
    /// [`Event::Watermark`].
    pub fn new(
        workspace: WorkspaceId,
        rule: RuleId,
        wait: &Wait,
        outbound: Identity,
        inboxes: impl IntoIterator<Item = InboxId>,
        away: AwayPolicy,
    ) -> Self {
        let timer = Digest::new("timer")
            .field(workspace.to_bytes())
            .field(rule.to_bytes())
            .field(&wait.node)
            .field(outbound.to_bytes())
            .finish();
        Self {
            outbound,
            rule,
            timer: EnrolmentId::from_bytes(timer),
            wait: wait.clone(),
            away,
            inboxes: inboxes.into_iter().map(|it| (it, NOTHING_READ)).collect(),
            state: EnrolmentState::Unsent,
        }
    }

    /// Where it stands.
    pub fn state(&self) -> &EnrolmentState {
        &self.state
    }

    /// The node of the rule's condition that waits.
    pub fn node(&self) -> &str {
        &self.wait.node
    }

    /// When the silence will have lasted long enough, while it is waited for.
    pub const fn deadline(&self) -> Option<Timestamp> {
        match self.state {
            EnrolmentState::Waiting { deadline, .. } => Some(deadline),
            _ => None,
        }
    }

    /// Whether an answer would still change anything.
    pub const fn is_open(&self) -> bool {
        matches!(
            self.state,
            EnrolmentState::Unsent | EnrolmentState::Waiting { .. } | EnrolmentState::Fired { .. }
        )
    }

    /// The inboxes that could hold the answer.
    pub fn inboxes(&self) -> impl Iterator<Item = InboxId> {
        self.inboxes.keys().copied()
    }

    /// Its id, which is its timer's too: its key in a store.
    pub fn id(&self) -> EnrolmentId {
        self.timer
    }

    /// What follows from an event. One that does not belong to the state
    /// changes nothing, so that what is told twice or late does no harm.
    #[must_use]
    pub fn step(mut self, event: Event) -> (Self, Vec<Effect>) {
        let mut effects = Vec::new();
        // What has been read is remembered whatever the state: a mail may be
        // told of after its inbox was read.
        match &event {
            Event::Watermark { inbox, at } => {
                if let Some(read) = self.inboxes.get_mut(inbox) {
                    *read = (*read).max(*at);
                }
            }
            Event::InboxGone { inbox } => {
                self.inboxes.remove(inbox);
            }
            _ => {}
        }
        self.state = match self.state.clone() {
            EnrolmentState::Unsent => self.unsent(event, &mut effects),
            EnrolmentState::Fired { silence } => {
                if let Event::Reply { reply } = event {
                    effects.push(Effect::Recall { reply });
                    EnrolmentState::Replied { reply }
                } else {
                    EnrolmentState::Fired { silence }
                }
            }
            EnrolmentState::Waiting { .. } => self.waiting(event, &mut effects),
            done => done,
        };
        (self, effects)
    }

    fn unsent(&self, event: Event, effects: &mut Vec<Effect>) -> EnrolmentState {
        match event {
            Event::Sent { at } => {
                let waiting = EnrolmentState::Waiting {
                    since: at,
                    deadline: self.wait.deadline(at),
                    extended_by: BTreeSet::new(),
                    paused_at: None,
                };
                self.settled(waiting, true, effects)
            }
            // Some servers deliver an answer before our copy comes back.
            Event::Reply { reply } => EnrolmentState::Replied { reply },
            Event::Cancel => EnrolmentState::Cancelled,
            _ => EnrolmentState::Unsent,
        }
    }

    fn waiting(&self, event: Event, effects: &mut Vec<Effect>) -> EnrolmentState {
        let EnrolmentState::Waiting {
            since,
            mut deadline,
            mut extended_by,
            mut paused_at,
        } = self.state.clone()
        else {
            return self.state.clone();
        };
        let before = deadline;
        let was_paused = paused_at.is_some();
        let ended = match event {
            Event::Reply { reply } => Some(EnrolmentState::Replied { reply }),
            Event::Bounced => Some(EnrolmentState::Undelivered),
            Event::Cancel => Some(EnrolmentState::Cancelled),
            Event::AutoReply { reply, away_until } => {
                if extended_by.len() < MAX_EXTENSIONS && extended_by.insert(reply) {
                    deadline = self.extended(since, deadline, away_until);
                }
                None
            }
            Event::Pause { now } => {
                paused_at = paused_at.or(Some(now));
                None
            }
            Event::Resume { now } => {
                if let Some(paused_at) = paused_at.take() {
                    // A clock that went back meanwhile shortens nothing.
                    let stood = now.0.saturating_sub(paused_at.0).max(0);
                    deadline = deadline.plus_millis(stood);
                }
                None
            }
            Event::TimerDue => {
                let behind = self.behind(deadline);
                if paused_at.is_none() && !behind.is_empty() {
                    effects.push(Effect::Look { inboxes: behind });
                }
                None
            }
            _ => None,
        };
        if let Some(ended) = ended {
            effects.push(Effect::Disarm { timer: self.timer });
            return ended;
        }
        let paused = paused_at.is_some();
        if paused && !was_paused {
            effects.push(Effect::Disarm { timer: self.timer });
        }
        let moved = deadline != before || (was_paused && !paused);
        let waiting = EnrolmentState::Waiting {
            since,
            deadline,
            extended_by,
            paused_at,
        };
        self.settled(waiting, moved && !paused, effects)
    }

    /// The state, or that it fired: every inbox has been read up to the
    /// deadline, and nothing was found. `arm`: the timer is to be set.
    fn settled(
        &self,
        waiting: EnrolmentState,
        arm: bool,
        effects: &mut Vec<Effect>,
    ) -> EnrolmentState {
        let EnrolmentState::Waiting {
            since,
            deadline,
            paused_at: None,
            ..
        } = waiting
        else {
            return waiting;
        };
        // Without an inbox nothing is known of any silence.
        if let Some(until) = self
            .inboxes
            .values()
            .min()
            .filter(|read| **read >= deadline)
        {
            let silence = Silence {
                since,
                until: *until,
            };
            effects.push(Effect::Fire { silence });
            return EnrolmentState::Fired { silence };
        }
        if arm {
            let (timer, at) = (self.timer, deadline);
            effects.push(Effect::Arm { timer, at });
        }
        waiting
    }

    /// The inboxes that have not been read up to a moment.
    fn behind(&self, moment: Timestamp) -> BTreeSet<InboxId> {
        let behind = self.inboxes.iter().filter(|(_, read)| **read < moment);
        behind.map(|(inbox, _)| *inbox).collect()
    }

    fn extended(
        &self,
        since: Timestamp,
        deadline: Timestamp,
        away_until: Option<Timestamp>,
    ) -> Timestamp {
        let AwayPolicy::Extend { unnamed, at_most } = self.away else {
            return deadline;
        };
        let longest = at_most.after(self.wait.deadline(since));
        let named = away_until.map(|until| self.wait.deadline(until));
        let later = named.or_else(|| unnamed.map(|period| period.after(deadline)));
        later.map_or(deadline, |later| later.min(longest).max(deadline))
    }
}
