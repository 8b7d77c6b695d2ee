//! Text as a browser would flow it: white space folded, blocks on lines of
//! their own.

use super::{Token, decode};

/// Lays out the tokens of a document as lines of text, and remembers for each
/// line what its reader thinks of it (`M`).
///
/// ```
/// use inboxlink_message::html::{Flow, Tokens};
/// let mut flow = Flow::default();
/// for token in Tokens::new("<p>Dear  Ann,</p><ul><li>one<li>two</ul>") {
///     flow.token(&token, ());
/// }
/// assert_eq!(flow.finish().0, "Dear Ann,\n\n- one\n- two");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Flow<M> {
    text: String,
    marks: Vec<M>,
    /// Line breaks due before the next character.
    breaks: usize,
    /// Whether a space is due before the next character.
    space: bool,
    preformatted: usize,
}

impl<M: Copy + Default> Flow<M> {
    /// Takes a token; a line that begins in it gets the mark.
    pub fn token(&mut self, token: &Token<'_>, mark: M) {
        match token {
            Token::Text(text) => self.text(text, mark),
            Token::Open(tag) => self.tag(tag.name(), false, mark),
            Token::Close(tag) => self.tag(tag.name(), true, mark),
        }
    }

    /// The lines, and the mark of each; blank lines have the default one.
    pub fn finish(self) -> (String, Vec<M>) {
        (self.text, self.marks)
    }

    fn tag(&mut self, name: &str, closes: bool, mark: M) {
        // The longest name here has ten letters; a longer one is another.
        let mut lower = [0; 10];
        let Some(lower) = lower.get_mut(..name.len()) else {
            return;
        };
        lower.copy_from_slice(name.as_bytes());
        lower.make_ascii_lowercase();
        match &*lower {
            b"br" => self.line_break(),
            b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"ul" | b"ol" | b"table"
            | b"hr" => self.block(2),
            b"pre" => {
                self.block(1);
                let step = if closes {
                    usize::saturating_sub
                } else {
                    usize::saturating_add
                };
                self.preformatted = step(self.preformatted, 1);
            }
            b"div" | b"tr" | b"section" | b"article" | b"header" | b"footer" | b"center"
            | b"blockquote" | b"dl" | b"dt" | b"dd" | b"address" | b"form" => self.block(1),
            b"li" => {
                self.block(1);
                if !closes {
                    self.plain("- ", mark);
                }
            }
            b"td" | b"th" => self.space = true,
            _ => {}
        }
    }

    fn text(&mut self, text: &str, mark: M) {
        self.plain(&decode(text), mark);
    }

    fn plain(&mut self, text: &str, mark: M) {
        for c in text.chars() {
            match c {
                '\n' if self.preformatted > 0 => self.line_break(),
                // Invisible filling of newsletters' previews.
                '\u{200b}' | '\u{feff}' | '\u{ad}' => {}
                c if c.is_whitespace() && self.preformatted > 0 => self.push(' ', mark),
                c if c.is_whitespace() => self.space = true,
                c if c.is_control() => {}
                c => self.push(c, mark),
            }
        }
    }

    fn push(&mut self, c: char, mark: M) {
        let first = self.text.is_empty();
        if first || self.breaks > 0 {
            let breaks = if first { 0 } else { self.breaks.min(2) };
            for _ in 0..breaks {
                self.text.push('\n');
            }
            for _ in 1..breaks {
                self.marks.push(M::default());
            }
            self.marks.push(mark);
            self.breaks = 0;
        } else if self.space {
            self.text.push(' ');
        }
        self.space = false;
        self.text.push(c);
    }

    fn line_break(&mut self) {
        self.breaks = self.breaks.saturating_add(1);
        self.space = false;
    }

    /// At least that many line breaks.
    fn block(&mut self, breaks: usize) {
        self.breaks = self.breaks.max(breaks);
        self.space = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::Tokens;

    #[test]
    fn every_line_has_a_mark() {
        let mut flow = Flow::default();
        for (number, token) in Tokens::new("a<br><p>b<br>c<pre>d\n  e</pre>").enumerate() {
            flow.token(&token, number);
        }
        let (text, marks) = flow.finish();
        assert_eq!(text, "a\n\nb\nc\nd\n  e");
        assert_eq!(text.lines().count(), marks.len());
        assert_eq!(marks[..4], [0, 0, 3, 5]);
    }
}
