//! A document for an iframe: nothing runs in it, nothing loads but the mail's
//! own pictures.

use super::SafeHtml;

/// What the iframe's `sandbox` attribute is to be: links open in new windows,
/// nothing else is allowed.
pub const SANDBOX: &str = "allow-popups allow-popups-to-escape-sandbox";

/// What an embedder needs to show a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IframeDocument {
    /// The whole document: for `srcdoc` (escaped as an attribute), or to be
    /// served by itself.
    pub html: String,
    /// Its Content-Security-Policy. The document holds it too; send it as a
    /// header where the document is served.
    pub csp: String,
}

/// Puts a mail's parts, each made safe by itself, into one document.
///
/// `pictures` is the origin (`https://crm.example.com`) that serves the
/// pictures which [`safe_html`](super::safe_html) was given addresses of;
/// without one only `data:` URLs load. Anything but an origin counts as none.
///
/// ```
/// use inboxlink_timeline::html::{iframe_document, safe_html};
/// let document = iframe_document(&[safe_html("<p>Hi</p>", &Default::default())], None);
/// assert!(document.csp.starts_with("default-src 'none'; img-src data:;"));
/// assert!(document.html.contains("<p>Hi</p>"));
/// ```
pub fn iframe_document(parts: &[SafeHtml], pictures: Option<&str>) -> IframeDocument {
    let origin = pictures.filter(|origin| is_origin(origin));
    let source = origin
        .map(|origin| format!(" {origin}"))
        .unwrap_or_default();
    let csp = format!(
        "default-src 'none'; img-src data:{source}; style-src 'unsafe-inline'; \
         script-src 'none'; form-action 'none'; base-uri 'none'"
    );
    let body: String = parts
        .iter()
        .map(|part| format!("<div class=\"part\">{}</div>\n", part.html))
        .collect();
    let html = format!(
        "<!doctype html>\n<html><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{csp}\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <style>body{{margin:0;overflow-wrap:anywhere;font:14px/1.5 system-ui,sans-serif}}\
         img{{max-width:100%}}pre{{white-space:pre-wrap;font:inherit}}\
         blockquote{{margin:0 0 0 .5em;padding-left:.5em;border-left:2px solid #ccc}}</style>\n\
         </head><body>\n{body}</body></html>\n"
    );
    IframeDocument { html, csp }
}

/// `https://host` or `http://host`, perhaps with a port: nothing that could
/// end the source list, or allow more.
fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        !host.is_empty() && host.chars().all(plain)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_takes_origins_only() {
        let policy = |origin| iframe_document(&[], Some(origin)).csp;
        assert!(
            policy("https://crm.example.com").contains("img-src data: https://crm.example.com;")
        );
        for other in [
            "*",
            "https:",
            "https://a; script-src *",
            "'self'",
            "https://a b",
        ] {
            assert!(policy(other).contains("img-src data:;"), "{other}");
        }
    }
}
