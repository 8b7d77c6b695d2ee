//! Conditions as they are asked of a mail whose needles were found already:
//! all rules' nodes in one row, so that a rule is one glance into memory, and
//! each question that no needle answers asked once for all rules.

use std::{cell::Cell, collections::HashMap};

use foldhash::fast::FixedState;

use super::{automaton::NeedleId, part::FieldSet};
use crate::{
    compile::{Node, Plan, Probe, Who},
    evaluate::{Field, Seen},
};

/// A place in a program.
pub(super) type At = u32;

/// All rules' conditions.
#[derive(Debug, Default)]
pub(super) struct Program {
    ops: Vec<Op>,
    probes: Vec<Probe>,
    known: HashMap<Probe, u32, FixedState>,
}

/// A node. The children of one stand behind it, up to `end`.
#[derive(Debug, Clone, Copy)]
enum Op {
    All { end: At },
    Any { end: At },
    None { end: At },
    AtLeast { count: u16, end: At },
    Needle { fields: FieldSet, needle: NeedleId },
    Probe(u32),
}

impl Program {
    /// Where the next condition begins.
    pub(super) fn end(&self) -> At {
        // Conditions are limited in number and size far below this.
        At::try_from(self.ops.len()).unwrap_or(At::MAX)
    }

    /// Puts in a node. `number` knows the needles' numbers.
    pub(super) fn put(&mut self, node: &Node, number: &impl Fn(u32) -> NeedleId) {
        match &node.plan {
            Plan::All(children) => self.group(children, number, |end| Op::All { end }),
            Plan::Any(children) => self.group(children, number, |end| Op::Any { end }),
            Plan::None(children) => self.group(children, number, |end| Op::None { end }),
            Plan::Leaf(_, probe) => self.leaf(probe, number),
        }
    }

    fn group(
        &mut self,
        children: &[Node],
        number: &impl Fn(u32) -> NeedleId,
        op: impl Fn(At) -> Op,
    ) {
        let place = self.ops.len();
        self.ops.push(op(0));
        children.iter().for_each(|child| self.put(child, number));
        let end = self.end();
        self.ops
            .get_mut(place)
            .into_iter()
            .for_each(|it| *it = op(end));
    }

    fn leaf(&mut self, probe: &Probe, number: &impl Fn(u32) -> NeedleId) {
        let needle = |fields, local| Op::Needle {
            fields,
            needle: number(local),
        };
        let op = match probe {
            Probe::From(Who::Words(it)) => needle(bit(Field::From), it.number),
            Probe::To(Who::Words(it)) => needle(bit(Field::To), it.number),
            Probe::Cc(Who::Words(it)) => needle(bit(Field::Cc), it.number),
            Probe::Subject(words) => needle(bit(Field::Subject), words.needle.number),
            Probe::Body(words) => needle(bit(Field::Body), words.needle.number),
            Probe::Keywords {
                words,
                within,
                at_least,
            } => {
                let fields = within.iter().map(|place| bit((*place).into()));
                let fields = fields.fold(0, |all, field| all | field);
                let end = self.end() + 1 + u32::try_from(words.len()).unwrap_or_default();
                let count = u16::try_from(*at_least).unwrap_or(u16::MAX);
                self.ops.push(Op::AtLeast { count, end });
                let words = words.iter().map(|word| needle(fields, word.needle.number));
                self.ops.extend(words);
                return;
            }
            other => Op::Probe(self.probe(other)),
        };
        self.ops.push(op);
    }

    /// The number of a question: the same for all who ask it.
    fn probe(&mut self, probe: &Probe) -> u32 {
        if let Some(number) = self.known.get(probe) {
            return *number;
        }
        let number = u32::try_from(self.probes.len()).unwrap_or(u32::MAX);
        self.probes.push(probe.clone());
        self.known.insert(probe.clone(), number);
        number
    }

    /// Meets a mail.
    pub(super) fn run<'a>(&'a self, found: &'a [FieldSet], seen: &'a Seen<'a>) -> Run<'a> {
        Run {
            program: self,
            found,
            seen,
            answers: vec![Cell::new(None); self.probes.len()],
        }
    }
}

/// A program and a mail.
pub(super) struct Run<'a> {
    program: &'a Program,
    found: &'a [FieldSet],
    seen: &'a Seen<'a>,
    answers: Vec<Cell<Option<bool>>>,
}

impl Run<'_> {
    /// Whether the condition that begins there holds.
    pub(super) fn holds(&self, at: At) -> bool {
        let Some(op) = self.program.ops.get(at as usize) else {
            return false;
        };
        match *op {
            Op::All { end } => self.children(at, end).all(|child| self.holds(child)),
            Op::Any { end } => self.children(at, end).any(|child| self.holds(child)),
            Op::None { end } => !self.children(at, end).any(|child| self.holds(child)),
            Op::AtLeast { count, end } => {
                let found = self.children(at, end).filter(|child| self.holds(*child));
                let count = usize::from(count);
                found.take(count).count() == count
            }
            Op::Needle { fields, needle } => {
                let found = self.found.get(needle as usize);
                found.is_some_and(|found| found & fields != 0)
            }
            Op::Probe(number) => self.ask(number as usize),
        }
    }

    /// The places of a node's children.
    fn children(&self, at: At, end: At) -> impl Iterator<Item = At> {
        let next = |at: &At| match self.program.ops.get(*at as usize)? {
            Op::All { end } | Op::Any { end } | Op::None { end } | Op::AtLeast { end, .. } => {
                Some(*end)
            }
            Op::Needle { .. } | Op::Probe(_) => Some(at + 1),
        };
        std::iter::successors(Some(at + 1), next).take_while(move |at| *at < end)
    }

    fn ask(&self, number: usize) -> bool {
        let Some(answer) = self.answers.get(number) else {
            return false;
        };
        if let Some(known) = answer.get() {
            return known;
        }
        let probe = self.program.probes.get(number);
        let holds = probe.is_some_and(|probe| probe.holds(self.seen, self.seen));
        answer.set(Some(holds));
        holds
    }
}

/// A field as a set of one.
pub(super) const fn bit(field: Field) -> FieldSet {
    1 << field as u8
}
