//! The one place where a panic of somebody else's code ends.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `read` returns, or `None` where it panics. Older versions of the MIME
/// parser panicked on some mails, and mail is written by anyone.
pub(crate) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    // Nothing that `read` borrows is looked at after a panic.
    catch_unwind(AssertUnwindSafe(read)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_here() {
        assert_eq!(guarded(|| 1), Some(1));
        assert_eq!(guarded(|| -> u8 { panic!("somebody else's") }), None);
    }
}
