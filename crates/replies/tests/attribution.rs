//! The attribution matrix: how mail programs and servers mangle an answer, and
//! what is made of it. Every mail is read from its bytes.
#![allow(clippy::unwrap_used)] // a test may stop at the first surprise

use inboxlink_message::{Context, classify, parse};
use inboxlink_model::{Address, Direction, Identity, MessageId, OwnAddresses, Timestamp};
use inboxlink_replies::{
    Circumstances, MailFacts, Outbound, SenderRelation, SentBox, Strength, TokenKey, Via,
    attribute_among, compile, ids_given_by, when,
};

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

/// Two mails of ours in one thread: the offer to Ann and Bob, and a second one.
fn sent() -> SentBox {
    let sent_at = Some(Timestamp::from_seconds(1_700_000_000));
    let mut sent = SentBox::default().with_key(TokenKey::new([7; 32]));
    let ses = ids_given_by("email-smtp.eu-west-1.amazonaws.com", "250 Ok 0102018c-ab");
    let exchange = MessageId::new("AM0PR01@eurprd01.prod.exchange.example");
    let mut offer = Outbound {
        identity: Identity::from(1),
        message_id: MessageId::new("offer@us.example").unwrap(),
        aliases: ses.into_iter().chain(exchange).collect(),
        sent_at,
        from: address("sales@us.example"),
        recipients: vec![address("ann@customer.example"), address("bob@gmail.com")],
        subject: "Your offer".into(),
    };
    sent.put(offer.clone());
    offer.identity = Identity::from(2);
    offer.message_id = MessageId::new("second@us.example").unwrap();
    offer.aliases.clear();
    offer.sent_at = Some(Timestamp::from_seconds(1_700_003_600));
    offer.subject = "Re: Your offer".into();
    sent.put(offer);
    sent.put_person([address("ann@customer.example"), address("ann@home.example")]);
    sent
}

/// A row: what it is, the header, the text; which mail is found, by what, who
/// answers, and whether `reply()` holds.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    Option<(u64, Via, SenderRelation)>,
    bool,
);

const DATE: &str = "Date: Wed, 15 Nov 2023 08:00:00 +0000";

#[test]
fn the_matrix() {
    use SenderRelation::{Other, Recipient, SameContact, SameDomain};
    let (sent, key) = (sent(), TokenKey::new([7; 32]));
    let token = key.token(Identity::from(1));
    let forged = TokenKey::new([8; 32]).token(Identity::from(1));
    let rows: &[Row] = &[
        (
            "plain",
            "From: ann@customer.example\nIn-Reply-To: <offer@us.example>\nReferences: <offer@us.example>",
            "Yes",
            Some((1, Via::InReplyTo, Recipient)),
            true,
        ),
        (
            "SES replaced our id",
            "From: ann@customer.example\nIn-Reply-To: <0102018c-ab@eu-west-1.amazonses.com>",
            "Yes",
            Some((1, Via::InReplyTo, Recipient)),
            true,
        ),
        (
            "SES and iOS, which drops References",
            "From: ann@customer.example\nIn-Reply-To: <0102018c-ab@eu-west-1.amazonses.com>\nX-Mailer: iPhone Mail (21B101)\nSubject: Re: Your offer",
            "Yes",
            Some((1, Via::InReplyTo, Recipient)),
            true,
        ),
        (
            "Exchange overwrote our id",
            "From: ann@customer.example\nIn-Reply-To: <AM0PR01@eurprd01.prod.exchange.example>",
            "Yes",
            Some((1, Via::InReplyTo, Recipient)),
            true,
        ),
        (
            "Exchange dropped In-Reply-To",
            "From: ann@customer.example\nX-MS-Exchange-Parent-Message-Id: <offer@us.example>",
            "Yes",
            Some((1, Via::ExchangeParent, Recipient)),
            true,
        ),
        (
            "only References",
            "From: ann@customer.example\nReferences: <x@y.example> <offer@us.example>",
            "Yes",
            Some((1, Via::References, Recipient)),
            true,
        ),
        (
            "an unknown parent, ours further up",
            "From: ann@customer.example\nIn-Reply-To: <z@customer.example>\nReferences: <offer@us.example> <z@customer.example>",
            "Yes",
            Some((1, Via::References, Recipient)),
            true,
        ),
        (
            "an answer to an answer: the newest of ours",
            "From: ann@customer.example\nIn-Reply-To: <z@y.example>\nReferences: <offer@us.example> <a@customer.example> <second@us.example> <z@y.example>",
            "Yes",
            Some((2, Via::References, Recipient)),
            true,
        ),
        (
            "a token in the address",
            "From: ann@customer.example\nTo: Sales <sales+TOKEN@us.example>",
            "Yes",
            Some((1, Via::AddressToken, Recipient)),
            true,
        ),
        (
            "a token in Delivered-To",
            "From: ann@customer.example\nDelivered-To: sales+TOKEN@us.example",
            "Yes",
            Some((1, Via::AddressToken, Recipient)),
            true,
        ),
        (
            "a token as second id, our first one lost",
            "From: ann@customer.example\nReferences: <TOKEN@us.example>",
            "Yes",
            Some((1, Via::References, Recipient)),
            true,
        ),
        (
            "a token in the quotation",
            "From: ann@customer.example",
            "Yes\n> https://us.example/o/TOKEN",
            Some((1, Via::QuotedToken, Recipient)),
            true,
        ),
        (
            "a token made up",
            "From: ann@customer.example\nTo: sales+FORGED@us.example",
            "Yes",
            None,
            false,
        ),
        (
            "another address of hers",
            "From: ann@home.example\nIn-Reply-To: <offer@us.example>",
            "Yes",
            Some((1, Via::InReplyTo, SameContact)),
            true,
        ),
        (
            "with a tag",
            "From: ann+crm@customer.example\nIn-Reply-To: <offer@us.example>",
            "Yes",
            Some((1, Via::InReplyTo, Recipient)),
            true,
        ),
        (
            "delegated: her assistant sends",
            "From: ann@customer.example\nSender: assistant@customer.example\nIn-Reply-To: <offer@us.example>",
            "Yes",
            Some((1, Via::InReplyTo, Recipient)),
            true,
        ),
        (
            "delegated: her assistant answers",
            "From: assistant@customer.example\nIn-Reply-To: <offer@us.example>",
            "Yes",
            Some((1, Via::InReplyTo, SameDomain)),
            true,
        ),
        (
            "into another teammate's inbox",
            "From: bob@gmail.com\nTo: support@us.example\nIn-Reply-To: <offer@us.example>",
            "Yes",
            Some((1, Via::InReplyTo, Recipient)),
            true,
        ),
        (
            "forged: a stranger cites our id",
            "From: eve@evil.example\nIn-Reply-To: <offer@us.example>",
            "Pay me",
            Some((1, Via::InReplyTo, Other)),
            false,
        ),
        (
            "forged: the same free provider",
            "From: eve@gmail.com\nIn-Reply-To: <offer@us.example>",
            "Pay me",
            Some((1, Via::InReplyTo, Other)),
            false,
        ),
        (
            "forged: a domain that ends alike",
            "From: ann@customer.example.evil.example\nReferences: <offer@us.example>",
            "Pay me",
            Some((1, Via::References, Other)),
            false,
        ),
        (
            "a forward without our id",
            "From: ann@customer.example\nSubject: Fwd: Your offer",
            "See below",
            None,
            false,
        ),
        (
            "a new mail",
            "From: ann@customer.example\nSubject: Lunch?",
            "Yes",
            None,
            false,
        ),
        (
            "no id at all: a guess, which fires nothing",
            "From: ann@customer.example\nSubject: AW: Your offer",
            "Yes",
            Some((2, Via::SubjectAndSender, Recipient)),
            false,
        ),
        (
            "a guess needs somebody we wrote to",
            "From: eve@evil.example\nSubject: Re: Your offer",
            "Yes",
            None,
            false,
        ),
        (
            "names itself",
            "From: ann@customer.example\nMessage-ID: <offer@us.example>\nIn-Reply-To: <offer@us.example>",
            "Yes",
            None,
            false,
        ),
        (
            "her absence",
            "From: ann@customer.example\nAuto-Submitted: auto-replied\nIn-Reply-To: <offer@us.example>",
            "I am away",
            Some((1, Via::InReplyTo, Recipient)),
            false,
        ),
        (
            "a delivery report",
            "From: MAILER-DAEMON@relay.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
            "--b\n\nSorry\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.example\n\nFinal-Recipient: rfc822; ann@customer.example\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <offer@us.example>\n\n--b--",
            Some((1, Via::DeliveryReport, Recipient)),
            false,
        ),
        (
            "a read receipt",
            "From: ann@customer.example\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b",
            "--b\n\nRead\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; ann@customer.example\nOriginal-Message-ID: <offer@us.example>\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--b--",
            Some((1, Via::ReadReceipt, Recipient)),
            false,
        ),
    ];
    let own: OwnAddresses = [address("sales@us.example")].into_iter().collect();
    let reply = compile(&when::reply()).unwrap();
    for (what, header, text, expected, fires) in rows {
        let fill = |text: &str| text.replace("TOKEN", &token).replace("FORGED", &forged);
        let raw = format!("{DATE}\n{}\n\n{}", fill(header), fill(text));
        let message = parse(raw.as_bytes(), None);
        let found = attribute_among(&message, &sent);
        let seen = found
            .as_ref()
            .map(|found| (found.outbound, found.via, found.sender));
        let expected = expected.map(|(mail, via, who)| (Identity::from(mail), via, who));
        assert_eq!(seen, expected, "{what}");
        if let Some(found) = &found {
            let guess = found.via == Via::SubjectAndSender;
            assert_eq!(found.strength == Strength::Probable, guess, "{what}");
        }
        let facts = MailFacts {
            message: &message,
            verdict: &classify(&message, &Context { own: &own }),
            attribution: found.as_ref(),
            direction: Direction::Inbound,
            new_text: "",
            around: Circumstances::default(),
        };
        assert_eq!(reply.matches(&facts), *fires, "{what}");
    }
}
