//! Delivering a mail the way the world does: LMTP (RFC 2033).

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use crate::TestkitError;

/// Hands `mail` to the LMTP server on loopback, for `recipient`, and returns
/// once the server has taken it.
pub(crate) fn deliver(port: u16, recipient: &str, mail: &[u8]) -> Result<(), TestkitError> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .and_then(|stream| {
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            // A command is one write; waiting for more would cost 40 ms each.
            stream.set_nodelay(true)?;
            Ok(stream)
        })
        .map_err(TestkitError::io("connect to the LMTP port"))?;
    let mut dialogue = Dialogue {
        reader: BufReader::new(stream),
    };
    dialogue.expect('2')?;
    dialogue.say(b"LHLO testkit.example.com\r\n", '2')?;
    dialogue.say(b"MAIL FROM:<sender@example.org>\r\n", '2')?;
    dialogue.say(format!("RCPT TO:<{recipient}>\r\n").as_bytes(), '2')?;
    dialogue.say(b"DATA\r\n", '3')?;
    dialogue.say(&dot_stuffed(mail), '2')?;
    dialogue.say(b"QUIT\r\n", '2')
}

struct Dialogue {
    reader: BufReader<TcpStream>,
}

impl Dialogue {
    fn say(&mut self, bytes: &[u8], expected: char) -> Result<(), TestkitError> {
        self.reader
            .get_mut()
            .write_all(bytes)
            .map_err(TestkitError::io("write to the LMTP port"))?;
        self.expect(expected)
    }

    /// Reads one answer, of any number of lines, that must begin so.
    fn expect(&mut self, expected: char) -> Result<(), TestkitError> {
        loop {
            let mut line = String::new();
            self.reader
                .read_line(&mut line)
                .map_err(TestkitError::io("read from the LMTP port"))?;
            if !line.starts_with(expected) {
                return Err(TestkitError::Refused { reply: line });
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(());
            }
        }
    }
}

/// The mail with CRLF lines, dots doubled, and the closing dot.
fn dot_stuffed(mail: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(mail.len() + mail.len() / 32 + 8);
    for line in mail.split_inclusive(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_doubled_and_lines_end_in_crlf() {
        assert_eq!(
            dot_stuffed(b"a\n.b\r\n..\nc"),
            b"a\r\n..b\r\n...\r\nc\r\n.\r\n"
        );
        assert_eq!(dot_stuffed(b""), b".\r\n");
    }
}
