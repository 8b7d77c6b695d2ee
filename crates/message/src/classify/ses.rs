//! What Amazon SES tells by mail: JSON for machines, by itself or within the
//! envelope of SNS, where its quotation marks are escaped.

/// What happened: `bounce`, `complaint`, `delivery`, where the text, in lower
/// case, is such a mail's.
pub(super) fn tells(opening: &str) -> Option<&'static str> {
    if !opening.starts_with('{') {
        return None;
    }
    let name = ["notificationtype", "eventtype"]
        .into_iter()
        .find_map(|name| opening.split_once(name))?;
    let value = name.1.trim_start_matches(['\\', '"', ':', ' ']);
    let known = ["bounce", "complaint", "delivery"].into_iter();
    known.into_iter().find(|event| value.starts_with(event))
}

#[cfg(test)]
mod tests {
    use super::tells;

    #[test]
    fn plain_and_in_an_envelope() {
        for (text, told) in [
            (
                r#"{"notificationtype":"bounce","bounce":{}}"#,
                Some("bounce"),
            ),
            (
                r#"{ "type" : "notification", "message" : "{\"notificationtype\":\"complaint\"}"#,
                Some("complaint"),
            ),
            (r#"{"eventtype": "delivery"}"#, Some("delivery")),
            (r#"see {"notificationtype":"bounce"}"#, None),
            ("{}", None),
        ] {
            assert_eq!(tells(text), told, "{text}");
        }
    }
}
