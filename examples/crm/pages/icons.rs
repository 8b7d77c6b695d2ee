//! The website's drawings, as SVG in the page.

use maud::{Markup, PreEscaped, html};

/// A drawing by its name, in the text's colour; hidden from screen readers.
pub(crate) fn icon(name: &str) -> Markup {
    let paths = match name {
        "logo" => r#"<path d="M3 7.5 12 3l9 4.5v9L12 21l-9-4.5z"/><path d="m3 7.5 9 5.5 9-5.5"/>"#,
        "people" => {
            r#"<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.6-3.6 3.2-5.5 6.500-5.500s5.900 1.900 6.500 5.500"/><path d="M16 5a3.300 3.300 0 0 1 0 6.400M18.200 14.900c1.900.8 3 2.500 3.300 5.100"/>"#
        }
        "team" => {
            r#"<circle cx="12" cy="8" r="3.5"/><path d="M5 20c.7-3.700 3.500-5.500 7-5.500s6.300 1.800 7 5.500"/>"#
        }
        "bolt" => r#"<path d="M13 3 5 13.500h6L10.500 21 19 10h-6z"/>"#,
        "pulse" => r#"<path d="M3 12h4l3-7 4 14 3-7h4"/>"#,
        "inbox" => {
            r#"<path d="M4 13 6.500 5h11L20 13v6H4z"/><path d="M4 13h4.500l1.500 2.500h4l1.500-2.500H20"/>"#
        }
        "mask" => r#"<path d="M4 5h16v9H9l-5 5z"/><path d="M8.500 8.800h7M8.500 11h4"/>"#,
        "plus" => r#"<path d="M12 5v14M5 12h14"/>"#,
        "in" => r#"<path d="M17 7 7 17M7 9v8h8"/>"#,
        "out" => r#"<path d="M7 17 17 7M9 7h8v8"/>"#,
        "clip" => {
            r#"<path d="m19 11-7.800 7.800a4.200 4.200 0 0 1-6-6l8.300-8.300a2.900 2.900 0 0 1 4.100 4.100l-8 8a1.500 1.500 0 0 1-2.100-2.100L14.500 7.500"/>"#
        }
        "check" => r#"<path d="m5 12.500 4.500 4.500L19 7.500"/>"#,
        "cross" => r#"<path d="m6.500 6.500 11 11M17.500 6.500l-11 11"/>"#,
        "search" => r#"<circle cx="11" cy="11" r="6.500"/><path d="m16 16 4.500 4.500"/>"#,
        "lock" => {
            r#"<rect x="5" y="10.500" width="14" height="9.500" rx="2"/><path d="M8 10.500V8a4 4 0 0 1 8 0v2.500"/>"#
        }
        "mail" => {
            r#"<rect x="3" y="5.500" width="18" height="13" rx="2"/><path d="m3.500 7 8.500 6 8.500-6"/>"#
        }
        "next" => r#"<path d="m9.500 6 6 6-6 6"/>"#,
        "clock" => r#"<circle cx="12" cy="12" r="8.500"/><path d="M12 7.500V12l3 2"/>"#,
        _ => r#"<circle cx="12" cy="12" r="3"/>"#,
    };
    html! {
        svg.icon viewBox="0 0 24 24" aria-hidden="true" focusable="false" { (PreEscaped(paths)) }
    }
}
