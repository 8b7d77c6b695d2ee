//! When a follow-up may go out: caps and quiet hours.

use inboxlink_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Hours, Period};

/// How much a team lets its automations send. What is `None` is not limited.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct SendPolicy {
    /// Hours in which nothing goes out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<Hours>,
    /// How many go out within any 24 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a_day: Option<u32>,
    /// How many go to one contact within a period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a_contact: Option<ContactCap>,
    /// How often one step of one rule goes to one contact, ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a_step: Option<u32>,
}

/// How many go to one contact within a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactCap {
    /// How many.
    pub count: u32,
    /// Within how long.
    pub within: Period,
}

/// What went out before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SentBefore<'a> {
    /// When follow-ups went out, in any order; the last 24 hours' are enough.
    pub all: &'a [Timestamp],
    /// When some went to this contact; those of the policy's period are enough.
    pub to_contact: &'a [Timestamp],
    /// How often this step went to this contact.
    pub this_step: u32,
}

/// Whether a follow-up may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "may")]
#[non_exhaustive]
pub enum MaySend {
    /// Now.
    Now,
    /// Not before then; ask again, because others may go out meanwhile.
    NotBefore {
        /// The moment.
        at: Timestamp,
        /// What holds it back longest.
        because: HeldBack,
    },
    /// Never: this contact had this step.
    Never,
}

/// What holds a follow-up back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HeldBack {
    /// The cap of a day.
    ADay,
    /// The cap of a contact.
    AContact,
    /// Quiet hours.
    Quiet,
}

impl SendPolicy {
    /// Whether a follow-up may go out at a moment.
    ///
    /// ```
    /// use inboxlink_model::Timestamp;
    /// use inboxlink_replies::followup::{HeldBack, MaySend, SendPolicy, SentBefore};
    ///
    /// let policy = SendPolicy { a_day: Some(1), ..SendPolicy::default() };
    /// let hour = |n: i64| Timestamp(n * 3_600_000);
    /// let before = SentBefore { all: &[hour(0)], ..SentBefore::default() };
    /// let held = MaySend::NotBefore { at: hour(24), because: HeldBack::ADay };
    /// assert_eq!(policy.may_send(&before, hour(10)), held);
    /// assert_eq!(policy.may_send(&before, hour(24)), MaySend::Now);
    /// ```
    pub fn may_send(&self, before: &SentBefore<'_>, now: Timestamp) -> MaySend {
        if self.a_step.is_some_and(|cap| before.this_step >= cap) {
            return MaySend::Never;
        }
        let day = |sent: Timestamp| sent.plus_millis(24 * 3_600_000);
        let by_day = self.a_day.map(|cap| free(before.all, cap, day));
        let contact =
            |cap: ContactCap| free(before.to_contact, cap.count, |at| cap.within.after(at));
        let by_contact = self.a_contact.map(contact);
        let mut at = now;
        let mut because = None;
        for (free, cause) in [(by_day, HeldBack::ADay), (by_contact, HeldBack::AContact)] {
            if let Some(free) = free.flatten().filter(|free| *free > at) {
                (at, because) = (free, Some(cause));
            }
        }
        if let Some(quiet) = &self.quiet {
            let loud = quiet.end_from(at);
            if loud > at {
                (at, because) = (loud, Some(HeldBack::Quiet));
            }
        }
        match because {
            None => MaySend::Now,
            Some(because) => MaySend::NotBefore { at, because },
        }
    }
}

/// When fewer than a cap lie within the window that `end` gives each. With a
/// cap of nothing, at the end of time.
fn free(sent: &[Timestamp], cap: u32, end: impl Fn(Timestamp) -> Timestamp) -> Option<Timestamp> {
    let Some(before) = usize::try_from(cap).unwrap_or(usize::MAX).checked_sub(1) else {
        return Some(Timestamp(i64::MAX));
    };
    let mut newest_first = sent.to_vec();
    newest_first.sort_unstable_by(|a, b| b.cmp(a));
    newest_first.get(before).map(|sent| end(*sent))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hour(n: i64) -> Timestamp {
        Timestamp(n * 3_600_000)
    }

    #[test]
    fn what_holds_back_longest_is_named() {
        let policy = SendPolicy {
            quiet: Some(Hours::new("UTC", every_day(), "20:00", "08:00").unwrap()),
            a_day: Some(2),
            a_contact: Some(ContactCap {
                count: 1,
                within: "P7D".parse().unwrap(),
            }),
            a_step: Some(1),
        };
        let ask = |all: &[i64], to_contact: &[i64], now: i64| {
            let times = |hours: &[i64]| hours.iter().copied().map(hour).collect::<Vec<_>>();
            let (all, to_contact) = (times(all), times(to_contact));
            let before = SentBefore {
                all: &all,
                to_contact: &to_contact,
                this_step: 0,
            };
            policy.may_send(&before, hour(now))
        };
        let held = |at, because| MaySend::NotBefore {
            at: hour(at),
            because,
        };
        assert_eq!(ask(&[], &[], 12), MaySend::Now);
        assert_eq!(ask(&[], &[], 21), held(32, HeldBack::Quiet));
        assert_eq!(ask(&[9, 10, 11], &[], 12), held(34, HeldBack::ADay));
        assert_eq!(ask(&[9, 10], &[10], 12), held(10 + 168, HeldBack::AContact));
        // The cap ends at 22:00, which is quiet.
        assert_eq!(ask(&[-2, -2], &[], 12), held(32, HeldBack::Quiet));
        let again = SentBefore {
            this_step: 1,
            ..SentBefore::default()
        };
        assert_eq!(policy.may_send(&again, hour(12)), MaySend::Never);
    }

    fn every_day() -> [crate::Weekday; 7] {
        use crate::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
        [Mon, Tue, Wed, Thu, Fri, Sat, Sun]
    }

    proptest! {
        /// Sending whenever one may keeps every cap.
        #[test]
        fn caps_hold(cap in 1u32..4, asked in prop::collection::vec(0i64..20, 1..60)) {
            let policy = SendPolicy { a_day: Some(cap), ..SendPolicy::default() };
            let (mut sent, mut now) = (Vec::new(), 0);
            for pause in asked {
                now += pause;
                let before = SentBefore { all: &sent, ..SentBefore::default() };
                match policy.may_send(&before, hour(now)) {
                    MaySend::Now => sent.push(hour(now)),
                    MaySend::NotBefore { at, .. } => {
                        prop_assert!(at > hour(now));
                        prop_assert_eq!(policy.may_send(&before, at), MaySend::Now);
                    }
                    MaySend::Never => prop_assert!(false),
                }
            }
            for (n, first) in sent.iter().enumerate() {
                let within = sent[n..].iter().filter(|at| **at < first.plus_millis(24 * 3_600_000));
                prop_assert!(within.count() <= cap as usize);
            }
        }
    }
}
