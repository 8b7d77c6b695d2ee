#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod append;
mod bearer;
mod censor;
mod command;
mod connect;
mod date;
mod diagnosis;
mod driver;
mod error;
mod fetch;
mod framing;
mod guard;
mod idle;
pub mod limits;
mod login;
mod options;
mod refusal;
mod reply;
mod session;
mod text;
mod wire;

pub use connect::{Connection, Endpoint, StageReport, connect};
pub use error::{ErrorKind, ImapError, ServerText};
pub use fetch::{Fetch, FetchEvent};
pub use idle::Watched;
pub use options::{ConnectOptions, Timeouts};
pub use session::{FolderStatus, Session};
