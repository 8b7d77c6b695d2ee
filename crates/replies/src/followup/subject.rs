//! The subject of an answer.

use crate::followup::compose::one_line;

/// `Re:` in the languages whose mail programs write it in their own: with it
/// in front, a subject is an answer's already.
const ANSWER: [&str; 16] = [
    "re", "aw", "antw", "antwort", "atb", "bls", "odp", "r", "ref", "rif", "sv", "vs", "ynt",
    "回复", "答复", "返信",
];

/// The subject with one `Re:` in front, whatever stood there.
pub(super) fn of_reply(subject: &str) -> String {
    let line = one_line(subject);
    format!("Re: {}", without_answer(&line))
        .trim_end()
        .to_owned()
}

/// What an answer's subject answers, in lower case; nothing where it is no
/// answer's, or there is nothing behind `Re:`.
pub(crate) fn bare_subject(subject: &str) -> Option<String> {
    let line = one_line(subject);
    let bare = without_answer(&line);
    let answers = bare.len() < line.len() && !bare.is_empty();
    answers.then(|| bare.to_lowercase())
}

fn without_answer(line: &str) -> &str {
    let mut rest = line;
    while let Some((prefix, after)) = rest.split_once([':', '：']) {
        // Some count: `Re[2]:`, `RE(3):`.
        let word = prefix.split(['[', '(']).next().unwrap_or(prefix);
        let word = word.trim().to_lowercase();
        if !ANSWER.contains(&word.as_str()) {
            break;
        }
        rest = after.trim_start();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_re_whatever_stood_there() {
        for (subject, answer) in [
            ("Offer", "Re: Offer"),
            ("Re: Offer", "Re: Offer"),
            ("RE: re[2]: AW:Offer", "Re: Offer"),
            ("回复：Offer", "Re: Offer"),
            ("Fwd: Offer", "Re: Fwd: Offer"),
            ("Reminder: pay", "Re: Reminder: pay"),
            ("", "Re:"),
            ("Re:", "Re:"),
            ("a\r\nBcc: x", "Re: a Bcc: x"),
        ] {
            assert_eq!(of_reply(subject), answer, "{subject:?}");
        }
    }
}
