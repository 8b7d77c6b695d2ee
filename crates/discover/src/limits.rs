//! Every limit of this crate, with its reason.

use std::time::Duration;

/// How long one question may take: somebody waits before a form.
pub const QUESTION_TIME: Duration = Duration::from_secs(4);

/// How long a whole search may take; what was not asked by then is not found.
pub const SEARCH_TIME: Duration = Duration::from_secs(12);

/// Redirects followed from a page: from a domain to its `www`, and on to its
/// provider.
pub const MAX_REDIRECTS: usize = 2;

/// Records read of one answer: large domains have ten.
pub const MAX_RECORDS: usize = 32;
