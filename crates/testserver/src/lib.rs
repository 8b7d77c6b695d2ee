#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod builder;
mod date;
mod error;
mod faults;
mod imap;
mod limits;
mod listen;
mod mailboxes;
mod mime;
mod model;
mod profile;
mod records;
mod sasl;
mod server;
mod smtp;
pub mod texts;
mod tls;
mod wire;

pub use builder::Builder;
pub use error::Error;
pub use faults::{Action, Faults, Outgoing, Protocol};
pub use mailboxes::Mailboxes;
pub use profile::{Profile, SpecialUse};
pub use records::{StoredMessage, Submission, User};
pub use server::TestServer;
