//! What a condition may ask of a mail's headers.

use inboxlink_message::Message;
use inboxlink_model::{Mailbox, MessageId};

/// The values of a header, of those that a [`Message`] keeps.
pub(super) fn header(message: &Message, name: &str) -> Vec<String> {
    let people = |people: &[Mailbox]| -> Vec<String> {
        let texts = people.iter().map(|p| format!("{} {}", p.name, p.address));
        texts.map(|text| text.trim().to_owned()).collect()
    };
    let ids = |ids: &[MessageId]| ids.iter().map(ToString::to_string).collect();
    let one = |value: &Option<String>| value.iter().cloned().collect();
    let automation = &message.automation;
    match name {
        "message-id" => ids(message.message_id.as_slice()),
        "in-reply-to" => ids(&message.in_reply_to),
        "references" => ids(&message.references),
        "from" => people(&message.from),
        "sender" => people(message.sender.as_slice()),
        "reply-to" => people(&message.reply_to),
        "to" => people(&message.to),
        "cc" => people(&message.cc),
        "bcc" => people(&message.bcc),
        "subject" => vec![message.subject.clone()],
        "auto-submitted" => one(&automation.auto_submitted),
        "precedence" => one(&automation.precedence),
        "return-path" => one(&automation.return_path),
        "list-id" => one(&automation.list_id),
        "list-post" => one(&automation.list_post),
        "list-unsubscribe" => one(&automation.list_unsubscribe),
        "x-failed-recipients" => one(&automation.failed_recipients),
        "delivered-to" => automation.delivered_to.clone(),
        _ => {
            let values = automation.markers.iter().filter(|(n, _)| n == name);
            values.map(|(_, value)| value.clone()).collect()
        }
    }
}
