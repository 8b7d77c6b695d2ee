//! What of an address is compared, written down: the names seen with it, folded
//! into words; its local part and other nicknames; its domain.
//!
//! Millions of profiles lie side by side as text, a line for each thing, the
//! line's first letter saying what: `n` a name, `l` a name read out of a local
//! part, `h` the local part, `s` a nickname shown as the name, `r` one in a
//! remark, `w` the domain's own name, `d` the domain.

use std::borrow::Cow;

use super::{
    nobody::is_nobody,
    words::{fold, humps, is_filler, unmangled, without_umlauts},
};
use crate::{
    limits::{MAX_COMPARED, MAX_NAME_CHARS, MAX_TOKENS},
    name::tidy_name,
};

/// The address of a profile, as far as it is a person's own.
pub(super) struct Mailbox<'a> {
    pub(super) local: &'a str,
    pub(super) domain: &'a str,
}

/// Writes a profile down. `mailbox` is `None` where the address is nobody's in
/// particular.
pub(super) fn write<'n>(
    mailbox: Option<&Mailbox<'_>>,
    names: impl Iterator<Item = &'n str>,
    out: &mut String,
) {
    let mut scratch = String::new();
    let start = out.len();
    for name in names.take(MAX_COMPARED) {
        write_display(name, &mut scratch, out);
    }
    if let Some(Mailbox { local, domain }) = mailbox {
        write_local(local, &mut scratch, out);
        write_domain(domain, &mut scratch, out);
    }
    if out.len() == start {
        out.push('\n');
    }
}

fn write_display(display: &str, scratch: &mut String, out: &mut String) {
    let repaired = unmangled(display);
    let display = repaired.as_deref().unwrap_or(display);
    let is_plain = display.len() < MAX_NAME_CHARS
        && display
            .bytes()
            .all(|b| b.is_ascii_alphabetic() || b == b' ' || b == b'.')
        && !display.contains("ia ");
    let mut name = if is_plain {
        Cow::Borrowed(display.trim())
    } else {
        Cow::Owned(tidy_name(display))
    };
    // An address in a name is no part of the name.
    if name.contains('@') {
        name = name
            .split(' ')
            .filter(|word| !word.contains('@'))
            .collect::<Vec<_>>()
            .join(" ")
            .into();
    }
    if name.contains(' ') {
        write_words('n', &name, scratch, out);
    } else {
        write_nickname(&name, scratch, out);
    }
    let remark = display
        .rsplit_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    if let Some((remark, _)) = remark
        && !remark.contains([' ', '@'])
    {
        write_handle('r', remark, scratch, out);
    }
}

/// A name in one word is a nickname, or a name that was run together.
fn write_nickname(name: &str, scratch: &mut String, out: &mut String) {
    // `DOMAIN\\login`
    let name = name.rsplit('\\').next().unwrap_or(name);
    write_handle('s', name, scratch, out);
    if let Some(several) = humps(name) {
        write_words('l', &several, scratch, out);
    } else if name.chars().all(char::is_alphabetic) {
        write_words('n', name, scratch, out);
    } else {
        write_parts(name, scratch, out);
    }
}

fn write_words(kind: char, name: &str, scratch: &mut String, out: &mut String) {
    scratch.clear();
    fold(name, scratch);
    let start = out.len();
    out.push(kind);
    let before = out.len();
    for word in scratch
        .split(' ')
        .filter(|word| !word.is_empty() && !is_filler(word))
        .take(MAX_TOKENS)
    {
        if out.len() > before {
            out.push(' ');
        }
        without_umlauts(word, out);
    }
    let words = out.get(before..).unwrap_or_default();
    if words.split(' ').all(is_nobody) || words.is_empty() {
        out.truncate(start);
    } else {
        out.push('\n');
    }
}

fn write_handle(kind: char, handle: &str, scratch: &mut String, out: &mut String) {
    scratch.clear();
    fold(handle, scratch);
    let start = out.len();
    out.push(kind);
    let before = out.len();
    for part in scratch.split(' ') {
        without_umlauts(part, out);
    }
    let text = out.get(before..).unwrap_or_default();
    let letters = text.bytes().filter(u8::is_ascii_lowercase).count();
    if text.len() < 3
        || letters < 2
        || text.len() > 40
        || is_nobody(text)
        || crate::patterns::is_role_word(text)
    {
        out.truncate(start);
    } else {
        out.push('\n');
    }
}

fn write_local(local: &str, scratch: &mut String, out: &mut String) {
    write_handle('h', local, scratch, out);
    write_parts(local, scratch, out);
}

/// Writes the name in `ann.lee77`, if there is one.
fn write_parts(text: &str, scratch: &mut String, out: &mut String) {
    let undigited = |part: &'_ str| part.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let parts = || {
        text.split(['.', '_', '-'])
            .filter_map(|part| part.get(..undigited(part)))
            .filter(|part| !part.is_empty())
    };
    let is_word = |part: &str| part.chars().all(char::is_alphabetic);
    let long = parts().filter(|part| part.chars().count() > 1).count();
    if long >= 2 && parts().all(is_word) {
        write_words('l', &parts().collect::<Vec<_>>().join(" "), scratch, out);
    }
}

fn write_domain(domain: &str, scratch: &mut String, out: &mut String) {
    let registered = super::normal::registered(domain);
    out.push('d');
    out.push_str(registered);
    out.push('\n');
    if let Some((label, _)) = registered.split_once('.') {
        write_handle('w', label, scratch, out);
    }
}
