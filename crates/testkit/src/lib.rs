#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod bombs;
mod certificates;
mod chromium;
mod corpus;
mod delay;
mod dovecot;
mod error;
mod generate;
mod lmtp;
mod maildir;
mod mbsync;
mod process;
mod random;

pub use bombs::{Bomb, HEADER_BOMBS, HTML_BOMBS, MIME_BOMBS};
pub use certificates::{Certificates, Tls};
pub use chromium::ChromeDriver;
pub use corpus::{FOLDERS, folder_of, mail_files, spread};
pub use delay::DelayProxy;
pub use dovecot::{Dovecot, DovecotBuilder};
pub use error::TestkitError;
pub use generate::{OWNER, generate, mails};
pub use maildir::folder_on_disk;
pub use mbsync::Mbsync;
