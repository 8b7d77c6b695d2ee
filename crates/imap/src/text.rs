//! Strings as the parser leaves them: a quoted string keeps its escapes, a
//! literal has none, and only the byte before tells which one it was.

/// Whether a piece borrowed from a response's bytes was a quoted string. A
/// piece that lies elsewhere, since it was not UTF-8, counts as none.
fn was_quoted(block: &[u8], piece: &[u8]) -> bool {
    let offset = (piece.as_ptr() as usize).checked_sub(block.as_ptr() as usize);
    let before = offset.and_then(|offset| block.get(offset.checked_sub(1)?));
    before == Some(&b'"')
}

/// Bytes of a response as the server meant them.
pub(crate) fn bytes(block: &[u8], piece: &[u8]) -> Vec<u8> {
    if !was_quoted(block, piece) {
        return piece.to_vec();
    }
    let mut escaped = false;
    let keep = |byte: &u8| {
        escaped = *byte == b'\\' && !escaped;
        !escaped
    };
    piece.iter().copied().filter(keep).collect()
}

/// Text of a response as the server meant it.
pub(crate) fn string(block: &[u8], piece: &str) -> String {
    match was_quoted(block, piece.as_bytes()) {
        true => unescape(piece),
        false => piece.to_owned(),
    }
}

/// Takes off the escapes of a quoted string (RFC 9051 §9, `quoted`).
pub(crate) fn unescape(text: &str) -> String {
    let mut escaped = false;
    let keep = |c: &char| {
        escaped = *c == '\\' && !escaped;
        !escaped
    };
    text.chars().filter(keep).collect()
}
