//! Reports of machines about a mail that was sent: delivery status
//! notifications (RFC 3464) and message disposition notifications (RFC 8098).

use inboxlink_model::MessageId;

use crate::{
    DeliveryReport, ReadReceipt,
    field::one_line,
    header::Header,
    ids,
    limits::{MAX_REPORT_BYTES, MAX_VALUE_CHARS},
    lines::Lines,
    role::Part,
};

/// The delivery report, where a part of the mail is one.
pub(crate) fn delivery_report(parts: &[Part<'_>]) -> Option<DeliveryReport> {
    let part = parts
        .iter()
        .find(|part| part.is_report("delivery-status"))?;
    let raw = part.decode(MAX_REPORT_BYTES);
    let action = |block: &Header<'_>| block.get("action").map(|action| word(&action));
    // The first block tells of the message, each later one of a recipient.
    // Of several, one that failed says more than one that was reached.
    let told: Vec<_> = blocks(&raw)
        .filter(|block| action(block).is_some())
        .collect();
    let failed = |block: &&Header<'_>| action(block).as_deref() == Some("failed");
    let block = told.iter().find(failed).or(told.first());
    let field = |name: &str| block.and_then(|block| block.get(name));
    let recipient = field("final-recipient").or_else(|| field("original-recipient"));
    Some(DeliveryReport {
        action: block.and_then(action),
        status: field("status").map(|status| word(&status)),
        recipient: recipient.as_deref().map(typed_address),
        original_message_id: original_message_id(parts),
    })
}

/// The read receipt, where a part of the mail is one.
pub(crate) fn read_receipt(parts: &[Part<'_>]) -> Option<ReadReceipt> {
    let part = parts
        .iter()
        .find(|part| part.is_report("disposition-notification"))?;
    let raw = part.decode(MAX_REPORT_BYTES);
    let block = blocks(&raw).next().unwrap_or_default();
    let disposition = block.get("disposition").map(|value| {
        // `manual-action/MDN-sent-manually; displayed/error`
        word(value.rsplit(';').next().unwrap_or_default())
    });
    let id = block.get("original-message-id");
    Some(ReadReceipt {
        disposition,
        original_message_id: id
            .as_deref()
            .and_then(ids::message_id)
            .or_else(|| original_message_id(parts)),
    })
}

/// The Message-ID in the headers of the mail that is reported on.
fn original_message_id(parts: &[Part<'_>]) -> Option<MessageId> {
    let embedded = |part: &&Part<'_>| {
        matches!(
            part.media_type.as_str(),
            "message/rfc822" | "message/global" | "text/rfc822-headers" | "message/global-headers"
        )
    };
    parts.iter().filter(embedded).find_map(|part| {
        let raw = part.decode(MAX_REPORT_BYTES);
        let header = blocks(&raw).next()?;
        ids::message_id(&header.get("message-id")?)
    })
}

/// Blocks of fields, separated by empty lines; other lines are passed over.
fn blocks(raw: &[u8]) -> impl Iterator<Item = Header<'_>> {
    let mut lines = Lines::new(raw);
    std::iter::from_fn(move || {
        loop {
            let before = lines.offset();
            let block = Header::read(raw, &mut lines, |_| false);
            if !block.is_empty() {
                return Some(block);
            }
            if lines.offset() == before {
                lines.next()?;
            }
        }
    })
}

/// The first word, in lower case, of a value that may have a comment.
fn word(value: &str) -> String {
    let word = value
        .split([' ', '\t', '(', ';', '/'])
        .find(|word| !word.is_empty());
    one_line(word.unwrap_or_default(), MAX_VALUE_CHARS).to_lowercase()
}

/// `rfc822; a@b.c` without its type.
fn typed_address(value: &str) -> String {
    let address = value.split_once(';').map_or(value, |(_, address)| address);
    let address = address.trim().trim_matches(['<', '>']);
    one_line(address, MAX_VALUE_CHARS)
}
