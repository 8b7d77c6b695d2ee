//! SMTP's commands (RFC 5321 §4.1, RFC 4954, RFC 3207).

/// One command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Hello {
        name: String,
        extended: bool,
    },
    StartTls,
    Auth {
        mechanism: String,
        initial: Option<String>,
    },
    Mail {
        from: String,
        size: Option<usize>,
    },
    Recipient(String),
    Data,
    Reset,
    Noop,
    Verify,
    Quit,
    Unknown,
    /// A known command with arguments that can't be read.
    Malformed,
}

impl Command {
    pub(crate) fn parse(line: &[u8]) -> Self {
        let Ok(line) = std::str::from_utf8(line) else {
            return Self::Malformed;
        };
        let line = line.trim_end();
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim_start();
        match verb.to_ascii_uppercase().as_str() {
            verb @ ("EHLO" | "HELO") if !rest.is_empty() => Self::Hello {
                // It goes into a header.
                name: rest.chars().filter(char::is_ascii_graphic).collect(),
                extended: verb == "EHLO",
            },
            "STARTTLS" if rest.is_empty() => Self::StartTls,
            "AUTH" => auth(rest),
            "MAIL" => mail(rest).unwrap_or(Self::Malformed),
            "RCPT" => path(rest, "TO:")
                .filter(|(address, _)| !address.is_empty())
                .map_or(Self::Malformed, |(address, _)| Self::Recipient(address)),
            "DATA" if rest.is_empty() => Self::Data,
            "RSET" => Self::Reset,
            "NOOP" => Self::Noop,
            "VRFY" => Self::Verify,
            "QUIT" => Self::Quit,
            "EHLO" | "HELO" | "STARTTLS" | "DATA" => Self::Malformed,
            _ => Self::Unknown,
        }
    }
}

fn auth(rest: &str) -> Command {
    let mut words = rest.split_ascii_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(mechanism), initial, None) => Command::Auth {
            mechanism: mechanism.to_ascii_uppercase(),
            initial: initial.map(str::to_owned),
        },
        _ => Command::Malformed,
    }
}

fn mail(rest: &str) -> Option<Command> {
    let (from, parameters) = path(rest, "FROM:")?;
    let mut size = None;
    for parameter in parameters.split_ascii_whitespace() {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name.to_ascii_uppercase().as_str() {
            "SIZE" => size = Some(value.parse().ok()?),
            "BODY" | "AUTH" => {}
            _ => return None,
        }
    }
    Some(Command::Mail { from, size })
}

/// `TO:<address>` and what follows it.
fn path<'a>(rest: &'a str, label: &str) -> Option<(String, &'a str)> {
    let (given, rest) = rest.split_at_checked(label.len())?;
    let rest = rest.trim_start().strip_prefix('<')?;
    let (address, parameters) = rest.split_once('>')?;
    // An obsolete route, `@a,@b:`, is passed over.
    let address = match address.strip_prefix('@') {
        Some(route) => route.split_once(':')?.1,
        None => address,
    };
    let plain = address
        .chars()
        .all(|c| !c.is_control() && c != '<' && c != ' ');
    (given.eq_ignore_ascii_case(label) && plain).then(|| (address.to_owned(), parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_parameters() {
        let read = |line: &str| Command::parse(line.as_bytes());
        let mail = |from: &str, size| Command::Mail {
            from: from.to_owned(),
            size,
        };
        assert_eq!(
            read("mail from:<a@x> SIZE=5 BODY=8BITMIME"),
            mail("a@x", Some(5))
        );
        assert_eq!(read("MAIL FROM:<>"), mail("", None));
        assert_eq!(
            read("RCPT TO: <@r:a@x>"),
            Command::Recipient("a@x".to_owned())
        );
        for bad in [
            "RCPT TO:<>",
            "RCPT TO:a@x",
            "RCPT TO:<a\r@x>",
            "MAIL FROM:<a@x> SIZE=x",
            "MAIL FROM:<a@x> SMTPUTF8",
            "EHLO",
            "AUTH",
            "RCPT é",
        ] {
            assert_eq!(read(bad), Command::Malformed, "{bad}");
        }
        assert_eq!(read("EXPN x"), Command::Unknown);
        assert_eq!(Command::parse(b"\xff"), Command::Malformed);
    }
}
