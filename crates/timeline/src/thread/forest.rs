//! A whole corpus threaded in memory.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_message::Message;
use inboxlink_model::{Address, NodeId, ThreadId, Timestamp};

use super::{Linker, base_subject, thread_ids};
use crate::limits::RELATED_WINDOW_DAYS;

/// Threads a set of mails, with nothing stored: for imports and examples.
///
/// The order in which mails are added does not matter.
#[derive(Debug, Clone, Default)]
pub struct Forest {
    linker: Linker,
    mails: Vec<Mail>,
}

/// Where a mail stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Its thread: a union of ids, nothing else.
    pub thread: ThreadId,
    /// Threads that it seems to answer, though no id says so: it has a reply
    /// or forward prefix, answers no mail that is here, and within
    /// [`RELATED_WINDOW_DAYS`] before it one of its people took part in a mail
    /// of the same subject. Where a mail names no people, or two no date,
    /// nothing speaks against it. A hint to show, never a union. In ascending
    /// order.
    pub related: Vec<ThreadId>,
}

/// What is kept of a mail until all are there. The order of the fields is the
/// order in which a bucket is swept: by time, then by content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Mail {
    at: Option<Timestamp>,
    own: NodeId,
    refs: Vec<NodeId>,
    subject: String,
    /// Whether it has a reply or forward prefix.
    answers: bool,
    people: BTreeSet<Address>,
}

impl Forest {
    /// Adds a mail; [`Forest::finish`] returns them in the order of addition.
    pub fn add(&mut self, message: &Message) {
        let ids = thread_ids(message);
        self.linker.link(&ids);
        let base = base_subject(&message.subject);
        let people = message.from.iter().chain(message.recipients());
        self.mails.push(Mail {
            at: message.date.map(|date| date.at),
            own: ids.own,
            refs: ids.refs,
            subject: base.text,
            answers: base.reply || base.forward,
            people: people.map(|mailbox| mailbox.address.clone()).collect(),
        });
    }

    /// Where each mail stands.
    pub fn finish(mut self) -> Vec<Placed> {
        let threads: Vec<ThreadId> = self
            .mails
            .iter()
            .map(|mail| self.linker.root(mail.own))
            .collect();
        let here: BTreeSet<NodeId> = self.mails.iter().map(|mail| mail.own).collect();
        let mut buckets: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, mail) in self.mails.iter().enumerate() {
            if !mail.subject.is_empty() {
                buckets.entry(&mail.subject).or_default().push(index);
            }
        }
        let mut related = vec![BTreeSet::new(); self.mails.len()];
        for mut bucket in buckets.into_values() {
            bucket.sort_by(|a, b| self.mails.get(*a).cmp(&self.mails.get(*b)));
            sweep(&self.mails, &threads, &here, &bucket, &mut related);
        }
        threads
            .into_iter()
            .zip(related)
            .map(|(thread, related)| Placed {
                thread,
                related: related.into_iter().collect(),
            })
            .collect()
    }
}

/// Goes through the mails of one subject in order of time, remembering for
/// each person the last mail they took part in: linear in the people.
fn sweep(
    mails: &[Mail],
    threads: &[ThreadId],
    here: &BTreeSet<NodeId>,
    bucket: &[usize],
    related: &mut [BTreeSet<ThreadId>],
) {
    let mut last: BTreeMap<&Address, Seen> = BTreeMap::new();
    // The last mail of all, and the last that names nobody.
    let (mut last_of_all, mut last_of_nobody): (Option<Seen>, Option<Seen>) = (None, None);
    for &index in bucket {
        let (Some(mail), Some(&thread), Some(related)) =
            (mails.get(index), threads.get(index), related.get_mut(index))
        else {
            continue;
        };
        let orphan = mail.answers && !mail.refs.iter().any(|node| here.contains(node));
        let mut relate = |before: Option<Seen>| {
            if let Some((then, other)) = before
                && orphan
                && other != thread
                && near(then, mail.at)
            {
                related.insert(other);
            }
        };
        let seen = (mail.at, thread);
        relate(last_of_nobody);
        if mail.people.is_empty() {
            relate(last_of_all);
            last_of_nobody = Some(seen);
        }
        for person in &mail.people {
            relate(last.insert(person, seen));
        }
        last_of_all = Some(seen);
    }
}

/// When a mail was written, and its thread.
type Seen = (Option<Timestamp>, ThreadId);

/// Whether the second of two times is within the window after the first.
fn near(then: Option<Timestamp>, at: Option<Timestamp>) -> bool {
    match (then, at) {
        (Some(then), Some(at)) => {
            at.0.saturating_sub(then.0) <= RELATED_WINDOW_DAYS * 24 * 3_600_000
        }
        (None, None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use inboxlink_model::{MailDate, Mailbox, MessageId};

    use super::*;

    fn mail(id: &str, from: &str, subject: &str, day: i64, refs: &[&str]) -> Message {
        Message {
            message_id: MessageId::new(id),
            from: vec![Mailbox::new("", from).unwrap()],
            to: vec![Mailbox::new("", "team@example.com").unwrap()],
            subject: subject.into(),
            date: Some(MailDate {
                at: Timestamp::from_seconds(day * 86_400),
                offset_minutes: 0,
            }),
            references: refs.iter().filter_map(|id| MessageId::new(id)).collect(),
            ..Message::default()
        }
    }

    fn place(mails: &[Message]) -> Vec<Placed> {
        let mut forest = Forest::default();
        mails.iter().for_each(|m| forest.add(m));
        forest.finish()
    }

    #[test]
    fn ids_join_and_subjects_only_relate() {
        let mails = [
            mail("1@x", "a@example.com", "Offer", 1, &[]),
            mail("2@x", "b@example.com", "Re: Offer", 2, &["1@x"]),
            mail("3@x", "b@example.com", "AW: offer", 3, &[]),
            mail("4@x", "b@example.com", "Offer", 4, &[]),
            mail("5@x", "b@example.com", "Re: Offer", 60, &[]),
        ];
        let placed = place(&mails);
        assert_eq!(placed[0].thread, placed[1].thread);
        assert_ne!(placed[0].thread, placed[2].thread);
        assert_eq!(placed[2].related, [placed[0].thread]);
        for quiet in [0, 1, 3, 4] {
            assert!(placed[quiet].related.is_empty(), "{quiet}");
        }
    }

    #[test]
    fn order_of_addition_does_not_matter() {
        let mut mails: Vec<_> = (0..40)
            .map(|n| {
                let subject = if n % 3 == 0 { "Plan" } else { "Re: Plan" };
                let refs = [format!("{}@x", n / 2)];
                let refs: Vec<&str> = refs.iter().filter(|_| n % 5 != 0).map(|r| &**r).collect();
                mail(&format!("{n}@x"), "a@example.com", subject, n % 7, &refs)
            })
            .collect();
        let forward = place(&mails);
        mails.reverse();
        let mut backward = place(&mails);
        backward.reverse();
        assert_eq!(forward, backward);
    }
}
