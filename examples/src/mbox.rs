//! Mails of an mbox file (RFC 4155 and its relatives), read as a stream.

use std::io::{self, BufRead, Read as _};

/// The mails of an mbox, one after the other, without their `From ` lines.
///
/// A mail begins at a line `From ` that opens the file, or that follows an
/// empty line and is bare or holds a time of day: prose such as "From what I
/// heard" begins no mail. `>From ` is unquoted as mboxrd says.
#[derive(Debug)]
pub struct MboxReader<R> {
    reader: R,
    max_bytes: usize,
    started: bool,
    ended: bool,
}

impl<R: BufRead> MboxReader<R> {
    /// Reads from `reader`; a mail longer than `max_bytes` is an error item.
    pub fn new(reader: R, max_bytes: usize) -> Self {
        Self {
            reader,
            max_bytes,
            started: false,
            ended: false,
        }
    }

    fn read_mail(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut mail = Vec::new();
        let mut too_long = false;
        let mut blank_before = false;
        let mut at_line_start = true;
        loop {
            let mut line = Vec::new();
            let limit = self.max_bytes as u64;
            if self
                .reader
                .by_ref()
                .take(limit)
                .read_until(b'\n', &mut line)?
                == 0
            {
                self.ended = true;
                break;
            }
            if !self.started {
                self.started = true;
                if line.starts_with(b"From ") {
                    continue;
                }
            }
            if at_line_start && blank_before && opens_mail(&line) {
                break;
            }
            let whole = line.ends_with(b"\n");
            blank_before = at_line_start && line.trim_ascii().is_empty();
            let text = if at_line_start {
                unquoted(&line)
            } else {
                &line
            };
            at_line_start = whole;
            if mail.len() + text.len() > self.max_bytes {
                too_long = true;
                mail.clear();
            }
            if !too_long {
                mail.extend_from_slice(text);
            }
        }
        if too_long {
            return Err(io::Error::other(format!(
                "the mail has more than {} bytes",
                self.max_bytes
            )));
        }
        Ok((!(self.ended && mail.is_empty())).then_some(mail))
    }
}

impl<R: BufRead> Iterator for MboxReader<R> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let mail = self.read_mail();
        // A file that cannot be read will not get better.
        if mail.is_err() && !matches!(&mail, Err(e) if e.kind() == io::ErrorKind::Other) {
            self.ended = true;
        }
        mail.transpose()
    }
}

fn opens_mail(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    let time = |w: &[u8]| matches!(w, [a, b':', b] if a.is_ascii_digit() && b.is_ascii_digit());
    rest.trim_ascii().is_empty() || rest.windows(3).any(time)
}

/// mboxrd quotes a line `>*From ` with one more `>`.
fn unquoted(line: &[u8]) -> &[u8] {
    let depth = line.iter().take_while(|b| **b == b'>').count();
    match (line.split_at_checked(depth), line.split_first()) {
        (Some((_, rest)), Some((_, less))) if depth > 0 && rest.starts_with(b"From ") => less,
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mails(text: &str, max: usize) -> Vec<Result<String, ()>> {
        MboxReader::new(text.as_bytes(), max)
            .map(|mail| mail.map(|m| String::from_utf8(m).unwrap()).map_err(drop))
            .collect()
    }

    #[test]
    fn splits_at_from_lines_only() {
        let text = "From a@b Mon Jan  1 10:00:00 2024\nS: 1\n\n>From x\nFrom here\n\n\
                    From what I heard\n\nFrom - Mon Jan  1 10:00:00 2024\nS: 2\n\n\nFrom \nS: 3\n";
        assert_eq!(
            mails(text, 1000),
            [
                Ok("S: 1\n\nFrom x\nFrom here\n\nFrom what I heard\n\n".into()),
                Ok("S: 2\n\n\n".into()),
                Ok("S: 3\n".into()),
            ]
        );
        assert_eq!(mails("", 9), []);
    }

    #[test]
    fn a_mail_too_long_does_not_hide_the_next() {
        let text = format!("From \nS: 1\n{}\n\nFrom \nS: 2\n", "x".repeat(100));
        assert_eq!(mails(&text, 20), [Err(()), Ok("S: 2\n".into())]);
    }
}
