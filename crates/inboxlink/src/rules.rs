//! The rules of a workspace: put in one by one or all at once, and asked why.

use inboxlink_engine::{Input, Viewer, explain, explain_keys};
use inboxlink_model::{Identity, MessageId, RuleId};
use inboxlink_replies::{DryRun, Rule};

use crate::{Error, Workspace, clock};

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

    /// Why each rule fires for a stored mail, or does not: every node of its
    /// condition, and what it saw. Nothing changes by it. A mail of ours is
    /// asked about as a timer would, with the silence that has lasted until
    /// now. `None` where there is no such mail, or none that the viewer may
    /// read: what the conditions saw is what it says.
    pub async fn explain(
        &self,
        viewer: Viewer,
        message: Identity,
    ) -> Result<Option<Vec<DryRun>>, Error> {
        let seen = self.message(viewer, message).await?;
        let Some(seen) = seen.filter(|seen| seen.visibility.shows_content()) else {
            return Ok(None);
        };
        let mail = seen.mail;
        let known = self.shared.store.load(explain_keys(self.id, &mail)).await?;
        Ok(Some(explain(&known, &mail, clock::now())))
    }

    /// A mail of ours went under another id too, because the provider that
    /// sent it put its own in the place of ours: answers that name that one
    /// are answers to it.
    pub async fn put_alias(&self, message: Identity, id: MessageId) -> Result<(), Error> {
        self.apply(Input::Alias { message, id }).await
    }

    /// Replaces all rules.
    pub async fn put_rules(&self, rules: Vec<Rule>) -> Result<(), Error> {
        self.apply(Input::PutRules(rules)).await
    }
}
