//! Setting a server up.

use std::sync::Arc;

use crate::Error;
use crate::faults::Faults;
use crate::profile::Profile;
use crate::records::User;
use crate::server::TestServer;

/// 2026-01-05 09:00:00 UTC, a Monday.
const FIRST_DATE: i64 = 1_767_603_600;

/// What a server is to be; see [`TestServer::builder`].
#[must_use]
pub struct Builder {
    pub(crate) users: Vec<User>,
    pub(crate) profile: Profile,
    pub(crate) faults: Option<Arc<dyn Faults>>,
    pub(crate) first_date: i64,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            users: Vec::new(),
            profile: Profile::default(),
            faults: None,
            first_date: FIRST_DATE,
        }
    }

    /// Adds a user.
    pub fn user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// What kind of server to play.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// What becomes of each command and reply.
    pub fn faults(self, faults: impl Faults) -> Self {
        self.shared_faults(Arc::new(faults))
    }

    /// The same, for a test that keeps a hand on them.
    pub fn shared_faults(mut self, faults: Arc<dyn Faults>) -> Self {
        self.faults = Some(faults);
        self
    }

    /// The INTERNALDATE of the first message that comes without one, in
    /// seconds since 1970 UTC (default: 2026-01-05 09:00:00). The server reads
    /// no clock: each further message is dated a second later.
    pub fn first_date(mut self, seconds: i64) -> Self {
        self.first_date = seconds;
        self
    }

    /// Starts the server on free ports of 127.0.0.1, as tasks of the current
    /// tokio runtime, which must have I/O and time enabled.
    ///
    /// # Errors
    /// [`Error::Listen`] if no port can be had, [`Error::Certificates`] if the
    /// certificates can't be made.
    pub async fn start(self) -> Result<TestServer, Error> {
        TestServer::start(self).await
    }
}
