//! Takes a password out of what a server says while it is being sent: some
//! repeat the command that they refuse, and the parser above logs every line.
//!
//! Only text is touched, never what the protocol is made of, so that somebody
//! whose password is `OK` can log in: what follows a status, or a `+`.

use std::fmt;

use secrecy::zeroize::Zeroizing;

use crate::limits::MAX_CENSORED_LINE;

/// Shorter spellings are words that any refusal may contain.
const SHORTEST: usize = 3;

/// See the [module](self). It holds back what is less than a line.
#[derive(Default)]
pub(crate) struct Censor {
    secrets: Vec<Zeroizing<Vec<u8>>>,
    line: Zeroizing<Vec<u8>>,
}

impl Censor {
    /// What to take out from here on; nothing where empty.
    pub(crate) fn hide<'a>(&mut self, secrets: impl Iterator<Item = &'a str>) {
        let long = secrets.filter(|secret| secret.len() >= SHORTEST);
        self.secrets = long
            .map(|secret| Zeroizing::new(secret.as_bytes().to_vec()))
            .collect();
        // A spelling within another one leaves no rest of the longer.
        self.secrets
            .sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// Whether bytes have to go through here.
    pub(crate) fn is_at_work(&self) -> bool {
        !self.secrets.is_empty() || !self.line.is_empty()
    }

    /// Takes bytes in, and appends what may be passed on.
    pub(crate) fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            let whole = piece.ends_with(b"\n") || self.line.len() > MAX_CENSORED_LINE;
            if whole || self.secrets.is_empty() {
                self.end(out);
            }
        }
    }

    /// Passes on what was held back.
    pub(crate) fn end(&mut self, out: &mut Vec<u8>) {
        let start = text_of(&self.line);
        for secret in &self.secrets {
            if let Some(text) = self.line.get_mut(start..) {
                blank(text, secret);
            }
        }
        out.extend_from_slice(&self.line);
        self.line.clear();
    }
}

impl fmt::Debug for Censor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Censor")
    }
}

/// Where a line's text begins: behind `tag NO `, `* BYE `, `+ `, and the
/// response code of an `OK`, which may tell capabilities.
fn text_of(line: &[u8]) -> usize {
    let place = |from: usize, wanted: u8| {
        let rest = line.get(from..)?;
        rest.iter()
            .position(|byte| *byte == wanted)
            .map(|at| from + at + 1)
    };
    let Some(first) = place(0, b' ') else {
        return 0;
    };
    if line.starts_with(b"+") {
        return first;
    }
    let Some(second) = place(first, b' ') else {
        return line.len();
    };
    let is_ok = line
        .get(first..second)
        .is_some_and(|word| word.eq_ignore_ascii_case(b"OK "));
    match line.get(second) {
        Some(b'[') if is_ok => place(second, b']').unwrap_or(second),
        _ => second,
    }
}

/// Overwrites every occurrence; the length stays, since it may be counted.
fn blank(text: &mut [u8], secret: &[u8]) {
    let mut at = 0;
    while let Some(window) = text.get_mut(at..at + secret.len()) {
        if window == secret {
            window.fill(b'*');
            at += secret.len();
        } else {
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What comes out of bytes that arrive in these pieces.
    fn censored(secrets: &[&str], pieces: &[&[u8]]) -> String {
        let mut censor = Censor::default();
        censor.hide(secrets.iter().copied());
        let mut out = Vec::new();
        for piece in pieces {
            censor.feed(piece, &mut out);
        }
        censor.end(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_is_censored_and_protocol_is_not() {
        let secrets = ["hunter2", "CAPABILITY", "NO", "OK!"];
        for (said, shown) in [
            (
                "i1 NO bad hunter2hunter2\r\n",
                "i1 NO bad **************\r\n",
            ),
            ("* BYE LOGIN me hunter2\r\n", "* BYE LOGIN me *******\r\n"),
            ("+ hunter2\r\n", "+ *******\r\n"),
            (
                "i1 OK [CAPABILITY IDLE] hunter2\r\n",
                "i1 OK [CAPABILITY IDLE] *******\r\n",
            ),
            ("* CAPABILITY IMAP4rev1\r\n", "* CAPABILITY IMAP4rev1\r\n"),
            ("i1 NO OK\r\n", "i1 NO OK\r\n"),
            ("hunter2\r\n", "*******\r\n"),
            ("+\r\n", "+\r\n"),
            ("", ""),
        ] {
            assert_eq!(censored(&secrets, &[said.as_bytes()]), shown);
        }
    }

    proptest! {
        /// Wherever it is cut.
        #[test]
        fn cuts_hide_nothing(cut in 0..40usize) {
            let said = b"* OK hi\r\ni1 BAD x secret-word y\r\ni2 NO se";
            let (a, b) = said.split_at(cut.min(said.len()));
            let shown = censored(&["secret-word"], &[a, b]);
            prop_assert_eq!(shown, "* OK hi\r\ni1 BAD x *********** y\r\ni2 NO se");
        }
    }
}
