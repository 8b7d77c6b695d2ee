//! What becomes of an accepted mail: into the mailboxes, or out.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::date;
use crate::model::Flags;
use crate::records::Submission;
use crate::server::Shared;

/// Who sends, and to whom.
pub(crate) struct Envelope {
    /// How the client named itself.
    pub(crate) client: String,
    pub(crate) user: String,
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
}

/// Delivers to the server's users, once each, and puts the rest into the
/// outbox. Returns the queue's id.
pub(crate) fn deliver(shared: &Shared, envelope: Envelope, mail: &[u8]) -> String {
    let mut world = shared.world();
    let id = format!("{:08X}", world.take_queue_id());
    let at = world.take_date();
    let host = &shared.profile.host_name;
    let received = format!(
        "Received: from {} (localhost [127.0.0.1])\r\n\tby {host} with ESMTPSA id {id};\r\n\t{}\r\n",
        envelope.client,
        date::mail_date(at)
    );
    let mut reached = BTreeSet::new();
    let mut elsewhere = Vec::new();
    for address in envelope.to {
        let Some(account) = world.recipient(&address).map(str::to_owned) else {
            elsewhere.push(address);
            continue;
        };
        if reached.insert(account.clone()) {
            let delivered = format!(
                "Return-Path: <{}>\r\nDelivered-To: {address}\r\n{received}",
                envelope.from
            );
            let raw = joined(&delivered, mail);
            world.append(&account, "INBOX", raw, Flags::default(), Some(at));
        }
    }
    if !elsewhere.is_empty() {
        world.submit(Submission {
            user: envelope.user,
            from: envelope.from,
            to: elsewhere,
            bytes: joined(&received, mail),
        });
    }
    id
}

fn joined(header: &str, mail: &[u8]) -> Arc<[u8]> {
    [header.as_bytes(), mail].concat().into()
}
