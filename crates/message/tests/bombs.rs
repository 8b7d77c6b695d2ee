//! Mail made to hurt is read in time, and what was left out is said.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::time::{Duration, Instant};

use inboxlink_message::{Context, Defect, Message, classify, parse, text_for_reading};
use inboxlink_model::OwnAddresses;

/// Reads a bomb. The time allowed is for a busy machine and no optimisation:
/// what is quadratic takes minutes.
fn read(what: &str, raw: &str) -> Message {
    let start = Instant::now();
    let mail = parse(raw.as_bytes(), None);
    let own = OwnAddresses::default();
    classify(&mail, &Context { own: &own });
    text_for_reading(&mail);
    let took = start.elapsed();
    assert!(
        took < Duration::from_secs(20),
        "{what}: {} bytes took {took:?}",
        raw.len()
    );
    mail
}

fn says(mail: &Message, what: &str) -> bool {
    let what = what.to_owned();
    mail.defects.contains(&Defect::TooMany { what })
}

#[test]
fn nested_multiparts() {
    for same in [false, true] {
        let level = |n: usize| {
            let n = if same { 0 } else { n };
            format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")
        };
        let raw: String = (0..10_000).map(level).collect();
        let mail = read("nested multiparts", &raw);
        assert!(mail.defects.contains(&Defect::TooDeep));
    }
}

#[test]
fn nested_mails() {
    let raw = "Content-Type: message/rfc822\n\n".repeat(10_000);
    assert_eq!(read("nested mails", &raw).attachments.len(), 1);
}

#[test]
fn many_parts() {
    let head = "Content-Type: multipart/mixed; boundary=b\n\n";
    for part in ["--b\n\nx\n", "--b\nContent-Type: image/png\n\nx\n", "--b\n"] {
        let mail = read("many parts", &format!("{head}{}", part.repeat(100_000)));
        assert!(says(&mail, "parts"), "{part}");
    }
}

#[test]
fn lines_that_almost_delimit() {
    let level = |n: usize| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
    let head: String = (0..99).map(level).collect();
    read(
        "almost delimiters",
        &format!("{head}\n{}", "--b\n".repeat(500_000)),
    );
}

#[test]
fn huge_headers() {
    for (what, field) in [
        ("fields", "X: y\n".repeat(500_000)),
        (
            "addresses",
            format!("To: {}\n", "a@b.example, ".repeat(500_000)),
        ),
        (
            "references",
            format!("References: {}\n", "<1@x>".repeat(20)),
        ),
        (
            "references",
            format!(
                "References: {}\n",
                (0..200_000)
                    .map(|n| format!("<{n}@x> "))
                    .collect::<String>()
            ),
        ),
    ] {
        let mail = read(what, &format!("{field}Subject: z\n\nx"));
        // The same id twenty times is one id.
        assert_eq!(says(&mail, what), field.len() > 1000, "{what}");
    }
    for field in [
        format!("Subject: {}", "=?utf-8?q?a?= ".repeat(300_000)),
        format!("Subject: {}", "=?".repeat(1_000_000)),
        format!("From: {}", "(".repeat(1_000_000)),
        format!("From: {}", "<".repeat(1_000_000)),
        format!("From: {}", "\"".repeat(1_000_000)),
        format!("From: {}", "a:".repeat(500_000)),
        format!("In-Reply-To: {}", "<".repeat(1_000_000)),
        format!("Message-ID: {}", "x".repeat(1_000_000)),
        format!("Date: {}", "(".repeat(1_000_000)),
        format!(
            "Content-Type: {}",
            (0..40_000)
                .map(|n| format!("a/b; x*{n}*=y"))
                .collect::<String>()
        ),
        format!("Content-Type: text/plain; {}", "a=b; ".repeat(300_000)),
        "Subject: a\n".to_owned() + &" folded\n".repeat(300_000),
    ] {
        read(&field[..20], &format!("{field}\n\nx"));
    }
}

#[test]
fn huge_texts_are_cut() {
    for kind in ["text/plain", "text/html"] {
        let head =
            format!("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: {kind}\n\n");
        let mail = read(kind, &format!("{head}{}", "<p>words ".repeat(1_000_000)));
        assert!(mail.defects.contains(&Defect::TextCut));
        let kept = mail.text.or(mail.html).unwrap().len();
        assert!(kept < 3 * 1024 * 1024, "{kept}");
    }
}
