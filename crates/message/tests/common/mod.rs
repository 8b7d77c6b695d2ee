//! What a mail of which only the beginning came has to say.

use inboxlink_message::Message;

/// Whether one message is the other less what was cut off its end: the header
/// is the same, and every attachment but the last one, which may be cut in two
/// or not yet be known for what it is.
pub(crate) fn is_beginning_of(part: &Message, whole: &Message) -> Result<(), String> {
    let header = |mail: &Message| {
        (
            (mail.from.clone(), mail.to.clone(), mail.subject.clone()),
            (mail.message_id.clone(), mail.references.clone(), mail.date),
        )
    };
    if header(part) != header(whole) {
        return Err(format!("{:?} is not {:?}", header(part), header(whole)));
    }
    let places = |mail: &Message| -> Vec<(String, Option<String>)> {
        let files = mail.attachments.iter();
        files.map(|it| (it.part.clone(), it.name.clone())).collect()
    };
    let (some, all) = (places(part), places(whole));
    let sure = some.len().saturating_sub(1);
    for (place, name) in some.iter().take(sure) {
        if !all.iter().any(|(at, other)| at == place && other == name) {
            return Err(format!("{place} is not among {all:?}"));
        }
    }
    Ok(())
}
