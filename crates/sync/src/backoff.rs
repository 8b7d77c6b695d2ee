//! When a broken connection is made again.

use std::time::Duration;

use crate::limits::{BACKOFF_FIRST, BACKOFF_LONGEST, BACKOFF_OBEYED};

/// Pauses that double while a connection keeps failing, each shortened by
/// chance so that a thousand inboxes of one server do not come back at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The next pause. `chance` is any number drawn at random; `asked` is what
    /// the server asked to wait for, which is never undercut (up to
    /// [`BACKOFF_OBEYED`]).
    pub fn next(&mut self, chance: u32, asked: Option<Duration>) -> Duration {
        let factor = 1u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        let most = BACKOFF_FIRST.saturating_mul(factor).min(BACKOFF_LONGEST);
        self.failures = self.failures.saturating_add(1).min(31);
        let jitter = most / 2;
        let part = u128::from(chance) * jitter.as_millis() / u128::from(u32::MAX);
        let pause = most - jitter + Duration::from_millis(u64::try_from(part).unwrap_or(0));
        pause.max(asked.unwrap_or_default().min(BACKOFF_OBEYED))
    }

    /// It held: the next failure is a new trouble.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

/// How long a server asks to be left alone, in its own words: Microsoft's
/// `Suggested Backoff Time: 1000 milliseconds`.
///
/// ```
/// use inboxlink_sync::suggested_pause;
/// let words = "Request is throttled. Suggested Backoff Time: 92415 milliseconds";
/// assert_eq!(suggested_pause(words).unwrap().as_millis(), 92_415);
/// assert_eq!(suggested_pause("Too many simultaneous connections. (Failure)"), None);
/// ```
pub fn suggested_pause(words: &str) -> Option<Duration> {
    let words = words.to_ascii_lowercase();
    let (_, rest) = words.split_once("backoff time:")?;
    let rest = rest.trim_start();
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let number: u64 = digits.parse().ok()?;
    let unit = rest
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start();
    match unit {
        unit if unit.starts_with("ms") || unit.starts_with("millisecond") => {
            Some(Duration::from_millis(number))
        }
        unit if unit.starts_with("minute") => Some(Duration::from_secs(number.saturating_mul(60))),
        unit if unit.starts_with('s') => Some(Duration::from_secs(number)),
        _ => Some(Duration::from_millis(number)),
    }
}
