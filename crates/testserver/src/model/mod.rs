//! The mailbox model: users, folders, messages. No sockets and no protocol.

mod flags;
mod folder;
mod uids;
mod world;

pub(crate) use flags::Flags;
pub(crate) use folder::{Folder, Message};
pub(crate) use uids::{Ranges, compact};
pub(crate) use world::{Account, Bell, World};
