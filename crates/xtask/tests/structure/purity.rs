//! Pure crates compute: bytes, values and `now` come in, values go out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{PURE, folder, package, root};

/// Crates that bring a clock, a socket, a database, a runtime or chance.
fn is_impure(name: &str) -> bool {
    const NAMES: [&str; 12] = [
        "futures",
        "mio",
        "socket2",
        "smol",
        "rusqlite",
        "libsqlite3-sys",
        "rustls",
        "ring",
        "getrandom",
        "fastrand",
        "uuid",
        "reqwest",
    ];
    const PREFIXES: [&str; 6] = ["tokio", "async-", "futures-", "sqlx", "hyper", "rand"];
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// The crates that a user of `name` gets with it, every feature switched on.
fn tree(name: &str) -> BTreeSet<String> {
    // Not cargo's metadata: there, features that other members switch on are
    // mixed in.
    let cargo = std::env::var_os("CARGO").unwrap();
    let output = Command::new(cargo)
        .args(["tree", "--package", name, "--edges", "normal"])
        .args(["--all-features", "--prefix", "none", "--format", "{p}"])
        .current_dir(root())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo tree: {errors}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let first_word = |line: &str| line.split(' ').next().map(str::to_owned);
    lines.lines().filter_map(first_word).collect()
}

#[test]
fn pure_crates_bring_nothing_impure() {
    for name in PURE {
        let impure: Vec<String> = tree(name).into_iter().filter(|it| is_impure(it)).collect();
        assert!(impure.is_empty(), "{name} brings {impure:?}");
    }
    // The test would see it if they did.
    assert!(tree("inboxlink-imap").iter().any(|name| is_impure(name)));
}

#[test]
fn settings_stand_alone() {
    let tree = tree("inboxlink-settings");
    for heavy in ["tokio", "mail-parser", "rusqlite", "inboxlink-message"] {
        assert!(!tree.contains(heavy), "settings bring {heavy}");
    }
}

/// What no pure crate's code may name. `std::net`'s addresses are values and
/// may be.
const FORBIDDEN: [&str; 14] = [
    "SystemTime",
    "Instant::now",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "std::io::std",
    "RandomState",
    "println!",
    "async fn",
];

#[test]
fn pure_code_names_no_clock_file_socket_or_chance() {
    for name in PURE {
        let src = folder(package(name)).join("src");
        let files = rust_files(&src);
        assert!(!files.is_empty(), "{name} has no source");
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            for (number, line) in shipped_code(&text) {
                let found = FORBIDDEN.iter().find(|word| line.contains(**word));
                let place = file.display();
                assert!(found.is_none(), "{place}:{number} names {found:?}");
            }
        }
    }
}

/// The numbered lines that are neither comments nor unit tests, which stand at
/// the end of their file.
fn shipped_code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(index, line)| (index + 1, line))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_tests = path.file_stem().is_some_and(|stem| stem == "tests");
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") && !is_tests {
                found.push(path);
            }
        }
    }
    found
}
