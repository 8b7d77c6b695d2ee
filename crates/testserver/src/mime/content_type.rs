//! Values with parameters: Content-Type and Content-Disposition (RFC 2045 §5.1).

/// `value; name=value; …`, quotes and comments resolved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameterised {
    pub(crate) value: Vec<u8>,
    pub(crate) parameters: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Parameterised {
    pub(crate) fn parameter(&self, name: &str) -> Option<&[u8]> {
        self.parameters
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value.as_slice())
    }
}

/// Reads an unfolded value.
pub(crate) fn parameterised(text: &[u8]) -> Parameterised {
    let mut pieces = pieces(text).into_iter();
    let value = pieces.next().unwrap_or_default().trim_ascii().to_vec();
    let parameters = pieces
        .filter_map(|piece| {
            let equals = piece.iter().position(|b| *b == b'=')?;
            let name = piece.get(..equals)?.trim_ascii().to_vec();
            let value = piece.get(equals + 1..)?.trim_ascii().to_vec();
            (!name.is_empty()).then_some((name, value))
        })
        .collect();
    Parameterised { value, parameters }
}

/// Splits at the semicolons outside quotes and comments, which are resolved.
fn pieces(text: &[u8]) -> Vec<Vec<u8>> {
    let mut pieces = vec![Vec::new()];
    let (mut quoted, mut comments) = (false, 0u32);
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        let piece = match byte {
            b'\\' if quoted || comments > 0 => bytes.next().filter(|_| quoted),
            b'"' if comments == 0 => {
                quoted = !quoted;
                None
            }
            b'(' if !quoted => {
                comments += 1;
                None
            }
            b')' if comments > 0 => {
                comments -= 1;
                None
            }
            b';' if !quoted && comments == 0 => {
                pieces.push(Vec::new());
                None
            }
            _ => (comments == 0).then_some(byte),
        };
        if let (Some(byte), Some(last)) = (piece, pieces.last_mut()) {
            last.push(byte);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_quotes_and_comments() {
        let read =
            parameterised(br#"multipart/Mixed (a;b); boundary="x; \"y" ; Charset = utf-8;;z"#);
        assert_eq!(read.value, b"multipart/Mixed");
        assert_eq!(read.parameter("BOUNDARY"), Some(&b"x; \"y"[..]));
        assert_eq!(read.parameter("charset"), Some(&b"utf-8"[..]));
        assert_eq!(read.parameters.len(), 2);
    }
}
