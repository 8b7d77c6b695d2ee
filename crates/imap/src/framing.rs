//! A server's bytes as lines and literals: what the parser below us may see.
//!
//! The parser (imap-proto) panics on some input, overflows the stack on other
//! and allocates what a server merely claims. [`Framing`] is a pure state
//! machine in front of it that accepts a *subset* of IMAP: what our commands
//! are answered with. Where this subset and the parser could disagree on
//! where a literal begins, the bytes are refused: otherwise a server could
//! hide an attack in what one of the two takes for a mail's content.

use crate::limits::{MAX_LINE, MAX_LITERAL, MAX_PARENTHESES, MAX_RESPONSE, MAX_TAIL};

/// Why a server's bytes were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Violation {
    #[error("a literal larger than {MAX_LITERAL} bytes")]
    Literal,
    #[error("a line longer than {MAX_LINE} bytes")]
    Line,
    #[error("a response larger than {MAX_RESPONSE} bytes")]
    Response,
    #[error("a response nested too deeply")]
    Nesting,
    #[error("a response that was not asked for")]
    Unasked,
    #[error("a message without a date of receipt")]
    InternalDate,
    #[error("text glued to its response code")]
    Code,
    #[error("a literal, quoted string or line end where none may be")]
    Syntax,
}

impl Violation {
    /// Whether it is a limit of ours rather than a fault of form.
    pub(crate) const fn is_limit(self) -> bool {
        matches!(
            self,
            Self::Literal | Self::Line | Self::Response | Self::Nesting
        )
    }
}

/// What a response is, as far as its beginning tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing read yet, or the tag.
    Start,
    /// `* ` was read.
    Untagged,
    /// `* 12 ` was read.
    Numbered,
    /// A tag was read: a status follows.
    Tagged,
    /// Free text to the line's end; no quotes, no literals.
    Text,
    /// Atoms, quoted strings, lists, literals.
    Data,
    /// The same, of a FETCH response.
    Fetch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Line,
    Quoted,
    Escape,
    /// CR was read; the literal's size that stood before it.
    LineEnd(Option<u64>),
    Literal(u64),
}

/// The `{123}` that may stand at a line's end.
#[derive(Debug, Clone, Copy)]
struct Braces {
    /// The byte before the brace.
    before: u8,
    size: u64,
    digits: bool,
    plus: bool,
    closed: bool,
}

/// An upper-cased word, as long as a word that matters can be.
#[derive(Debug, Clone, Default)]
struct Word {
    bytes: [u8; 16],
    len: usize,
}

impl Word {
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte.to_ascii_uppercase();
        }
        self.len = self.len.saturating_add(1);
    }

    /// The word; empty where it is longer than any that matters.
    fn get(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    fn clear(&mut self) {
        self.len = 0;
    }
}

/// See the [module](self).
#[derive(Debug, Clone)]
pub(crate) struct Framing {
    kind: Kind,
    state: State,
    line: u64,
    response: u64,
    parentheses: u32,
    depth: u32,
    word: Word,
    previous: u8,
    braces: Option<Braces>,
    /// The text begins with a response code: `* OK [`.
    code: bool,
    /// The next byte is the text's first.
    text_starts: bool,
    /// INTERNALDATE was read: a quoted string must follow.
    date_follows: bool,
    /// A quoted string just ended.
    quote_ended: bool,
    responses: u64,
    tail: Vec<u8>,
}

impl Framing {
    pub(crate) fn new() -> Self {
        Self {
            kind: Kind::Start,
            state: State::Line,
            line: 0,
            response: 0,
            parentheses: 0,
            depth: 0,
            word: Word::default(),
            previous: 0,
            braces: None,
            code: false,
            text_starts: false,
            date_follows: false,
            quote_ended: false,
            responses: 0,
            tail: Vec::new(),
        }
    }

    /// Takes the server's next bytes.
    ///
    /// # Errors
    /// How many of the bytes may be used, and why no more. Nothing may be fed
    /// after an error.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<(), (usize, Violation)> {
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            if let State::Literal(left) = self.state {
                let take = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
                rest = rest.get(take..).unwrap_or_default();
                let left = left - take as u64;
                self.state = match left {
                    0 => State::Line,
                    _ => State::Literal(left),
                };
                continue;
            }
            self.byte(byte)
                .map_err(|why| (bytes.len() - rest.len(), why))?;
            rest = after;
        }
        Ok(())
    }

    /// How many responses were complete.
    pub(crate) const fn responses(&self) -> u64 {
        self.responses
    }

    /// Whether the last byte ended a response.
    pub(crate) fn is_between_responses(&self) -> bool {
        self.response == 0
    }

    /// The structure read last, without anything quoted, literal or long.
    pub(crate) fn tail(&self) -> String {
        String::from_utf8_lossy(&self.tail).into_owned()
    }

    fn byte(&mut self, byte: u8) -> Result<(), Violation> {
        self.line += 1;
        self.response += 1;
        if self.line > MAX_LINE {
            return Err(Violation::Line);
        }
        match (self.state, byte) {
            (State::LineEnd(literal), b'\n') => self.line_ended(literal)?,
            (State::LineEnd(_), _) | (_, b'\n' | 0) => return Err(Violation::Syntax),
            (State::Line, b'\r') => self.carriage_return()?,
            (_, b'\r') => return Err(Violation::Syntax),
            (State::Line, _) => self.in_line(byte)?,
            (State::Quoted, _) => self.in_quotes(byte)?,
            (State::Escape, b'"' | b'\\') => self.state = State::Quoted,
            (State::Escape | State::Literal(_), _) => return Err(Violation::Syntax),
        }
        self.previous = byte;
        Ok(())
    }

    fn in_line(&mut self, byte: u8) -> Result<(), Violation> {
        self.remember(byte);
        match self.kind {
            Kind::Start | Kind::Untagged | Kind::Numbered | Kind::Tagged => return self.head(byte),
            Kind::Text => {
                self.code |= self.text_starts && byte == b'[';
                self.text_starts = false;
                if self.code && self.previous == b']' && byte >= 0x80 {
                    return Err(Violation::Code);
                }
            }
            Kind::Data | Kind::Fetch => self.data(byte)?,
        }
        self.scan_braces(byte);
        Ok(())
    }

    /// The first words, which tell what the response is.
    fn head(&mut self, byte: u8) -> Result<(), Violation> {
        if self.kind == Kind::Start && self.word.len == 0 && byte == b'+' {
            // `+ text`, and some servers' `+text`: either may hold a code.
            (self.kind, self.code) = (Kind::Text, true);
            return Ok(());
        }
        if byte != b' ' {
            self.word.push(byte);
            return Ok(());
        }
        self.kind = self.kind_after_word()?;
        self.word.clear();
        self.text_starts = self.kind == Kind::Text;
        Ok(())
    }

    fn kind_after_word(&self) -> Result<Kind, Violation> {
        let word = self.word.get();
        Ok(match self.kind {
            Kind::Start if word == b"*" => Kind::Untagged,
            Kind::Start => Kind::Tagged,
            Kind::Untagged => match word {
                b"OK" | b"NO" | b"BAD" | b"BYE" | b"PREAUTH" => Kind::Text,
                b"CAPABILITY" | b"ENABLED" | b"FLAGS" | b"ID" | b"LIST" | b"SEARCH" | b"STATUS" => {
                    Kind::Data
                }
                number if !number.is_empty() && number.iter().all(u8::is_ascii_digit) => {
                    Kind::Numbered
                }
                _ => return Err(Violation::Unasked),
            },
            Kind::Numbered => match word {
                b"EXISTS" | b"RECENT" | b"EXPUNGE" => Kind::Data,
                b"FETCH" => Kind::Fetch,
                _ => return Err(Violation::Unasked),
            },
            Kind::Tagged => Kind::Text,
            kind @ (Kind::Text | Kind::Data | Kind::Fetch) => kind,
        })
    }

    fn data(&mut self, byte: u8) -> Result<(), Violation> {
        if self.date_follows && byte != b'"' {
            return Err(Violation::InternalDate);
        }
        self.date_follows = false;
        if std::mem::take(&mut self.quote_ended) && !matches!(byte, b' ' | b')') {
            return Err(Violation::Syntax);
        }
        match byte {
            b'"' => {
                // Deeper or glued quotes are read differently by the parser.
                if self.depth > 1 || !matches!(self.previous, b' ' | b'(') {
                    return Err(Violation::Syntax);
                }
                self.state = State::Quoted;
            }
            b'(' => {
                self.open_parenthesis()?;
                self.depth += 1;
                self.word.clear();
            }
            b')' => {
                self.depth = self.depth.checked_sub(1).ok_or(Violation::Syntax)?;
                self.word.clear();
            }
            b' ' => {
                if self.kind == Kind::Fetch {
                    match self.word.get() {
                        b"INTERNALDATE" => self.date_follows = true,
                        b"BODYSTRUCTURE" | b"BODY" | b"ENVELOPE" => return Err(Violation::Unasked),
                        _ => {}
                    }
                }
                self.word.clear();
            }
            _ => self.word.push(byte),
        }
        Ok(())
    }

    fn in_quotes(&mut self, byte: u8) -> Result<(), Violation> {
        match byte {
            b'"' => {
                self.state = State::Line;
                self.quote_ended = true;
                self.remember(b'"');
            }
            b'\\' => self.state = State::Escape,
            // Counted here too: whatever the parser takes for quoted, it
            // never meets more of them than this.
            b'(' => self.open_parenthesis()?,
            _ => {}
        }
        Ok(())
    }

    fn open_parenthesis(&mut self) -> Result<(), Violation> {
        self.parentheses += 1;
        if self.parentheses > MAX_PARENTHESES {
            return Err(Violation::Nesting);
        }
        Ok(())
    }

    fn scan_braces(&mut self, byte: u8) {
        self.braces = match (self.braces, byte) {
            (_, b'{') => Some(Braces {
                before: self.previous,
                size: 0,
                digits: false,
                plus: false,
                closed: false,
            }),
            (Some(b), b'0'..=b'9') if !b.closed && !b.plus => Some(Braces {
                size: b
                    .size
                    .saturating_mul(10)
                    .saturating_add(u64::from(byte - b'0')),
                digits: true,
                ..b
            }),
            (Some(b), b'+') if b.digits && !b.closed => Some(Braces { plus: true, ..b }),
            (Some(b), b'}') if b.digits && !b.closed => Some(Braces { closed: true, ..b }),
            _ => None,
        };
    }

    fn carriage_return(&mut self) -> Result<(), Violation> {
        if matches!(self.kind, Kind::Start | Kind::Untagged | Kind::Numbered) {
            self.kind = self.kind_after_word()?;
            // A line of one word is none of IMAP's.
            if matches!(self.kind, Kind::Untagged | Kind::Numbered | Kind::Tagged) {
                return Err(Violation::Syntax);
            }
        }
        if self.date_follows {
            return Err(Violation::InternalDate);
        }
        let literal = match self.braces.filter(|braces| braces.closed) {
            // The parser reads some attributes across line ends.
            None if self.depth > 0 => return Err(Violation::Syntax),
            None => None,
            // Text has no literals; a list's or code's would be read
            // differently by the parser.
            Some(braces)
                if self.kind == Kind::Text
                    || braces.plus
                    || self.depth > 1
                    || !matches!(braces.before, b' ' | b'(') =>
            {
                return Err(Violation::Syntax);
            }
            Some(braces) if braces.size > MAX_LITERAL => return Err(Violation::Literal),
            Some(braces) => Some(braces.size),
        };
        self.state = State::LineEnd(literal);
        Ok(())
    }

    fn line_ended(&mut self, literal: Option<u64>) -> Result<(), Violation> {
        self.braces = None;
        self.word.clear();
        let Some(size) = literal else {
            let responses = self.responses + 1;
            let tail = std::mem::take(&mut self.tail);
            *self = Self {
                responses,
                tail,
                ..Self::new()
            };
            return Ok(());
        };
        self.response = self.response.saturating_add(size);
        if self.response > MAX_RESPONSE {
            return Err(Violation::Response);
        }
        self.state = match size {
            0 => State::Line,
            _ => State::Literal(size),
        };
        Ok(())
    }

    fn remember(&mut self, byte: u8) {
        if self.line == 1 {
            self.tail.clear();
        }
        if self.tail.len() < MAX_TAIL {
            let shown = matches!(byte, b' '..=b'~');
            self.tail.push(if shown { byte } else { b'?' });
        }
    }
}

#[cfg(test)]
mod tests;
