//! Mail that came through a mailing list.

use inboxlink_model::{Class, Evidence};

use super::{Finding, Mail};
use crate::Message;

/// What list servers wrote before there was List-Id.
const MARKERS: [&str; 3] = ["mailing-list", "x-mailing-list", "x-mlserver"];

/// List-Post or List-Id (RFC 2919, RFC 2369), or what lists wrote before. A
/// List-Id without List-Post, beside marks of bulk mail, is a newsletter.
pub(super) fn list(mail: &Mail<'_>) -> Finding {
    let automation = &mail.message.automation;
    let found = |rule, value: &Option<String>| {
        let value = value.as_deref()?;
        Some((Class::List, Evidence::new(rule, value)))
    };
    if let Some((_, seen)) = found("list_id", &automation.list_id) {
        let bulk = mail
            .marker("list-unsubscribe-post")
            .or(mail.marker("feedback-id"));
        let newsletter = bulk.is_some() && automation.list_post.is_none() && !mail.is_reply();
        let class = if newsletter {
            Class::Notification
        } else {
            Class::List
        };
        return Some((class, seen));
    }
    let posted = || found("list_post", &automation.list_post);
    let marked = || {
        let mut values = MARKERS.iter().filter_map(|name| mail.marker(name));
        Some((Class::List, Evidence::new("mailing_list", values.next()?)))
    };
    let precedence = || {
        let precedence = automation
            .precedence
            .as_deref()
            .filter(|value| *value == "list")?;
        Some((Class::List, Evidence::new("precedence", precedence)))
    };
    posted().or_else(marked).or_else(precedence)
}

/// Who wrote it, where it answers another mail: a person, most likely.
pub(super) fn author(message: &Message) -> Option<Evidence> {
    let author = message
        .author()
        .filter(|_| !message.in_reply_to.is_empty())?;
    Some(Evidence::new("person_through_list", &author.address))
}
