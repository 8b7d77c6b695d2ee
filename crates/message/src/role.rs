//! What a part is to the reader: text, or one kind of attachment.

use crate::{
    AttachmentKind,
    field::Parameterised,
    limits::MAX_NAME_CHARS,
    structure::{Leaf, Multipart},
    transfer::Encoding,
};

/// The two kinds of text to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextKind {
    Plain,
    Html,
}

/// What a leaf is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A piece of the text to read.
    Text(TextKind),
    /// Everything else.
    Attachment(AttachmentKind),
}

/// A leaf with the facts that several readers need, read once.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) leaf: Leaf<'a>,
    /// Its media type, `text/plain` where none can be read (RFC 2045 §5.2).
    pub(crate) media_type: String,
    pub(crate) encoding: Encoding,
    /// The name its sender gave it.
    pub(crate) name: Option<String>,
    /// Whether it is called an attachment.
    pub(crate) attached: bool,
    pub(crate) role: Role,
}

impl<'a> Part<'a> {
    /// Judges a leaf. `first`: nothing to read has stood before it.
    pub(crate) fn of(leaf: Leaf<'a>, first: bool) -> Self {
        let header = &leaf.header;
        let disposition = header.get("content-disposition").unwrap_or_default();
        let disposition = Parameterised::read(&disposition);
        let name = disposition.parameter("filename");
        let name = name.or_else(|| leaf.content_type.parameter("name"));
        let name = name.map(|name| crate::field::text(name, MAX_NAME_CHARS));
        let name = name.filter(|name| !name.is_empty());
        let declared = leaf.content_type.value.as_str();
        let media_type = if declared.contains('/') && !declared.starts_with("multipart/") {
            declared.to_owned()
        } else {
            "text/plain".to_owned()
        };
        let encoding = header.get("content-transfer-encoding");
        let encoding = Encoding::of(&encoding.unwrap_or_default());
        // A text with a name is a file, save where it is all there is to read
        // and nobody calls it one: some senders name their body.
        let file = disposition.value == "attachment"
            || name.is_some() && (!first || !disposition.value.is_empty());
        let text = match media_type.as_str() {
            "text/plain" => Some(TextKind::Plain),
            "text/html" => Some(TextKind::Html),
            _ => None,
        };
        let encrypted = leaf.place.parent == Some(Multipart::Encrypted);
        let text = text.filter(|_| !file && !leaf.place.companion && !encrypted);
        let role = match text {
            Some(kind) => Role::Text(kind),
            None => Role::Attachment(attachment_kind(
                &media_type,
                name.as_deref(),
                &leaf,
                &disposition,
            )),
        };
        Self {
            leaf,
            media_type,
            encoding,
            name,
            attached: disposition.value == "attachment",
            role,
        }
    }

    /// Its decoded bytes, of at most `max` raw ones.
    pub(crate) fn decode(&self, max: usize) -> std::borrow::Cow<'a, [u8]> {
        self.encoding
            .decode(crate::lines::at_most(self.leaf.raw, max))
    }

    /// Whether it is a report of that kind, `delivery-status` or so, in its
    /// plain or its internationalised form (RFC 6533).
    pub(crate) fn is_report(&self, subtype: &str) -> bool {
        let found = self.media_type.strip_prefix("message/");
        found.is_some_and(|found| found.strip_prefix("global-").unwrap_or(found) == subtype)
    }
}

fn attachment_kind(
    media_type: &str,
    name: Option<&str>,
    leaf: &Leaf<'_>,
    disposition: &Parameterised,
) -> AttachmentKind {
    match media_type {
        "message/rfc822" | "message/global" => AttachmentKind::Message,
        "text/calendar" | "application/ics" => AttachmentKind::Calendar,
        "message/delivery-status"
        | "message/global-delivery-status"
        | "message/disposition-notification"
        | "message/global-disposition-notification"
        | "message/feedback-report"
        | "message/global-headers"
        | "text/rfc822-headers" => AttachmentKind::Report,
        "application/pgp-signature"
        | "application/pkcs7-signature"
        | "application/x-pkcs7-signature" => AttachmentKind::Signature,
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
            let signed = leaf.content_type.parameter("smime-type") == Some("signed-data");
            if signed {
                AttachmentKind::Signature
            } else {
                AttachmentKind::Encrypted
            }
        }
        "application/ms-tnef" | "application/vnd.ms-tnef" => AttachmentKind::Tnef,
        _ if leaf.place.parent == Some(Multipart::Encrypted) => AttachmentKind::Encrypted,
        _ if name.is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat")) => {
            AttachmentKind::Tnef
        }
        _ => {
            let shown = leaf.place.companion || disposition.value == "inline";
            if shown && leaf.header.get("content-id").is_some() {
                AttachmentKind::Inline
            } else {
                AttachmentKind::File
            }
        }
    }
}
