//! Whatever a mail's HTML is, what is shown of it neither runs nor loads.
#![no_main]

use std::collections::BTreeMap;

use inboxlink_message::html::{Token, Tokens, decode};
use inboxlink_timeline::html::{iframe_document, safe_html};
use libfuzzer_sys::fuzz_target;

const NEVER: [&str; 12] = [
    "script", "style", "iframe", "object", "embed", "link", "meta", "base", "form", "svg", "math",
    "template",
];

fuzz_target!(|html: &str| {
    let _ = decode(html);
    let safe = safe_html(html, &BTreeMap::new());
    for token in Tokens::new(&safe.html) {
        let Token::Open(tag) = token else { continue };
        assert!(!NEVER.iter().any(|name| tag.is(name)), "{}", safe.html);
        let src = tag.attribute("src").unwrap_or_default();
        assert!(src.is_empty() || src.starts_with("data:image/"), "{}", safe.html);
        let href = tag.attribute("href").unwrap_or_default().to_ascii_lowercase();
        assert!(!href.starts_with("javascript:") && !href.starts_with("data:"), "{}", safe.html);
        for handler in ["onclick", "onerror", "onload", "onfocus"] {
            assert!(tag.attribute(handler).is_none(), "{}", safe.html);
        }
    }
    let _ = iframe_document(&[safe], None);
});
