//! What is new in the HTML that mail programs write: each with the frame that
//! the program puts around an answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use inboxlink_message::{Message, parse};
use inboxlink_timeline::{SpanKind, reply_text_of, reply_text_of_html};

/// Client, HTML, what is new, what is the signature.
const CLIENTS: &[(&str, &str, &str, &str)] = &[
    (
        "Gmail",
        r#"<div dir="ltr">Tuesday suits me.<div><br></div><div>Bob</div></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">Xx xx, Ann &lt;<a href="mailto:ann@example.com">ann@example.com</a>&gt; xx:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div dir="ltr">Tuesday?</div></blockquote></div>"#,
        "Tuesday suits me.\n\nBob",
        "",
    ),
    (
        "Gmail, answers between",
        r#"<div class="gmail_quote"><div class="gmail_attr">On Fri Ann wrote:<br></div><blockquote class="gmail_quote"><div>Tuesday?</div></blockquote><div>Yes.</div><blockquote class="gmail_quote"><div>At noon?</div></blockquote><div>At one.</div></div>"#,
        "Yes.\nAt one.",
        "",
    ),
    (
        "Gmail, an indent is no quote",
        r#"<div dir="ltr">I propose:</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>Tuesday.</div></blockquote>"#,
        "I propose:\nTuesday.",
        "",
    ),
    (
        "Gmail, with a signature",
        r#"<div dir="ltr">Yes.<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">Bob Ray<br>Example Ltd</div></div><div class="gmail_quote"><blockquote class="gmail_quote">Tuesday?</blockquote></div>"#,
        "Yes.",
        "--\nBob Ray\nExample Ltd",
    ),
    (
        "Outlook for Windows",
        r#"<div class="WordSection1"><p class="MsoNormal">Tuesday suits me.<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal"><b>Xxxx:</b> Ann Lee &lt;ann@example.com&gt;<br><b>Yyyy:</b> Friday<br><b>Zzz:</b> Bob<br><b>Qqqqq:</b> Tuesday</p></div></div><p class="MsoNormal">Tuesday?</p></div>"#,
        "Tuesday suits me.",
        "",
    ),
    (
        "Outlook on the web",
        r#"<div class="elementToProof">Tuesday suits me.</div><div id="Signature"><p>Bob Ray<br>Example Ltd</p></div><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Ann<br><b>Sent:</b> Friday</div><div>Tuesday?</div>"#,
        "Tuesday suits me.",
        "Bob Ray\nExample Ltd",
    ),
    (
        "Outlook for iOS",
        r#"<div dir="ltr">Tuesday suits me.</div><div id="ms-outlook-mobile-signature"><div>Get <a href="https://aka.ms/x">Outlook for iOS</a></div></div><div id="mail-editor-reference-message-container" class="ms-outlook-mobile-reference-message"><hr><div id="divRplyFwdMsg"><b>Von:</b> Ann</div>Tuesday?</div>"#,
        "Tuesday suits me.",
        "Get Outlook for iOS",
    ),
    (
        "Outlook for Mac",
        r#"<div>Tuesday suits me.</div><span id="OLK_SRC_BODY_SECTION"><div><b>Ann</b></div><div>Tuesday?</div></span>"#,
        "Tuesday suits me.",
        "",
    ),
    (
        "Apple Mail",
        r#"<html><body>Tuesday suits me.<div><br><div><blockquote type="cite"><div>On 3 May 2024, at 10:12, Ann Lee &lt;ann@example.com&gt; wrote:</div><br><div>Tuesday?</div></blockquote></div><br></div></body></html>"#,
        "Tuesday suits me.",
        "",
    ),
    (
        "iPhone",
        r#"<div dir="ltr">Tuesday suits me.</div><div dir="ltr"><br><div id="AppleMailSignature">Sent from my iPhone</div></div><div dir="ltr"><br><blockquote type="cite">On 3 May 2024, at 10:12, Ann &lt;ann@example.com&gt; wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">Tuesday?</div></blockquote>"#,
        "Tuesday suits me.",
        "Sent from my iPhone",
    ),
    (
        "Thunderbird, below and above",
        r#"<div class="moz-cite-prefix">Xx 03.05.24 xx Ann:<br></div><blockquote type="cite" cite="mid:1@example.com"><p>Tuesday?</p></blockquote><p>Tuesday suits me.</p><div class="moz-signature">-- <br>Bob</div>"#,
        "Tuesday suits me.",
        "--\nBob",
    ),
    (
        "Yahoo",
        r#"<div class="ydp1yahoo-style-wrap"><div dir="ltr">Tuesday suits me.</div></div><div id="ydp2yahoo_quoted_1" class="ydp2yahoo_quoted"><div><div>Xx Xxxx, Ann:</div><div><div>Tuesday?</div></div></div></div>"#,
        "Tuesday suits me.",
        "",
    ),
    (
        "Proton",
        r#"<div style="font-family: Arial">Tuesday suits me.</div><div class="protonmail_signature_block"><div>Sent with <a href="https://example.com">Proton Mail</a> secure email.</div></div><div class="protonmail_quote">On Friday, Ann wrote:<br><blockquote class="protonmail_quote" type="cite">Tuesday?</blockquote><br></div>"#,
        "Tuesday suits me.",
        "Sent with Proton Mail secure email.",
    ),
    (
        "Zoho",
        r#"<div>Tuesday suits me.</div><div class="zmail_extra"><div id="Zm-_Id_-Sgn1">---- Xx Xxx, Ann xxxxx ----</div><blockquote>Tuesday?</blockquote></div>"#,
        "Tuesday suits me.",
        "",
    ),
    (
        "Tuta",
        r#"<div dir="auto">Tuesday suits me.</div><div><br></div><blockquote class="tutanota_quote" style="border-left: 1px solid">Tuesday?</blockquote>"#,
        "Tuesday suits me.",
        "",
    ),
    (
        "Spark",
        r#"<div name="messageBodySection"><div dir="auto">Tuesday suits me.</div></div><div name="messageSignatureSection"><br>Bob Ray</div><div name="messageReplySection">Xx 3 Xxx, Ann:<br><blockquote type="cite">Tuesday?</blockquote></div>"#,
        "Tuesday suits me.",
        "Bob Ray",
    ),
    (
        "Hotmail",
        r#"<div dir="ltr">Tuesday suits me.<br><div><hr id="stopSpelling">Xxxx: ann@example.com<br><br>Tuesday?</div></div>"#,
        "Tuesday suits me.",
        "",
    ),
    (
        "GMX",
        r#"<div style="font-family: Verdana"><div>Tuesday suits me.</div><div>&nbsp;</div><div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div><b>Gesendet:</b>&nbsp;Freitag, 03. Mai 2024 um 10:12 Uhr<br><b>Von:</b>&nbsp;Ann &lt;ann@example.com&gt;<br><b>An:</b>&nbsp;bob@example.org<br><b>Betreff:</b>&nbsp;Tuesday</div><div name="quoted-content">Tuesday?</div></div></div>"#,
        "Tuesday suits me.",
        "",
    ),
    (
        "a preheader that nobody sees",
        r#"<div style="display: none">Buy now</div><p>Tuesday suits me.</p>"#,
        "Tuesday suits me.",
        "",
    ),
];

#[test]
fn each_client() {
    for (client, html, new, signature) in CLIENTS {
        let reply = reply_text_of_html(html);
        assert_eq!(reply.new_text(), *new, "{client}: {:?}", reply.spans());
        assert_eq!(reply.signature(), *signature, "{client}");
        // Another program has put its own prefix before the marks.
        let quoted = html
            .replace("class=\"", "class=\"x_")
            .replace("id=\"", "id=\"x_");
        assert_eq!(
            reply_text_of_html(&quoted).new_text(),
            *new,
            "{client}, prefixed"
        );
    }
}

#[test]
fn a_mail_passed_on() {
    let gmail = r#"<div dir="ltr">See below.</div><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>From: Ann</div><br>Tuesday?</div>"#;
    let apple = r#"See below.<br><blockquote type="cite"><div>Begin forwarded message:</div><br><div><b>From: </b>Ann</div><br><div>Tuesday?</div></blockquote>"#;
    for html in [gmail, apple] {
        let reply = reply_text_of_html(html);
        assert_eq!(reply.new_text(), "See below.");
        assert!(
            reply
                .spans()
                .iter()
                .any(|span| span.kind == SpanKind::Forwarded)
        );
        assert!(
            reply
                .spans()
                .iter()
                .all(|span| span.kind != SpanKind::Quoted)
        );
    }
}

#[test]
fn the_html_is_asked_where_the_text_cannot_tell() {
    let mut mail = Message {
        text: Some(format!(
            "Yes.\n\nXx 3 Xxx Ann\n\n{}",
            "Tuesday or another day? ".repeat(9)
        )),
        html: Some(format!(
            "<div>Yes.</div><div class=\"gmail_quote\"><div class=\"gmail_attr\">Xx</div><blockquote>{}</blockquote></div>",
            "Tuesday or another day? ".repeat(9)
        )),
        ..Message::default()
    };
    assert_eq!(reply_text_of(&mail).new_text(), "Yes.");
    // Where they agree the text is the body.
    mail.text = Some("Yes.\n\nOn Fri Ann wrote:\n> Tuesday?".into());
    assert_eq!(reply_text_of(&mail).body(), mail.text.as_deref().unwrap());
}

#[test]
fn flowed_text_is_joined_first() {
    let raw = "From: a@example.com\nContent-Type: text/plain; format=flowed\n\n\
               A paragraph that its \nprogram broke.\n\nOn 3 May 2024 at 10:12, \nAnn wrote:\n> Tuesday \n> then?\n-- \nBob\n";
    let mail = parse(raw.as_bytes(), None);
    let reply = reply_text_of(&mail);
    assert_eq!(reply.new_text(), "A paragraph that its program broke.");
    assert_eq!(reply.signature(), "-- \nBob");
}
