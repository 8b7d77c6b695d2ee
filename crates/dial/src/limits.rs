//! Every limit of this crate, with its reason.

/// Addresses tried of one host name: large providers publish eight.
pub const MAX_ADDRESSES: usize = 8;

/// Bytes kept of what answered, to tell what it is: a banner's first word.
pub const MAX_BANNER: usize = 16;

/// Bytes read of a web server's answer: tokens and settings have a few KiB.
#[cfg(feature = "https")]
pub const MAX_HTTP_BODY: usize = 256 * 1024;
