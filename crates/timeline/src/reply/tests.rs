//! Whole bodies, and the laws that hold for every body.

use proptest::prelude::*;

use super::*;

fn new_text(body: &str) -> String {
    reply_text(body).new_text()
}

#[test]
fn top_posting() {
    for quote in [
        "On 3 May 2024 at 10:12, Ann <ann@example.com> wrote:\n> Tuesday?\n",
        "On 3 May 2024 at 10:12, Ann <ann@example.com> wrote:\n\nTuesday?\n",
        "-----Original Message-----\nFrom: Ann\nSent: Friday\nTo: Bob\nSubject: x\n\nTuesday?\n",
        "________________________________\nVon: Ann\nGesendet: Freitag\nAn: Bob\nBetreff: x\n\nTuesday?\n",
        "Ann Lee@EX\n04/30/2001 04:51 PM\n\t\t\n To: Bob\n cc: \n Subject: x\n\nTuesday?\n",
        "---------- Forwarded message ---------\nFrom: Ann\n\nTuesday?\n",
        "2013/7/20 Ann via Forum <forum@example.com>\n\n| Tuesday?\n|\n",
    ] {
        assert_eq!(
            new_text(&format!("Fine.\n\nBob\n\n{quote}")),
            "Fine.\n\nBob",
            "{quote}"
        );
    }
}

#[test]
fn inline_and_bottom_replies_stay() {
    let body = "Ann wrote:\n> Tuesday?\nYes.\n> At noon?\n\nBetter at one.\n\n-- \nBob\n";
    let reply = reply_text(body);
    assert_eq!(reply.new_text(), "Yes.\n\nBetter at one.");
    assert_eq!(reply.signature(), "-- \nBob");
    let kinds: Vec<_> = reply.spans().iter().map(|span| span.kind).collect();
    use SpanKind::{Attribution, New, Quoted, Signature};
    assert_eq!(kinds, [Attribution, Quoted, New, Quoted, New, Signature]);
}

#[test]
fn text_under_an_attribution_at_the_top_stays() {
    let body = "On 3 May 2024 at 10:12, Ann <ann@example.com> wrote:\n\nTuesday?\n\nYes.\n";
    assert_eq!(new_text(body), "Tuesday?\n\nYes.");
}

#[test]
fn prose_that_looks_like_a_mark_stays() {
    for body in [
        "On this day\n\nI wrote something\n\nof interest.",
        "To summarise: From: here on it is simple.\nSubject matter: none.",
        "As the manual of 2016 wrote:\nturn it off.\n",
        "a | b\n| c",
        "    indented",
    ] {
        assert_eq!(new_text(body), body.trim_end(), "{body}");
    }
}

#[test]
fn html_by_the_marks_of_clients() {
    for quote in [
        r#"<div class="gmail_quote"><div dir="ltr" class="gmail_attr">Den Fr skrev <b>Ann</b><br></div><blockquote class="gmail_quote">Tuesday?</blockquote></div>"#,
        r#"<div class="moz-cite-prefix">xx Ann xx</div><blockquote type="cite"><p>Tuesday?</p></blockquote>"#,
        r#"<hr><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Ann</div><div>Tuesday?</div>"#,
        r#"<div id="ydp_yahoo_quoted_1" class="yahoo_quoted">Ann:<div>Tuesday?</div></div>"#,
    ] {
        let html = format!("<style>p {{}}</style><div>Fine &amp; good.<br>Bob</div>{quote}");
        assert_eq!(
            reply_text_of_html(&html).new_text(),
            "Fine & good.\nBob",
            "{quote}"
        );
    }
}

#[test]
fn text_comes_before_html() {
    let mut message = Message {
        text: Some("plain".into()),
        html: Some("<p>rich</p>".into()),
        ..Message::default()
    };
    assert_eq!(reply_text_of(&message).new_text(), "plain");
    message.text = Some(" \n".into());
    assert_eq!(reply_text_of(&message).new_text(), "rich");
    message.html = None;
    assert_eq!(reply_text_of(&message).new_text(), "");
}

/// Lines of the shapes that the code looks for, and others.
fn body() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("On 3 May 2024 at 10:12, Ann <a@b.c> wrote:".to_owned()),
        Just("From: a".to_owned()),
        Just("To: a".to_owned()),
        Just("Subject: a".to_owned()),
        Just("-- ".to_owned()),
        Just("-----Original Message-----".to_owned()),
        Just("04/30/2001 04:51 PM".to_owned()),
        Just("<".to_owned()),
        Just("> wrote:".to_owned()),
        Just(String::new()),
        ".{0,20}",
    ];
    (
        prop::collection::vec(line, 0..20),
        prop_oneof![Just("\n"), Just("\r\n")],
    )
        .prop_map(|(lines, end)| lines.join(end))
}

proptest! {
    #[test]
    fn spans_cover_the_body_exactly(body in body()) {
        let reply = reply_text(&body);
        let whole: String = reply.spans().iter().map(|span| reply.text_of(span)).collect();
        prop_assert_eq!(&whole, &body);
        prop_assert!(reply.spans().windows(2).all(|pair| pair[0].kind != pair[1].kind));
    }

    #[test]
    fn line_ends_do_not_matter(body in "[a-z>: \n]{0,80}") {
        let unix = new_text(&body);
        let dos = new_text(&body.replace('\n', "\r\n"));
        prop_assert_eq!(dos.replace("\r\n", "\n"), unix);
    }

    #[test]
    fn any_html_is_read(html in "(<|>|/|div|blockquote|class=|gmail_attr|<!--|-->|&amp;|&|#x41;|é| |\n){0,60}") {
        let reply = reply_text_of_html(&html);
        let end = reply.spans().last().map_or(0, |span| span.range.end);
        prop_assert_eq!(end, reply.body().len());
    }
}

#[test]
fn hostile_bodies_take_linear_time() {
    for unit in [
        "On 1 at 10:10 <\n",
        "> ",
        "wrote:\n",
        "From: a\n",
        "a:\n",
        "04/30/2001 04:51 PM\n",
        "--\n",
        "=09",
        "[",
        "1:1 ",
        "@",
        "sent from my \n",
    ] {
        let body = unit.repeat(300_000 / unit.len());
        assert!(
            reply_text(&body).spans().len() <= crate::MAX_REPLY_LINES,
            "{unit}"
        );
    }
    for unit in [
        "<",
        "<a",
        "<div>",
        "<!--",
        "<script>",
        "&",
        "</",
        "<p>",
        "<blockquote>",
    ] {
        let html = unit.repeat(300_000 / unit.len());
        assert!(
            reply_text_of_html(&html).body().len() <= 2 * html.len() + 1,
            "{unit}"
        );
    }
}
