//! The flags of a message, compared without regard to case.

use std::collections::BTreeMap;

/// The system flags that clients may set (RFC 3501 §2.3.2).
pub(crate) const SYSTEM: [&str; 5] = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];

/// A set of flags. The first spelling of a keyword is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Flags(BTreeMap<String, String>);

impl Flags {
    pub(crate) fn new<I>(flags: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut set = Self::default();
        for flag in flags {
            set.insert(flag.as_ref());
        }
        set
    }

    pub(crate) fn insert(&mut self, flag: &str) {
        let spelled = SYSTEM
            .into_iter()
            .find(|system| system.eq_ignore_ascii_case(flag))
            .unwrap_or(flag);
        self.0
            .entry(flag.to_ascii_lowercase())
            .or_insert_with(|| spelled.to_owned());
    }

    pub(crate) fn remove(&mut self, flag: &str) {
        self.0.remove(&flag.to_ascii_lowercase());
    }

    pub(crate) fn contains(&self, flag: &str) -> bool {
        self.0.contains_key(&flag.to_ascii_lowercase())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }

    /// As FETCH writes them: `(\Answered \Seen)`.
    pub(crate) fn list(&self) -> String {
        let flags: Vec<&str> = self.iter().collect();
        format!("({})", flags.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_count() {
        let mut flags = Flags::new(["\\SEEN", "Later", "later"]);
        assert_eq!(flags.list(), "(\\Seen Later)");
        assert!(flags.contains("\\seen") && flags.contains("LATER"));
        flags.remove("\\Seen");
        assert_eq!(flags, Flags::new(["Later"]));
    }
}
