//! Thousands of rules asked at once.
//!
//! All texts that any rule looks for are found in one pass over the mail; a
//! rule is looked at only where something it cannot do without is there; and
//! its condition then finds its texts' answers known.

mod automaton;
mod part;
mod program;
mod tokens;
mod trigger;
mod vocabulary;

use std::{collections::BTreeSet, sync::Arc};

use inboxlink_model::RuleId;

use self::part::Part;
use crate::{MailFacts, Match, Rule, evaluate::Seen, limits::MAX_RECENT_RULES};

/// Rules, compiled to be asked together: for ten thousand of them a mail takes
/// tens of microseconds. Cloning it is cheap, and a clone stays as it is when
/// rules are put into the other.
///
/// ```
/// use inboxlink_replies::{Rule, RuleIndex, when::{body, reply}};
///
/// let mut index = RuleIndex::new([Rule::new(1, "Price", &reply().and(body("price")))?]);
/// index.put(Rule::new(2, "Demo", &reply().and(body("demo")))?);
/// assert_eq!(index.len(), 2);
/// # Ok::<(), inboxlink_replies::CompileError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct RuleIndex {
    settled: Arc<Part>,
    /// Rules put in since, few enough to be compiled anew with each.
    recent: Arc<Part>,
    /// Rules of `settled` that were taken out or replaced since.
    gone: BTreeSet<RuleId>,
}

impl RuleIndex {
    /// Compiles rules together.
    pub fn new(rules: impl IntoIterator<Item = Rule>) -> Self {
        Self {
            settled: Arc::new(Part::build(rules)),
            recent: Arc::default(),
            gone: BTreeSet::new(),
        }
    }

    /// Puts in a rule behind all others; one that had its id is taken out.
    ///
    /// Takes a fraction of a millisecond; every so often (each time
    /// [`MAX_RECENT_RULES`] have come or gone) as long as [`RuleIndex::new`].
    pub fn put(&mut self, rule: Rule) {
        self.change([(rule.id, Some(rule))]);
    }

    /// Takes out a rule; nothing happens where there is none of that id.
    pub fn remove(&mut self, rule: RuleId) {
        self.change([(rule, None)]);
    }

    /// Puts in and takes out rules, each id at most once: the same as one after
    /// the other, and compiled once.
    pub fn change(&mut self, changes: impl IntoIterator<Item = (RuleId, Option<Rule>)>) {
        let changes: Vec<_> = changes.into_iter().collect();
        let changed: BTreeSet<_> = changes.iter().map(|(id, _)| *id).collect();
        let of_settled = changed.iter().filter(|id| self.settled.has(**id));
        self.gone.extend(of_settled);
        let others = self.recent.rules();
        let others = others.filter(|rule| !changed.contains(&rule.id)).cloned();
        let new = changes.into_iter().filter_map(|(_, rule)| rule);
        let recent: Vec<_> = others.chain(new).collect();
        if recent.len() + self.gone.len() <= MAX_RECENT_RULES {
            self.recent = Arc::new(Part::build(recent));
        } else {
            let settled = self.settled.rules();
            let settled = settled.filter(|rule| !self.gone.contains(&rule.id));
            self.settled = Arc::new(Part::build(settled.cloned().chain(recent)));
            self.recent = Arc::default();
            self.gone.clear();
        }
    }

    /// The rule of an id.
    pub fn get(&self, id: RuleId) -> Option<&Rule> {
        let settled = || self.settled.get(id).filter(|_| !self.gone.contains(&id));
        self.recent.get(id).or_else(settled)
    }

    /// Whether a rule asks what a mail itself does not tell: see
    /// [`Compiled::asks_of_thread`](crate::Compiled::asks_of_thread).
    pub fn asks_of_threads(&self) -> bool {
        self.settled.asks_of_threads() || self.recent.asks_of_threads()
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.settled.len() - self.gone.len() + self.recent.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rules, in their order.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        let settled = self.settled.rules();
        let settled = settled.filter(|rule| !self.gone.contains(&rule.id));
        settled.chain(self.recent.rules())
    }

    /// The enabled rules whose conditions hold for a mail, in the rules' order:
    /// the same answer as [`matching`](crate::matching) gives.
    pub fn matching(&self, facts: &MailFacts<'_>) -> Vec<Match> {
        let seen = Seen::new(facts);
        let mut hits = Vec::new();
        self.settled.matching(facts, &seen, &mut hits);
        hits.retain(|hit| !self.gone.contains(&hit.rule));
        self.recent.matching(facts, &seen, &mut hits);
        hits
    }
}
