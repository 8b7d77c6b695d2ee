//! A condition meets a mail.

use std::cell::OnceCell;

use inboxlink_message::{AttachmentKind, Message};
use inboxlink_model::{Direction, Evidence, Mailbox, MessageId, Verdict};
use serde::{Deserialize, Serialize};

use crate::{
    Attribution, Compiled, Place, SenderRelation, Strength,
    compile::{Gates, Node, OurMail, Plan, Probe, Who, Words},
    limits::MAX_SAW_CHARS,
    text::{fold, fold_body},
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
    /// Whether it holds.
    pub matched: bool,
    /// What it looked at (cut to [`MAX_SAW_CHARS`]); empty for an operator.
    pub saw: String,
}

impl Compiled {
    /// Asks every node, and says what each saw.
    pub fn evaluate(&self, facts: &MailFacts<'_>) -> Evaluation {
        let mut trace = Vec::new();
        let (matched, evidence) = walk(&self.root, &Seen::new(facts), &mut trace);
        Evaluation {
            matched,
            evidence,
            trace,
        }
    }

    /// Whether it holds: the same as [`Evaluation::matched`], and faster.
    pub fn matches(&self, facts: &MailFacts<'_>) -> bool {
        self.holds(&Seen::new(facts))
    }

    pub(crate) fn holds(&self, seen: &Seen<'_>) -> bool {
        holds(&self.root, seen)
    }
}

fn holds(node: &Node, seen: &Seen<'_>) -> bool {
    match &node.plan {
        Plan::All(children) => children.iter().all(|child| holds(child, seen)),
        Plan::Any(children) => children.iter().any(|child| holds(child, seen)),
        Plan::None(children) => !children.iter().any(|child| holds(child, seen)),
        Plan::Leaf(_, probe) => probe.holds(seen),
    }
}

fn walk(node: &Node, seen: &Seen<'_>, trace: &mut Vec<NodeTrace>) -> (bool, Vec<Evidence>) {
    let place = trace.len();
    trace.push(NodeTrace {
        node: node.id.clone(),
        matched: false,
        saw: String::new(),
    });
    let mut saw = String::new();
    let (matched, evidence) = match &node.plan {
        Plan::All(children) | Plan::Any(children) | Plan::None(children) => {
            let answers: Vec<_> = children.iter().map(|c| walk(c, seen, trace)).collect();
            let matching = answers.iter().filter(|(matched, _)| *matched).count();
            let matched = match &node.plan {
                Plan::All(_) => matching == answers.len(),
                Plan::Any(_) => matching > 0,
                _ => matching == 0,
            };
            match &node.plan {
                Plan::None(children) => (matched, vec![Evidence::new("not", names(children))]),
                _ => (matched, answers.into_iter().flat_map(|(_, e)| e).collect()),
            }
        }
        Plan::Leaf(name, probe) => {
            saw = probe.saw(seen).chars().take(MAX_SAW_CHARS).collect();
            (probe.holds(seen), vec![Evidence::new(name, &saw)])
        }
    };
    if let Some(entry) = trace.get_mut(place) {
        entry.matched = matched;
        entry.saw = saw;
    }
    (matched, if matched { evidence } else { Vec::new() })
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

/// The facts, folded once for all conditions, and only where one asks.
pub(crate) struct Seen<'a> {
    facts: &'a MailFacts<'a>,
    subject: OnceCell<String>,
    body: OnceCell<String>,
    from: OnceCell<Vec<[String; 2]>>,
    to: OnceCell<Vec<[String; 2]>>,
    cc: OnceCell<Vec<[String; 2]>>,
}

impl<'a> Seen<'a> {
    pub(crate) fn new(facts: &'a MailFacts<'a>) -> Self {
        Self {
            facts,
            subject: OnceCell::new(),
            body: OnceCell::new(),
            from: OnceCell::new(),
            to: OnceCell::new(),
            cc: OnceCell::new(),
        }
    }

    pub(crate) fn direction(&self) -> Direction {
        self.facts.direction
    }

    fn subject(&self) -> &str {
        self.subject
            .get_or_init(|| fold(&self.facts.message.subject))
    }

    fn body(&self) -> &str {
        self.body.get_or_init(|| fold_body(self.facts.new_text))
    }

    fn place(&self, place: Place) -> &str {
        match place {
            Place::Subject => self.subject(),
            Place::Body => self.body(),
        }
    }

    /// The mail of ours that the mail answers, where it may count as a reply:
    /// it came in, names ours by an id, is a person's, and comes from those we
    /// wrote to, unless the condition names class or sender itself.
    fn reply(&self, gates: Gates) -> Option<&Attribution> {
        let attribution = self.facts.attribution?;
        let human = gates.class_named || self.facts.verdict.human;
        let known = gates.sender_named || attribution.sender != SenderRelation::Other;
        let inbound = self.facts.direction == Direction::Inbound;
        let strong = attribution.strength == Strength::Strong;
        (human && known && inbound && strong).then_some(attribution)
    }
}

impl Probe {
    fn holds(&self, seen: &Seen<'_>) -> bool {
        let facts = seen.facts;
        let message = facts.message;
        match self {
            Self::From(who) => who.is_among(&message.from, &seen.from),
            Self::To(who) => who.is_among(&message.to, &seen.to),
            Self::Cc(who) => who.is_among(&message.cc, &seen.cc),
            Self::Subject(words) => words.needle.is_in(seen.subject()),
            Self::Body(words) => words.needle.is_in(seen.body()),
            Self::HasAttachment(expected) => has_attachment(message) == *expected,
            Self::Header(name, needle) => header(message, name)
                .iter()
                .any(|value| needle.as_ref().is_none_or(|n| n.is_in(&fold(value)))),
            Self::Class(classes) => classes.contains(&facts.verdict.class),
            Self::Sender(relations) => facts
                .attribution
                .is_some_and(|attribution| relations.contains(&attribution.sender)),
            Self::RepliedTo(mails, gates) => seen.reply(*gates).is_some_and(|attribution| {
                mails.contains(&OurMail::Identity(attribution.outbound))
                    || mails.contains(&OurMail::MessageId(attribution.matched.clone()))
            }),
            Self::Reply(expected, gates) => seen.reply(*gates).is_some() == *expected,
            Self::Direction(direction) => facts.direction == *direction,
            Self::Keywords {
                words,
                within,
                at_least,
            } => {
                let found = words.iter().filter(|word| word.is_in_any(seen, within));
                found.take(*at_least).count() == *at_least
            }
        }
    }

    /// What it looks at, for the explanation.
    fn saw(&self, seen: &Seen<'_>) -> String {
        let facts = seen.facts;
        let message = facts.message;
        let begin = |text: &str| text.chars().take(MAX_SAW_CHARS).collect::<String>();
        match self {
            Self::From(_) => addresses(&message.from),
            Self::To(_) => addresses(&message.to),
            Self::Cc(_) => addresses(&message.cc),
            Self::Subject(_) => message.subject.clone(),
            Self::Body(words) if words.needle.is_in(seen.body()) => words.typed.clone(),
            Self::Body(_) => begin(facts.new_text),
            Self::HasAttachment(_) => has_attachment(message).to_string(),
            Self::Header(name, _) => header(message, name).join(", "),
            Self::Class(_) => facts.verdict.class.to_string(),
            Self::Sender(_) => facts
                .attribution
                .map_or("", |attribution| attribution.sender.as_str())
                .to_owned(),
            Self::RepliedTo(..) | Self::Reply(..) => match facts.attribution {
                None => "answers no mail of ours".to_owned(),
                Some(attribution) => format!(
                    "{} by {}, <{}> by {}",
                    facts.verdict.class,
                    attribution.sender.as_str(),
                    attribution.matched,
                    attribution.via.as_str(),
                ),
            },
            Self::Direction(_) => format!("{:?}", facts.direction).to_lowercase(),
            Self::Keywords { words, within, .. } => {
                let found = words.iter().filter(|word| word.is_in_any(seen, within));
                let found: Vec<_> = found.map(|word| word.typed.as_str()).collect();
                found.join(", ")
            }
        }
    }
}

impl Words {
    fn is_in_any(&self, seen: &Seen<'_>, places: &std::collections::BTreeSet<Place>) -> bool {
        places
            .iter()
            .any(|place| self.needle.is_in(seen.place(*place)))
    }
}

impl Who {
    fn is_among(&self, people: &[Mailbox], folded: &OnceCell<Vec<[String; 2]>>) -> bool {
        match self {
            Self::Address(address) => people.iter().any(|p| p.address == *address),
            Self::Domain(domain) => people.iter().any(|p| p.address.domain() == domain),
            Self::Words(needle) => folded
                .get_or_init(|| people.iter().map(fold_person).collect())
                .iter()
                .flatten()
                .any(|text| needle.is_in(text)),
        }
    }
}

fn fold_person(person: &Mailbox) -> [String; 2] {
    [fold(&person.name), fold(person.address.as_str())]
}

fn addresses(people: &[Mailbox]) -> String {
    let some = people.iter().take(10);
    let texts: Vec<_> = some.map(|person| person.address.as_str()).collect();
    texts.join(", ")
}

/// Whether there is something that a person attached: no picture within the
/// text, no signature, no machine's report.
fn has_attachment(message: &Message) -> bool {
    message.attachments.iter().any(|attachment| {
        matches!(
            attachment.kind,
            AttachmentKind::File | AttachmentKind::Message | AttachmentKind::Tnef
        )
    })
}

/// The values of a header, of those that a [`Message`] keeps.
fn header(message: &Message, name: &str) -> Vec<String> {
    let people = |people: &[Mailbox]| -> Vec<String> {
        let texts = people.iter().map(|p| format!("{} {}", p.name, p.address));
        texts.map(|text| text.trim().to_owned()).collect()
    };
    let ids = |ids: &[MessageId]| ids.iter().map(ToString::to_string).collect();
    let one = |value: &Option<String>| value.iter().cloned().collect();
    let automation = &message.automation;
    match name {
        "message-id" => ids(message.message_id.as_slice()),
        "in-reply-to" => ids(&message.in_reply_to),
        "references" => ids(&message.references),
        "from" => people(&message.from),
        "sender" => people(message.sender.as_slice()),
        "reply-to" => people(&message.reply_to),
        "to" => people(&message.to),
        "cc" => people(&message.cc),
        "bcc" => people(&message.bcc),
        "subject" => vec![message.subject.clone()],
        "auto-submitted" => one(&automation.auto_submitted),
        "precedence" => one(&automation.precedence),
        "return-path" => one(&automation.return_path),
        "list-id" => one(&automation.list_id),
        "list-post" => one(&automation.list_post),
        "list-unsubscribe" => one(&automation.list_unsubscribe),
        "x-failed-recipients" => one(&automation.failed_recipients),
        "delivered-to" => automation.delivered_to.clone(),
        _ => {
            let values = automation.markers.iter().filter(|(n, _)| n == name);
            values.map(|(_, value)| value.clone()).collect()
        }
    }
}
