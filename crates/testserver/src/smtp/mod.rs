//! The SMTP side: submission (RFC 6409) with delivery into the mailboxes.

mod command;
mod connection;
mod delivery;
mod session;

pub(crate) use connection::serve;
pub(crate) use session::Session;
