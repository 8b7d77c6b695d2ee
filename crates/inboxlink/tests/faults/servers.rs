//! Servers that misbehave, each fault with the outcome it must have: no mail
//! lost, none doubled, a typed error, and the next sync ends as if nothing had
//! happened.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use inboxlink::{ConnectedInbox, Error, Security, Workspace};
use inboxlink_testserver::{Action, Cue, Fault, Mailboxes, Outgoing, Profile};

use crate::rig::{ANNA, Rig, mail, reply, same, sync, text};

/// The commands of one sync of the rig's mailbox, at least.
const COMMANDS: u32 = 8;

/// What a fault led to in the sync that met it.
#[derive(Debug)]
struct Met {
    workspace: Workspace,
    inbox: ConnectedInbox,
    /// How the sync ended: complete, with failures named, or broken off.
    ended: Ended,
}

#[derive(Debug)]
enum Ended {
    Complete,
    WithFailures,
    Broken(Error),
}

impl Met {
    fn error(&self) -> &Error {
        match &self.ended {
            Ended::Broken(error) => error,
            other => panic!("no error, but {other:?}"),
        }
    }
}

/// Syncs a fresh workspace with whatever faults are planned.
async fn meet(rig: &Rig) -> Met {
    let workspace = rig.workspace().await;
    let inbox = rig.inbox(&workspace);
    let ended = match sync(&inbox).await {
        Ok(report) if report.is_complete() => Ended::Complete,
        Ok(_) => Ended::WithFailures,
        Err(error) => Ended::Broken(error),
    };
    Met {
        workspace,
        inbox,
        ended,
    }
}

/// The next sync, undisturbed, ends where an undisturbed one would have.
async fn recovers(met: &Met, expected: &str, what: &dyn std::fmt::Debug) {
    let report = sync(&met.inbox).await.unwrap();
    assert!(report.is_complete(), "{what:?}: {report:?}");
    same(&text(&met.workspace).await, expected, what);
}

/// A rig with its mailbox, and what it comes to.
async fn rig() -> (Rig, String) {
    let rig = Rig::new().await;
    rig.fill();
    let expected = rig.undisturbed().await;
    (rig, expected)
}

/// A fault at each command of a sync in turn, the greeting being number 0;
/// `check` looks at how each of them ended.
async fn at_every_command(
    rig: &Rig,
    expected: &str,
    first: u32,
    fault: impl Fn() -> Fault,
    check: impl Fn(u32, &Ended),
) {
    let mut number = first;
    loop {
        rig.cues.plan(None, Cue::Command(number), fault());
        let met = meet(rig).await;
        if rig.cues.clear() > 0 {
            break;
        }
        check(number, &met.ended);
        recovers(&met, expected, &(fault(), number)).await;
        number += 1;
    }
    assert!(number > COMMANDS, "a sync of only {number} commands");
}

/// Broken off by something that passes, unless what broke was of no account.
fn passes(number: u32, ended: &Ended) {
    match ended {
        Ended::Complete => {}
        Ended::Broken(error) if error.is_transient() && !error.needs_user_action() => {}
        other => panic!("command {number}: {other:?}"),
    }
}

#[tokio::test]
async fn a_delay_is_waited_out() {
    let (rig, expected) = rig().await;
    let delay = || Fault::Delay(Duration::from_millis(30));
    let check = |number, ended: &Ended| assert!(matches!(ended, Ended::Complete), "{number}");
    at_every_command(&rig, &expected, 0, delay, check).await;
}

#[tokio::test]
async fn a_drip_and_a_black_hole_end_at_their_deadline() {
    let (mut rig, expected) = rig().await;
    rig.options.timeout = Duration::from_millis(250);
    for fault in [|| Fault::Silence, || Fault::Drip(Duration::from_millis(25))] {
        at_every_command(&rig, &expected, 0, fault, passes).await;
    }
}

#[tokio::test]
async fn goodbye_may_come_anywhere() {
    let (rig, expected) = rig().await;
    for words in [
        "Connection closed. 14",
        "[UNAVAILABLE] Restarting",
        "Too many connections",
    ] {
        at_every_command(&rig, &expected, 1, || Fault::Bye(words), passes).await;
    }
}

#[tokio::test]
async fn a_no_that_passes_is_an_error_that_passes() {
    let (rig, expected) = rig().await;
    for answer in [
        "NO [UNAVAILABLE] Server error - Please try again later",
        "BAD [UNAVAILABLE] Service temporarily unavailable",
        "NO [OVERQUOTA] Account exceeded command or bandwidth limits.",
        "NO [LIMIT] Too many simultaneous connections",
        "NO [INUSE] Mailbox is in use",
        "NO [SERVERBUG] Internal error",
        "NO Request is throttled. Suggested Backoff Time: 5000 milliseconds",
    ] {
        let check = |number, ended: &Ended| {
            // No refusal is taken for an empty folder, nor for a wrong
            // password.
            assert!(
                !matches!(ended, Ended::Broken(error) if !error.is_transient()),
                "command {number}: {answer}: {ended:?}"
            );
        };
        at_every_command(&rig, &expected, 1, || Fault::Answer(answer), check).await;
    }
}

#[tokio::test]
async fn a_wrong_exists_is_believed_by_nobody() {
    let (rig, expected) = rig().await;
    for wrong in ["* 7 EXISTS\r\n", "* 1 EXISTS\r\n", "* 0 EXISTS\r\n"] {
        rig.cues.plan(
            None,
            Cue::Reply(" EXISTS\r\n"),
            Fault::Instead(wrong.into()),
        );
        let met = meet(&rig).await;
        assert_eq!(rig.cues.clear(), 0);
        if let Ended::Broken(error) = &met.ended {
            assert!(!error.needs_user_action(), "{error:?}");
        }
        recovers(&met, &expected, &wrong).await;
    }
}

#[tokio::test]
async fn fetches_may_come_in_any_order_and_twice() {
    let (rig, expected) = rig().await;
    for fault in [Fault::Late, Fault::Twice] {
        let name = format!("{fault:?}");
        rig.cues.plan(None, Cue::Fetch(1), fault);
        let met = meet(&rig).await;
        assert_eq!(rig.cues.clear(), 0);
        assert!(matches!(met.ended, Ended::Complete), "{name}: {met:?}");
        same(&text(&met.workspace).await, &expected, &name);
        recovers(&met, &expected, &name).await;
    }
}

#[tokio::test]
async fn a_mail_that_is_left_out_is_named_and_comes_later() {
    let (rig, expected) = rig().await;
    for k in 1..=3 {
        rig.cues.plan(None, Cue::Fetch(k), Fault::Missing);
        let met = meet(&rig).await;
        assert_eq!(rig.cues.clear(), 0);
        assert!(matches!(met.ended, Ended::WithFailures), "{k}: {met:?}");
        recovers(&met, &expected, &k).await;
    }
}

#[tokio::test]
async fn a_mail_may_go_while_it_is_fetched() {
    // Told in the middle of a fetch, where no server may: and it is a lie.
    let (rig, expected) = rig().await;
    for k in 1..=3 {
        let told = Fault::Before(b"* 1 EXPUNGE\r\n".to_vec());
        rig.cues.plan(None, Cue::Fetch(k), told);
        let met = meet(&rig).await;
        assert_eq!(rig.cues.clear(), 0);
        passes(k, &met.ended);
        recovers(&met, &expected, &k).await;
    }
    // Gone indeed, before each of the commands.
    for number in 1.. {
        let rig = Rig::new().await;
        rig.fill();
        let gone = Fault::change(|mailboxes: &Mailboxes| {
            mailboxes.expunge(ANNA, "INBOX", 1).unwrap();
        });
        rig.cues.plan(None, Cue::Command(number), gone);
        let met = meet(&rig).await;
        if rig.cues.clear() > 0 {
            assert!(number > COMMANDS);
            break;
        }
        passes(number, &met.ended);
        let report = sync(&met.inbox).await.unwrap();
        assert!(report.is_complete(), "{number}: {report:?}");
        let inbox = report.folders.iter().find(|f| f.name == "INBOX").unwrap();
        assert_eq!((inbox.server, inbox.stored), (1, 1), "{number}");
    }
}

/// Everything but the numbering: what a folder's new numbers may not touch.
async fn without_numbers(workspace: &Workspace) -> String {
    let mut export = workspace.export().await.unwrap();
    export.folders.clear();
    export.locations.clear();
    export.departed.clear();
    for message in &mut export.messages {
        message.locations.clear();
    }
    inboxlink::dump(&export)
}

#[tokio::test]
async fn a_folder_may_be_renumbered_between_any_two_commands() {
    for number in 1.. {
        let rig = Rig::new().await;
        rig.fill();
        let workspace = rig.workspace().await;
        let inbox = rig.inbox(&workspace);
        sync(&inbox).await.unwrap();
        // A live answer, which fires.
        rig.server.deliver(ANNA, reply("indeed")).unwrap();
        sync(&inbox).await.unwrap();
        let before = without_numbers(&workspace).await;
        let fired = before
            .lines()
            .filter(|line| line.contains("rule_fired"))
            .count();
        assert_eq!(fired, 1, "{before}");
        let renumber = Fault::change(|mailboxes: &Mailboxes| {
            mailboxes.set_uid_validity(ANNA, "INBOX", 77).unwrap();
        });
        rig.cues.plan(None, Cue::Command(number), renumber);
        if let Err(error) = sync(&inbox).await {
            assert!(
                error.is_transient() && !error.needs_user_action(),
                "{number}: {error:?}"
            );
        }
        if rig.cues.clear() > 0 {
            assert!(number > 6, "a sync of only {number} commands");
            break;
        }
        let report = sync(&inbox).await.unwrap();
        assert!(report.is_complete(), "{number}: {report:?}");
        let after = without_numbers(&workspace).await;
        same(&after, &before, &number);
        let export = workspace.export().await.unwrap();
        let numbers: Vec<u32> = export
            .locations
            .iter()
            .map(|row| row.location.uid_validity)
            .filter(|validity| *validity == 77)
            .collect();
        assert_eq!(numbers.len(), 3, "{number}");
    }
}

/// What no parser may swallow.
fn bombs() -> [(&'static str, Vec<u8>); 7] {
    let line = |text: &str| text.as_bytes().to_vec();
    [
        (
            "literal of 4 GiB",
            line("* 1 FETCH (UID 1 BODY[]<0> {4294967295}\r\n"),
        ),
        (
            "literal of 500 MB",
            line("* 1 FETCH (UID 1 BODY[]<0> {500000000}\r\n"),
        ),
        (
            "endless number",
            line("* 1 FETCH (UID 1 BODY[]<0> {99999999999999999999999999}\r\n"),
        ),
        (
            "nesting",
            line(&format!("* 1 FETCH (FLAGS {}\r\n", "(".repeat(100_000))),
        ),
        (
            "BODYSTRUCTURE",
            line(&format!(
                "* 1 FETCH (BODYSTRUCTURE {}\r\n",
                "(".repeat(100_000)
            )),
        ),
        ("line of 1 MiB", vec![b'x'; 1 << 20]),
        ("NIL date", line("* 1 FETCH (UID 1 INTERNALDATE NIL)\r\n")),
    ]
}

#[tokio::test]
async fn a_bomb_ends_its_connection_and_nothing_else() {
    let (rig, expected) = rig().await;
    for (name, bomb) in bombs() {
        // Among the mails: fetched again over another connection.
        rig.cues
            .plan(None, Cue::Fetch(2), Fault::Before(bomb.clone()));
        let met = meet(&rig).await;
        assert_eq!(rig.cues.clear(), 0);
        assert!(
            !matches!(met.ended, Ended::Broken(_)),
            "{name}: {:?}",
            met.ended
        );
        recovers(&met, &expected, &name).await;
        // At any other moment.
        let fault = || Fault::Before(bomb.clone());
        let check = |number, ended: &Ended| {
            if let Ended::Broken(error) = ended {
                // A server that greets like that is none; else it is not the
                // person's to mend.
                assert!(
                    number == 0 || !error.needs_user_action(),
                    "{name}: {error:?}"
                );
            }
        };
        at_every_command(&rig, &expected, 0, fault, check).await;
    }
}

#[tokio::test]
async fn a_poisonous_mail_is_named_wherever_it_lies() {
    for poisonous in 0..5 {
        let faults = |reply: &Outgoing<'_>| {
            let is_it = reply.bytes.windows(16).any(|w| w == b"Subject: poison\r");
            match is_it {
                true => Action::Instead(b"* 1 FETCH (UID 1 BODY[] {4294967295}\r\n".to_vec()),
                false => Action::Send,
            }
        };
        let rig = Rig::with(Profile::default(), Arc::new(faults)).await;
        for n in 0..5 {
            let id = if n == poisonous {
                "poison".to_owned()
            } else {
                format!("mail{n}")
            };
            rig.server
                .deliver(ANNA, mail("ben@example.org", ANNA, &id, ""))
                .unwrap();
        }
        let workspace = rig.workspace().await;
        let inbox = rig.inbox(&workspace);
        let report = sync(&inbox).await.unwrap();
        let folder = report.folders.iter().find(|f| f.name == "INBOX").unwrap();
        assert_eq!(
            (folder.stored, folder.failed),
            (4, 1),
            "{poisonous}: {report:?}"
        );
        assert_eq!(folder.failures[0].uid, poisonous + 1, "{report:?}");
        assert_eq!(workspace.counts().await.unwrap().messages, 4);
    }
}

/// What somebody on the way would like us to believe.
const INJECTED: &str = "* LIST () \"/\" Evil\r\n* 9 EXISTS\r\n\
    * 9 FETCH (UID 9 RFC822.SIZE 12 BODY[]<0> {12}\r\nFrom: e@evil)\r\n";

#[tokio::test]
async fn what_is_injected_before_login_writes_nothing() {
    let (rig, expected) = rig().await;
    for cue in [Cue::Command(0), Cue::Named("AUTHENTICATE")] {
        rig.cues.plan(None, cue, Fault::Before(INJECTED.into()));
        let met = meet(&rig).await;
        assert_eq!(rig.cues.clear(), 0);
        let found = text(&met.workspace).await.to_lowercase();
        assert!(!found.contains("evil"), "{found}");
        recovers(&met, &expected, &cue).await;
    }
}

#[tokio::test]
async fn what_is_injected_around_starttls_is_an_error_and_costs_no_password() {
    let logins = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&logins);
    let faults = move |reply: &Outgoing<'_>| {
        if matches!(reply.name, "AUTHENTICATE" | "LOGIN") {
            counted.fetch_add(1, Ordering::Relaxed);
        }
        match reply.name {
            "STARTTLS" => Action::Instead([reply.bytes, INJECTED.as_bytes()].concat()),
            _ => Action::Send,
        }
    };
    let mut rig = Rig::with(Profile::default(), Arc::new(faults)).await;
    rig.fill();
    rig.security = Security::StartTls;
    let met = meet(&rig).await;
    assert!(!met.error().to_string().is_empty());
    assert_eq!(logins.load(Ordering::Relaxed), 0, "a password was sent");
    assert_eq!(met.workspace.counts().await.unwrap().messages, 0);
}
