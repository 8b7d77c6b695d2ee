//! Threads: a union of ids, the same whatever the order of arrival.

mod forest;
mod ids;
mod linker;
mod redirects;
mod subject;

pub use forest::{Forest, Placed};
pub use ids::{ThreadIds, thread_ids};
pub use linker::{Linker, ThreadChanges};
pub use redirects::Redirects;
pub use subject::{BaseSubject, base_subject};
