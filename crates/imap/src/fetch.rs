//! Fetching mail: several commands on their way at once, each checked for
//! completeness.

use std::collections::{BTreeMap, VecDeque};

use inboxlink_sync::{RawMail, UidSet};

use crate::{
    ImapError, Session,
    command::Command,
    driver::{Event, Tag},
    limits::{LIVE_MAILS, PIPELINE_DEPTH},
    reply::{Fetched, Reply},
};

/// What comes of a fetch.
#[derive(Debug)]
#[non_exhaustive]
pub enum FetchEvent {
    /// A mail, as soon as it has arrived.
    Mail(RawMail),
    /// A command is over. `missing` are UIDs that it asked for and the server
    /// passed over with an OK: gone, or ill.
    Done {
        /// What it asked for.
        asked: UidSet,
        /// What did not come.
        missing: UidSet,
    },
    /// A command was refused after some of its mails had come; the connection
    /// stands.
    Refused {
        /// What it asked for and did not get.
        missing: UidSet,
        /// Why.
        error: ImapError,
    },
}

/// A fetch under way: [`next`](Self::next) until it answers `None`.
#[derive(Debug)]
pub struct Fetch<'a> {
    session: &'a mut Session,
    partial: Option<u32>,
    todo: VecDeque<UidSet>,
    sent: VecDeque<Sent>,
}

#[derive(Debug)]
struct Sent {
    tag: Tag,
    asked: UidSet,
    missing: UidSet,
}

impl Session {
    /// Fetches mails by sets of UIDs, one command for each set; of each mail
    /// the first `partial` bytes, or all of it where `None`.
    pub fn fetch(
        &mut self,
        sets: impl IntoIterator<Item = UidSet>,
        partial: Option<u32>,
    ) -> Fetch<'_> {
        let todo = sets.into_iter().filter(|set| !set.is_empty()).collect();
        Fetch {
            session: self,
            partial,
            todo,
            sent: VecDeque::new(),
        }
    }

    /// Fetches what has a UID of `first` or higher: 256 mails at most, and
    /// then [`watch`](Session::watch) tells at once that there is more. While
    /// the folder is being watched the end of IDLE and the fetch go out in one
    /// write.
    ///
    /// # Errors
    /// A refusal, or what ended the connection.
    pub async fn fetch_from(
        &mut self,
        first: u32,
        partial: Option<u32>,
    ) -> Result<Vec<RawMail>, ImapError> {
        if self.driver.idling().is_some() {
            self.driver.done();
        } else {
            self.driver.settle().await?;
        }
        self.driver.folder_mut().changed = false;
        let command = Command::fetch_from(first, self.attributes(), partial);
        let tag = self.driver.send(&command);
        let mut mails = BTreeMap::new();
        loop {
            match self.driver.reply().await? {
                Event::Done(done, _) if done == tag => return Ok(mails.into_values().collect()),
                Event::Refused(done, error) if done == tag => return Err(error),
                Event::Said(Reply::Fetched(fetched)) => {
                    // `9:*` names the last mail where none is that new.
                    let mail = raw_mail(fetched, partial).filter(|mail| mail.uid >= first);
                    let Some(mail) = mail else { continue };
                    self.driver.wanted();
                    mails.insert(mail.uid, mail);
                    if mails.len() > LIVE_MAILS {
                        mails.pop_last();
                        self.driver.folder_mut().changed = true;
                    }
                }
                Event::Done(..) | Event::Refused(..) | Event::Said(_) => {}
            }
        }
    }
}

impl Fetch<'_> {
    /// What comes next; `None` once every command is over.
    ///
    /// Cancel-safe: what was not returned is returned by the next call.
    ///
    /// # Errors
    /// What ended the connection.
    pub async fn next(&mut self) -> Result<Option<FetchEvent>, ImapError> {
        loop {
            if self.sent.is_empty() && !self.todo.is_empty() {
                self.session.driver.settle().await?;
            }
            while self.sent.len() < PIPELINE_DEPTH
                && let Some(asked) = self.todo.pop_front()
            {
                let command = Command::fetch(&asked, self.session.attributes(), self.partial);
                let tag = self.session.driver.send(&command);
                self.sent.push_back(Sent {
                    tag,
                    missing: asked.clone(),
                    asked,
                });
            }
            if self.sent.is_empty() {
                return Ok(None);
            }
            match self.session.driver.reply().await? {
                Event::Done(tag, _) => {
                    if let Some(Sent { asked, missing, .. }) = self.ended(tag) {
                        return Ok(Some(FetchEvent::Done { asked, missing }));
                    }
                }
                Event::Refused(tag, error) => {
                    if let Some(Sent { missing, .. }) = self.ended(tag) {
                        return Ok(Some(FetchEvent::Refused { missing, error }));
                    }
                }
                Event::Said(Reply::Fetched(fetched)) => {
                    if let Some(mail) = self.take(fetched) {
                        self.session.driver.wanted();
                        return Ok(Some(FetchEvent::Mail(mail)));
                    }
                }
                Event::Said(_) => {}
            }
        }
    }

    fn ended(&mut self, tag: Tag) -> Option<Sent> {
        let at = self.sent.iter().position(|sent| sent.tag == tag)?;
        self.sent.remove(at)
    }

    /// A mail that was asked for and has not come yet.
    fn take(&mut self, fetched: Fetched) -> Option<RawMail> {
        let mail = raw_mail(fetched, self.partial)?;
        let sent = &mut self.sent;
        let sent = sent.iter_mut().find(|s| s.missing.contains(mail.uid))?;
        sent.missing.remove(mail.uid);
        Some(mail)
    }
}

/// A mail out of a response that holds one; a mere change of flags holds none.
fn raw_mail(fetched: Fetched, partial: Option<u32>) -> Option<RawMail> {
    let mut bytes = fetched.body.filter(|_| fetched.origin == 0)?;
    let asked = partial.map_or(usize::MAX, |partial| partial as usize);
    let seen = bytes.len() as u64;
    // RFC822.SIZE is an estimate on some servers; a mail that ends before the
    // range asked for is whole, whatever it says.
    let size = match bytes.len() < asked {
        true => seen,
        false => fetched.size.map_or(seen, u64::from).max(seen),
    };
    // Some servers know no ranges: what is beyond stays with them.
    bytes.truncate(asked);
    Some(RawMail {
        uid: fetched.uid?,
        internal_date: fetched.internal_date,
        size,
        flags: fetched.flags,
        provider_id: fetched.provider_id,
        bytes,
    })
}
