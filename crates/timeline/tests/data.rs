//! Data from outside the project, as others measure with it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::{fs, path::PathBuf};

use inboxlink_timeline::reply_text;
use serde_json::Value;

fn data(folder: &str) -> PathBuf {
    let data = std::env::var_os("INBOXLINK_TEST_DATA").expect("INBOXLINK_TEST_DATA is set");
    PathBuf::from(data).join(folder)
}

fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(data(folder)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(end));
    paths.sort();
    paths
}

/// The lines that count: without quotes, blank ones, and white space.
fn lines(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('>'))
        .collect()
}

/// Shares of mails whose new text is exact, and of those that lost some.
fn score(cases: &[(Vec<String>, Vec<String>)]) -> (f64, f64) {
    let exact = cases.iter().filter(|(found, truth)| found == truth).count();
    let lost = cases.iter().filter(|(found, truth)| {
        let mut found = found.clone();
        truth
            .iter()
            .any(|line| match found.iter().position(|other| other == line) {
                Some(at) => {
                    found.swap_remove(at);
                    false
                }
                None => true,
            })
    });
    let share = |count: usize| count as f64 / cases.len() as f64;
    (share(exact), share(lost.count()))
}

/// Quagga's annotations: what stands before the first header is new; mails
/// with answers below it, and empty ones, are left out.
fn quagga(folder: &str) -> (f64, f64) {
    let mut cases = Vec::new();
    for path in files(folder, ".ann") {
        let Ok(annotated) = serde_json::from_slice::<Value>(&fs::read(path).unwrap()) else {
            continue;
        };
        let text: Vec<char> = annotated["text"].as_str().unwrap().chars().collect();
        let zones = annotated["denotations"].as_array().unwrap().iter();
        let headers = zones.filter(|zone| zone["type"] == "Header");
        let cut = headers
            .map(|zone| zone["start"].as_u64().unwrap() as usize)
            .min();
        let (new, rest) = text.split_at(cut.unwrap_or(text.len()));
        let (new, rest): (String, String) = (new.iter().collect(), rest.iter().collect());
        let quoted = |line: &&str| line.trim_start().starts_with('>');
        let mut below = rest
            .lines()
            .filter(|line| !line.trim().is_empty())
            .skip_while(|line| !quoted(line));
        if lines(&new).is_empty() || below.any(|line| !quoted(&line)) {
            continue;
        }
        let text: String = text.into_iter().collect();
        let reply = reply_text(&text);
        let found = format!("{}\n{}", reply.new_text(), reply.signature());
        cases.push((lines(&found), lines(&new)));
    }
    score(&cases)
}

#[test]
#[ignore = "needs INBOXLINK_TEST_DATA"]
fn data_reply_text_of_mailing_lists_and_offices() {
    for (folder, best) in [
        ("reply_text/quagga/asf-train", 0.981),
        ("reply_text/quagga/enron-train", 0.802),
    ] {
        let (exact, lost) = quagga(folder);
        assert!(
            exact > best && lost <= 0.01,
            "{folder}: {exact} exact, {lost} lost"
        );
    }
}

#[test]
#[ignore = "needs INBOXLINK_TEST_DATA"]
fn data_reply_text_of_a_forum() {
    let mut cases = Vec::new();
    for path in files("reply_text/discourse/emails", ".txt") {
        let trimmed = data("reply_text/discourse/trimmed").join(path.file_name().unwrap());
        let read = |path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        if trimmed.exists() {
            cases.push((
                lines(&reply_text(&read(path)).new_text()),
                lines(&read(trimmed)),
            ));
        }
    }
    let (exact, lost) = score(&cases);
    assert!(exact > 0.594 && lost <= 0.01, "{exact} exact, {lost} lost");
}

/// Signatures that people marked by hand: what is called one is one.
#[test]
#[ignore = "needs INBOXLINK_TEST_DATA"]
fn data_signatures() {
    let (mut right, mut wrong, mut missed) = (0, 0, 0);
    for folder in ["P", "N"] {
        for path in files(
            &format!("reply_text/mailgun_forge/dataset/{folder}"),
            "_body",
        ) {
            let marked = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
            let truth = marked.lines().filter_map(|line| line.strip_prefix("#sig#"));
            let mut truth = lines(&truth.collect::<Vec<_>>().join("\n"));
            let body = marked.replace("#sig#", "").replace("#reply#", "");
            for line in lines(&reply_text(&body).signature()) {
                match truth.iter().position(|other| *other == line) {
                    Some(at) => {
                        truth.swap_remove(at);
                        right += 1;
                    }
                    None => wrong += 1,
                }
            }
            missed += truth.len();
        }
    }
    assert!(
        right >= 40 && wrong * 50 <= right,
        "{right} right, {wrong} wrong, {missed} missed"
    );
}
