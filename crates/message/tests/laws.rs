//! What holds for every mail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod common;

use inboxlink_message::{Context, Message, classify, parse, text_for_reading};
use inboxlink_model::OwnAddresses;
use proptest::prelude::*;

/// All that the crate does with a mail.
fn read(raw: &[u8]) -> Message {
    let mail = parse(raw, None);
    let own = OwnAddresses::default();
    let verdict = classify(&mail, &Context { own: &own });
    assert!(!verdict.evidence.is_empty());
    assert_eq!(
        verdict.human,
        verdict.class == inboxlink_model::Class::Human
    );
    text_for_reading(&mail);
    mail
}

/// Lines from which mails are made: the more of them meet, the stranger.
fn line() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "",
        "--a",
        "--a--",
        "--b",
        "--b--",
        " folded",
        "Content-Type: multipart/mixed; boundary=a",
        "Content-Type: multipart/alternative; boundary=b",
        "Content-Type: multipart/report; boundary=\"a\"",
        "Content-Type: message/rfc822",
        "Content-Type: message/delivery-status",
        "Content-Type: text/html; charset=utf-8",
        "Content-Type: text/plain; charset=iso-8859-1; name*0*=utf-8''%C3",
        "Content-Type: text/calendar; method=REPLY",
        "Content-Disposition: attachment; filename=\"x\\\"y\"",
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: quoted-printable",
        "Subject: =?utf-8?q?caf=C3=A9?= =?utf-8?b?w6k=?=",
        "From: \"A, (B)\" <a@b.example>, Group: c@d.example;",
        "To: =?iso-8859-1?q?=E9?= <x@y.example> (comment (nested))",
        "Date: Mon, 3 Mar 2025 09:00:00 +0100",
        "Message-ID: <1@b.example>",
        "In-Reply-To: 2@b.example",
        "References: <1@b.example> <2@b.example>",
        "Action: failed",
        "COMMENT;X=\"y:z\":words\\, more",
        "<p>Rich &amp; <b>bold</b><blockquote>quote",
        "soft =",
        "=C3=A9 =",
        "w6nDqQ==",
        "trailing space ",
    ]);
    prop_oneof![4 => fixed.prop_map(str::to_owned), 1 => "[ -~é\\t]{0,30}"]
}

proptest! {
    #[test]
    fn any_bytes_are_read(raw in prop::collection::vec(any::<u8>(), 0..600)) {
        read(&raw);
    }

    #[test]
    fn lf_and_crlf_give_an_equal_message(lines in prop::collection::vec(line(), 0..40)) {
        prop_assert_eq!(read(lines.join("\n").as_bytes()), read(lines.join("\r\n").as_bytes()));
    }

    #[test]
    fn the_beginning_has_the_identity_of_the_whole(
        words in prop::collection::vec("[a-z=é<>&]{1,12}", 1..40),
        rest in prop::collection::vec(line(), 0..20),
        cut in 0usize..2000,
    ) {
        let text = words.join(" ");
        let head = format!(
            "From: a@b.example\nMessage-ID: <1@b.example>\nContent-Type: multipart/mixed; boundary=q\n\n\
             --q\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--q\n"
        );
        let whole = format!("{head}{}", rest.join("\n"));
        let cut = (head.len() + cut).min(whole.len());
        let part = parse(&whole.as_bytes()[..cut], Some(whole.len() as u64));
        prop_assert_eq!(part.identity(), read(whole.as_bytes()).identity());
        prop_assert_eq!(part.truncated, cut < whole.len());
    }

    #[test]
    fn the_beginning_is_the_whole_less_what_was_cut(
        lines in prop::collection::vec(line(), 0..40),
        cut in 0usize..1500,
    ) {
        let head = "From: a@b.example\nTo: c@d.example\nSubject: x\nMessage-ID: <1@b.example>\n";
        let whole = format!("{head}Content-Type: multipart/mixed; boundary=a\n\n{}", lines.join("\n"));
        let header = whole.find("\n\n").unwrap() + 2;
        let cut = whole.floor_char_boundary((header + cut).min(whole.len()));
        let all = read(whole.as_bytes());
        let part = parse(&whole.as_bytes()[..cut], Some(whole.len() as u64));
        common::is_beginning_of(&part, &all).map_err(TestCaseError::fail)?;
        prop_assert_eq!(part.truncated, cut < whole.len());
    }

    #[test]
    fn parts_have_different_numbers(lines in prop::collection::vec(line(), 0..60)) {
        let mail = read(format!("Content-Type: multipart/mixed; boundary=a\n\n{}", lines.join("\n")).as_bytes());
        let mut numbers: Vec<_> = mail.attachments.iter().map(|a| &a.part).collect();
        numbers.sort();
        numbers.dedup();
        prop_assert_eq!(numbers.len(), mail.attachments.len());
    }
}

#[test]
fn a_long_text_cut_behind_its_beginning_keeps_its_identity() {
    let head = "From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n<p>";
    let whole = format!("{head}{}", "long words ".repeat(20_000));
    let part = parse(&whole.as_bytes()[..64 * 1024], Some(whole.len() as u64));
    assert!(part.truncated);
    assert_eq!(part.identity(), parse(whole.as_bytes(), None).identity());
}
