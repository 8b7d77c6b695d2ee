#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod bearer;
mod diagnosis;
mod dial;
mod failure;
pub mod limits;
mod outcome;
mod session;
mod settings;
mod starttls;
mod stream;
mod words;

pub use failure::{Failure, FailureKind};
pub use outcome::{Lost, Outcome};
pub use session::{check, transmit};
pub use settings::{SmtpSettings, Timeouts};
