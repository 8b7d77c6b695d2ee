//! Mail made to hurt: small to write, expensive to a reader that is not
//! careful. Each shape grows with a number.

/// A kind of bomb, and what makes one of a size.
pub type Bomb = (&'static str, fn(usize) -> String);

/// Shapes of MIME structure; the number counts parts, levels or lines.
pub const MIME_BOMBS: [Bomb; 20] = [
    ("nested multiparts", |n| (0..n).map(level).collect()),
    ("nested multiparts of one boundary", |n| level(0).repeat(n)),
    ("nested multiparts, closed again", |n| {
        let closed = (0..n).rev().map(|n| format!("--b{n}--\n"));
        (0..n).map(level).chain(closed).collect()
    }),
    ("nested mails", |n| {
        "Content-Type: message/rfc822\n\n".repeat(n)
    }),
    ("mails in multiparts in mails", |n| {
        let level = |n| format!("Content-Type: message/rfc822\n\n{}", level(n));
        (0..n).map(level).collect()
    }),
    ("empty parts", |n| mixed(&"--b\n".repeat(n))),
    ("short parts", |n| mixed(&"--b\n\nx\n".repeat(n))),
    ("pictures", |n| {
        mixed(&"--b\nContent-Type: image/png\n\nx\n".repeat(n))
    }),
    ("HTML parts", |n| {
        mixed(&"--b\nContent-Type: text/html\n\n<p>x\n".repeat(n))
    }),
    ("attached mails", |n| {
        mixed(&"--b\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n".repeat(n))
    }),
    ("alternatives", |n| {
        let parts = "--b\nContent-Type: text/plain\n\nx\n--b\nContent-Type: text/html\n\n<p>x\n";
        mixed(&parts.repeat(n)).replacen("mixed", "alternative", 1)
    }),
    ("closing delimiters", |n| mixed(&"--b--\n".repeat(n))),
    ("lines that almost delimit", |n| {
        let head: String = (0..99).map(level).collect();
        format!("{head}\n{}", "--b\n".repeat(n))
    }),
    ("many boundaries, never used", |n| {
        let part = |n| format!("--b\nContent-Type: multipart/mixed; boundary=c{n}\n\nx\n");
        mixed(&(0..n).map(part).collect::<String>())
    }),
    ("headers without a body", |n| {
        mixed(&"--b\nX: y\nX: y\nX: y\n".repeat(n))
    }),
    ("parameters without end", |n| {
        let field: String = (0..n).map(|n| format!("; x*{n}*=y")).collect();
        format!("Content-Type: text/plain{field}\n\nx")
    }),
    ("quoted-printable of soft breaks", |n| {
        format!(
            "Content-Transfer-Encoding: quoted-printable\n\n{}",
            "=\n".repeat(n)
        )
    }),
    ("base64 of line ends", |n| {
        format!(
            "Content-Transfer-Encoding: base64\n\n{}",
            "YQ==\n".repeat(n)
        )
    }),
    ("delivery reports", |n| {
        let report = "--b\nContent-Type: message/delivery-status\n\nAction: failed\n\nStatus: 5\n";
        mixed(&report.repeat(n))
    }),
    ("invitations", |n| {
        mixed(&"--b\nContent-Type: text/calendar\n\nBEGIN:VEVENT\nCOMMENT:x\n".repeat(n))
    }),
];

/// Shapes of headers; the number counts fields, addresses, ids or words.
pub const HEADER_BOMBS: [Bomb; 14] = [
    ("fields", |n| header(&"X: y\n".repeat(n))),
    ("addresses", |n| {
        header(&format!("To: {}z@b.example\n", "a@b.example, ".repeat(n)))
    }),
    ("groups", |n| {
        header(&format!("To: {}\n", "g: a@b.example; ".repeat(n)))
    }),
    ("references", |n| {
        let ids: String = (0..n).map(|n| format!("<{n}@x> ")).collect();
        header(&format!("References: {ids}\n"))
    }),
    ("encoded words", |n| {
        header(&format!("Subject: {}\n", "=?utf-8?q?a?= ".repeat(n)))
    }),
    ("openings of encoded words", |n| {
        header(&format!("Subject: {}\n", "=?".repeat(n)))
    }),
    ("comments", |n| {
        header(&format!("From: {}\n", "(".repeat(n)))
    }),
    ("angles", |n| header(&format!("From: {}\n", "<".repeat(n)))),
    ("quotes", |n| header(&format!("From: {}\n", "\"".repeat(n)))),
    ("backslashes", |n| {
        header(&format!("From: \"{}\n", "\\".repeat(n)))
    }),
    ("comments in a date", |n| {
        header(&format!("Date: {}\n", "(".repeat(n)))
    }),
    ("folded lines", |n| {
        header(&format!("Subject: a\n{}", " folded\n".repeat(n)))
    }),
    ("parameters of RFC 2231", |n| {
        let all: String = (0..n).map(|n| format!("; name*{n}*=%41")).collect();
        header(&format!("Content-Disposition: attachment{all}\n"))
    }),
    ("verdicts", |n| {
        header(&format!(
            "Authentication-Results: x{}\n",
            "; spf=pass".repeat(n)
        ))
    }),
];

/// Shapes of HTML; the number counts elements or marks.
pub const HTML_BOMBS: [Bomb; 12] = [
    ("nested elements", |n| "<div>".repeat(n)),
    ("formatting left open", |n| "<font size=i><p>".repeat(n)),
    ("bold and italic, crossed", |n| "<b><i></b></i>".repeat(n)),
    ("links left open", |n| "<a href=x><p>".repeat(n)),
    ("nested tables", |n| "<table><tr><td>".repeat(n)),
    ("text in tables", |n| {
        format!("<table>{}", "<b>x<td>".repeat(n))
    }),
    ("nested lists", |n| "<ul><li>".repeat(n)),
    ("attributes", |n| {
        let attributes: String = (0..n).map(|n| format!(" a{n}=x")).collect();
        format!("<p{attributes}>x")
    }),
    ("unclosed tags", |n| "<".repeat(n)),
    ("unclosed comments", |n| "<!--".repeat(n)),
    ("entities", |n| "&amp".repeat(n)),
    ("styles", |n| {
        format!("<p style=\"{}\">x", "color:red;".repeat(n))
    }),
];

fn level(n: usize) -> String {
    format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")
}

fn mixed(parts: &str) -> String {
    format!("Content-Type: multipart/mixed; boundary=b\n\n{parts}")
}

fn header(field: &str) -> String {
    format!("{field}Subject: z\n\nx")
}
