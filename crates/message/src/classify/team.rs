//! Mail of our own.

use inboxlink_model::{Class, Evidence};

use super::{Finding, Mail};

/// From an address of ours.
pub(super) fn team(mail: &Mail<'_>) -> Finding {
    let author = mail.message.author()?;
    let own = mail.own.contains(&author.address);
    own.then(|| (Class::Team, Evidence::new("own_address", &author.address)))
}
