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

/// The fewest people among whom a name's rarity is judged: in a directory of a
/// handful every word that stands there looks frequent.
pub(crate) const MIN_POPULATION: usize = 50;
