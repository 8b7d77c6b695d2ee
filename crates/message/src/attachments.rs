//! What is known of the parts beside the text.

use crate::{
    Attachment, Defect,
    body::note,
    field::one_line,
    limits::{MAX_ATTACHMENTS, MAX_NAME_CHARS},
    role::{Part, Role},
};

/// Lists the attachments.
pub(crate) fn attachments(parts: &[Part<'_>], defects: &mut Vec<Defect>) -> Vec<Attachment> {
    let mut found = Vec::new();
    for part in parts {
        let Role::Attachment(kind) = part.role else {
            continue;
        };
        if found.len() == MAX_ATTACHMENTS {
            let what = "attachments".into();
            note(defects, Defect::TooMany { what });
            break;
        }
        let content_id = part.leaf.header.get("content-id");
        let content_id = content_id.map(|id| one_line(id.trim_matches(['<', '>']), MAX_NAME_CHARS));
        found.push(Attachment {
            part: part.leaf.place.number.clone(),
            kind,
            name: part.name.clone(),
            content_type: part.media_type.clone(),
            size: part.encoding.decoded_size(part.leaf.raw),
            content_id: content_id.filter(|id| !id.is_empty()),
        });
    }
    found
}
