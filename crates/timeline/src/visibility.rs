//! Who of the team sees what of a mail, and which mail no timeline shows.

use inboxlink_message::Message;
use inboxlink_model::{Address, Class, Direction, OwnAddresses, OwnerId};
pub use inboxlink_model::{Exclusions, Visibility};
use serde::{Deserialize, Serialize};

/// An inbox that holds a mail, as far as its visibility matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Whose inbox it is.
    pub owner: OwnerId,
    /// What the owner lets others see of the inbox.
    pub level: Visibility,
    /// What the owner said of this mail's thread instead, if anything.
    pub thread: Option<Visibility>,
}

/// How much of a mail somebody sees.
///
/// `holdings`: the inboxes that hold it, of those that the viewer may see at
/// all. The rule where they disagree: *each viewer sees the most that some
/// inbox they may see allows, and a thread marked private by its owner stays
/// private for mail that only that owner's inbox holds.* An owner sees all of
/// their own. Without a holding nothing is seen.
///
/// ```
/// use inboxlink_model::OwnerId;
/// use inboxlink_timeline::{Holding, Visibility, visibility};
/// let ann = Holding { owner: OwnerId::new(1), level: Visibility::Everything, thread: Some(Visibility::Private) };
/// let ben = Holding { owner: OwnerId::new(2), level: Visibility::Subject, thread: None };
/// // Only Ann's inbox holds it: hers alone.
/// assert_eq!(visibility(OwnerId::new(3), &[ann]), Visibility::Private);
/// assert_eq!(visibility(OwnerId::new(1), &[ann]), Visibility::Everything);
/// // Ben's holds it too, and shares subjects.
/// assert_eq!(visibility(OwnerId::new(3), &[ann, ben]), Visibility::Subject);
/// ```
pub fn visibility(viewer: OwnerId, holdings: &[Holding]) -> Visibility {
    let allowed = holdings.iter().map(|holding| {
        if holding.owner == viewer {
            Visibility::Everything
        } else {
            holding.thread.unwrap_or(holding.level)
        }
    });
    allowed.max().unwrap_or(Visibility::Private)
}

/// What a team wants on its timelines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelinePolicy {
    /// Whose mail is left out.
    pub exclusions: Exclusions,
    /// Whether mail within the team is shown.
    pub internal: bool,
    /// Whether calendar mail in which nobody wrote a word is shown.
    pub calendar: bool,
}

/// Why a mail is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Hidden {
    /// Its author, or everybody outside of the team in it, is excluded.
    Excluded,
    /// It never left the team.
    Internal,
    /// An invitation or an answer to one, without a word.
    Calendar,
}

/// Whether a mail is left out of the timelines, and why. A judgement made when
/// reading: a changed policy shows and hides what was stored before.
pub fn hidden(
    policy: &TimelinePolicy,
    own: &OwnAddresses,
    message: &Message,
    direction: Direction,
    class: Class,
) -> Option<Hidden> {
    let excluded = |address: &Address| policy.exclusions.contains(address);
    let author = message.author().map(|mailbox| &mailbox.address);
    let outside = message.from.iter().chain(message.recipients());
    let mut outside = outside
        .map(|mailbox| &mailbox.address)
        .filter(|address| !own.contains(address))
        .peekable();
    if direction == Direction::Inbound && author.is_some_and(excluded)
        || outside.peek().is_some() && outside.all(excluded)
    {
        return Some(Hidden::Excluded);
    }
    if direction == Direction::Internal && !policy.internal {
        return Some(Hidden::Internal);
    }
    let wrote = message
        .calendar
        .as_ref()
        .is_some_and(|calendar| calendar.comment.is_some());
    (class == Class::Calendar && !wrote && !policy.calendar).then_some(Hidden::Calendar)
}

#[cfg(test)]
mod tests {
    use inboxlink_model::Mailbox;
    use proptest::prelude::*;

    use super::*;
    use crate::direction;

    fn mail(from: &str, to: &[&str]) -> Message {
        let mailbox = |address: &str| Mailbox::new("", address).unwrap();
        Message {
            from: vec![mailbox(from)],
            to: to.iter().map(|to| mailbox(to)).collect(),
            ..Message::default()
        }
    }

    #[test]
    fn exclusions_hide_and_bring_back() {
        let own: OwnAddresses = ["me@example.com".parse().unwrap()].into_iter().collect();
        let mut policy = TimelinePolicy::default();
        let why = |policy: &TimelinePolicy, mail: &Message| {
            hidden(policy, &own, mail, direction(&own, mail), Class::Human)
        };
        let inbound = mail(
            "ann@mail.example.org",
            &["me@example.com", "ben@example.net"],
        );
        let outbound = mail(
            "me@example.com",
            &["ann@mail.example.org", "ben@example.net"],
        );
        assert_eq!(why(&policy, &inbound), None);
        policy.exclusions.domains.insert("example.org".into());
        assert_eq!(why(&policy, &inbound), Some(Hidden::Excluded));
        // Ben is somebody else's contact.
        assert_eq!(why(&policy, &outbound), None);
        policy
            .exclusions
            .addresses
            .insert("ben@example.net".parse().unwrap());
        assert_eq!(why(&policy, &outbound), Some(Hidden::Excluded));
        policy.exclusions = Exclusions::default();
        assert_eq!(why(&policy, &inbound), None);
        assert!(
            !Exclusions {
                domains: ["ample.org".into()].into(),
                ..Exclusions::default()
            }
            .contains(&"a@example.org".parse().unwrap())
        );
    }

    #[test]
    fn internal_and_calendar_mail() {
        let own: OwnAddresses = [
            "me@example.com".parse().unwrap(),
            "you@example.com".parse().unwrap(),
        ]
        .into_iter()
        .collect();
        let policy = TimelinePolicy::default();
        let internal = mail("me@example.com", &["you@example.com"]);
        assert_eq!(
            hidden(&policy, &own, &internal, Direction::Internal, Class::Human),
            Some(Hidden::Internal)
        );
        let mut invitation = mail("ann@example.org", &["me@example.com"]);
        let why = |mail: &Message| hidden(&policy, &own, mail, Direction::Inbound, Class::Calendar);
        assert_eq!(why(&invitation), Some(Hidden::Calendar));
        invitation.calendar = Some(inboxlink_message::Calendar {
            comment: Some("Later?".into()),
            ..Default::default()
        });
        assert_eq!(why(&invitation), None);
    }

    fn level() -> impl Strategy<Value = Visibility> {
        use Visibility::*;
        prop::sample::select(vec![Private, Metadata, Subject, Everything])
    }

    fn holdings() -> impl Strategy<Value = Vec<Holding>> {
        let holding =
            (1u64..4, level(), prop::option::of(level())).prop_map(|(owner, level, thread)| {
                Holding {
                    owner: owner.into(),
                    level,
                    thread,
                }
            });
        prop::collection::vec(holding, 0..5)
    }

    proptest! {
        #[test]
        fn another_inbox_never_hides(holdings in holdings(), one in holdings()) {
            let viewer = OwnerId::new(1);
            let both = [holdings.clone(), one].concat();
            prop_assert!(visibility(viewer, &both) >= visibility(viewer, &holdings));
        }

        #[test]
        fn a_private_thread_is_its_owners(level in level()) {
            let holding = Holding { owner: OwnerId::new(1), level, thread: Some(Visibility::Private) };
            prop_assert_eq!(visibility(OwnerId::new(2), &[holding]), Visibility::Private);
            prop_assert_eq!(visibility(OwnerId::new(1), &[holding]), Visibility::Everything);
        }
    }
}
