//! Who reads, and how much of a mail they see.

use inboxlink_message::Message;
use inboxlink_model::{Direction, OwnAddresses, OwnerId};
use inboxlink_timeline::{
    Hidden, Holding, TimelinePolicy, Visibility, direction, hidden, visibility,
};
use serde::{Deserialize, Serialize};

use crate::{Inbox, StoredMessage, WorkspaceConfig};

/// Who asks for mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Viewer {
    /// The service itself: an automation, an export for the person whose data
    /// it is. It sees everything, hidden mail included. Never hand it what a
    /// page is made for.
    Service,
    /// One of the team. They see all of their own inboxes, and of the others
    /// what their owners share.
    Member(OwnerId),
}

/// What an inbox's owner said of one thread, in place of the inbox's own level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadLevel {
    /// Whose inboxes it is about.
    pub owner: OwnerId,
    /// How much of the thread the others see.
    pub level: Visibility,
}

/// A mail as somebody sees it: what they may not see is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenMail {
    /// How much they see.
    pub visibility: Visibility,
    /// Which way it went, by the addresses that are ours now.
    pub direction: Direction,
    /// The mail, as far as it is seen.
    pub mail: StoredMessage,
}

/// Why a mail is not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unseen {
    /// Nobody shares it with the viewer: they may not know that it is there.
    Private,
    /// No inbox that holds it wants it on a timeline.
    Hidden(Hidden),
}

/// A viewer's eyes: the one place where it is decided who sees what.
///
/// Of the inboxes that hold a mail, those count whose policy does not leave it
/// out; among them *each viewer sees the most that some inbox allows*, see
/// [`visibility`].
#[derive(Debug, Clone)]
pub struct Sight<'a> {
    viewer: Viewer,
    config: &'a WorkspaceConfig,
    own: OwnAddresses,
}

impl<'a> Sight<'a> {
    /// Of a viewer, under the settings as they are now.
    pub fn new(viewer: Viewer, config: &'a WorkspaceConfig) -> Self {
        Self {
            viewer,
            config,
            own: config.own_addresses(),
        }
    }

    /// The addresses that are ours.
    pub fn own(&self) -> &OwnAddresses {
        &self.own
    }

    /// The mail as the viewer sees it; `levels` is what owners said of its
    /// thread.
    ///
    /// # Errors
    /// Why they do not see it at all.
    pub fn see(&self, mail: StoredMessage, levels: &[ThreadLevel]) -> Result<SeenMail, Unseen> {
        let direction = direction(&self.own, &mail.message);
        let visibility = match self.viewer {
            Viewer::Service => Visibility::Everything,
            Viewer::Member(viewer) => self.level(viewer, &mail, direction, levels)?,
        };
        let mail = match visibility {
            Visibility::Private => return Err(Unseen::Private),
            Visibility::Everything => mail,
            level => reduced(mail, level),
        };
        Ok(SeenMail {
            visibility,
            direction,
            mail,
        })
    }

    fn level(
        &self,
        viewer: OwnerId,
        mail: &StoredMessage,
        direction: Direction,
        levels: &[ThreadLevel],
    ) -> Result<Visibility, Unseen> {
        let mut holdings = Vec::new();
        let mut why = None;
        for inbox in mail.inboxes.iter().filter_map(|id| self.config.inbox(*id)) {
            let policy = policy_of(inbox, self.config);
            match hidden(
                &policy,
                &self.own,
                &mail.message,
                direction,
                mail.verdict.class,
            ) {
                Some(reason) => why = Some(reason),
                None => {
                    let owner = inbox.owner_at(mail.at);
                    let mut said = levels.iter().filter(|level| level.owner == owner);
                    holdings.push(Holding {
                        owner,
                        level: inbox.mail.sharing,
                        thread: said.next().map(|level| level.level),
                    });
                }
            }
        }
        match why {
            Some(reason) if holdings.is_empty() => Err(Unseen::Hidden(reason)),
            _ => Ok(visibility(viewer, &holdings)),
        }
    }
}

/// What an inbox wants on timelines.
fn policy_of(inbox: &Inbox, config: &WorkspaceConfig) -> TimelinePolicy {
    TimelinePolicy {
        exclusions: inbox.mail.exclusions.clone(),
        internal: inbox.mail.internal,
        calendar: config.show_calendar,
    }
}

/// Who wrote to whom and when; the subject too, where that is shown. Evidence
/// quotes the mail, and Bcc is its author's alone.
fn reduced(mail: StoredMessage, level: Visibility) -> StoredMessage {
    let StoredMessage {
        mut verdict,
        message,
        ..
    } = mail;
    verdict.evidence = Vec::new();
    let subject = if level.shows_subject() {
        message.subject
    } else {
        String::new()
    };
    StoredMessage {
        verdict,
        snippet: Some(String::new()),
        message: Message {
            from: message.from,
            sender: message.sender,
            to: message.to,
            cc: message.cc,
            date: message.date,
            subject,
            ..Message::default()
        },
        ..mail
    }
}

#[cfg(test)]
mod tests {
    use inboxlink_model::{
        Class, Identity, InboxId, Mailbox, NodeId, ThreadId, Timestamp, Verdict,
    };
    use inboxlink_settings::{ConnectionSettings, HostPolicy};

    use super::*;

    fn inbox(n: u64, sharing: Visibility) -> Inbox {
        let settings = ConnectionSettings::builder()
            .host("imap.example.com")
            .username(format!("u{n}@example.com"))
            .password("secret")
            .owner(n)
            .build(&HostPolicy::default())
            .unwrap();
        let mut inbox = Inbox::new(InboxId::from(n), &settings);
        inbox.mail.sharing = sharing;
        inbox
    }

    fn mail(inboxes: &[u64]) -> StoredMessage {
        let mailbox = |address: &str| Mailbox::new("", address).unwrap();
        StoredMessage {
            identity: Identity::from(1),
            node: NodeId::from(1),
            thread: ThreadId::from(1),
            at: Timestamp(0),
            historical: true,
            verdict: Verdict {
                class: Class::Human,
                human: true,
                evidence: Vec::new(),
            },
            snippet: Some("a secret".into()),
            message: Message {
                from: vec![mailbox("ann@example.org")],
                to: vec![mailbox("u1@example.com")],
                bcc: vec![mailbox("ben@example.org")],
                subject: "a secret".into(),
                text: Some("a secret".into()),
                html: Some("a secret".into()),
                ..Message::default()
            },
            locations: Vec::new(),
            deleted: false,
            inboxes: inboxes.iter().map(|n| InboxId::from(*n)).collect(),
        }
    }

    fn config(inboxes: Vec<Inbox>) -> WorkspaceConfig {
        WorkspaceConfig {
            inboxes,
            ..WorkspaceConfig::default()
        }
    }

    #[test]
    fn each_level_shows_what_it_says() {
        for (level, subject, secrets) in [
            (Visibility::Everything, true, 4),
            (Visibility::Subject, true, 1),
            (Visibility::Metadata, false, 0),
        ] {
            let config = config(vec![inbox(1, level)]);
            let seen = Sight::new(Viewer::Member(2.into()), &config)
                .see(mail(&[1]), &[])
                .unwrap();
            assert_eq!(seen.visibility, level);
            assert_eq!(!seen.mail.message.subject.is_empty(), subject);
            let text = serde_json::to_string(&seen).unwrap();
            assert_eq!(text.matches("a secret").count(), secrets, "{text}");
            assert!(text.contains("ann@example.org"));
            assert_eq!(text.contains("ben@example.org"), secrets == 4);
            // Its owner sees it whole.
            let own = Sight::new(Viewer::Member(1.into()), &config);
            assert_eq!(own.see(mail(&[1]), &[]).unwrap().mail, mail(&[1]));
        }
        let config = config(vec![inbox(1, Visibility::Private)]);
        let stranger = Sight::new(Viewer::Member(2.into()), &config);
        assert_eq!(stranger.see(mail(&[1]), &[]), Err(Unseen::Private));
        assert!(
            Sight::new(Viewer::Service, &config)
                .see(mail(&[1]), &[])
                .is_ok()
        );
    }

    #[test]
    fn a_private_thread_stays_so_only_where_no_other_inbox_shares_it() {
        let private = [ThreadLevel {
            owner: 1.into(),
            level: Visibility::Private,
        }];
        let config = config(vec![
            inbox(1, Visibility::Everything),
            inbox(2, Visibility::Subject),
        ]);
        let third = Sight::new(Viewer::Member(3.into()), &config);
        assert_eq!(third.see(mail(&[1]), &private), Err(Unseen::Private));
        let seen = third.see(mail(&[1, 2]), &private).unwrap();
        assert_eq!(seen.visibility, Visibility::Subject);
        let own = Sight::new(Viewer::Member(1.into()), &config);
        assert!(
            own.see(mail(&[1]), &private)
                .unwrap()
                .visibility
                .shows_content()
        );
    }

    #[test]
    fn what_an_owner_kept_private_is_not_the_next_ones_to_read() {
        let mut handed_over = inbox(2, Visibility::Private);
        handed_over.previous_owners.push(crate::PreviousOwner {
            owner: 1.into(),
            until: Timestamp(10),
        });
        let config = config(vec![handed_over]);
        let sees = |viewer: u64, at: i64| {
            let mail = StoredMessage {
                at: Timestamp(at),
                ..mail(&[2])
            };
            let sight = Sight::new(Viewer::Member(viewer.into()), &config);
            sight.see(mail, &[]).is_ok()
        };
        assert_eq!((sees(1, 9), sees(2, 9)), (true, false));
        assert_eq!((sees(1, 10), sees(2, 10)), (false, true));
    }

    #[test]
    fn an_exclusion_counts_for_the_inbox_that_made_it() {
        let mut first = inbox(1, Visibility::Everything);
        first.mail.exclusions.domains.insert("example.org".into());
        let config = config(vec![first, inbox(2, Visibility::Everything)]);
        let sight = Sight::new(Viewer::Member(1.into()), &config);
        let excluded = Err(Unseen::Hidden(Hidden::Excluded));
        assert_eq!(sight.see(mail(&[1]), &[]), excluded);
        assert!(sight.see(mail(&[1, 2]), &[]).is_ok());
    }
}
