//! Every limit of this crate, with its reason.

/// The longest name of an inbox, in characters: what a list shows on a line.
pub const MAX_NAME_CHARS: usize = 100;

/// The longest host name, in bytes (RFC 1035 §2.3.4, without the final dot).
pub const MAX_HOST_BYTES: usize = 253;

/// The longest text that is looked at for a host, in bytes: a name in letters
/// beyond ASCII, or a long web address with one in it.
pub const MAX_TYPED_HOST_BYTES: usize = 2048;

/// The longest label of a host name, in bytes (RFC 1035 §2.3.4).
pub const MAX_LABEL_BYTES: usize = 63;

/// The longest user name, in bytes: an address fits three times over.
pub const MAX_USERNAME_BYTES: usize = 1024;

/// The longest password, in bytes: app passwords have 16, and a server's
/// command line limit (8 KiB in RFC 2683 §3.2.1.5) must hold it in base64.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// The longest text with certificates, in bytes: a chain of ten large ones.
pub const MAX_CA_BYTES: usize = 64 * 1024;

/// The longest text of a list in the form, in bytes: some thousand addresses.
pub const MAX_LIST_BYTES: usize = 64 * 1024;

/// The longest autoconfiguration page, in bytes: real ones have some 3 KiB.
pub const MAX_AUTOCONFIG_BYTES: usize = 256 * 1024;

/// Nodes read of one: real ones have some hundred.
pub const MAX_AUTOCONFIG_NODES: u32 = 10_000;

/// How much of a server's text is looked at or shown, in characters: the
/// known texts are far shorter, and a hostile one has no end.
pub const MAX_SERVER_TEXT_CHARS: usize = 300;
