//! Passwords that outlive a restart: sealed before they reach the store,
//! under keys that the store has only wrapped.

use std::{borrow::Cow, collections::BTreeMap};

use inboxlink_model::InboxId;
use inboxlink_settings::{ConnectionSettings, Security};
use inboxlink_vault::{KeyProvider, Keyring, Place, VaultError};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    ConnectedInbox, Error, Workspace, limits::COMMIT_TRIES, webhooks::place_of as webhook_place,
};

/// Names of data keys begin so; they are opened in the order of their names.
const KEYS: &str = "key/";
const FIELD: &str = "connection";

/// How an account is reached, with its password: what is sealed.
#[derive(Serialize, Deserialize)]
struct Connection<'a> {
    host: &'a str,
    port: u16,
    security: Security,
    smtp_host: &'a str,
    smtp_port: u16,
    smtp_security: Security,
    // What JSON has to escape cannot be borrowed from it.
    username: Cow<'a, str>,
    password: Cow<'a, str>,
    extra_ca: Option<Cow<'a, str>>,
}

impl Workspace {
    /// An inbox that was connected before, with the password that was sealed
    /// then: for a service that starts again. Needs the
    /// [`key_provider`](crate::Options::key_provider) that it was connected
    /// with.
    ///
    /// # Errors
    /// [`Error::needs_user_action`] where no password was kept for it, or
    /// where it cannot be opened; the store's.
    pub async fn reopen(&self, inbox: InboxId) -> Result<ConnectedInbox, Error> {
        let provider = self.key_provider().ok_or(VaultError::NoKey)?;
        let stored = self.shared.store.secrets(self.id).await?;
        let keyring = self.keyring(&stored, provider).await?;
        let sealed = stored.get(&name(inbox)).ok_or(VaultError::NoSecret)?;
        let opened = keyring.unseal(place(inbox), sealed)?;
        let connection: Connection<'_> =
            serde_json::from_str(opened.expose_secret()).map_err(|_| VaultError::Refused)?;
        let config = self.config().await?;
        let known = config.inboxes.into_iter().find(|known| known.id == inbox);
        let known = known.ok_or(VaultError::NoSecret)?;
        let mut builder = ConnectionSettings::builder()
            .name(known.name)
            .host(connection.host)
            .port(connection.port)
            .security(connection.security)
            .smtp_host(connection.smtp_host)
            .smtp_port(connection.smtp_port)
            .smtp_security(connection.smtp_security)
            .username(connection.username)
            .password(SecretString::from(connection.password.into_owned()))
            .owner(known.owner)
            .team_inbox(known.team_inbox)
            .create_contacts(known.create_contacts)
            .mail(&known.mail);
        if let Some(pem) = connection.extra_ca {
            builder = builder.extra_ca(pem);
        }
        let settings = builder.build(&self.shared.options.host_policy)?;
        Ok(ConnectedInbox::new(self.clone(), inbox, settings))
    }

    /// Makes a new data key and seals every password anew under it, one by
    /// one; interrupted anywhere, every password opens, and the next call
    /// goes on. Inboxes may be connected meanwhile.
    ///
    /// # Errors
    /// The vault's and the store's.
    pub async fn rotate_key(&self) -> Result<(), Error> {
        let provider = self.key_provider().ok_or(VaultError::NoKey)?;
        let store = &self.shared.store;
        let mut stored = store.secrets(self.id).await?;
        let mut keyring = self.keyring(&stored, provider).await?;
        let keys = stored.keys().filter(|name| name.starts_with(KEYS)).count();
        let unused = !stored
            .iter()
            .any(|(name, sealed)| !name.starts_with(KEYS) && keyring.is_current(sealed));
        // A key that an interrupted call made is the new one.
        if keys < 2 || !unused {
            let wrapped = keyring.add_key(provider).await?;
            store
                .swap_secret(self.id, key_name(keys), None, Some(wrapped))
                .await?;
            stored = store.secrets(self.id).await?;
            keyring = self.keyring(&stored, provider).await?;
        }
        for (name, sealed) in stored {
            let inbox = name.strip_prefix("inbox/").and_then(|id| id.parse().ok());
            let bound_to = inbox.map(place).or_else(|| webhook_place(&name));
            if let Some(bound_to) = bound_to.filter(|_| !keyring.is_current(&sealed)) {
                let secret = keyring.unseal(bound_to, &sealed)?;
                let anew = keyring.seal(bound_to, &secret)?;
                // Where it was changed meanwhile, it was sealed anew.
                store
                    .swap_secret(self.id, name, Some(sealed), Some(anew))
                    .await?;
            }
        }
        Ok(())
    }

    /// Forgets the password that was kept for an inbox.
    ///
    /// # Errors
    /// The store's.
    pub async fn forget_password(&self, inbox: InboxId) -> Result<(), Error> {
        self.put(inbox, |_| Ok(None)).await
    }

    pub(crate) fn key_provider(&self) -> Option<&dyn KeyProvider> {
        self.shared.options.key_provider.as_deref()
    }

    /// The data keys, of which there is one at least, to seal something under.
    pub(crate) async fn sealing_keyring(&self) -> Result<Keyring, Error> {
        let provider = self.key_provider().ok_or(VaultError::NoKey)?;
        self.sealing_keyring_of(provider).await
    }

    async fn sealing_keyring_of(&self, provider: &dyn KeyProvider) -> Result<Keyring, Error> {
        let store = &self.shared.store;
        let mut stored = store.secrets(self.id).await?;
        if !stored.keys().any(|name| name.starts_with(KEYS)) {
            let wrapped = Keyring::new(self.id).add_key(provider).await?;
            // Where another one was faster, it is theirs that counts.
            store
                .swap_secret(self.id, key_name(0), None, Some(wrapped))
                .await?;
            stored = store.secrets(self.id).await?;
        }
        self.keyring(&stored, provider).await
    }

    /// The data keys among what is stored.
    pub(crate) async fn keyring(
        &self,
        stored: &BTreeMap<String, Vec<u8>>,
        provider: &dyn KeyProvider,
    ) -> Result<Keyring, Error> {
        let mut keyring = Keyring::new(self.id);
        for (_, wrapped) in stored.iter().filter(|(name, _)| name.starts_with(KEYS)) {
            keyring.open_key(wrapped, provider).await?;
        }
        Ok(keyring)
    }

    /// Puts what `seal` makes in the place of what is kept for an inbox.
    async fn put(
        &self,
        inbox: InboxId,
        seal: impl Fn(&BTreeMap<String, Vec<u8>>) -> Result<Option<Vec<u8>>, VaultError>,
    ) -> Result<(), Error> {
        let store = &self.shared.store;
        for _ in 0..COMMIT_TRIES {
            let stored = store.secrets(self.id).await?;
            let (old, new) = (stored.get(&name(inbox)).cloned(), seal(&stored)?);
            if store.swap_secret(self.id, name(inbox), old, new).await? {
                break;
            }
        }
        Ok(())
    }
}

impl ConnectedInbox {
    /// Seals the settings into the store, where a key provider is given.
    pub(crate) async fn remember(&self) -> Result<(), Error> {
        let workspace = &self.workspace;
        let Some(provider) = workspace.key_provider() else {
            return Ok(());
        };
        let keyring = workspace.sealing_keyring_of(provider).await?;
        let secret = self.connection()?;
        let seal = |_: &_| keyring.seal(place(self.id), &secret).map(Some);
        workspace.put(self.id, seal).await
    }

    fn connection(&self) -> Result<SecretString, VaultError> {
        let (settings, smtp) = (&self.settings, self.settings.smtp());
        let connection = Connection {
            host: settings.host(),
            port: settings.port(),
            security: settings.security(),
            smtp_host: &smtp.host,
            smtp_port: smtp.port,
            smtp_security: smtp.security,
            username: settings.username().into(),
            password: settings.password().expose_secret().into(),
            extra_ca: settings.extra_ca().map(Into::into),
        };
        let json = serde_json::to_string(&connection).map_err(|_| VaultError::BadSecret)?;
        Ok(json.into())
    }
}

fn place(inbox: InboxId) -> Place<'static> {
    Place {
        inbox,
        field: FIELD,
    }
}

fn name(inbox: InboxId) -> String {
    format!("inbox/{inbox}")
}

fn key_name(before: usize) -> String {
    format!("{KEYS}{:010}", before + 1)
}
