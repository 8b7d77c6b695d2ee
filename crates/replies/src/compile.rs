//! From a condition as data to one that can be evaluated.

use std::{collections::BTreeSet, sync::Arc};

use inboxlink_model::{
    Address, Class, Direction, Identity, InboxId, MessageId, OwnerId, ThreadId, Timestamp,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    CompileError, Condition, Filter, Hours, Period, Place, Problem, SenderRelation, Test,
    error::shown,
    limits::{MAX_ATOMS, MAX_DEPTH, MAX_NODE_ID_BYTES, MAX_NODES, MAX_TEXT_BYTES},
    text::Needle,
    zone::Zone,
};

/// A condition that was checked and made ready to be evaluated. Cloning it is
/// cheap.
///
/// In JSON, and compared with another, it is the condition it came from;
/// reading it checks it.
#[derive(Debug, Clone)]
pub struct Compiled(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: Condition,
    root: Node,
    needles: u32,
    names_direction: bool,
    asks_of_thread: bool,
    waits: Vec<Wait>,
}

/// A silence that a condition waits for: what a timer is to be set to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Wait {
    /// The node that asks, by its id, else by its place.
    pub node: String,
    /// How long our mail must have had no answer.
    pub period: Period,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zone: Option<Zone>,
}

impl Wait {
    /// When a mail of ours that was sent then has waited so long.
    pub fn deadline(&self, sent_at: Timestamp) -> Timestamp {
        match &self.zone {
            Some(zone) => self.period.after_in(sent_at, zone),
            None => self.period.after(sent_at),
        }
    }
}

/// Checks a condition and makes it ready.
///
/// # Errors
/// [`CompileError`] names the first node that cannot be used: beyond a limit of
/// [`limits`](crate::limits), empty, or with an id that is used twice.
pub fn compile(condition: &Condition) -> Result<Compiled, CompileError> {
    compile_at(condition, "")
}

pub(crate) fn compile_at(condition: &Condition, at: &str) -> Result<Compiled, CompileError> {
    let mut compiler = Compiler {
        base: at,
        nodes: 0,
        atoms: 0,
        needles: 0,
        ids: BTreeSet::new(),
        waits: Vec::new(),
        denied: 0,
    };
    let root = compiler.node(condition, "", 1, Gates::default())?;
    Ok(Compiled(Arc::new(Inner {
        asks_of_thread: asks_of_thread(&root),
        root,
        needles: compiler.needles,
        waits: compiler.waits,
        names_direction: mentions(condition, &|f| matches!(f, Filter::Direction(_))),
        source: condition.clone(),
    })))
}

impl Compiled {
    /// The condition it came from.
    pub fn condition(&self) -> &Condition {
        &self.0.source
    }

    /// The silences that it waits for, in the tree's order. A condition that
    /// waits for one is asked when a timer is due, about the mail of ours that
    /// had no answer; others are asked about mail that comes in.
    pub fn waits(&self) -> &[Wait] {
        &self.0.waits
    }

    /// Whether it asks what a mail itself does not tell: its thread, how many
    /// answers came before it, or whether any did.
    pub fn asks_of_thread(&self) -> bool {
        self.0.asks_of_thread
    }

    pub(crate) fn root(&self) -> &Node {
        &self.0.root
    }

    /// How many needles it has: their numbers lie below.
    pub(crate) fn needles(&self) -> u32 {
        self.0.needles
    }

    /// Whether the condition says which way a mail goes.
    pub(crate) fn names_direction(&self) -> bool {
        self.0.names_direction
    }
}

impl PartialEq for Compiled {
    fn eq(&self, other: &Self) -> bool {
        self.0.source == other.0.source
    }
}

impl Eq for Compiled {}

impl Serialize for Compiled {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.source.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Compiled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        compile(&Condition::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A node made ready.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) plan: Plan,
}

#[derive(Debug, Clone)]
pub(crate) enum Plan {
    All(Vec<Node>),
    Any(Vec<Node>),
    None(Vec<Node>),
    Leaf(&'static str, Probe),
}

/// A filter made ready.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Probe {
    From(Who),
    To(Who),
    Cc(Who),
    Subject(Words),
    Body(Words),
    HasAttachment(bool),
    Header(String, Option<Needle>),
    Class(BTreeSet<Class>),
    Sender(BTreeSet<SenderRelation>),
    RepliedTo(BTreeSet<OurMail>, Gates),
    Reply(bool, Gates),
    NthReply(u32, Option<u32>, Gates),
    NotReplied(Wait),
    Direction(Direction),
    Domain(BTreeSet<String>),
    Thread(BTreeSet<ThreadId>),
    Inbox(BTreeSet<InboxId>),
    Owner(BTreeSet<OwnerId>),
    Hours(Hours),
    Keywords {
        words: Vec<Words>,
        within: BTreeSet<Place>,
        at_least: usize,
    },
}

/// Words to look for, and how they were typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Words {
    pub(crate) typed: String,
    pub(crate) needle: Needle,
}

/// Somebody in an address header.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Address(Address),
    Domain(String),
    Words(Needle),
}

/// A mail of ours, named by either of its names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum OurMail {
    Identity(Identity),
    MessageId(MessageId),
}

/// What a reply need not be, because the condition itself says what it must be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Gates {
    /// A class is named: the mail need not be a person's.
    pub(crate) class_named: bool,
    /// A relation is named: the sender need not be the recipient's.
    pub(crate) sender_named: bool,
}

impl Gates {
    /// The gates of a child of an AND: what its siblings name holds for the
    /// same mail. What it names itself does not count, or `reply OR bounce`
    /// would let every machine's answer pass for a reply.
    fn lifted(self, beside: &Beside, child: &Condition) -> Self {
        let own = Beside::of(std::slice::from_ref(child));
        Self {
            class_named: self.class_named || beside.classes > own.classes,
            sender_named: self.sender_named || beside.senders > own.senders,
        }
    }
}

/// How many of some siblings name a class, and a relation.
struct Beside {
    classes: usize,
    senders: usize,
}

impl Beside {
    fn of(children: &[Condition]) -> Self {
        let count = |is_such: &dyn Fn(&Filter) -> bool| {
            let naming = children.iter().filter(|child| mentions(child, is_such));
            naming.count()
        };
        Self {
            classes: count(&|f| matches!(f, Filter::Class(_))),
            senders: count(&|f| matches!(f, Filter::Sender(_))),
        }
    }
}

struct Compiler<'a> {
    base: &'a str,
    nodes: usize,
    atoms: usize,
    needles: u32,
    ids: BTreeSet<String>,
    waits: Vec<Wait>,
    /// How many NOTs stand above.
    denied: usize,
}

impl Compiler<'_> {
    fn error<T>(&self, at: &str, problem: Problem) -> Result<T, CompileError> {
        Err(CompileError::new(format!("{}{at}", self.base), problem))
    }

    fn node(
        &mut self,
        node: &Condition,
        at: &str,
        depth: usize,
        gates: Gates,
    ) -> Result<Node, CompileError> {
        self.nodes += 1;
        if depth > MAX_DEPTH {
            return self.error(at, Problem::TooDeep);
        }
        if self.nodes > MAX_NODES {
            return self.error(at, Problem::TooManyNodes);
        }
        let id = match &node.id {
            None => at.to_owned(),
            Some(id) if id.is_empty() || id.len() > MAX_NODE_ID_BYTES || id.starts_with('/') => {
                return self.error(at, Problem::NodeId);
            }
            Some(id) => id.clone(),
        };
        if !self.ids.insert(id.clone()) {
            return self.error(at, Problem::DuplicateId(shown(&id)));
        }
        let plan = match &node.test {
            Test::And(children) => {
                let beside = Beside::of(children);
                let gates = |child: &Condition| gates.lifted(&beside, child);
                Plan::All(self.children(children, at, depth, &gates)?)
            }
            Test::Or(children) => Plan::Any(self.children(children, at, depth, &|_| gates)?),
            Test::Not(children) => {
                self.denied += 1;
                let children = self.children(children, at, depth, &|_| gates)?;
                self.denied -= 1;
                Plan::None(children)
            }
            Test::Filter(filter) => {
                let probe = self.probe(filter, at, gates, &id)?;
                Plan::Leaf(filter.name(), probe)
            }
        };
        Ok(Node { id, plan })
    }

    fn children(
        &mut self,
        children: &[Condition],
        at: &str,
        depth: usize,
        gates: &dyn Fn(&Condition) -> Gates,
    ) -> Result<Vec<Node>, CompileError> {
        if children.is_empty() {
            return self.error(at, Problem::Empty("conditions"));
        }
        let mut nodes = Vec::with_capacity(children.len().min(MAX_NODES));
        for (n, child) in children.iter().enumerate() {
            let at = format!("{at}/conditions/{n}");
            nodes.push(self.node(child, &at, depth + 1, gates(child))?);
        }
        Ok(nodes)
    }

    fn probe(
        &mut self,
        filter: &Filter,
        at: &str,
        gates: Gates,
        id: &str,
    ) -> Result<Probe, CompileError> {
        let name = filter.name();
        Ok(match filter {
            Filter::From(text) => Probe::From(self.who(text, at, name)?),
            Filter::To(text) => Probe::To(self.who(text, at, name)?),
            Filter::Cc(text) => Probe::Cc(self.who(text, at, name)?),
            Filter::Subject(text) => Probe::Subject(self.words(text, at, name)?),
            Filter::Body(text) => Probe::Body(self.words(text, at, name)?),
            Filter::HasAttachment(flag) => Probe::HasAttachment(*flag),
            Filter::Header { name: header, text } => {
                self.atom(header, at, name)?;
                let words = text.as_deref().map(|text| self.words(text, at, name));
                let needle = words.transpose()?.map(|words| words.needle);
                Probe::Header(header.trim().to_ascii_lowercase(), needle)
            }
            Filter::Class(classes) => Probe::Class(self.set(classes, at, name)?),
            Filter::Sender(relations) => Probe::Sender(self.set(relations, at, name)?),
            Filter::RepliedTo(ids) => {
                if ids.is_empty() {
                    return self.error(at, Problem::Empty(name));
                }
                let mails = ids.iter().map(|id| self.our_mail(id, at));
                Probe::RepliedTo(mails.collect::<Result<_, _>>()?, gates)
            }
            Filter::Reply(flag) => Probe::Reply(*flag, gates),
            Filter::NthReply { at_least, at_most } => {
                if *at_least == 0 || at_most.is_some_and(|most| most < *at_least) {
                    return self.error(at, Problem::NthReply);
                }
                Probe::NthReply(*at_least, *at_most, gates)
            }
            Filter::NotRepliedWithin { period, time_zone } => {
                let wait = self.wait(*period, time_zone.as_deref(), at, id)?;
                self.waits.push(wait.clone());
                Probe::NotReplied(wait)
            }
            Filter::Direction(direction) => Probe::Direction(*direction),
            Filter::Domain(domains) => {
                let domains = self.set(domains, at, name)?;
                let domains = domains.iter().map(|domain| self.domain(domain, at));
                Probe::Domain(domains.collect::<Result<_, _>>()?)
            }
            Filter::Thread(threads) => Probe::Thread(self.set(threads, at, name)?),
            Filter::Inbox(inboxes) => Probe::Inbox(self.set(inboxes, at, name)?),
            Filter::Owner(owners) => Probe::Owner(self.set(owners, at, name)?),
            Filter::BusinessHours(hours) => Probe::Hours(hours.clone()),
            Filter::KeywordGroup {
                words,
                within,
                at_least,
            } => {
                if words.is_empty() {
                    return self.error(at, Problem::Empty("words"));
                }
                if !(1..=words.len()).contains(at_least) {
                    return self.error(at, Problem::AtLeast);
                }
                let words = words.iter().map(|word| self.words(word, at, "words"));
                Probe::Keywords {
                    words: words.collect::<Result<_, _>>()?,
                    within: self.set(within, at, "in")?,
                    at_least: *at_least,
                }
            }
        })
    }

    /// Counts a text, and refuses an empty or overlong one.
    fn atom(&mut self, text: &str, at: &str, field: &'static str) -> Result<(), CompileError> {
        self.atoms += 1;
        if self.atoms > MAX_ATOMS {
            self.error(at, Problem::TooManyAtoms)
        } else if text.len() > MAX_TEXT_BYTES {
            self.error(at, Problem::TextTooLong(field))
        } else if text.trim().is_empty() {
            self.error(at, Problem::Empty(field))
        } else {
            Ok(())
        }
    }

    fn words(&mut self, text: &str, at: &str, field: &'static str) -> Result<Words, CompileError> {
        self.atom(text, at, field)?;
        let number = self.needles;
        self.needles += 1;
        match Needle::new(text, number) {
            Some(needle) => Ok(Words {
                typed: text.trim().to_owned(),
                needle,
            }),
            None => self.error(at, Problem::Empty(field)),
        }
    }

    fn who(&mut self, text: &str, at: &str, field: &'static str) -> Result<Who, CompileError> {
        let words = self.words(text, at, field)?;
        Ok(match (words.typed.strip_prefix('@'), Address::new(text)) {
            (Some(domain), _) => Who::Domain(ascii_or_lower(domain)),
            (None, Ok(address)) => Who::Address(address),
            (None, Err(_)) => Who::Words(words.needle),
        })
    }

    fn domain(&self, typed: &str, at: &str) -> Result<String, CompileError> {
        let domain = ascii_or_lower(typed.trim().trim_start_matches('@'));
        let plain = |c: char| !c.is_whitespace() && !matches!(c, '@' | '/' | ',');
        if domain.is_empty() || domain.len() > 253 || !domain.chars().all(plain) {
            return self.error(at, Problem::Domain(shown(typed)));
        }
        Ok(domain)
    }

    fn wait(
        &self,
        period: Period,
        time_zone: Option<&str>,
        at: &str,
        id: &str,
    ) -> Result<Wait, CompileError> {
        if self.denied > 0 {
            return self.error(at, Problem::SilenceUnderNot);
        }
        let zone = time_zone.map(|name| {
            let unknown = || self.error(at, Problem::TimeZone(shown(name)));
            Zone::named(name).map_or_else(unknown, Ok)
        });
        let (node, zone) = (id.to_owned(), zone.transpose()?);
        Ok(Wait { node, period, zone })
    }

    fn our_mail(&mut self, text: &str, at: &str) -> Result<OurMail, CompileError> {
        self.atom(text, at, "repliedTo")?;
        let identity = text.trim().parse().map(OurMail::Identity).ok();
        let named = identity.or_else(|| MessageId::new(text).map(OurMail::MessageId));
        named.map_or_else(
            || {
                let problem = Problem::UnknownValue {
                    field: "repliedTo",
                    value: shown(text),
                    known: "a Message-ID or an identity".to_owned(),
                };
                self.error(at, problem)
            },
            Ok,
        )
    }

    fn set<T: Ord + Clone>(
        &mut self,
        set: &BTreeSet<T>,
        at: &str,
        field: &'static str,
    ) -> Result<BTreeSet<T>, CompileError> {
        self.atoms += set.len();
        if set.is_empty() {
            self.error(at, Problem::Empty(field))
        } else if self.atoms > MAX_ATOMS {
            self.error(at, Problem::TooManyAtoms)
        } else {
            Ok(set.clone())
        }
    }
}

/// Whether such a filter stands in a tree, not counting what stands under NOT:
/// "and not a bounce" asks for no machine's mail. Called on trees whose depth
/// may not have been checked yet, so it stops at the limit.
/// Whether a node looks beyond the mail; compiling has bounded its depth.
fn asks_of_thread(node: &Node) -> bool {
    match &node.plan {
        Plan::All(children) | Plan::Any(children) | Plan::None(children) => {
            children.iter().any(asks_of_thread)
        }
        Plan::Leaf(_, probe) => matches!(
            probe,
            Probe::Thread(_) | Probe::NthReply(..) | Probe::NotReplied(_)
        ),
    }
}

fn mentions(node: &Condition, is_such: &dyn Fn(&Filter) -> bool) -> bool {
    fn below(node: &Condition, is_such: &dyn Fn(&Filter) -> bool, depth: usize) -> bool {
        match &node.test {
            Test::Filter(filter) => is_such(filter),
            Test::And(children) | Test::Or(children) => {
                depth < MAX_DEPTH && children.iter().any(|c| below(c, is_such, depth + 1))
            }
            Test::Not(_) => false,
        }
    }
    below(node, is_such, 0)
}

/// A domain as addresses hold it.
fn ascii_or_lower(domain: &str) -> String {
    let domain = domain.trim().trim_end_matches('.');
    idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase())
}
