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

/// What stands above the line looked at.
#[derive(Clone, Copy)]
struct Above {
    /// Something that the author wrote.
    new: bool,
    /// The kind of the last line that was not blank.
    kind: SpanKind,
}

fn quotes(lines: &[Line<'_>]) -> Vec<SpanKind> {
    let mut kinds = Vec::with_capacity(lines.len());
    let mut above = Above {
        new: false,
        kind: SpanKind::New,
    };
    while let Some(rest) = lines.get(kinds.len()..).filter(|rest| !rest.is_empty()) {
        let (kind, count) = next(rest, above);
        if matches!(kind, SpanKind::Quoted | SpanKind::Forwarded) && count == rest.len() {
            take_rule_above(lines, &mut kinds, kind);
        }
        if rest.first().is_some_and(|line| !line.blank()) {
            above.new |= kind == SpanKind::New;
            above.kind = kind;
        }
        kinds.extend(std::iter::repeat_n(kind, count.max(1)));
    }
    kinds
}

/// The kind of the next lines, and how many they are.
fn next(rest: &[Line<'_>], above: Above) -> (SpanKind, usize) {
    let Some(line) = rest.first() else {
        return (SpanKind::New, 0);
    };
    if line.blank() && line.hint == Hint::None {
        return (SpanKind::New, 1);
    }
    let marked = match line.hint {
        Hint::Cut => return (SpanKind::Quoted, rest.len()),
        Hint::Quoted => return quoted_by_html(rest, above),
        Hint::Attribution => Some((SpanKind::Attribution, 1)),
        Hint::Border if boundary::labelled(rest) && above.new => {
            return (SpanKind::Quoted, rest.len());
        }
        Hint::Border | Hint::Signature | Hint::None => None,
    };
    if boundary::is_groupwise(line) && above.new {
        return boundary_at(rest, SpanKind::Quoted);
    }
    if line.quoted {
        return (SpanKind::Quoted, 1);
    }
    if let Some(kind) = boundary::find(rest, above.new) {
        return boundary_at(rest, kind);
    }
    if let Some(marked) = marked {
        return marked;
    }
    if let Some(found) = attribution::find(rest) {
        let after = rest.get(found.lines..).unwrap_or_default();
        if quoted_next(after) {
            return (SpanKind::Attribution, found.lines);
        }
        if found.certain {
            // Nothing is marked below. Under the author's text it is all the
            // earlier mail; at the top nobody can tell, so it stays.
            return if above.new {
                (SpanKind::Quoted, rest.len())
            } else {
                (SpanKind::Attribution, found.lines)
            };
        }
    }
    let in_bars = matches!(above.kind, SpanKind::Attribution | SpanKind::Quoted);
    if line.text.starts_with('|') && in_bars {
        return (SpanKind::Quoted, 1);
    }
    match colon_quotes(rest, above) {
        0 => (SpanKind::New, 1),
        count => (SpanKind::Quoted, count),
    }
}

/// A run that the HTML marks as quoted: a mail passed on where its first line
/// says so.
fn quoted_by_html(rest: &[Line<'_>], above: Above) -> (SpanKind, usize) {
    let begins = !matches!(above.kind, SpanKind::Quoted | SpanKind::Attribution);
    if begins && boundary::is_forward(rest) {
        let run = rest
            .iter()
            .take_while(|line| line.blank() || line.hint == Hint::Quoted);
        return (SpanKind::Forwarded, run.count());
    }
    (SpanKind::Quoted, 1)
}

/// An earlier mail that begins without quote marks: all that follows. Where
/// its header stands over lines with quote marks, these say where it ends.
fn boundary_at(rest: &[Line<'_>], kind: SpanKind) -> (SpanKind, usize) {
    let head = boundary::head(rest);
    if quoted_next(rest.get(head..).unwrap_or_default()) {
        return (SpanKind::Attribution, head);
    }
    (kind, rest.len())
}

/// Lines quoted with `: ` as some terminal clients do, below an attribution or
/// with a header among them; anything else may be an output or a list.
fn colon_quotes(rest: &[Line<'_>], above: Above) -> usize {
    let quoted = |line: &Line<'_>| line.text == ":" || line.text.starts_with(": ");
    let run = rest.iter().take_while(|line| quoted(line));
    let headed = || {
        let labels = rest.iter().take(6).filter(|line| quoted(line));
        labels.filter(|line| boundary::is_label(line)).count() >= 2
    };
    let known = matches!(above.kind, SpanKind::Attribution | SpanKind::Quoted);
    if rest.first().is_some_and(quoted) && (known || headed()) {
        run.count()
    } else {
        0
    }
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
