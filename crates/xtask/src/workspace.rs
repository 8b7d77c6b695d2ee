//! What cargo knows of the workspace.

use std::path::PathBuf;
use std::process::Command;

use cargo_metadata::MetadataCommand;

use crate::error::Error;

/// The workspace's places and packages.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    /// The packages that are published, by name.
    pub(crate) published: Vec<String>,
}

impl Workspace {
    pub(crate) fn read() -> Result<Self, Error> {
        let metadata = MetadataCommand::new().no_deps().exec()?;
        let published = metadata
            .workspace_packages()
            .iter()
            // `publish = false` reads as an empty list of registries.
            .filter(|package| package.publish.as_ref().is_none_or(|to| !to.is_empty()))
            .map(|package| package.name.to_string())
            .collect();
        Ok(Self {
            root: metadata.workspace_root.into_std_path_buf(),
            target: metadata.target_directory.into_std_path_buf(),
            published,
        })
    }

    /// `cargo` in the root, with these arguments.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        // The cargo that runs us, not whichever comes first on PATH.
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// Where the release examples stand after their stage.
    pub(crate) fn examples(&self) -> PathBuf {
        self.target.join("release").join("examples")
    }
}
