//! Enrolments step by step, and by the thousand.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::{Period, Silence, compile, when};
use inboxlink_model::{Identity, InboxId, RuleId, Timestamp};

const HOUR: i64 = 3_600_000;

fn hour(n: i64) -> Timestamp {
    Timestamp(n * HOUR)
}

fn period(text: &str) -> Period {
    text.parse().unwrap()
}

fn enrolled(inboxes: u64, away: AwayPolicy) -> Enrolment {
    let rule = compile(&when::no_reply_within(period("P3D"))).unwrap();
    let inboxes = (0..inboxes).map(InboxId::from);
    let mail = Identity::from(9);
    Enrolment::new(
        1.into(),
        RuleId::from(1),
        &rule.waits()[0],
        mail,
        inboxes,
        away,
    )
}

/// All events in turn; all effects.
fn told(
    mut enrolment: Enrolment,
    events: impl IntoIterator<Item = Event>,
) -> (Enrolment, Vec<Effect>) {
    let mut effects = Vec::new();
    for event in events {
        let (next, more) = enrolment.step(event);
        enrolment = next;
        effects.extend(more);
    }
    (enrolment, effects)
}

fn fires(effects: &[Effect]) -> usize {
    effects
        .iter()
        .filter(|it| matches!(it, Effect::Fire { .. }))
        .count()
}

fn read(inbox: u64, hours: i64) -> Event {
    Event::Watermark {
        inbox: inbox.into(),
        at: hour(hours),
    }
}

#[test]
fn fires_when_every_inbox_was_read_up_to_the_deadline() {
    let sent = Event::Sent { at: hour(0) };
    let (waiting, effects) = told(
        enrolled(2, AwayPolicy::Ignore),
        [sent, read(0, 100), read(1, 71)],
    );
    assert_eq!(fires(&effects), 0);
    let (waiting, effects) = waiting.step(Event::TimerDue);
    let behind = [InboxId::from(1)].into();
    assert_eq!(effects, [Effect::Look { inboxes: behind }]);
    let (fired, effects) = waiting.clone().step(read(1, 72));
    assert_eq!(fires(&effects), 1);
    assert!(
        matches!(fired.state(), EnrolmentState::Fired { silence } if silence.until == hour(72))
    );
    // The other inbox may be disconnected instead.
    let gone = Event::InboxGone { inbox: 1.into() };
    assert_eq!(fires(&waiting.step(gone).1), 1);
}

#[test]
fn an_answer_ends_it_before_and_recalls_it_after() {
    let sent = Event::Sent { at: hour(0) };
    let reply = Event::Reply { reply: 5.into() };
    let (waiting, _) = enrolled(1, AwayPolicy::Ignore).step(sent);
    let (replied, effects) = told(
        waiting.clone(),
        [reply.clone(), read(0, 100), Event::TimerDue],
    );
    assert_eq!(
        effects,
        [Effect::Disarm {
            timer: replied.id()
        }]
    );
    let (_, effects) = told(waiting, [read(0, 100), reply.clone(), reply]);
    assert!(matches!(
        effects[..],
        [Effect::Fire { .. }, Effect::Recall { .. }]
    ));
}

#[test]
fn other_ends() {
    let (waiting, _) = enrolled(1, AwayPolicy::Ignore).step(Event::Sent { at: hour(0) });
    for end in [Event::Cancel, Event::Bounced] {
        let (done, _) = waiting.clone().step(end);
        assert_eq!(told(done.clone(), [read(0, 100), Event::TimerDue]).1, []);
    }
    let (none, effects) = told(
        enrolled(0, AwayPolicy::Ignore),
        [Event::Sent { at: hour(0) }, Event::TimerDue],
    );
    assert!(matches!(none.state(), EnrolmentState::Waiting { .. }));
    assert_eq!(fires(&effects), 0);
}

#[test]
fn an_absence_moves_the_deadline_once_and_not_for_ever() {
    let away = AwayPolicy::Extend {
        unnamed: Some(period("P7D")),
        at_most: period("P30D"),
    };
    let auto = |reply: u64, away_until| Event::AutoReply {
        reply: reply.into(),
        away_until,
    };
    let deadline = |events: &[Event]| {
        let sent = [Event::Sent { at: hour(0) }];
        let (waiting, _) = told(
            enrolled(1, away),
            sent.into_iter().chain(events.iter().cloned()),
        );
        match waiting.state() {
            EnrolmentState::Waiting { deadline, .. } => *deadline,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(deadline(&[]), hour(72));
    assert_eq!(deadline(&[auto(1, Some(hour(240)))]), hour(240 + 72));
    assert_eq!(deadline(&[auto(1, None)]), hour(72 + 168));
    // The same mail again, a day that is over, and a year's sabbatical.
    assert_eq!(deadline(&[auto(1, None), auto(1, None)]), hour(72 + 168));
    assert_eq!(deadline(&[auto(1, Some(hour(-100)))]), hour(72));
    assert_eq!(deadline(&[auto(1, Some(hour(9000)))]), hour(72 + 720));
    let (waiting, effects) = told(
        enrolled(1, away),
        [
            Event::Sent { at: hour(0) },
            auto(1, Some(hour(240))),
            read(0, 300),
        ],
    );
    assert_eq!(fires(&effects), 0);
    assert_eq!(fires(&waiting.step(read(0, 312)).1), 1);
}

#[test]
fn a_pause_stops_the_clock_whatever_the_clock_does() {
    let run = |pause: i64, resume: i64, watermark: i64| {
        let events = [
            Event::Sent { at: hour(0) },
            Event::Pause { now: hour(pause) },
            read(0, watermark),
            Event::Resume { now: hour(resume) },
        ];
        fires(&told(enrolled(1, AwayPolicy::Ignore), events).1)
    };
    assert_eq!(run(10, 20, 80), 0);
    assert_eq!(run(10, 20, 82), 1);
    // The clock was set back in between.
    assert_eq!(run(20, 10, 71), 0);
    assert_eq!(run(20, 10, 72), 1);
}

#[test]
fn it_is_stored_and_read_as_it_is() {
    let rule = when::no_reply_within_days_of("Europe/Berlin", period("P1DT2H"));
    let rule = compile(&rule).unwrap();
    let away = AwayPolicy::Extend {
        unnamed: None,
        at_most: period("P9D"),
    };
    let mail = Identity::from(9);
    let new = Enrolment::new(1.into(), 1.into(), &rule.waits()[0], mail, [2.into()], away);
    let (waiting, _) = told(
        new,
        [Event::Sent { at: hour(1) }, Event::Pause { now: hour(2) }],
    );
    let json = serde_json::to_string(&waiting).unwrap();
    assert_eq!(serde_json::from_str::<Enrolment>(&json).unwrap(), waiting);
}

/// A small generator (splitmix64), so that a seed is a schedule.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn hours(&mut self, bound: u64) -> i64 {
        i64::try_from(self.below(bound)).unwrap()
    }
}

/// What a store keeps, and what follow-ups it let go: state and outbox commit
/// together, and a commit that read an older version is refused.
struct Store {
    version: u64,
    enrolment: Enrolment,
    fired: Vec<Silence>,
    recalled: BTreeSet<Identity>,
}

/// A worker's copy of the store, perhaps an old one.
struct Worker {
    version: u64,
    enrolment: Enrolment,
}

impl Store {
    fn read(&self) -> Worker {
        Worker {
            version: self.version,
            enrolment: self.enrolment.clone(),
        }
    }

    fn commit(&mut self, worker: &Worker, next: Enrolment, effects: &[Effect]) -> bool {
        if worker.version != self.version {
            return false;
        }
        self.version += 1;
        self.enrolment = next;
        for effect in effects {
            match effect {
                Effect::Fire { silence } => self.fired.push(*silence),
                Effect::Recall { reply } => drop(self.recalled.insert(*reply)),
                _ => {}
            }
        }
        true
    }
}

/// One schedule: a mail, an answer or none, inboxes that are read at their own
/// pace; 16 workers with copies of any age, events told twice, in any order
/// that reading an inbox allows, and crashes before and after the commit.
fn schedule(seed: u64) {
    let mut chance = Chance(seed);
    let inboxes = 1 + chance.below(3);
    let mut store = Store {
        version: 0,
        enrolment: enrolled(inboxes, AwayPolicy::Ignore),
        fired: Vec::new(),
        recalled: BTreeSet::new(),
    };
    let answered_at = (chance.below(3) > 0).then(|| chance.hours(144));
    let answered_in = chance.below(inboxes);
    // What each inbox tells, in its order: what it was read to, and the answer
    // before any watermark behind it.
    let mut queues: BTreeMap<u64, Vec<Event>> = BTreeMap::new();
    for inbox in 0..inboxes {
        let queue = queues.entry(inbox).or_default();
        let mut at = 0;
        let mut due = answered_at.filter(|_| inbox == answered_in);
        while at <= 150 {
            at += 1 + chance.hours(40);
            if due.is_some_and(|hours| hours < at) {
                due = None;
                queue.push(Event::Reply { reply: 5.into() });
            }
            queue.push(read(inbox, at));
        }
    }
    // Sending, and a clock that rings when it likes.
    queues.insert(90, vec![Event::Sent { at: hour(0) }]);
    queues.insert(91, (0..chance.below(6)).map(|_| Event::TimerDue).collect());
    queues.retain(|_, queue| !queue.is_empty());
    let mut workers: Vec<Worker> = (0..16).map(|_| store.read()).collect();
    while !queues.is_empty() {
        let names: Vec<u64> = queues.keys().copied().collect();
        let name = names[usize::try_from(chance.below(names.len() as u64)).unwrap()];
        let event = queues[&name][0].clone();
        let worker = &mut workers[usize::try_from(chance.below(16)).unwrap()];
        let (next, effects) = worker.enrolment.clone().step(event);
        // Crashed before the commit; or another was faster. It reads again,
        // and is told again.
        if chance.below(8) == 0 || !store.commit(worker, next, &effects) {
            *worker = store.read();
            continue;
        }
        *worker = store.read();
        // Crashed after the commit, before it could say so: told again.
        if chance.below(8) > 0 {
            let queue = queues.get_mut(&name).unwrap();
            queue.remove(0);
            if queue.is_empty() {
                queues.remove(&name);
            }
        }
    }
    // Fired once where no answer came in time, never where one did; where one
    // came late, either it was seen first, or what was fired is recalled.
    let fired = store.fired.len();
    match answered_at {
        Some(hours) if hours < 72 => assert_eq!(fired, 0, "seed {seed}"),
        Some(_) => assert!(fired == 0 || store.recalled.len() == 1, "seed {seed}"),
        None => assert_eq!(fired, 1, "seed {seed}"),
    }
    assert!(fired <= 1, "seed {seed}");
    for silence in &store.fired {
        assert_eq!(
            (silence.since, silence.until >= hour(72)),
            (hour(0), true),
            "seed {seed}"
        );
    }
}

#[test]
fn three_thousand_schedules() {
    (0..3_000).for_each(schedule);
}

#[test]
#[ignore = "takes a minute: cargo test --release -p inboxlink-replies -- --ignored long_"]
fn long_a_million_schedules() {
    (0..1_000_000).for_each(schedule);
}
