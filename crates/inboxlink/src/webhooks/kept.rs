//! What is kept of a webhook: its address, its secrets and how far it is,
//! sealed together. A swap of the whole lets one process move it on at a time.

use std::{collections::BTreeMap, time::Duration};

use inboxlink_model::{InboxId, Timestamp, WebhookId};
use inboxlink_vault::{Keyring, Place, VaultError};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::{Webhook, pause};
use crate::{
    Error, Workspace,
    clock::millis,
    limits::{COMMIT_TRIES, WEBHOOK_PATIENCE},
};

/// Names of webhooks among what is sealed begin so.
const WEBHOOKS: &str = "webhook/";

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) url: String,
    /// The newest first, and the one before it.
    secrets: Vec<String>,
    pub(super) after: u64,
    failures: u32,
    failing_since: Option<Timestamp>,
    not_before: Timestamp,
    pub(super) why: Option<String>,
    pub(super) disabled: bool,
}

impl Kept {
    pub(super) fn new(url: &str, secret: &SecretString, after: u64) -> Self {
        Self {
            url: url.to_owned(),
            secrets: vec![secret.expose_secret().to_owned()],
            after,
            failures: 0,
            failing_since: None,
            not_before: Timestamp::default(),
            why: None,
            disabled: false,
        }
    }

    pub(super) fn with_secret(mut self, secret: &SecretString) -> Self {
        self.secrets.insert(0, secret.expose_secret().to_owned());
        self.secrets.truncate(2);
        self
    }

    pub(super) fn secrets(&self) -> Vec<SecretString> {
        self.secrets.iter().map(|it| it.clone().into()).collect()
    }

    pub(super) fn enabled(self) -> Self {
        Self {
            failures: 0,
            failing_since: None,
            not_before: Timestamp::default(),
            why: None,
            disabled: false,
            ..self
        }
    }

    /// How long it is until the next attempt, where it is to wait.
    pub(super) fn wait(&self, now: Timestamp) -> Option<Duration> {
        let wait = u64::try_from(self.not_before.0.saturating_sub(now.0)).ok()?;
        (wait > 0).then(|| Duration::from_millis(wait))
    }

    /// After an attempt at an event: a success moves it on.
    pub(super) fn answered(self, seq: u64, answer: &Result<u16, String>, now: Timestamp) -> Self {
        let why = match answer {
            Ok(200..=299) => {
                let after = self.after.max(seq);
                return Self {
                    after,
                    ..self.enabled()
                };
            }
            Ok(status) => format!("it answered with status {status}"),
            Err(why) => why.clone(),
        };
        let failures = self.failures.saturating_add(1);
        let since = self.failing_since.unwrap_or(now);
        let tired = now.0.saturating_sub(since.0) >= millis(WEBHOOK_PATIENCE);
        Self {
            failures,
            failing_since: Some(since),
            not_before: now.plus_millis(millis(pause(failures))),
            why: Some(why),
            // "Gone": the receiver wants no more.
            disabled: tired || *answer == Ok(410),
            ..self
        }
    }

    pub(super) fn shown(self, id: WebhookId) -> Webhook {
        Webhook {
            id,
            url: self.url,
            after: self.after,
            failing_since: self.failing_since,
            why: self.why,
            disabled: self.disabled,
        }
    }
}

/// A new id. `None` where the system gives no random numbers.
pub(super) fn new_id() -> Option<WebhookId> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(WebhookId::from_bytes(bytes))
}

fn name(id: WebhookId) -> String {
    format!("{WEBHOOKS}{id}")
}

/// Where a webhook's secret is bound to.
fn place(id: WebhookId) -> Place<'static> {
    Place {
        inbox: InboxId::from_bytes(id.to_bytes()),
        field: "webhook",
    }
}

/// The place of what is sealed under a name, where it is a webhook's.
pub(crate) fn place_of(name: &str) -> Option<Place<'static>> {
    let id = name.strip_prefix(WEBHOOKS)?;
    id.parse().ok().map(place)
}

fn open(keyring: &Keyring, id: WebhookId, sealed: &[u8]) -> Result<Kept, VaultError> {
    let opened = keyring.unseal(place(id), sealed)?;
    serde_json::from_str(opened.expose_secret()).map_err(|_| VaultError::Refused)
}

fn seal(keyring: &Keyring, id: WebhookId, kept: &Kept) -> Result<Vec<u8>, VaultError> {
    let json = serde_json::to_string(kept).map_err(|_| VaultError::BadSecret)?;
    keyring.seal(place(id), &json.into())
}

impl Workspace {
    pub(super) async fn kept_webhooks(&self) -> Result<BTreeMap<WebhookId, Kept>, Error> {
        let stored = self.shared.store.secrets(self.id).await?;
        let ids = stored.keys().filter_map(|name| name.strip_prefix(WEBHOOKS));
        let ids: Vec<WebhookId> = ids.filter_map(|id| id.parse().ok()).collect();
        let mut all = BTreeMap::new();
        if ids.is_empty() {
            return Ok(all);
        }
        let provider = self.key_provider().ok_or(VaultError::NoKey)?;
        let keyring = self.keyring(&stored, provider).await?;
        for id in ids {
            if let Some(sealed) = stored.get(&name(id)) {
                all.insert(id, open(&keyring, id, sealed)?);
            }
        }
        Ok(all)
    }

    /// Puts what `change` makes of a webhook in its place, however many others
    /// do so meanwhile; answers what now stands there.
    pub(super) async fn swap_webhook(
        &self,
        id: WebhookId,
        change: impl Fn(Option<Kept>) -> Option<Kept>,
    ) -> Result<Option<Kept>, Error> {
        let store = &self.shared.store;
        let keyring = self.sealing_keyring().await?;
        for _ in 0..COMMIT_TRIES {
            let stored = store.secrets(self.id).await?;
            let old = stored.get(&name(id)).cloned();
            let kept = old.as_deref().map(|old| open(&keyring, id, old));
            let next = change(kept.transpose()?);
            let new = next.as_ref().map(|next| seal(&keyring, id, next));
            if store
                .swap_secret(self.id, name(id), old, new.transpose()?)
                .await?
            {
                return Ok(next);
            }
        }
        Err(VaultError::Unavailable.into())
    }
}
