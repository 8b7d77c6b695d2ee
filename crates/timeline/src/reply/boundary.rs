//! Where an earlier mail begins without quote marks: titles between rules,
//! blocks of headers.

use super::{
    SpanKind,
    lines::Line,
    words::{Label, Title, bare_label, label, title},
};
use crate::limits::HEADER_BLOCK_LINES;

/// The earlier mail that begins at the first of `lines`, if one does.
/// `below_text`: the author's own text is above.
pub(super) fn find(lines: &[Line<'_>], below_text: bool) -> Option<SpanKind> {
    let first = lines.first()?;
    if first.blank() || first.quoted || !first.short() {
        return None;
    }
    match title(first.text) {
        Some(Title::Original) => return Some(SpanKind::Quoted),
        Some(Title::Forwarded) => return Some(SpanKind::Forwarded),
        Some(Title::AnswerAbove) => return below_text.then_some(SpanKind::Quoted),
        None => {}
    }
    let begins = match label(first.text) {
        Some(Label::From) => outlook_block(lines),
        Some(_) => below_text && whole_block(lines),
        None => notes_block(lines),
    };
    begins.then_some(SpanKind::Quoted)
}

/// Whether a mail passed on begins here.
pub(super) fn is_forward(lines: &[Line<'_>]) -> bool {
    let first = lines.first().filter(|line| line.short());
    first.and_then(|line| title(line.text)) == Some(Title::Forwarded)
}

/// How many lines the head of an earlier mail takes: its title, and the
/// labels below it up to the first blank line after one.
pub(super) fn head(lines: &[Line<'_>]) -> usize {
    let mut labelled = false;
    for (index, line) in lines.iter().enumerate().take(HEADER_BLOCK_LINES) {
        if index > 0 && (line.quoted || (line.blank() && labelled)) {
            return index;
        }
        let is_label = line.short() && label(line.text).is_some();
        if index > 1 && !line.blank() && !labelled && !is_label {
            return 1;
        }
        labelled |= is_label;
    }
    1
}

/// Whether a line quoted with `: ` is of a header: `: From: Ann`.
pub(super) fn is_label(line: &Line<'_>) -> bool {
    line.short() && label(line.text.trim_start_matches([':', ' '])).is_some()
}

/// GroupWise: `>>> Ann Lee <ann@example.com> 05/03/24 10:12AM >>>`.
pub(super) fn is_groupwise(line: &Line<'_>) -> bool {
    line.text.starts_with(">>>") && line.text.ends_with(">>>") && line.time && line.short()
}

/// Whether two lines from the first have something before a colon, whatever
/// it is: the header of a mail where the HTML draws a line above it.
pub(super) fn labelled(lines: &[Line<'_>]) -> bool {
    let labels = lines.iter().take(6).filter(|line| {
        let head = line.text.split_once([':', '：']).map(|(head, _)| head);
        line.short() && head.is_some_and(|head| head.split_whitespace().count() <= 3)
    });
    labels.count() >= 3
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

/// A header block of four labels, From among them, that begins with another
/// one: GMX, Lotus Notes' web client. No line of prose stands in it.
fn whole_block(lines: &[Line<'_>]) -> bool {
    let mut seen = Vec::with_capacity(5);
    let mut wrapped = 0;
    let mut told = false;
    for line in lines.iter().take(HEADER_BLOCK_LINES) {
        if line.blank() || line.quoted || wrapped > 2 {
            break;
        }
        told |= line.address || line.time;
        match label(line.text) {
            Some(label) if !seen.contains(&label) => seen.push(label),
            Some(_) => {}
            None => wrapped += 1,
        }
    }
    seen.len() >= 4 && seen.contains(&Label::From) && told
}

/// A name and a date (on one line, or the date below, or above), then `To:`
/// and `cc:` or `Subject:`: as Lotus Notes writes.
fn notes_block(lines: &[Line<'_>]) -> bool {
    let filled = || {
        let block = lines.iter().take(HEADER_BLOCK_LINES);
        block.filter(|line| !line.blank())
    };
    let sent_by = |line: &Line<'_>| line.short() && line.text.starts_with("Sent by:");
    let stamp = |line: &Line<'_>| ends_in_stamp(line) && line.date_start;
    let to = |line: &Line<'_>| {
        line.short() && label(line.text).or_else(|| bare_label(line.text)) == Some(Label::To)
    };
    let head = match (filled().next(), filled().nth(1), filled().nth(2)) {
        (Some(first), Some(_), Some(third)) if stamp(first) && to(third) => 2,
        (Some(name), ..) if ends_in_stamp(name) => 1,
        (_, Some(second), _) if stamp(second) => 2,
        (Some(name), Some(second), _) if ends_in_date(name) && is_time(second) => 2,
        (_, Some(second), Some(third)) if sent_by(second) && stamp(third) => 3,
        _ => return false,
    };
    let other = |line: &Line<'_>| {
        let found = line
            .short()
            .then(|| label(line.text).or_else(|| bare_label(line.text)));
        matches!(found, Some(Some(Label::Cc | Label::Subject)))
    };
    filled().skip(head).take(2).any(to) && filled().skip(head).any(other)
}

/// Whether a line ends in `on 04/30/2001`, its time wrapped to the next.
fn ends_in_date(line: &Line<'_>) -> bool {
    let mut words = line.text.rsplit(' ');
    line.short()
        && line.digit
        && words.next().is_some_and(|date| {
            date.contains('/') && date.chars().all(|c| c.is_ascii_digit() || c == '/')
        })
        && words.next() == Some("on")
}

/// Whether a line is a time of day and nothing else.
fn is_time(line: &Line<'_>) -> bool {
    line.time && line.text.len() <= 11 && line.text.starts_with(|c: char| c.is_ascii_digit())
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
        find(&split(text, &[]), true)
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
            "Gesendet: Freitag, 3. Mai 2024 um 10:12 Uhr\nVon: \"Ann\" <a@example.com>\nAn: b@example.com\nBetreff: x\n",
            "05/30/2001 04:51 PM\nAnn Lee@EX\nTo: Bob\ncc:\nSubject: x\n",
            "Ann Lee/EX <a@example.com>\n05/03/2024 10:12 AM\nTo\n<b@example.com>\ncc\n\nSubject\nx\n",
            "\"ANN\" <a@example.com> on 09/18/2000\n12:21:11 PM\nTo: <b@example.com>\ncc:\n",
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
            "Date: Friday\nTo: be done\nSubject: open\n",
            "From: the beginning\nit was clear\n",
            "Original message was lost\n",
            "To: do\nSubject: open\n",
            "meeting on 04/30/2001 04:51 PM\nTo: be discussed\n",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
