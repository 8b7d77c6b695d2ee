//! `&amp;` and the like.

use std::borrow::Cow;

use mail_parser::decoders::html::add_html_token;

use crate::guard::guarded;

/// The longest entity's name is `&CounterClockwiseContourIntegral;`.
const MAX_ENTITY_BYTES: usize = 34;

/// A text with its entities decoded; what is none stays as it is.
///
/// ```
/// assert_eq!(inboxlink_message::html::decode("a &lt; b &amp; &nosuch;"), "a < b & &nosuch;");
/// ```
pub fn decode(text: &str) -> Cow<'_, str> {
    let Some((plain, mut rest)) = text.split_once('&') else {
        return text.into();
    };
    let mut decoded = plain.to_owned();
    loop {
        let end = rest.bytes().take(MAX_ENTITY_BYTES).position(|b| b == b';');
        match end.and_then(|end| Some((entity(rest.get(..end)?)?, end))) {
            Some((entity, end)) => {
                decoded.push_str(&entity);
                rest = rest.get(end + 1..).unwrap_or_default();
            }
            None => decoded.push('&'),
        }
        let Some((plain, next)) = rest.split_once('&') else {
            decoded.push_str(rest);
            return decoded.into();
        };
        decoded.push_str(plain);
        rest = next;
    }
}

/// What an entity, without `&` and `;`, stands for. The frequent ones first:
/// they are most of them all.
fn entity(name: &str) -> Option<Cow<'static, str>> {
    Some(match name {
        "nbsp" => "\u{a0}".into(),
        "amp" => "&".into(),
        "lt" => "<".into(),
        "gt" => ">".into(),
        "quot" => "\"".into(),
        _ => {
            let token = format!("&{name};");
            let mut decoded = String::new();
            guarded(|| add_html_token(&mut decoded, token.as_bytes(), false))?;
            if decoded == token {
                return None;
            }
            decoded.into()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_is_one() {
        for (text, expected) in [
            ("&#x41;&#66;&eacute;", "ABé"),
            ("&nosuch;&", "&nosuch;&"),
            ("a && b;", "a && b;"),
            ("&amp;lt;", "&lt;"),
            ("", ""),
        ] {
            assert_eq!(decode(text), expected, "{text}");
        }
    }
}
