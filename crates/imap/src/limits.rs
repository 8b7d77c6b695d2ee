//! Every limit of this crate, and why it stands where it does. A server that
//! goes beyond one ends its connection with a typed error; it never gets more
//! of our memory or time than stands here.

use std::time::Duration;

/// One literal, in bytes. We ask for 64 KiB of a mail at a time; a server
/// that ignores partial fetches may still send a mail of this size whole. The
/// parser below us allocates it before its bytes arrive.
pub const MAX_LITERAL: u64 = 4 * 1024 * 1024;

/// One line outside literals, in bytes. The longest line we ask for is a
/// SEARCH reply over [`SEARCH_WINDOW`] messages, 11 bytes each. The parser
/// below us starts over with every 4 KiB, so work grows with the square.
pub const MAX_LINE: u64 = 256 * 1024;

/// One response with its literals, in bytes.
pub const MAX_RESPONSE: u64 = MAX_LITERAL + MAX_LINE;

/// Opening parentheses in one response outside literals. The parser below us
/// recurses and overflows the stack, which aborts the process, at some 350
/// levels; what we ask for needs four.
pub const MAX_PARENTHESES: u32 = 40;

/// Bytes of structure kept to diagnose a connection that failed.
pub const MAX_TAIL: usize = 160;

/// How much of a line is held back while a password is looked for in it, in
/// bytes: a refusal with the longest credentials in base64.
pub const MAX_CENSORED_LINE: usize = 16 * 1024;

/// An access token, in bytes: Microsoft's have some 3 KiB, and Exchange takes
/// command lines of 12 KiB.
pub const MAX_TOKEN: usize = 8 * 1024;

/// Characters kept of a server's own words.
pub const MAX_SERVER_TEXT: usize = 300;

/// Messages asked for in one SEARCH: its reply stays under [`MAX_LINE`].
pub const SEARCH_WINDOW: u32 = 20_000;

/// How often a search over several windows is begun anew because messages
/// were removed under it.
pub const SEARCH_TRIES: u32 = 5;

/// New mails handed over at once while a folder is watched: with 64 KiB of
/// each, 16 MiB. The others follow at once.
pub const LIVE_MAILS: usize = 256;

/// Messages accepted in one folder. Providers stop at a few million; a server
/// that claims 2³² would have us ask for ever.
pub const MAX_MESSAGES: u32 = 10_000_000;

/// Folders accepted in one listing.
pub const MAX_FOLDERS: usize = 20_000;

/// Responses nobody asked for, between two that somebody did. A busy folder
/// announces some hundred; a flood is an attack.
pub const MAX_UNASKED: u32 = 50_000;

/// Fetch commands sent ahead of their answers: three hide the round trip.
pub const PIPELINE_DEPTH: usize = 3;

/// A range fetched on demand, in bytes.
pub const MAX_RANGE: u32 = 1024 * 1024;

/// A mail put into a folder, in bytes: what we send is text of our own.
pub const MAX_APPEND: usize = 4 * 1024 * 1024;

/// A user name or password, in bytes: what IMAP servers take in one line.
pub const MAX_CREDENTIAL: usize = 4096;

/// Until a TCP connection and, apart from it, its TLS handshake stand.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a server may keep its greeting to itself before it is tried
/// whether it waits for TLS. Some look the client's name up first.
pub const GREETING_PATIENCE: Duration = Duration::from_secs(5);

/// Until a response is complete: 64 KiB at 1 KB/s.
pub const RESPONSE_TIMEOUT: Duration = Duration::from_secs(60);

/// Until a command that moves no mail is answered, whatever else is said
/// meanwhile.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(120);

/// Until the server has taken what we send.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(60);

/// Until IDLE ends after DONE, and LOGOUT is answered.
pub const DONE_TIMEOUT: Duration = Duration::from_secs(15);

/// How long one IDLE lasts. RFC 2177 allows 29 minutes; five find a
/// connection that broke unnoticed.
pub const IDLE_PERIOD: Duration = Duration::from_secs(5 * 60);

/// How often a server without IDLE is asked.
pub const POLL_PERIOD: Duration = Duration::from_secs(55);
