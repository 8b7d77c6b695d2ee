//! Walking along a command (RFC 3501 §9).

/// A syntax error, in words for a developer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable(pub(crate) &'static str);

pub(crate) type Read<T> = Result<T, Unreadable>;

/// The rest of a command. Literals stand in it as they were sent:
/// `{5}`, CR, LF, five bytes.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(command: &'a [u8]) -> Self {
        Self { rest: command }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn end(&self) -> Read<()> {
        match self.is_at_end() {
            true => Ok(()),
            false => Err(Unreadable("Unexpected text after the command")),
        }
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Passes over that byte if it is the next.
    pub(crate) fn skip(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    pub(crate) fn expect(&mut self, byte: u8) -> Read<()> {
        match self.skip(byte) {
            true => Ok(()),
            false => Err(Unreadable(match byte {
                b' ' => "Missing argument",
                b'(' => "Missing opening parenthesis",
                b')' => "Missing closing parenthesis",
                _ => "Unexpected character",
            })),
        }
    }

    pub(crate) fn space(&mut self) -> Read<()> {
        self.expect(b' ')
    }

    pub(crate) fn take_while(&mut self, accept: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest;
        let end = rest.iter().position(|b| !accept(*b)).unwrap_or(rest.len());
        let (taken, rest) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        self.rest = rest;
        taken
    }

    /// At least one of the bytes that `accept` names; all of them are ASCII.
    pub(crate) fn word(&mut self, accept: impl Fn(u8) -> bool) -> Read<&'a str> {
        let taken = self.take_while(|b| b.is_ascii() && accept(b));
        std::str::from_utf8(taken)
            .ok()
            .filter(|word| !word.is_empty())
            .ok_or(Unreadable("Missing word"))
    }

    pub(crate) fn atom(&mut self) -> Read<&'a str> {
        self.word(|b| is_atom(b) && b != b']')
    }

    /// An atom in upper case.
    pub(crate) fn keyword(&mut self) -> Read<String> {
        self.atom().map(str::to_ascii_uppercase)
    }

    pub(crate) fn number(&mut self) -> Read<u64> {
        self.word(|b| b.is_ascii_digit())?
            .parse()
            .map_err(|_| Unreadable("Number too large"))
    }

    pub(crate) fn string(&mut self) -> Read<Vec<u8>> {
        match self.peek() {
            Some(b'"') => self.quoted(),
            Some(b'{') => self.literal(),
            _ => Err(Unreadable("Missing string")),
        }
    }

    pub(crate) fn astring(&mut self) -> Read<Vec<u8>> {
        match self.peek() {
            Some(b'"' | b'{') => self.string(),
            _ => Ok(self.word(is_atom)?.as_bytes().to_vec()),
        }
    }

    /// A string that must be UTF-8.
    pub(crate) fn text(&mut self) -> Read<String> {
        String::from_utf8(self.astring()?).map_err(|_| Unreadable("Text is not UTF-8"))
    }

    /// `None` for NIL.
    pub(crate) fn nstring(&mut self) -> Read<Option<Vec<u8>>> {
        match self.peek() {
            Some(b'"' | b'{') => self.string().map(Some),
            _ if self.keyword()? == "NIL" => Ok(None),
            _ => Err(Unreadable("Missing string")),
        }
    }

    /// `(item item …)`, also empty.
    pub(crate) fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        self.expect(b'(')?;
        let mut items = Vec::new();
        while !self.skip(b')') {
            if !items.is_empty() {
                self.space()?;
            }
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn quoted(&mut self) -> Read<Vec<u8>> {
        self.expect(b'"')?;
        let mut text = Vec::new();
        loop {
            text.extend_from_slice(self.take_while(|b| !matches!(b, b'"' | b'\\' | b'\r' | b'\n')));
            match self.rest.split_first() {
                Some((b'"', rest)) => {
                    self.rest = rest;
                    return Ok(text);
                }
                Some((b'\\', [escaped @ (b'"' | b'\\'), rest @ ..])) => {
                    text.push(*escaped);
                    self.rest = rest;
                }
                _ => return Err(Unreadable("Quoted string does not end")),
            }
        }
    }

    fn literal(&mut self) -> Read<Vec<u8>> {
        self.expect(b'{')?;
        let length = self.number()?;
        self.skip(b'+');
        self.expect(b'}')?;
        self.expect(b'\r')?;
        self.expect(b'\n')?;
        let short = Unreadable("Literal too short");
        let length = usize::try_from(length).map_err(|_| short)?;
        let (literal, rest) = self.rest.split_at_checked(length).ok_or(short)?;
        self.rest = rest;
        Ok(literal.to_vec())
    }
}

/// ASTRING-CHAR: what an atom may hold, and `]`.
pub(crate) fn is_atom(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_have_three_forms() {
        let mut cursor = Cursor::new(b"a] \"b \\\"\\\\\" {3}\r\nc\r\n NIL nil");
        let mut next = || {
            let read = cursor.astring();
            cursor.skip(b' ');
            read.map(|bytes| String::from_utf8(bytes).unwrap())
        };
        assert_eq!(next().unwrap(), "a]");
        assert_eq!(next().unwrap(), "b \"\\");
        assert_eq!(next().unwrap(), "c\r\n");
        assert_eq!(next().unwrap(), "NIL");
        assert_eq!(cursor.nstring(), Ok(None));
        assert!(cursor.is_at_end());
    }

    #[test]
    fn what_is_cut_is_unreadable() {
        for text in ["\"a", "\"a\\", "\"\\n\"", "{4}\r\nabc", "{4}", "{x}", "("] {
            assert!(Cursor::new(text.as_bytes()).string().is_err(), "{text}");
        }
        assert!(Cursor::new(b"(a b").list(|c| c.keyword()).is_err());
        assert!(Cursor::new(b"99999999999999999999").number().is_err());
    }
}
