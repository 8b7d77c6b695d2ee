//! The IMAP side: RFC 3501 and the extensions that the profile names.

mod capabilities;
mod connection;
mod encode;
mod envelope;
mod fetch;
mod list;
mod mailboxes;
mod messages;
mod parse;
mod response;
mod search;
mod section;
mod session;
mod structure;
mod utf7;
mod view;

pub(crate) use connection::serve;
pub(crate) use session::Session;
