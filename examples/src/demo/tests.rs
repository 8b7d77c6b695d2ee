use std::collections::{BTreeMap, BTreeSet};

use inboxlink_message::{Context, classify, parse};
use inboxlink_model::{Class, OwnAddresses};
use inboxlink_timeline::Forest;

use super::*;

/// 2026-03-10 15:00 UTC, a Tuesday.
const NOW: Timestamp = Timestamp::from_seconds(1_773_154_800);

fn own(mailbox: &DemoMailbox) -> OwnAddresses {
    let accounts = mailbox.accounts.iter();
    accounts
        .map(|account| account.address.parse().unwrap())
        .collect()
}

#[test]
fn every_line_of_the_scripts_is_understood() {
    for text in SCRIPTS {
        let (threads, faults) = script::read(text);
        assert!(faults.is_empty(), "{faults:?}");
        for line in threads.iter().flat_map(|thread| &thread.mails) {
            let everybody = [&line.from].into_iter().chain(&line.to).chain(&line.cc);
            for key in everybody {
                assert!(people::by_key(key).is_some(), "who is {key:?}?");
            }
        }
    }
}

#[test]
fn a_seed_makes_the_same_mailbox_every_time_and_another_seed_another() {
    assert_eq!(generate(7, NOW), generate(7, NOW));
    assert_ne!(generate(7, NOW), generate(8, NOW));
}

#[test]
fn it_is_some_six_hundred_mails_over_fourteen_months() {
    for seed in [1, 2, 3] {
        let mails = generate(seed, NOW).mails;
        assert!((550..=650).contains(&mails.len()), "{} mails", mails.len());
        let (first, last) = (mails.first().unwrap(), mails.last().unwrap());
        let day = 86_400_000;
        let age = |mail: &DemoMail| NOW.0 - mail.received.0;
        assert!((400..=430).contains(&(age(first) / day)));
        assert!((0..day).contains(&age(last)), "{}", age(last));
        let folders: BTreeSet<&str> = mails.iter().map(|mail| mail.folder.as_str()).collect();
        assert_eq!(
            folders.into_iter().collect::<Vec<_>>(),
            ["Archive", "Drafts", "INBOX", "Junk", "Sent", "Trash"]
        );
    }
}

#[test]
fn every_mail_is_what_it_is_meant_to_be_and_has_no_defect() {
    let mailbox = generate(1, NOW);
    let own = own(&mailbox);
    for mail in &mailbox.mails {
        let message = parse(&mail.raw, None);
        let text = String::from_utf8_lossy(&mail.raw);
        assert!(message.defects.is_empty(), "{:?}\n{text}", message.defects);
        let verdict = classify(&message, &Context { own: &own });
        assert_eq!(verdict.class, mail.class, "{:?}\n{text}", verdict.evidence);
        assert!(text.lines().all(|line| line.len() < 998), "{text}");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{text}");
    }
    let classes: BTreeSet<Class> = mailbox.mails.iter().map(|mail| mail.class).collect();
    assert!(classes.len() >= 7, "{classes:?}");
}

#[test]
fn conversations_are_threads_and_threads_are_conversations() {
    let mailbox = generate(1, NOW);
    let mut forest = Forest::default();
    for mail in &mailbox.mails {
        forest.add(&parse(&mail.raw, None));
    }
    let mut threads: BTreeMap<usize, BTreeSet<_>> = BTreeMap::new();
    let mut conversations: BTreeMap<_, BTreeSet<usize>> = BTreeMap::new();
    for (mail, placed) in mailbox.mails.iter().zip(forest.finish()) {
        threads
            .entry(mail.conversation)
            .or_default()
            .insert(placed.thread);
        conversations
            .entry(placed.thread)
            .or_default()
            .insert(mail.conversation);
    }
    assert!(threads.values().all(|set| set.len() == 1));
    assert!(conversations.values().all(|set| set.len() == 1));
}

#[test]
fn no_two_mails_share_an_id_unless_they_are_copies() {
    let mut seen = BTreeMap::new();
    for mail in generate(1, NOW).mails {
        let message = parse(&mail.raw, None);
        let identity = message.identity();
        let before = seen.insert(message.message_id, identity);
        assert!(before.is_none_or(|before| before == identity));
    }
}

#[test]
fn nothing_is_said_twice_by_people() {
    let mut seen = BTreeMap::new();
    for text in SCRIPTS {
        for line in script::read(text)
            .0
            .into_iter()
            .flat_map(|thread| thread.mails)
        {
            let short = line.text.len() < 30 || line.kind != script::Kind::Letter;
            if !short {
                let before = seen.insert(line.text.clone(), line.from);
                assert!(before.is_none(), "{}", line.text);
            }
        }
    }
}

fn outbound() -> Vec<u8> {
    let mails = generate(1, NOW).mails;
    let ours = |mail: &&DemoMail| mail.folder == "Sent" && mail.class == Class::Team;
    let to_a_german = |mail: &&DemoMail| String::from_utf8_lossy(&mail.raw).contains("To: Lena");
    mails
        .iter()
        .filter(ours)
        .find(to_a_german)
        .unwrap()
        .raw
        .clone()
}

#[test]
fn a_customers_answer_answers_our_mail() {
    let outbound = outbound();
    let ours = parse(&outbound, None);
    let raw = customer_reply(&outbound, "Ja, gern! Schöne Grüße", NOW, 1).unwrap();
    let reply = parse(&raw, None);
    assert!(reply.defects.is_empty());
    assert_eq!(reply.in_reply_to, [ours.message_id.clone().unwrap()]);
    assert_eq!(reply.references.last(), ours.message_id.as_ref());
    assert!(reply.subject.starts_with("RE: ") || reply.subject.starts_with("AW: "));
    assert_eq!(reply.date.unwrap().at, NOW);
    let verdict = classify(
        &reply,
        &Context {
            own: &own(&generate(1, NOW)),
        },
    );
    assert!(verdict.human, "{:?}", verdict.evidence);
    let again = parse(&customer_reply(&outbound, "Ja!", NOW, 2).unwrap(), None);
    assert_ne!(reply.message_id, again.message_id);
}

#[test]
fn an_out_of_office_is_nobodys_answer() {
    let outbound = outbound();
    let raw = out_of_office(&outbound, "Ich bin nicht im Hause.", NOW, 1).unwrap();
    let away = parse(&raw, None);
    assert!(away.defects.is_empty());
    assert!(
        away.subject.starts_with("Automatische Antwort: "),
        "{}",
        away.subject
    );
    let verdict = classify(
        &away,
        &Context {
            own: &own(&generate(1, NOW)),
        },
    );
    assert_eq!((verdict.class, verdict.human), (Class::AutoReply, false));
}

#[test]
fn nobody_answers_a_mail_to_ourselves() {
    let raw = b"From: anna@hushwell.example\r\nTo: max@hushwell.example\r\n\r\nHi";
    assert!(customer_reply(raw, "Hi", NOW, 1).is_none());
}

#[tokio::test]
async fn the_server_has_all_of_it() {
    let server = serve(1, NOW).await.unwrap();
    let mailbox = generate(1, NOW);
    let mut there = 0;
    for account in &mailbox.accounts {
        for folder in server.folders(&account.address).unwrap() {
            there += server.messages(&account.address, &folder).unwrap().len();
        }
    }
    assert_eq!(there, mailbox.mails.len());
    server.shutdown().await;
}
