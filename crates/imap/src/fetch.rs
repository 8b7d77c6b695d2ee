//! Fetching mail: several commands on their way at once, each checked for
//! completeness.

use std::collections::VecDeque;

use inboxlink_sync::{RawMail, UidSet};

use crate::{
    ErrorKind, ImapError, Session,
    command::Command,
    driver::{Event, Flood, Tag},
    limits::PIPELINE_DEPTH,
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
    flood: Flood,
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
    pub fn fetch(&mut self, sets: impl IntoIterator<Item = UidSet>, partial: Option<u32>) -> Fetch<'_> {
        let todo = sets.into_iter().filter(|set| !set.is_empty()).collect();
        Fetch { session: self, partial, todo, sent: VecDeque::new(), flood: Flood::default() }
    }

    /// Fetches what has a UID of `first` or higher. While the folder is being
    /// [watched](Session::watch) the end of IDLE and the fetch go out in one
    /// write.
    ///
    /// # Errors
    /// A refusal, or what ended the connection.
    pub async fn fetch_from(&mut self, first: u32, partial: Option<u32>) -> Result<Vec<RawMail>, ImapError> {
        self.changed = false;
        if self.driver.is_idling() {
            self.driver.done();
        }
        let tag = self.driver.send(&Command::fetch_from(first, self.attributes(), partial));
        let mut mails: Vec<RawMail> = Vec::new();
        let mut flood = Flood::default();
        loop {
            match self.driver.reply().await? {
                Event::Done(done, _) if done == tag => return Ok(mails),
                Event::Refused(done, error) if done == tag => return Err(error),
                Event::Done(..) | Event::Refused(..) => {}
                Event::Said(reply) => {
                    flood.check(&self.driver, &reply)?;
                    self.note(&reply);
                    // `9:*` names the last mail where none is that new.
                    let Reply::Fetched(fetched) = reply else { continue };
                    let mail = raw_mail(fetched).filter(|mail| mail.uid >= first);
                    mails.extend(mail.filter(|mail| mails.iter().all(|known| known.uid != mail.uid)));
                }
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
            while self.sent.len() < PIPELINE_DEPTH
                && let Some(asked) = self.todo.pop_front()
            {
                let command = Command::fetch(&asked, self.session.attributes(), self.partial);
                let tag = self.session.driver.send(&command);
                self.sent.push_back(Sent { tag, missing: asked.clone(), asked });
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
                Event::Said(reply) => {
                    self.flood.check(&self.session.driver, &reply)?;
                    self.session.note(&reply);
                    let Reply::Fetched(fetched) = reply else { continue };
                    if let Some(mail) = self.take(fetched)? {
                        return Ok(Some(FetchEvent::Mail(mail)));
                    }
                }
            }
        }
    }

    fn ended(&mut self, tag: Tag) -> Option<Sent> {
        let at = self.sent.iter().position(|sent| sent.tag == tag)?;
        self.sent.remove(at)
    }

    /// A mail that was asked for and has not come yet.
    fn take(&mut self, fetched: Fetched) -> Result<Option<RawMail>, ImapError> {
        let Some(mail) = raw_mail(fetched) else {
            return Ok(None);
        };
        let limit = self.partial.map_or(usize::MAX, |partial| partial as usize);
        if mail.bytes.len() > limit {
            return Err(self.session.driver.error(ErrorKind::Limit).about("more of a mail than was asked for"));
        }
        for sent in &mut self.sent {
            if sent.missing.contains(mail.uid) {
                sent.missing.remove(mail.uid);
                return Ok(Some(mail));
            }
        }
        Ok(None)
    }
}

/// A mail out of a response that holds one; a mere change of flags holds none.
fn raw_mail(fetched: Fetched) -> Option<RawMail> {
    let bytes = fetched.body.filter(|_| fetched.origin == 0)?;
    let seen = bytes.len() as u64;
    Some(RawMail {
        uid: fetched.uid?,
        internal_date: fetched.internal_date,
        size: fetched.size.map_or(seen, u64::from).max(seen),
        flags: fetched.flags,
        provider_id: fetched.provider_id,
        bytes,
    })
}
