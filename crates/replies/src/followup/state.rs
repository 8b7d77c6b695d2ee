//! What became of a follow-up.

use inboxlink_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::limits::{MAX_SEND_ATTEMPTS, SEND_BACKOFF_MILLIS};

/// What became of a follow-up. Each state is stored before what it allows is
/// done: an attempt begins when [`Attempting`](Self::Attempting) is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
#[non_exhaustive]
pub enum FollowUpState {
    /// Ready, and certainly not sent.
    Prepared {
        /// Attempts that certainly failed.
        attempts: u32,
        /// When the next may begin.
        not_before: Timestamp,
        /// Why the last one failed, in the server's words or ours.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// Somebody is sending it.
    Attempting {
        /// How many attempts began, this one included.
        attempts: u32,
        /// When it has certainly ended: found after that, nobody knows how.
        until: Timestamp,
    },
    /// The server took it.
    Accepted {
        /// What the server said, in its words; empty where the mail was found
        /// in the Sent folder instead.
        text: String,
        /// When a copy of it is to be put into the Sent folder; `None` where
        /// one is there, or none is wanted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copy_due: Option<Timestamp>,
    },
    /// It was certainly not sent, and will not be.
    Rejected {
        /// The server's reply code (RFC 5321 §4.2), where it gave one.
        code: Option<u16>,
        /// Why, in the server's words or ours.
        text: String,
    },
    /// It was not sent, because there was no reason for it any more.
    Withdrawn {
        /// Why not.
        why: String,
    },
    /// The server took it, and it came back: its recipient did not get it.
    Bounced {
        /// What the report says.
        text: String,
    },
    /// It may have been sent. Only a person, or its copy in the Sent folder,
    /// leads out of here.
    Unknown {
        /// Why nobody knows.
        reason: String,
    },
}

/// What happened to a follow-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
#[non_exhaustive]
pub enum FollowUpEvent {
    /// Somebody wants to send it.
    Attempt {
        /// The time.
        now: Timestamp,
        /// When whoever sends it will have given up, whatever comes.
        until: Timestamp,
    },
    /// Whoever sends it is still at it, and asks for more time.
    Renew {
        /// When they will have given up.
        until: Timestamp,
    },
    /// It may not go out yet: a cap is reached, or hours are quiet.
    Postpone {
        /// When to ask again.
        at: Timestamp,
        /// Why.
        why: String,
    },
    /// There is no reason for it any more: it is not sent unless it is on its
    /// way already.
    Withdraw {
        /// Why not.
        why: String,
    },
    /// A report came that its recipient did not get it.
    Bounced {
        /// What it says.
        text: String,
    },
    /// The server took it.
    Accepted {
        /// Its words.
        text: String,
        /// When a copy is to be put into the Sent folder; `None` where the
        /// server does that by itself.
        copy_due: Option<Timestamp>,
    },
    /// It was certainly not sent.
    Refused {
        /// Whether another attempt would fare the same.
        permanent: bool,
        /// The server's reply code, where it gave one.
        code: Option<u16>,
        /// Why.
        text: String,
        /// The time.
        now: Timestamp,
    },
    /// The attempt ended so that nobody knows whether the server took it.
    Lost {
        /// How.
        reason: String,
    },
    /// An attempt was found whose process is no more.
    Interrupted,
    /// Its Message-ID was found in the Sent folder.
    SeenInSent,
    /// Its copy could not be put there: it is tried again, or never.
    CopyDue {
        /// When.
        at: Option<Timestamp>,
    },
    /// A person wants it sent again, knowing that it may arrive twice.
    SendAgain {
        /// The time.
        now: Timestamp,
    },
}

impl FollowUpState {
    /// A follow-up that was just made.
    pub const fn prepared(now: Timestamp) -> Self {
        Self::Prepared {
            attempts: 0,
            not_before: now,
            why: None,
        }
    }

    /// Its name, as in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Prepared { .. } => "prepared",
            Self::Attempting { .. } => "attempting",
            Self::Accepted { .. } => "accepted",
            Self::Rejected { .. } => "rejected",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Bounced { .. } => "bounced",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// When somebody has to see to it next: to send it, to find that its
    /// attempt was interrupted, to put its copy into Sent. `None` where
    /// nothing is to be done by itself any more.
    pub const fn due(&self) -> Option<Timestamp> {
        match self {
            Self::Prepared { not_before, .. } => Some(*not_before),
            Self::Attempting { until, .. } => Some(*until),
            Self::Accepted { copy_due, .. } => *copy_due,
            Self::Rejected { .. }
            | Self::Withdrawn { .. }
            | Self::Bounced { .. }
            | Self::Unknown { .. } => None,
        }
    }

    /// Whether it has come to an end, be it that nobody knows which.
    pub const fn is_end(&self) -> bool {
        !matches!(self, Self::Prepared { .. } | Self::Attempting { .. })
    }

    /// The state after an event. An event that does not belong to the state
    /// changes nothing, so that what is told twice or late does no harm; in
    /// particular [`Attempt`](FollowUpEvent::Attempt) changes the state for
    /// one caller only, and only that one may send.
    #[must_use]
    pub fn step(self, event: FollowUpEvent) -> Self {
        use FollowUpEvent as Event;
        match (self, event) {
            (
                Self::Prepared {
                    attempts,
                    not_before,
                    ..
                },
                Event::Attempt { now, until },
            ) if now >= not_before => Self::Attempting {
                attempts: attempts.saturating_add(1),
                until,
            },
            (Self::Attempting { attempts, .. }, Event::Renew { until }) => {
                Self::Attempting { attempts, until }
            }
            (Self::Prepared { attempts, .. }, Event::Postpone { at, why }) => Self::Prepared {
                attempts,
                not_before: at,
                why: Some(why),
            },
            (Self::Prepared { .. }, Event::Withdraw { why }) => Self::Withdrawn { why },
            // It was sent, then, where nobody had known.
            (
                Self::Attempting { .. } | Self::Accepted { .. } | Self::Unknown { .. },
                Event::Bounced { text },
            ) => Self::Bounced { text },
            (Self::Attempting { .. }, Event::Accepted { text, copy_due }) => {
                Self::Accepted { text, copy_due }
            }
            (
                Self::Attempting { attempts, .. },
                Event::Refused {
                    permanent: false,
                    text,
                    now,
                    ..
                },
            ) if attempts < MAX_SEND_ATTEMPTS => Self::Prepared {
                attempts,
                not_before: now.plus_millis(SEND_BACKOFF_MILLIS << attempts.min(16)),
                why: Some(text),
            },
            (Self::Attempting { .. }, Event::Refused { code, text, .. }) => {
                Self::Rejected { code, text }
            }
            (Self::Attempting { .. }, Event::Lost { reason }) => Self::Unknown { reason },
            (Self::Attempting { .. }, Event::Interrupted) => Self::Unknown {
                reason: "the program ended while it was being sent".to_owned(),
            },
            (
                // Prepared too: a person may have asked for another attempt
                // just before it was seen that the first had gone through.
                Self::Prepared { .. }
                | Self::Attempting { .. }
                | Self::Unknown { .. }
                | Self::Rejected { .. },
                Event::SeenInSent,
            ) => Self::Accepted {
                text: String::new(),
                copy_due: None,
            },
            (Self::Accepted { text, .. }, Event::SeenInSent) => Self::Accepted {
                text,
                copy_due: None,
            },
            (
                Self::Accepted {
                    text,
                    copy_due: Some(_),
                },
                Event::CopyDue { at },
            ) => Self::Accepted { text, copy_due: at },
            (
                Self::Unknown { .. } | Self::Rejected { .. } | Self::Bounced { .. },
                Event::SendAgain { now },
            ) => Self::prepared(now),
            (state, _) => state,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event() -> impl Strategy<Value = FollowUpEvent> {
        let now = (0..1_000_000_000i64).prop_map(Timestamp);
        prop_oneof![
            4 => now.clone().prop_map(|now| FollowUpEvent::Attempt { now, until: now }),
            1 => prop::option::of(now.clone()).prop_map(|copy_due| FollowUpEvent::Accepted {
                text: "250".into(),
                copy_due,
            }),
            1 => prop::option::of(now.clone()).prop_map(|at| FollowUpEvent::CopyDue { at }),
            1 => (any::<bool>(), now.clone()).prop_map(|(permanent, now)| FollowUpEvent::Refused {
                permanent,
                code: Some(451),
                text: String::new(),
                now,
            }),
            1 => Just(FollowUpEvent::Lost { reason: "cut".into() }),
            1 => Just(FollowUpEvent::Interrupted),
            1 => Just(FollowUpEvent::SeenInSent),
            1 => now.clone().prop_map(|until| FollowUpEvent::Renew { until }),
            1 => now.clone().prop_map(|at| FollowUpEvent::Postpone { at, why: "cap".into() }),
            1 => Just(FollowUpEvent::Bounced { text: "5.1.1".into() }),
            1 => now.prop_map(|now| FollowUpEvent::SendAgain { now }),
        ]
    }

    proptest! {
        /// Between two attempts somebody said for certain that the first
        /// failed, or a person asked for the second.
        #[test]
        fn no_second_attempt_without_certainty(events in prop::collection::vec(event(), 0..60)) {
            let mut state = FollowUpState::prepared(Timestamp(0));
            let mut may_begin = true;
            for event in events {
                let before = state.clone();
                state = state.step(event.clone());
                if state == before {
                    continue;
                }
                match (&state, event) {
                    (FollowUpState::Attempting { .. }, FollowUpEvent::Renew { .. })
                    | (FollowUpState::Prepared { .. }, FollowUpEvent::Postpone { .. }) => {}
                    (FollowUpState::Attempting { .. }, FollowUpEvent::Attempt { .. }) => {
                        prop_assert!(std::mem::take(&mut may_begin));
                    }
                    (FollowUpState::Prepared { .. }, FollowUpEvent::Refused { permanent, .. }) => {
                        prop_assert!(!permanent);
                        may_begin = true;
                    }
                    (FollowUpState::Prepared { .. }, FollowUpEvent::SendAgain { .. }) => may_begin = true,
                    (FollowUpState::Attempting { .. } | FollowUpState::Prepared { .. }, other) => {
                        prop_assert!(false, "{other:?} leads to {state:?}");
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn a_server_that_never_has_time_is_left_alone_in_the_end() {
        let mut state = FollowUpState::prepared(Timestamp(0));
        let mut now = Timestamp(0);
        for attempt in 1..=MAX_SEND_ATTEMPTS {
            let until = now;
            state = state.step(FollowUpEvent::Attempt { now, until });
            assert_eq!(
                state,
                FollowUpState::Attempting {
                    attempts: attempt,
                    until
                }
            );
            state = state.step(FollowUpEvent::Refused {
                permanent: false,
                code: Some(421),
                text: "busy".into(),
                now,
            });
            if let FollowUpState::Prepared {
                not_before,
                ref why,
                ..
            } = state
            {
                assert_eq!(why.as_deref(), Some("busy"));
                let early = not_before.plus_millis(-1);
                assert_eq!(
                    state
                        .clone()
                        .step(FollowUpEvent::Attempt { now: early, until }),
                    state
                );
                now = not_before;
            }
        }
        let text = "busy".to_owned();
        assert_eq!(
            state,
            FollowUpState::Rejected {
                code: Some(421),
                text
            }
        );
    }

    #[test]
    fn what_is_unknown_stays_unknown_until_somebody_knows() {
        let until = Timestamp(1);
        let attempting = FollowUpState::Attempting { attempts: 1, until };
        assert_eq!(
            (attempting.due(), attempting.name()),
            (Some(until), "attempting")
        );
        let unknown = attempting.step(FollowUpEvent::Interrupted);
        let now = Timestamp(i64::MAX);
        assert_eq!(
            unknown
                .clone()
                .step(FollowUpEvent::Attempt { now, until: now }),
            unknown
        );
        let again = unknown.clone().step(FollowUpEvent::SendAgain { now });
        for state in [unknown, again] {
            let found = state.step(FollowUpEvent::SeenInSent);
            assert!(matches!(found, FollowUpState::Accepted { .. }));
        }
    }

    #[test]
    fn a_copy_is_due_until_it_is_there() {
        let now = Timestamp(5);
        let attempting = FollowUpState::Attempting {
            attempts: 1,
            until: now,
        };
        let text = "250 ok".to_owned();
        let event = FollowUpEvent::Accepted {
            text,
            copy_due: Some(now),
        };
        let accepted = attempting.step(event);
        assert_eq!((accepted.due(), accepted.is_end()), (Some(now), true));
        let later = accepted.step(FollowUpEvent::CopyDue {
            at: Some(Timestamp(9)),
        });
        assert_eq!(later.due(), Some(Timestamp(9)));
        let there = later.step(FollowUpEvent::SeenInSent);
        let text = "250 ok".to_owned();
        assert_eq!(
            there,
            FollowUpState::Accepted {
                text,
                copy_due: None
            }
        );
        let at = Some(now);
        assert_eq!(there.clone().step(FollowUpEvent::CopyDue { at }), there);
    }
}
