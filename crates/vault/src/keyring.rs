//! A workspace's data keys, and what is sealed under them.

use std::{collections::BTreeMap, fmt};

use inboxlink_model::{InboxId, WorkspaceId};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    DataKey, KeyProvider, VaultError,
    aead::{self, bound},
    limits::MAX_SECRET_BYTES,
    padding::{pad, unpad},
};

/// The form of what is stored; the first byte of everything.
const VERSION: u8 = 1;

/// Where a secret belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The inbox.
    pub inbox: InboxId,
    /// Which of its secrets: `password`, `refresh_token`.
    pub field: &'a str,
}

/// The data keys of one workspace. The newest seals, all of them open.
pub struct Keyring {
    workspace: WorkspaceId,
    keys: BTreeMap<u32, DataKey>,
}

impl Keyring {
    /// A ring without keys.
    pub const fn new(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            keys: BTreeMap::new(),
        }
    }

    /// Makes a key that seals from now on, and gives it wrapped: store that
    /// before anything that is sealed under it.
    ///
    /// # Errors
    /// The provider's; [`VaultError::NoRandomness`].
    pub async fn add_key(&mut self, provider: &dyn KeyProvider) -> Result<Vec<u8>, VaultError> {
        let key = aead::random_key()?;
        let id = self.keys.last_key_value().map_or(0, |(id, _)| *id);
        let id = id.checked_add(1).ok_or(VaultError::NoKey)?;
        let wrapped = provider.wrap(self.workspace, &key).await?;
        self.keys.insert(id, key);
        Ok([&[VERSION][..], &id.to_be_bytes(), &wrapped].concat())
    }

    /// Takes a stored key up.
    ///
    /// # Errors
    /// The provider's; [`VaultError::Refused`].
    pub async fn open_key(
        &mut self,
        wrapped: &[u8],
        provider: &dyn KeyProvider,
    ) -> Result<(), VaultError> {
        let (id, wrapped) = opened(wrapped)?;
        let key = provider.unwrap(self.workspace, wrapped).await?;
        self.keys.insert(id, key);
        Ok(())
    }

    /// Wraps a stored key anew, under the provider's newest master key.
    ///
    /// # Errors
    /// The provider's; [`VaultError::Refused`].
    pub async fn rewrap_key(
        &self,
        wrapped: &[u8],
        provider: &dyn KeyProvider,
    ) -> Result<Vec<u8>, VaultError> {
        let (id, inner) = opened(wrapped)?;
        let key = provider.unwrap(self.workspace, inner).await?;
        let wrapped = provider.wrap(self.workspace, &key).await?;
        Ok([&[VERSION][..], &id.to_be_bytes(), &wrapped].concat())
    }

    /// Seals a secret for its place.
    ///
    /// # Errors
    /// [`VaultError::NoKey`], [`VaultError::BadSecret`],
    /// [`VaultError::NoRandomness`].
    pub fn seal(&self, place: Place<'_>, secret: &SecretString) -> Result<Vec<u8>, VaultError> {
        let secret = secret.expose_secret().as_bytes();
        if secret.is_empty() || secret.len() > MAX_SECRET_BYTES {
            return Err(VaultError::BadSecret);
        }
        let (id, key) = self.keys.last_key_value().ok_or(VaultError::NoKey)?;
        let sealed = aead::seal(key, &self.bound(place, *id), &pad(secret))?;
        Ok([&[VERSION][..], &id.to_be_bytes(), &sealed].concat())
    }

    /// Opens what was sealed for a place.
    ///
    /// # Errors
    /// [`VaultError::Refused`] where a bit of it changed or it was sealed for
    /// another place; [`VaultError::UnknownKey`].
    pub fn unseal(&self, place: Place<'_>, sealed: &[u8]) -> Result<SecretString, VaultError> {
        let (id, sealed) = opened(sealed)?;
        let key = self.keys.get(&id).ok_or(VaultError::UnknownKey)?;
        let padded = aead::unseal(key, &self.bound(place, id), sealed)?;
        let secret = unpad(&padded).and_then(|bytes| std::str::from_utf8(bytes).ok());
        secret.map(SecretString::from).ok_or(VaultError::Refused)
    }

    /// Whether something was sealed under the newest key; what was not is to
    /// be opened and sealed anew, at leisure.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        let newest = self.keys.last_key_value().map(|(id, _)| *id);
        opened(sealed).is_ok_and(|(id, _)| Some(id) == newest)
    }

    fn bound(&self, place: Place<'_>, id: u32) -> Vec<u8> {
        bound(&[
            b"inboxlink secret v1",
            self.workspace.to_string().as_bytes(),
            place.inbox.to_string().as_bytes(),
            place.field.as_bytes(),
            &id.to_be_bytes(),
        ])
    }
}

/// The key's number, and what stands behind it.
fn opened(stored: &[u8]) -> Result<(u32, &[u8]), VaultError> {
    let (version, rest) = stored.split_first().ok_or(VaultError::Refused)?;
    let (id, rest) = rest.split_first_chunk().ok_or(VaultError::Refused)?;
    match *version {
        VERSION => Ok((u32::from_be_bytes(*id), rest)),
        _ => Err(VaultError::Refused),
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({} keys of {})", self.keys.len(), self.workspace)
    }
}
