//! The mailbox that clients are measured on.

use std::fs;
use std::path::{Path, PathBuf};

use inboxlink_testkit::{Dovecot, folder_of, mail_files, mails};

use crate::BenchError;

/// The mailbox's only user.
pub const USER: &str = inboxlink_testkit::OWNER;
/// The user's password.
pub const PASSWORD: &str = "secret";

/// How many mails there are if `INBOXLINK_BENCH_MAILS` doesn't say.
const DEFAULT_COUNT: usize = 2500;
/// Any fixed number will do.
const SEED: u64 = 7;

/// A server with mails in INBOX, Sent and three folders.
pub struct Mailbox {
    /// The server, alive as long as this is.
    pub server: Dovecot,
    /// How many mails it holds.
    pub mails: usize,
    /// Their size on the disk, in bytes.
    pub bytes: u64,
    /// Where the mails come from.
    pub source: &'static str,
}

impl Mailbox {
    /// Starts Dovecot and fills it: with the mails below
    /// `$INBOXLINK_TEST_DATA/mail` if that is set, else with generated ones; at
    /// most `$INBOXLINK_BENCH_MAILS` of them (2,500).
    ///
    /// # Errors
    /// If the server isn't installed, or a mail cannot be read or written.
    pub fn start() -> Result<Self, BenchError> {
        let count = count();
        let server = Dovecot::builder().user(USER, PASSWORD).start()?;
        let mut mailbox = Self {
            server,
            mails: 0,
            bytes: 0,
            source: "generated",
        };
        // One mail at a time: a child's peak memory is never told to be less
        // than ours was when we started it.
        match std::env::var_os("INBOXLINK_TEST_DATA") {
            Some(data) => {
                mailbox.source = "INBOXLINK_TEST_DATA/mail";
                let files = mail_files(&PathBuf::from(data).join("mail"))?;
                for path in files.iter().take(count) {
                    mailbox.add(&read(path)?)?;
                }
            }
            None => {
                for mail in mails(SEED).take(count) {
                    mailbox.add(&mail)?;
                }
            }
        }
        Ok(mailbox)
    }

    fn add(&mut self, mail: &[u8]) -> Result<(), BenchError> {
        let folder = folder_of(self.mails);
        self.server.fill(USER, folder, [(mail, "S")])?;
        self.mails += 1;
        self.bytes += mail.len() as u64;
        Ok(())
    }
}

/// The mails that functions are measured on: those below
/// `$INBOXLINK_TEST_DATA/mail` if that is set, else generated ones; at most
/// `$INBOXLINK_BENCH_MAILS` of them (2,500).
///
/// # Errors
/// If one cannot be read.
pub fn sample_mails() -> Result<Vec<Vec<u8>>, BenchError> {
    let count = count();
    let Some(data) = std::env::var_os("INBOXLINK_TEST_DATA") else {
        return Ok(mails(SEED).take(count).collect());
    };
    let files = mail_files(&PathBuf::from(data).join("mail"))?;
    let read =
        |path: &PathBuf| fs::read(path).map_err(BenchError::io(format!("read {}", path.display())));
    files.iter().take(count).map(read).collect()
}

/// How many mails are asked for.
fn count() -> usize {
    let count = std::env::var("INBOXLINK_BENCH_MAILS").ok();
    let count = count.and_then(|text| text.parse().ok());
    count.unwrap_or(DEFAULT_COUNT)
}

fn read(path: &Path) -> Result<Vec<u8>, BenchError> {
    fs::read(path).map_err(BenchError::io(format!("read {}", path.display())))
}
