//! The text of a mail and its HTML, as each mail program lays them out.

use super::people::{Client, Language, Person};
use super::quote::{self, Shown};
use super::script::Quote;

/// Both forms of a mail's text.
#[derive(Debug, Clone)]
pub(super) struct Body {
    pub(super) plain: String,
    /// What stands inside the body element; also of mail that is sent as
    /// plain text only, for those that quote it.
    pub(super) html: String,
}

/// Lays out what somebody wrote, with their signature, around the mail before.
pub(super) fn body(writer: &Person, text: &str, quote: Quote, before: Option<&Shown>) -> Body {
    let sign_off = sign_off(writer);
    let shown = before.filter(|_| quote != Quote::Nothing);
    let written = match writer.client {
        Client::Gmail | Client::Thunderbird | Client::Plain => wrapped(text),
        _ => text.to_owned(),
    };
    let plain = match shown {
        None => format!("{written}{sign_off}"),
        // Below the quote, as its author has it by default.
        Some(shown) if writer.client == Client::Thunderbird && quote == Quote::Whole => {
            let above = quote::attribution(writer, shown);
            format!("{above}\n{}\n\n{written}{sign_off}", quoted(&shown.plain))
        }
        Some(shown) => {
            let below = plain_quote(writer, quote, shown);
            format!("{written}{sign_off}\n\n{below}")
        }
    };
    let own = html_of(writer.client, &format!("{text}{sign_off}"));
    let html = match shown {
        None => own,
        Some(shown) => own + &html_quote(writer, quote, shown),
    };
    Body { plain, html }
}

/// The whole document, with the marks of the program that made it.
pub(super) fn document(client: Client, inner: &str) -> String {
    match client {
        Client::Outlook => format!(
            "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\">\n<head>\n\
             <meta name=\"Generator\" content=\"Microsoft Word 15 (filtered medium)\">\n<style>\
             p.MsoNormal {{margin:0cm; font-size:11.0pt; font-family:\"Calibri\",sans-serif;}}</style>\n\
             </head>\n<body lang=\"EN-GB\" link=\"#0563C1\">\n{inner}\n</body>\n</html>"
        ),
        Client::AppleMail | Client::IPhone => format!(
            "<html><head></head><body style=\"overflow-wrap: break-word; \
             -webkit-nbsp-mode: space; line-break: after-white-space;\">{inner}</body></html>"
        ),
        _ => inner.to_owned(),
    }
}

fn sign_off(writer: &Person) -> String {
    let lines = writer.signature.join("\n");
    match writer.client {
        Client::IPhone => format!("\n\n{}", quote::sent_from_phone(writer.language)),
        _ if lines.is_empty() => String::new(),
        Client::Gmail | Client::Thunderbird | Client::Plain => format!("\n\n-- \n{lines}"),
        Client::Outlook | Client::AppleMail => format!("\n\n{lines}"),
    }
}

fn plain_quote(writer: &Person, quote: Quote, shown: &Shown) -> String {
    let block = || {
        let lines = quote::block(writer, shown).into_iter();
        let lines: Vec<String> = lines
            .map(|(label, value)| format!("{label} {value}"))
            .collect();
        lines.join("\n")
    };
    match (writer.client, quote) {
        (Client::Outlook, _) => {
            format!(
                "________________________________\n{}\n\n{}",
                block(),
                shown.plain
            )
        }
        (Client::AppleMail | Client::IPhone, Quote::Forward) => {
            let begin = match writer.language {
                Language::German => "Anfang der weitergeleiteten Nachricht:",
                Language::French => "Début du message réexpédié :",
                _ => "Begin forwarded message:",
            };
            format!(
                "{begin}\n\n{}",
                quoted(&format!("{}\n\n{}", block(), shown.plain))
            )
        }
        (_, Quote::Forward) => format!(
            "---------- Forwarded message ---------\n{}\n\n{}",
            block(),
            shown.plain
        ),
        (Client::AppleMail | Client::IPhone, _) => format!(
            "{}\n\n{}",
            quote::attribution(writer, shown),
            quoted(&shown.plain)
        ),
        _ => format!(
            "{}\n\n{}",
            wrapped(&quote::attribution(writer, shown)),
            quoted(&shown.plain)
        ),
    }
}

fn html_quote(writer: &Person, quote: Quote, shown: &Shown) -> String {
    let block = || {
        let lines = quote::block(writer, shown).into_iter();
        let lines = lines.map(|(label, value)| format!("<b>{label}</b> {}", escaped(&value)));
        lines.collect::<Vec<_>>().join("<br>\n")
    };
    let attribution = escaped(&quote::attribution(writer, shown));
    let inner = &shown.html;
    match (writer.client, quote) {
        (Client::Outlook, _) => format!(
            "<hr style=\"display:inline-block;width:98%\">\n<div id=\"divRplyFwdMsg\" dir=\"ltr\">\
             <font face=\"Calibri, sans-serif\" style=\"font-size:11pt\">{}</font></div>\n{inner}",
            block()
        ),
        (Client::AppleMail | Client::IPhone, Quote::Forward) => format!(
            "<div><br><blockquote type=\"cite\"><div>Begin forwarded message:</div><br>\
             <div>{}</div><br>{inner}</blockquote></div>",
            block()
        ),
        (_, Quote::Forward) => format!(
            "<br><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">---------- \
             Forwarded message ---------<br>{}</div><br>{inner}</div>",
            block()
        ),
        (Client::AppleMail | Client::IPhone, _) => format!(
            "<div><br><blockquote type=\"cite\"><div>{attribution}</div><br>\
             <div>{inner}</div></blockquote></div>"
        ),
        _ => format!(
            "<br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">{attribution}<br></div>\
             <blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px \
             solid rgb(204,204,204);padding-left:1ex\">{inner}</blockquote></div>"
        ),
    }
}

/// Text in the elements that the program makes of its lines.
pub(super) fn html_of(client: Client, text: &str) -> String {
    let lines = text.lines().map(|line| match (client, line) {
        (Client::Outlook, "") => "<p class=\"MsoNormal\">&nbsp;</p>\n".to_owned(),
        (Client::Outlook, _) => format!("<p class=\"MsoNormal\">{}</p>\n", escaped(line)),
        (_, "") => "<div><br></div>".to_owned(),
        (_, "-- ") => "<div>--<br></div>".to_owned(),
        _ => format!("<div>{}</div>", escaped(line)),
    });
    let inner: String = lines.collect();
    match client {
        Client::Outlook => format!("<div class=\"WordSection1\">\n{inner}</div>"),
        Client::AppleMail => inner,
        _ => format!("<div dir=\"ltr\">{inner}</div>"),
    }
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

pub(super) fn quoted(text: &str) -> String {
    let lines = text.lines().map(|line| match line {
        "" => ">".to_owned(),
        line if line.starts_with('>') => format!(">{line}"),
        line => format!("> {line}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Lines of at most 72 characters, where there are spaces to break at.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        if line.starts_with('>') {
            out.push_str(line);
            continue;
        }
        let mut width = 0;
        for word in line.split(' ') {
            let length = word.chars().count();
            if width > 0 && width + 1 + length > 72 {
                out.push('\n');
                width = 0;
            } else if width > 0 {
                out.push(' ');
                width += 1;
            }
            out.push_str(word);
            width += length;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_and_quoted() {
        let text = "word ".repeat(40);
        let lines = wrapped(text.trim_end());
        assert!(lines.lines().all(|line| line.len() <= 72));
        assert_eq!(lines.replace('\n', " "), text.trim_end());
        assert_eq!(quoted("a\n\n> b"), "> a\n>\n>> b");
    }
}
