//! Every limit of this crate, and why it stands where it does.

use std::time::Duration;

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

/// How often the flags of the newest mails are looked at where the server
/// counts no changes: what a person reads today shows within two minutes.
pub const SCAN_NEWEST_SECONDS: u64 = 2 * 60;

/// How many those are.
pub const SCAN_NEWEST: u64 = 500;

/// How often those of all mails are: some 60 bytes a mail, 6 MB of 100,000.
pub const SCAN_ALL_SECONDS: u64 = 10 * 60;

/// How long UIDNEXT may run past the cursor before it is an alarm. New mail
/// is stored within seconds; three minutes outlast a connection made again.
pub const ALARM_SECONDS: i64 = 3 * 60;

/// The first pause before a broken connection is made again; it doubles.
pub const BACKOFF_FIRST: Duration = Duration::from_secs(2);

/// The longest pause, unless a server asks for a longer one.
pub const BACKOFF_LONGEST: Duration = Duration::from_secs(80);

/// The longest pause that a server can ask for: a day is no throttle any more.
pub const BACKOFF_OBEYED: Duration = Duration::from_secs(60 * 60);

/// What Gmail lets an account download by IMAP in a day, in bytes: 2,500 MB
/// (Google Workspace Admin Help, "Gmail bandwidth limits").
pub const GMAIL_DAY_BYTES: u64 = 2_500_000_000;
