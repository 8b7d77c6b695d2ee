//! Putting a mail into a folder: the one thing that this client writes.

use inboxlink_model::MessageId;
use tokio::time::timeout;

use crate::{
    ErrorKind, ImapError, Session,
    command::{Command, MailboxName},
    driver::{Driver, Event},
    limits::MAX_APPEND,
    reply::Reply,
};

/// LITERAL- (RFC 7888 §5) spares the wait for literals up to this size.
const SMALL: usize = 4096;

impl Session {
    /// Puts a mail at the end of a folder, marked as seen. Its bytes leave
    /// when the server has asked for them, or at once where it takes that.
    ///
    /// Dropped half-way the session is over, and the mail may be there.
    ///
    /// # Errors
    /// A refusal; a mail that is too large; what ended the connection.
    pub async fn append(&mut self, raw_name: &str, mail: &[u8]) -> Result<(), ImapError> {
        let name = MailboxName::new(raw_name)?;
        if mail.is_empty() || mail.len() > MAX_APPEND {
            let about = "a mail to be stored cannot be empty or that large";
            return Err(self.driver.error(ErrorKind::Argument).about(about));
        }
        self.driver.settle().await?;
        let small = mail.len() <= SMALL && self.offers("LITERAL-");
        let waits = !(small || self.offers("LITERAL+"));
        let command = Command::append(&name, mail.len(), waits);
        let mut under_way = UnderWay {
            driver: &mut self.driver,
            over: false,
        };
        let result = under_way.append(&command, mail, waits).await;
        under_way.over = true;
        result
    }

    /// Whether the open folder holds a message with that Message-ID.
    ///
    /// # Errors
    /// A refusal, or what ended the connection.
    pub async fn holds(&mut self, id: &MessageId) -> Result<bool, ImapError> {
        let Some(command) = Command::search_message_id(id.as_str()) else {
            return Ok(false);
        };
        let mut found = false;
        let take = |reply| {
            if let Reply::Found(uids) = reply {
                found |= !uids.is_empty();
            }
        };
        self.driver.run(&command, take).await?;
        Ok(found)
    }
}

/// A literal may be half sent: dropped then, the connection is of no use.
struct UnderWay<'a> {
    driver: &'a mut Driver,
    over: bool,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if !self.over {
            self.driver.abandon();
        }
    }
}

impl UnderWay<'_> {
    async fn append(
        &mut self,
        command: &Command,
        mail: &[u8],
        waits: bool,
    ) -> Result<(), ImapError> {
        let driver = &mut *self.driver;
        let tag = driver.send(command);
        let mut sent = !waits;
        if sent {
            driver.answer(mail.to_vec());
        }
        let limit = driver.timeouts().command;
        let exchange = async {
            loop {
                match driver.reply().await? {
                    Event::Done(done, _) if done == tag && sent => return Ok(()),
                    Event::Done(done, _) if done == tag => {
                        return Err(driver.broken("a mail stored that was not sent"));
                    }
                    Event::Refused(done, error) if done == tag => return Err(error),
                    Event::Said(Reply::Continue(_)) if !sent => {
                        sent = true;
                        driver.answer(mail.to_vec());
                    }
                    Event::Said(_) | Event::Done(..) | Event::Refused(..) => {}
                }
            }
        };
        let done = timeout(limit, Box::pin(exchange)).await;
        done.unwrap_or_else(|_| {
            self.driver.abandon();
            Err(self.driver.error(ErrorKind::Timeout))
        })
    }
}
