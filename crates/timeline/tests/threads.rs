//! Threads over whole mailboxes: the same for every order, batching and split.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_message::{Message, parse};
use inboxlink_model::{NodeId, ThreadId};
use inboxlink_timeline::{Forest, Linker, Redirects, ThreadIds, thread_ids};

/// The thread tables of a store, reduced to what matters here.
#[derive(Default)]
struct Tables {
    nodes: BTreeMap<NodeId, ThreadId>,
    redirects: Redirects,
}

impl Tables {
    fn batch(&mut self, mails: &[&ThreadIds]) -> Vec<ThreadId> {
        let known = mails.iter().flat_map(|mail| mail.nodes());
        let known: BTreeMap<_, _> = known
            .filter_map(|node| Some((node, self.redirects.resolve(*self.nodes.get(&node)?))))
            .collect();
        let mut linker = Linker::new(known);
        for mail in mails {
            linker.link(mail);
        }
        let handed_out = mails.iter().map(|mail| linker.root(mail.own)).collect();
        let changes = linker.finish();
        self.nodes.extend(changes.nodes.iter().copied());
        self.redirects.apply(&changes);
        handed_out
    }
}

/// Numbers that look random and are always the same (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below as u64) as usize
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.next(at + 1));
        }
    }
}

/// Talk as it happens: answers, answers to what was never seen, ids lost on
/// the way, subjects that somebody changes.
fn talk(count: usize) -> Vec<Message> {
    let mut numbers = Numbers(7);
    let mut mails: Vec<Message> = Vec::new();
    for n in 0..count {
        let person = numbers.next(9);
        let mut raw = format!(
            "Message-ID: <{n}@example.com>\nFrom: p{person}@example.com\nTo: team@example.org\n\
             Date: {} Mar 2024 {:02}:00:00 +0000\n",
            1 + n * 27 / count,
            n % 24
        );
        let answered = numbers.next(n + n / 3 + 1);
        if numbers.next(4) > 0 && n > 0 {
            // Beyond the end: a mail that nobody has.
            raw += &format!("Subject: Re: Matter {}\n", answered % 11);
            if numbers.next(8) > 0 {
                raw += &format!(
                    "References: <{}@example.com> <{answered}@example.com>\n",
                    answered / 2
                );
            }
            if numbers.next(3) == 0 {
                raw += &format!("In-Reply-To: {answered}@example.com\n");
            }
        } else {
            raw += &format!("Subject: Matter {}\n", n % 11);
        }
        mails.push(parse(format!("{raw}\nText {n}\n").as_bytes(), None));
    }
    mails
}

/// Every order, batching and split over inboxes gives one partition, and ids
/// handed out on the way lead to the threads there are in the end.
fn one_partition(mails: &[Message], shuffles: u64) {
    let ids: Vec<ThreadIds> = mails.iter().map(thread_ids).collect();
    let mut forest = Forest::default();
    mails.iter().for_each(|mail| forest.add(mail));
    let placed = forest.finish();
    let expected: Vec<ThreadId> = placed.iter().map(|placed| placed.thread).collect();
    for seed in 0..shuffles {
        let mut numbers = Numbers(seed);
        let mut order: Vec<usize> = (0..mails.len()).collect();
        numbers.shuffle(&mut order);
        for batch in [1, 7, 500] {
            for inboxes in [1, 2, 5] {
                let mut tables = Tables::default();
                let mut handed_out = Vec::new();
                for inbox in 0..inboxes {
                    // Some mails lie in two inboxes.
                    let mine = order
                        .iter()
                        .filter(|at| **at % inboxes == inbox || (**at % 10 == 0 && inbox == 0));
                    let mine: Vec<usize> = mine.copied().collect();
                    for batch in mine.chunks(batch) {
                        let mails: Vec<&ThreadIds> = batch.iter().map(|at| &ids[*at]).collect();
                        handed_out.extend(batch.iter().copied().zip(tables.batch(&mails)));
                    }
                }
                for (at, thread) in handed_out {
                    assert_eq!(tables.redirects.resolve(thread), expected[at]);
                }
            }
        }
        let mut forest = Forest::default();
        order.iter().for_each(|at| forest.add(&mails[*at]));
        for (at, again) in order.iter().zip(forest.finish()) {
            assert_eq!(again, placed[*at], "soft edges too");
        }
    }
}

#[test]
fn generated_talk_in_every_order() {
    let mails = talk(400);
    one_partition(&mails, 20);
    let mut forest = Forest::default();
    mails.iter().for_each(|mail| forest.add(mail));
    let placed = forest.finish();
    let threads: BTreeSet<ThreadId> = placed.iter().map(|placed| placed.thread).collect();
    assert!(
        threads.len() > 20 && threads.len() < 300,
        "{}",
        threads.len()
    );
    assert!(placed.iter().any(|placed| !placed.related.is_empty()));
}

#[test]
#[ignore = "needs INBOXLINK_TEST_DATA"]
fn data_a_real_archive_in_every_order() {
    let data = std::env::var_os("INBOXLINK_TEST_DATA").expect("INBOXLINK_TEST_DATA is set");
    let folder = std::path::PathBuf::from(data).join("mail/easy-ham-1");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| parse(&std::fs::read(path).unwrap(), None);
    let mails: Vec<Message> = paths.iter().map(read).collect();
    assert!(mails.len() >= 2_500);
    one_partition(&mails, 20);
}
