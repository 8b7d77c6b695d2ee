//! Paragraphs that were broken into lines to be joined again: `format=flowed`
//! (RFC 3676).

use crate::field::Parameterised;

/// How a plain text was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flowed {
    /// Whether the space before a soft break goes with it (`delsp=yes`).
    delete_space: bool,
}

impl Flowed {
    /// Whether a part's Content-Type says that it is.
    pub(crate) fn of(content_type: &Parameterised) -> Option<Self> {
        let says = |name: &str, value: &str| {
            let found = content_type.parameter(name);
            found.is_some_and(|found| found.trim().eq_ignore_ascii_case(value))
        };
        says("format", "flowed").then(|| Self {
            delete_space: says("delsp", "yes"),
        })
    }

    /// Joins the lines that end in a space to the next ones of the same
    /// quoting depth; `-- ` stands for itself. Quote marks are written as `> `.
    pub(crate) fn join(self, text: &str) -> String {
        let mut joined = String::with_capacity(text.len());
        // The depth of the paragraph that goes on, if one does.
        let mut open: Option<usize> = None;
        for (index, line) in text.split('\n').enumerate() {
            let content = line.trim_start_matches('>');
            let depth = line.len() - content.len();
            // One space was put before what would look like a quote mark.
            let content = content.strip_prefix(' ').unwrap_or(content);
            let signature = content == "-- ";
            if open != Some(depth) || signature || content.is_empty() {
                if open.is_some() {
                    joined.truncate(joined.trim_end_matches(' ').len());
                }
                if index > 0 {
                    joined.push('\n');
                }
                for _ in 0..depth {
                    joined.push('>');
                }
                if depth > 0 && !content.is_empty() {
                    joined.push(' ');
                }
            }
            let soft = content.ends_with(' ') && !signature;
            let kept = match content.strip_suffix(' ') {
                Some(kept) if soft && self.delete_space => kept,
                _ => content,
            };
            joined.push_str(kept);
            open = soft.then_some(depth);
        }
        if open.is_some() {
            joined.truncate(joined.trim_end_matches(' ').len());
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_what_was_broken() {
        let flowed = Flowed {
            delete_space: false,
        };
        for (text, expected) in [
            ("one \ntwo\nthree", "one two\nthree"),
            ("> a \n> b\n>> c \nd", "> a b\n>> c\nd"),
            (" >not quoted\n From me", ">not quoted\nFrom me"),
            ("end \n-- \nAnn", "end\n-- \nAnn"),
            ("a \n\nb", "a\n\nb"),
            ("", ""),
        ] {
            assert_eq!(flowed.join(text), expected, "{text:?}");
        }
        let flowed = Flowed { delete_space: true };
        assert_eq!(flowed.join("漢 \n字"), "漢字");
    }
}
