//! SEARCH, one key at a time over all messages.

use std::sync::Arc;

use mail_parser::parsers::MessageStream;
use mail_parser::{DateTime, HeaderValue, MessageParser};

use super::parse::{Age, Key};
use crate::date::DAY;
use crate::limits;
use crate::mime::{fields, first, split_header, unfold};
use crate::model::{Message, compact};

/// A message that may be found.
pub(crate) struct Candidate {
    pub(crate) number: u32,
    pub(crate) message: Arc<Message>,
}

/// The messages that a key finds. `exists` and `last_uid` say what `*` means.
pub(crate) fn run<'c>(
    key: &Key,
    candidates: &'c [Candidate],
    exists: u32,
    last_uid: u32,
) -> impl Iterator<Item = &'c Candidate> {
    let search = Search {
        candidates,
        exists,
        last_uid,
    };
    let found = search.evaluate(key);
    candidates
        .iter()
        .zip(found)
        .filter_map(|(candidate, found)| found.then_some(candidate))
}

/// The answer of RFC 3501.
pub(crate) fn plain(numbers: &[u32], modseq: Option<u64>) -> String {
    let mut line = "SEARCH".to_owned();
    for number in numbers {
        line.push_str(&format!(" {number}"));
    }
    if let Some(modseq) = modseq {
        line.push_str(&format!(" (MODSEQ {modseq})"));
    }
    line
}

/// The answer of ESEARCH (RFC 4731).
pub(crate) fn extended(
    tag: &str,
    uid: bool,
    wanted: &[String],
    numbers: &[u32],
    modseq: Option<u64>,
) -> String {
    let mut line = format!("ESEARCH (TAG \"{tag}\")");
    if uid {
        line.push_str(" UID");
    }
    let asked = |what: &str| wanted.iter().any(|wanted| wanted == what);
    let nothing_said = wanted.is_empty();
    if let (Some(min), true) = (numbers.iter().min(), asked("MIN")) {
        line.push_str(&format!(" MIN {min}"));
    }
    if let (Some(max), true) = (numbers.iter().max(), asked("MAX")) {
        line.push_str(&format!(" MAX {max}"));
    }
    if asked("COUNT") {
        line.push_str(&format!(" COUNT {}", numbers.len()));
    }
    if !numbers.is_empty() && (asked("ALL") || nothing_said) {
        line.push_str(&format!(" ALL {}", compact(numbers.iter().copied())));
    }
    if let Some(modseq) = modseq {
        line.push_str(&format!(" MODSEQ {modseq}"));
    }
    line
}

struct Search<'c> {
    candidates: &'c [Candidate],
    exists: u32,
    last_uid: u32,
}

impl Search<'_> {
    /// Whether each message fits the key. The recursion is as deep as the
    /// parser let the key be.
    fn evaluate(&self, key: &Key) -> Vec<bool> {
        match key {
            Key::All => self.each(|_| true),
            Key::And(keys) => keys.iter().fold(self.each(|_| true), |found, key| {
                combine(&found, &self.evaluate(key), |a, b| a && b)
            }),
            Key::Or(pair) => combine(&self.evaluate(&pair.0), &self.evaluate(&pair.1), |a, b| {
                a || b
            }),
            Key::Not(key) => self.evaluate(key).into_iter().map(|found| !found).collect(),
            Key::Sequence(set) => {
                let numbers = set.resolve(self.exists);
                self.candidates
                    .iter()
                    .map(|candidate| numbers.contains(candidate.number))
                    .collect()
            }
            Key::Uid(set) => {
                let uids = set.resolve(self.last_uid);
                self.each(|m| uids.contains(m.uid))
            }
            Key::Flag(flag) => self.each(|m| m.flags.contains(flag)),
            Key::Header { name, value } => self.each(|m| header_has(&m.mail.raw, name, value)),
            Key::Body(text) => self.each(|m| body_has(&m.mail.raw, text)),
            Key::Text(text) => {
                self.each(|m| any_header_has(&m.mail.raw, text) || body_has(&m.mail.raw, text))
            }
            Key::Larger(size) => self.each(|m| bytes(m) > *size),
            Key::Smaller(size) => self.each(|m| bytes(m) < *size),
            Key::Modseq(modseq) => self.each(|m| m.modseq >= *modseq),
            Key::Arrived(age, day) => self.each(|m| is(*age, m.internal_date, *day)),
            Key::Sent(age, day) => {
                self.each(|m| sent(&m.mail.raw).is_some_and(|sent| is(*age, sent, *day)))
            }
        }
    }

    fn each(&self, fits: impl Fn(&Message) -> bool) -> Vec<bool> {
        self.candidates.iter().map(|c| fits(&c.message)).collect()
    }
}

fn combine(left: &[bool], right: &[bool], join: impl Fn(bool, bool) -> bool) -> Vec<bool> {
    left.iter().zip(right).map(|(a, b)| join(*a, *b)).collect()
}

fn bytes(message: &Message) -> u64 {
    u64::try_from(message.mail.raw.len()).unwrap_or(u64::MAX)
}

fn is(age: Age, seconds: i64, day: i64) -> bool {
    let on = seconds.div_euclid(DAY);
    match age {
        Age::Before => on < day,
        Age::On => on == day,
        Age::Since => on >= day,
    }
}

/// The day that the mail names, whatever its zone (RFC 3501 §6.4.4), as
/// seconds.
fn sent(raw: &[u8]) -> Option<i64> {
    let date = first(split_header(raw).0, "date")?;
    let mut date = DateTime::parse_rfc822(&String::from_utf8_lossy(&date))?;
    (date.tz_hour, date.tz_minute) = (0, 0);
    Some(date.to_timestamp())
}

fn header_has(raw: &[u8], name: &str, needle: &str) -> bool {
    fields(split_header(raw).0)
        .filter(|field| field.name.eq_ignore_ascii_case(name.as_bytes()))
        .any(|field| value_has(field.value, needle))
}

fn any_header_has(raw: &[u8], needle: &str) -> bool {
    fields(split_header(raw).0).any(|field| value_has(field.value, needle))
}

/// Looks through a value as it stands and with its encoded words resolved.
fn value_has(value: &[u8], needle: &str) -> bool {
    let mut value = unfold(value);
    let plain = String::from_utf8_lossy(&value).to_lowercase();
    value.push(b'\n');
    let decoded = match MessageStream::new(&value).parse_unstructured() {
        HeaderValue::Text(text) => text.to_lowercase(),
        _ => String::new(),
    };
    plain.contains(needle) || decoded.contains(needle)
}

fn body_has(raw: &[u8], needle: &str) -> bool {
    let beginning = raw.get(..limits::SEARCH_BYTES).unwrap_or(raw);
    let Some(message) = MessageParser::default().parse(beginning) else {
        return false;
    };
    let texts = (0..message.text_body_count()).filter_map(|at| message.body_text(at));
    let html = (0..message.html_body_count()).filter_map(|at| message.body_html(at));
    texts
        .chain(html)
        .any(|text| text.to_lowercase().contains(needle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::parse::{Command, parse};
    use crate::model::{Flags, Mail};

    const MAILS: [&str; 3] = [
        "Subject: =?utf-8?q?Caf=C3=A9?=\r\nFrom: Anna <anna@example.com>\r\n\
         Date: Mon, 5 Jan 2026 23:30:00 -0800\r\n\r\nfirst",
        "Subject: Plain\r\nX-Empty:\r\nContent-Transfer-Encoding: base64\r\n\r\nc2Vjb25k",
        "Subject: Third\r\n\r\n",
    ];

    fn uids(query: &str) -> Vec<u32> {
        let candidates: Vec<Candidate> = (1..)
            .zip(MAILS)
            .map(|(number, mail)| Candidate {
                number,
                message: Arc::new(Message {
                    uid: number * 10,
                    modseq: u64::from(number),
                    flags: Flags::new((number == 2).then_some("\\Seen")),
                    internal_date: i64::from(number) * DAY,
                    mail: Mail {
                        id: 1,
                        thread: 1,
                        raw: mail.as_bytes().into(),
                    },
                }),
            })
            .collect();
        let Ok(Command::Search { search, .. }) = parse(format!("a SEARCH {query}").as_bytes()).1
        else {
            panic!("unreadable: {query}");
        };
        run(&search.key, &candidates, 3, 30)
            .map(|c| c.message.uid)
            .collect()
    }

    #[test]
    fn every_kind_of_key_finds() {
        for (query, found) in [
            ("ALL", &[10, 20, 30][..]),
            ("2:*", &[20, 30]),
            ("UID 25:*", &[30]),
            ("UID 99:*", &[30]),
            ("UNSEEN", &[10, 30]),
            ("SEEN", &[20]),
            ("SUBJECT \"caf\u{e9}\"", &[10]),
            ("FROM ANNA@", &[10]),
            ("HEADER X-Empty \"\"", &[20]),
            ("BODY second", &[20]),
            ("TEXT first", &[10]),
            ("OR SUBJECT third NOT UNSEEN", &[20, 30]),
            ("(SEEN) 1", &[]),
            ("SINCE 3-Jan-1970", &[20, 30]),
            ("BEFORE 3-Jan-1970", &[10]),
            ("SENTON 5-Jan-2026", &[10]),
            ("MODSEQ 2", &[20, 30]),
            ("LARGER 80", &[10]),
            ("NEW", &[]),
        ] {
            assert_eq!(uids(query), found, "{query}");
        }
    }
}
