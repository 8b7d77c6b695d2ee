//! Padding to whole blocks (ISO/IEC 7816-4): a one, then zeros.

use secrecy::zeroize::Zeroizing;

use crate::limits::BLOCK_BYTES;

pub(crate) fn pad(secret: &[u8]) -> Zeroizing<Vec<u8>> {
    let whole = (secret.len() + 1).next_multiple_of(BLOCK_BYTES);
    // Room for all of it: growing would leave unwiped copies behind.
    let mut padded = Zeroizing::new(Vec::with_capacity(whole));
    padded.extend_from_slice(secret);
    padded.push(0x80);
    padded.resize(whole, 0);
    padded
}

pub(crate) fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let end = padded.iter().rposition(|byte| *byte != 0)?;
    match padded.split_at_checked(end)? {
        (secret, [0x80, ..]) => Some(secret),
        _ => None,
    }
}
