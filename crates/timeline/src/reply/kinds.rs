//! One kind for each line.

use super::{
    SpanKind, attribution, boundary, closing,
    lines::{Hint, Line},
};

/// What each line is.
///
/// First the quotes, from top to bottom; then, in each run of lines left
/// over, what stands below the author's text.
pub(super) fn classify(lines: &[Line<'_>]) -> Vec<SpanKind> {
    let mut kinds = quotes(lines);
    kinds.resize(lines.len(), SpanKind::New);
    close_gaps(lines, &mut kinds);
    let mut start = 0;
    while start < kinds.len() {
        let rest = kinds.get_mut(start..).unwrap_or_default();
        let kind = rest.first().copied();
        let length = rest.iter().take_while(|k| Some(**k) == kind).count();
        let (lines, run) = (lines.get(start..start + length), rest.get_mut(..length));
        if kind == Some(SpanKind::New)
            && let (Some(lines), Some(run)) = (lines, run)
        {
            closing::mark(lines, run);
        }
        start += length.max(1);
    }
    kinds
}

fn quotes(lines: &[Line<'_>]) -> Vec<SpanKind> {
    let mut kinds = Vec::with_capacity(lines.len());
    let mut new_above = false;
    // The kind of the last line that was not blank.
    let mut before = SpanKind::New;
    while let Some(rest) = lines.get(kinds.len()..).filter(|rest| !rest.is_empty()) {
        let (kind, count) = next(rest, new_above, before);
        if matches!(kind, SpanKind::Quoted | SpanKind::Forwarded) && count == rest.len() {
            take_rule_above(lines, &mut kinds, kind);
        }
        if rest.first().is_some_and(|line| !line.blank()) {
            new_above |= kind == SpanKind::New;
            before = kind;
        }
        kinds.extend(std::iter::repeat_n(kind, count));
    }
    kinds
}

/// The kind of the next lines, and how many they are.
fn next(rest: &[Line<'_>], new_above: bool, before: SpanKind) -> (SpanKind, usize) {
    let Some(line) = rest.first() else {
        return (SpanKind::New, 0);
    };
    match line.hint {
        Hint::Cut => return (SpanKind::Quoted, rest.len()),
        Hint::Quoted => return (SpanKind::Quoted, 1),
        Hint::Attribution => return (SpanKind::Attribution, 1),
        Hint::None => {}
    }
    if line.quoted {
        return (SpanKind::Quoted, 1);
    }
    if let Some(kind) = boundary::find(rest) {
        // A title over lines with quote marks: these say where the quote ends.
        if quoted_next(rest.get(1..).unwrap_or_default()) {
            return (SpanKind::Attribution, 1);
        }
        return (kind, rest.len());
    }
    if let Some(found) = attribution::find(rest) {
        let after = rest.get(found.lines..).unwrap_or_default();
        if quoted_next(after) {
            return (SpanKind::Attribution, found.lines);
        }
        if found.certain {
            // Nothing is marked below. Under the author's text it is all the
            // earlier mail; at the top nobody can tell, so it stays.
            return if new_above {
                (SpanKind::Quoted, rest.len())
            } else {
                (SpanKind::Attribution, found.lines)
            };
        }
    }
    let in_bars = matches!(before, SpanKind::Attribution | SpanKind::Quoted);
    if line.text.starts_with('|') && in_bars {
        return (SpanKind::Quoted, 1);
    }
    (SpanKind::New, 1)
}

/// Whether the next line that is not blank is a quoted one.
fn quoted_next(lines: &[Line<'_>]) -> bool {
    lines
        .iter()
        .take(4)
        .find(|line| !line.blank())
        .is_some_and(|line| line.quoted || line.text.starts_with('|') || line.hint == Hint::Quoted)
}

/// A rule, or the name that Lotus Notes puts over a date, goes with the
/// earlier mail below it.
fn take_rule_above(lines: &[Line<'_>], kinds: &mut [SpanKind], kind: SpanKind) {
    let Some(last) = (0..kinds.len())
        .rev()
        .find(|i| lines.get(*i).is_some_and(|l| !l.blank()))
    else {
        return;
    };
    if lines.get(last).is_some_and(boundary::is_rule) {
        kinds.iter_mut().skip(last).for_each(|k| *k = kind);
    }
}

/// Blank lines between two quoted lines are part of the quote.
fn close_gaps(lines: &[Line<'_>], kinds: &mut [SpanKind]) {
    let mut gap: Option<usize> = None;
    let mut in_quote = false;
    for index in 0..kinds.len() {
        let blank = lines.get(index).is_some_and(Line::blank);
        let kind = kinds.get(index).copied();
        if blank && kind == Some(SpanKind::New) {
            gap.get_or_insert(index);
            continue;
        }
        if let (Some(from), true, Some(SpanKind::Quoted)) = (gap, in_quote, kind) {
            let between = kinds.get_mut(from..index).unwrap_or_default();
            between.iter_mut().for_each(|k| *k = SpanKind::Quoted);
        }
        gap = None;
        in_quote = matches!(kind, Some(SpanKind::Quoted | SpanKind::Attribution));
    }
}
