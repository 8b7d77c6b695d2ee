//! What holds for every folder, server and interruption.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::collections::BTreeSet;

use inboxlink_model::{FolderId, FolderRole};
use inboxlink_sync::{
    BatchLimits, FolderPolicy, FolderState, ServerFolder, UidSet, batches, bisect, limits,
};
use proptest::prelude::*;

fn inbox() -> FolderState {
    let name = "INBOX".to_owned();
    FolderState::new(
        FolderId(0),
        name.clone(),
        name,
        FolderRole::Inbox,
        FolderPolicy::Sync,
    )
}

fn server(uid_validity: u32, on_server: &UidSet) -> ServerFolder {
    ServerFolder {
        uid_validity,
        uid_next: Some(on_server.max().unwrap_or(0) + 1),
        exists: on_server.len() as u32,
        highest_modseq: None,
    }
}

fn uids() -> impl Strategy<Value = UidSet> {
    prop::collection::btree_set(1u32..300, 0..120).prop_map(|set| set.into_iter().collect())
}

/// One session, cut after so many batches; `bad` UIDs fail whenever tried.
fn session(folder: &mut FolderState, on_server: &UidSet, bad: &UidSet, cut: usize, mails: usize) {
    let opened = folder.open(&server(7, on_server), on_server);
    let limits = BatchLimits {
        mails,
        ..BatchLimits::default()
    };
    for batch in batches(&opened.missing, limits, |_| None).take(cut) {
        folder.mark_stored(&batch.difference(bad));
        for uid in batch.intersection(bad).iter() {
            folder.mark_failed(uid, "unreadable");
        }
    }
    folder.close();
}

proptest! {
    #[test]
    fn any_interruption_ends_in_the_same_state(
        on_server in uids(),
        bad in uids(),
        cuts in prop::collection::vec((0usize..4, 1usize..20), 0..12),
    ) {
        let whole = usize::MAX;
        let mut interrupted = inbox();
        for (cut, mails) in cuts {
            session(&mut interrupted, &on_server, &bad, cut, mails);
        }
        let mut straight = inbox();
        for _ in 0..limits::MAX_TRIES {
            session(&mut interrupted, &on_server, &bad, whole, 5);
            session(&mut straight, &on_server, &bad, whole, 64);
        }
        prop_assert_eq!(&interrupted, &straight);
        let counts = straight.counts();
        prop_assert_eq!(counts.pending, 0);
        prop_assert_eq!(counts.server, counts.stored + counts.failed + counts.skipped);
        prop_assert!(straight.missing(&on_server).is_empty(), "given up after three sessions");
        prop_assert!(straight.failed.iter().all(|f| f.tries == limits::MAX_TRIES));
    }

    #[test]
    fn batches_partition_newest_first(
        missing in uids(), mails in 1usize..80, bytes in 1u64..200_000, size in 0u64..70_000,
    ) {
        let limits = BatchLimits { mails, bytes };
        let mut all = UidSet::new();
        let mut lowest = u32::MAX;
        for batch in batches(&missing, limits, |_| Some(size)) {
            prop_assert!(batch.max().unwrap() < lowest);
            lowest = batch.min().unwrap();
            prop_assert!(batch.len() as usize <= mails);
            prop_assert!(batch.len() == 1 || batch.len() * size <= bytes);
            prop_assert!(batch.to_string().len() < 900);
            prop_assert!(all.intersection(&batch).is_empty());
            all = all.union(&batch);
        }
        prop_assert_eq!(all, missing);
    }

    #[test]
    fn bisection_finds_every_poisoned_mail(batch in uids(), poison in uids()) {
        let mut work = vec![batch.clone()];
        let (mut good, mut bad) = (UidSet::new(), UidSet::new());
        while let Some(part) = work.pop() {
            if part.intersection(&poison).is_empty() {
                good = good.union(&part);
            } else if let Some((newer, older)) = bisect(&part) {
                work.extend([newer, older]);
            } else {
                bad = bad.union(&part);
            }
        }
        prop_assert_eq!(bad, batch.intersection(&poison));
        prop_assert_eq!(good, batch.difference(&poison));
    }

    #[test]
    fn what_vanishes_is_told_once(before in uids(), after in uids()) {
        let mut folder = inbox();
        session(&mut folder, &before, &UidSet::new(), usize::MAX, 64);
        let opened = folder.open(&server(7, &after), &after);
        prop_assert_eq!(opened.vanished, before.difference(&after));
        prop_assert_eq!(&opened.missing, &after.difference(&before));
        prop_assert!(folder.open(&server(7, &after), &after).vanished.is_empty());
    }

    #[test]
    fn renumbering_makes_everything_history(before in uids(), after in uids()) {
        let mut folder = inbox();
        session(&mut folder, &before, &UidSet::new(), usize::MAX, 64);
        let opened = folder.open(&server(8, &after), &after);
        prop_assert!(opened.renumbered);
        prop_assert_eq!(&opened.missing, &after);
        prop_assert!(after.iter().all(|uid| folder.is_historical(uid)));
        prop_assert!(!folder.is_historical(after.max().unwrap_or(0) + 1));
    }
}

#[test]
fn what_arrives_after_the_first_visit_is_live() {
    let mut folder = inbox();
    let mut on_server: UidSet = "1:10".parse().unwrap();
    session(&mut folder, &on_server, &UidSet::new(), 0, 5);
    on_server.insert(11);
    session(&mut folder, &on_server, &UidSet::new(), usize::MAX, 5);
    let live: BTreeSet<u32> = on_server
        .iter()
        .filter(|uid| !folder.is_historical(*uid))
        .collect();
    assert_eq!(live, BTreeSet::from([11]));
    assert!(folder.caught_up);
}

#[test]
fn a_server_without_uidnext_still_has_a_border() {
    let mut folder = inbox();
    let on_server: UidSet = "3,20".parse().unwrap();
    let silent = ServerFolder {
        uid_next: None,
        ..server(7, &on_server)
    };
    folder.open(&silent, &on_server);
    assert_eq!(folder.live_from, 21);
}

#[test]
fn a_folder_left_out_is_skipped_wholly() {
    let mut folder = inbox();
    folder.policy = FolderPolicy::Skip(inboxlink_sync::SkipReason::NotChosen);
    folder.server_count = 12;
    let counts = folder.counts();
    assert_eq!((counts.server, counts.skipped, counts.stored), (12, 12, 0));
}
