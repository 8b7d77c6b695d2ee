//! A condition meets a mail.

mod header;
mod probe;
mod seen;

use inboxlink_message::Message;
use inboxlink_model::{Direction, Evidence, InboxId, OwnerId, ThreadId, Timestamp, Verdict};
use serde::{Deserialize, Serialize};

pub(crate) use probe::{has_attachment, parents};
pub(crate) use seen::{Field, Seen, Texts};

use crate::{
    Attribution, Compiled,
    compile::{Node, Plan},
    limits::{MAX_EVIDENCE, MAX_SAW_CHARS},
};

/// What conditions are asked about.
#[derive(Debug, Clone, Copy)]
pub struct MailFacts<'a> {
    /// The mail.
    pub message: &'a Message,
    /// What kind of mail it is.
    pub verdict: &'a Verdict,
    /// What it answers.
    pub attribution: Option<&'a Attribution>,
    /// Which way it went.
    pub direction: Direction,
    /// What its author wrote here, without quotations and signature.
    pub new_text: &'a str,
    /// What is known beside the mail itself.
    pub around: Circumstances<'a>,
}

/// What is known of a mail beside itself. A filter that asks for what is not
/// known does not hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Circumstances<'a> {
    /// The mail's thread, and the ids it went by before threads were joined.
    pub threads: &'a [ThreadId],
    /// The inbox it came to.
    pub inbox: Option<InboxId>,
    /// Whose inbox that is.
    pub owner: Option<OwnerId>,
    /// When the server received it (INTERNALDATE; a mail's Date is its
    /// author's claim).
    pub received_at: Option<Timestamp>,
    /// The how many-th answer of people it is in its thread, from 1.
    pub nth_reply: Option<u32>,
    /// How long the mail, which is then ours, has had no answer. Only a timer
    /// asks, once it is sure: see [`enrolment`](crate::enrolment).
    pub silence: Option<Silence>,
}

/// A time without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// When our mail was sent.
    pub since: Timestamp,
    /// Up to when it is certain that no answer came.
    pub until: Timestamp,
}

/// A condition's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Whether it holds.
    pub matched: bool,
    /// What speaks for that where it holds; empty where it does not.
    pub evidence: Vec<Evidence>,
    /// Every node's answer, parents before their children: nothing is skipped,
    /// so that "why not?" has an answer too.
    pub trace: Vec<NodeTrace>,
}

/// A node's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeTrace {
    /// The node's id, else its place as a JSON Pointer.
    pub node: String,
    /// What it asks: `AND`, `OR`, `NOT` or the filter's name.
    pub asks: String,
    /// Whether it holds.
    pub matched: bool,
    /// What it looked at (cut to [`MAX_SAW_CHARS`]); empty for an operator.
    pub saw: String,
}

impl Compiled {
    /// Asks every node, and says what each saw.
    pub fn evaluate(&self, facts: &MailFacts<'_>) -> Evaluation {
        let seen = Seen::new(facts);
        let mut trace = Vec::new();
        let matched = walk(self.root(), &seen, &mut trace);
        let evidence = if matched {
            self.evidence(&seen, &seen)
        } else {
            Vec::new()
        };
        Evaluation {
            matched,
            evidence,
            trace,
        }
    }

    /// Whether it holds: the same as [`Evaluation::matched`], and faster.
    pub fn matches(&self, facts: &MailFacts<'_>) -> bool {
        let seen = Seen::new(facts);
        self.holds(&seen, &seen)
    }

    /// Whether a rule with this condition is to be asked at all: mail of our own
    /// is no reason for a rule to fire unless it names a direction, or waits
    /// for a silence and a timer asks.
    pub(crate) fn concerns(&self, facts: &MailFacts<'_>) -> bool {
        let silent = facts.around.silence.is_some() && !self.waits().is_empty();
        facts.direction == Direction::Inbound || self.names_direction() || silent
    }

    pub(crate) fn holds(&self, seen: &Seen<'_>, texts: &impl Texts) -> bool {
        holds(self.root(), seen, texts)
    }

    /// What speaks for a condition that holds.
    pub(crate) fn evidence(&self, seen: &Seen<'_>, texts: &impl Texts) -> Vec<Evidence> {
        let mut evidence = Vec::new();
        gather(self.root(), seen, texts, &mut evidence);
        evidence
    }
}

fn holds(node: &Node, seen: &Seen<'_>, texts: &impl Texts) -> bool {
    match &node.plan {
        Plan::All(children) => children.iter().all(|child| holds(child, seen, texts)),
        Plan::Any(children) => children.iter().any(|child| holds(child, seen, texts)),
        Plan::None(children) => !children.iter().any(|child| holds(child, seen, texts)),
        Plan::Leaf(_, probe) => probe.holds(seen, texts),
    }
}

/// Every node's answer.
fn walk(node: &Node, seen: &Seen<'_>, trace: &mut Vec<NodeTrace>) -> bool {
    let place = trace.len();
    trace.push(NodeTrace {
        node: node.id.clone(),
        asks: node.plan.name().to_owned(),
        matched: false,
        saw: String::new(),
    });
    let mut saw = String::new();
    let matched = match &node.plan {
        Plan::All(children) | Plan::Any(children) | Plan::None(children) => {
            let answers: Vec<_> = children.iter().map(|c| walk(c, seen, trace)).collect();
            let matching = answers.iter().filter(|matched| **matched).count();
            match &node.plan {
                Plan::All(_) => matching == answers.len(),
                Plan::Any(_) => matching > 0,
                _ => matching == 0,
            }
        }
        Plan::Leaf(_, probe) => {
            saw = probe.saw(seen, seen).chars().take(MAX_SAW_CHARS).collect();
            probe.holds(seen, seen)
        }
    };
    if let Some(entry) = trace.get_mut(place) {
        entry.matched = matched;
        entry.saw = saw;
    }
    matched
}

/// What speaks for a node that holds: what its leaves saw that made it hold.
/// The first [`MAX_EVIDENCE`] are enough; the trace has them all.
fn gather(node: &Node, seen: &Seen<'_>, texts: &impl Texts, evidence: &mut Vec<Evidence>) {
    if evidence.len() >= MAX_EVIDENCE {
        return;
    }
    match &node.plan {
        Plan::All(children) => children
            .iter()
            .for_each(|child| gather(child, seen, texts, evidence)),
        Plan::Any(children) => {
            for child in children {
                if evidence.len() < MAX_EVIDENCE && holds(child, seen, texts) {
                    gather(child, seen, texts, evidence);
                }
            }
        }
        Plan::None(children) => evidence.push(Evidence::new("not", names(children))),
        Plan::Leaf(name, probe) => evidence.push(Evidence::new(name, probe.saw(seen, texts))),
    }
}

impl Plan {
    fn name(&self) -> &'static str {
        match self {
            Self::All(_) => "AND",
            Self::Any(_) => "OR",
            Self::None(_) => "NOT",
            Self::Leaf(name, _) => name,
        }
    }
}

/// What the nodes ask, in a few words.
fn names(nodes: &[Node]) -> String {
    let name = |node: &Node| match &node.plan {
        Plan::All(children) => format!("({})", names(children)),
        Plan::Any(children) => format!("({})", names(children)),
        Plan::None(children) => format!("not ({})", names(children)),
        Plan::Leaf(name, _) => (*name).to_owned(),
    };
    nodes.iter().map(name).collect::<Vec<_>>().join(", ")
}
