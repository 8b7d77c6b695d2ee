//! Threads as others define them: where ours differ, and why.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use inboxlink_message::{Message, parse};
use inboxlink_timeline::{Forest, ThreadMail, thread_ids, thread_tree};
use serde_json::Value;

/// The cases of mail-threading whose threads we make otherwise.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "conflicting-references-beat-in-reply-to",
        "A mail that names two threads joins them: a union commutes, so that no order of arrival \
         can matter; a precedence needs to know all of both first.",
    ),
    (
        "duplicate-message-id-first-wins",
        "Which of two is the first depends on the order of arrival. Two mails with one id stand \
         in one thread; where their content differs they are two messages.",
    ),
];

/// The trees of imaptest that we draw otherwise.
const DIFFERENT_TREES: &[(&str, &str)] = &[
    (
        "thread",
        "The cycle is broken at another mail: REFERENCES takes the order of the mailbox, we the dates.",
    ),
    (
        "thread3",
        "Two mails with one id stand beside each other, whatever their subjects.",
    ),
    (
        "thread4",
        "A subject relates threads, and joins none: shown beside each other, never stored as one.",
    ),
    (
        "thread-orderedsubject",
        "Another algorithm (ORDEREDSUBJECT): threads by subject alone.",
    ),
    (
        "thread-orderedsubject2",
        "Another algorithm (ORDEREDSUBJECT): threads by subject alone.",
    ),
];

fn data(folder: &str) -> PathBuf {
    let data = std::env::var_os("INBOXLINK_TEST_DATA").expect("INBOXLINK_TEST_DATA is set");
    PathBuf::from(data).join(folder)
}

fn mail(of: &Value) -> Message {
    let ids = |value: &Value| match value {
        Value::Array(list) => list
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(" "),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    let day = of["date"].as_str().unwrap();
    let date = format!("{} May 2026 {} +0000", &day[8..10], &day[11..19]);
    let mut raw = format!(
        "Date: {date}\nSubject: {}\n",
        of["subject"].as_str().unwrap()
    );
    for (name, field) in [
        ("Message-ID", "message_id"),
        ("In-Reply-To", "in_reply_to"),
        ("References", "references"),
    ] {
        let value = ids(&of[field]);
        if !value.is_empty() {
            raw += &format!("{name}: {value}\n");
        }
    }
    parse(format!("{raw}\n{}\n", of["id"]).as_bytes(), None)
}

/// Threads as sets of positions; with `soft`, those that a subject relates count as one.
fn partition(mails: &[Message], soft: bool) -> BTreeSet<BTreeSet<usize>> {
    let mut forest = Forest::default();
    mails.iter().for_each(|mail| forest.add(mail));
    let placed = forest.finish();
    let mut groups: Vec<usize> = (0..mails.len()).collect();
    let mut join = |a: usize, b: usize| {
        let (a, b) = (groups[a], groups[b]);
        groups
            .iter_mut()
            .filter(|group| **group == b)
            .for_each(|group| *group = a);
    };
    for (a, one) in placed.iter().enumerate() {
        for (b, other) in placed.iter().enumerate() {
            if one.thread == other.thread || (soft && one.related.contains(&other.thread)) {
                join(a, b);
            }
        }
    }
    let mut sets: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (at, group) in groups.into_iter().enumerate() {
        sets.entry(group).or_default().insert(at);
    }
    sets.into_values().collect()
}

#[test]
#[ignore = "needs INBOXLINK_TEST_DATA"]
fn data_conformance_cases() {
    let mut paths: Vec<_> = fs::read_dir(data("threads/conformance/conformance"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert_eq!(paths.len(), 37);
    let mut different = Vec::new();
    for path in paths {
        let case: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let input = case["input"].as_array().unwrap();
        let mails: Vec<Message> = input.iter().map(mail).collect();
        let position = |id: &Value| input.iter().position(|mail| mail["id"] == *id).unwrap();
        let threads = case["expected"]["threads"].as_array().unwrap();
        let expected: BTreeSet<BTreeSet<usize>> = threads
            .iter()
            .map(|thread| {
                thread["messages"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(position)
                    .collect()
            })
            .collect();
        let soft = case["options"]["subject_merge"] != Value::Bool(false);
        if partition(&mails, soft) != expected {
            different.push(case["name"].as_str().unwrap().to_owned());
        }
    }
    let explained: Vec<&str> = DIFFERENT.iter().map(|(name, _)| *name).collect();
    assert_eq!(different, explained);
}

/// A thread response of IMAP (RFC 5256 §4) as edges from parent to child.
fn edges(response: &str) -> BTreeSet<(Option<usize>, usize)> {
    let mut edges = BTreeSet::new();
    let mut last: Option<usize> = None;
    let mut stack = Vec::new();
    let mut number = String::new();
    for c in response.chars().chain([' ']) {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        if let Ok(found) = std::mem::take(&mut number).parse() {
            edges.insert((last, found));
            last = Some(found);
        }
        match c {
            '(' => stack.push(last),
            ')' => last = stack.pop().unwrap(),
            _ => {}
        }
    }
    edges
}

#[test]
#[ignore = "needs INBOXLINK_TEST_DATA"]
fn data_trees_of_imaptest() {
    let mut different = Vec::new();
    let mut seen = 0;
    let mut paths: Vec<_> = fs::read_dir(data("threads/imaptest"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_none());
    paths.sort();
    for path in paths {
        let script = fs::read_to_string(&path).unwrap();
        let first = script
            .lines()
            .find(|line| line.to_lowercase().starts_with("* thread"))
            .unwrap();
        let mbox = fs::read_to_string(path.with_extension("mbox")).unwrap();
        let expected = edges(&first[8..]);
        // Some scripts append the rest later.
        let there = expected.iter().map(|(_, mail)| *mail).max().unwrap();
        let mails: Vec<Message> = format!("\n{mbox}")
            .split("\nFrom ")
            .skip(1)
            .take(there)
            .map(|raw| parse(raw.split_once('\n').unwrap().1.as_bytes(), None))
            .collect();
        let ids: Vec<_> = mails.iter().map(thread_ids).collect();
        let views: Vec<_> = mails
            .iter()
            .zip(&ids)
            .map(|(mail, ids)| ThreadMail {
                ids,
                subject: &mail.subject,
                at: mail.date.map(|date| date.at),
            })
            .collect();
        let found: BTreeSet<_> = thread_tree(&views)
            .into_iter()
            .map(|branch| (branch.parent.map(|parent| parent + 1), branch.mail + 1))
            .collect();
        seen += 1;
        if found != expected {
            different.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    assert_eq!(seen, 10);
    let explained: Vec<&str> = DIFFERENT_TREES.iter().map(|(name, _)| *name).collect();
    let (mut different, mut explained) = (different, explained);
    different.sort();
    explained.sort();
    assert_eq!(different, explained);
}
