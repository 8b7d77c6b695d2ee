//! The rules of a workspace: put in one by one or all at once, and asked why.

use inboxlink_engine::Input;
use inboxlink_model::RuleId;
use inboxlink_replies::Rule;

use crate::{Error, Workspace};

impl Workspace {
    /// Its rules, by id.
    ///
    /// # Errors
    /// The store's; so it is with all that follow.
    pub async fn rules(&self) -> Result<Vec<Rule>, Error> {
        Ok(self.shared.store.rules(self.id).await?)
    }

    /// Adds a rule, or puts it in the place of the one with its id. It fires on
    /// mail that arrives from now on.
    pub async fn put_rule(&self, rule: Rule) -> Result<(), Error> {
        self.apply(Input::PutRule(Box::new(rule))).await
    }

    /// Takes out a rule; nothing happens where there is none of that id.
    pub async fn remove_rule(&self, rule: RuleId) -> Result<(), Error> {
        self.apply(Input::RemoveRule(rule)).await
    }

    /// Switches a rule on or off; it stays, and what it sent stays too.
    pub async fn switch_rule(&self, rule: RuleId, enabled: bool) -> Result<(), Error> {
        self.apply(Input::SwitchRule { rule, enabled }).await
    }

    /// Replaces all rules.
    pub async fn put_rules(&self, rules: Vec<Rule>) -> Result<(), Error> {
        self.apply(Input::PutRules(rules)).await
    }
}
