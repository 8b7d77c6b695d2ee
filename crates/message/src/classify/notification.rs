//! Newsletters, and what services write by themselves.

use inboxlink_model::{Class, Evidence};

use super::{Finding, Mail};

/// How addresses begin that say nobody reads them.
const NO_REPLY: [&str; 8] = [
    "no-reply",
    "noreply",
    "no_reply",
    "no.reply",
    "donotreply",
    "do-not-reply",
    "do_not_reply",
    "nepasrepondre",
];

/// Addresses that services write from.
const SERVICES: [&str; 9] = [
    "alert",
    "alerts",
    "newsletter",
    "newsletters",
    "notification",
    "notifications",
    "notify",
    "rss",
    "rssfeeds",
];

/// Bulk mail's marks. In an answer to another mail they say nothing: gateways
/// add an unsubscribe link to people's mail, and some people write from a
/// `no-reply` address.
pub(super) fn notification(mail: &Mail<'_>) -> Finding {
    if mail.is_reply() {
        return None;
    }
    let automation = &mail.message.automation;
    let seen = if let Some(value) = &automation.list_unsubscribe {
        Evidence::new("list_unsubscribe", value)
    } else if let Some(value) = mail.marker("feedback-id") {
        Evidence::new("feedback_id", value)
    } else {
        let local = mail.local_part();
        if !is_no_reply(local) && !SERVICES.contains(&local) {
            return None;
        }
        Evidence::new("service_address", local)
    };
    Some((Class::Notification, seen))
}

/// Whether a local part says that nobody reads what is sent there.
pub(super) fn is_no_reply(local: &str) -> bool {
    NO_REPLY.iter().any(|start| local.starts_with(start))
}
