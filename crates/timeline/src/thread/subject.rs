//! Subjects without what mail programs put before them.

use crate::limits::MAX_SUBJECT_PREFIXES;

/// What a subject says once prefixes are off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BaseSubject {
    /// The subject proper: lower-cased, white space folded, without reply and
    /// forward prefixes and list tags. Empty where nothing is left.
    pub text: String,
    /// Whether a reply prefix stood there.
    pub reply: bool,
    /// Whether a forward prefix stood there.
    pub forward: bool,
}

/// Reply prefixes, lower-cased, as mail programs of many languages write them.
const REPLY: &[&str] = &[
    "re",
    "aw",
    "antw",
    "antwort",
    "sv",
    "vs",
    "ref",
    "rif",
    "r",
    "res",
    "odp",
    "ynt",
    "yan",
    "vá",
    "bls",
    "rv re",
    "отв",
    "ответ",
    "на",
    "відп",
    "回复",
    "答复",
    "回覆",
    "答覆",
    "返信",
    "회신",
    "답장",
    "respuesta",
    "réponse",
    "resposta",
    "risposta",
    "svar",
    "odpowiedź",
    "απ",
    "σχετ",
    "ynt.",
];

/// Forward prefixes, lower-cased.
const FORWARD: &[&str] = &[
    "fwd",
    "fw",
    "wg",
    "wtr",
    "tr",
    "rv",
    "enc",
    "i",
    "doorst",
    "vb",
    "vl",
    "vidb",
    "videresend",
    "pd",
    "ilt",
    "i̇lt",
    "пер",
    "пересл",
    "перес",
    "转发",
    "轉寄",
    "轉發",
    "転送",
    "전달",
];

/// Takes reply and forward prefixes (`Re:`, `AW:`, `Re[2]:`, `回复：` …) and
/// list tags (`[list]`) off a subject, in any number and order.
///
/// ```
/// let base = inboxlink_timeline::base_subject("AW: [team] Re[2]: Fwd: The  offer");
/// assert_eq!((base.text.as_str(), base.reply, base.forward), ("the offer", true, true));
/// ```
pub fn base_subject(subject: &str) -> BaseSubject {
    let folded = subject
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let mut base = BaseSubject::default();
    let mut rest = folded.as_str();
    for _ in 0..MAX_SUBJECT_PREFIXES {
        if let Some(inner) = in_wrapper(rest) {
            base.forward = true;
            rest = inner;
        } else if let Some(after) = after_tag(rest) {
            rest = after;
        } else if let Some((prefix, after)) = split_prefix(rest) {
            if REPLY.contains(&prefix) {
                base.reply = true;
            } else if FORWARD.contains(&prefix) {
                base.forward = true;
            } else {
                break;
            }
            rest = after;
        } else {
            break;
        }
    }
    while let Some(before) = rest.strip_suffix("(fwd)") {
        base.forward = true;
        rest = before.trim_end();
    }
    base.text = rest.to_owned();
    base
}

/// The subject within `[Fwd: …]` (RFC 5256 §2.1).
fn in_wrapper(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("[fwd:")?.strip_suffix(']')?;
    Some(inner.trim())
}

/// What follows a `[tag]`, unless nothing does: then the tag is the subject.
fn after_tag(text: &str) -> Option<&str> {
    let (_, after) = text.strip_prefix('[')?.split_once(']')?;
    let after = after.trim_start();
    (!after.is_empty()).then_some(after)
}

/// A word before a colon, without a count (`re[2]`, `re(2)`, `re^2`), and what follows.
fn split_prefix(text: &str) -> Option<(&str, &str)> {
    let (head, after) = text.split_once([':', '：'])?;
    let word = head.trim_end();
    let word = word
        .strip_suffix([']', ')'])
        .unwrap_or(word)
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .trim_end_matches(['[', '(', '^', '*'])
        .trim_end();
    Some((word, after.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_many_languages() {
        for subject in [
            "Re: offer",
            "RE : Offer",
            "AW: WG: offer",
            "Re[12]: offer",
            "Re (2): offer",
            "SV: offer",
            "回复：offer",
            "Ответ: offer",
            "Odp: offer",
            "Antw: offer",
            "[sales] Re: [sales] offer",
            "RIF: offer (fwd)",
            "Re^3: offer",
        ] {
            let base = base_subject(subject);
            assert_eq!(base.text, "offer", "{subject}");
            assert!(base.reply, "{subject}");
        }
        let wrapped = base_subject("[Fwd: Re: offer]");
        assert!(wrapped.text == "offer" && wrapped.forward && wrapped.reply);
        let forward = base_subject("Fwd: offer");
        assert!(forward.forward && !forward.reply);
    }

    #[test]
    fn words_before_a_colon_stay() {
        assert_eq!(base_subject("Invoice: May").text, "invoice: may");
        assert_eq!(base_subject("[urgent]").text, "[urgent]");
        assert_eq!(base_subject("Re:").text, "");
        assert!(!base_subject("Regarding: x").reply);
    }

    #[test]
    fn a_pile_of_prefixes_ends() {
        let base = base_subject(&"re:".repeat(100_000));
        assert!(base.reply);
    }
}
