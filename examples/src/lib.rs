//! What the examples share: mail from paths, JSON lines, exit codes.
//!
//! An example's `main` is three lines:
//!
//! ```no_run
//! use inboxlink_examples::{MailArgs, arguments, run};
//!
//! #[derive(clap::Parser)]
//! struct Args {
//!     #[command(flatten)]
//!     mail: MailArgs,
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     let args: Args = arguments();
//!     run(|out| {
//!         for mail in args.mail.sources() {
//!             match mail {
//!                 Ok(mail) => out.line(&(mail.path, mail.raw.len()))?,
//!                 Err(error) => out.error(&error)?,
//!             }
//!         }
//!         Ok(())
//!     })
//! }
//! ```

pub mod demo;
mod mbox;
mod output;
mod server;
mod source;

pub use mbox::MboxReader;
pub use output::{Failure, JsonLines, arguments, run};
pub use server::{OWNER, ServerArgs};
pub use source::{MailArgs, SourceError, SourceMail, mail_sources};
