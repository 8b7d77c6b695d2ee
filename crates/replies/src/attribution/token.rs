//! Tokens that name a mail of ours and cannot be made up.

use hmac::{Hmac, KeyInit, Mac};
use inboxlink_model::Identity;
use sha2::Sha256;

/// The key of our tokens: 32 bytes that nobody else knows.
///
/// A token is the identity of a mail of ours and a signature over it
/// (HMAC-SHA256, its first 8 bytes), in letters and digits that an address
/// survives in: `sales+r-…@us.example` as Reply-To, `<r-…@us.example>` as a
/// second id in References.
///
/// ```
/// use inboxlink_model::Identity;
/// use inboxlink_replies::TokenKey;
///
/// let key = TokenKey::new([7; 32]);
/// let token = key.token(Identity::from(1));
/// assert_eq!(key.find_in(&format!("Sales <sales+{token}@us.example>")), Some(Identity::from(1)));
/// assert_eq!(TokenKey::new([8; 32]).find_in(&token), None);
/// ```
#[derive(Clone)]
pub struct TokenKey([u8; 32]);

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKey(…)")
    }
}

const MARK: &str = "r-";
const SIGNATURE_BYTES: usize = 8;
/// Five bits a letter; without those that look like another.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 24 bytes in letters of five bits.
const LETTERS: usize = 39;

impl TokenKey {
    /// From 32 random bytes.
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The token of a mail: 41 characters.
    pub fn token(&self, mail: Identity) -> String {
        let bytes = mail.to_bytes();
        let mut token = MARK.to_owned();
        let (mut bits, mut held) = (0u32, 0u32);
        for byte in bytes.into_iter().chain(self.signature(bytes)) {
            bits = (bits << 8) | u32::from(byte);
            held += 8;
            while held >= 5 {
                held -= 5;
                token.push(letter(bits >> held));
            }
        }
        token.push(letter(bits << (5 - held)));
        token
    }

    /// The mail that the first valid token in a text names.
    pub fn find_in(&self, text: &str) -> Option<Identity> {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once(MARK) {
            if let Some(mail) = after.get(..LETTERS).and_then(|letters| self.read(letters)) {
                return Some(mail);
            }
            rest = after;
        }
        None
    }

    fn read(&self, letters: &str) -> Option<Identity> {
        let (mut bits, mut held) = (0u32, 0u32);
        let mut bytes = Vec::with_capacity(25);
        for letter in letters.bytes() {
            let letter = letter.to_ascii_lowercase();
            let value = ALPHABET.iter().position(|known| *known == letter)?;
            bits = (bits << 5) | u32::try_from(value).ok()?;
            held += 5;
            if held >= 8 {
                held -= 8;
                bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
            }
        }
        let (mail, signature) = bytes.split_first_chunk::<16>()?;
        let mut mac = self.mac()?;
        mac.update(mail);
        mac.verify_truncated_left(signature).ok()?;
        (signature.len() == SIGNATURE_BYTES).then_some(Identity::from_bytes(*mail))
    }

    fn signature(&self, mail: [u8; 16]) -> Vec<u8> {
        let signed = self.mac().map(|mut mac| {
            mac.update(&mail);
            mac.finalize().into_bytes()
        });
        let bytes = signed.into_iter().flatten();
        bytes.take(SIGNATURE_BYTES).collect()
    }

    /// A key of any length will do, so there always is one.
    fn mac(&self) -> Option<Hmac<Sha256>> {
        Hmac::new_from_slice(&self.0).ok()
    }
}

fn letter(bits: u32) -> char {
    let letter = ALPHABET.get((bits & 31) as usize);
    char::from(letter.copied().unwrap_or(b'0'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn read_as_written_and_by_nobody_else(key: [u8; 32], other: [u8; 32], mail: [u8; 16], at in 0usize..41) {
            let (ours, mail) = (TokenKey::new(key), Identity::from_bytes(mail));
            let token = ours.token(mail);
            prop_assert_eq!(token.len(), MARK.len() + LETTERS);
            prop_assert_eq!(ours.find_in(&format!("x r- {} y", token.to_uppercase().replace("R-", "r-"))), Some(mail));
            if other != key {
                prop_assert_eq!(TokenKey::new(other).find_in(&token), None);
            }
            // The last letter has three bits that mean nothing.
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'5' { b'6' } else { b'5' };
            if at < token.len() - 1 {
                prop_assert_eq!(ours.find_in(std::str::from_utf8(&changed).unwrap()), None);
            }
        }

        #[test]
        fn any_text_is_read(text: String) {
            prop_assert_eq!(TokenKey::new([1; 32]).find_in(&text), None);
        }
    }
}
