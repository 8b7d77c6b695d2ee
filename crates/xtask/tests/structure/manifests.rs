//! Every manifest: reasons for dependencies, and what a registry page needs.

use std::collections::BTreeSet;
use std::fs;

use crate::{METADATA, folder, is_published, root};

/// The lines of `[workspace.dependencies]`.
fn workspace_dependencies() -> Vec<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .map(str::to_owned)
        .collect()
}

fn name_in(line: &str) -> Option<&str> {
    let (name, _) = line.split_once('=')?;
    (!line.starts_with('#')).then(|| name.trim())
}

#[test]
fn every_dependency_has_its_reason_above_it() {
    let mut explained = false;
    let mut seen = 0;
    for line in workspace_dependencies() {
        // A reason serves the lines below it, up to the next empty one.
        if line.is_empty() {
            explained = false;
        } else if line.starts_with('#') {
            explained = true;
        } else if let Some(name) = name_in(&line) {
            assert!(explained, "{name} has no reason above it");
            seen += 1;
        }
    }
    assert!(seen > 10, "only {seen} dependencies were found");
}

#[test]
fn every_dependency_is_used_by_someone() {
    let used: BTreeSet<&str> = METADATA
        .packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .map(|dependency| dependency.name.as_str())
        .collect();
    let lines = workspace_dependencies();
    let names = lines.iter().filter_map(|line| name_in(line));
    let unused: Vec<&str> = names.filter(|name| !used.contains(name)).collect();
    assert!(unused.is_empty(), "nobody uses {unused:?}");
}

#[test]
fn versions_and_lints_are_decided_at_the_root() {
    for package in &METADATA.packages {
        let name = &package.name;
        let manifest = fs::read_to_string(&package.manifest_path).unwrap();
        let mut section = "";
        for line in manifest.lines() {
            if line.starts_with('[') {
                section = line;
            } else if section.contains("dependencies") && name_in(line).is_some() {
                let inherited = line.contains("workspace = true");
                assert!(inherited, "{name}: `{line}` names a version of its own");
            }
        }
        let lints = manifest.contains("[lints]\nworkspace = true");
        assert!(lints, "{name} doesn't take the workspace's lints");
    }
}

#[test]
fn published_packages_are_fit_for_their_page() {
    let mut published = 0;
    for package in METADATA.packages.iter().filter(|it| is_published(it)) {
        published += 1;
        let name = &package.name;
        assert!(package.description.is_some(), "{name}: description");
        assert_eq!(
            package.license.as_deref(),
            Some("MIT OR Apache-2.0"),
            "{name}"
        );
        assert!(package.rust_version.is_some(), "{name}: rust-version");
        assert!(!package.categories.is_empty(), "{name}: categories");
        let keywords = &package.keywords;
        // The registry's own limits.
        assert!((1..=5).contains(&keywords.len()), "{name}: keywords");
        assert!(keywords.iter().all(|it| it.len() <= 20), "{name}: keywords");

        let readme = fs::read_to_string(folder(package).join("README.md"));
        assert!(readme.is_ok(), "{name}: README.md");
        let lib = fs::read_to_string(folder(package).join("src/lib.rs")).unwrap();
        let included = lib.contains("include_str!(\"../README.md\")");
        assert!(included, "{name}: its README isn't its documentation");
    }
    assert!(published >= 11, "only {published} packages are published");
}
