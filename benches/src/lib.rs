//! What the benchmarks share: a filled mail server, and the measuring of other
//! programs.

mod error;
mod mailbox;
mod measure;
mod report;

pub use error::BenchError;
pub use mailbox::{Mailbox, PASSWORD, USER};
pub use measure::{Measured, measure, median};
pub use report::{Report, Row};
