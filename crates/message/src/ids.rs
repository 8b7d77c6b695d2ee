//! Message-IDs out of Message-ID, In-Reply-To and References.

use std::collections::BTreeSet;

use inboxlink_model::MessageId;

use crate::limits::{MAX_IDS_AT_ONCE, MAX_REFERENCES};

/// The id of a Message-ID field, with or without angle brackets.
pub(crate) fn message_id(value: &str) -> Option<MessageId> {
    bracketed(value)
        .next()
        .or_else(|| MessageId::new(value.split_whitespace().next()?))
}

/// The ids of In-Reply-To or References in order, each once.
///
/// Ids stand in angle brackets; without any, a value that is one token with
/// one `@` is an id too (some help desks write it so), while free text is not.
pub(crate) fn reference_ids(value: &str) -> Vec<MessageId> {
    let mut seen = BTreeSet::new();
    let mut ids: Vec<MessageId> = Vec::new();
    for id in bracketed(value) {
        if seen.insert(id.clone()) {
            ids.push(id);
        }
        if ids.len() == MAX_IDS_AT_ONCE {
            // One more than is kept, so that `capped` says that some went.
            ids.drain(1..MAX_IDS_AT_ONCE - MAX_REFERENCES);
            seen = ids.iter().cloned().collect();
        }
    }
    if ids.is_empty() && value.matches('@').count() == 1 {
        ids.extend(MessageId::new(value));
    }
    ids
}

/// The first and the last of many; whether some were left out.
pub(crate) fn capped(mut ids: Vec<MessageId>) -> (Vec<MessageId>, bool) {
    let excess = ids.len().saturating_sub(MAX_REFERENCES);
    if excess > 0 {
        ids.drain(1..=excess);
    }
    (ids, excess > 0)
}

fn bracketed(value: &str) -> impl Iterator<Item = MessageId> {
    // After each `<`; a second `<` before the `>` begins anew. White space
    // inside comes from folding by senders that split ids.
    value.split('<').skip(1).filter_map(|after| {
        let (id, _) = after.split_once('>')?;
        let id: String = id.split_whitespace().collect();
        MessageId::new(&id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(ids: &[MessageId]) -> Vec<&str> {
        ids.iter().map(MessageId::as_str).collect()
    }

    #[test]
    fn ids_in_brackets_bare_and_among_words() {
        for (value, expected) in [
            ("<a@b> <c@d>\t<a@b>", &["a@b", "c@d"][..]),
            ("<a@b><c@d>", &["a@b", "c@d"]),
            ("<a@ b>", &["a@b"]),
            ("Your message of Monday <a@b>", &["a@b"]),
            ("a@b", &["a@b"]),
            ("mail of joe@example.com", &[]),
            ("a@b c@d", &[]),
            ("<>", &[]),
            ("<a@b", &["a@b"]),
        ] {
            assert_eq!(strings(&reference_ids(value)), expected, "{value}");
        }
        assert_eq!(message_id("<a@b> (x)"), MessageId::new("a@b"));
        assert_eq!(message_id("bare"), MessageId::new("bare"));
        assert_eq!(message_id(""), None);
    }

    #[test]
    fn keeps_the_first_and_the_last() {
        let many: String = (0..500).map(|n| format!("<{n}@x>")).collect();
        let (ids, cut) = capped(reference_ids(&many));
        assert!(cut);
        assert_eq!(ids.len(), MAX_REFERENCES);
        assert_eq!(strings(&ids)[..2], ["0@x", "401@x"]);
        assert_eq!(strings(&ids).last(), Some(&"499@x"));
        let more: String = (0..MAX_IDS_AT_ONCE).map(|n| format!("<{n}@x>")).collect();
        let (ids, cut) = capped(reference_ids(&more));
        assert!(cut && ids.len() == MAX_REFERENCES);
        assert_eq!(strings(&ids)[..2], ["0@x", "1901@x"]);
    }
}
