//! Header fields as they stand (RFC 5322 §2.2).

/// One field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a [u8],
    /// What follows the colon, still folded.
    pub(crate) value: &'a [u8],
    /// The whole field with its line ends.
    pub(crate) raw: &'a [u8],
}

/// The fields of a header block, in order. Lines that are no field are left
/// out.
pub(crate) fn fields(header: &[u8]) -> impl Iterator<Item = Field<'_>> {
    let mut rest = header;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (raw, after) = rest.split_at_checked(field_end(rest))?;
            rest = after;
            if let Some(colon) = raw.iter().position(|b| *b == b':') {
                let (name, value) = raw.split_at_checked(colon)?;
                let value = value.split_first().map_or(value, |(_, value)| value);
                let name = name.trim_ascii_end();
                if !name.is_empty() && name.iter().all(u8::is_ascii_graphic) {
                    return Some(Field { name, value, raw });
                }
            }
        }
        None
    })
}

/// The first field of that name, unfolded.
pub(crate) fn first(header: &[u8], name: &str) -> Option<Vec<u8>> {
    fields(header)
        .find(|field| field.name.eq_ignore_ascii_case(name.as_bytes()))
        .map(|field| unfold(field.value))
}

/// A value on one line, without white space around it.
pub(crate) fn unfold(value: &[u8]) -> Vec<u8> {
    let line: Vec<u8> = value
        .iter()
        .copied()
        .filter(|b| !matches!(b, b'\r' | b'\n'))
        .collect();
    line.trim_ascii().to_vec()
}

/// The length of the first field with its continuation lines.
fn field_end(bytes: &[u8]) -> usize {
    let mut end = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if end > 0 && !matches!(line.first(), Some(b' ' | b'\t')) {
            break;
        }
        end += line.len();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_folds_and_their_order() {
        let header = b"Subject: one\r\n two\r\nX: 1\nno field\r\nx : 2\r\n\r\n";
        let all: Vec<_> = fields(header).collect();
        assert_eq!(all.len(), 3);
        assert_eq!(all[0].raw, b"Subject: one\r\n two\r\n");
        assert_eq!(unfold(all[0].value), b"one two");
        assert_eq!(all[2].name, b"x");
        assert_eq!(first(header, "SUBJECT").unwrap(), b"one two");
        assert_eq!(first(header, "to"), None);
    }
}
