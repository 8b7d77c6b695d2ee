//! Any mail's addresses are observed and decided about, and any text is a
//! directory of people, in whatever order of its rows.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_contacts::{
    AddressFacts, Blocked, MAX_NAME_CHARS, PersonRow, Policy, Tier, cluster, decide, observe,
};
use inboxlink_message::{Context, classify, parse};
use inboxlink_model::{CreateContacts, Direction, OwnAddresses};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    let message = parse(raw, None);
    let own = OwnAddresses::default();
    let verdict = classify(&message, &Context { own: &own });
    let seen = observe(&message, &verdict, Direction::Inbound, &own);
    let addresses: BTreeSet<_> = seen.iter().map(|o| &o.mailbox.address).collect();
    assert_eq!(addresses.len(), seen.len(), "each address once");

    let blocked = Blocked::default();
    let policy = Policy {
        create: CreateContacts::All,
        own: &own,
        blocked: &blocked,
        allow_roles: false,
    };
    for observation in &seen {
        assert!(observation.mailbox.name.chars().count() <= MAX_NAME_CHARS);
        let mut facts = AddressFacts::default();
        facts.add(observation, None);
        let _ = decide(&observation.mailbox.address, &facts, &policy);
    }

    let text = String::from_utf8_lossy(raw);
    let row = |line| {
        let (name, email) = str::split_once(line, '\t').unwrap_or((line, ""));
        let count = 1;
        PersonRow { name, email, count }
    };
    let rows: Vec<_> = text.lines().take(64).map(row).collect();
    let reversed: Vec<_> = rows.iter().rev().copied().collect();
    for tier in [Tier::Auto, Tier::Suggest] {
        let forth = cluster(&rows, tier);
        let back: Vec<_> = cluster(&reversed, tier).into_iter().rev().collect();
        // The same rows are together; only their numbers differ.
        let renamed: BTreeMap<_, _> = forth.iter().zip(&back).collect();
        assert!(forth.iter().zip(&back).all(|(a, b)| renamed.get(a) == Some(&b)));
        let distinct = |of: &[u32]| of.iter().collect::<BTreeSet<_>>().len();
        assert_eq!(distinct(&forth), distinct(&back));
    }
});
