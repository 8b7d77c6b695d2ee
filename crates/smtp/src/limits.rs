//! Every limit of this crate, and why it stands where it does.

use std::time::Duration;

/// Bytes a server may send in one session, TLS taken off. A session has some
/// ten replies of a few lines each, and lettre reads a reply anew with each of
/// its lines, so that work grows with the square.
pub const MAX_SESSION_BYTES: usize = 16 * 1024;

/// Bytes a server may send before STARTTLS.
pub const MAX_PLAIN_BYTES: usize = 16 * 1024;

/// A user name or password, in bytes.
pub const MAX_CREDENTIAL_BYTES: usize = 4096;

/// An access token, in bytes: Microsoft's have some 3 KiB, and RFC 4954 §4
/// has lines of 12 KiB in AUTH.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// One line of a mail without its CRLF, in bytes (RFC 5321 §4.5.3.1.6).
pub const MAX_LINE_BYTES: usize = 998;

/// Addresses tried of one host name.
pub const MAX_ADDRESSES: usize = 8;

/// Until a TCP connection and, apart from it, its TLS handshake stand.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// Until a command is answered. RFC 5321 §4.5.3.2 says five minutes, for
/// relays; somebody may wait for this answer.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(120);

/// Until the mail is taken after its final dot (RFC 5321 §4.5.3.2.6): giving
/// up early makes an unknown outcome of what would have been an answer.
pub const MAIL_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// Until the server says goodbye: the outcome waits for it.
pub const QUIT_TIMEOUT: Duration = Duration::from_secs(2);
