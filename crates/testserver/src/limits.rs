//! All limits of the server, each with its reason.

/// A command line without its literals: no client needs more than a few
/// kilobytes, and a UID set of 64 KiB already names thousands of ranges.
pub(crate) const LINE: usize = 64 * 1024;

/// All literals of a command before login: a user name and a password.
pub(crate) const LITERALS_BEFORE_LOGIN: usize = 8 * 1024;

/// One message, by APPEND or by SMTP; also the SIZE that SMTP announces.
pub(crate) const MESSAGE: usize = 64 * 1024 * 1024;

/// Responses are gathered up to this size before they are written: large
/// enough for full TLS records, small enough for a thousand connections.
pub(crate) const GATHER: usize = 64 * 1024;

/// A folder's name, decoded.
pub(crate) const FOLDER_NAME: usize = 1000;

/// Patterns of one LIST: matching costs names times patterns.
pub(crate) const LIST_PATTERNS: usize = 16;

/// Parentheses, NOT and OR within each other in a search: its evaluation
/// recurses.
pub(crate) const SEARCH_DEPTH: usize = 32;

/// The beginning of a message that BODY and TEXT look through: a search must
/// not decode gigabytes.
pub(crate) const SEARCH_BYTES: usize = 1024 * 1024;

/// Multiparts and messages within each other; below, a part is shown whole.
/// Rendering recurses, and every level looks through the bytes once more.
pub(crate) const MIME_DEPTH: usize = 30;

/// Parts of one multipart: what follows belongs to the last one.
pub(crate) const MIME_PARTS: usize = 1000;

/// Recipients of one SMTP transaction (RFC 5321 §4.5.3.1.8 asks for 100).
pub(crate) const RECIPIENTS: usize = 1000;

/// A form for the authorisation server, in bytes: a few tokens.
pub(crate) const FORM: usize = 64 * 1024;
