//! The structure of the workspace, held by tests: who may know whom, what the
//! pure crates do without, what every manifest and file must be like.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod dependencies;
mod files;
mod manifests;
mod purity;

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use cargo_metadata::{Metadata, MetadataCommand, Package};

/// The workspace as cargo sees it.
static METADATA: LazyLock<Metadata> =
    LazyLock::new(|| MetadataCommand::new().no_deps().exec().unwrap());

/// The crates that compute and do nothing else.
const PURE: [&str; 8] = [
    "inboxlink-model",
    "inboxlink-message",
    "inboxlink-sync",
    "inboxlink-timeline",
    "inboxlink-contacts",
    "inboxlink-replies",
    "inboxlink-settings",
    "inboxlink-engine",
];

fn root() -> PathBuf {
    METADATA.workspace_root.clone().into_std_path_buf()
}

fn package(name: &str) -> &'static Package {
    METADATA
        .packages
        .iter()
        .find(|package| package.name.as_str() == name)
        .unwrap_or_else(|| panic!("no package {name}"))
}

/// A package's folder.
fn folder(package: &Package) -> PathBuf {
    let manifest = package.manifest_path.as_std_path();
    manifest.parent().unwrap().to_owned()
}

fn is_published(package: &Package) -> bool {
    package.publish.as_ref().is_none_or(|to| !to.is_empty())
}

/// The files that git knows, relative to the root.
fn tracked_files() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output()
        .expect("git is needed to list the project's files");
    assert!(output.status.success(), "not a git checkout");
    let names = String::from_utf8(output.stdout).unwrap();
    let names = names.split_terminator('\0').map(PathBuf::from);
    // One that is deleted but not committed yet is not there to be read.
    names.filter(|name| root().join(name).is_file()).collect()
}
