//! The server as its clients see it, command by command.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod async_imap;
mod imap_hostile;
mod imap_idle;
mod imap_mailbox;
mod lifetime;
mod profiles;
mod smtp;
mod support;
