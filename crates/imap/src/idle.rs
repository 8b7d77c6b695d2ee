//! Watching the open folder: IDLE (RFC 2177), of our own making, since a
//! server that refuses it must not be waited for.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    ImapError, Session,
    driver::Event,
    limits::{IDLE_PERIOD, POLL_PERIOD},
};

/// What came of watching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watched {
    /// Mail came or went.
    Changed,
    /// Nothing did in the time given.
    Quiet,
}

impl Session {
    /// Waits until the open folder changes, at most for `limit`. IDLE stays in
    /// force when it returns, so that the next
    /// [`fetch_from`](Session::fetch_from) costs one round trip; any other
    /// command ends it first.
    ///
    /// A server without IDLE is asked every 55 seconds. Every few minutes IDLE
    /// is begun anew, by which a connection that broke unnoticed is found.
    ///
    /// # Errors
    /// What ended the connection.
    pub async fn watch(&mut self, limit: Duration) -> Result<Watched, ImapError> {
        let end = Instant::now() + limit;
        loop {
            if self.driver.folder().changed {
                return Ok(Watched::Changed);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Watched::Quiet);
            }
            if !self.offers("IDLE") {
                tokio::time::sleep(left.min(POLL_PERIOD)).await;
                self.noop().await?;
                continue;
            }
            let Some(elapsed) = self.driver.idling() else {
                self.driver.settle().await?;
                self.driver.idle();
                continue;
            };
            let period = IDLE_PERIOD.saturating_sub(elapsed);
            if period.is_zero() {
                self.driver.settle().await?;
                continue;
            }
            match self.driver.reply_within(left.min(period)).await? {
                None | Some(Event::Said(_)) => {}
                Some(Event::Done(..)) => self.driver.forget_idle(),
                Some(Event::Refused(..)) => {
                    // Offered and refused all the same: then it is asked.
                    self.driver.forget_idle();
                    self.renounce("IDLE");
                }
            }
        }
    }
}
