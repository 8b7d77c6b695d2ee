//! The examples as they were built.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

/// The built example. `INBOXLINK_EXAMPLES_DIR` names the folder; else they
/// stand beside the folder of this test.
pub fn example(name: &str) -> Command {
    let folder = std::env::var_os("INBOXLINK_EXAMPLES_DIR")
        .map(PathBuf::from)
        .unwrap_or_else(|| {
            let exe = std::env::current_exe().unwrap();
            exe.parent().unwrap().parent().unwrap().join("examples")
        });
    let path = folder.join(name);
    assert!(
        path.exists(),
        "{} is missing: build the examples first",
        path.display()
    );
    let mut command = Command::new(path);
    command.stdin(Stdio::null());
    command
}
