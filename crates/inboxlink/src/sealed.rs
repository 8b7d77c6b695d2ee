//! What is kept of an inbox under seal: connections and tokens, under data
//! keys that the store has only wrapped.

use std::collections::BTreeMap;

use inboxlink_model::InboxId;
use inboxlink_vault::{KeyProvider, Keyring, Place, VaultError};
use secrecy::SecretString;

use crate::{Error, Workspace, limits::COMMIT_TRIES, webhooks::place_of as webhook_place};

/// Names of data keys begin so; they are opened in the order of their names.
const KEYS: &str = "key/";

/// What is stored for a workspace, by name.
type Stored = BTreeMap<String, Vec<u8>>;

/// One of an inbox's secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// How its account is reached, with the password.
    Connection,
    /// The tokens of its sign-in.
    Tokens,
}

impl Kept {
    const ALL: [Self; 2] = [Self::Connection, Self::Tokens];

    /// Names begin so; the inbox follows.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Connection => "inbox/",
            Self::Tokens => "tokens/",
        }
    }

    fn name(self, inbox: InboxId) -> String {
        format!("{}{inbox}", self.prefix())
    }

    const fn place(self, inbox: InboxId) -> Place<'static> {
        let field = match self {
            Self::Connection => "connection",
            Self::Tokens => "tokens",
        };
        Place { inbox, field }
    }

    /// Where what stands under a name belongs.
    fn placed(name: &str) -> Option<Place<'static>> {
        Self::ALL.into_iter().find_map(|kept| {
            let inbox = name.strip_prefix(kept.prefix())?.parse().ok()?;
            Some(kept.place(inbox))
        })
    }
}

impl Workspace {
    /// Makes a new data key and seals every secret anew under it, one by one;
    /// interrupted anywhere, every secret opens, and the next call goes on.
    /// Inboxes may be connected and followed meanwhile.
    ///
    /// # Errors
    /// The vault's and the store's.
    pub async fn rotate_key(&self) -> Result<(), Error> {
        let provider = self.key_provider().ok_or(VaultError::NoKey)?;
        let store = &self.shared.store;
        let mut stored = store.secrets(self.id).await?;
        let mut keyring = self.keyring(&stored, provider).await?;
        let unused = !stored
            .iter()
            .any(|(name, sealed)| !name.starts_with(KEYS) && keyring.is_current(sealed));
        // A key that an interrupted call made is the new one.
        if keys(&stored) < 2 || !unused {
            (stored, keyring) = self.add_key(&stored, keyring, provider).await?;
        }
        for (name, sealed) in stored {
            let place = Kept::placed(&name).or_else(|| webhook_place(&name));
            if let Some(place) = place.filter(|_| !keyring.is_current(&sealed)) {
                let secret = keyring.unseal(place, &sealed)?;
                let anew = keyring.seal(place, &secret)?;
                // Where it was changed meanwhile, it was sealed anew.
                let (old, new) = (Some(sealed), Some(anew));
                store.swap_secret(self.id, name, old, new).await?;
            }
        }
        Ok(())
    }

    /// Wraps every data key anew, under the key provider's newest master key;
    /// after that the old one can be taken away. Interrupted anywhere, every
    /// key opens under one of the two.
    ///
    /// # Errors
    /// The vault's and the store's.
    pub async fn rewrap_keys(&self) -> Result<(), Error> {
        let provider = self.key_provider().ok_or(VaultError::NoKey)?;
        let store = &self.shared.store;
        let stored = store.secrets(self.id).await?;
        for (name, wrapped) in stored
            .into_iter()
            .filter(|(name, _)| name.starts_with(KEYS))
        {
            let anew = Keyring::new(self.id).rewrap_key(&wrapped, provider).await?;
            let (old, new) = (Some(wrapped), Some(anew));
            store.swap_secret(self.id, name, old, new).await?;
        }
        Ok(())
    }

    /// Forgets what was kept to sign in to an inbox with.
    ///
    /// # Errors
    /// The store's.
    pub async fn forget_password(&self, inbox: InboxId) -> Result<(), Error> {
        for kept in Kept::ALL {
            self.put(kept.name(inbox), None).await?;
        }
        Ok(())
    }

    /// Seals a secret of an inbox into the store.
    pub(crate) async fn seal(
        &self,
        kept: Kept,
        inbox: InboxId,
        secret: &SecretString,
    ) -> Result<(), Error> {
        let keyring = self.sealing_keyring().await?;
        let sealed = keyring.seal(kept.place(inbox), secret)?;
        self.put(kept.name(inbox), Some(sealed)).await
    }

    /// The data keys, of which there is one at least, to seal something under.
    pub(crate) async fn sealing_keyring(&self) -> Result<Keyring, Error> {
        let provider = self.key_provider().ok_or(VaultError::NoKey)?;
        let stored = self.shared.store.secrets(self.id).await?;
        let keyring = self.keyring(&stored, provider).await?;
        match keys(&stored) {
            0 => Ok(self.add_key(&stored, keyring, provider).await?.1),
            _ => Ok(keyring),
        }
    }

    /// Opens a secret of an inbox; `None` where none is kept.
    pub(crate) async fn unseal(
        &self,
        kept: Kept,
        inbox: InboxId,
    ) -> Result<Option<SecretString>, Error> {
        let provider = self.key_provider().ok_or(VaultError::NoKey)?;
        let stored = self.shared.store.secrets(self.id).await?;
        let Some(sealed) = stored.get(&kept.name(inbox)) else {
            return Ok(None);
        };
        let keyring = self.keyring(&stored, provider).await?;
        Ok(Some(keyring.unseal(kept.place(inbox), sealed)?))
    }

    pub(crate) fn key_provider(&self) -> Option<&dyn KeyProvider> {
        self.shared.options.key_provider.as_deref()
    }

    /// Stores a new data key, and reads again what is stored: where another
    /// one was faster, it is theirs that counts.
    async fn add_key(
        &self,
        stored: &Stored,
        mut keyring: Keyring,
        provider: &dyn KeyProvider,
    ) -> Result<(Stored, Keyring), Error> {
        let store = &self.shared.store;
        let wrapped = keyring.add_key(provider).await?;
        let name = format!("{KEYS}{:010}", keys(stored) + 1);
        store
            .swap_secret(self.id, name, None, Some(wrapped))
            .await?;
        let stored = store.secrets(self.id).await?;
        let keyring = self.keyring(&stored, provider).await?;
        Ok((stored, keyring))
    }

    /// The data keys among what is stored.
    pub(crate) async fn keyring(
        &self,
        stored: &Stored,
        provider: &dyn KeyProvider,
    ) -> Result<Keyring, Error> {
        let mut keyring = Keyring::new(self.id);
        for (_, wrapped) in stored.iter().filter(|(name, _)| name.starts_with(KEYS)) {
            keyring.open_key(wrapped, provider).await?;
        }
        Ok(keyring)
    }

    /// Puts something in the place of whatever stands under a name.
    async fn put(&self, name: String, new: Option<Vec<u8>>) -> Result<(), Error> {
        let store = &self.shared.store;
        for _ in 0..COMMIT_TRIES {
            let stored = store.secrets(self.id).await?;
            let old = stored.get(&name).cloned();
            let swapped = store.swap_secret(self.id, name.clone(), old, new.clone());
            if swapped.await? {
                return Ok(());
            }
        }
        Err(Error::contended())
    }
}

fn keys(stored: &Stored) -> usize {
    stored.keys().filter(|name| name.starts_with(KEYS)).count()
}
