//! Some rules, compiled together.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use inboxlink_model::RuleId;

use super::{
    automaton::{Automaton, Builder, NeedleId},
    program::{At, Program, bit},
    trigger::{Atom, Fact, Trigger, facts_of},
};
use crate::{
    Compiled, MailFacts, Match, Rule,
    compile::{Node, Plan, Probe, Who},
    evaluate::{Field, Seen, Texts},
    text::Needle,
};

/// A rule's place in a part.
type Place = u32;

/// Rules that were put together, and can be asked together.
#[derive(Debug, Default)]
pub(super) struct Part {
    rules: Vec<Rule>,
    entries: Vec<Entry>,
    places: HashMap<RuleId, Place, FixedState>,
    automaton: Automaton,
    program: Program,
    /// Of every rule's needles in turn, their numbers in the automaton.
    needles: Vec<NeedleId>,
    /// Fields, and rules to be looked at where a needle stands there: those of
    /// needle `n` lie from `starts[n]` to `starts[n + 1]`.
    by_needle: Vec<(FieldSet, Place)>,
    starts: Vec<u32>,
    by_fact: HashMap<Fact, Vec<Place>, FixedState>,
    /// Rules that may hold for any mail.
    always: Vec<Place>,
    /// Whether a rule looks beyond the mail.
    asks_of_threads: bool,
    /// The fields that some needle is looked for in.
    fields: FieldSet,
}

/// What is asked of a rule before the rule itself is looked at.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Where its condition begins.
    condition: At,
    /// Where its needles begin in `needles`.
    needles: u32,
}

/// A set of fields, one bit each.
pub(super) type FieldSet = u8;

impl Part {
    pub(super) fn build(rules: impl IntoIterator<Item = Rule>) -> Self {
        let mut part = Self::default();
        let mut builder = Builder::default();
        let mut by_needle: Vec<(NeedleId, FieldSet, Place)> = Vec::new();
        for (place, rule) in (0..).zip(rules) {
            let start = part.needles.len();
            part.put_needles(&rule.condition, &mut builder);
            match Trigger::of(rule.condition.root()) {
                None => part.always.push(place),
                Some(trigger) => trigger.atoms.into_iter().for_each(|atom| match atom {
                    Atom::Fact(fact) => part.by_fact.entry(fact).or_default().push(place),
                    Atom::Needle(field, needle) => {
                        let id = part.needles.get(start + needle.number as usize);
                        by_needle.extend(id.map(|id| (*id, bit(field), place)));
                    }
                }),
            }
            part.places.insert(rule.id, place);
            part.asks_of_threads |= rule.condition.asks_of_thread();
            let condition = part.program.end();
            let numbers = part.needles.get(start..).unwrap_or_default();
            let number = |local: u32| numbers.get(local as usize).copied();
            let root = rule.condition.root();
            part.program
                .put(root, &|n| number(n).unwrap_or(NeedleId::MAX));
            part.entries.push(Entry {
                condition,
                needles: u32::try_from(start).unwrap_or(u32::MAX),
            });
            part.rules.push(rule);
        }
        part.automaton = builder.build();
        part.set_postings(by_needle);
        part
    }

    /// Numbers all needles of a condition, whether they trigger or not.
    fn put_needles(&mut self, condition: &Compiled, builder: &mut Builder) {
        let start = self.needles.len();
        let count = condition.needles() as usize;
        self.needles.resize(start + count, NeedleId::MAX);
        each_needle(condition.root(), &mut |fields, needle| {
            self.fields |= fields;
            let id = builder.put(needle);
            let place = self.needles.get_mut(start + needle.number as usize);
            place.into_iter().for_each(|place| *place = id);
        });
    }

    fn set_postings(&mut self, mut postings: Vec<(NeedleId, FieldSet, Place)>) {
        postings.sort_unstable();
        self.starts = vec![0; self.automaton.needles() + 1];
        for (needle, ..) in &postings {
            let count = self.starts.get_mut(*needle as usize + 1);
            count.into_iter().for_each(|count| *count += 1);
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        let rest = postings.into_iter();
        self.by_needle = rest.map(|(_, fields, place)| (fields, place)).collect();
    }

    pub(super) fn has(&self, id: RuleId) -> bool {
        self.places.contains_key(&id)
    }

    pub(super) fn get(&self, id: RuleId) -> Option<&Rule> {
        let place = self.places.get(&id)?;
        self.rules.get(*place as usize)
    }

    pub(super) fn asks_of_threads(&self) -> bool {
        self.asks_of_threads
    }

    pub(super) fn len(&self) -> usize {
        self.rules.len()
    }

    pub(super) fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    pub(super) fn matching(&self, facts: &MailFacts<'_>, seen: &Seen<'_>, hits: &mut Vec<Match>) {
        if self.rules.is_empty() {
            return;
        }
        let found = self.found(seen);
        let run = self.program.run(&found.fields, seen);
        let candidates = self.candidates(facts, &found);
        for place in candidates.places() {
            let Some(entry) = self.entries.get(place).filter(|it| run.holds(it.condition)) else {
                continue;
            };
            let rule = self.rules.get(place);
            let rule = rule.filter(|rule| rule.enabled && rule.condition.concerns(facts));
            let texts = Known {
                found: &found.fields,
                needles: self
                    .needles
                    .get(entry.needles as usize..)
                    .unwrap_or_default(),
            };
            hits.extend(rule.map(|rule| Match {
                rule: rule.id,
                evidence: rule.condition.evidence(seen, &texts),
            }));
        }
    }

    /// Which needles stand in which fields.
    fn found(&self, seen: &Seen<'_>) -> Found {
        let mut fields = vec![0; self.automaton.needles()];
        let mut needles = Vec::new();
        for field in Field::ALL
            .into_iter()
            .filter(|f| self.fields & bit(*f) != 0)
        {
            for text in seen.texts(field) {
                self.automaton.scan(text, |needle| {
                    let Some(known) = fields.get_mut(needle as usize) else {
                        return false;
                    };
                    if *known == 0 {
                        needles.push(needle);
                    }
                    let news = *known & bit(field) == 0;
                    *known |= bit(field);
                    news
                });
            }
        }
        Found { fields, needles }
    }

    fn candidates(&self, facts: &MailFacts<'_>, found: &Found) -> Places {
        let mut candidates = Places(vec![0; self.rules.len().div_ceil(64)]);
        self.always.iter().for_each(|place| candidates.put(*place));
        facts_of(facts, |fact| {
            let places = self.by_fact.get(&fact);
            places
                .into_iter()
                .flatten()
                .for_each(|place| candidates.put(*place));
        });
        for needle in &found.needles {
            let number = *needle as usize;
            let fields = found.fields.get(number).copied().unwrap_or_default();
            let start = |n| self.starts.get(n).map_or(0, |start| *start as usize);
            let postings = self.by_needle.get(start(number)..start(number + 1));
            for (wanted, place) in postings.unwrap_or_default() {
                if wanted & fields != 0 {
                    candidates.put(*place);
                }
            }
        }
        candidates
    }
}

/// Tells of every needle in a tree, and the fields it is looked for in.
fn each_needle(node: &Node, tell: &mut impl FnMut(FieldSet, &Needle)) {
    let mut who = |field, who: &Who| {
        if let Who::Words(needle) = who {
            tell(bit(field), needle);
        }
    };
    match &node.plan {
        Plan::All(children) | Plan::Any(children) | Plan::None(children) => {
            children.iter().for_each(|child| each_needle(child, tell));
        }
        Plan::Leaf(_, probe) => match probe {
            Probe::From(it) => who(Field::From, it),
            Probe::To(it) => who(Field::To, it),
            Probe::Cc(it) => who(Field::Cc, it),
            Probe::Subject(words) => tell(bit(Field::Subject), &words.needle),
            Probe::Body(words) => tell(bit(Field::Body), &words.needle),
            Probe::Keywords { words, within, .. } => {
                let fields = within.iter().map(|place| bit((*place).into()));
                let fields = fields.fold(0, |all, field| all | field);
                words.iter().for_each(|word| tell(fields, &word.needle));
            }
            _ => {}
        },
    }
}

/// What a scan found.
struct Found {
    /// By needle, the fields in which it stands.
    fields: Vec<FieldSet>,
    /// The needles that stand in any.
    needles: Vec<NeedleId>,
}

/// What a scan found, by the numbers that one rule gives its needles.
struct Known<'a> {
    found: &'a [FieldSet],
    needles: &'a [NeedleId],
}

impl Texts for Known<'_> {
    fn hold(&self, field: Field, needle: &Needle) -> bool {
        let id = self.needles.get(needle.number as usize);
        let fields = id.and_then(|id| self.found.get(*id as usize));
        fields.is_some_and(|fields| fields & bit(field) != 0)
    }
}

/// A set of rules' places, in their order.
struct Places(Vec<u64>);

impl Places {
    fn put(&mut self, place: Place) {
        let bits = self.0.get_mut(place as usize / 64);
        bits.into_iter().for_each(|bits| *bits |= 1 << (place % 64));
    }

    fn places(&self) -> impl Iterator<Item = usize> {
        let words = self.0.iter().enumerate();
        words.flat_map(|(word, bits)| {
            let rest = |bits: &u64| Some(bits & (bits - 1)).filter(|bits| *bits != 0);
            let each = std::iter::successors(Some(*bits).filter(|bits| *bits != 0), rest);
            each.map(move |bits| word * 64 + bits.trailing_zeros() as usize)
        })
    }
}
