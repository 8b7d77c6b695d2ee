//! Where an earlier mail begins without quote marks: titles between rules,
//! blocks of headers.

use super::{
    SpanKind,
    lines::Line,
    words::{Label, Title, label, title},
};
use crate::limits::HEADER_BLOCK_LINES;

/// The earlier mail that begins at the first of `lines`, if one does.
pub(super) fn find(lines: &[Line<'_>]) -> Option<SpanKind> {
    let first = lines.first()?;
    if first.blank() || first.quoted || !first.short() {
        return None;
    }
    match title(first.text) {
        Some(Title::Original) => return Some(SpanKind::Quoted),
        Some(Title::Forwarded) => return Some(SpanKind::Forwarded),
        None => {}
    }
    let begins = match label(first.text) {
        Some(Label::From) => outlook_block(lines),
        Some(_) => false,
        None => notes_block(lines),
    };
    begins.then_some(SpanKind::Quoted)
}

/// Whether a line is a rule: five or more of one of `_ - = *`, nothing else.
pub(super) fn is_rule(line: &Line<'_>) -> bool {
    let mut chars = line.text.chars();
    let first = chars.next();
    first.is_some_and(|c| matches!(c, '_' | '-' | '=' | '*'))
        && line.text.len() >= 5
        && chars.all(|c| Some(c) == first)
}

/// `From:` with labels of two more kinds below it, as Outlook and others write.
fn outlook_block(lines: &[Line<'_>]) -> bool {
    let mut seen = Vec::with_capacity(5);
    for line in lines.iter().take(HEADER_BLOCK_LINES) {
        if let Some(label) = label(line.text).filter(|label| !seen.contains(label)) {
            seen.push(label);
        }
        if seen.len() >= 3 {
            return true;
        }
    }
    false
}

/// A name and a date (on one line, or the date below), then `To:` and `cc:`
/// or `Subject:`: as Lotus Notes writes.
fn notes_block(lines: &[Line<'_>]) -> bool {
    let filled = || {
        let block = lines.iter().take(HEADER_BLOCK_LINES);
        block.filter(|line| !line.blank())
    };
    let sent_by = |line: &Line<'_>| line.short() && line.text.starts_with("Sent by:");
    let stamp = |line: &Line<'_>| ends_in_stamp(line) && line.date_start;
    let head = match (filled().next(), filled().nth(1), filled().nth(2)) {
        (Some(name), ..) if ends_in_stamp(name) => 1,
        (_, Some(second), _) if stamp(second) => 2,
        (_, Some(second), Some(third)) if sent_by(second) && stamp(third) => 3,
        _ => return false,
    };
    let is_to = |line: &Line<'_>| label(line.text) == Some(Label::To);
    let is_other = |line: &Line<'_>| matches!(label(line.text), Some(Label::Cc | Label::Subject));
    filled().skip(head).take(2).any(is_to) && filled().skip(head).any(is_other)
}

/// Whether a line ends in a date and a time of day: `04/30/2001 04:51 PM`.
fn ends_in_stamp(line: &Line<'_>) -> bool {
    if !line.short() || !line.time {
        return false;
    }
    let mut words = line.text.split_whitespace().rev().peekable();
    if words
        .peek()
        .is_some_and(|w| w.eq_ignore_ascii_case("am") || w.eq_ignore_ascii_case("pm"))
    {
        words.next();
    }
    let digits_and = |word: &str, mark: [char; 2]| {
        word.contains(mark)
            && word
                .trim_matches(['(', ')'])
                .chars()
                .all(|c| c.is_ascii_digit() || mark.contains(&c))
    };
    words
        .next()
        .is_some_and(|time| digits_and(time, [':', '.']))
        && words
            .next()
            .is_some_and(|date| digits_and(date, ['/', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::lines::split;

    fn found(text: &str) -> Option<SpanKind> {
        find(&split(text, &[]))
    }

    #[test]
    fn blocks_of_headers() {
        for block in [
            "From: Ann\nSent: Friday\nTo: Bob\nSubject: x\n",
            "*Von:* Ann\n*Gesendet:* Freitag\n*An:* Bob\n*Betreff:* x\n",
            "De : Ann\nEnvoyé : vendredi\nÀ : Bob\nObjet : x\n",
            "发件人：Ann\n发送时间：2024\n收件人：Bob\n主题：x\n",
            "=09From: Ann\n=09\n\n=09\nTo:=09Bob\nSubject:=09x\n",
            "Ann Lee@EX\n04/30/2001 04:51 PM\n\t\t\n To: Bob\n cc: \n Subject: x\n",
            "Ann Lee\n Sent by: Bob\n 04/30/2001 04:51 PM\n\n To: A,\nB,\nC,\nD,\nE\n cc: \n",
            "\"ANN\" <a@example.com> on 09/18/2000 12:21:11 PM\nTo: <b@example.com>\ncc:\n",
        ] {
            assert_eq!(found(block), Some(SpanKind::Quoted), "{block}");
        }
    }

    #[test]
    fn titles() {
        assert_eq!(
            found("-----Ursprüngliche Nachricht-----"),
            Some(SpanKind::Quoted)
        );
        assert_eq!(
            found("---------- Forwarded message ---------"),
            Some(SpanKind::Forwarded)
        );
        assert_eq!(found("Begin forwarded message:"), Some(SpanKind::Forwarded));
    }

    #[test]
    fn prose_is_no_boundary() {
        for text in [
            "From: the beginning\nit was clear\n",
            "Original message was lost\n",
            "To: do\nSubject: open\n",
            "meeting on 04/30/2001 04:51 PM\nTo: be discussed\n",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
