//! SASL PLAIN (RFC 4616), access tokens, and base64 as mail uses it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What PLAIN transmits.
pub(crate) struct Plain {
    pub(crate) user: String,
    pub(crate) password: String,
}

/// Reads PLAIN's only message. Nobody may act for another user.
pub(crate) fn plain(encoded: &str) -> Option<Plain> {
    let message = decode(encoded)?;
    let mut pieces = message.split('\0');
    let (on_behalf_of, user, password) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let own = on_behalf_of.is_empty() || on_behalf_of == user;
    (own && pieces.next().is_none()).then(|| Plain {
        user: user.to_owned(),
        password: password.to_owned(),
    })
}

/// What the two mechanisms for access tokens transmit.
pub(crate) struct Bearer {
    pub(crate) user: String,
    pub(crate) token: String,
}

/// Reads XOAUTH2's message: `user=…`, `auth=Bearer …`, each ended by `\x01`.
pub(crate) fn xoauth2(encoded: &str) -> Option<Bearer> {
    let message = decode(encoded)?;
    let (user, rest) = message.strip_prefix("user=")?.split_once('\x01')?;
    bearer(user, rest)
}

/// Reads OAUTHBEARER's message (RFC 7628 §3.1): `n,a=user,` and then pairs.
pub(crate) fn oauth_bearer(encoded: &str) -> Option<Bearer> {
    let message = decode(encoded)?;
    let (user, rest) = message.strip_prefix("n,a=")?.split_once(",\x01")?;
    bearer(user, rest)
}

fn bearer(user: &str, pairs: &str) -> Option<Bearer> {
    let mut pairs = pairs.split('\x01');
    let token = pairs.find_map(|pair| pair.strip_prefix("auth=Bearer "))?;
    Some(Bearer {
        user: user.to_owned(),
        token: token.to_owned(),
    })
}

/// Decodes base64 to text; `=` alone is the empty text (RFC 4954 §4).
pub(crate) fn decode(encoded: &str) -> Option<String> {
    if encoded == "=" {
        return Some(String::new());
    }
    String::from_utf8(STANDARD.decode(encoded).ok()?).ok()
}

pub(crate) fn encode(text: &str) -> String {
    STANDARD.encode(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_mechanisms_carry_a_token() {
        let of = |bearer: Option<Bearer>| bearer.map(|b| (b.user, b.token));
        let expected = Some(("anna".to_owned(), "abc".to_owned()));
        let x = encode("user=anna\x01auth=Bearer abc\x01\x01");
        assert_eq!(of(xoauth2(&x)), expected);
        let o = encode("n,a=anna,\x01host=h\x01port=993\x01auth=Bearer abc\x01\x01");
        assert_eq!(of(oauth_bearer(&o)), expected);
        assert!(xoauth2(&o).is_none() && oauth_bearer(&x).is_none());
    }

    #[test]
    fn plain_has_three_pieces() {
        let read = |text: &str| plain(&encode(text)).map(|plain| (plain.user, plain.password));
        let expected = Some(("anna".to_owned(), "pä ss".to_owned()));
        assert_eq!(read("\0anna\0pä ss"), expected);
        assert_eq!(read("anna\0anna\0pä ss"), expected);
        for bad in ["bo\0anna\0x", "\0anna", "\0anna\0x\0y", ""] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
        assert!(plain("!").is_none());
    }
}
