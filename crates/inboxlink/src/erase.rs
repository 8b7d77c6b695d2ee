//! Erasing a contact's or an inbox's mail, for good.

use std::collections::BTreeSet;

use inboxlink_engine::{Erasure, Input, TombstoneKey};
use inboxlink_model::{ContactId, Identity, InboxId};

use crate::{Error, Workspace, limits::ERASED_AT_ONCE};

/// Whose mail is exported or erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailOf {
    /// Every mail that a contact takes part in, whoever else does.
    Contact(ContactId),
    /// Every mail that an inbox holds.
    Inbox(InboxId),
}

impl Workspace {
    /// Erases mail with everything that was made of it: texts, places, events,
    /// follow-ups; a contact with its addresses too. Answers how many messages
    /// it was. Of an inbox's mail, what another inbox holds as well is only let
    /// go.
    ///
    /// What stays is a keyed hash of each message, so that no later sync brings
    /// it back, and an event that says how many there were. The servers keep
    /// their copies. New mail of the same people is new.
    ///
    /// Interrupted, it has erased some; the next call goes on.
    ///
    /// # Errors
    /// The store's, or where the system has no random bytes.
    pub async fn erase(&self, whose: MailOf) -> Result<u64, Error> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|_| Error::no_random())?;
        let key = TombstoneKey::new(random);
        let inbox = match whose {
            MailOf::Contact(_) => None,
            MailOf::Inbox(inbox) => Some(inbox),
        };
        let mut count = 0;
        loop {
            let messages = self.some_of(whose).await?;
            if messages.is_empty() {
                break;
            }
            count += messages.len() as u64;
            let erasure = Erasure {
                messages,
                inbox,
                key,
                ..Erasure::default()
            };
            self.apply(Input::Erase(Box::new(erasure))).await?;
        }
        if let MailOf::Contact(id) = whose
            && let Some(contact) = self.contact(id).await?
        {
            let erasure = Erasure {
                contact: Some(id),
                addresses: contact.addresses.into_iter().collect(),
                key,
                ..Erasure::default()
            };
            self.apply(Input::Erase(Box::new(erasure))).await?;
        }
        Ok(count)
    }

    async fn some_of(&self, whose: MailOf) -> Result<BTreeSet<Identity>, Error> {
        let store = &self.shared.store;
        let page = match whose {
            MailOf::Contact(id) => store.timeline(self.id, id, None, ERASED_AT_ONCE).await?,
            MailOf::Inbox(id) => {
                store
                    .inbox_timeline(self.id, id, None, ERASED_AT_ONCE)
                    .await?
            }
        };
        Ok(page.items.iter().map(|mail| mail.identity).collect())
    }
}
