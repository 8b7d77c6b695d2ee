#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod builder;
mod cues;
mod date;
mod error;
mod faults;
mod imap;
mod limits;
mod listen;
mod mailboxes;
mod mime;
mod model;
mod oauth;
mod profile;
mod records;
mod sasl;
mod server;
mod smtp;
mod tcp;
pub mod texts;
mod tls;
mod wire;

pub use builder::Builder;
pub use cues::{Cue, Cues, Fault};
pub use error::Error;
pub use faults::{Action, Cut, Faults, Incoming, Outgoing, Protocol, Reaction};
pub use mailboxes::Mailboxes;
pub use oauth::{AuthServer, TokenFault};
pub use profile::{Profile, SpecialUse};
pub use records::{StoredMessage, Submission, User};
pub use server::TestServer;
