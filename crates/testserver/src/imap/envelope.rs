//! ENVELOPE (RFC 3501 §7.4.2), from a header.

use super::encode::{nstring, string};
use crate::mime::{Address, addresses, first};

pub(crate) fn envelope(out: &mut Vec<u8>, header: &[u8]) {
    let text = |out: &mut Vec<u8>, name| nstring(out, first(header, name).as_deref());
    let sender = |name: &str| first(header, name).or_else(|| first(header, "from"));
    out.push(b'(');
    text(out, "date");
    out.push(b' ');
    text(out, "subject");
    for list in [
        first(header, "from"),
        // Without them, From stands for both.
        sender("sender"),
        sender("reply-to"),
        first(header, "to"),
        first(header, "cc"),
        first(header, "bcc"),
    ] {
        out.push(b' ');
        address_list(out, list.as_deref());
    }
    out.push(b' ');
    text(out, "in-reply-to");
    out.push(b' ');
    text(out, "message-id");
    out.push(b')');
}

fn address_list(out: &mut Vec<u8>, list: Option<&[u8]>) {
    let list = addresses(list.unwrap_or_default());
    if list.is_empty() {
        out.extend_from_slice(b"NIL");
        return;
    }
    out.push(b'(');
    for address in list {
        match address {
            Address::One {
                name,
                mailbox,
                host,
            } => {
                out.push(b'(');
                nstring(out, name.as_deref());
                out.extend_from_slice(b" NIL ");
                string(out, &mailbox);
                out.push(b' ');
                string(out, &host);
                out.push(b')');
            }
            Address::Group(name) => {
                out.extend_from_slice(b"(NIL NIL ");
                string(out, &name);
                out.extend_from_slice(b" NIL)");
            }
            Address::GroupEnd => out.extend_from_slice(b"(NIL NIL NIL NIL)"),
        }
    }
    out.push(b')');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_stands_for_the_missing_ones() {
        let header = b"From: \"A B\" <a@example.com>\r\nTo: Team: b@example.com;\r\n\
            Subject: caf\xe9\r\nMessage-ID: <1@example.com>\r\n\r\n";
        let mut out = Vec::new();
        envelope(&mut out, header);
        let from = r#"(("A B" NIL "a" "example.com"))"#;
        let to = r#"((NIL NIL "Team" NIL)(NIL NIL "b" "example.com")(NIL NIL NIL NIL))"#;
        let expected = format!(
            "(NIL {{4}}\r\ncaf\u{fffd} {from} {from} {from} {to} NIL NIL NIL \"<1@example.com>\")"
        );
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
