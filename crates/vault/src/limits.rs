//! Every limit of this crate, with its reason.

/// The longest secret, in bytes: a connection with its password and a chain of
/// ten large certificates; a refresh token has some two thousand.
pub const MAX_SECRET_BYTES: usize = 128 * 1024;

/// The block that secrets are padded to, in bytes: every password and app
/// password fits into one.
pub const BLOCK_BYTES: usize = 64;

/// The longest file or variable with master keys, in bytes: some hundred keys.
pub const MAX_KEY_TEXT_BYTES: usize = 8 * 1024;
