use async_imap::imap_proto::Response;
use proptest::prelude::*;

use super::*;

/// What becomes of bytes: how many responses, or what is wrong.
fn verdict(bytes: &[u8]) -> Result<u64, Violation> {
    let mut framing = Framing::new();
    framing.feed(bytes).map_err(|(_, why)| why)?;
    assert!(
        framing.is_between_responses(),
        "{:?}",
        String::from_utf8_lossy(bytes)
    );
    Ok(framing.responses())
}

#[test]
fn what_we_ask_for_passes() {
    for response in [
        "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] Dovecot ready.\r\n",
        "* CAPABILITY IMAP4rev1 IDLE\r\n",
        "* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent (old) \\\"x\\\"\"\r\n",
        "* LIST () NIL {5}\r\na\r\nb \r\n",
        "* STATUS {3}\r\na\"b (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 5)\r\n",
        "* FLAGS (\\Answered \\Seen $Forwarded)\r\n",
        "* OK [PERMANENTFLAGS (\\Seen \\*)] Limited\r\n",
        "* 23 EXISTS\r\n* 1 RECENT\r\n* 5 EXPUNGE\r\n",
        "* SEARCH\r\n* SEARCH 1 2 3 \r\n",
        "* ID (\"name\" \"x\" \"note\" NIL)\r\n* ID NIL\r\n",
        "* 1 FETCH (UID 4 FLAGS (\\Seen) INTERNALDATE \"01-Jan-1970 00:00:00 +0000\" BODY[]<0> {11}\r\n((((\r\n\"{9}\0)\r\n",
        "* 1 FETCH (UID 4 BODY[] {0}\r\n)\r\n",
        "+ idling\r\n+\r\n+ VXNlcg==\r\n",
        "i1 OK [READ-ONLY] Done {x} \u{fc}.\r\ni2 NO\r\n",
        "* BYE [UNAVAILABLE] (((((((((((((((((((((((((((((((((((((((((((((((((((\r\n",
    ] {
        assert_eq!(
            verdict(response.as_bytes()).map(|n| n > 0),
            Ok(true),
            "{response:?}"
        );
    }
}

#[test]
fn what_breaks_the_parser_is_refused() {
    let nested = format!("* 1 FETCH (X {}\r\n", "(".repeat(100));
    let quoted = format!("* LIST () \"/\" \"{}\"\r\n", "(".repeat(100));
    let long = format!("* SEARCH{}\r\n", " 4294967295".repeat(30_000));
    let many =
        "* 1 FETCH (A {4194304}\r\n".to_owned() + &"x".repeat(4_194_304) + " B {4194304}\r\n";
    for (bytes, why) in [
        (&*nested, Violation::Nesting),
        (&*quoted, Violation::Nesting),
        (&*long, Violation::Line),
        (&*many, Violation::Response),
        ("* 1 FETCH (BODY[] {4194305}\r\n", Violation::Literal),
        (
            "* 1 FETCH (BODY[] {99999999999999999999999}\r\n",
            Violation::Literal,
        ),
        ("* 1 FETCH (BODYSTRUCTURE (\r\n", Violation::Unasked),
        ("* 1 FETCH (BODY (\r\n", Violation::Unasked),
        (
            "* 1 FETCH (UID 1 internaldate NIL)\r\n",
            Violation::InternalDate,
        ),
        ("* METADATA \"\u{ff}\" ()\r\n", Violation::Unasked),
        ("* NAMESPACE NIL NIL NIL\r\n", Violation::Unasked),
        ("* OK [ALERT]\u{e9}\r\n", Violation::Code),
        ("i1 NO [ALERT]\u{e9}\r\n", Violation::Code),
        ("+ [ALERT]\u{e9}\r\n", Violation::Code),
        ("+[ALERT]\u{e9}\r\n", Violation::Code),
    ] {
        assert_eq!(verdict(bytes.as_bytes()), Err(why), "{:.60?}", bytes);
    }
}

/// Where the parser could take for content what we take for structure, or the
/// other way round, a server could hide anything.
#[test]
fn ambiguous_literals_are_refused() {
    for bytes in [
        "* OK {5}\r\n",
        "* NO [BADCHARSET ({5}\r\n",
        "i1 BAD {5}\r\n",
        "+ {5}\r\n",
        "* 1 FETCH (X {5+}\r\n",
        "* 1 FETCH (X ~{5}\r\n",
        "* 1 FETCH (X y{5}\r\n",
        "* 1 FETCH (X ({5}\r\n",
        "* 1 FETCH (X (\") Y \") Z \" W (\" {5}\r\n",
        "* 1 FETCH (X a\" Y (\" {5}\r\n",
        "* 1 FETCH (X \"a\\x\" {5}\r\n",
        "* 1 FETCH (X \"a\"{5}\r\n",
        "* LIST () \"/\" \"a\r\n",
        "* LIST () \"/\" a\0\r\n",
        "* 1 FETCH (X \r\n)\r\n",
        "* 1 EXISTS\n",
        "* 1 EXISTS\rx",
        "* 1 FETCH )\r\n",
        "*\r\n",
        "\r\n",
    ] {
        assert_eq!(
            verdict(bytes.as_bytes()),
            Err(Violation::Syntax),
            "{bytes:?}"
        );
    }
}

#[test]
fn the_tail_holds_structure_only() {
    let mut framing = Framing::new();
    let line = b"* 1 FETCH (UID 7 X \"secret\" BODY[] {6}\r\nsecret FLAGS (";
    framing.feed(line).unwrap();
    assert_eq!(framing.tail(), "* 1 FETCH (UID 7 X \"\" BODY[] {6} FLAGS (");
}

/// Pieces out of which a hostile server would build.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "* ",
            "1 ",
            "FETCH ",
            "(",
            ")",
            " ",
            "\r\n",
            "\"",
            "\\",
            "{3}\r\n",
            "{0}\r\n",
            "abc",
            "UID ",
            "FLAGS ",
            "INTERNALDATE ",
            "NIL",
            "BODY[] ",
            "BODY[]<0> ",
            "BODYSTRUCTURE ",
            "OK ",
            "NO ",
            "[ALERT]",
            "[UIDNEXT 5]",
            "[BADCHARSET (",
            "é",
            "LIST ",
            "SEARCH ",
            "STATUS ",
            "EXISTS",
            "i1 ",
            "+ ",
            "[",
            "]",
            "{",
            "}",
            "~",
            "X-GM-MSGID 7",
            "EMAILID ",
            "MODSEQ ",
            "ID ",
            "METADATA ",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    let body = prop::collection::vec(piece, 0..24).prop_map(|parts| parts.concat());
    let head = prop::sample::select(vec![
        "",
        "* 1 FETCH (",
        "* OK ",
        "* LIST () ",
        "i1 NO ",
        "* STATUS ",
    ]);
    (head, body).prop_map(|(head, body)| [head.as_bytes(), &body, b")\r\n"].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn chunks_change_nothing(bytes in pieces(), cuts in prop::collection::vec(1usize..9, 1..40)) {
        let mut whole = Framing::new();
        let at_once = whole.feed(&bytes);
        let mut chunked = Framing::new();
        let (mut rest, mut fed, mut outcome) = (&*bytes, 0, Ok(()));
        for cut in cuts.iter().cycle() {
            if rest.is_empty() || outcome.is_err() { break }
            let (chunk, after) = rest.split_at((*cut).min(rest.len()));
            outcome = chunked.feed(chunk).map_err(|(usable, why)| (fed + usable, why));
            (rest, fed) = (after, fed + chunk.len());
        }
        prop_assert_eq!(at_once, outcome);
        prop_assert_eq!(whole.responses(), chunked.responses());
        prop_assert_eq!(whole.tail(), chunked.tail());
    }

    /// The parser never panics on what is let through, and never reads a
    /// response's end elsewhere than we do.
    #[test]
    fn the_parser_agrees(bytes in pieces()) {
        let mut framing = Framing::new();
        let usable = framing.feed(&bytes).map_or_else(|(usable, _)| usable, |()| bytes.len());
        let mut rest = &bytes[..usable];
        while let Some(len) = response_len(rest) {
            match Response::parse(rest) {
                Ok((after, _)) => prop_assert_eq!(rest.len() - after.len(), len),
                Err(error) if error.is_incomplete() => {
                    prop_assert!(false, "{:?}", String::from_utf8_lossy(&rest[..len]));
                }
                // It ends the connection.
                Err(_) => break,
            }
            rest = &rest[len..];
        }
        let _ = Response::parse(rest);
    }
}

/// The length of the first response, if it is complete.
fn response_len(bytes: &[u8]) -> Option<usize> {
    let mut framing = Framing::new();
    bytes
        .iter()
        .position(|byte| {
            framing.feed(&[*byte]).unwrap();
            framing.responses() == 1
        })
        .map(|at| at + 1)
}
