//! Why a rule fires for a stored mail, or does not: asked again, with what is
//! known now, and nothing changes.

use inboxlink_model::{Direction, Timestamp, WorkspaceId};
use inboxlink_replies::{DryRun, Silence, dry_run};
use inboxlink_timeline::direction;

use crate::{Keys, Neighbourhood, StoredMessage, keys, step::intake::Intake, step::replies::Live};

/// The keys of what [`explain`] looks at.
pub fn explain_keys(workspace: WorkspaceId, mail: &StoredMessage) -> Keys {
    let mut keys = Keys::new(workspace);
    keys::reply_keys(&mut keys, &mail.message);
    keys
}

/// Asks every rule about a stored mail. A mail of ours is asked about as a
/// timer would: with the silence that has lasted until `now`.
pub fn explain(known: &Neighbourhood, mail: &StoredMessage, now: Timestamp) -> Vec<DryRun> {
    let own = known.config.own_addresses();
    let inboxes = mail.locations.iter().map(|location| location.inbox);
    let inbox = inboxes
        .filter(|inbox| known.config.inbox(*inbox).is_some())
        .min();
    let Some(inbox) = inbox.or(known.config.inboxes.first().map(|inbox| inbox.id)) else {
        return Vec::new();
    };
    let live = Live {
        identity: mail.identity,
        message: &mail.message,
        verdict: &mail.verdict,
        at: mail.at,
        inbox,
        reminds: false,
    };
    let ours = direction(&own, &mail.message) == Direction::Outbound;
    let silence = ours.then_some(Silence {
        since: mail.at,
        until: now,
    });
    let rules: Vec<_> = known.rules.rules().cloned().collect();
    Intake::new(known, inbox, &own).seen(now, |seen| {
        let attribution = seen.attribute(&mail.message);
        seen.with_facts(live, mail.node, attribution.as_ref(), silence, |facts| {
            dry_run(&rules, facts)
        })
    })
}
