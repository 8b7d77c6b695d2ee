//! Every limit of this crate, with its reason.

use std::time::Duration;

/// How long before its end an access token is renewed: longer than a login
/// takes, and than clocks differ. Of a short-lived one, half its life at most.
pub const RENEW_AHEAD: Duration = Duration::from_secs(5 * 60);

/// How long a person has to sign in: what was begun longer ago was forgotten,
/// or is not theirs.
pub const SIGN_IN_TIME: Duration = Duration::from_secs(15 * 60);

/// The longest token that is taken, in bytes: Microsoft's have some 3 KiB, and
/// a server's command line must hold it in base64.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;
