//! Who may speak in a thread: citing an id proves nothing.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_model::Address;

/// A mail of a thread, as far as trust in it matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// Who wrote it.
    pub author: Option<Address>,
    /// Everyone in its headers.
    pub people: BTreeSet<Address>,
    /// Whether one of us wrote it (outbound or internal).
    pub ours: bool,
    /// Whether its author is a correspondent: we have written to them.
    pub known: bool,
}

/// Which mails of a thread got into it by an id alone.
///
/// Anybody can cite a Message-ID. So a mail has a standing in its thread only
/// where one of us or a known contact wrote it, or where its author takes part
/// in a mail that has. The others are *quarantined*: they stay in the union,
/// where they can be looked at, but belong to nobody's timeline but their own
/// author's, and fire nothing. A thread in which nobody has a standing by
/// himself is strangers' talk; there all have.
///
/// A judgement of the moment: newest-first backfill meets an answer before the
/// mail that makes it legitimate, and then calls it so. Returns one verdict for
/// each mail, `true` for quarantined. Linear in the people.
pub fn quarantined(mails: &[Voice]) -> Vec<bool> {
    let mut by_author: BTreeMap<&Address, Vec<usize>> = BTreeMap::new();
    for (at, mail) in mails.iter().enumerate() {
        if let Some(author) = &mail.author {
            by_author.entry(author).or_default().push(at);
        }
    }
    let mut outside = vec![true; mails.len()];
    let mut open: Vec<usize> = Vec::new();
    for (at, mail) in mails.iter().enumerate() {
        if mail.ours || mail.known {
            open.push(at);
        }
    }
    if open.is_empty() {
        return vec![false; mails.len()];
    }
    while let Some(at) = open.pop() {
        let (Some(mail), Some(verdict)) = (mails.get(at), outside.get_mut(at)) else {
            continue;
        };
        if !std::mem::take(verdict) {
            continue;
        }
        for person in &mail.people {
            // Each author's mails are let in once.
            open.extend(by_author.remove(person).unwrap_or_default());
        }
    }
    outside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(author: &str, to: &[&str], ours: bool, known: bool) -> Voice {
        let address = |text: &str| -> Address { text.parse().unwrap() };
        let people = to.iter().copied().chain([author]);
        Voice {
            author: Some(address(author)),
            people: people.map(address).collect(),
            ours,
            known,
        }
    }

    #[test]
    fn a_stranger_who_cites_an_id_stays_outside() {
        let mut mails = vec![
            voice("us@example.com", &["ann@example.org"], true, false),
            voice(
                "ann@example.org",
                &["us@example.com", "ben@example.org"],
                false,
                false,
            ),
            voice("ben@example.org", &["us@example.com"], false, false),
            voice("mallory@example.net", &["us@example.com"], false, false),
            voice("eve@example.net", &["mallory@example.net"], false, false),
        ];
        assert_eq!(quarantined(&mails), [false, false, false, true, true]);
        mails.reverse();
        assert_eq!(quarantined(&mails), [true, true, false, false, false]);
        // Somebody let her in.
        mails.push(voice(
            "us@example.com",
            &["mallory@example.net"],
            true,
            false,
        ));
        assert_eq!(
            quarantined(&mails),
            [true, false, false, false, false, false]
        );
    }

    #[test]
    fn strangers_among_themselves() {
        let mails = [voice("a@example.net", &["b@example.net"], false, false)];
        assert_eq!(quarantined(&mails), [false]);
    }

    #[test]
    fn a_known_contact_may_come_late() {
        let mails = [
            voice("us@example.com", &["ann@example.org"], true, false),
            voice("ben@example.org", &["us@example.com"], false, true),
        ];
        assert_eq!(quarantined(&mails), [false, false]);
    }
}
