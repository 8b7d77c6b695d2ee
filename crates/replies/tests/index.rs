//! A rule index gives the answers that asking each rule gives.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod common;

use common::{Mail, condition, mail};
use inboxlink_model::RuleId;
use inboxlink_replies::{Condition, Rule, RuleIndex, matching, when::*};
use proptest::{
    collection::vec,
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

fn rules(conditions: &[Condition]) -> Vec<Rule> {
    let rule = |(id, condition)| Rule::new(id, "", condition).unwrap();
    let mut rules: Vec<Rule> = (0u64..).zip(conditions).map(rule).collect();
    // Some are switched off.
    rules
        .iter_mut()
        .skip(5)
        .step_by(11)
        .for_each(|rule| rule.enabled = false);
    rules
}

proptest! {
    #![proptest_config(Config::with_cases(64))]

    #[test]
    fn asked_together_they_answer_as_each_by_itself(
        conditions in vec(condition(), 0..40),
        mails in vec(mail(), 1..8),
    ) {
        let rules = rules(&conditions);
        let index = RuleIndex::new(rules.clone());
        for mail in &mails {
            prop_assert_eq!(index.matching(&mail.facts()), matching(&rules, &mail.facts()));
        }
    }

}

proptest! {
    #![proptest_config(Config::with_cases(16))]

    /// However rules come and go, the index is that of the rules that are there.
    #[test]
    fn rules_come_and_go(
        start in vec(condition(), 0..10),
        changes in vec((0u64..20, proptest::option::of(condition())), 0..160),
        mail in mail(),
    ) {
        let mut there = rules(&start);
        let mut index = RuleIndex::new(there.clone());
        for (id, change) in changes {
            let id = RuleId::from(id);
            there.retain(|rule| rule.id != id);
            match change {
                Some(condition) => {
                    let rule = Rule::new(id, "", &condition).unwrap();
                    there.push(rule.clone());
                    index.put(rule);
                }
                None => index.remove(id),
            }
        }
        prop_assert_eq!(index.len(), there.len());
        prop_assert!(index.rules().eq(&there));
        prop_assert_eq!(index.matching(&mail.facts()), matching(&there, &mail.facts()));
    }
}

/// The rules and mails of one seed.
fn drawn(seed: u8, rules_wanted: usize, mails: usize) -> (Vec<Rule>, Vec<Mail>) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let conditions: Vec<_> = (0..rules_wanted)
        .map(|_| condition().new_tree(&mut runner).unwrap().current())
        .collect();
    let mails = (0..mails).map(|_| mail().new_tree(&mut runner).unwrap().current());
    (rules(&conditions), mails.collect())
}

/// Asks so many pairs both ways; gives back how many fired.
fn differ(seed: u8, rules_wanted: usize, mails: usize) -> usize {
    let (rules, mails) = drawn(seed, rules_wanted, mails);
    let index = RuleIndex::new(rules.clone());
    let mut fired = 0;
    for mail in &mails {
        let (facts, naive) = (mail.facts(), matching(&rules, &mail.facts()));
        assert_eq!(index.matching(&facts), naive, "{mail:?}");
        fired += naive.len();
    }
    fired
}

#[test]
fn fifty_thousand_pairs() {
    assert!(differ(1, 500, 100) > 500);
}

#[test]
#[ignore = "takes a minute: cargo test --release -p inboxlink-replies --test index -- --ignored"]
fn long_sixteen_million_pairs() {
    let fired: usize = (1..=8).map(|seed| differ(seed, 1_000, 2_000)).sum();
    println!("16,000,000 pairs, {fired} of which fired");
    assert!(fired > 100_000);
}

#[test]
fn needles_within_needles_are_all_found() {
    let chain: Vec<_> = (1..60).map(|n| body("ab ".repeat(n).trim())).collect();
    let rules = rules(&chain);
    let index = RuleIndex::new(rules.clone());
    let (_, mut mails) = drawn(1, 0, 20);
    for (n, mail) in mails.iter_mut().enumerate() {
        mail.set_text("ab ".repeat(n * 3));
        assert_eq!(
            index.matching(&mail.facts()),
            matching(&rules, &mail.facts())
        );
    }
}
