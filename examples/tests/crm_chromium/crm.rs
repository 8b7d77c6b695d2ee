//! The demo CRM, run as a newcomer runs it.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
};

use crate::example::example;

/// The running demo; killed when dropped.
pub struct Crm {
    child: Child,
    /// What it printed, without the slash at the end.
    pub url: String,
}

impl Crm {
    pub fn start<S: AsRef<OsStr>>(arguments: &[S]) -> Self {
        let mut child = example("crm")
            .args(["--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let url = line
            .trim_end()
            .strip_suffix('/')
            .unwrap_or_default()
            .to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line:?}");
        Self { child, url }
    }

    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

impl Drop for Crm {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
