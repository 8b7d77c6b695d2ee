//! Who keeps the keys that wrap data keys.

use std::{fmt, future::Future, pin::Pin};

use inboxlink_model::WorkspaceId;
use secrecy::zeroize::Zeroizing;

use crate::VaultError;

/// A data key in clear; wiped when dropped.
pub type DataKey = Zeroizing<[u8; 32]>;

/// An answer that may have to come from elsewhere.
pub type Providing<'a, T> = Pin<Box<dyn Future<Output = Result<T, VaultError>> + Send + 'a>>;

/// Wraps data keys under a key that lies apart from the database: in the
/// environment, a file, or a key management service.
///
/// A provider binds what it wraps to the workspace: what was wrapped for one
/// must not open for another.
pub trait KeyProvider: fmt::Debug + Send + Sync {
    /// Wraps a data key.
    fn wrap<'a>(&'a self, workspace: WorkspaceId, key: &'a DataKey) -> Providing<'a, Vec<u8>>;

    /// Opens what [`wrap`](Self::wrap) made.
    fn unwrap<'a>(&'a self, workspace: WorkspaceId, wrapped: &'a [u8]) -> Providing<'a, DataKey>;
}
