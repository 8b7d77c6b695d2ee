//! Events for services in other languages: posted as signed webhooks, in order,
//! each until it was taken, behind a cursor of its own.
//!
//! The format is that of the Standard Webhooks specification: the headers
//! `webhook-id`, `webhook-timestamp` and `webhook-signature`, and a body of
//! `type`, `timestamp` and `data`. An event may arrive twice, with the same id.

mod kept;
mod post;
mod sign;

use std::time::Duration;

use inboxlink_engine::{Event, Input};
use inboxlink_model::{Timestamp, WebhookId};
use secrecy::SecretString;
use serde::Serialize;
use tokio::time::sleep;

pub(crate) use self::kept::place_of;
pub use self::post::WebhookUrlError;
use self::{kept::Kept, post::Target};
use crate::{
    Error, Workspace, clock,
    limits::{EVENTS_AT_ONCE, LOOK_FOR_FOLLOW_UPS, WEBHOOK_PATIENCE, WEBHOOK_PAUSES},
};

/// An address that a workspace's events are posted to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// The address.
    pub url: String,
    /// The number of the last event that was taken there.
    pub after: u64,
    /// Since when the next one has not been taken.
    pub failing_since: Option<Timestamp>,
    /// Why it was not, at the last attempt.
    pub why: Option<String>,
    /// Whether nothing is posted there any more: it failed for days, or said
    /// that it is gone.
    pub disabled: bool,
}

/// The body of a delivery.
#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    timestamp: String,
    data: &'a Event,
}

impl Workspace {
    /// Posts the events to come to an address, and answers the secret that they
    /// are signed with: it is shown this once. Needs a
    /// [`key_provider`](crate::Options::key_provider), under whose key it is
    /// kept.
    ///
    /// # Errors
    /// [`WebhookUrlError`] for an address that cannot be used; the vault's and
    /// the store's.
    pub async fn put_webhook(&self, url: &str) -> Result<(WebhookId, SecretString), Error> {
        let url = url.trim();
        Target::parse(url, &self.shared.options.host_policy)?;
        let secret = sign::new_secret().ok_or_else(Error::no_random)?;
        let id = kept::new_id().ok_or_else(Error::no_random)?;
        let kept = Kept::new(url, &secret, self.newest_event().await?);
        self.swap_webhook(id, |_| Some(kept.clone())).await?;
        self.shared.wake(self.id);
        Ok((id, secret))
    }

    /// The addresses that events are posted to.
    ///
    /// # Errors
    /// The vault's and the store's; so it is with all that follow.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, Error> {
        let kept = self.kept_webhooks().await?;
        Ok(kept.into_iter().map(|(id, kept)| kept.shown(id)).collect())
    }

    /// Makes a new secret for a webhook, and answers it. Deliveries are signed
    /// with the one before as well, until the next rotation, so that the
    /// receiver can change over at leisure. `None` where there is no such one.
    pub async fn rotate_webhook_secret(
        &self,
        id: WebhookId,
    ) -> Result<Option<SecretString>, Error> {
        let secret = sign::new_secret().ok_or_else(Error::no_random)?;
        let rotated = |kept: Option<Kept>| Some(kept?.with_secret(&secret));
        let found = self.swap_webhook(id, rotated).await?;
        Ok(found.map(|_| secret))
    }

    /// Posts to a webhook again that was disabled, from where it stopped.
    pub async fn enable_webhook(&self, id: WebhookId) -> Result<(), Error> {
        let enabled = |kept: Option<Kept>| Some(kept?.enabled());
        self.swap_webhook(id, enabled).await?;
        self.shared.wake(self.id);
        Ok(())
    }

    /// Posts to a webhook no more, and forgets it.
    pub async fn remove_webhook(&self, id: WebhookId) -> Result<(), Error> {
        self.swap_webhook(id, |_| None).await.map(drop)
    }

    /// Posts events as they come, until it is dropped, which is safe at any
    /// moment. One process of a workspace does; where two do, events arrive
    /// twice.
    pub async fn deliver_webhooks(&self) -> Error {
        let mut news = self.shared.listen(self.id);
        loop {
            news.mark_unchanged();
            let next = match self.deliver_due_webhooks().await {
                Ok(next) => next,
                Err(error) if error.is_transient() => LOOK_FOR_FOLLOW_UPS,
                Err(error) => return error,
            };
            tokio::select! {
                () = sleep(next) => {}
                changed = news.changed() => if changed.is_err() {
                    return Error::stopped();
                },
            }
        }
    }

    /// Posts what is due now, and answers how long it is until something may
    /// be due again.
    ///
    /// # Errors
    /// The vault's and the store's. That a receiver does not take an event is
    /// none: see [`webhooks`](Self::webhooks).
    pub async fn deliver_due_webhooks(&self) -> Result<Duration, Error> {
        let mut next = LOOK_FOR_FOLLOW_UPS;
        for (id, kept) in self.kept_webhooks().await? {
            if kept.disabled {
                continue;
            }
            match kept.wait(clock::now()) {
                Some(wait) => next = next.min(wait),
                None => next = next.min(self.deliver_to(id, kept).await?),
            }
        }
        Ok(next)
    }

    /// Posts all there is, one after another, until one is not taken.
    async fn deliver_to(&self, id: WebhookId, mut kept: Kept) -> Result<Duration, Error> {
        loop {
            let events = self.read_events(kept.after, EVENTS_AT_ONCE).await?;
            if events.is_empty() {
                return Ok(LOOK_FOR_FOLLOW_UPS);
            }
            for event in events {
                let answer = self.post(&kept, &event).await;
                let now = clock::now();
                let told = |old: Option<Kept>| Some(old?.answered(event.seq, &answer, now));
                match self.swap_webhook(id, told).await? {
                    Some(after) => kept = after,
                    None => return Ok(LOOK_FOR_FOLLOW_UPS),
                }
                if kept.disabled {
                    let why = kept.why.clone().unwrap_or_default();
                    let webhook = id;
                    self.apply(Input::WebhookDisabled { webhook, why }).await?;
                    return Ok(LOOK_FOR_FOLLOW_UPS);
                }
                if let Some(wait) = kept.wait(now) {
                    return Ok(wait);
                }
            }
        }
    }

    async fn post(&self, kept: &Kept, event: &Event) -> Result<u16, String> {
        let options = &self.shared.options;
        let target = Target::parse(&kept.url, &options.host_policy);
        let target = target.map_err(|error| error.to_string())?;
        let body = Body {
            r#type: event.kind.name(),
            timestamp: jiff::Timestamp::from_millisecond(event.at.0)
                .unwrap_or_default()
                .to_string(),
            data: event,
        };
        let body = serde_json::to_string(&body).map_err(|error| error.to_string())?;
        let id = format!("msg_{}_{}", self.id, event.seq);
        let seconds = clock::now().seconds();
        let signature = sign::signatures(&kept.secrets(), &id, seconds, &body);
        let headers = [
            ("webhook-id", id),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signature),
        ];
        let roots: Vec<_> = options
            .extra_roots
            .iter()
            .map(|pem| pem.clone().into_bytes())
            .collect();
        target
            .post(&headers, body, &options.host_policy, &roots)
            .await
    }
}

/// How long to wait after so many failures in a row.
fn pause(failures: u32) -> Duration {
    let last = WEBHOOK_PAUSES.last().copied().unwrap_or(WEBHOOK_PATIENCE);
    let nth = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
    WEBHOOK_PAUSES.get(nth).copied().unwrap_or(last)
}
