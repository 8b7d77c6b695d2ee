//! The mailbox model: users, folders, messages. No sockets and no protocol.

mod flags;
mod folder;
mod labels;
mod login;
mod uids;
mod world;

pub(crate) use flags::Flags;
pub(crate) use folder::{Folder, Mail, Message};
pub(crate) use login::Denial;
pub(crate) use uids::{Ranges, compact};
pub(crate) use world::{Account, Bell, World};
