//! An inbox's life after it was connected: edited, paused, handed over,
//! removed.

use inboxlink_engine::{Inbox, InboxChange, InboxChoices, InboxState, Input};
use inboxlink_imap::StageReport;
use inboxlink_model::{InboxId, OwnerId};
use inboxlink_settings::ConnectionSettings;

use crate::{
    ConnectedInbox, Error, MailOf, Workspace,
    limits::{ADDRESSES_AT_ONCE, CONTACTS_AT_ONCE},
};

impl Workspace {
    /// Stops syncing an inbox until it is resumed; whoever follows it is told
    /// so, and its history and cursors stay. A follow-up that is due waits.
    ///
    /// # Errors
    /// The store's; so it is with all that follow.
    pub async fn pause(&self, inbox: InboxId) -> Result<(), Error> {
        self.set_state(inbox, InboxState::Paused).await
    }

    /// Lets an inbox be synced again, from where it stopped. Follow it anew.
    ///
    /// # Errors
    /// The store's.
    pub async fn resume(&self, inbox: InboxId) -> Result<(), Error> {
        self.set_state(inbox, InboxState::Connected).await
    }

    /// Changes what is done with an inbox's mail. Nothing is signed in to; for
    /// another host, name or password use [`edit`](Self::edit).
    ///
    /// Where more contacts are wanted than before, the history that is there
    /// is looked through for them.
    ///
    /// # Errors
    /// The store's.
    pub async fn choose(&self, inbox: InboxId, choices: InboxChoices) -> Result<(), Error> {
        let change = InboxChange::Choices(choices);
        self.apply(Input::ChangeInbox { inbox, change }).await?;
        self.look_again(inbox).await
    }

    /// Gives an inbox other settings, a new password among them: logs in to
    /// see that they work, and stores them. It stays the same inbox whatever
    /// its host or user name, keeps its cursors, and is resumed.
    ///
    /// # Errors
    /// What the connection failed of, with [`Error::diagnosis`]: then nothing
    /// has changed. Or the store.
    pub async fn edit(
        &self,
        inbox: InboxId,
        settings: ConnectionSettings,
    ) -> Result<ConnectedInbox, Error> {
        self.edit_watched(inbox, settings, |_| {}).await
    }

    /// The same, telling of each stage of the test connection.
    ///
    /// # Errors
    /// As [`edit`](Self::edit).
    pub async fn edit_watched(
        &self,
        inbox: InboxId,
        settings: ConnectionSettings,
        mut watch: impl FnMut(StageReport) + Send,
    ) -> Result<ConnectedInbox, Error> {
        let edited = ConnectedInbox::new(self.clone(), inbox, settings);
        edited.test(&mut watch).await?;
        let edited = edited.admit().await?;
        self.look_again(inbox).await?;
        Ok(edited)
    }

    /// Hands an inbox over to another team member. What its mail shares with
    /// the team stays as it is, and what the former owner kept to themselves
    /// is not the new one's to read (see [`Inbox::owner_at`]).
    ///
    /// # Errors
    /// The store's.
    pub async fn hand_over(&self, inbox: InboxId, to: OwnerId) -> Result<(), Error> {
        let change = InboxChange::Owner(to);
        self.apply(Input::ChangeInbox { inbox, change }).await
    }

    /// A team member leaves: their inboxes go to another one, or are paused
    /// where nobody is named. The history stays with the team, shared as it
    /// was, and their addresses stay ours.
    ///
    /// # Errors
    /// The store's.
    pub async fn owner_leaves(&self, owner: OwnerId, to: Option<OwnerId>) -> Result<(), Error> {
        self.apply(Input::OwnerLeaves { owner, to }).await?;
        for inbox in self.config().await?.inboxes {
            self.shared.stops.ring(inbox.id);
        }
        Ok(())
    }

    /// Removes an inbox, and forgets its password. Its history stays, shared
    /// as it was; connected again, the inbox goes on where it was.
    ///
    /// # Errors
    /// The store's.
    pub async fn remove_inbox(&self, inbox: InboxId) -> Result<(), Error> {
        self.set_state(inbox, InboxState::Removed).await?;
        self.forget_inbox(inbox).await
    }

    /// Removes an inbox with its history, for good (see [`erase`](Self::erase)):
    /// every message that no other inbox holds, and the contacts who took part
    /// in nothing else. Answers how many messages it was. Interrupted, it has
    /// erased some; the next call goes on.
    ///
    /// # Errors
    /// The store's, or where the system has no random bytes.
    pub async fn erase_inbox(&self, inbox: InboxId) -> Result<u64, Error> {
        // Whoever follows it stops first.
        self.set_state(inbox, InboxState::Removed).await?;
        self.forget_inbox(inbox).await?;
        let erased = self.erase(MailOf::Inbox(inbox)).await?;
        let mut after = None;
        loop {
            let page = self.contacts(after, CONTACTS_AT_ONCE).await?;
            for contact in page.items {
                let store = &self.shared.store;
                let mails = store.timeline(self.id, contact.id, None, 1).await?;
                if mails.items.is_empty() {
                    self.erase(MailOf::Contact(contact.id)).await?;
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(erased);
            }
        }
    }

    async fn forget_inbox(&self, inbox: InboxId) -> Result<(), Error> {
        self.shared.keepers.forget(self.id, inbox);
        self.forget_password(inbox).await
    }

    pub(crate) async fn set_state(&self, inbox: InboxId, state: InboxState) -> Result<(), Error> {
        let change = InboxChange::State(state);
        self.apply(Input::ChangeInbox { inbox, change }).await?;
        self.shared.stops.ring(inbox);
        Ok(())
    }

    /// Looks through an inbox's history for contacts, where that is due.
    /// Interrupted, the next call begins anew; nothing is made twice.
    pub(crate) async fn look_again(&self, inbox: InboxId) -> Result<(), Error> {
        let config = self.config().await?;
        if !config.inbox(inbox).is_some_and(|it: &Inbox| it.look_again) {
            return Ok(());
        }
        let mut after = None;
        loop {
            let store = &self.shared.store;
            let page = store.addresses_without_contact(self.id, inbox, after, ADDRESSES_AT_ONCE);
            let addresses = page.await?;
            after = addresses.last().cloned();
            if after.is_none() {
                break;
            }
            self.apply(Input::LookAgain { inbox, addresses }).await?;
        }
        let change = InboxChange::LookedAgain;
        self.apply(Input::ChangeInbox { inbox, change }).await
    }
}
