use super::*;
use crate::parse;

fn judge(raw: &str) -> Verdict {
    let own: OwnAddresses = ["rep@example.com".parse().unwrap()].into_iter().collect();
    classify(&parse(raw.as_bytes(), None), &Context { own: &own })
}

fn class(header: &str, text: &str) -> Class {
    judge(&format!("{header}\n\n{text}")).class
}

const PERSON: &str =
    "From: Ann <ann@example.org>\nTo: rep@example.com\nIn-Reply-To: <1@example.com>";

#[test]
fn people_stay_people() {
    for (header, text) in [
        ("Subject: Re: Offer", "Yes."),
        (
            "Subject: Re: Ann is out of the office.",
            "She is on holiday.",
        ),
        ("Subject: Re: Automatic reply: Offer", "Back again."),
        ("Auto-Submitted: no", "Yes."),
        ("Precedence: bulk", "Yes."),
        ("X-Auto-Response-Suppress: All", "Yes."),
        ("List-Unsubscribe: <mailto:u@example.net>", "Yes."),
        (
            "Disposition-Notification-To: ann@example.org",
            "Please confirm.",
        ),
        (
            "Subject: Bounce",
            "I got: 550 user unknown. Is your mailbox full?",
        ),
        ("X-Loop: ann@example.org", "Yes."),
        (
            "X-MS-Exchange-Inbox-Rules-Loop: ann@example.org",
            "Redirected by a rule.",
        ),
    ] {
        let verdict = judge(&format!("{PERSON}\n{header}\n\n{text}"));
        assert!(verdict.human, "{header}: {verdict:?}");
        assert!(!verdict.evidence.is_empty());
    }
    for from in ["postmaster@example.org", "no-reply@example.org"] {
        let header =
            format!("From: Bob <{from}>\nIn-Reply-To: <1@example.com>\nSubject: Re: Offer");
        assert_eq!(class(&header, "Hi, it is Bob."), Class::Human, "{from}");
    }
}

#[test]
fn machines_are_named() {
    for (header, text, expected) in [
        ("From: MAILER-DAEMON", "x", Class::Bounce),
        (
            "From: no-reply@sns.b.example\nFeedback-ID: x",
            r#"{"Message" : "{\"notificationType\":\"Bounce\"}"}"#,
            Class::Bounce,
        ),
        (
            "From: no-reply@b.example\nFeedback-ID: x",
            r#"{"notificationType":"Delivery"}"#,
            Class::Notification,
        ),
        (
            "From: relay@b.example\nSubject: Your mail",
            "*****\nYour message could not be delivered to\n<c@d.example>",
            Class::Bounce,
        ),
        (
            "From: Relay <relay@b.example>\nSubject: Your mail",
            "Your message could not be delivered to\n<c@d.example>",
            Class::Human,
        ),
        (
            "From: relay@b.example\nSubject: Your mail",
            "Hi, your message could not be delivered to Bob, he moved.",
            Class::Human,
        ),
        (
            "From: a@b.example\nX-Failed-Recipients: c@d.example",
            "x",
            Class::Bounce,
        ),
        (
            "From: postmaster@b.example\nSubject: Undeliverable: x",
            "x",
            Class::Bounce,
        ),
        (
            "From: x@b.example\nReturn-Path: <>\nSubject: x",
            "User unknown",
            Class::Bounce,
        ),
        (
            "From: x@b.example\nSubject: Returned mail",
            "No such user",
            Class::Bounce,
        ),
        (
            "From: daemon@b.example\nAuto-Submitted: auto-replied\nX-Failed-Recipients: c@d.example",
            "",
            Class::Bounce,
        ),
        (
            "From: a@b.example\nAuto-Submitted: auto-replied (away)",
            "x",
            Class::AutoReply,
        ),
        (
            "From: a@b.example\nAuto-Submitted: auto-generated",
            "x",
            Class::Notification,
        ),
        (
            "From: a@b.example\nX-Apple-Action: VACATION/1",
            "x",
            Class::AutoReply,
        ),
        (
            "From: a@b.example\nPrecedence: auto_reply",
            "x",
            Class::AutoReply,
        ),
        (
            "From: a@b.example\nSubject: Abwesenheitsnotiz: x",
            "x",
            Class::AutoReply,
        ),
        (
            "From: a@b.example\nReturn-Path: <>",
            "Thanks",
            Class::AutoReply,
        ),
        (
            "From: a@b.example\nList-Id: <l.b.example>",
            "x",
            Class::List,
        ),
        (
            "From: a@b.example\nList-Id: <l>\nList-Unsubscribe-Post: x",
            "x",
            Class::Notification,
        ),
        (
            "From: noreply@b.example",
            "Your invoice",
            Class::Notification,
        ),
        ("From: rep@example.com", "x", Class::Team),
        (
            "From: a@b.example\nSubject: complaint about message from 192.0.2.1\nContent-Type: message/rfc822",
            "A: b",
            Class::Complaint,
        ),
        (
            "From: a@b.example\nDelivered-To: Autoresponder",
            "x",
            Class::AutoReply,
        ),
        (
            PERSON,
            "This account is protected by X. Be added to the allowed list: https://x.example",
            Class::Challenge,
        ),
    ] {
        assert_eq!(class(header, text), expected, "{header}");
    }
}

#[test]
fn further_evidence_stands_behind_the_first() {
    let verdict = judge(
        "From: a@b.example\nX-Failed-Recipients: c@d.example\nAuto-Submitted: auto-replied\n\n",
    );
    let rules: Vec<_> = verdict.evidence.iter().map(|e| e.rule.as_ref()).collect();
    assert_eq!(rules, ["failed_recipients", "auto_submitted"]);
}

#[test]
fn a_person_through_a_list_is_said_so() {
    let verdict = judge(&format!("{PERSON}\nList-Id: <l.example.org>\n\nYes."));
    assert_eq!((verdict.class, verdict.human), (Class::List, false));
    assert_eq!(verdict.evidence[1].rule, "person_through_list");
}

#[test]
fn an_attached_report_makes_no_report() {
    let raw = "From: ann@example.org\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nWhat is this?\n\
               --a\nContent-Type: message/rfc822\n\nFrom: MAILER-DAEMON@x.example\n\
               Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\
               Action: failed\n--b--\n--a--\n";
    assert!(judge(raw).human);
}
