//! What the benchmarks share: a filled mail server, the measuring of other
//! programs and of our own code, text by chance.

mod error;
mod mailbox;
mod measure;
mod report;
mod text;
mod timing;

pub use error::BenchError;
pub use mailbox::{Mailbox, PASSWORD, USER, sample_mails};
pub use measure::{Measured, measure, median};
pub use report::{Report, Row};
pub use text::Words;
pub use timing::{Timed, time};
