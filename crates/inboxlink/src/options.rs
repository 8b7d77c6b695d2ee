//! How inboxes are connected to and synced.

use std::{sync::Arc, time::Duration};

use inboxlink_dial::Trust;
use inboxlink_oauth::OAuthApp;
use inboxlink_settings::HostPolicy;
use inboxlink_vault::KeyProvider;

use crate::limits;

/// Options of a [`Service`](crate::Service): the defaults are fit for
/// mailboxes on the public internet.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// Where connections may lead: public addresses on mail ports, unless
    /// said otherwise.
    pub host_policy: HostPolicy,
    /// Certificates trusted beside the public ones, as PEM.
    pub extra_roots: Vec<String>,
    /// Whose certificates are trusted beside those: Mozilla's, or (feature
    /// `platform-verifier`) the machine's.
    pub trust: Trust,
    /// Who keeps the key that passwords are sealed under, so that a service
    /// that starts again need not ask for them; `None` keeps none.
    pub key_provider: Option<Arc<dyn KeyProvider>>,
    /// The service as issuers know it, for sign-ins in the browser.
    pub oauth_apps: Vec<OAuthApp>,
    /// How many connections each workspace may test in a minute, by
    /// connecting, editing and testing inboxes; a search for an address's
    /// servers counts too.
    pub tests_per_minute: u32,
    /// How long the server may be silent while an answer is due.
    pub timeout: Duration,
    /// How often one [`sync`](crate::ConnectedInbox::sync) connects before it
    /// gives up; at least once.
    pub connect_tries: u32,
    /// Only these folders, by their names; all that matter where empty.
    pub folders: Vec<String>,
    /// Whether [`follow`](crate::ConnectedInbox::follow) sends the follow-ups
    /// of rules that fire; they are made and kept in any case.
    pub send_follow_ups: bool,
    /// Whether mails are kept as they came, whole: for an export as `.eml` when
    /// the server has them no more. It costs their size in the database, and
    /// holds for mails that [`fetch_bytes`](Self::fetch_bytes) fetches whole.
    pub keep_originals: bool,
    /// How many bytes of a mail are fetched; the rest, attachments mostly,
    /// stays on the server.
    pub fetch_bytes: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host_policy: HostPolicy::public_only(),
            extra_roots: Vec::new(),
            trust: Trust::default(),
            key_provider: None,
            oauth_apps: Vec::new(),
            tests_per_minute: 30,
            timeout: Duration::from_secs(60),
            connect_tries: limits::CONNECT_TRIES,
            folders: Vec::new(),
            send_follow_ups: true,
            keep_originals: false,
            fetch_bytes: 64 * 1024,
        }
    }
}
