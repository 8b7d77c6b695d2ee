//! Follow-ups: the answer to a reply, made ready before it is sent.
//!
//! Sending mail exactly once is impossible: a connection may break after the
//! server took the mail and before it said so. So the Message-ID is a digest
//! of what the follow-up is for, [`prepare`] makes the bytes once, both are
//! stored before anything is sent, and [`FollowUpState`] follows each attempt:
//! one whose end nobody knows is never repeated by a machine.
//!
//! ```
//! use inboxlink_message::{Context, classify, parse};
//! use inboxlink_model::{Mailbox, OwnAddresses, Timestamp};
//! use inboxlink_replies::followup::{Answered, FollowUpTemplate, message_id_for, prepare};
//!
//! let raw = b"From: Ann Lee <ann@example.org>\nSubject: Re: Offer\nMessage-ID: <1@example.org>\n\nYes!";
//! let message = parse(raw, None);
//! let own = OwnAddresses::default();
//! let verdict = classify(&message, &Context { own: &own });
//!
//! let template = FollowUpTemplate {
//!     subject: None,
//!     text: "Hello {{first_name|there}},\n\nhere is the booking link.".into(),
//!     ..FollowUpTemplate::default()
//! };
//! let from = Mailbox::new("Max", "max@example.com")?;
//! let id = message_id_for(1.into(), 7.into(), message.identity(), from.address.domain())?;
//! let answered = Answered { message: &message, verdict: &verdict, own: &own };
//! let mail = prepare(&template, &answered, &from, id, Timestamp::from_seconds(1_700_000_000))?;
//!
//! assert_eq!(mail.to.as_str(), "ann@example.org");
//! let text = String::from_utf8(mail.bytes)?;
//! assert!(text.contains("\r\nSubject: Re: Offer\r\n"));
//! assert!(text.contains("\r\nIn-Reply-To: <1@example.org>\r\n"));
//! assert!(text.ends_with("\r\n\r\nHello Ann,\r\n\r\nhere is the booking link.\r\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod compose;
mod guard;
mod key;
mod policy;
mod prepare;
mod read;
mod state;
mod subject;
mod template;
#[cfg(test)]
mod tests;

pub use guard::LoopGuard;
pub use key::message_id_for;
pub use policy::{ContactCap, HeldBack, MaySend, SendPolicy, SentBefore};
pub use prepare::{Answered, PrepareError, PreparedMail, prepare, prepare_reminder, reminded_of};
pub(crate) use read::read_template;
pub use state::{FollowUpEvent, FollowUpState};
pub(crate) use subject::bare_subject;
pub use template::{FollowUpTemplate, TemplateError};
