//! The facts of one mail, folded once for all conditions.

use std::cell::OnceCell;

use inboxlink_model::{Direction, Mailbox};

use super::MailFacts;
use crate::{
    Attribution, Place, SenderRelation, Strength,
    compile::Gates,
    text::{Needle, fold, fold_body},
};

/// Where words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Field {
    Subject,
    Body,
    From,
    To,
    Cc,
}

impl Field {
    pub(crate) const ALL: [Self; 5] = [Self::Subject, Self::Body, Self::From, Self::To, Self::Cc];
}

impl From<Place> for Field {
    fn from(place: Place) -> Self {
        match place {
            Place::Subject => Self::Subject,
            Place::Body => Self::Body,
        }
    }
}

/// Whether a mail's texts hold a needle: found by looking, or known already.
pub(crate) trait Texts {
    fn hold(&self, field: Field, needle: &Needle) -> bool;
}

/// The facts, and their texts, each folded where one asks for it.
pub(crate) struct Seen<'a> {
    pub(crate) facts: &'a MailFacts<'a>,
    texts: [OnceCell<Vec<String>>; 5],
}

impl<'a> Seen<'a> {
    pub(crate) fn new(facts: &'a MailFacts<'a>) -> Self {
        Self {
            facts,
            texts: Default::default(),
        }
    }

    /// The texts of a field, folded.
    pub(crate) fn texts(&self, field: Field) -> &[String] {
        let message = self.facts.message;
        let [subject, body, from, to, cc] = &self.texts;
        match field {
            Field::Subject => subject.get_or_init(|| vec![fold(&message.subject)]),
            Field::Body => body.get_or_init(|| vec![fold_body(self.facts.new_text)]),
            Field::From => from.get_or_init(|| people(&message.from)),
            Field::To => to.get_or_init(|| people(&message.to)),
            Field::Cc => cc.get_or_init(|| people(&message.cc)),
        }
    }

    /// The mail of ours that the mail answers, where it may count as a reply:
    /// it came in, names ours by an id, is a person's, and comes from those we
    /// wrote to, unless the condition names class or sender itself.
    pub(crate) fn reply(&self, gates: Gates) -> Option<&Attribution> {
        let attribution = self.facts.attribution?;
        let human = gates.class_named || self.facts.verdict.human;
        let known = gates.sender_named || attribution.sender != SenderRelation::Other;
        let inbound = self.facts.direction == Direction::Inbound;
        let strong = attribution.strength == Strength::Strong;
        (human && known && inbound && strong).then_some(attribution)
    }
}

impl Texts for Seen<'_> {
    fn hold(&self, field: Field, needle: &Needle) -> bool {
        self.texts(field).iter().any(|text| needle.is_in(text))
    }
}

fn people(people: &[Mailbox]) -> Vec<String> {
    let texts = people.iter().flat_map(|p| [&*p.name, p.address.as_str()]);
    texts.map(fold).collect()
}
