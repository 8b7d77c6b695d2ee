//! Which of thousands of rules fire for a mail: the rule index, beside asking
//! each rule by itself, and beside what neither can do without, one scan of the
//! folded text for all needles by the `aho-corasick` crate.
//!
//! `cargo bench -p inboxlink-benches --bench rule_index`. The index is given the
//! mail as it came; its time includes folding the text and making the evidence.

use std::process::ExitCode;

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use inboxlink_benches::{Timed, Words, time};
use inboxlink_message::Message;
use inboxlink_model::{AddressError, Class, Direction, Identity, Mailbox, MessageId, Verdict};
use inboxlink_replies::{
    Attribution, Circumstances, CompileError, Condition, MailFacts, Rule, RuleIndex,
    SenderRelation, Strength, Via, matching,
    when::{all, body, either, from_domain, mentions, not, reply},
};
use serde_json::json;

/// Half the length of an ordinary mail's new text and quotations together.
const MAIL_BYTES: usize = 3_400;
/// The longest text that is searched.
const LONGEST_BYTES: usize = 256 * 1024;

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Compile(#[from] CompileError),
    #[error(transparent)]
    Automaton(#[from] BuildError),
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error("{0}")]
    Wrong(String),
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    for count in [1_000, 10_000, 100_000] {
        ordinary(count)?;
    }
    adversarial()
}

/// Rules as people write them, and an ordinary mail.
fn ordinary(count: usize) -> Result<(), Failure> {
    let mut words = Words::new(50_000, 7);
    let mut needles = Vec::new();
    let rules = (0..count)
        .map(|n| rule(n, &ordinary_condition(&mut words, &mut needles)))
        .collect::<Result<Vec<_>, _>>()?;
    needles.sort();
    needles.dedup();
    let scene = Scene::new(words.text(MAIL_BYTES))?;

    let scan = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(&needles)?;
    let floor = time(500, || scan.find_overlapping_iter(&scene.text).count());
    let build = time(20, || RuleIndex::new(rules.iter().cloned()));
    let mut index = RuleIndex::new(rules.iter().cloned());
    let fired = index.matching(&scene.facts());
    if fired != matching(&rules, &scene.facts()) {
        return Err(Failure::Wrong("the index and the rules disagree".into()));
    }
    let indexed = time(500, || index.matching(&scene.facts()));
    let naive = time((200_000 / count).max(5), || {
        matching(&rules, &scene.facts())
    });
    let mut next = count;
    let put = time(100, || {
        next += 1;
        let condition = ordinary_condition(&mut words, &mut Vec::new());
        rule(next, &condition).map(|rule| index.put(rule))
    });
    line(
        &format!(
            "{count} rules, {} needles, {} fire",
            needles.len(),
            fired.len()
        ),
        &[
            ("index", indexed),
            ("each rule", naive),
            ("aho-corasick scan", floor),
            ("build", build),
            ("put one", put),
        ],
    );
    eprintln!(
        "    at its fastest the index takes {:.2} times one scan, each rule by itself {:.0} times the index",
        indexed.fastest / floor.fastest,
        naive.fastest / indexed.fastest
    );
    Ok(())
}

/// A reply that mentions something, and not something else; sometimes of a
/// domain.
fn ordinary_condition(words: &mut Words, needles: &mut Vec<String>) -> Condition {
    let mut some = Vec::new();
    for _ in 0..1 + words.below(3) {
        let mut text = words.telling().to_owned();
        if words.below(3) == 0 {
            text = format!("{text} {}", words.telling());
        }
        needles.push(text.clone());
        // Some leave the end open.
        if words.below(10) == 0 {
            text.push('*');
        }
        some.push(text);
    }
    let unwanted = words.telling().to_owned();
    needles.push(unwanted.clone());
    let condition = reply().and(mentions(some)).and(not(body(unwanted)));
    match words.below(5) {
        0 => condition.and(from_domain(format!("{}.example", words.telling()))),
        _ => condition,
    }
}

/// Rules made to be slow, and the longest mail that is searched.
fn adversarial() -> Result<(), Failure> {
    let ab = |n: usize| if n.is_multiple_of(2) { "a " } else { "b " };
    // All needles of some words of two letters: each position of the text is in
    // the middle of many.
    let bits = |n: usize| -> String { (0..14).map(|bit| ab(n >> bit)).collect() };
    let long = |n: usize| format!("{}{}", "a ".repeat(n % 490), bits(n));
    let each = |condition: &dyn Fn(usize) -> Condition| {
        (0..10_000)
            .map(|n| rule(n, &condition(n)))
            .collect::<Result<Vec<_>, _>>()
    };
    let mut words = Words::new(50, 3);
    let letters: String = (0..LONGEST_BYTES / 2).map(|_| ab(words.below(2))).collect();
    let one_letter = "a ".repeat(LONGEST_BYTES / 2);
    let cases: [(&str, Vec<Rule>, &String); 7] = [
        ("all fire", each(&|_| body("a"))?, &letters),
        ("phrases of two words", each(&|n| body(bits(n)))?, &letters),
        (
            "long phrases within each other",
            each(&|n| body(long(n)))?,
            &one_letter,
        ),
        (
            "likewise with open ends",
            each(&|n| body(long(n).trim().to_owned() + "*"))?,
            &one_letter,
        ),
        (
            "words that begin with each other",
            each(&|n| body("a".repeat(n % 1000 + 1) + "*"))?,
            &"a".repeat(LONGEST_BYTES),
        ),
        ("nothing but NOT", each(&|n| not(body(bits(n))))?, &letters),
        (
            "deep trees",
            each(&|n| all((0..8).map(|k| either([body("b"), body(bits(n + k))]))))?,
            &letters,
        ),
    ];
    for (name, rules, text) in cases {
        let scene = Scene::new(text.clone())?;
        let build = time(3, || RuleIndex::new(rules.iter().cloned()));
        let index = RuleIndex::new(rules.iter().cloned());
        let fired = index.matching(&scene.facts()).len();
        let indexed = time(20, || index.matching(&scene.facts()));
        let what = format!("adversarial: {name}; 10000 rules, {LONGEST_BYTES} bytes, {fired} fire");
        line(&what, &[("index", indexed), ("build", build)]);
    }
    Ok(())
}

fn rule(n: usize, condition: &Condition) -> Result<Rule, CompileError> {
    Rule::new(n as u64, format!("rule {n}"), condition)
}

/// A reply from a person, with that text.
struct Scene {
    message: Message,
    verdict: Verdict,
    attribution: Attribution,
    text: String,
}

impl Scene {
    fn new(text: String) -> Result<Self, Failure> {
        let id = MessageId::new("offer@us.example");
        Ok(Self {
            message: Message {
                from: vec![Mailbox::new("Ann", "ann@customer.example")?],
                to: vec![Mailbox::new("Sales", "sales@us.example")?],
                subject: "Re: Your offer".into(),
                ..Message::default()
            },
            verdict: Verdict {
                class: Class::Human,
                human: true,
                evidence: vec![],
            },
            attribution: Attribution {
                outbound: Identity::from(1),
                via: Via::InReplyTo,
                strength: Strength::Strong,
                sender: SenderRelation::Recipient,
                matched: id.ok_or_else(|| Failure::Wrong("no Message-ID".into()))?,
            },
            text,
        })
    }

    fn facts(&self) -> MailFacts<'_> {
        MailFacts {
            message: &self.message,
            verdict: &self.verdict,
            attribution: Some(&self.attribution),
            direction: Direction::Inbound,
            new_text: &self.text,
            around: Circumstances::default(),
        }
    }
}

/// A line for machines on stdout, one for people on stderr.
fn line(what: &str, times: &[(&str, Timed)]) {
    let mut object = serde_json::Map::new();
    object.insert("what".into(), what.into());
    eprintln!("{what}");
    for (name, timed) in times {
        let Timed { median, fastest } = timed;
        eprintln!("    {name:18} {median:11.1} µs (fastest {fastest:.1})");
        object.insert(
            (*name).into(),
            json!({ "median_us": median, "fastest_us": fastest }),
        );
    }
    println!("{}", serde_json::Value::Object(object));
}
