//! From an address to servers: what is asked, in which order, and what the
//! answers mean.
#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop at the first surprise

use inboxlink_settings::{
    Security, SettingsForm,
    discovery::{Discovery, Found, Question, Reply, Service, Source, Step},
};
use proptest::prelude::*;

/// Searches a world; answers what was found, and what was asked.
fn search(address: &str, world: impl Fn(&str) -> Reply) -> (Option<Found>, Vec<String>) {
    let mut search = Discovery::of(address).unwrap();
    let (mut asked, mut reply) = (Vec::new(), Reply::Nothing);
    loop {
        match search.next(reply) {
            Step::Ask(question) => {
                let text = match question {
                    Question::Services(name) => format!("SRV {name}"),
                    Question::Page(url) => format!("GET {url}"),
                    Question::MailExchangers(name) => format!("MX {name}"),
                    Question::Exists(host) => format!("A {host}"),
                    other => panic!("{other:?}"),
                };
                reply = world(&text);
                asked.push(text);
            }
            Step::Found(found) => return (Some(*found), asked),
            _ => return (None, asked),
        }
    }
}

fn service(priority: u16, port: u16, target: &str) -> Service {
    Service {
        priority,
        weight: 1,
        port,
        target: target.to_owned(),
    }
}

#[test]
fn everything_is_asked_in_the_stated_order() {
    let (found, asked) = search("ann@example.com", |_| Reply::Nothing);
    assert_eq!(found, None);
    assert_eq!(
        asked,
        [
            "SRV _imaps._tcp.example.com",
            "SRV _imap._tcp.example.com",
            "GET https://autoconfig.example.com/mail/config-v1.1.xml",
            "GET https://example.com/.well-known/autoconfig/mail/config-v1.1.xml",
            "MX example.com",
            "A imap.example.com",
            "A mail.example.com",
        ]
    );
}

#[test]
fn a_known_provider_is_asked_nothing() {
    let (found, asked) = search("Ann@Outlook.com", |_| panic!());
    let found = found.unwrap();
    assert!(asked.is_empty() && found.needs_sign_in() && !found.foreign);
    assert_eq!(
        (found.source, found.imap.host.as_str()),
        (Source::Provider, "outlook.office365.com")
    );
    assert_eq!(found.smtp.host, "smtp-mail.outlook.com");
}

#[test]
fn srv_records_name_both_sides() {
    let (found, asked) = search("ann@example.com", |question| match question {
        "SRV _imaps._tcp.example.com" => Reply::Services(vec![
            service(20, 993, "second.example.com."),
            service(10, 993, "First.example.com."),
        ]),
        "SRV _submission._tcp.example.com" => {
            Reply::Services(vec![service(0, 587, "out.example.com.")])
        }
        _ => Reply::Nothing,
    });
    let found = found.unwrap();
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert_eq!((found.source, found.foreign), (Source::Srv, false));
    assert_eq!(
        (found.imap.host.as_str(), found.imap.port),
        ("first.example.com", 993)
    );
    assert_eq!(
        (found.smtp.host.as_str(), found.smtp.security),
        ("out.example.com", Security::StartTls)
    );
    let mut form = SettingsForm {
        name: "Ann".into(),
        ..SettingsForm::default()
    };
    found.fill(&mut form);
    assert_eq!(
        (
            form.host.as_str(),
            form.username.as_str(),
            form.name.as_str()
        ),
        ("first.example.com", "ann@example.com", "Ann")
    );

    // Decidedly not offered with TLS; offered with STARTTLS, elsewhere.
    let (found, _) = search("ann@example.com", |question| match question {
        "SRV _imaps._tcp.example.com" => Reply::Services(vec![service(0, 0, ".")]),
        "SRV _imap._tcp.example.com" => {
            Reply::Services(vec![service(0, 143, "mail.hoster.example.")])
        }
        _ => Reply::Nothing,
    });
    let found = found.unwrap();
    assert_eq!(
        (found.imap.security, found.foreign),
        (Security::StartTls, true)
    );
    assert_eq!(found.smtp.host, "mail.hoster.example");
}

const PAGE: &str = r#"<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="example.com">
  <incomingServer type="pop3"><hostname>pop.example.com</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
  <incomingServer type="imap"><hostname>old.example.com</hostname><port>143</port><socketType>plain</socketType></incomingServer>
  <incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType><username>%EMAILLOCALPART%</username></incomingServer>
  <outgoingServer type="smtp"><hostname>smtp.example.com</hostname><port>587</port><socketType>STARTTLS</socketType></outgoingServer>
</emailProvider></clientConfig>"#;

#[test]
fn a_page_for_mail_programs_is_read() {
    let (found, asked) = search("ann@example.com", |question| match question {
        page if page.contains(".well-known") => Reply::Page(PAGE.to_owned()),
        page if page.starts_with("GET") => Reply::Page("<html>Not found".to_owned()),
        _ => Reply::Nothing,
    });
    let found = found.unwrap();
    assert_eq!(asked.len(), 4);
    assert_eq!(
        (found.source, found.imap.host.as_str()),
        (Source::Autoconfig, "imap.example.com")
    );
    assert_eq!((found.smtp.port, found.username.as_str()), (587, "ann"));
}

#[test]
fn bombs_are_no_pages() {
    let nested = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let entities = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><clientConfig>&b;</clientConfig>"#;
    for page in [nested.as_str(), entities, "", "<", "\u{0}"] {
        let (found, _) = search("ann@example.com", |question| {
            match question.starts_with("GET") {
                true => Reply::Page(page.to_owned()),
                false => Reply::Nothing,
            }
        });
        assert_eq!(found, None);
    }
}

#[test]
fn mail_exchangers_give_the_provider_away() {
    for (exchanger, host) in [
        ("aspmx.l.google.com.", "imap.gmail.com"),
        (
            "example-com.mail.protection.outlook.com",
            "outlook.office365.com",
        ),
        ("in1-smtp.messagingengine.com", "imap.fastmail.com"),
        ("mx.zoho.eu", "imappro.zoho.eu"),
        ("mx01.mail.icloud.com", "imap.mail.me.com"),
        ("mx.yandex.net", "imap.yandex.com"),
    ] {
        let (found, _) = search("ann@example.com", |question| match question {
            "MX example.com" => Reply::MailExchangers(vec![exchanger.to_owned()]),
            _ => Reply::Nothing,
        });
        let found = found.unwrap();
        assert_eq!(
            (found.source, found.imap.host.as_str()),
            (Source::MailExchanger, host)
        );
        assert!(!found.foreign);
    }
    let (found, _) = search("ann@example.com", |question| match question {
        "MX example.com" => Reply::MailExchangers(vec!["notgoogle.com".into()]),
        "A mail.example.com" => Reply::Exists,
        _ => Reply::Nothing,
    });
    let found = found.unwrap();
    assert_eq!(
        (found.source, found.imap.host.as_str()),
        (Source::Guess, "mail.example.com")
    );
}

#[test]
fn what_is_no_public_address_is_not_searched_for() {
    for bad in [
        "",
        "ann",
        "ann@localhost",
        "ann@127.0.0.1",
        "ann@[127.0.0.1]",
        "a b@example.com",
    ] {
        assert!(Discovery::of(bad).is_none(), "{bad}");
    }
}

proptest! {
    /// Whatever is answered, it ends, and what it finds can be shown.
    #[test]
    fn every_search_ends(texts in proptest::collection::vec(any::<String>(), 12), port in any::<u16>()) {
        let mut search = Discovery::of("ann@example.com").unwrap();
        let mut reply = Reply::Nothing;
        for text in texts {
            match search.next(reply) {
                Step::Ask(Question::Services(_)) => reply = Reply::Services(vec![service(0, port, &text)]),
                Step::Ask(Question::Page(_)) => reply = Reply::Page(text),
                Step::Ask(Question::MailExchangers(_)) => reply = Reply::MailExchangers(vec![text]),
                Step::Ask(_) => reply = Reply::Nothing,
                Step::Found(found) => {
                    prop_assert!(!found.imap.host.contains(char::is_control));
                    return Ok(());
                }
                _ => return Ok(()),
            }
        }
        prop_assert!(false, "it goes on for ever");
    }
}
