//! Real mail from outside the project: none panics, none is lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::{
    fs,
    path::{Path, PathBuf},
};

use inboxlink_message::{Context, classify, parse, text_for_reading};
use inboxlink_model::OwnAddresses;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.append(&mut files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Reads all files below a folder, whole and cut; gives back how many there
/// are, and how many have text to read.
fn read_all(folder: &str) -> (usize, usize) {
    let data = std::env::var_os("INBOXLINK_TEST_DATA").expect("INBOXLINK_TEST_DATA is set");
    let files = files(&PathBuf::from(data).join(folder));
    let own = OwnAddresses::default();
    let mut with_text = 0;
    for path in &files {
        let raw = fs::read(path).unwrap();
        for length in [raw.len(), raw.len() / 2, raw.len() / 3] {
            let mail = parse(&raw[..length], Some(raw.len() as u64));
            classify(&mail, &Context { own: &own });
            let read = !text_for_reading(&mail).trim().is_empty();
            with_text += usize::from(read && length == raw.len());
        }
    }
    (files.len(), with_text)
}

#[test]
#[ignore = "needs INBOXLINK_TEST_DATA"]
fn data_mail_that_other_parsers_are_tested_with() {
    let (files, _) = read_all("mime");
    assert!(files > 100, "{files} files");
}

#[test]
#[ignore = "needs INBOXLINK_TEST_DATA"]
fn data_ordinary_mail_has_text() {
    let (files, with_text) = read_all("mail/easy-ham-1");
    assert!(
        files > 2000 && with_text * 100 >= files * 99,
        "{with_text} of {files}"
    );
}

#[test]
#[ignore = "needs INBOXLINK_TEST_DATA"]
fn data_bounces() {
    let (files, _) = read_all("classify");
    assert!(files > 900, "{files} files");
}
