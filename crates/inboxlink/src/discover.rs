//! "Type your address, we fill the form."

use inboxlink_discover::{Dns, SystemDns};
use inboxlink_settings::discovery::Found;

use crate::{Error, Workspace};

impl Workspace {
    /// Finds the servers of an e-mail address: a known provider's, or what its
    /// domain says of itself in DNS and on the web. `None` where nobody knows.
    /// What was found fills a form: see [`Found::fill`].
    ///
    /// # Errors
    /// Where the workspace has asked too often.
    pub async fn discover(&self, address: &str) -> Result<Option<Found>, Error> {
        self.may_test()?;
        // A machine that asks nobody knows the known providers.
        let system = SystemDns::new().ok();
        let dns = system.as_ref().map(|dns| dns as &dyn Dns);
        let policy = &self.shared.options.host_policy;
        let https = self.https()?;
        Ok(inboxlink_discover::discover(address, policy, dns, &https).await)
    }
}
