//! What waits for an answer, in memory; and what is known around it.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_engine::{
    Conversation, Enrolled, EnrolmentPage, Keys, Page, Said, SentLately,
    limits::{CONVERSATION_MAILS, WAITS_AT_ONCE},
};
use inboxlink_model::{Address, EnrolmentId, ThreadId, Timestamp};

use super::workspace::Workspace;

impl Workspace {
    /// The threads that the keys' live mails are in.
    fn threads_of(&self, keys: &Keys) -> BTreeSet<ThreadId> {
        let nodes = keys.conversations.iter();
        nodes
            .filter_map(|node| Some(self.root(*self.nodes.get(node)?)))
            .collect()
    }

    pub(super) fn enrolments_around(&self, keys: &Keys) -> Vec<Enrolled> {
        let threads = self.threads_of(keys);
        let now_in = |row: &Enrolled| Enrolled {
            thread: self.root(row.thread),
            ..row.clone()
        };
        let rows = self.enrolments.values();
        let mut found: BTreeMap<EnrolmentId, Enrolled> = rows
            .filter(|row| {
                keys.enrolments.contains(&row.id())
                    || (row.enrolment.is_open() && threads.contains(&self.root(row.thread)))
            })
            .map(|row| (row.id(), now_in(row)))
            .collect();
        if let Some(until) = keys.due {
            let rows = self.enrolments.values();
            let mut due: Vec<_> = rows
                .filter(|row| row.due.is_some_and(|due| due <= until))
                .collect();
            due.sort_by_key(|row| (row.due, row.id()));
            let due = due.into_iter().take(WAITS_AT_ONCE);
            found.extend(due.map(|row| (row.id(), now_in(row))));
        }
        found.into_values().collect()
    }

    pub(super) fn conversations(&self, keys: &Keys) -> BTreeMap<ThreadId, Conversation> {
        if !self.rules.asks_of_threads() {
            return BTreeMap::new();
        }
        let threads = self.threads_of(keys).into_iter();
        threads
            .map(|thread| (thread, self.conversation(thread)))
            .collect()
    }

    fn conversation(&self, root: ThreadId) -> Conversation {
        let of_it = |thread: &&ThreadId| self.root(**thread) == root;
        let ids = self.redirects.keys().filter(of_it).copied();
        let mut rows: Vec<_> = self
            .messages
            .values()
            .filter(|row| of_it(&&row.thread))
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.at, row.identity)));
        rows.truncate(CONVERSATION_MAILS);
        let said = |row: &inboxlink_engine::MessageRow| {
            Said::new(row.identity, row.node, row.at, &row.verdict, &row.message)
        };
        Conversation {
            ids: ids.chain([root]).collect(),
            mails: rows.into_iter().map(said).collect(),
        }
    }

    /// The other addresses of those whom some addresses belong to.
    pub(super) fn kin(
        &self,
        addresses: &BTreeSet<&Address>,
    ) -> BTreeMap<Address, BTreeSet<Address>> {
        let contact = |address: &Address| self.addresses.get(address)?.contact;
        let others = |address: &Address| {
            let whose = contact(address)?;
            let all = self.addresses.values();
            let theirs = all.filter(|row| row.contact == Some(whose) && row.address != *address);
            let theirs: BTreeSet<_> = theirs.map(|row| row.address.clone()).collect();
            (!theirs.is_empty()).then(|| (address.clone(), theirs))
        };
        addresses.iter().filter_map(|it| others(it)).collect()
    }

    /// What went out before the one follow-up that is asked for.
    pub(super) fn sent(&self, keys: &Keys) -> SentLately {
        let asked = keys
            .follow_ups
            .first()
            .and_then(|id| self.follow_ups.get(id));
        let Some(asked) = asked else {
            return SentLately::default();
        };
        let others = self.follow_ups.values().filter(|made| made.id != asked.id);
        let sent: Vec<_> = others
            .filter_map(|made| Some((made, made.sent_at?)))
            .collect();
        let newest = sent.iter().map(|(_, at)| *at).max().unwrap_or_default();
        let a_day_ago = newest.plus_millis(-24 * 3_600_000);
        let to_contact = sent.iter().filter(|(made, _)| {
            made.mail.to == asked.mail.to
                || (made.contact.is_some() && made.contact == asked.contact)
        });
        let this_step = to_contact
            .clone()
            .filter(|(made, _)| made.rule == asked.rule);
        SentLately {
            this_step: u32::try_from(this_step.count()).unwrap_or(u32::MAX),
            to_contact: to_contact.map(|(_, at)| *at).collect(),
            all: (sent.iter().map(|(_, at)| *at))
                .filter(|at| *at >= a_day_ago)
                .collect(),
        }
    }

    pub(super) fn enrolments(
        &self,
        before: Option<(Timestamp, EnrolmentId)>,
        limit: usize,
    ) -> EnrolmentPage {
        let place = |row: &Enrolled| (row.created_at, row.id());
        let mut rows: Vec<_> = self
            .enrolments
            .values()
            .filter(|row| before.is_none_or(|before| place(row) < before))
            .cloned()
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(place(row)));
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().map(place).filter(|_| more);
        Page { items: rows, next }
    }
}
