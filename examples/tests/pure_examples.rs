//! The examples that need no server, as a user runs them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub
)] // a test may stop at the first surprise

#[path = "common/example.rs"]
mod example;

use std::{fs, path::Path, process::Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::example::example;

/// Runs a built example in a folder.
fn run(name: &str, folder: &Path, args: &[&str]) -> Output {
    let mut command = example(name);
    command.current_dir(folder).args(args).output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A question, its answer, and an answer whose references were lost.
fn mailbox() -> TempDir {
    let folder = TempDir::new().unwrap();
    let mail = |file: &str, headers: &str, body: &str| {
        let text = format!("{headers}\r\n\r\n{body}")
            .replace("\r\n", "\n")
            .replace('\n', "\r\n");
        fs::write(folder.path().join(file), text).unwrap();
    };
    mail(
        "1.eml",
        "From: Ann Lee <ann@example.com>\nTo: me@example.org\nSubject: Offer\n\
         Date: Fri, 3 May 2024 10:12:00 +0000\nMessage-ID: <1@example.com>",
        "Tuesday?\n",
    );
    mail(
        "2.eml",
        "From: me@example.org\nTo: \"Lee, Ann\" <ann@example.com>\nSubject: Re: Offer\n\
         Date: Fri, 3 May 2024 11:00:00 +0000\nMessage-ID: <2@example.org>\n\
         In-Reply-To: <1@example.com>",
        "Fine.\n\nAm 03.05.2024 um 10:12 schrieb Ann Lee:\n> Tuesday?\nOr noon?\n-- \nMe\n",
    );
    mail(
        "3.eml",
        "From: Ann Lee <ann@example.com>\nTo: me@example.org\nSubject: AW: Offer\n\
         Date: Sat, 4 May 2024 10:00:00 +0000\nMessage-ID: <3@example.com>",
        "Noon.\n",
    );
    folder
}

#[test]
fn threads_joins_ids_and_only_relates_subjects() {
    let folder = mailbox();
    let output = run("threads", folder.path(), &["3.eml", "1.eml", "2.eml"]);
    assert_eq!(output.status.code(), Some(0));
    let lines = lines(&output);
    let paths: Vec<_> = lines
        .iter()
        .map(|line| line["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, ["3.eml", "1.eml", "2.eml"]);
    assert_eq!(lines[1]["thread"], lines[2]["thread"]);
    assert_ne!(lines[0]["thread"], lines[1]["thread"]);
    assert_eq!(lines[0]["related"], json!([lines[1]["thread"]]));
    assert_eq!(lines[1]["message_id"], "1@example.com");
}

#[test]
fn threads_prints_the_same_bytes_in_any_order_of_reading() {
    let folder = mailbox();
    let plain = run("threads", folder.path(), &["."]);
    assert_eq!(lines(&plain).len(), 3);
    for seed in ["0", "1", "2", "3", "4", "5"] {
        let shuffled = run("threads", folder.path(), &["--shuffle", seed, "."]);
        assert_eq!(shuffled.stdout, plain.stdout, "seed {seed}");
    }
}

#[test]
fn reply_text_tells_new_text_and_signature() {
    let folder = mailbox();
    let output = run("reply_text", folder.path(), &["2.eml"]);
    let line = &lines(&output)[0];
    let new_text = line["new_text"].as_str().unwrap();
    assert_eq!(
        new_text
            .lines()
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>(),
        ["Fine.", "Or noon?"]
    );
    assert!(line["signature"].as_str().unwrap().ends_with("Me"));

    // With --text the whole file is the body: headers are text like any other.
    fs::write(folder.path().join("body"), "Subject: x\n\nYes.\n> No?\n").unwrap();
    let output = run("reply_text", folder.path(), &["--text", "body"]);
    let expected = json!({"path": "body", "new_text": "Subject: x\n\nYes.", "signature": ""});
    assert_eq!(lines(&output), [expected]);
}

#[test]
fn contacts_gives_a_reason_for_each_address() {
    let folder = mailbox();
    let output = run(
        "contacts",
        folder.path(),
        &["extract", "--own", "me@example.org", "."],
    );
    let expected = [
        json!({"email": "ann@example.com", "name": "Ann Lee", "decision": "create", "reason": "exchanged"}),
        json!({"email": "me@example.org", "name": "", "decision": "skip", "reason": "own_address"}),
    ];
    assert_eq!(lines(&output), expected);
}

#[test]
fn contacts_clusters_rows() {
    let folder = TempDir::new().unwrap();
    let people = "id\tname\temail\tperson\n\
                  7\tAnn Lee\tann.lee@gmail.com\tx\n\
                  8\t\tannlee@googlemail.com\ty\n\
                  9\tLee, Ann\tann@example.com\tz\n";
    fs::write(folder.path().join("people.tsv"), people).unwrap();
    for (tier, persons) in [("auto", [0, 0, 1]), ("suggest", [0, 0, 0])] {
        let args = ["cluster", "people.tsv", "--tier", tier, "--time"];
        let output = run("contacts", folder.path(), &args);
        let found: Vec<_> = lines(&output)
            .iter()
            .map(|line| line["person"].clone())
            .collect();
        assert_eq!(found, persons, "{tier}");
        let time: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(time["rows"], 3);
    }
}

#[test]
fn an_unreadable_file_is_named_and_the_rest_goes_on() {
    let folder = mailbox();
    for args in [
        ["threads", "missing.eml", "1.eml"].as_slice(),
        &["reply_text", "missing.eml", "1.eml"],
        &["reply_text", "--text", "missing.eml", "1.eml"],
        &["contacts", "extract", "missing.eml", "1.eml"],
    ] {
        let (name, args) = args.split_first().unwrap();
        let output = run(name, folder.path(), args);
        assert_eq!(output.status.code(), Some(2), "{name}");
        let lines = lines(&output);
        assert!(lines.len() > 1, "{name}");
        assert_eq!(
            lines
                .iter()
                .filter(|line| line["error"].is_string())
                .count(),
            1,
            "{name}"
        );
    }
}
