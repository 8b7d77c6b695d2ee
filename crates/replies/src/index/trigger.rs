//! What must be true of a mail before a condition can hold.
//!
//! A trigger is a set of atoms of which a mail must have one, or the condition
//! cannot hold. Of an AND any child's trigger will do, and the rarest is
//! taken; of an OR it takes all children's; a NOT has none.

use inboxlink_message::Message;
use inboxlink_model::{Address, Class, Direction, Identity, InboxId, MessageId, OwnerId, ThreadId};

use crate::{
    MailFacts, SenderRelation,
    compile::{Node, OurMail, Plan, Probe, Who},
    evaluate::{Field, has_attachment, parents},
    free_mail::is_free_mail,
    text::Needle,
};

/// Something that is true of a mail or not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Fact {
    Address(Field, Address),
    Domain(Field, String),
    UnderDomain(String),
    Class(Class),
    Sender(SenderRelation),
    Answers,
    AnswersMessage(MessageId),
    AnswersIdentity(Identity),
    Thread(ThreadId),
    Inbox(InboxId),
    Owner(OwnerId),
    Direction(Direction),
    Attachment(bool),
    Silence,
}

/// A needle that stands in a field, or a fact.
#[derive(Debug, Clone)]
pub(super) enum Atom<'a> {
    Needle(Field, &'a Needle),
    Fact(Fact),
}

/// Atoms of which one must be true, and how often one is likely to be: a
/// number to compare by, no more.
#[derive(Debug, Default)]
pub(super) struct Trigger<'a> {
    pub(super) atoms: Vec<Atom<'a>>,
    cost: u32,
}

impl<'a> Trigger<'a> {
    /// The trigger of a node; none where the node may hold for any mail.
    pub(super) fn of(node: &'a Node) -> Option<Self> {
        match &node.plan {
            Plan::All(children) => {
                let triggers = children.iter().filter_map(Self::of);
                triggers.min_by_key(|trigger| trigger.cost)
            }
            Plan::Any(children) => {
                let triggers = children.iter().map(Self::of);
                triggers.collect::<Option<Vec<_>>>().map(Self::sum)
            }
            Plan::None(_) => None,
            Plan::Leaf(_, probe) => Self::of_probe(probe),
        }
    }

    fn sum(triggers: Vec<Self>) -> Self {
        let cost = triggers.iter().map(|trigger| trigger.cost).sum();
        let atoms = triggers.into_iter().flat_map(|t| t.atoms).collect();
        Self { atoms, cost }
    }

    fn of_probe(probe: &'a Probe) -> Option<Self> {
        let fact = |fact, cost| Some(Self::facts([fact], cost));
        match probe {
            Probe::From(who) => Some(Self::who(Field::From, who)),
            Probe::To(who) => Some(Self::who(Field::To, who)),
            Probe::Cc(who) => Some(Self::who(Field::Cc, who)),
            Probe::Subject(words) => Some(Self::needle(Field::Subject, &words.needle)),
            Probe::Body(words) => Some(Self::needle(Field::Body, &words.needle)),
            Probe::HasAttachment(flag) => fact(Fact::Attachment(*flag), 600),
            Probe::Class(classes) => {
                let cost = if classes.contains(&Class::Human) {
                    700
                } else {
                    200
                };
                Some(Self::facts(classes.iter().copied().map(Fact::Class), cost))
            }
            Probe::Sender(relations) => Some(Self::facts(
                relations.iter().copied().map(Fact::Sender),
                500,
            )),
            Probe::RepliedTo(mails, _) => {
                let mail = |mail: &OurMail| match mail {
                    OurMail::Identity(identity) => Fact::AnswersIdentity(*identity),
                    OurMail::MessageId(id) => Fact::AnswersMessage(id.clone()),
                };
                Some(Self::facts(mails.iter().map(mail), 1))
            }
            Probe::Reply(true, _) | Probe::NthReply(..) => fact(Fact::Answers, 400),
            Probe::NotReplied(_) => fact(Fact::Silence, 50),
            Probe::Direction(direction) => fact(Fact::Direction(*direction), 900),
            Probe::Domain(domains) => {
                let facts = domains.iter().cloned().map(Fact::UnderDomain);
                Some(Self::facts(facts, 5))
            }
            Probe::Thread(threads) => {
                Some(Self::facts(threads.iter().copied().map(Fact::Thread), 1))
            }
            Probe::Inbox(inboxes) => {
                Some(Self::facts(inboxes.iter().copied().map(Fact::Inbox), 150))
            }
            Probe::Owner(owners) => Some(Self::facts(owners.iter().copied().map(Fact::Owner), 150)),
            Probe::Keywords {
                words,
                within,
                at_least,
            } => {
                // Of any so many of the words one must be there, or too few are left.
                let mut words: Vec<_> = words.iter().map(|word| &word.needle).collect();
                words.sort_by_key(|needle| cost(needle));
                words.truncate(words.len() + 1 - at_least);
                let atoms = words.into_iter().flat_map(|needle| {
                    let places = within.iter().map(move |place| (*place).into());
                    places.map(move |field| Self::needle(field, needle))
                });
                Some(Self::sum(atoms.collect()))
            }
            Probe::Reply(false, _) | Probe::Header(..) | Probe::Hours(_) => None,
        }
    }

    fn needle(field: Field, needle: &'a Needle) -> Self {
        Self {
            atoms: vec![Atom::Needle(field, needle)],
            cost: cost(needle),
        }
    }

    fn who(field: Field, who: &'a Who) -> Self {
        match who {
            Who::Address(address) => Self::facts([Fact::Address(field, address.clone())], 2),
            Who::Domain(domain) => {
                let cost = if is_free_mail(domain) { 300 } else { 5 };
                Self::facts([Fact::Domain(field, domain.clone())], cost)
            }
            Who::Words(needle) => Self::needle(field, needle),
        }
    }

    fn facts(facts: impl IntoIterator<Item = Fact>, cost: u32) -> Self {
        let atoms = facts.into_iter().map(Atom::Fact).collect();
        Self { atoms, cost }
    }
}

/// Long words are rare.
fn cost(needle: &Needle) -> u32 {
    let words = needle.folded.split(|c: char| !c.is_alphanumeric());
    match words.map(str::len).max().unwrap_or_default() {
        ..=2 => 300,
        3 => 120,
        4 => 60,
        5..=6 => 25,
        _ => 10,
    }
}

/// All facts of a mail.
pub(super) fn facts_of(facts: &MailFacts<'_>, mut each: impl FnMut(Fact)) {
    let message: &Message = facts.message;
    for (field, people) in [
        (Field::From, &message.from),
        (Field::To, &message.to),
        (Field::Cc, &message.cc),
    ] {
        for person in people {
            each(Fact::Domain(field, person.address.domain().to_owned()));
            each(Fact::Address(field, person.address.clone()));
        }
    }
    if let Some(author) = message.author() {
        for domain in parents(author.address.domain()) {
            each(Fact::UnderDomain(domain.to_owned()));
        }
    }
    each(Fact::Class(facts.verdict.class));
    each(Fact::Direction(facts.direction));
    each(Fact::Attachment(has_attachment(message)));
    if let Some(attribution) = facts.attribution {
        each(Fact::Answers);
        each(Fact::Sender(attribution.sender));
        each(Fact::AnswersIdentity(attribution.outbound));
        each(Fact::AnswersMessage(attribution.matched.clone()));
    }
    let around = &facts.around;
    around.threads.iter().for_each(|it| each(Fact::Thread(*it)));
    around
        .inbox
        .into_iter()
        .for_each(|it| each(Fact::Inbox(it)));
    around
        .owner
        .into_iter()
        .for_each(|it| each(Fact::Owner(it)));
    if around.silence.is_some() {
        each(Fact::Silence);
    }
}
