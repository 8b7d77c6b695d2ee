//! How many bytes of history are fetched in a day.

use serde::{Deserialize, Serialize};

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// What an inbox has received today: kept with the inbox, so that a program
/// that starts again goes on counting.
///
/// It holds history back, never live mail: what arrives is counted and
/// fetched all the same.
///
/// ```
/// use inboxlink_sync::Traffic;
/// let noon = 20_000 * 86_400 + 43_200;
/// let mut today = Traffic::default();
/// today.count(900, noon);
/// assert_eq!(today.left(1_000, noon), 100);
/// today.count(200, noon);
/// assert_eq!(today.left(1_000, noon), 0);
/// assert_eq!(today.left(1_000, noon + 43_200), 1_000, "the next day begins anew");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// The day, counted from 1970-01-01 in UTC.
    pub day: i64,
    /// Bytes received in it.
    pub bytes: u64,
}

impl Traffic {
    /// Counts bytes received at a second since 1970.
    pub fn count(&mut self, bytes: u64, now: i64) {
        let day = now.div_euclid(DAY);
        // A clock that was set back opens no second budget for the same day.
        if day > self.day {
            *self = Self { day, bytes: 0 };
        }
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// How many bytes are left of a day's budget.
    pub fn left(&self, budget: u64, now: i64) -> u64 {
        match now.div_euclid(DAY) > self.day {
            true => budget,
            false => budget.saturating_sub(self.bytes),
        }
    }

    /// The second at which the next day's budget begins.
    pub fn renewed_at(&self, now: i64) -> i64 {
        let day = now.div_euclid(DAY).max(self.day);
        day.saturating_add(1).saturating_mul(DAY)
    }
}

/// The bytes a day that a provider hands out before it locks an account, less
/// a fifth, which is left to the person's own programs.
pub fn daily_budget(host: &str) -> Option<u64> {
    let host = host.to_ascii_lowercase();
    let gmail = ["imap.gmail.com", "imap.googlemail.com"].contains(&host.trim_end_matches('.'));
    gmail.then_some(crate::limits::GMAIL_DAY_BYTES / 5 * 4)
}
