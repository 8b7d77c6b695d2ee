//! Threads: a union of ids, the same whatever the order of arrival.

mod forest;
mod ids;
mod linker;
mod redirects;
mod standing;
mod subject;
mod tree;

pub use forest::{Forest, Placed};
pub use ids::{ThreadIds, thread_ids};
pub use linker::{Linker, ThreadChanges};
pub use redirects::Redirects;
pub use standing::{Voice, quarantined};
pub use subject::{BaseSubject, base_subject};
pub use tree::{Branch, ThreadMail, thread_tree};
