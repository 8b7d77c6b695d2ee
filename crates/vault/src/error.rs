//! What can go wrong; never with a secret in it.

/// Why something cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// What was stored was changed, belongs to another place, or was sealed
    /// under another key of the same name.
    #[error("the stored secret cannot be opened here: it was changed, or belongs elsewhere")]
    Refused,
    /// The key that it was sealed under is not there.
    #[error("the key of the stored secret is missing: add the old key behind the new one")]
    UnknownKey,
    /// Nothing was kept for this inbox.
    #[error("no password is kept for this inbox: connect it again")]
    NoSecret,
    /// There is no key to seal with.
    #[error("there is no key to seal secrets with: add one first")]
    NoKey,
    /// A master key is not 64 hexadecimal digits.
    #[error("a master key is 64 hexadecimal digits, such as `openssl rand -hex 32` prints")]
    BadMasterKey,
    /// The master key's variable or file cannot be read.
    #[error("the master key cannot be read: check the environment variable or the file")]
    NoMasterKey,
    /// The secret is empty or too long.
    #[error("the secret is empty or too long")]
    BadSecret,
    /// The system gave no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// The key provider cannot be asked now.
    #[error("the key service cannot be reached; try again later")]
    Unavailable,
}
