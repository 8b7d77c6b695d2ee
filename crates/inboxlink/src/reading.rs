//! What somebody reads of a workspace's mail: timelines, threads, messages.
//!
//! Everything here asks for a [`Viewer`], and one pair of eyes, [`Sight`],
//! decides what they see. Whoever shows a mail, an attachment of it, or a hit
//! of a search gets it from here.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_engine::{
    Input, Page, SeenMail, Sight, StoredMessage, ThreadLevel, ThreadLevelRow, TimelineEntry,
    TimelinePage, TimelinePlace, Unseen, Viewer, quarantine,
};
use inboxlink_model::{Address, ContactId, Direction, Identity, InboxId, OwnerId, ThreadId};
use inboxlink_timeline::Visibility;

use crate::{Error, MailOf, Workspace, limits::PAGES_LOOKED_THROUGH};

/// A conversation, as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadView {
    /// The thread, under the id that it has now.
    pub thread: ThreadId,
    /// Its mails, oldest first.
    pub mails: Vec<SeenMail>,
    /// Mails that cite it, and for whose authors nothing else speaks: to be
    /// shown apart, with a warning, if at all.
    pub quarantined: Vec<SeenMail>,
    /// How many mails the inboxes' settings leave out: excluded people, mail
    /// within the team, calendar noise.
    pub left_out: usize,
}

impl Workspace {
    /// A contact's timeline, newest first: every message they take part in, as
    /// the viewer sees it, however many inboxes hold it. For the whole
    /// conversation around an entry ask for its [`thread`](Self::thread).
    ///
    /// `before` is [`Page::next`] of the page before. A page can be shorter
    /// than asked for where much is hidden from the viewer; `next` tells
    /// whether there is more.
    pub async fn timeline(
        &self,
        viewer: Viewer,
        contact: ContactId,
        before: Option<TimelinePlace>,
        limit: usize,
    ) -> Result<Page<TimelineEntry, TimelinePlace>, Error> {
        let config = self.config().await?;
        let sight = Sight::new(viewer, &config);
        self.entries(&sight, MailOf::Contact(contact), before, limit)
            .await
    }

    /// The mail that an inbox holds, newest first, as the viewer sees it; paged
    /// as a [`timeline`](Self::timeline).
    pub async fn inbox_timeline(
        &self,
        viewer: Viewer,
        inbox: InboxId,
        before: Option<TimelinePlace>,
        limit: usize,
    ) -> Result<Page<TimelineEntry, TimelinePlace>, Error> {
        let config = self.config().await?;
        let sight = Sight::new(viewer, &config);
        self.entries(&sight, MailOf::Inbox(inbox), before, limit)
            .await
    }

    /// A conversation, as the viewer sees it; `None` where they see none of it.
    /// An id from before two threads became one is as good as the new one.
    pub async fn thread(
        &self,
        viewer: Viewer,
        thread: ThreadId,
    ) -> Result<Option<ThreadView>, Error> {
        let mails = self.shared.store.thread(self.id, thread).await?;
        let Some(thread) = mails.first().map(|mail| mail.thread) else {
            return Ok(None);
        };
        let config = self.config().await?;
        let sight = Sight::new(viewer, &config);
        let apart = self.quarantine(&sight, &mails).await?;
        let levels = self.levels([thread].into()).await?;
        let levels = levels.get(&thread).map_or(&[][..], Vec::as_slice);
        let mut view = ThreadView {
            thread,
            mails: Vec::new(),
            quarantined: Vec::new(),
            left_out: 0,
        };
        for (mail, apart) in mails.into_iter().zip(apart) {
            match sight.see(mail, levels) {
                Ok(seen) if apart => view.quarantined.push(seen),
                Ok(seen) => view.mails.push(seen),
                Err(Unseen::Hidden(_)) => view.left_out += 1,
                Err(_) => {}
            }
        }
        let empty = view.mails.is_empty() && view.quarantined.is_empty();
        Ok(Some(view).filter(|_| !empty))
    }

    /// One message, as the viewer sees it; `None` where they do not, or where
    /// there is none.
    pub async fn message(
        &self,
        viewer: Viewer,
        message: Identity,
    ) -> Result<Option<SeenMail>, Error> {
        let Some(mail) = self.shared.store.message(self.id, message).await? else {
            return Ok(None);
        };
        let config = self.config().await?;
        let levels = self.levels([mail.thread].into()).await?;
        let levels = levels.get(&mail.thread).map_or(&[][..], Vec::as_slice);
        Ok(Sight::new(viewer, &config).see(mail, levels).ok())
    }

    /// An owner says how much the others see of their mail in a thread;
    /// `None`: as much as their inbox shares. It holds for what joins the
    /// thread later, and while only that owner's inboxes hold a mail: see
    /// [`visibility`](inboxlink_timeline::visibility).
    pub async fn share_thread(
        &self,
        owner: OwnerId,
        thread: ThreadId,
        level: Option<Visibility>,
    ) -> Result<(), Error> {
        let row = ThreadLevelRow {
            thread,
            owner,
            level,
        };
        self.apply(Input::PutThreadLevel(row)).await
    }

    /// What owners said of a thread with [`share_thread`](Self::share_thread).
    pub async fn thread_levels(&self, thread: ThreadId) -> Result<Vec<ThreadLevel>, Error> {
        let mut levels = self.levels([thread].into()).await?;
        Ok(levels.remove(&thread).unwrap_or_default())
    }

    /// Which messages stand on a page, for whoever reads them whole.
    pub(crate) async fn entry_places(
        &self,
        viewer: Viewer,
        whose: MailOf,
        before: Option<TimelinePlace>,
        limit: usize,
    ) -> Result<Page<Identity, TimelinePlace>, Error> {
        let config = self.config().await?;
        let sight = Sight::new(viewer, &config);
        let page = self.entries(&sight, whose, before, limit).await?;
        Ok(Page {
            items: page.items.iter().map(|entry| entry.message).collect(),
            next: page.next,
        })
    }

    async fn entries(
        &self,
        sight: &Sight<'_>,
        timeline: MailOf,
        before: Option<TimelinePlace>,
        limit: usize,
    ) -> Result<Page<TimelineEntry, TimelinePlace>, Error> {
        let mut items = Vec::new();
        let mut next = before;
        for _ in 0..PAGES_LOOKED_THROUGH {
            let page = self.raw_page(timeline, next, limit).await?;
            next = page.next;
            let shown = self.shown(sight, timeline, page.items).await?;
            for seen in shown {
                if items.len() == limit {
                    // The page is full; it ends with the last one taken.
                    next = items.last().map(TimelineEntry::place);
                    return Ok(Page { items, next });
                }
                items.push(TimelineEntry::new(seen));
            }
            if next.is_none() || items.len() == limit {
                break;
            }
        }
        Ok(Page { items, next })
    }

    async fn raw_page(
        &self,
        timeline: MailOf,
        before: Option<TimelinePlace>,
        limit: usize,
    ) -> Result<TimelinePage, Error> {
        let store = &self.shared.store;
        Ok(match timeline {
            MailOf::Contact(id) => store.timeline(self.id, id, before, limit).await?,
            MailOf::Inbox(id) => store.inbox_timeline(self.id, id, before, limit).await?,
        })
    }

    /// Those of a page that the viewer sees, with their snippets.
    async fn shown(
        &self,
        sight: &Sight<'_>,
        timeline: MailOf,
        mails: Vec<StoredMessage>,
    ) -> Result<Vec<SeenMail>, Error> {
        let apart = match timeline {
            MailOf::Contact(contact) => self.forged(sight, contact, &mails).await?,
            // There it can be looked at.
            MailOf::Inbox(_) => BTreeSet::new(),
        };
        let threads = mails.iter().map(|mail| mail.thread).collect();
        let levels = self.levels(threads).await?;
        let mut shown: Vec<SeenMail> = (mails.into_iter())
            .filter(|mail| !apart.contains(&mail.identity))
            .filter_map(|mail| {
                let said = levels.get(&mail.thread).map_or(&[][..], Vec::as_slice);
                sight.see(mail, said).ok()
            })
            .collect();
        self.complete(&mut shown);
        Ok(shown)
    }

    /// Makes the snippets that are missing, and keeps them.
    fn complete(&self, mails: &mut [SeenMail]) {
        let mut made = Vec::new();
        for mail in mails.iter_mut().map(|seen| &mut seen.mail) {
            if mail.snippet.is_none() {
                let snippet = mail.new_snippet();
                made.push((mail.identity, snippet.clone()));
                mail.snippet = Some(snippet);
            }
        }
        if !made.is_empty() {
            // Nobody waits for it: a page never waits for a commit.
            let workspace = self.clone();
            tokio::spawn(async move {
                let kept = workspace.shared.store.keep_snippets(workspace.id, made);
                if let Err(error) = kept.await {
                    tracing::debug!(%error, "snippets were not kept; they are made again");
                }
            });
        }
    }

    /// Those of a contact's mails that only cite a conversation: the contact
    /// stands in their headers, but did not write them.
    async fn forged(
        &self,
        sight: &Sight<'_>,
        contact: ContactId,
        mails: &[StoredMessage],
    ) -> Result<BTreeSet<Identity>, Error> {
        let theirs = self.contact(contact).await?;
        let theirs = theirs.map(|contact| contact.addresses).unwrap_or_default();
        let suspects: Vec<&StoredMessage> = (mails.iter())
            .filter(|mail| {
                let message = &mail.message;
                let author = message.author().map(|author| &author.address);
                let cites = !message.references.is_empty() || !message.in_reply_to.is_empty();
                let stranger = author
                    .is_none_or(|author| !theirs.contains(author) && !sight.own().contains(author));
                cites && stranger
            })
            .collect();
        let known = self.known(&suspects).await?;
        let threads: BTreeSet<ThreadId> = (suspects.iter())
            .filter(|mail| {
                let author = mail.message.author();
                author.is_none_or(|author| !known.contains(&author.address))
            })
            .map(|mail| mail.thread)
            .collect();
        let mut forged = BTreeSet::new();
        for thread in threads {
            let all = self.shared.store.thread(self.id, thread).await?;
            let apart = self.quarantine(sight, &all).await?;
            let apart = all.iter().zip(apart).filter(|(_, apart)| *apart);
            forged.extend(apart.map(|(mail, _)| mail.identity));
        }
        forged.retain(|identity| suspects.iter().any(|mail| mail.identity == *identity));
        Ok(forged)
    }

    async fn quarantine(
        &self,
        sight: &Sight<'_>,
        mails: &[StoredMessage],
    ) -> Result<Vec<bool>, Error> {
        let inbound: Vec<&StoredMessage> = (mails.iter())
            .filter(|mail| {
                inboxlink_timeline::direction(sight.own(), &mail.message) == Direction::Inbound
            })
            .collect();
        if inbound.len() == mails.len() || inbound.is_empty() {
            // Nobody of us in it, or nobody else.
            return Ok(vec![false; mails.len()]);
        }
        let known = self.known(&inbound).await?;
        Ok(quarantine(sight.own(), mails, |who| known.contains(who)))
    }

    /// The authors that we have written to.
    async fn known(&self, mails: &[&StoredMessage]) -> Result<BTreeSet<Address>, Error> {
        let authors = mails.iter().filter_map(|mail| mail.message.author());
        let authors: BTreeSet<Address> = authors.map(|author| author.address.clone()).collect();
        if authors.is_empty() {
            return Ok(authors);
        }
        let rows = self.shared.store.addresses(self.id, authors).await?;
        let known = rows.into_iter().filter(|(_, row)| row.facts.sent_to > 0);
        Ok(known.map(|(address, _)| address).collect())
    }

    async fn levels(
        &self,
        threads: BTreeSet<ThreadId>,
    ) -> Result<BTreeMap<ThreadId, Vec<ThreadLevel>>, Error> {
        Ok(self.shared.store.thread_levels(self.id, threads).await?)
    }
}
