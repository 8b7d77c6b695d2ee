//! Why a rule fires for a mail, and why it does not: asked of a stored mail,
//! without anything happening.

use inboxlink_model::RuleId;
use serde::{Deserialize, Serialize};

use crate::{Evaluation, MailFacts, Rule};

/// What one rule would do with a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DryRun {
    /// The rule.
    pub rule: RuleId,
    /// Its name.
    pub name: String,
    /// What would come of it.
    pub outcome: Outcome,
    /// Its condition's answer, node by node, whatever the outcome.
    pub evaluation: Evaluation,
}

/// What comes of a rule and a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It would fire, were the mail new.
    Fires,
    /// Its condition does not hold: see the trace.
    DoesNotHold,
    /// Its condition holds, and it is switched off.
    SwitchedOff,
    /// Its condition holds, and the mail is our own, for which rules fire only
    /// where they name a `direction`.
    OurOwnMail,
}

/// Asks every rule about a mail, and changes nothing. A mail that was there
/// before an inbox was connected fires no rule; here it is asked about like any
/// other.
pub fn dry_run(rules: &[Rule], facts: &MailFacts<'_>) -> Vec<DryRun> {
    let ask = |rule: &Rule| {
        let evaluation = rule.condition.evaluate(facts);
        let outcome = if !evaluation.matched {
            Outcome::DoesNotHold
        } else if !rule.enabled {
            Outcome::SwitchedOff
        } else if !rule.condition.concerns(facts) {
            Outcome::OurOwnMail
        } else {
            Outcome::Fires
        };
        DryRun {
            rule: rule.id,
            name: rule.name.clone(),
            outcome,
            evaluation,
        }
    };
    rules.iter().map(ask).collect()
}
