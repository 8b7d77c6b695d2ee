//! Rules: put in, taken out, switched. Saying the same again is nothing.

use std::collections::BTreeSet;

use inboxlink_model::RuleId;
use inboxlink_replies::Rule;

use crate::{Changes, Neighbourhood};

/// These and no others.
pub(super) fn put_all(changes: &mut Changes, known: &Neighbourhood, rules: &[Rule]) {
    let mut wanted = BTreeSet::new();
    // Of two with one id the last one counts.
    for rule in rules.iter().rev().filter(|rule| wanted.insert(rule.id)) {
        put(changes, known, rule);
    }
    let others = known.rules.rules().map(|rule| rule.id);
    let others = others.filter(|id| !wanted.contains(id));
    changes.rules.extend(others.map(|id| (id, None)));
}

pub(super) fn put(changes: &mut Changes, known: &Neighbourhood, rule: &Rule) {
    if known.rules.get(rule.id) != Some(rule) {
        changes.rules.push((rule.id, Some(rule.clone())));
    }
}

pub(super) fn remove(changes: &mut Changes, known: &Neighbourhood, rule: RuleId) {
    if known.rules.get(rule).is_some() {
        changes.rules.push((rule, None));
    }
}

pub(super) fn switch(changes: &mut Changes, known: &Neighbourhood, rule: RuleId, enabled: bool) {
    if let Some(old) = known.rules.get(rule) {
        let switched = Rule {
            enabled,
            ..old.clone()
        };
        put(changes, known, &switched);
    }
}
