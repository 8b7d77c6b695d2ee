//! Every construct of a mail by itself: each line of a theme is put into the
//! same plain mail, and what is read of it stands in `tests/goldens`, one line
//! each. In LF and in CRLF. `UPDATE_GOLDENS=1` writes those files anew: read
//! the difference before it is committed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::fs;

use inboxlink_message::{Message, parse};
use inboxlink_model::Mailbox;

fn people(list: &[Mailbox]) -> String {
    let shown: Vec<String> = list
        .iter()
        .map(|mailbox| format!("{:?} {}", mailbox.name, mailbox.address))
        .collect();
    shown.join(" | ")
}

fn ids(list: &[inboxlink_model::MessageId]) -> String {
    let shown: Vec<&str> = list.iter().map(|id| id.as_str()).collect();
    shown.join(" | ")
}

fn parts(mail: &Message) -> String {
    let attachments = mail.attachments.iter().map(|a| {
        format!(
            "{} {:?} {} {:?} {}{}",
            a.part,
            a.kind,
            a.content_type,
            a.name.as_deref().unwrap_or_default(),
            a.size,
            a.content_id
                .as_ref()
                .map(|id| format!(" <{id}>"))
                .unwrap_or_default()
        )
    });
    let mut shown = vec![
        format!("text {:?}", mail.text),
        format!("html {:?}", mail.html),
    ];
    shown.extend(attachments);
    if !mail.defects.is_empty() {
        shown.push(format!("{:?}", mail.defects));
    }
    shown.join(" ; ")
}

/// Reads each mail, compares what `show` tells of it with the golden file, and
/// returns how many there were.
fn check(theme: &str, mails: &[String], show: impl Fn(&Message) -> String) -> usize {
    let mut found = String::new();
    for raw in mails {
        let mail = parse(raw.as_bytes(), None);
        assert_eq!(
            mail,
            parse(raw.replace('\n', "\r\n").as_bytes(), None),
            "in CRLF: {raw}"
        );
        let again = serde_json::to_string(&mail).unwrap();
        assert_eq!(
            mail,
            serde_json::from_str::<Message>(&again).unwrap(),
            "as JSON: {raw}"
        );
        let shown = show(&mail);
        found += &format!("{raw:?}\n    {shown}\n");
    }
    let path = format!("{}/tests/goldens/{theme}.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected, "{theme}");
    }
    assert_eq!(found.lines().count(), expected.lines().count(), "{theme}");
    mails.len()
}

/// A mail with one more field.
fn with(name: &str, values: &[&str]) -> Vec<String> {
    let mail = |value: &&str| format!("{name}: {value}\n\nText\n");
    values.iter().map(mail).collect()
}

fn with_body(list: &[&str]) -> Vec<String> {
    list.iter()
        .map(|raw| format!("From: ann@example.com\n{raw}"))
        .collect()
}

#[test]
fn addresses() {
    let mails = with(
        "To",
        &[
            "ann@example.com",
            "<ann@example.com>",
            "Ann <ann@example.com>",
            "Ann Lee<ann@example.com>",
            "\"Lee, Ann\" <ann@example.com>",
            "\"Ann \\\"A\\\" Lee\" <ann@example.com>",
            "Ann (of sales) <ann@example.com>",
            "ann@example.com (Ann Lee)",
            "Ann@Example.COM",
            "=?utf-8?q?Zo=C3=AB?= <zoe@example.org>",
            "=?iso-8859-1?B?Wm/r?= <zoe@example.org>",
            "\"=?utf-8?q?Zo=C3=AB?=\" <zoe@example.org>",
            "Zoë <zoë@bücher.example>",
            "zoe@xn--bcher-kva.example",
            "a@example.com, b@example.com,, c@example.com",
            "a@example.com; b@example.com",
            "Team: a@example.com, B <b@example.com>;",
            "Team: a@example.com; c@example.com",
            "undisclosed-recipients:;",
            "\"ceo@example.com\" <evil@example.net>",
            "ceo@example.com <evil@example.net>",
            "\"a b\"@example.com",
            "a@[192.0.2.1]",
            "a@example",
            "a@b@example.com",
            "no address at all",
            "<>",
            "<ann@example.com",
            "ann@example.com>",
            "Ann\n <ann@example.com>",
            "Ann <ann@\n example.com>",
            "<@relay.example:ann@example.com>",
            "'Ann' <ann@example.com>",
            "Ann <mailto:ann@example.com>",
            "ann @ example.com",
            "\u{202e}moc <ann@example.com>",
            "Ann <ann@example.com> <ben@example.com>",
            "ann+tag@example.com, a.b.c@sub.example.com",
        ],
    );
    assert!(check("addresses", &mails, |mail| people(&mail.to)) >= 38);
}

#[test]
fn ids_of_all_kinds() {
    let mut mails = with(
        "Message-ID",
        &[
            "<1@example.com>",
            "1@example.com",
            "<1 @example.com>",
            "<\"a b\"@example.com>",
            "<1>",
            "<>",
            "1",
            "<1@example.com> (x)",
            "<A@Example.com>",
        ],
    );
    mails.extend(with(
        "In-Reply-To",
        &[
            "<1@example.com>",
            "1@example.com",
            "Your mail of Monday",
            "Ann's mail of Monday <1@example.com>",
            "<1@example.com> <2@example.com>",
            "mail from ann@example.com of Monday",
            "<ann@example.com>",
        ],
    ));
    mails.extend(with(
        "References",
        &[
            "<1@example.com> <2@example.com>",
            "<1@example.com><2@example.com>",
            "<1@example.com>\n <2@example.com>",
            "<1@exam\n ple.com>",
            "<1@example.com>, <2@example.com>",
            "<1@example.com> <1@example.com>",
            "<1@example.com <2@example.com>",
            "1@example.com",
        ],
    ));
    check("ids", &mails, |mail| {
        format!(
            "id {:?} ; in reply to {} ; references {}",
            mail.message_id.as_ref().map(|id| id.as_str()),
            ids(&mail.in_reply_to),
            ids(&mail.references)
        )
    });
}

#[test]
fn subjects() {
    let mails = with(
        "Subject",
        &[
            "Plain",
            "  spaces   inside ",
            "",
            "Caf\u{e9}",
            "=?utf-8?q?Caf=C3=A9?=",
            "=?UTF-8?B?Q2Fmw6k=?=",
            "=?utf-8?q?Caf?= =?utf-8?q?=C3=A9?=",
            "=?utf-8?q?a?=\n =?utf-8?q?b?=",
            "=?utf-8?q?a?= b =?utf-8?q?c?=",
            "=?iso-2022-jp?B?GyRCNEE7ehsoQg==?=",
            "=?koi8-r?B?0NLJ18XU?=",
            "=?windows-1251?Q?=EF=F0=E8=E2=E5=F2?=",
            "=?gb2312?B?xOO6ww==?=",
            "=?x-unknown?q?abc?=",
            "=?utf-8?q?broken",
            "=?utf-8?x?abc?=",
            "=?utf-8?b?!!!?=",
            "a=?utf-8?q?b?=c",
            "=?utf-8*en?q?hello?=",
            "Re: Re: AW: \u{202e}txet",
            "folded\n\tline",
            "=?utf-8?q?a_b=5Fc?=",
            "tab\there",
            "\u{0}nul",
        ],
    );
    check("subjects", &mails, |mail| format!("{:?}", mail.subject));
}

#[test]
fn dates() {
    let mails = with(
        "Date",
        &[
            "Fri, 3 May 2024 10:12:00 +0200",
            "3 May 2024 10:12:00 +0200",
            "Fri, 3 May 2024 10:12 +0200",
            "Fri, 03 May 24 10:12:00 GMT",
            "Fri, 3 May 2024 10:12:00 EST",
            "Fri, 3 May 2024 10:12:00 -0000",
            "Fri, 3 May 2024 10:12:00 +0200 (CEST)",
            "Fri, 3 May 2024 10:12:00",
            "Friday, 3 May 2024 10:12:00 +0000",
            "2024-05-03T10:12:00Z",
            "Fri May 3 10:12:00 2024",
            "Fri, 31 Feb 2024 10:12:00 +0000",
            "Fri, 3 May 2024 25:61:00 +0000",
            "Fri, 3 May 99999 10:12:00 +0000",
            "yesterday",
            "",
            "Fri, 3 May 1969 10:12:00 +0000",
            "Fri, 3 May 2024 23:59:60 +0000",
        ],
    );
    check("dates", &mails, |mail| {
        let date = mail
            .date
            .map(|date| format!("{} {}", date.at.0, date.offset_minutes));
        format!("{date:?}")
    });
}

#[test]
fn texts_in_every_encoding() {
    let mails = with_body(&[
        "\nplain\n",
        "Content-Type: text/plain; charset=utf-8\n\ncafé\n",
        "Content-Type: text/plain; charset=\"UTF-8\"\nContent-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9 =\nsoft=20\n",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nY2Fmw6k=\n",
        "Content-Type: text/plain; charset=iso-8859-15\nContent-Transfer-Encoding: quoted-printable\n\n10 =A4\n",
        "Content-Type: text/plain; charset=utf-7\n\nHi +AOk-\n",
        "Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n\naABpAA==\n",
        "Content-Type: text/plain; charset=shift_jis\nContent-Transfer-Encoding: base64\n\nirSOmg==\n",
        "Content-Type: text/plain; charset=big5\nContent-Transfer-Encoding: base64\n\nuny6cg==\n",
        "Content-Type: text/plain; charset=euc-kr\nContent-Transfer-Encoding: base64\n\nx9Gx2w==\n",
        "Content-Type: text/plain; charset=x-nobody-knows\n\nabc\n",
        "Content-Transfer-Encoding: BASE64\n\nYWJj\n",
        "Content-Transfer-Encoding: x-unknown\n\nabc\n",
        "Content-Transfer-Encoding: quoted-printable\n\na=ZZb=\n",
        "Content-Transfer-Encoding: base64\n\nYW Jj!!\n",
        "Content-Type: text/plain; format=flowed\n\none \ntwo\n> a \n> b\n-- \nAnn\n",
        "Content-Type: text/plain; format=flowed; delsp=yes\n\none \ntwo\n",
        "Content-Type: text\n\nabc\n",
        "Content-Type: ;;;\n\nabc\n",
        "Content-Type: text/html; charset=utf-8\n\n<p>caf&eacute;</p>\n",
        "Content-Type: text/enriched\n\n<bold>x</bold>\n",
        "Content-Type: application/octet-stream\n\nabc\n",
    ]);
    check("texts", &mails, parts);
}

#[test]
fn structures() {
    let mixed = "Content-Type: multipart/mixed; boundary=b\n\n";
    let alternative = "Content-Type: multipart/alternative; boundary=b\n\n";
    let related = "Content-Type: multipart/related; boundary=b\n\n";
    let plain = "--b\nContent-Type: text/plain\n\nplain\n";
    let html = "--b\nContent-Type: text/html\n\n<p>rich</p>\n";
    let png = "--b\nContent-Type: image/png; name=a.png\nContent-ID: <a@x>\nContent-Transfer-Encoding: base64\n\nAAAA\n";
    let inline = "--b\nContent-Type: image/png; name=a.png\nContent-Disposition: inline\nContent-ID: <a@x>\n\nAAAA\n";
    let file = |name: &str| {
        format!(
            "--b\nContent-Type: application/pdf\nContent-Disposition: attachment; {name}\n\nx\n"
        )
    };
    let part = |kind: &str, body: &str| format!("--b\nContent-Type: {kind}\n\n{body}\n");
    let end = "--b--\n";
    let nested = |outer: &str, inner: &str| {
        format!("Content-Type: multipart/{outer}; boundary=o\n\n--o\n{inner}--o--\n")
    };
    let mut list = vec![
        format!("{mixed}{plain}{end}"),
        format!("{mixed}preamble\n{plain}{html}{end}epilogue\n"),
        format!("{alternative}{plain}{html}{end}"),
        format!("{alternative}{html}{plain}{end}"),
        format!("{alternative}{plain}{end}"),
        format!("{related}{html}{png}{end}"),
        format!("{related}{html}{inline}{end}"),
        format!("{related}{html}{plain}{end}"),
        format!("{mixed}{plain}{png}{end}"),
        format!("{mixed}{plain}{inline}{html}{end}"),
        format!("{mixed}{html}{html}{end}"),
        nested("mixed", &format!("{alternative}{plain}{html}{end}")) + "",
        nested("alternative", &format!("{related}{html}{png}{end}")),
        nested("signed", &format!("{mixed}{plain}{end}")),
        format!("{mixed}{plain}{}{end}", file("filename=a.pdf")),
        format!(
            "{mixed}{plain}{}{end}",
            file("filename=\"../../etc/passwd\"")
        ),
        format!("{mixed}{plain}{}{end}", file("filename=\"a\\\"b.pdf\"")),
        format!(
            "{mixed}{plain}{}{end}",
            file("filename*=utf-8''caf%C3%A9.pdf")
        ),
        format!(
            "{mixed}{plain}{}{end}",
            file("filename*0=a; filename*1=b.pdf")
        ),
        format!(
            "{mixed}{plain}{}{end}",
            file("filename*0*=utf-8''caf; filename*1*=%C3%A9.pdf")
        ),
        format!(
            "{mixed}{plain}{}{end}",
            file("filename=\"=?utf-8?q?caf=C3=A9?=.pdf\"")
        ),
        format!(
            "{mixed}{plain}{}{end}",
            file("filename=\"\u{202e}fdp.exe\"")
        ),
        format!("{mixed}{plain}{}{end}", file("filename=CON")),
        format!(
            "{mixed}{plain}{}{end}",
            part("message/rfc822", "Subject: inner\n\ninner text")
        ),
        format!(
            "{mixed}{}{plain}{end}",
            part(
                "message/rfc822",
                "Content-Type: message/rfc822\n\nSubject: x\n\ninner"
            )
        ),
        format!("{mixed}{plain}{}{end}", part("application/ms-tnef", "x")),
        format!(
            "{mixed}{plain}{}{end}",
            part(
                "text/calendar; method=REQUEST",
                "BEGIN:VCALENDAR\nCOMMENT:Later?\nEND:VCALENDAR"
            )
        ),
        format!(
            "{alternative}{plain}{}{end}",
            part(
                "text/calendar; method=REPLY",
                "BEGIN:VCALENDAR\nEND:VCALENDAR"
            )
        ),
        format!(
            "{mixed}{plain}{}{end}",
            part("text/x-vcard; name=a.vcf", "BEGIN:VCARD")
        ),
        format!(
            "Content-Type: multipart/signed; boundary=b; protocol=\"application/pgp-signature\"\n\n{plain}{}{end}",
            part("application/pgp-signature", "x")
        ),
        format!(
            "Content-Type: multipart/signed; boundary=b\n\n{plain}{}{end}",
            part("application/pkcs7-signature", "x")
        ),
        format!(
            "Content-Type: multipart/encrypted; boundary=b\n\n{}{}{end}",
            part("application/pgp-encrypted", "Version: 1"),
            part("application/octet-stream", "x")
        ),
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nx\n".to_owned(),
        "Content-Type: application/pkcs7-mime; smime-type=signed-data\n\nx\n".to_owned(),
        format!(
            "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\n1\n--b\n\nSubject: two\n\n2\n{end}"
        ),
        format!(
            "Content-Type: multipart/report; boundary=b; report-type=delivery-status\n\n{plain}{}{end}",
            part(
                "message/delivery-status",
                "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; ann@example.com\nAction: failed\nStatus: 5.1.1"
            )
        ),
        format!("{mixed}{plain}"),
        format!("{mixed}--b\nContent-Type: text/plain\n\ncut in the mid"),
        format!("{mixed}{end}"),
        "Content-Type: multipart/mixed\n\nno boundary\n".to_owned(),
        "Content-Type: multipart/mixed; boundary=nowhere\n\ntext\n".to_owned(),
        format!("{mixed}--b \nContent-Type: text/plain\n\nspaces after\n--b-- \n"),
        format!("{mixed}--bb\n\nnot ours\n{plain}{end}"),
        format!("{mixed}--b\n\n--b\n\n--b--\n"),
        format!("{mixed}{plain}{end}{plain}"),
    ];
    list.push(format!(
        "{mixed}{plain}--b\nContent-Type: text/plain; name=a.txt\n\na named text\n{end}"
    ));
    list.push(format!("{mixed}{plain}--b\nContent-Type: text/plain\nContent-Disposition: inline\n\na postscript\n{end}"));
    let list: Vec<&str> = list.iter().map(String::as_str).collect();
    check("structures", &with_body(&list), parts);
}

#[test]
fn what_machines_write() {
    let mut mails = Vec::new();
    for (name, value) in [
        ("Auto-Submitted", "auto-replied (vacation)"),
        ("Auto-Submitted", "no"),
        ("Precedence", "BULK"),
        ("List-Id", "Talk <talk.example.org>"),
        (
            "List-Unsubscribe",
            "<mailto:x@example.org>, <https://example.org/u>",
        ),
        ("List-Post", "<mailto:talk@example.org>"),
        ("Return-Path", "<>"),
        ("Return-Path", "<b@example.com>"),
        ("Delivered-To", "rep@example.com"),
        ("X-Failed-Recipients", "a@example.com"),
        ("X-Autoreply", "yes"),
        ("Thread-Index", "AQHa"),
        (
            "Authentication-Results",
            "mx.example.com; spf=pass smtp.mailfrom=a@example.org; dkim=pass header.d=example.org",
        ),
        ("Authentication-Results", "mx.example.com 1; none"),
        (
            "Authentication-Results",
            "(c) MX.example.com; dmarc=fail (p=none (x)) header.from=example.net",
        ),
        ("Sender", "Bot <bot@example.com>"),
        ("Reply-To", "a@example.com, b@example.com"),
        ("X-Nobody-Knows", "x"),
    ] {
        mails.push(format!("From: ann@example.com\n{name}: {value}\n\nText\n"));
    }
    check("machines", &mails, |mail| {
        let mut automation = serde_json::to_value(&mail.automation).unwrap();
        automation.as_object_mut().unwrap().retain(|_, value| {
            !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty())
        });
        format!(
            "{automation} ; sender {} ; reply to {} ; authentication {}",
            people(mail.sender.as_slice()),
            people(&mail.reply_to),
            serde_json::to_string(&mail.authentication).unwrap()
        )
    });
}
