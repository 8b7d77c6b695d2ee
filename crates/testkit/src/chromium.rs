//! A headless Chromium of its own for each test, driven by WebDriver.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::TestkitError;
use crate::error::find_program;
use crate::process::Watched;

/// Usually up in a tenth of a second; this is for a machine that is busy.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// What ChromeDriver says when it is up, before the port.
const READY: &str = "started successfully on port ";

/// A running ChromeDriver. It ends when dropped, and the browser with it.
#[derive(Debug)]
pub struct ChromeDriver {
    // First, so that it ends before its folder goes.
    _process: Watched,
    port: u16,
    browser: PathBuf,
    folder: TempDir,
}

impl ChromeDriver {
    /// Starts ChromeDriver on a free port of 127.0.0.1 and waits until it
    /// answers.
    ///
    /// # Errors
    /// [`TestkitError::NotInstalled`] names the package that is missing;
    /// [`TestkitError::DidNotStart`] carries ChromeDriver's log.
    pub fn start() -> Result<Self, TestkitError> {
        let program = find_program("chromedriver", "chromium-driver")?;
        let browser = find_program("chromium", "chromium")?;
        let folder = tempfile::Builder::new()
            .prefix("inboxlink-chromium-")
            .tempdir()
            .map_err(TestkitError::io("make a temporary folder"))?;
        let log = folder.path().join("chromedriver.log");
        let args: [&OsStr; 1] = ["--port=0".as_ref()];
        let mut process = Watched::start(&program, &args, &log)?;
        let begun = Instant::now();
        loop {
            let said = fs::read_to_string(&log).unwrap_or_default();
            if let Some(port) = port(&said) {
                return Ok(Self {
                    _process: process,
                    port,
                    browser,
                    folder,
                });
            }
            if !process.is_running() || begun.elapsed() > START_TIMEOUT {
                return Err(TestkitError::DidNotStart {
                    program: "chromedriver",
                    log: said,
                });
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Where WebDriver is served.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The browser.
    #[must_use]
    pub fn browser(&self) -> String {
        self.browser.display().to_string()
    }

    /// The arguments of a browser with a profile of its own that finds no host
    /// but this machine, and writes down what its network stack does.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let fixed = [
            "--headless",
            // As root there is no sandbox; what is shown is our own.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--no-proxy-server",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-default-apps",
            "--disable-features=MediaRouter,OptimizationHints",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            "--lang=en-GB",
        ];
        let folder = self.folder.path();
        let own = [
            format!("--user-data-dir={}", folder.join("profile").display()),
            format!("--log-net-log={}", self.net_log().display()),
        ];
        fixed.into_iter().map(str::to_owned).chain(own).collect()
    }

    /// What Chromium's network stack did, as JSON; whole once the browser has
    /// ended.
    #[must_use]
    pub fn net_log(&self) -> PathBuf {
        self.folder.path().join("net-log.json")
    }
}

fn port(log: &str) -> Option<u16> {
    let (_, rest) = log.split_once(READY)?;
    // With the full stop: half a number may have been written so far.
    let (port, _) = rest.split_once('.')?;
    port.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_the_log() {
        let log = "Starting ChromeDriver 156.0 on port 0\n\
                   ChromeDriver was started successfully on port 34925.\n";
        assert_eq!(port(log), Some(34925));
        assert_eq!(
            port("ChromeDriver was started successfully on port 349"),
            None
        );
    }
}
