//! Waiting for an answer that may never come.
//!
//! A mail of ours that a rule waits on (`notRepliedWithin`) is enrolled: one
//! [`Enrolment`] for each mail, rule and node. [`Enrolment::step`] is a pure
//! function of what happened; it answers what is to be done. Store the new
//! state and the [`Effect`]s in one transaction, and both survive whatever
//! happens to the process.
//!
//! **Silence is proved, not timed.** A timer only wakes the enrolment. It fires
//! when every inbox that could hold the answer has been read up to the
//! deadline, by its server's clock: an inbox that is offline holds it back, and
//! a local clock that jumps can neither fire it early nor stop it.
//!
//! ```
//! use inboxlink_model::{Identity, InboxId, Timestamp};
//! use inboxlink_replies::{Condition, compile, enrolment::{AwayPolicy, Effect, Enrolment, Event}, when};
//!
//! let rule = compile(&when::no_reply_within("P3D".parse()?))?;
//! let inbox = InboxId::from(1);
//! let mail = Identity::from(7);
//! let waiting = Enrolment::new(1.into(), 1.into(), &rule.waits()[0], mail, [inbox], AwayPolicy::Ignore);
//!
//! let hour = |n: i64| Timestamp(n * 3_600_000);
//! let (waiting, effects) = waiting.step(Event::Sent { at: hour(0) });
//! assert!(matches!(effects[..], [Effect::Arm { at, .. }] if at == hour(72)));
//! // The timer rings, but the inbox has been offline: it is to be looked at.
//! let (waiting, effects) = waiting.step(Event::TimerDue);
//! assert!(matches!(&effects[..], [Effect::Look { .. }]));
//! let (waiting, effects) = waiting.step(Event::Watermark { inbox, at: hour(73) });
//! assert!(matches!(effects[..], [Effect::Fire { .. }]));
//! // What is told again changes nothing.
//! assert_eq!(waiting.clone().step(Event::TimerDue), (waiting, vec![]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod event;
mod state;
#[cfg(test)]
mod tests;

pub use event::{AwayPolicy, Effect, Event};
pub use state::{Enrolment, EnrolmentState};
