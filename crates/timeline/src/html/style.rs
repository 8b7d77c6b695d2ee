//! The styles that a mail may have: how text looks, never what is loaded or
//! where it stands.

/// CSS properties that are kept.
pub(super) const PROPERTIES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-right",
    "border-spacing",
    "border-style",
    "border-top",
    "border-width",
    "color",
    "direction",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-indent",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
];

/// Whether a style attribute can hold nothing but plain values: no function
/// that loads, no escape or comment that hides one, no at-rule.
pub(super) fn is_plain(style: &str) -> bool {
    let lower = style.to_ascii_lowercase();
    !style.contains(['\\', '@', '<', '{'])
        && !["url", "/*", "expression", "image(", "var(", "attr("]
            .iter()
            .any(|part| lower.contains(part))
}
