//! Conditions and mails by chance, from words that make them meet.
#![allow(dead_code)] // each test uses a part of it

use inboxlink_message::{Attachment, AttachmentKind, Message};
use inboxlink_model::{
    Class, Direction, Identity, InboxId, Mailbox, MessageId, OwnerId, ThreadId, Timestamp, Verdict,
};
use inboxlink_replies::{
    Attribution, Circumstances, Condition, Filter, Hours, MailFacts, Place, SenderRelation,
    Silence, Strength, Test, Via,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

const WORDS: [&str; 24] = [
    "price",
    "prices",
    "the price",
    "offer",
    "a",
    "a b",
    "b a",
    "a b a",
    "demo",
    "no",
    "not now",
    "é",
    "straße",
    "c++",
    "価格",
    "価",
    "格を",
    "가격",
    "!",
    "a-b",
    "-b",
    "anna",
    "x1",
    "wei",
];

const ADDRESSES: [&str; 6] = [
    "anna@customer.example",
    "anna.weiss@mail.customer.example",
    "bob@gmail.com",
    "price@offer.example",
    "sales@us.example",
    "x1@x.example",
];

fn word() -> impl Strategy<Value = String> {
    select(WORDS.as_slice()).prop_map(str::to_owned)
}

/// What a condition looks for.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => word(),
        2 => word().prop_map(|word| format!("{word}*")),
        1 => (word(), word()).prop_map(|(a, b)| format!("{a} {b}")),
        1 => "[ab価 -]{1,5}\\*?".prop_filter("something to look for", |text| {
            !text.trim().trim_end_matches('*').trim().is_empty()
        }),
    ]
}

fn somebody() -> impl Strategy<Value = String> {
    prop_oneof![
        select(ADDRESSES.as_slice()).prop_map(str::to_owned),
        select(ADDRESSES.as_slice())
            .prop_map(|address| format!("@{}", address.split_once('@').unwrap().1)),
        text(),
    ]
}

fn few() -> impl Strategy<Value = u64> {
    0..3u64
}

pub(crate) fn filter() -> impl Strategy<Value = Filter> {
    let class = || select(Class::ALL.as_slice());
    let relation = select(SenderRelation::ALL.as_slice());
    let directions = [Direction::Inbound, Direction::Outbound, Direction::Internal];
    let places = prop::collection::btree_set(select(Place::ALL.as_slice()), 1..3);
    prop_oneof![
        2 => somebody().prop_map(Filter::From),
        1 => somebody().prop_map(Filter::To),
        1 => somebody().prop_map(Filter::Cc),
        3 => text().prop_map(Filter::Subject),
        6 => text().prop_map(Filter::Body),
        1 => any::<bool>().prop_map(Filter::HasAttachment),
        2 => any::<bool>().prop_map(Filter::Reply),
        1 => (select(vec!["Subject", "List-Id", "To"]), option::of(text()))
            .prop_map(|(name, text)| Filter::Header { name: name.into(), text }),
        2 => prop::collection::btree_set(class(), 1..3).prop_map(Filter::Class),
        1 => prop::collection::btree_set(relation, 1..3).prop_map(Filter::Sender),
        1 => vec("[ab]@us", 1..3).prop_map(Filter::RepliedTo),
        1 => few().prop_map(|id| Filter::RepliedTo(vec![Identity::from(id).to_string()])),
        1 => (1u32..3, option::of(3u32..5))
            .prop_map(|(at_least, at_most)| Filter::NthReply { at_least, at_most }),
        1 => select(directions.to_vec()).prop_map(Filter::Direction),
        1 => select(vec!["customer.example", "example", "gmail.com"])
            .prop_map(|domain| Filter::Domain([domain.to_owned()].into())),
        1 => few().prop_map(|id| Filter::Thread([id.into()].into())),
        1 => few().prop_map(|id| Filter::Inbox([id.into()].into())),
        1 => few().prop_map(|id| Filter::Owner([id.into()].into())),
        1 => select(vec!["Europe/Berlin", "Asia/Tokyo"])
            .prop_map(|zone| Filter::BusinessHours(Hours::office(zone).unwrap())),
        4 => (vec(text(), 1..4), places, any::<prop::sample::Index>()).prop_map(
            |(words, within, least)| Filter::KeywordGroup {
                at_least: 1 + least.index(words.len()),
                words,
                within,
            },
        ),
    ]
}

fn silence() -> impl Strategy<Value = Condition> {
    (1u32..4, option::of(Just("Europe/Berlin".to_owned()))).prop_map(|(days, time_zone)| {
        let period = format!("P{days}D").parse().unwrap();
        Filter::NotRepliedWithin { period, time_zone }.into()
    })
}

/// A tree; one that waits for a silence does so at its root.
pub(crate) fn condition() -> impl Strategy<Value = Condition> {
    let leaf = filter().prop_map(Condition::from);
    let tree = leaf.prop_recursive(4, 24, 4, |inner| {
        let children = vec(inner, 1..4);
        (0..5, children).prop_map(|(operator, children)| {
            let test = match operator {
                0 | 1 => Test::And(children),
                2 | 3 => Test::Or(children),
                _ => Test::Not(children),
            };
            Condition::from(test)
        })
    });
    (tree, option::weighted(0.1, silence())).prop_map(|(tree, silence)| match silence {
        Some(silence) => Test::And(vec![tree, silence]).into(),
        None => tree,
    })
}

/// A mail, and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    message: Message,
    verdict: Verdict,
    attribution: Option<Attribution>,
    direction: Direction,
    text: String,
    threads: Vec<ThreadId>,
    ids: (Option<InboxId>, Option<OwnerId>),
    received_at: Option<Timestamp>,
    nth_reply: Option<u32>,
    silence: Option<Silence>,
}

impl Mail {
    pub(crate) fn set_text(&mut self, text: String) {
        self.text = text;
    }

    pub(crate) fn facts(&self) -> MailFacts<'_> {
        MailFacts {
            message: &self.message,
            verdict: &self.verdict,
            attribution: self.attribution.as_ref(),
            direction: self.direction,
            new_text: &self.text,
            around: Circumstances {
                threads: &self.threads,
                inbox: self.ids.0,
                owner: self.ids.1,
                received_at: self.received_at,
                nth_reply: self.nth_reply,
                silence: self.silence,
            },
        }
    }
}

fn sentence() -> impl Strategy<Value = String> {
    let between = select(vec![" ", " ", " ", ", ", "\n", ""]);
    vec((word(), between), 0..8)
        .prop_map(|words| words.into_iter().map(|(word, gap)| word + gap).collect())
}

fn people() -> impl Strategy<Value = Vec<Mailbox>> {
    let person = (
        select(vec!["", "Anna Weiß", "price"]),
        select(ADDRESSES.as_slice()),
    );
    vec(
        person.prop_map(|(name, address)| Mailbox::new(name, address).unwrap()),
        0..3,
    )
}

fn message() -> impl Strategy<Value = Message> {
    let attached = any::<bool>();
    (people(), people(), people(), sentence(), attached).prop_map(
        |(from, to, cc, subject, attached)| {
            let file = Attachment {
                part: "2".into(),
                kind: AttachmentKind::File,
                name: None,
                content_type: "text/csv".into(),
                size: 1,
                content_id: None,
            };
            let mut message = Message {
                from,
                to,
                cc,
                subject,
                attachments: attached.then_some(file).into_iter().collect(),
                ..Message::default()
            };
            message.automation.list_id = attached.then(|| "<price.example>".to_owned());
            message
        },
    )
}

fn attribution() -> impl Strategy<Value = Attribution> {
    let relation = select(SenderRelation::ALL.as_slice());
    let strength = prop_oneof![4 => Just(Strength::Strong), 1 => Just(Strength::Probable)];
    (few(), relation, strength, "[ab]@us").prop_map(|(id, sender, strength, matched)| Attribution {
        outbound: Identity::from(id),
        via: Via::References,
        strength,
        sender,
        matched: MessageId::new(&matched).unwrap(),
    })
}

pub(crate) fn mail() -> impl Strategy<Value = Mail> {
    let class = prop_oneof![2 => Just(Class::Human), 1 => select(Class::ALL.as_slice())];
    let direction = prop_oneof![
        4 => Just(Direction::Inbound),
        1 => Just(Direction::Outbound),
        1 => Just(Direction::Internal),
    ];
    let hour = 3_600_000;
    let silence = (0i64..100).prop_map(move |hours| Silence {
        since: Timestamp(0),
        until: Timestamp(hours * hour),
    });
    let around = (
        vec(few().prop_map(ThreadId::from), 0..3),
        option::of(few().prop_map(InboxId::from)),
        option::of(few().prop_map(OwnerId::from)),
        option::of((0i64..400).prop_map(move |hours| Timestamp(hours * hour))),
        option::of(1u32..6),
        option::weighted(0.2, silence),
    );
    (
        message(),
        class,
        option::of(attribution()),
        direction,
        sentence(),
        around,
    )
        .prop_map(|(message, class, attribution, direction, text, around)| {
            let (threads, inbox, owner, received_at, nth_reply, silence) = around;
            let human = class == Class::Human;
            let evidence = vec![];
            Mail {
                message,
                verdict: Verdict {
                    class,
                    human,
                    evidence,
                },
                attribution,
                direction,
                text,
                threads,
                ids: (inbox, owner),
                received_at,
                nth_reply,
                silence,
            }
        })
}
