//! Every limit of this crate, and why it stands where it does.

/// In how many sessions a UID is tried before it is left alone. Three, since
/// a server's bad hour rarely outlasts two more sessions, and a mail that
/// breaks the connection every time must not do so for ever.
pub const MAX_TRIES: u32 = 3;

/// Mails in one fetch command: with 64 KiB fetched of each, a batch holds
/// 4 MiB at most, and a typical one (14 KB a mail) under 1 MiB.
pub const BATCH_MAILS: usize = 64;

/// Bytes in one fetch command where sizes are known: enough to hide a round
/// trip of 100 ms at 150 Mbit/s, little enough to lose when the connection
/// breaks.
pub const BATCH_BYTES: u64 = 2 * 1024 * 1024;

/// Ranges in one fetch command: 40 of at most 22 characters keep the command
/// under the 1,000 characters that every server takes.
pub const BATCH_RANGES: usize = 40;
