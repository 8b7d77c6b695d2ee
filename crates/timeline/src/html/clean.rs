//! The sanitiser, and what it is allowed to keep.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use ammonia::{Builder, UrlRelative};

use super::{scan, style};
use crate::reply_text_of_html;

/// HTML that neither loads nor runs anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeHtml {
    /// The markup: a fragment, to be put into a document's body.
    pub html: String,
    /// What was left out that would have told its sender of the reading:
    /// remote images and backgrounds. To say "3 pictures were not loaded".
    pub blocked: usize,
    /// Whether the mail's HTML was of a size or shape that is not parsed, so
    /// that its text is shown instead.
    pub as_text: bool,
}

/// Makes one part's HTML safe to show.
///
/// `images` leads from a Content-ID (without angle brackets) to where the
/// embedder serves that part, or to a `data:` URL; a picture that is not there
/// is left out, and so is everything remote. Links stay; they open elsewhere
/// and tell nothing of the page they stood on. Give each part of a mail by
/// itself ([`Message::html_parts`](inboxlink_message::Message::html_parts)):
/// parts parsed together can swallow each other (EFAIL).
///
/// Time and memory are linear in the length of `html`: what a parser would
/// take long for is recognised before it is asked, and shown as text.
///
/// ```
/// use std::collections::BTreeMap;
/// use inboxlink_timeline::html::safe_html;
/// let images = BTreeMap::from([("logo@x".to_owned(), "/part/2".to_owned())]);
/// let safe = safe_html(
///     "<b onclick=run()>Hi</b><img src='cid:logo@x'><img src='http://spy.example/1.png'><script>run()</script>",
///     &images,
/// );
/// assert_eq!(safe.html, "<b>Hi</b><img src=\"/part/2\"><img>");
/// assert_eq!(safe.blocked, 1);
/// ```
pub fn safe_html(html: &str, images: &BTreeMap<String, String>) -> SafeHtml {
    if !scan::is_tame(html) {
        return as_text(html);
    }
    // The sanitiser wants a filter that owns what it uses.
    let blocked = Arc::new(AtomicUsize::new(0));
    let (counter, images) = (Arc::clone(&blocked), images.clone());
    let set = |list: &[&'static str]| -> HashSet<&'static str> { list.iter().copied().collect() };
    let attributes = HashMap::from([
        ("a", set(&["href", "title"])),
        ("img", set(&["src", "alt", "width", "height", "title"])),
        (
            "table",
            set(&[
                "width",
                "height",
                "align",
                "bgcolor",
                "border",
                "cellpadding",
                "cellspacing",
            ]),
        ),
        ("tr", set(&["align", "valign", "bgcolor", "height"])),
        (
            "td",
            set(&[
                "align", "valign", "bgcolor", "colspan", "rowspan", "width", "height",
            ]),
        ),
        (
            "th",
            set(&[
                "align", "valign", "bgcolor", "colspan", "rowspan", "width", "height",
            ]),
        ),
        ("font", set(&["color", "face", "size"])),
        ("ol", set(&["start", "type"])),
    ]);
    let cleaned = Builder::empty()
        .tags(set(TAGS))
        .clean_content_tags(set(&[
            "script", "style", "title", "template", "noscript", "iframe", "object",
        ]))
        .tag_attributes(attributes)
        .generic_attributes(set(&["style", "dir", "lang"]))
        .filter_style_properties(set(style::PROPERTIES))
        .url_schemes(set(&["http", "https", "mailto", "tel", "cid", "data"]))
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(move |element, attribute, value| {
            filtered(element, attribute, value, &images, &counter)
        })
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .clean(html)
        .to_string();
    SafeHtml {
        html: cleaned,
        blocked: blocked.load(Ordering::Relaxed),
        as_text: false,
    }
}

/// Elements that are kept; of all others the content is.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
];

/// An attribute's value, if it may stay.
fn filtered<'a>(
    element: &str,
    attribute: &str,
    value: &'a str,
    images: &BTreeMap<String, String>,
    blocked: &AtomicUsize,
) -> Option<Cow<'a, str>> {
    match (element, attribute) {
        (_, "style") => style::is_plain(value).then_some(value.into()),
        ("img", "src") => {
            let found = image(value, images);
            if found.is_none() {
                blocked.fetch_add(1, Ordering::Relaxed);
            }
            found.map(Cow::Owned)
        }
        ("a", "href") => leads_out(value).then_some(value.into()),
        _ => Some(value.into()),
    }
}

/// Whether a link names one of the schemes that lead out of the document.
fn leads_out(href: &str) -> bool {
    let scheme = href
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| ["http", "https", "mailto", "tel"].contains(&scheme.as_str()))
}

/// Where a picture is to be taken from: what the embedder says of its
/// Content-ID, or its own bytes.
fn image(src: &str, images: &BTreeMap<String, String>) -> Option<String> {
    let src = src.trim();
    let (scheme, rest) = src.split_once(':')?;
    if scheme.eq_ignore_ascii_case("cid") {
        return images.get(rest).cloned();
    }
    let raster = [
        "image/png;base64,",
        "image/jpeg;base64,",
        "image/gif;base64,",
        "image/webp;base64,",
    ];
    let own =
        scheme.eq_ignore_ascii_case("data") && raster.iter().any(|kind| rest.starts_with(kind));
    own.then(|| src.to_owned())
}

fn as_text(html: &str) -> SafeHtml {
    let reply = reply_text_of_html(html);
    let mut safe = String::from("<pre>");
    for c in reply.body().chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            c => safe.push(c),
        }
    }
    safe.push_str("</pre>");
    SafeHtml {
        html: safe,
        blocked: 0,
        as_text: true,
    }
}
