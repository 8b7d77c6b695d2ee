//! The one place that reads the clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use inboxlink_model::Timestamp;

/// The moment, by the machine's clock.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(millis(since))
}

/// A span in milliseconds.
pub(crate) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
