//! What stands below the text: signatures, lines of devices, disclaimers.

use super::{
    SpanKind,
    boundary::is_rule,
    contact_block,
    lines::{Hint, Line},
    words::{is_device_line, is_list_footer, is_notice},
};
use crate::limits::{DISCLAIMER_LINES, FOOTER_LINES, NOTICE_BYTES, SIGNATURE_LINES};

/// Marks signature and disclaimer in a run of lines that the author wrote.
pub(super) fn mark(lines: &[Line<'_>], kinds: &mut [SpanKind]) {
    let mut end = lines.len();
    let mut set = |from: usize, to: usize, kind: SpanKind| {
        for slot in kinds.iter_mut().take(to).skip(from) {
            *slot = kind;
        }
        from
    };
    let above = |end: usize| lines.get(..end).unwrap_or_default();
    if let Some(at) = list_footer(lines) {
        end = set(at, end, SpanKind::Disclaimer);
    }
    if let Some(at) = delimiter(above(end)) {
        end = set(at, end, SpanKind::Signature);
    }
    if let Some(at) = disclaimer(above(end)) {
        end = set(at, end, SpanKind::Disclaimer);
    }
    if let Some(at) = marked(above(end)) {
        end = set(at, end, SpanKind::Signature);
    }
    if let Some(at) = device_lines(above(end)) {
        end = set(at, end, SpanKind::Signature);
    }
    if let Some(at) = contact_block::find(above(end)) {
        set(at, end, SpanKind::Signature);
    }
}

fn filled(lines: &[Line<'_>]) -> usize {
    lines.iter().filter(|line| !line.blank()).count()
}

/// The line that opens the signature: `-- ` (RFC 3676 §4.3), or what people's
/// programs make of it where little enough follows.
fn delimiter(lines: &[Line<'_>]) -> Option<usize> {
    let at = lines
        .iter()
        .rposition(|line| matches!(line.text, "--" | "—" | "–" | "__" | "--=20"))?;
    (filled(lines.get(at + 1..)?) <= SIGNATURE_LINES).then_some(at)
}

/// What the HTML marks as a signature, where it is short enough to be one and
/// nothing but it follows: some programs let their users write inside.
fn marked(lines: &[Line<'_>]) -> Option<usize> {
    let last = lines.iter().rposition(|line| !line.blank())?;
    let above = lines.get(..=last)?;
    let before = above
        .iter()
        .rposition(|line| !line.blank() && line.hint != Hint::Signature);
    let at = before.map_or(0, |at| at + 1);
    let lines = above.get(at..)?;
    (!lines.is_empty() && filled(lines) <= SIGNATURE_LINES).then_some(at)
}

/// The first of the lines at the end that a device or program put there.
fn device_lines(lines: &[Line<'_>]) -> Option<usize> {
    let mut first = None;
    for (index, line) in lines.iter().enumerate().rev() {
        if line.blank() {
            continue;
        }
        if !is_device_line(line.text) {
            break;
        }
        first = Some(index);
    }
    first
}

/// The rule above a mailing list's footer, which is short and names what to
/// do to leave the list.
fn list_footer(lines: &[Line<'_>]) -> Option<usize> {
    let mut seen = 0;
    let mut footer = false;
    for (index, line) in lines.iter().enumerate().rev() {
        if is_rule(line) {
            return footer.then_some(index);
        }
        if !line.blank() {
            seen += 1;
            footer |= is_list_footer(line.text);
        }
        if seen > FOOTER_LINES {
            return None;
        }
    }
    None
}

/// The paragraph at which a legal notice begins, if there is text above it
/// and little enough follows.
fn disclaimer(lines: &[Line<'_>]) -> Option<usize> {
    // Looked for from the end upwards, no further than a notice may reach.
    let mut seen = 0;
    let from = lines.iter().rposition(|line| {
        seen += usize::from(!line.blank());
        seen > DISCLAIMER_LINES
    });
    let from = from.map_or(0, |at| at + 1);
    let parting = |line: &Line<'_>| line.blank() || is_rule(line);
    let begins = |at: &usize| {
        let before = at.checked_sub(1).and_then(|before| lines.get(before));
        let here = lines.get(*at);
        before.is_some_and(parting) && here.is_some_and(|line| !parting(line))
    };
    let at = (from..lines.len())
        .filter(begins)
        .find(|at| is_notice(&paragraph(lines.get(*at..).unwrap_or_default())))?;
    if lines.get(..at)?.iter().all(parting) {
        return None;
    }
    // A rule above it belongs to it.
    let rule = at
        .checked_sub(1)
        .filter(|before| lines.get(*before).is_some_and(is_rule));
    Some(rule.unwrap_or(at))
}

/// The beginning of the first paragraph on one line.
fn paragraph(lines: &[Line<'_>]) -> String {
    let mut text = String::new();
    for line in lines.iter().take_while(|line| !line.blank()) {
        if text.len() > NOTICE_BYTES {
            break;
        }
        let end = line.text.floor_char_boundary(NOTICE_BYTES);
        text.push_str(line.text.get(..end).unwrap_or_default());
        text.push(' ');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::lines::split;

    fn marked(text: &str) -> Vec<SpanKind> {
        let lines = split(text, &[]);
        let mut kinds = vec![SpanKind::New; lines.len()];
        mark(&lines, &mut kinds);
        kinds
    }

    #[test]
    fn signatures_and_devices() {
        use SpanKind::{New, Signature};
        assert_eq!(marked("Hi\n-- \nAnn\n"), [New, Signature, Signature]);
        assert_eq!(marked("Hi\n\nSent from my phone\n"), [New, New, Signature]);
        assert_eq!(
            marked("Hi\n\n(Von meinem Handy)\n-- \nAnn"),
            [New, New, Signature, Signature, Signature]
        );
        assert_eq!(
            marked("Hi\n\nGet [Outlook for iOS](https://aka.ms/x)"),
            [New, New, Signature]
        );
        assert_eq!(marked("Sent by courier yesterday."), [New]);
        let long = format!("Hi\n--\n{}", "text\n".repeat(SIGNATURE_LINES + 1));
        assert!(marked(&long).iter().all(|kind| *kind == New));
    }

    #[test]
    fn notices_at_the_end() {
        use SpanKind::{Disclaimer, New};
        assert_eq!(
            marked("Hi\n_____\nThis e-mail and any files are confidential.\nDelete it.\n"),
            [New, Disclaimer, Disclaimer, Disclaimer]
        );
        assert_eq!(
            marked("Hi\n\nLegal notice: the pizza is on us, and so is the beer.\n"),
            [New, New, New]
        );
        assert_eq!(
            marked("This e-mail and any files are confidential; delete it."),
            [New]
        );
    }

    #[test]
    fn footers_of_lists() {
        use SpanKind::{Disclaimer, New};
        assert_eq!(
            marked("Hi\n-------\nTo unsubscribe, e-mail: x-unsubscribe@example.org\n"),
            [New, Disclaimer, Disclaimer]
        );
        assert_eq!(
            marked("-------\nHow do I unsubscribe?\nAnn\n\n\n-----\nx"),
            [New; 7]
        );
    }
}
