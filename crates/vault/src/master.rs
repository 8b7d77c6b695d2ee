//! Master keys from the environment or a file.

use std::{fmt, fs::File, io::Read as _, path::Path};

use inboxlink_model::WorkspaceId;
use secrecy::zeroize::Zeroizing;
use sha2::{Digest as _, Sha256};

use crate::{
    DataKey, KeyProvider, Providing, VaultError,
    aead::{self, KeyBytes, bound},
    limits::MAX_KEY_TEXT_BYTES,
};

/// Bytes of a master key's name.
const NAME: usize = 8;

/// One master key or several: the first one wraps, all of them open. To
/// rotate, put a new one in front, wrap every data key anew, and take the old
/// one away.
pub struct MasterKeys(Vec<Master>);

struct Master {
    /// Tells which key something was wrapped under, and nothing else of it.
    name: [u8; NAME],
    key: KeyBytes,
}

impl MasterKeys {
    /// Keys of 64 hexadecimal digits each, with white space or commas between
    /// them.
    ///
    /// # Errors
    /// [`VaultError::BadMasterKey`]; [`VaultError::NoMasterKey`] where there
    /// is none.
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        let words = text.split(|c: char| c.is_whitespace() || c == ',');
        let keys = words.filter(|word| !word.is_empty()).map(Master::parse);
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        match keys.is_empty() {
            true => Err(VaultError::NoMasterKey),
            false => Ok(Self(keys)),
        }
    }

    /// From an environment variable, as [`parse`](Self::parse) reads it.
    ///
    /// # Errors
    /// The same.
    pub fn from_env(variable: &str) -> Result<Self, VaultError> {
        let text = std::env::var(variable).map_err(|_| VaultError::NoMasterKey)?;
        Self::parse(&Zeroizing::new(text))
    }

    /// From a file, as [`parse`](Self::parse) reads it.
    ///
    /// # Errors
    /// The same; [`VaultError::NoMasterKey`] where it cannot be read.
    pub fn from_file(path: &Path) -> Result<Self, VaultError> {
        let mut text = Zeroizing::new(String::with_capacity(MAX_KEY_TEXT_BYTES));
        let file = File::open(path).map_err(|_| VaultError::NoMasterKey)?;
        let read = file
            .take(MAX_KEY_TEXT_BYTES as u64)
            .read_to_string(&mut text);
        read.map_err(|_| VaultError::NoMasterKey)?;
        Self::parse(&text)
    }

    fn wrap_now(&self, workspace: WorkspaceId, key: &DataKey) -> Result<Vec<u8>, VaultError> {
        let master = self.0.first().ok_or(VaultError::NoMasterKey)?;
        let sealed = aead::seal(&master.key, &master.bound(workspace), &**key)?;
        Ok([&master.name[..], &sealed].concat())
    }

    fn unwrap_now(&self, workspace: WorkspaceId, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        let (name, sealed) = wrapped
            .split_first_chunk::<NAME>()
            .ok_or(VaultError::Refused)?;
        let master = self.0.iter().find(|master| master.name == *name);
        let master = master.ok_or(VaultError::UnknownKey)?;
        let plain = aead::unseal(&master.key, &master.bound(workspace), sealed)?;
        let key = <[u8; 32]>::try_from(&plain[..]).map_err(|_| VaultError::Refused)?;
        Ok(Zeroizing::new(key))
    }
}

impl Master {
    fn parse(text: &str) -> Result<Self, VaultError> {
        let mut key = Zeroizing::new([0; 32]);
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != key.len() || !rest.is_empty() {
            return Err(VaultError::BadMasterKey);
        }
        for (byte, [high, low]) in key.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        let digest = Sha256::new()
            .chain_update(b"inboxlink master key name v1")
            .chain_update(key.as_slice())
            .finalize();
        let mut name = [0; NAME];
        name.iter_mut()
            .zip(digest)
            .for_each(|(to, from)| *to = from);
        Ok(Self { name, key })
    }

    fn bound(&self, workspace: WorkspaceId) -> Vec<u8> {
        bound(&[
            b"inboxlink data key v1",
            workspace.to_string().as_bytes(),
            &self.name,
        ])
    }
}

fn digit(letter: u8) -> Result<u8, VaultError> {
    let value = char::from(letter).to_digit(16);
    let value = value.and_then(|value| u8::try_from(value).ok());
    value.ok_or(VaultError::BadMasterKey)
}

impl KeyProvider for MasterKeys {
    fn wrap<'a>(&'a self, workspace: WorkspaceId, key: &'a DataKey) -> Providing<'a, Vec<u8>> {
        Box::pin(async move { self.wrap_now(workspace, key) })
    }

    fn unwrap<'a>(&'a self, workspace: WorkspaceId, wrapped: &'a [u8]) -> Providing<'a, DataKey> {
        Box::pin(async move { self.unwrap_now(workspace, wrapped) })
    }
}

impl fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKeys({})", self.0.len())
    }
}
