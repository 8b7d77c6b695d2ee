//! Address lists in the pieces that ENVELOPE shows (RFC 5322 §3.4).

/// One element of an address list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// `name <mailbox@host>`, still encoded.
    One {
        name: Option<Vec<u8>>,
        mailbox: Vec<u8>,
        host: Vec<u8>,
    },
    /// A group begins: `name:`.
    Group(Vec<u8>),
    /// The group ends: `;`.
    GroupEnd,
}

/// Reads an unfolded address list; whatever stands there, it comes back as
/// some list.
pub(crate) fn addresses(text: &[u8]) -> Vec<Address> {
    let mut reader = Reader::default();
    let mut bytes = text.iter().copied();
    let (mut quoted, mut comments, mut in_angle, mut in_group) = (false, 0u32, false, false);
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if quoted || comments > 0 => {
                if let Some(escaped) = bytes.next() {
                    reader.push(escaped, in_angle, comments > 0);
                }
            }
            b'"' if comments == 0 => quoted = !quoted,
            _ if quoted => reader.push(byte, in_angle, false),
            b'(' => {
                comments += 1;
                if comments > 1 {
                    reader.comment.push(byte);
                }
            }
            b')' if comments > 0 => {
                comments -= 1;
                if comments > 0 {
                    reader.comment.push(byte);
                }
            }
            _ if comments > 0 => reader.comment.push(byte),
            b'<' => {
                in_angle = true;
                reader.angle = Some(Vec::new());
            }
            b'>' => in_angle = false,
            b',' if !in_angle => reader.finish(),
            b':' if !in_angle && !in_group => {
                in_group = true;
                let name = std::mem::take(&mut reader.phrase);
                reader.list.push(Address::Group(name.trim_ascii().to_vec()));
            }
            b';' if !in_angle && in_group => {
                in_group = false;
                reader.finish();
                reader.list.push(Address::GroupEnd);
            }
            _ => reader.push(byte, in_angle, false),
        }
    }
    reader.finish();
    if in_group {
        reader.list.push(Address::GroupEnd);
    }
    reader.list
}

#[derive(Default)]
struct Reader {
    list: Vec<Address>,
    phrase: Vec<u8>,
    angle: Option<Vec<u8>>,
    comment: Vec<u8>,
}

impl Reader {
    fn push(&mut self, byte: u8, in_angle: bool, in_comment: bool) {
        match &mut self.angle {
            _ if in_comment => self.comment.push(byte),
            Some(angle) if in_angle => angle.push(byte),
            // What follows the angle brackets belongs to nothing.
            Some(_) => {}
            None => self.phrase.push(byte),
        }
    }

    fn finish(&mut self) {
        let phrase = std::mem::take(&mut self.phrase).trim_ascii().to_vec();
        let comment = std::mem::take(&mut self.comment).trim_ascii().to_vec();
        let (name, address) = match self.angle.take() {
            Some(angle) => (phrase, angle.trim_ascii().to_vec()),
            None => (comment, phrase),
        };
        let name = Some(name).filter(|name| !name.is_empty());
        if name.is_none() && address.is_empty() {
            return;
        }
        // An obsolete route, `@a,@b:`, is passed over.
        let address = match address.first() {
            Some(b'@') => address
                .splitn(2, |b| *b == b':')
                .nth(1)
                .unwrap_or(&address)
                .to_vec(),
            _ => address,
        };
        let at = address.iter().rposition(|b| *b == b'@');
        let (mailbox, host) = match at.and_then(|at| address.split_at_checked(at)) {
            Some((mailbox, host)) => (mailbox, host.strip_prefix(b"@").unwrap_or(host)),
            None => (address.as_slice(), &b""[..]),
        };
        self.list.push(Address::One {
            name,
            mailbox: mailbox.to_vec(),
            host: host.to_vec(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, mailbox: &str, host: &str) -> Address {
        Address::One {
            name: Some(name.into()).filter(|name: &Vec<u8>| !name.is_empty()),
            mailbox: mailbox.into(),
            host: host.into(),
        }
    }

    #[test]
    fn reads_the_forms_of_addresses() {
        let text =
            br#""Doe, \"J\"" <j@example.com>, plain@example.org (A (real) name), <@a,@b:r@c>, odd"#;
        assert_eq!(
            addresses(text),
            [
                one("Doe, \"J\"", "j", "example.com"),
                one("A (real) name", "plain", "example.org"),
                one("", "r", "c"),
                one("", "odd", ""),
            ]
        );
        assert_eq!(
            addresses(b"Team: a@x, B <b@y>; c@z"),
            [
                Address::Group(b"Team".to_vec()),
                one("", "a", "x"),
                one("B", "b", "y"),
                Address::GroupEnd,
                one("", "c", "z"),
            ]
        );
        assert_eq!(addresses(b" , ,"), []);
    }
}
