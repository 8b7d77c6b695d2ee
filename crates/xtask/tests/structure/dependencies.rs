//! The directions of the house: who may depend on whom.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, Package};

use crate::METADATA;

/// What each crate of ours may know of the others. A new crate needs a row.
fn may_know(name: &str) -> Vec<&'static str> {
    const SIBLINGS: [&str; 5] = ["sync", "timeline", "contacts", "replies", "settings"];
    let mut known = match name {
        "inboxlink-model" => vec![],
        // The edges' protocols and the form stand below mail itself.
        "inboxlink-message" | "inboxlink-settings" => vec!["model"],
        "inboxlink-sync" | "inboxlink-timeline" | "inboxlink-contacts" | "inboxlink-replies" => {
            vec!["model", "message"]
        }
        "inboxlink-engine" => [&["model", "message"][..], &SIBLINGS].concat(),
        "inboxlink-vault" => vec!["model"],
        "inboxlink-dial" => vec!["settings"],
        "inboxlink-discover" => vec!["settings", "dial"],
        "inboxlink-oauth" => vec!["model", "dial"],
        "inboxlink-imap" => vec!["model", "sync", "settings", "dial"],
        "inboxlink-smtp" => vec!["model", "replies", "settings", "dial"],
        "inboxlink-store" => [&["model", "message", "engine"][..], &SIBLINGS].concat(),
        "inboxlink" | "inboxlink-examples" | "inboxlink-benches" => [
            &[
                "model", "message", "engine", "dial", "discover", "imap", "oauth", "smtp", "store",
                "vault",
            ][..],
            &SIBLINGS,
        ]
        .concat(),
        "inboxlink-testserver" | "inboxlink-testkit" | "xtask" => vec![],
        other => panic!("{other} has no row in the table of who may know whom"),
    };
    match name {
        "inboxlink-examples" => known.extend(["", "testserver"]),
        "inboxlink-benches" => known.extend(["", "testkit"]),
        _ => {}
    }
    known
}

/// The short name of a crate of ours: `model`, and nothing for the facade.
fn short(name: &str) -> Option<&str> {
    if name == "inboxlink" {
        return Some("");
    }
    name.strip_prefix("inboxlink-")
}

fn ours_among_dependencies(package: &Package) -> BTreeSet<&str> {
    package
        .dependencies
        .iter()
        // What tests use doesn't reach a user.
        .filter(|dependency| dependency.kind != DependencyKind::Development)
        .filter_map(|dependency| short(&dependency.name))
        .collect()
}

#[test]
fn every_crate_knows_only_those_below_it() {
    for package in &METADATA.packages {
        let allowed: BTreeSet<&str> = may_know(&package.name).into_iter().collect();
        let strangers: Vec<&str> = ours_among_dependencies(package)
            .difference(&allowed)
            .copied()
            .collect();
        assert!(strangers.is_empty(), "{} knows {strangers:?}", package.name);
    }
}

#[test]
fn nothing_that_is_published_needs_something_unpublished() {
    for package in METADATA
        .packages
        .iter()
        .filter(|it| crate::is_published(it))
    {
        for name in ours_among_dependencies(package) {
            let full = match name {
                "" => "inboxlink".to_owned(),
                name => format!("inboxlink-{name}"),
            };
            let published = crate::is_published(crate::package(&full));
            assert!(published, "{} needs {full}", package.name);
        }
    }
}
