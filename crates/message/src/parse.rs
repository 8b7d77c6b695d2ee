//! From raw bytes to the facts of a mail.

use inboxlink_model::{Mailbox, MessageId};

use crate::{
    Defect, Message,
    addresses::mailboxes,
    attachments::attachments,
    authentication::authentication,
    automation::automation,
    body::{body, note},
    calendar::calendar,
    field,
    header::Header,
    identity, ids,
    limits::MAX_SUBJECT_CHARS,
    report::{delivery_report, read_receipt},
    role::{Part, Role},
    structure::{Structure, split},
};

/// Reads a mail (RFC 5322, MIME), whatever its bytes are: what cannot be read
/// is left out and named in [`Message::defects`]. Never panics; time and
/// memory are linear in the length of `raw`.
///
/// `size` is the length that the server gives for the mail, in bytes. Where it
/// is more than `raw` has, only the beginning was fetched, and
/// [`Message::truncated`] says so; the identity is that of the whole mail as
/// long as its first piece of text, or the first 4096 characters of that, lie
/// within `raw`. A leading `From ` line of an mbox is passed over, and line
/// breaks may be LF or CRLF.
pub fn parse(raw: &[u8], size: Option<u64>) -> Message {
    let Structure {
        header,
        leaves,
        too_many,
        too_deep,
    } = split(raw);
    let mut message = Message {
        truncated: size.is_some_and(|size| size > raw.len() as u64),
        ..Message::default()
    };
    let defects = &mut message.defects;
    if header.is_empty() {
        note(defects, Defect::NoHeaders);
    }
    for (found, what) in [(header.too_many, "fields"), (too_many, "parts")] {
        if found {
            let what = what.into();
            note(defects, Defect::TooMany { what });
        }
    }
    if too_deep {
        note(defects, Defect::TooDeep);
    }

    read_header(&header, &mut message);

    let mut first = true;
    let mut parts = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        let part = Part::of(leaf, first);
        first &= !matches!(part.role, Role::Text(_));
        parts.push(part);
    }
    let body = body(&parts);
    for defect in body.defects {
        note(&mut message.defects, defect);
    }
    message.text = body.text;
    message.html = body.html;
    message.html_breaks = body.html_breaks;
    message.attachments = attachments(&parts, &mut message.defects);
    message.delivery_report = delivery_report(&parts);
    message.read_receipt = read_receipt(&parts);
    message.calendar = calendar(&parts);
    message.header_digest = identity::header_digest(&message);
    message.body_digest = identity::body_digest(&body.opening);
    message
}

fn read_header(header: &Header<'_>, message: &mut Message) {
    let defects = &mut message.defects;
    let mut addresses = |name: &str| -> Vec<Mailbox> {
        let mut list = Vec::new();
        for value in header.all(name) {
            let mut found = mailboxes(&value);
            if found.fallback {
                note(defects, Defect::Unparsable);
            }
            if found.too_many {
                let what = "addresses".into();
                note(defects, Defect::TooMany { what });
            }
            list.append(&mut found.list);
        }
        list.truncate(crate::limits::MAX_ADDRESSES);
        list
    };
    message.from = addresses("from");
    message.sender = addresses("sender").into_iter().next();
    message.reply_to = addresses("reply-to");
    message.to = addresses("to");
    message.cc = addresses("cc");
    message.bcc = addresses("bcc");
    message.date = header.get("date").and_then(|value| field::date(&value));
    message.subject = header
        .get("subject")
        .map(|value| field::text(&value, MAX_SUBJECT_CHARS))
        .unwrap_or_default();
    message.message_id = header
        .get("message-id")
        .and_then(|value| ids::message_id(&value));
    message.in_reply_to = references(header, "in-reply-to", message);
    message.references = references(header, "references", message);
    message.authentication = authentication(header);
    message.automation = automation(header, &message.from);
    for (missing, defect) in [
        (message.from.is_empty(), Defect::NoFrom),
        (message.date.is_none(), Defect::NoDate),
        (message.message_id.is_none(), Defect::NoMessageId),
    ] {
        if missing {
            note(&mut message.defects, defect);
        }
    }
}

/// The ids of a field, the addresses of the mail's own correspondents left
/// out: some clients write one there, and it would join everything that its
/// owner ever wrote or received.
fn references(header: &Header<'_>, name: &str, message: &mut Message) -> Vec<MessageId> {
    let mut ids = Vec::new();
    for value in header.all_whole(name) {
        ids.extend(ids::reference_ids(&value));
    }
    let people = message
        .from
        .iter()
        .chain(&message.reply_to)
        .chain(message.recipients());
    let people: std::collections::BTreeSet<&str> =
        people.map(|mailbox| mailbox.address.as_str()).collect();
    ids.retain(|id| !people.contains(id.as_str().to_lowercase().as_str()));
    let (ids, cut) = ids::capped(ids);
    if cut {
        let what = "references".into();
        note(&mut message.defects, Defect::TooMany { what });
    }
    ids
}
