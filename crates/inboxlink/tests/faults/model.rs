//! A mailbox that receives, moves, deletes, is renumbered and renamed, on a
//! server that misbehaves, synced in between. After every undisturbed sync
//! the workspace is what the mailbox is: nothing lost, doubled, or fired
//! twice.
//!
//! Steps come from a seed. A failure prints its seed and the fewest steps that
//! lead to it; `INBOXLINK_MODEL_SEED` runs that seed again, and
//! `INBOXLINK_MODEL_STEPS` says how many steps to take (1,500 unless said).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use inboxlink::{ConnectedInbox, EventKind, Export, FolderRole, Identity, Workspace, parse};
use inboxlink_testserver::{Cue, Cut, Fault};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};

use crate::rig::{ANNA, Rig, mail, reply, sync};

/// Threads that take steps: one for each core of a small machine.
const WORKERS: u64 = 2;

/// Steps of one mailbox's life, at most.
const LIFE: usize = 400;

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    /// A mail arrives in a folder.
    Arrive { folder: usize, kind: Kind },
    /// A mail is deleted for good.
    Expunge { folder: usize, nth: usize },
    /// A mail is moved.
    Move { from: usize, nth: usize, to: usize },
    /// A mail is copied.
    Copy { from: usize, nth: usize, to: usize },
    /// A mail's flags change.
    Flag {
        folder: usize,
        nth: usize,
        seen: bool,
    },
    /// A folder gets a new UIDVALIDITY.
    Renumber { folder: usize },
    /// A folder other than INBOX gets another name.
    Rename { folder: usize },
    /// A sync meets a fault.
    Fault(Trouble),
    /// An undisturbed sync.
    Sync,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// One of its own.
    Fresh,
    /// An answer to what Anna wrote.
    Reply,
    /// The headers of another mail, with a body of its own.
    Double,
    /// Without a Message-ID.
    Nameless,
}

/// A fault, as a value that can be printed.
#[derive(Debug, Clone, Copy)]
enum Trouble {
    CutAfterSent(u64, bool),
    CutAfterReceived(u64, bool),
    MissingFetch(u32),
    TwiceFetch(u32),
    LateFetch(u32),
    FalseExpunge(u32),
    WrongExists(u32),
    Bomb(u32),
    Refused(u32, &'static str),
    Bye(u32),
    /// It changes between two commands.
    Renumbered(u32),
}

fn step() -> impl Strategy<Value = Step> {
    let folder = || 0..4usize;
    let nth = || 0..12usize;
    let kind = prop_oneof![
        4 => Just(Kind::Fresh),
        4 => Just(Kind::Reply),
        1 => Just(Kind::Double),
        1 => Just(Kind::Nameless),
    ];
    prop_oneof![
        32 => (folder(), kind).prop_map(|(folder, kind)| Step::Arrive { folder, kind }),
        10 => (folder(), nth()).prop_map(|(folder, nth)| Step::Expunge { folder, nth }),
        10 => (folder(), nth(), folder()).prop_map(|(from, nth, to)| Step::Move { from, nth, to }),
        4 => (folder(), nth(), folder()).prop_map(|(from, nth, to)| Step::Copy { from, nth, to }),
        10 => (folder(), nth(), any::<bool>())
            .prop_map(|(folder, nth, seen)| Step::Flag { folder, nth, seen }),
        1 => folder().prop_map(|folder| Step::Renumber { folder }),
        1 => (1..4usize).prop_map(|folder| Step::Rename { folder }),
        3 => trouble().prop_map(Step::Fault),
        2 => Just(Step::Sync),
    ]
}

fn trouble() -> impl Strategy<Value = Trouble> {
    let fetch = || 1..8u32;
    let command = || 1..16u32;
    let refusal = prop::sample::select(vec![
        "NO [UNAVAILABLE] Later",
        "NO [OVERQUOTA] Too much",
        "NO [INUSE] Locked",
        "NO [SERVERBUG] Oops",
        "BAD Who are you",
        "NO Request is throttled. Suggested Backoff Time: 5000 milliseconds",
    ]);
    prop_oneof![
        4 => (0..4000u64, any::<bool>()).prop_map(|(at, rst)| Trouble::CutAfterSent(at, rst)),
        3 => (0..900u64, any::<bool>()).prop_map(|(at, rst)| Trouble::CutAfterReceived(at, rst)),
        2 => fetch().prop_map(Trouble::MissingFetch),
        1 => fetch().prop_map(Trouble::TwiceFetch),
        1 => fetch().prop_map(Trouble::LateFetch),
        1 => fetch().prop_map(Trouble::FalseExpunge),
        1 => (0..9u32).prop_map(Trouble::WrongExists),
        1 => fetch().prop_map(Trouble::Bomb),
        2 => (command(), refusal).prop_map(|(at, text)| Trouble::Refused(at, text)),
        1 => command().prop_map(Trouble::Bye),
        1 => command().prop_map(Trouble::Renumbered),
    ]
}

impl Trouble {
    fn plan(self, rig: &Rig) {
        let cut = |rst| Fault::Cut(if rst { Cut::Reset } else { Cut::Fin });
        let (cue, fault) = match self {
            Self::CutAfterSent(at, rst) => (Cue::Sent(at), cut(rst)),
            Self::CutAfterReceived(at, rst) => (Cue::Received(at), cut(rst)),
            Self::MissingFetch(k) => (Cue::Fetch(k), Fault::Missing),
            Self::TwiceFetch(k) => (Cue::Fetch(k), Fault::Twice),
            Self::LateFetch(k) => (Cue::Fetch(k), Fault::Late),
            Self::FalseExpunge(k) => (Cue::Fetch(k), Fault::Before(b"* 1 EXPUNGE\r\n".to_vec())),
            Self::WrongExists(count) => {
                let wrong = format!("* {count} EXISTS\r\n");
                (
                    Cue::Reply(" EXISTS\r\n"),
                    Fault::Instead(wrong.into_bytes()),
                )
            }
            Self::Bomb(k) => {
                let bomb = b"* 1 FETCH (UID 1 BODY[] {4294967295}\r\n".to_vec();
                (Cue::Fetch(k), Fault::Before(bomb))
            }
            Self::Refused(at, text) => (Cue::Command(at), Fault::Answer(text)),
            Self::Bye(at) => (Cue::Command(at), Fault::Bye("See you")),
            Self::Renumbered(at) => {
                let renumber = Fault::change(|mailboxes| {
                    let next = mailboxes.uid_validity(ANNA, "INBOX").unwrap() + 1000;
                    mailboxes.set_uid_validity(ANNA, "INBOX", next).unwrap();
                });
                (Cue::Command(at), renumber)
            }
        };
        rig.cues.plan(None, cue, fault);
    }
}

fn identity(raw: &[u8]) -> Identity {
    parse(raw, None).identity()
}

/// One mailbox and its workspace.
struct Life {
    rig: Rig,
    workspace: Workspace,
    inbox: ConnectedInbox,
    /// Folders as they are called now; INBOX is the first, Sent the second.
    folders: Vec<String>,
    /// Everything that ever arrived.
    arrived: BTreeSet<Identity>,
    /// Answers in INBOX that are not synced yet, and the numbering they came
    /// under: they must fire, unless that ends first.
    live: BTreeMap<u32, (u32, Identity)>,
    /// Answers that may have fired.
    answers: BTreeSet<Identity>,
    count: usize,
    last: Vec<u8>,
}

impl Life {
    async fn begin() -> Self {
        let rig = Rig::new().await;
        let mut folders = vec!["INBOX".to_owned(), "Sent".to_owned()];
        for name in ["Kunden", "Projekte"] {
            rig.server.create_folder(ANNA, name, None).unwrap();
            folders.push(name.to_owned());
        }
        rig.fill();
        let workspace = rig.workspace().await;
        let inbox = rig.inbox(&workspace);
        let mut life = Self {
            rig,
            workspace,
            inbox,
            folders,
            arrived: BTreeSet::new(),
            live: BTreeMap::new(),
            answers: BTreeSet::new(),
            count: 0,
            last: mail("ben@example.org", ANNA, "first", ""),
        };
        for folder in ["INBOX", "Sent"] {
            for message in life.rig.server.messages(ANNA, folder).unwrap() {
                life.arrived.insert(identity(&message.bytes));
            }
        }
        life
    }

    async fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let server = &self.rig.server;
        match step {
            Step::Arrive { folder, kind } => self.arrive(*folder, *kind),
            Step::Expunge { folder, nth } => {
                if let Some(uid) = self.uid(*folder, *nth) {
                    server.expunge(ANNA, &self.folders[*folder], uid).unwrap();
                    self.no_longer_live(*folder, uid);
                }
            }
            Step::Move { from, nth, to } if from != to => {
                if let Some(uid) = self.uid(*from, *nth) {
                    let (here, there) = (&self.folders[*from], &self.folders[*to]);
                    server.move_message(ANNA, here, uid, there).unwrap();
                    self.no_longer_live(*from, uid);
                }
            }
            Step::Move { .. } => {}
            Step::Copy { from, nth, to } => {
                if let Some(uid) = self.uid(*from, *nth) {
                    let (here, there) = (&self.folders[*from], &self.folders[*to]);
                    server.copy_message(ANNA, here, uid, there).unwrap();
                }
            }
            Step::Flag { folder, nth, seen } => {
                if let Some(uid) = self.uid(*folder, *nth) {
                    let flags: &[&str] = if *seen { &["\\Seen"] } else { &[] };
                    server
                        .set_flags(ANNA, &self.folders[*folder], uid, flags)
                        .unwrap();
                }
            }
            Step::Renumber { folder } => {
                let name = &self.folders[*folder];
                let next = server.uid_validity(ANNA, name).unwrap() + 1;
                server.set_uid_validity(ANNA, name, next).unwrap();
            }
            Step::Rename { folder } => {
                self.count += 1;
                let to = format!("Folder {}", self.count);
                server
                    .rename_folder(ANNA, &self.folders[*folder], &to)
                    .unwrap();
                self.folders[*folder] = to;
            }
            Step::Fault(trouble) => self.stumble(*trouble).await?,
            Step::Sync => self.sync().await?,
        }
        Ok(())
    }

    fn uid(&self, folder: usize, nth: usize) -> Option<u32> {
        let messages = self
            .rig
            .server
            .messages(ANNA, &self.folders[folder])
            .unwrap();
        let nth = nth.checked_rem(messages.len())?;
        Some(messages[nth].uid)
    }

    fn no_longer_live(&mut self, folder: usize, uid: u32) {
        if folder == 0 {
            self.live.remove(&uid);
        }
    }

    fn arrive(&mut self, folder: usize, kind: Kind) {
        self.count += 1;
        let id = format!("mail{}", self.count);
        let raw = match kind {
            Kind::Fresh => mail("cleo@example.net", ANNA, &id, ""),
            Kind::Reply => reply(&id),
            Kind::Double => [&self.last[..], id.as_bytes(), b"\r\n"].concat(),
            Kind::Nameless => {
                let text = String::from_utf8(mail("cleo@example.net", ANNA, &id, "")).unwrap();
                let lines = text.split_inclusive("\r\n");
                let kept = lines.filter(|line| !line.starts_with("Message-ID"));
                kept.collect::<String>().into_bytes()
            }
        };
        let message = identity(&raw);
        self.arrived.insert(message);
        let server = &self.rig.server;
        let uid = server
            .append(ANNA, &self.folders[folder], &raw, &[], None)
            .unwrap();
        // The double of an answer is one too.
        if raw.windows(12).any(|window| window == b"In-Reply-To:") {
            self.answers.insert(message);
            if folder == 0 {
                let numbering = server.uid_validity(ANNA, "INBOX").unwrap();
                self.live.insert(uid, (numbering, message));
            }
        }
        self.last = raw;
    }

    /// A sync that meets a fault: whatever comes of it, it is told in order.
    async fn stumble(&mut self, trouble: Trouble) -> Result<(), TestCaseError> {
        trouble.plan(&self.rig);
        let ended = sync(&self.inbox).await;
        self.rig.cues.clear();
        if let Err(error) = ended {
            prop_assert!(
                error.is_transient() && !error.needs_user_action(),
                "{trouble:?}: {error:?}"
            );
        }
        // An answer may have been looked at under a wrong count or number.
        if matches!(trouble, Trouble::Renumbered(_)) {
            self.live.clear();
        }
        Ok(())
    }

    /// An undisturbed sync, after which everything is as it should be.
    async fn sync(&mut self) -> Result<(), TestCaseError> {
        let ended = sync(&self.inbox).await;
        let report = ended.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        let export = self.workspace.export().await.unwrap();
        self.holds_what_the_server_holds(&export)?;
        self.happened_once(&export)?;
        for folder in &report.folders {
            prop_assert_eq!(
                folder.stored + folder.skipped + folder.failed,
                folder.server,
                "{:?}",
                folder
            );
        }
        self.live.clear();
        Ok(())
    }

    fn holds_what_the_server_holds(&self, export: &Export) -> Result<(), TestCaseError> {
        for name in &self.folders {
            let there = self.rig.server.messages(ANNA, name).unwrap();
            let numbering = self.rig.server.uid_validity(ANNA, name).unwrap();
            let state = export.folders.iter().find(|(_, state)| state.name == *name);
            let Some((_, state)) = state else {
                return Err(TestCaseError::fail(format!("{name} is not known")));
            };
            let failed: BTreeSet<u32> = state.failed.iter().map(|failed| failed.uid).collect();
            let expected: BTreeMap<u32, Identity> = there
                .iter()
                .filter(|message| !failed.contains(&message.uid))
                .map(|message| (message.uid, identity(&message.bytes)))
                .collect();
            let here = export
                .locations
                .iter()
                .filter(|row| row.location.folder == state.id);
            let mut found = BTreeMap::new();
            for row in here {
                prop_assert_eq!(row.location.uid_validity, numbering, "{}", name);
                let before = found.insert(row.location.uid, row.message);
                prop_assert!(before.is_none(), "{} twice in {}", row.location.uid, name);
            }
            prop_assert_eq!(found, expected, "{}", name);
        }
        let known: BTreeSet<Identity> = export.messages.iter().map(|m| m.identity).collect();
        prop_assert_eq!(known.len(), export.messages.len(), "a message twice");
        prop_assert!(
            known.is_subset(&self.arrived),
            "a message that never arrived"
        );
        Ok(())
    }

    fn happened_once(&self, export: &Export) -> Result<(), TestCaseError> {
        let (mut added, mut fired) = (BTreeSet::new(), BTreeSet::new());
        for event in &export.events {
            match &event.kind {
                EventKind::MessageAdded { message, .. } => {
                    prop_assert!(added.insert(*message), "added twice: {message}");
                }
                EventKind::RuleFired { message, .. } => {
                    prop_assert!(fired.insert(*message), "fired twice: {message}");
                }
                _ => {}
            }
        }
        prop_assert!(
            fired.is_subset(&self.answers),
            "fired on what answers nothing"
        );
        let numbering = self.rig.server.uid_validity(ANNA, "INBOX").unwrap();
        let inbox = export
            .folders
            .iter()
            .find(|(_, state)| state.role == FolderRole::Inbox);
        for (uid, (came_under, identity)) in &self.live {
            let failed = inbox.is_some_and(|(_, f)| f.failed.iter().any(|f| f.uid == *uid));
            let is_due = *came_under == numbering && !failed;
            prop_assert!(
                !is_due || fired.contains(identity),
                "UID {uid} did not fire"
            );
        }
        Ok(())
    }
}

async fn live(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut life = Life::begin().await;
    // History fires nothing.
    life.sync().await?;
    for step in steps {
        life.take(step).await?;
    }
    life.sync().await?;
    // And what is at rest stays so.
    let newest = life.workspace.newest_event().await.unwrap();
    life.sync().await?;
    prop_assert_eq!(life.workspace.newest_event().await.unwrap(), newest);
    Ok(())
}

/// Lives many lives; the steps taken.
fn lives(seed: u64, steps: usize) -> usize {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        // Lives differ in length; on average they are half as long.
        cases: u32::try_from(steps.div_ceil(LIFE / 2)).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let taken = std::cell::Cell::new(0);
    let plan = prop::collection::vec(step(), 1..LIFE);
    let outcome = runner.run(&plan, |steps| {
        taken.set(taken.get() + steps.len());
        runtime.block_on(live(&steps))
    });
    match outcome {
        Ok(()) => taken.get(),
        Err(TestError::Fail(why, steps)) => {
            panic!("INBOXLINK_MODEL_SEED={seed}: {why}\nthe fewest steps: {steps:#?}")
        }
        Err(error) => panic!("INBOXLINK_MODEL_SEED={seed}: {error}"),
    }
}

#[test]
fn the_workspace_is_what_the_mailbox_is() {
    let of = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
    };
    let seed = of("INBOXLINK_MODEL_SEED", 7);
    let steps = usize::try_from(of("INBOXLINK_MODEL_STEPS", 1_500) / WORKERS).unwrap();
    let total = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let total = Arc::clone(&total);
            scope.spawn(move || {
                let taken = lives(seed + worker, steps);
                total.fetch_add(taken, std::sync::atomic::Ordering::Relaxed);
            });
        }
    });
    let total = total.load(std::sync::atomic::Ordering::Relaxed);
    println!("{total} steps from seed {seed}: nothing lost, doubled or fired twice");
}
