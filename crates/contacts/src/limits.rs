//! Every limit of this crate, and why it stands where it stands.

/// The longest name kept, in characters: beyond it stands no person's name.
pub const MAX_NAME_CHARS: usize = 100;

/// Different names kept for one address. An address that many people share,
/// or that a forger feeds, must not grow without end.
pub const MAX_NAMES: usize = 64;

/// Mutually conflicting names from which on an address counts as shared by
/// several people: two are a maiden name or a couple, three are a desk.
pub(crate) const SHARED_NAMES: usize = 3;

/// Tokens of a name that are compared.
pub(crate) const MAX_TOKENS: usize = 8;

/// Names of one address, and addresses of one person, that are compared.
pub(crate) const MAX_COMPARED: usize = 8;

/// The most addresses that are compared with one another because they have one
/// thing in common: more of them only show that it is common.
pub(crate) const MAX_BLOCK: usize = 50;

/// Rows that one thread takes at a time.
pub(crate) const CHUNK_ROWS: usize = 1 << 16;

/// Nodes that one thread takes at a time.
pub(crate) const CHUNK_NODES: usize = 1 << 14;

/// A conflicting name seen this many times less often than an address's main
/// name is somebody else's.
pub(crate) const RARELY: u64 = 8;
