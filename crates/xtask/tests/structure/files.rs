//! Every file that git knows.

use std::fs;

use crate::{root, tracked_files};

#[test]
fn no_source_file_is_longer_than_a_thousand_lines() {
    let mut seen = 0;
    for path in tracked_files() {
        if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(root().join(&path)).unwrap();
            let lines = text.lines().count();
            assert!(lines <= 1000, "{} has {lines} lines", path.display());
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen} source files were found");
}

#[test]
fn no_file_tells_of_the_machine_it_was_written_on() {
    // Put together here, so that this file holds none of them.
    let forbidden = [
        concat!("/wo", "rk/"),
        concat!("/tmp/", "target"),
        concat!("/ro", "ot/"),
        concat!("arti", "factory"),
    ];
    for path in tracked_files() {
        let bytes = fs::read(root().join(&path)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let found = forbidden.iter().find(|word| text.contains(**word));
        assert!(found.is_none(), "{} holds {found:?}", path.display());
    }
}
